import type { Command, Fault } from '@keepsite/edge-contract';
import { isAllDone } from '../src/pipeline/sweep.ts';
import { type Figure, figure, type Figures } from './figures.ts';
import { createHandClock } from './hand-clock.ts';
import { type Crowd, createCrowd, OPEN, percentile, type Turns, turnsDuring } from './response-crowd.ts';
import { inDirectory } from './response-directory.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
const ROUNDS = 3;
const SIZES = [1_000, OPEN] as const;
/** Told together when it comes to many at once. */
const GROUPED: Fault = 'safety_chain_open';

type Tell = (line: string) => void;

/** One answer to a whole group: the turns of the loop until it has reached everybody, and when whoever gave it was answered. */
interface Answer {
  readonly turns: Turns;
  readonly answeredMs: number;
  readonly seconds: number;
}

/**
 * A group of so many incidents is taken by one answer: the longest that anybody else had to wait meanwhile,
 * how soon the answer was answered, and when it had reached all of them. Then it is resolved while all of
 * them last, so that all but one come over to another.
 */
export async function group(tell: Tell): Promise<Figures> {
  let figures: Figures = {};
  for (const size of SIZES) figures = { ...figures, ...(await inDirectory((path) => taken(path, size, tell))) };
  return figures;
}

async function taken(path: string, size: number, tell: Tell): Promise<Figures> {
  const clock = createHandClock(T0);
  const crowd = createCrowd(path, { count: size, clock });
  await crowd.raise(GROUPED, crowd.elevators);
  const id = headOf(crowd, size);
  const rounds: Answer[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    rounds.push(await answer('acknowledge', id, crowd));
    tell(`group taken: longest hold ${held(rounds.at(-1) as Answer)}, ${size} incidents`);
    await answer('release', id, crowd);
  }
  await answer('acknowledge', id, crowd);
  const resolved = await answer('resolve', id, crowd);
  tell(`group resolved that lasts: longest hold ${held(resolved)}, ${size} incidents`);
  await crowd.close();
  return figuresOf(size, rounds.slice(1), resolved);
}

function headOf(crowd: Crowd, size: number): string {
  const [head, ...others] = crowd.store.incidents({ limit: size + 1 }).filter(({ hold }) => hold === null);
  if (!head || others.length > 0) throw new Error(`the group has ${others.length + 1} heads`);
  return head.id;
}

async function answer(verb: Command['verb'], id: string, crowd: Crowd): Promise<Answer> {
  const from = performance.now();
  let answeredMs = 0;
  const turns = await turnsDuring(async () => {
    await crowd.order(verb, id);
    answeredMs = performance.now() - from;
    while (!isAllDone(crowd.store)) await crowd.pipeline.flush();
  });
  return { turns, answeredMs, seconds: (performance.now() - from) / 1000 };
}

function figuresOf(size: number, rounds: readonly Answer[], resolved: Answer): Figures {
  const worked = figure(rounds.map(longestWork), 'ms');
  const beside = `one answer takes ${size} incidents; of the processor ${worked.median} (… ${worked.max})`;
  const figures: Record<string, Figure> = {
    longest: figure(rounds.map(longest), 'ms', beside),
    answered: figure(
      rounds.map(({ answeredMs }) => answeredMs),
      'ms',
      'its head on disk',
    ),
    worked_off: figure(
      rounds.map(({ seconds }) => seconds),
      's',
      'all of them on disk',
    ),
    left_longest: figure(
      [longest(resolved)],
      'ms',
      `resolved while all of them last; of the processor ${longestWork(resolved).toFixed(1)}`,
    ),
  };
  return Object.fromEntries(
    Object.entries(figures).map(([name, one]) => [`response_group_${size}_taken_${name}`, one]),
  );
}

function longest({ turns }: Answer): number {
  return percentile(turns.lasted, 1);
}

function longestWork({ turns }: Answer): number {
  return percentile(turns.worked, 1);
}

function held(answer: Answer): string {
  return `${longest(answer).toFixed(1)} ms (of the processor ${longestWork(answer).toFixed(1)})`;
}
