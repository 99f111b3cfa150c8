import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../src/adapters/sqlite-store.ts';
import { loadDevices } from './devices.ts';
import { figure, type Figures } from './figures.ts';
import { startEdge } from './processes.ts';
import { fillWeek, WEEK_DEVICES, WEEK_MS } from './week.ts';

const RUNS = 5;

/**
 * How long an edge takes from its start until it is ready: with a week of history on its disk, killed
 * in the midst of a busy hour; beside it the same on an empty disk.
 */
export async function start(tell: (line: string) => void): Promise<Figures> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-start-'));
  try {
    const kept = join(dir, 'kept');
    mkdirSync(join(kept, 'edge'), { recursive: true });
    const path = join(kept, 'edge', 'store.sqlite');
    const store = createSqliteStore({ path });
    const { readings } = await fillWeek(store, Date.now() - WEEK_MS - 60_000);
    const { bytes } = store.sizes();
    store.close();
    const full: number[] = [];
    const empty: number[] = [];
    for (let round = 0; round < RUNS; round++) {
      const copy = join(dir, `full-${round}`);
      cpSync(kept, copy, { recursive: true });
      full.push(await startIn(copy));
      empty.push(await startIn(join(dir, `empty-${round}`)));
      rmSync(copy, { recursive: true });
      tell(
        `ready after ${Math.round(full.at(-1) ?? 0)} ms with a week of history, ${Math.round(empty.at(-1) ?? 0)} ms without`,
      );
    }
    const without = figure(empty, 'ms');
    const beside = `${readings} readings, ${(bytes / 1e6).toFixed(0)} MB; empty ${without.median} (${without.min} … ${without.max})`;
    return { start_ready_7d_ms: figure(full, 'ms', beside) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function startIn(dir: string): Promise<number> {
  const from = performance.now();
  const edge = await startEdge(dir, loadDevices(WEEK_DEVICES));
  const took = performance.now() - from;
  await edge.kill9();
  return took;
}
