import { instantMillis, instantText, type Incident, type Term } from '@keepsite/edge-contract';
import { GENESIS, verifyChain } from '@keepsite/edge-evidence';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSystemClock, type Machine } from './adapters/system-clock.ts';
import { startOfClock } from './domain/clock-start.ts';
import { createClockKeeper, knownTime } from './jobs/clock-keeper.ts';
import { createLonePipeline, messageOf } from './testing/lone-pipeline.ts';
import { openTestStore, temporaryStorePath } from './testing/sqlite-file.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const NOON = Date.UTC(2026, 2, 2, 12);

let path: string;
beforeEach(() => {
  path = temporaryStorePath();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('while the gateway runs', () => {
  test.each([-2 * HOUR, 2 * HOUR])(
    'a wall clock stepped by %d ms moves no deadline: seven minutes are 420 s',
    async (step) => {
      const edge = start(machineAt(NOON));
      await edge.raise();
      await edge.pass(60 * SECOND);
      edge.machine.step(step);
      await edge.pass(359 * SECOND);
      expect(edge.verdict('on_site')).toBe('running');
      await edge.pass(2 * SECOND);
      expect(edge.verdict('on_site')).toBe('breached');
      expect(edge.judgedAfterSeconds('on_site')).toBe(420);
    },
  );

  test('who arrives after 419 s is in time, though the wall clock says two hours', async () => {
    const edge = start(machineAt(NOON));
    await edge.raise();
    edge.machine.step(2 * HOUR);
    await edge.pass(419 * SECOND);
    await edge.arrive();
    expect(edge.verdict('on_site')).toBe('met');
  });

  test('what the machine slept through has passed: the promise is broken at its own instant', async () => {
    const edge = start(machineAt(NOON));
    await edge.raise();
    await edge.pass(60 * SECOND);
    edge.machine.sleep(HOUR);
    await edge.pass(SECOND);
    expect(edge.verdict('on_site')).toBe('breached');
    expect(edge.judgedAfterSeconds('on_site')).toBe(420);
  });

  test.each(['2026-03-29T00:57:00.000Z', '2026-10-25T00:57:00.000Z', '2026-11-01T05:57:00.000Z'])(
    'seven minutes across the change of the clocks at %s are 420 s',
    async (before) => {
      const edge = start(machineAt(instantMillis(before)));
      await edge.raise();
      await edge.pass(421 * SECOND);
      expect(edge.judgedAfterSeconds('on_site')).toBe(420);
    },
  );

  test('a clock that is set right is followed once nothing is open, and never back', async () => {
    const edge = start(machineAt(NOON));
    edge.machine.step(8 * HOUR);
    await edge.raise();
    await edge.keep(3);
    expect([edge.followed, edge.isNear()]).toEqual([[], false]);
    await edge.close();
    await edge.keep(2);
    expect([edge.followed.length, edge.isNear()]).toEqual([1, true]);
    edge.machine.step(-8 * HOUR);
    await edge.keep(3);
    expect(edge.followed).toHaveLength(1);
    expect(edge.trouble()).toContain('28800 s ahead of');
  });

  test('a clock that is still being slewed is not followed', async () => {
    const edge = start(machineAt(NOON));
    for (let n = 0; n < 5; n += 1) {
      edge.machine.step(30 * SECOND);
      await edge.keep(1);
    }
    expect(edge.followed).toEqual([]);
  });
});

describe('across a restart', () => {
  test.each([-2 * HOUR, 2 * HOUR])(
    'of the process alone, a wall clock stepped by %d ms moves no deadline',
    async (step) => {
      const before = start(machineAt(NOON));
      await before.raise();
      await before.pass(60 * SECOND);
      await before.crash();
      before.machine.pass(100 * SECOND);
      before.machine.step(step);

      const edge = start(before.machine);
      await edge.pass(259 * SECOND);
      expect(edge.verdict('on_site')).toBe('running');
      await edge.pass(3 * SECOND);
      expect(edge.verdict('on_site')).toBe('breached');
      expect(edge.judgedAfterSeconds('on_site')).toBe(420);
    },
  );

  test('of the machine with a clock that went on, a promise that ran out meanwhile is broken at its own instant', async () => {
    const before = start(machineAt(NOON));
    await before.raise();
    await before.crash();
    const edge = start(rebooted(before.machine, 10 * 60 * SECOND));
    await edge.pass(SECOND);
    expect(edge.verdict('on_site')).toBe('breached');
    expect(edge.judgedAfterSeconds('on_site')).toBe(420);
  });

  test.each([
    ['years behind, its battery empty', -20 * 365 * 24 * HOUR],
    ['an hour behind', -HOUR],
    ['years ahead', 5 * 365 * 24 * HOUR],
  ])(
    'of the machine with a clock %s, running clocks are unknown and say why; what was certain stands',
    async (_, off) => {
      const before = start(machineAt(NOON));
      await before.raise();
      await before.pass(130 * SECOND);
      expect(before.verdict('acknowledge')).toBe('breached');
      await before.crash();

      const edge = start(rebooted(before.machine, off));
      await edge.pass(SECOND);
      expect([edge.verdict('acknowledge'), edge.verdict('on_site'), edge.verdict('resolve')]).toEqual([
        'breached',
        'unknown',
        'unknown',
      ]);
      expect(edge.incident()).toMatchObject({ sla: 'unknown', response: 'open' });
      const told = edge
        .incident()
        .timeline.filter(({ kind, detail }) => kind === 'clock' && detail['verdict'] === 'unknown');
      expect(told.map(({ detail }) => detail['reason'])).toEqual(
        Array.from({ length: 2 }, () => expect.stringContaining('how much time had passed is not known')),
      );
      await edge.pass(400 * SECOND);
      await edge.arrive();
      expect(edge.verdict('on_site')).toBe('unknown');
      expect(verifyChain(edge.events(), { seq: 0, hash: GENESIS })).toMatchObject({ ok: true });
    },
  );

  test('of the machine with a clock behind, edge time goes on where it was, the ladder too', async () => {
    const before = start(machineAt(NOON));
    await before.raise();
    await before.pass(30 * SECOND);
    await before.crash();
    const edge = start(rebooted(before.machine, -HOUR));
    expect(edge.clock.now()).toBeGreaterThanOrEqual(before.clock.now());
    await edge.pass(40 * SECOND);
    expect(edge.incident().pages.map(({ to }) => to.person)).toContain('zhao');
  });
});

/** A machine whose clocks a test sets. */
class TestMachine implements Machine {
  readonly at: { wall: number; monotonic: number; uptime: number };
  readonly boot: string;

  constructor(wall: number, boot: string) {
    this.at = { wall, monotonic: 100, uptime: 20_000 };
    this.boot = boot;
  }

  readonly read = () => ({ wall: this.at.wall, boot: this.boot, uptime: this.at.uptime });
  readonly wall = () => this.at.wall;
  readonly monotonic = () => this.at.monotonic;
  readonly uptime = () => this.at.uptime;

  step(ms: number): void {
    this.at.wall += ms;
  }
  pass(ms: number): void {
    this.at.monotonic += ms;
    this.sleep(ms);
  }
  sleep(ms: number): void {
    this.at.wall += ms;
    this.at.uptime += ms;
  }
}

function machineAt(wall: number): TestMachine {
  return new TestMachine(wall, 'first boot');
}

/** The same machine started anew, its clock off by `ms` from when it went down. */
function rebooted(machine: TestMachine, ms: number): TestMachine {
  return new TestMachine(machine.at.wall + ms, 'second boot');
}

let commands = 0;

/** The pipeline on a real store and the system's clock, on a machine of the test's own. */
function start(machine: TestMachine) {
  const store = openTestStore(path);
  const { at, doubt } = startOfClock(knownTime(store), machine.read());
  const clock = createSystemClock(machine, at);
  const followed: number[] = [];
  const pipeline = createLonePipeline({ store, clock, doubt });
  const keeper = createClockKeeper({
    clock,
    machine: machine.read,
    store,
    openIncidents: () => pipeline.status().openIncidents,
    onFollowed: (to) => followed.push(to),
    events: { clockFollowed: () => undefined },
  });
  const incident = (): Incident => {
    const [found] = store.incidents({ limit: 1 });
    if (!found) throw new Error('no incident stands in the store');
    return found;
  };
  const order = async (verb: 'arrive' | 'resolve' | 'close') => {
    const commandId = `command-${(commands += 1)}`;
    const receivedAt = instantText(clock.now());
    const said = { note: 'done', proof: 'declared', to: null, via: 'edge', responder: 'li' } as const;
    await pipeline.order({ ...said, commandId, verb, incident: incident().id, receivedAt });
  };
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      const step = Math.min(250, left);
      machine.pass(step);
      vi.advanceTimersByTime(step);
      // Deadlines are looked at between two turns, as they come.
      if (left % SECOND < 250) await pipeline.flush();
    }
    await pipeline.flush();
  };
  keeper.keep();

  return {
    machine,
    clock,
    followed,
    pass,
    incident,
    trouble: keeper.trouble,
    isNear: () => Math.abs(clock.offsetMs) < SECOND,
    events: () => store.events({ after: 0, limit: 10_000 }),
    verdict: (term: Term) => incident().clocks.find((one) => one.term === term)?.verdict,
    /** From T0 to the instant that the verdict counts from. */
    judgedAfterSeconds(term: Term) {
      const { openedAt, timeline } = incident();
      const told = timeline.find(({ kind, detail }) => kind === 'clock' && detail['term'] === term);
      return told && (instantMillis(told.at) - instantMillis(openedAt)) / SECOND;
    },
    async raise() {
      const raised = { fault: 'entrapment', state: 'raised' };
      pipeline.receive(messageOf('keepsite/park/devices/lift-3/fault', raised, clock.now()));
      await pipeline.flush();
      keeper.keep();
    },
    arrive: () => order('arrive'),
    async close() {
      await order('resolve');
      await order('close');
    },
    /** The keeper's chore, every ten seconds. */
    async keep(times: number) {
      for (let n = 0; n < times; n += 1) {
        await pass(10 * SECOND);
        keeper.keep();
      }
    },
    /** Nothing is said or saved in the end. */
    async crash() {
      keeper.keep();
      await pipeline.flush();
      store.close();
      vi.clearAllTimers();
    },
  };
}
