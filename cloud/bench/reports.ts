import { setTimeout as after } from 'node:timers/promises';
import { figure, type Figures } from '../../edge/bench/figures.ts';
import { reportInputs } from '../../edge/energy/src/testing/report-inputs.ts';
import { createWorkThread } from '../src/adapters/work-thread.ts';
import { freeze } from '../src/energy/freeze.ts';
import { reckonHere, reckonThere } from '../src/energy/reckoner.ts';
import type { Reckoner } from '../src/ports/reckoner.ts';

const RUNS = 5;
const ENTRY = new URL('../src/reckoner.ts', import.meta.url);

/** What making a report and its PDF costs, and how long a request may have to wait for it: on the loop, and in a thread. */
export async function measureReports(tell: (line: string) => void): Promise<Figures> {
  const thread = createWorkThread({ entry: ENTRY });
  try {
    tell('a year of hours as a report and as a PDF, on the loop and in a thread of its own');
    const loop = await course(reckonHere);
    const own = await course(reckonThere((order) => thread.ask(order)));
    return {
      ...figuresOf('loop', loop, 'made on the loop'),
      ...figuresOf('thread', own, 'made in a thread of its own'),
    };
  } finally {
    await thread.close();
  }
}

/** How long a piece of work took, and the longest that the loop stood still meanwhile, ms. */
interface Run {
  readonly took: number;
  readonly held: number;
}

interface Course {
  readonly report: Run[];
  readonly first: Run;
  readonly pdf: Run[];
}

async function course(reckoner: Reckoner): Promise<Course> {
  const inputs = reportInputs({}, { zone: 'Asia/Shanghai' });
  const frozen = freeze(inputs, 1, 'bench');
  const report = () => watched(() => reckoner.report(inputs, 1, 'bench'));
  const pdf = () => watched(() => reckoner.pdf({ entry: frozen.entry, report: frozen.report }, 'zh'));
  await report();
  return { report: await runs(report), first: await pdf(), pdf: await runs(pdf) };
}

async function runs(once: () => Promise<Run>): Promise<Run[]> {
  const all: Run[] = [];
  while (all.length < RUNS) all.push(await once());
  return all;
}

async function watched(work: () => Promise<unknown>): Promise<Run> {
  const began = performance.now();
  let [last, held] = [began, 0];
  const beat = (): void => {
    const now = performance.now();
    held = Math.max(held, now - last);
    last = now;
  };
  const beats = setInterval(beat, 1);
  await work();
  const took = performance.now() - began;
  // What held the loop to its very end is seen by the beat after it.
  await after(1);
  beat();
  clearInterval(beats);
  return { took, held };
}

function figuresOf(where: 'loop' | 'thread', { report, first, pdf }: Course, beside: string): Figures {
  const took = (runs: readonly Run[]) =>
    figure(
      runs.map((run) => run.took),
      'ms',
      beside,
    );
  const held = (runs: readonly Run[]) =>
    figure(
      runs.map((run) => run.held),
      'ms',
      'the longest that a request waits',
    );
  return {
    [`energy.report.${where}`]: took(report),
    [`energy.report.${where}.held`]: held(report),
    [`energy.pdf.${where}.first`]: took([first]),
    [`energy.pdf.${where}.first.held`]: held([first]),
    [`energy.pdf.${where}`]: took(pdf),
    [`energy.pdf.${where}.held`]: held(pdf),
  };
}
