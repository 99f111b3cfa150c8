import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../src/adapters/sqlite-store.ts';
import { loadDevices } from './devices.ts';
import { figure, type Figure, type Figures } from './figures.ts';
import { untilIdle } from './kept.ts';
import type { LoadOrders, LoadResult } from './load.ts';
import { run, startEdge } from './processes.ts';
import { rawAppends } from './raw-appends.ts';

const DEVICES = 1_000;
const RUNS = 5;
/** Messages before the clock runs. */
const WARM_UP = 30_000;
/** Connections × in flight, and messages of a run. */
const LOADS = [
  [4, 100, 100_000],
  [1, 20, 40_000],
  [400, 1, 60_000],
] as const;

/**
 * Messages a second that the gateway acknowledges with everything on disk, beside a bare broker under
 * the same load, both warmed up. After each run the history is read again: what was acknowledged is all there.
 */
export async function throughput(tell: (line: string) => void): Promise<Figures> {
  const figures: Record<string, Figure> = {};
  const raw = Array.from({ length: RUNS }, rawAppends);
  figures['raw SQLite appends, 256 a commit'] = figure(raw, 'rows/s', 'rows of 150 bytes, FULL');
  for (const [connections, inFlight, messages] of LOADS) {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let i = 0; i < RUNS; i += 1) {
      bare.push(await throughBare({ connections, inFlight, messages }));
      ours.push(await throughEdge({ connections, inFlight, messages }));
      tell(
        `${connections} × ${inFlight}: ${Math.round(ours.at(-1) ?? 0)} messages/s, bare ${Math.round(bare.at(-1) ?? 0)}`,
      );
    }
    const beside = figure(bare, 'messages/s');
    const share = figure(ours, 'messages/s').median / beside.median;
    figures[`durable QoS 1, ${connections} × ${inFlight}`] = figure(
      ours,
      'messages/s',
      `bare aedes ${beside.median} (${beside.min} … ${beside.max}); ${(share * 100).toFixed(0)} %`,
    );
    const each = readingsOf(messages) / messages;
    figures[`readings, ${connections} × ${inFlight}`] = figure(
      ours.map((rate) => rate * each),
      'readings/s',
    );
  }
  return figures;
}

type Shape = Pick<LoadOrders, 'connections' | 'inFlight' | 'messages'>;

async function throughBare(shape: Shape): Promise<number> {
  const broker = await run<{ mqttPort: number }>('bare-broker.ts');
  try {
    return await loaded(broker.said.mqttPort, shape);
  } finally {
    await broker.stop();
  }
}

async function throughEdge(shape: Shape): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-bench-'));
  try {
    const edge = await startEdge(dir, loadDevices(DEVICES));
    const rate = await stopped(edge, () => loaded(edge.said.mqttPort, shape));
    await assertKept(dir, WARM_UP + shape.messages);
    return rate;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function stopped<T>(edge: { readonly stop: () => Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await edge.stop();
  }
}

/** What is measured is a gateway at work, not one that is still being compiled; a bare broker alike. */
async function loaded(port: number, shape: Shape): Promise<number> {
  const firstTurn = turnsOf(WARM_UP);
  const startAt = Date.now() - (firstTurn + turnsOf(shape.messages)) * 1000;
  await underLoad(port, { ...shape, messages: WARM_UP, startAt });
  return underLoad(port, { ...shape, startAt, firstTurn });
}

/** Messages a second. */
async function underLoad(port: number, shape: Shape & Pick<LoadOrders, 'startAt' | 'firstTurn'>): Promise<number> {
  const orders: LoadOrders = { ...shape, port, devices: DEVICES, rate: null };
  const load = await run<string>('load.ts', [], { first: JSON.stringify(orders) });
  load.tell('go');
  const { acknowledged, ms } = JSON.parse(await load.line()) as LoadResult;
  return acknowledged / (ms / 1000);
}

/** Every device speaks once a turn. */
function turnsOf(messages: number): number {
  return Math.ceil(messages / DEVICES);
}

function readingsOf(messages: number): number {
  const devices = loadDevices(DEVICES);
  const whole = Math.floor(messages / DEVICES) * devices.reduce((sum, { readings }) => sum + readings, 0);
  return whole + devices.slice(0, messages % DEVICES).reduce((sum, { readings }) => sum + readings, 0);
}

/** Throws when a reading of an acknowledged message is not in the history. */
async function assertKept(dir: string, messages: number): Promise<void> {
  const store = createSqliteStore({ path: join(dir, 'edge', 'store.sqlite'), maintainBudgetMs: 60_000 });
  try {
    const now = Date.now();
    // In raw blocks every device would have to be looked for in every block.
    await untilIdle(store, now + 600_000);
    const kept = loadDevices(DEVICES).reduce(
      (sum, { id }) =>
        sum + store.readings({ device: id, from: now - 86_400_000, to: now + 3_600_000, limit: 1_000_000 }).length,
      0,
    );
    const wanted = readingsOf(messages);
    if (kept !== wanted) throw new Error(`${wanted} readings were acknowledged, ${kept} are kept`);
  } finally {
    store.close();
  }
}
