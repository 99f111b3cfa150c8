import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../src/adapters/sqlite-store.ts';
import { loadDevices, manyDevices } from './devices.ts';
import { figure, type Figures } from './figures.ts';
import { memoryMb, startAgain, writeRegistry } from './processes.ts';
import { fillWeek, WEEK_DEVICES, WEEK_MS } from './week.ts';

const RUNS = 5;
const MANY = 10_000;

/**
 * How long an edge takes from its start until it is ready: with a week of history on its disk, killed
 * in the midst of a busy hour; beside it the same on an empty disk. And with ten thousand devices that have not
 * spoken yet, with the memory that it then takes (Linux only).
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
    return { start_ready_7d_ms: figure(full, 'ms', beside), ...(await startWithMany(dir, tell)) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function startWithMany(dir: string, tell: (line: string) => void): Promise<Figures> {
  const took: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < RUNS; round++) {
    const own = join(dir, `many-${round}`);
    writeRegistry(own, manyDevices(MANY));
    const from = performance.now();
    const edge = await startAgain(own);
    took.push(performance.now() - from);
    memory.push(memoryMb(edge, 'VmRSS'));
    await edge.kill9();
    tell(`ready after ${Math.round(took.at(-1) ?? 0)} ms with ${MANY} devices, ${Math.round(memory.at(-1) ?? 0)} MB`);
  }
  const beside = `${MANY} devices, nobody has spoken`;
  return {
    start_ready_10000_devices_ms: figure(took, 'ms', beside),
    rss_ready_10000_devices_mb: figure(memory, 'MB', beside),
  };
}

/** How long until it is ready, ms; its registry stood there before. */
async function startIn(dir: string): Promise<number> {
  writeRegistry(dir, loadDevices(WEEK_DEVICES));
  const from = performance.now();
  const edge = await startAgain(dir);
  const took = performance.now() - from;
  await edge.kill9();
  return took;
}
