import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { figure, type Figures } from './figures.ts';
import { createHandClock } from './hand-clock.ts';
import { type EdgeDoors, post, type Running, startEdge } from './processes.ts';
import { createCrowd, elevatorsOf, OPEN, percentile } from './response-crowd.ts';
import { inDirectory } from './response-directory.ts';

const ROUNDS = 5;
const ORDERS = 50;
const HOUR_MS = 3_600_000;
/** What their assets are called plays no part in it: so the registry does not drown what is measured. */
const DEVICES = 100;

interface Kept {
  readonly dir: string;
  /** Of open incidents. */
  readonly ids: readonly string[];
}

/**
 * A whole gateway: when it is ready with ten thousand open incidents on its disk, of which nobody is due
 * for an hour, or all of which have fallen due while it was off; beside it with none. And how soon it
 * answers an order over HTTP, building and cloud aside.
 */
export function start(tell: (line: string) => void): Promise<Figures> {
  return inDirectory(async (_, dir) => {
    const quiet = await fill(join(dir, 'quiet'), { slower: 60, at: Date.now() - 10_000 });
    const overdue = await fill(join(dir, 'overdue'), { slower: 1, at: Date.now() - HOUR_MS });
    const empty: Kept = { dir: join(dir, 'empty'), ids: [] };
    mkdirSync(empty.dir);
    const ready: Record<'quiet' | 'overdue' | 'empty', number[]> = { quiet: [], overdue: [], empty: [] };
    const took: number[][] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      ready.empty.push(await readyIn(empty));
      ready.overdue.push(await readyIn(overdue));
      ready.quiet.push(await readyIn(quiet, async (edge) => took.push(await answered(edge, quiet.ids))));
      const last = Object.entries(ready).map(([name, ms]) => `${name} ${Math.round(ms.at(-1) ?? 0)} ms`);
      tell(`ready: ${last.join(', ')}; an order over HTTP: ${percentile(took.at(-1) ?? [], 0.5).toFixed(1)} ms`);
    }
    const beside = `with nothing open ${figure(ready.empty, 'ms').median} ms`;
    const of = (share: number) => took.map((sorted) => percentile(sorted, share));
    return {
      response_start_ready: figure(ready.quiet, 'ms', `${OPEN} open, ${beside}`),
      response_start_overdue_ready: figure(ready.overdue, 'ms', `${OPEN} open and overdue, ${beside}`),
      response_http_order_p50: figure(of(0.5), 'ms', `${OPEN} open, whole gateway`),
      response_http_order_p99: figure(of(0.99), 'ms', `${OPEN} open, whole gateway`),
    };
  });
}

/** A gateway's directory with open incidents, whose first pages have been accepted. */
async function fill(dir: string, { slower, at }: { slower: number; at: number }): Promise<Kept> {
  mkdirSync(join(dir, 'edge'), { recursive: true });
  const clock = createHandClock(at);
  const crowd = createCrowd(join(dir, 'edge', 'store.sqlite'), { count: OPEN, clock, slower });
  await crowd.raise('entrapment', crowd.elevators);
  await crowd.deliverAll();
  const ids = crowd.open();
  await crowd.close();
  return { dir, ids };
}

async function readyIn(kept: Kept, work?: (edge: Running<EdgeDoors>) => Promise<unknown>): Promise<number> {
  const copy = `${kept.dir}-copy`;
  cpSync(kept.dir, copy, { recursive: true });
  const from = performance.now();
  const edge = await startEdge(copy, elevatorsOf(DEVICES));
  const took = performance.now() - from;
  await work?.(edge);
  await edge.kill9();
  rmSync(copy, { recursive: true });
  return took;
}

/** One after the other, the quickest first; the first ones warm up. */
async function answered({ said: { url } }: Running<EdgeDoors>, ids: readonly string[]): Promise<number[]> {
  const took: number[] = [];
  for (const [n, id] of ids.slice(0, 2 * ORDERS).entries()) {
    const from = performance.now();
    await post(`${url}/api/incidents/${id}/acknowledge`, { commandId: `over-http-${n}`, responder: 'li' });
    if (n >= ORDERS) took.push(performance.now() - from);
  }
  return took.toSorted((a, b) => a - b);
}
