import { type Figure, figure, type Figures } from './figures.ts';
import { createHandClock, type HandClock } from './hand-clock.ts';
import {
  type Crowd,
  createCrowd,
  heapInUse,
  longestOf,
  OPEN,
  percentile,
  together,
  type Turns,
  turnsDuring,
} from './response-crowd.ts';
import { inDirectory } from './response-directory.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
const MINUTE_MS = 60_000;
const ROUNDS = 5;
/** Incidents that were opened in one instant, and so fall due in one. */
const GROUP = 100;
const GROUPS = OPEN / GROUP;
const QUIET_TICKS = 200;
/** A turn shorter than this had nothing to do. */
const IDLE_MS = 0.5;

type Tell = (line: string) => void;

interface Timed {
  readonly crowd: Crowd;
  readonly clock: HandClock;
}

/**
 * What the passing of time costs while ten thousand incidents are open: a tick in which nobody is due, one
 * in which a hundred are, and an instant at which all of them are. A tick is the turn of the loop in which
 * it is worked off and committed: for so long nobody else is served.
 */
export function ticks(tell: Tell): Promise<Figures> {
  return inDirectory(async (path) => {
    const clock = createHandClock(T0);
    const crowd = createCrowd(path, { count: OPEN, clock });
    const timed = { crowd, clock };
    const memory = await memoryOfOpening(timed);
    tell(`${OPEN} are open`);
    const figures = { ...memory, ...(await quiet(timed, tell)), ...(await someDue(timed, tell)) };
    const all = await allDue(timed, tell);
    await crowd.close();
    return { ...figures, ...all };
  });
}

async function memoryOfOpening({ crowd, clock }: Timed): Promise<Figures> {
  const before = heapInUse();
  for (let group = 0; group < GROUPS; group += 1) {
    clock.moveTo(T0 + group);
    await crowd.raise('entrapment', crowd.elevators.slice(group * GROUP, (group + 1) * GROUP));
  }
  if (crowd.pipeline.status().openIncidents !== OPEN) throw new Error('not all of them are open');
  const kilobytes = (heapInUse() - before) / OPEN / 1000;
  return { response_memory_kb_an_incident: figure([kilobytes], 'kB', 'heap, just opened and paged once') };
}

/** A wake that finds nobody due, and the transaction that comes of it. */
async function quiet({ crowd, clock }: Timed, tell: Tell): Promise<Figures> {
  const rounds: Turns[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const longest: Turns[] = [];
    for (let n = 0; n < QUIET_TICKS; n += 1) {
      const turns = await turnsDuring(() => {
        clock.call('all');
        return crowd.pipeline.flush();
      });
      longest.push(longestOf(turns));
    }
    rounds.push(together(longest));
  }
  return told('response_tick_none_due', rounds.slice(1), `${OPEN} open`, tell);
}

/** The ladder's second step comes group by group; the first groups warm up. */
async function someDue(timed: Timed, tell: Tell): Promise<Figures> {
  const longest: Turns[] = [];
  for (let group = 0; group < GROUPS; group += 1) {
    timed.clock.moveTo(T0 + MINUTE_MS + group);
    longest.push(longestOf(await turnsDuring(() => workOff(timed))));
  }
  const each = Math.floor(GROUPS / (ROUNDS + 1));
  const rounds = Array.from({ length: ROUNDS }, (_, n) => together(longest.slice((n + 1) * each, (n + 2) * each)));
  return told(`response_tick_${GROUP}_due`, rounds, `${OPEN} open; each of the ${GROUP} pages two people`, tell);
}

/** Steps of the ladder, the breach of the seven minutes, and the last step again; the first one warms up. */
async function allDue(timed: Timed, tell: Tell): Promise<Figures> {
  const rounds: Turns[] = [];
  const took: number[] = [];
  for (const minute of [2, 3.5, 6, 7, 8, 9]) {
    timed.clock.moveTo(T0 + minute * MINUTE_MS + GROUPS);
    const from = performance.now();
    rounds.push(await turnsDuring(() => workOff(timed)));
    took.push((performance.now() - from) / 1000);
    tell(`all due at ${minute} min: worked off in ${took.at(-1)?.toFixed(1)} s`);
  }
  return {
    ...told('response_tick_all_due', rounds.slice(1).map(working), `${OPEN} due in one instant`, tell),
    response_all_due_worked_off: figure(took.slice(1), 's', `${OPEN} incidents take a step or a breach each`),
  };
}

async function workOff({ crowd, clock }: Timed): Promise<void> {
  while (clock.call('due')) await crowd.pipeline.flush();
}

/** Turns in which there was something to do. */
function working({ lasted, worked }: Turns): Turns {
  return { lasted: lasted.filter((ms) => ms >= IDLE_MS), worked: worked.filter((ms) => ms >= IDLE_MS) };
}

function told(name: string, rounds: readonly Turns[], beside: string, tell: Tell): Figures {
  const figures: Record<string, Figure> = {};
  for (const [label, share] of Object.entries({ p50: 0.5, p99: 0.99, longest: 1 })) {
    const each = rounds.map(({ lasted }) => percentile(lasted, share));
    const worked = figure(
      rounds.map((turns) => percentile(turns.worked, share)),
      'ms',
    );
    figures[`${name}_${label}`] = figure(each, 'ms', `${beside}; of the processor ${worked.median} (… ${worked.max})`);
  }
  const longest = Math.max(...rounds.map(({ lasted }) => percentile(lasted, 1)));
  tell(`${name}: no turn of the loop longer than ${longest.toFixed(1)} ms`);
  return figures;
}
