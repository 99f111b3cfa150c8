import { type Command, type Fault, instantText, type Registry } from '@keepsite/edge-contract';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSqliteStore, type SqliteStore } from '../src/adapters/sqlite-store.ts';
import { createDecoder } from '../src/devices/index.ts';
import { createDirectory } from '../src/domain/directory.ts';
import type { Clock, Delivery, Pipeline } from '../src/ports.ts';
import { createLonePipeline, messageOf } from '../src/testing/lone-pipeline.ts';
import { loadDevices, type LoadDevice, loadRegistry } from './devices.ts';

/** The real pipeline on a store of its own, with nobody who listens. */
export interface Crowd {
  readonly store: SqliteStore;
  readonly pipeline: Pipeline;
  readonly elevators: readonly LoadDevice[];
  /** Each of these elevators states the fault; resolves once their incidents are on disk. */
  raise(fault: Fault, elevators: readonly LoadDevice[]): Promise<void>;
  /** Rejects when the edge refuses it. */
  order(verb: Command['verb'], incident: string): Promise<void>;
  /** Every page that is owed counts as accepted from now on. */
  deliverAll(): Promise<void>;
  /** Ids of everything that is open, the newest first. */
  open(): string[];
  close(): Promise<void>;
}

/** So many incidents are open at once. */
export const OPEN = 10_000;
/** Messages that come in one turn of the loop. */
const TOGETHER = 200;

/** As many elevators as incidents are to be open. */
export function elevatorsOf(count: number): LoadDevice[] {
  return loadDevices(4 * count).filter(({ kind }) => kind === 'elevator');
}

/** The ladder of the seven minutes, so many times slower, and its last step again every minute. */
function responseRegistry(elevators: readonly LoadDevice[], slower: number): Registry {
  const registry = loadRegistry(elevators);
  const [plan] = registry.plans;
  if (!plan) throw new Error('the registry of the load has no plan');
  const step = (afterSeconds: number, when: 'always' | 'open' | 'not_on_site', page: string[]) => ({
    afterSeconds: afterSeconds * slower,
    when,
    page,
    release: false,
  });
  const steps = [
    step(0, 'always', ['li']),
    step(60, 'open', ['li', 'zhao']),
    step(120, 'open', ['wang']),
    step(210, 'open', ['wang', 'zhao']),
    step(360, 'not_on_site', ['wang']),
  ];
  return {
    ...registry,
    people: ['li', 'zhao', 'wang'].map((id) => ({
      id,
      name: id,
      skills: [],
      addresses: [{ channel: 'mqtt', to: id }],
    })),
    plans: [
      {
        ...plan,
        terms: { acknowledge: 120 * slower, on_site: 420 * slower },
        repeatEverySeconds: 60 * slower,
        steps,
      },
    ],
  };
}

export function createCrowd(
  path: string,
  parts: {
    readonly count: number;
    readonly clock: Clock;
    readonly onPagesOwed?: () => void;
    /** How much slower than seven minutes its ladder is. Default 1. */
    readonly slower?: number;
  },
): Crowd {
  const { clock, onPagesOwed = () => undefined, slower = 1 } = parts;
  const elevators = elevatorsOf(parts.count);
  const registry = responseRegistry(elevators, slower);
  const directory = createDirectory(registry);
  const store = createSqliteStore({ path });
  const pipeline = createLonePipeline({
    edge: 'bench',
    registry,
    directory,
    decoder: createDecoder({ zoneOf: directory.timeZone, familyOf: directory.family }),
    store,
    clock,
    log: { warn: (fields, message) => console.error(message, fields) },
    onPagesOwed,
  });

  function say(fault: Fault, { id }: LoadDevice): void {
    pipeline.receive(messageOf(`keepsite/bench/devices/${id}/fault`, { fault, state: 'raised' }, clock.now()));
  }

  return {
    store,
    pipeline,
    elevators,
    async raise(fault, some) {
      for (let n = 0; n < some.length; n += TOGETHER) {
        for (const elevator of some.slice(n, n + TOGETHER)) say(fault, elevator);
        await pipeline.flush();
      }
    },
    async order(verb, incident) {
      const answer = await pipeline.order({ ...ORDER, ...newOrder(clock), verb, incident });
      if (answer.state !== 'done') throw new Error(`${verb} of ${incident} was refused: ${answer.reason}`);
    },
    async deliverAll() {
      for (;;) {
        const at = clock.now();
        const owed = store.leasePages(at, 1_000, TOGETHER);
        if (owed.length === 0) return;
        await pipeline.settle(owed.map((one) => ({ owed: one, delivery: ACCEPTED, at })));
      }
    },
    open: () => store.incidents({ state: 'open', limit: 2 * OPEN }).map(({ id }) => id),
    async close() {
      await pipeline.stop();
      store.close();
    },
  };
}

const ACCEPTED: Delivery = { outcome: 'accepted', reference: null };
const ORDER = { responder: 'li', via: 'edge', note: 'measured', proof: 'declared', to: null } as const;
let orders = 0;

function newOrder(clock: Clock): Pick<Command, 'commandId' | 'receivedAt'> {
  return { commandId: `bench-order-${(orders += 1)}`, receivedAt: instantText(clock.now()) };
}

/** Turns of the loop, ms, the shortest first: how long each was, and how long its thread really worked. */
export interface Turns {
  readonly lasted: readonly number[];
  readonly worked: readonly number[];
}

/** The turns of the loop while the work was done. What else the machine does makes them last longer, not work longer. */
export async function turnsDuring(work: () => Promise<void>): Promise<Turns> {
  const lasted: number[] = [];
  const worked: number[] = [];
  let last = performance.now();
  let lastWorked = workedMs();
  let beating = true;
  const beat = () => {
    const [now, nowWorked] = [performance.now(), workedMs()];
    lasted.push(now - last);
    worked.push(nowWorked - lastWorked);
    [last, lastWorked] = [now, nowWorked];
    if (beating) setImmediate(beat);
  };
  setImmediate(beat);
  await work();
  // The turn in which the work ended counts as well.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  beating = false;
  return { lasted: inOrder(lasted), worked: inOrder(worked) };
}

/** Several stretches of turns as one. */
export function together(stretches: readonly Turns[]): Turns {
  return {
    lasted: inOrder(stretches.flatMap(({ lasted }) => lasted)),
    worked: inOrder(stretches.flatMap(({ worked }) => worked)),
  };
}

/** The longest turn of a stretch alone. */
export function longestOf({ lasted, worked }: Turns): Turns {
  return { lasted: lasted.slice(-1), worked: worked.slice(-1) };
}

function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function inOrder(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

/** The value that so large a share of numbers in ascending order does not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number;
}

/** Bytes of the heap that are in use once all garbage is gone. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
