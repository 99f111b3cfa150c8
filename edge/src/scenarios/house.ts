import {
  type Command,
  type Incident,
  instantMillis,
  instantText,
  type Millis,
  Registry,
} from '@keepsite/edge-contract';
import type { Doubt } from '../domain/clock-start.ts';
import { Rule } from '../domain/rule.ts';
import { createPager } from '../outbox/pager.ts';
import type { Delivery, OwedPage, Pipeline } from '../ports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLonePipeline, messageOf } from '../testing/lone-pipeline.ts';
import { createMemoryDisk, createMemoryStore } from '../testing/memory-store.ts';
import { type HouseRules, residence } from './residence.ts';

/** What a channel does with a page: takes it, refuses it, says to come later, or never says anything. */
type Manner = 'accepts' | 'fails' | 'busy' | 'times out' | 'hangs';

interface HouseOptions extends HouseRules {
  /** T0 of the first fault. */
  readonly startsAt?: string;
  readonly channels?: Readonly<Record<string, Manner>>;
  /** A lift that has said nothing for so long is silent; absent: never. */
  readonly silentAfterSeconds?: number;
}

/** One order, and how late edge and cloud first heard of it, if not at once. */
type Said = Partial<Pick<Command, 'note' | 'proof' | 'to' | 'commandId'>> & { readonly heardAt?: string };

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const BUSY_FOR_MS = 5_000;

const silentAfter = (seconds: number) =>
  Rule.parse({
    id: 'silence',
    fault: 'no_data',
    severity: 'minor',
    summary: { en: 'Silent', zh: '失联' },
    when: { kind: 'silence', seconds },
  });

/**
 * A house whose lift may trap somebody: the real pipeline, ladder and pager, on a disk and a clock that a
 * scenario moves. Instants are told as minutes and seconds after T0, the instant of the first fault.
 */
