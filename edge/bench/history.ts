import type { Reading } from '@keepsite/edge-contract';
import type { SqliteStore } from '../src/adapters/sqlite-store.ts';
import { figure, type Figure, type Figures } from './figures.ts';
import { inStore, keep, untilIdle } from './kept.ts';
import { replayedSchool, simulatedSeconds } from './simulated-day.ts';
import { fillWeek, FAST_METRIC, WEEK_MS, WEEK_RATES } from './week.ts';

const START = Date.parse('2026-03-02T00:00:00.000Z');
const DAY_S = 86_400;
/** Readings of so many seconds are one commit: the size on disk does not know the difference. */
const COMMIT_S = 10;
const MAINTAIN_S = 300;
const RUNS = 9;
/** What the API answers with when a week is asked for in at most 600 buckets. */
const WIDTH_MS = 1_800_000;
const COMMITS = 1_500;

type Tell = (line: string) => void;

/** What history costs: bytes a reading, a week's chart, and the commits that lie beside compaction. */
export async function history(tell: Tell): Promise<Figures> {
  return { ...(await bytesPerReading(tell)), ...(await weekChart(tell)), ...(await commitBeside(tell)) };
}

/** A day of the simulated world, and a year of a school's meter, until nothing is left to compact. */
async function bytesPerReading(tell: Tell): Promise<Figures> {
  const world = await measured(simulatedSeconds(START, DAY_S));
  tell(`simulated day: ${world.readings} readings, ${world.bytes} bytes`);
  const school = await measured(replayedSchool(START));
  tell(`school's year: ${school.readings} readings, ${school.bytes} bytes`);
  const each = ({ bytes, readings }: Measured) => bytes / readings;
  const both = (world.bytes + school.bytes) / (world.readings + school.readings);
  const beside = `world ${each(world).toFixed(2)} (${world.readings}), school ${each(school).toFixed(2)} (${school.readings}); indexes and series included`;
  return { history_bytes_per_reading: figure([both], 'bytes', beside) };
}

interface Measured {
  readonly readings: number;
  readonly bytes: number;
}

async function measured(
  seconds: Iterable<{ now: number; readings: Reading[] }> | AsyncIterable<{ now: number; readings: Reading[] }>,
): Promise<Measured> {
  return inStore(async (store) => {
    const empty = store.sizes().inUse;
    let readings = 0;
    let waiting: Reading[] = [];
    let end = START;
    for await (const second of seconds) {
      waiting.push(...second.readings);
      end = second.now;
      if ((end / 1000) % COMMIT_S !== 0) continue;
      readings += waiting.length;
      keep(store, waiting);
      waiting = [];
      if ((end / 1000) % MAINTAIN_S === 0) await store.maintain(end);
    }
    readings += waiting.length;
    keep(store, waiting);
    // Two days later the last hour is merged, and the day of slow series.
    await untilIdle(store, end + 2 * DAY_S * 1000);
    return { readings, bytes: store.sizes().inUse - empty };
  });
}

/** A week of one metric out of a store with many others, whose last hour was busy. */
async function weekChart(tell: Tell): Promise<Figures> {
  return inStore(async (store) => {
    const week = await fillWeek(store, START);
    tell(`a week of ${week.readings} readings, the last ${week.tail} blocks raw`);
    const charts = Object.entries(WEEK_RATES).map(([device, rate]): [string, Figure] => {
      const question = { device, metric: FAST_METRIC, from: week.end - WEEK_MS, to: week.end };
      const runs = Array.from({ length: RUNS }, () => chartMs(store, question));
      const start = performance.now();
      const { length } = store.readings({ ...question, limit: 1_000_000 });
      const all = Math.round(performance.now() - start);
      const beside = `a reading every ${rate} s, in half hours; its ${length} readings themselves ${all} ms`;
      return [rate === 1 ? 'week_chart_ms' : `week_chart_every_${rate}s_ms`, figure(runs, 'ms', beside)];
    });
    return Object.fromEntries(charts);
  });
}

function chartMs(store: SqliteStore, question: Omit<Parameters<SqliteStore['course']>[0], 'width'>): number {
  const start = performance.now();
  const [course] = store.course({ ...question, width: WIDTH_MS });
  const ms = performance.now() - start;
  if (course?.buckets.length !== WEEK_MS / WIDTH_MS) throw new Error('the week has gaps');
  return ms;
}

/** How long it takes until a commit is on the disk while another thread compacts, and without; and how long it holds the loop. */
async function commitBeside(tell: Tell): Promise<Figures> {
  const alone = await inStore((store) => commitTimes(store, START));
  const beside = await inStore(async (store) => {
    for (let n = 0; n < 3_000; n++) keep(store, someReadings(START + n * 1000, 200));
    const pass = store.maintain(START + 86_400_000);
    const times = await commitTimes(store, START + 86_400_000);
    await pass;
    return times;
  });
  const p99 = ({ onDisk, held }: CommitTimes) => ({ onDisk: quantile(onDisk, 0.99), held: quantile(held, 0.99) });
  const [busy, idle] = [p99(beside), p99(alone)];
  const text = (ms: number) => `${ms.toFixed(2)} ms`;
  tell(`commit on disk p99 ${text(busy.onDisk)} beside compaction, ${text(idle.onDisk)} alone`);
  return {
    commit_p99_beside_compaction_ms: figure(
      [busy.onDisk],
      'ms',
      `without compaction ${text(idle.onDisk)}; the loop is held for ${text(busy.held)} of it, without ${text(idle.held)}; 20 readings a commit, one every ms`,
    ),
  };
}

interface CommitTimes {
  readonly onDisk: number[];
  readonly held: number[];
}

async function commitTimes(store: SqliteStore, from: number): Promise<CommitTimes> {
  const times: CommitTimes = { onDisk: [], held: [] };
  for (let n = 0; n < COMMITS; n++) {
    const readings = someReadings(from + n, 20);
    const start = performance.now();
    keep(store, readings);
    times.held.push(performance.now() - start);
    await store.synced();
    times.onDisk.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return times;
}

function someReadings(at: number, count: number): Reading[] {
  return Array.from({ length: count }, (_, n) => ({
    device: `meter-${n % 40}`,
    metric: 'active_power_w',
    part: n % 3 === 0 ? 'a' : 'b',
    value: ((at / 1000 + n * 7) % 997) / 10,
    at,
    receivedAt: at + 5,
    quality: 'good',
    historical: false,
  }));
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] as number;
}
