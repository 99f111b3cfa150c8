import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CONNECTIONS, speak } from './crowd.ts';
import { manyDevices } from './devices.ts';
import { figure, type Figures } from './figures.ts';
import { type EdgeDoors, memoryMb, type Running, startAgain, startEdge } from './processes.ts';

const SIZES = [10_000, 1_000, 10] as const;
const RUNS = 3;
/** Long enough that a checkpoint of the rules' state falls into it. */
const SPOKEN_SECONDS = 75;
/** Messages a second at most: of all devices, and of one. */
const RATE = 1_000;
const RATE_OF_ONE = 10;
const ASK_EVERY_MS = 5;

/** One run, in MB and ms. */
interface Taken {
  readonly now: number;
  readonly most: number;
  readonly longest: number;
  readonly back: number;
  readonly again: number;
}

/**
 * What an edge takes whose devices speak, the longest that anybody waited for an answer meanwhile (a checkpoint falls
 * into it), and how soon and with how much it is back when it is killed then. Reads `/proc`, so on Linux only.
 */
export async function memory(tell: (line: string) => void): Promise<Figures> {
  await startBefore();
  const runs = new Map<number, Taken[]>(SIZES.map((devices) => [devices, []]));
  // In turns, so that what else the machine does meets all alike.
  for (let round = 0; round < RUNS; round++) {
    for (const [devices, before] of runs) {
      const taken = await oneRun(devices);
      before.push(taken);
      const told = Object.entries(taken).map(([what, size]: [string, number]) => `${what} ${size.toFixed(0)}`);
      tell(`${devices} devices: ${told.join(', ')}`);
    }
  }
  return Object.assign({}, ...[...runs].map(([devices, all]) => figuresOf(devices, all))) as Figures;
}

/** What it compiles is kept: as on a machine on which it has run before. */
async function startBefore(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-memory-'));
  try {
    const edge = await startEdge(dir, manyDevices(10));
    await speak(edge, { devices: 10, messages: RATE, rate: RATE });
    await edge.stop();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function figuresOf(devices: number, runs: readonly Taken[]): Figures {
  const of = (what: keyof Taken) => runs.map((taken) => taken[what]);
  const metrics = manyDevices(devices).reduce((sum, { readings }) => sum + readings, 0);
  const most = Math.round(Math.max(...of('most')));
  const beside = `${metrics} metrics, ${CONNECTIONS} connections, ${rateOf(devices)} messages/s; at most ${most} MB`;
  return {
    [`rss_${devices}_devices_mb`]: figure(of('now'), 'MB', beside),
    [`longest_answer_${devices}_devices_ms`]: figure(of('longest'), 'ms', `GET /livez, every ${ASK_EVERY_MS} ms`),
    [`ready_again_${devices}_devices_ms`]: figure(of('back'), 'ms', 'killed after all of them had spoken'),
    [`rss_ready_again_${devices}_devices_mb`]: figure(of('again'), 'MB', 'the same'),
  };
}

function rateOf(devices: number): number {
  return Math.min(RATE, devices * RATE_OF_ONE);
}

async function oneRun(devices: number): Promise<Taken> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-memory-'));
  try {
    const edge = await startEdge(dir, manyDevices(devices));
    const asking = new AbortController();
    const waiting = longestAnswer(edge, asking.signal);
    const rate = rateOf(devices);
    await speak(edge, { devices, messages: rate * SPOKEN_SECONDS, rate });
    asking.abort();
    const longest = await waiting;
    const [now, most] = [memoryMb(edge, 'VmRSS'), memoryMb(edge, 'VmHWM')];
    await edge.kill9();
    const from = performance.now();
    const restarted = await startAgain(dir);
    const back = performance.now() - from;
    const again = memoryMb(restarted, 'VmRSS');
    await restarted.stop();
    return { now, most, longest, back, again };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function longestAnswer({ said }: Running<EdgeDoors>, signal: AbortSignal): Promise<number> {
  let longest = 0;
  while (!signal.aborted) {
    const asked = performance.now();
    await (await fetch(`${said.url}/livez`)).text();
    longest = Math.max(longest, performance.now() - asked);
    await pause(ASK_EVERY_MS);
  }
  return longest;
}