export async function aHouse(options: HouseOptions = {}) {
  const t0 = options.startsAt ? instantMillis(options.startsAt) : Date.UTC(2026, 2, 2, 8);
  const disk = createMemoryDisk();
  const channels: Record<string, Manner> = { ...options.channels };
  /** Work that threw. */
  const failures: unknown[] = [];
  const sent: { readonly to: string; readonly what: string }[] = [];
  let orders = 0;
  let gateway = boot(t0, null);
  await gateway.idle();

  function boot(at: Millis, doubt: Doubt | null) {
    const clock = createFakeClock(at);
    const store = createMemoryStore({ disk });
    const registry = Registry.parse(residence(options));
    const rules = options.silentAfterSeconds === undefined ? [] : [silentAfter(options.silentAfterSeconds)];
    const pipeline = createLonePipeline({
      edge: 'house',
      registry,
      rules,
      store,
      clock,
      doubt,
      log: { warn: (fields) => failures.push(fields) },
      onPagesOwed: () => pager.nudge(),
    });
    const deliver = (owed: OwedPage) => delivered(owed, clock.now());
    const events = { pageSent() {}, pagesNotSettled() {}, workFailed: (work: string) => void failures.push(work) };
    const pager = createPager({ store, notifier: { deliver }, pipeline, clock, events, concurrency: 100 });
    pager.start();
    return { clock, store, pipeline, idle: () => idle(pipeline, failures) };
  }

  function delivered({ page }: OwedPage, now: Millis): Promise<Delivery> {
    const manner = channels[page.channel] ?? 'accepts';
    const again = page.possibleDuplicate ? ' again?' : '';
    sent.push({ to: page.to.person, what: `${told(now - t0)} ${page.channel}${again}` });
    if (manner === 'hangs') return new Promise(() => undefined);
    return Promise.resolve(ANSWERS[manner]);
  }

  async function stride(to: Millis, step: number): Promise<void> {
    while (gateway.clock.now() < to) {
      gateway.clock.advanceTo(Math.min(to, gateway.clock.now() + step));
      await gateway.idle();
    }
  }

  const house = {
    /** How they behave from now on. */
    channels,
    /** Somebody is shut in the lift; or the lift says that he is out. */
    async trapped(state: 'raised' | 'cleared' = 'raised', device = 'lift-3') {
      const topic = `keepsite/house/devices/${device}/fault`;
      const fault = { fault: 'entrapment', state };
      gateway.pipeline.receive(messageOf(topic, fault, gateway.clock.now(), { client: device }));
      await gateway.idle();
    },
    /** Somebody who stands before the lift says that a person is shut in. */
    async reported(by: string) {
      const report = { asset: 'elevator-3', fault: 'entrapment', severity: 'critical', reporter: by } as const;
      await gateway.pipeline.report({ ...report, commandId: `report-${(orders += 1)}` }, gateway.clock.now(), 'edge');
      await gateway.idle();
    },
    /** Time passes until so long after T0. */
    at: (offset: string) => stride(t0 + offsetMs(offset), SECOND_MS),
    /** Time passes, and nobody looks at the seconds. */
    days: (days: number) => stride(gateway.clock.now() + days * 24 * HOUR_MS, HOUR_MS),
    /** The power goes; the gateway is back at that instant after T0. Nothing that it had not written down is left. */
    async crashed(backAt: string, doubt: Doubt | null = null) {
      gateway = boot(t0 + offsetMs(backAt), doubt);
      await gateway.idle();
    },
    /** Somebody answers, on any door; the answer tells whether it counted. */
    async says(who: string, verb: Command['verb'], said: Said = {}) {
      const { heardAt, commandId = `order-${(orders += 1)}`, note = 'because', ...more } = said;
      const receivedAt = instantText(heardAt === undefined ? gateway.clock.now() : t0 + offsetMs(heardAt));
      const incident = house.incident.id;
      const order = { commandId, incident, verb, responder: who, receivedAt, via: 'edge', note } as const;
      const answer = await gateway.pipeline.order({ proof: 'declared', to: null, ...order, ...more });
      await gateway.idle();
      return answer;
    },
    /** The newest incident of somebody shut in. */
    get incident(): Incident {
      const newest = house.incidents.find(({ fault }) => fault === 'entrapment');
      if (!newest) throw new Error('nothing has happened in this house');
      return newest;
    },
    /** All that there ever were, the newest first. */
    get incidents(): Incident[] {
      return gateway.store.incidents({ limit: 100 });
    },
    /** When this person was told, and over what, in order: `1:00 voice`; `again?` where it said so itself. */
    told: (who: string) => sent.filter(({ to }) => to === who).map(({ what }) => what),
    /** Who was told at that instant, by name. */
    toldAt: (offset: string) =>
      [...new Set(sent.filter(({ what }) => what.startsWith(`${offset} `)).map(({ to }) => to))].toSorted(),
    /** How many pages ever left. */
    get pages() {
      return sent.length;
    },
    /** What its clock says, and as of when: `running`, `breached 7:00`. */
    verdict(term: 'acknowledge' | 'on_site' | 'resolve') {
      const { clocks, timeline } = house.incident;
      const verdict = clocks.find((clock) => clock.term === term)?.verdict;
      const entry = timeline.findLast(({ kind, detail }) => JUDGED.includes(kind) && detail['term'] === term);
      return entry ? `${verdict} ${told(instantMillis(entry.at) - t0)}` : verdict;
    },
    /** What the timeline tells of one kind, with its instant. */
    timeline: (kind: string) =>
      house.incident.timeline.filter((entry) => entry.kind === kind).map(({ at }) => told(instantMillis(at) - t0)),
  };
  return house;
}

type House = Awaited<ReturnType<typeof aHouse>>;

/** A house in which somebody has just been shut in. */
export async function aHouseWithSomebodyTrapped(options: HouseOptions = {}): Promise<House> {
  const house = await aHouse(options);
  await house.trapped();
  return house;
}

const JUDGED: readonly string[] = ['clock', 'adjusted'];

const ANSWERS: Record<Exclude<Manner, 'hangs'>, Delivery> = {
  accepts: { outcome: 'accepted', reference: null },
  fails: { outcome: 'failed', reason: 'the provider says no' },
  busy: { outcome: 'retry', reason: 'the provider is away', afterMs: BUSY_FOR_MS },
  'times out': { outcome: 'retry', reason: 'no answer', afterMs: BUSY_FOR_MS, mayHaveArrived: true },
};

/** Everything that this turn of the world sets off is done: pages sent, outcomes written down. */
async function idle(pipeline: Pick<Pipeline, 'flush'>, failures: readonly unknown[]): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await pipeline.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (failures.length > 0) throw new Error(`work was not done: ${JSON.stringify(failures)}`);
}

/** `1:05.250` for 65.25 s after T0. */
function told(ms: number): string {
  const rest = ms % SECOND_MS === 0 ? '' : `.${String(ms % SECOND_MS).padStart(3, '0')}`;
  const seconds = Math.floor(ms / SECOND_MS);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}${rest}`;
}

function offsetMs(offset: string): number {
  const [minutes = 0, seconds = 0] = offset.split(':').map(Number);
  return Math.round((minutes * 60 + seconds) * SECOND_MS);
}
