import type { Fault } from '@keepsite/edge-contract';
import { type Channel, type Delivery, createPost, createRates } from '@keepsite/edge-notify';
import { createSystemClock } from '../src/adapters/system-clock.ts';
import { createPager } from '../src/outbox/pager.ts';
import type { Notifier } from '../src/ports.ts';
import { figure, type Figures } from './figures.ts';
import { createCrowd, OPEN } from './response-crowd.ts';
import { inDirectory } from './response-directory.ts';

const ROUNDS = 5;
/** So many are sent before the critical one comes. */
const BEFORE = 100;
/** Of each severity, where all of them are sent. */
const EACH = 1_000;
/** What a provider takes for one page. */
const SENDING_MS = 10;
/** A robot like those of DingTalk and WeCom, whose minute passes in a second. */
const ROBOT = { key: 'robot', count: 20, perMs: 1_000 };

/** Major, and never told together with others: each of them pages for itself. */
const MAJOR: Fault = 'ebike_in_car';

/** Who was told, in order. */
interface Departure {
  readonly severity: string;
  readonly at: number;
}

/**
 * Ten thousand pages of major incidents wait behind a channel, then somebody is trapped: how many others
 * are told before that page leaves, and when it does. Once over a channel that is merely slow, once over
 * a robot that takes no more than so many in a while. And a mixed crowd, sent to the last: in order, or
 * the measurement fails.
 */
export async function urgency(tell: (line: string) => void): Promise<Figures> {
  return {
    ...(await behind('slow', `${SENDING_MS} ms a page, 8 at once`, slowChannel, tell)),
    ...(await behind('robot', `${ROBOT.count} a second at most`, robotChannel, tell)),
    ...(await inOrder(tell)),
  };
}

async function inOrder(tell: (line: string) => void): Promise<Figures> {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { order, seconds } = await inDirectory(everybodyTold);
    const late = order.lastIndexOf('critical');
    if (order.length !== 2 * EACH || late !== EACH - 1) throw new Error(`a critical page left as number ${late + 1}`);
    if (round > 0) rates.push(order.length / seconds);
    tell(`${order.length} pages left in order of urgency, ${Math.round(order.length / seconds)} a second`);
  }
  const beside = `${EACH} critical after ${EACH} major ones, over a channel that takes them at once; each outcome on disk`;
  return { response_pages_in_order: figure(rates, '/s', beside) };
}

async function everybodyTold(path: string): Promise<{ order: string[]; seconds: number }> {
  const order: string[] = [];
  const all = Promise.withResolvers<void>();
  const notifier: Notifier = {
    deliver(_, { severity }) {
      order.push(severity);
      if (order.length === 2 * EACH) all.resolve();
      return Promise.resolve(ACCEPTED);
    },
  };
  const { crowd, pager } = crowdWithPager(path, 2 * EACH, notifier);
  await crowd.raise(MAJOR, crowd.elevators.slice(0, EACH));
  await crowd.raise('entrapment', crowd.elevators.slice(EACH));
  const from = performance.now();
  pager.start();
  await all.promise;
  const seconds = (performance.now() - from) / 1000;
  await pager.stop();
  await crowd.close();
  return { order, seconds };
}

function crowdWithPager(path: string, count: number, notifier: Notifier) {
  const clock = createSystemClock();
  const crowd = createCrowd(path, { count, clock, onPagesOwed: () => pager.nudge() });
  const nothing = () => undefined;
  const events = { pageSent: nothing, pagesNotSettled: nothing, workFailed: nothing };
  const pager = createPager({ store: crowd.store, notifier, pipeline: crowd.pipeline, clock, events });
  return { crowd, pager };
}

type MakeNotifier = (told: (severity: string) => void) => Notifier;

async function behind(name: string, how: string, make: MakeNotifier, tell: (line: string) => void): Promise<Figures> {
  const places: number[] = [];
  const delays: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { place, ms } = await inDirectory((path) => placeOfCritical(path, make));
    tell(`${name}: the critical page left as number ${place} after its incident, ${ms.toFixed(0)} ms after it`);
    if (round === 0) continue;
    places.push(place);
    delays.push(ms);
  }
  const beside = `${OPEN} pages of major incidents wait; ${how}`;
  return {
    [`response_critical_place_${name}`]: figure(places, 'th', beside),
    [`response_critical_leaves_${name}`]: figure(delays, 'ms', beside),
  };
}

async function placeOfCritical(path: string, make: MakeNotifier): Promise<{ place: number; ms: number }> {
  const departures: Departure[] = [];
  let waiting: { readonly until: () => boolean; readonly done: () => void } | null = null;
  const reached = (until: () => boolean) => new Promise<void>((done) => (waiting = { until, done }));
  const notifier = make((severity) => {
    departures.push({ severity, at: performance.now() });
    if (waiting?.until()) waiting.done();
  });
  const { crowd, pager } = crowdWithPager(path, OPEN + 1, notifier);
  const { elevators } = crowd;
  await crowd.raise(MAJOR, elevators.slice(0, OPEN));
  pager.start();
  await reached(() => departures.length >= BEFORE);
  const [from, already] = [performance.now(), departures.length];
  const critical = () => departures.findIndex(({ severity }) => severity === 'critical');
  const left = reached(() => critical() >= 0);
  await crowd.raise('entrapment', elevators.slice(OPEN));
  await left;
  const index = critical();
  await pager.stop();
  await crowd.close();
  return { place: index - already + 1, ms: (departures[index] as Departure).at - from };
}

function slowChannel(told: (severity: string) => void): Notifier {
  return {
    async deliver(_, incident) {
      told(incident.severity);
      await new Promise((resolve) => setTimeout(resolve, SENDING_MS));
      return ACCEPTED;
    },
  };
}

/** With the limits, the ranks and the patience of the channels that every edge has. */
function robotChannel(told: (severity: string) => void): Notifier {
  const now = () => performance.now();
  const robot: Channel = {
    name: 'mqtt',
    limits: () => [ROBOT],
    send({ incident }) {
      told(incident.severity);
      return Promise.resolve(ACCEPTED);
    },
  };
  const nowhere = () => Promise.reject(new Error('nothing is sent by the measurement'));
  const post = createPost({
    channels: new Map([['mqtt', robot]]),
    people: new Map(),
    rates: createRates(now),
    now,
    deps: {
      fetch: nowhere,
      publish: nowhere,
      assertAllowedUrl: () => undefined,
      wallNow: () => Date.now(),
      random: Math.random,
      log: () => undefined,
      timeoutMs: 1_000,
    },
  });
  return {
    deliver(owed, incident) {
      const { page, attempts } = owed;
      const place = { en: incident.asset, zh: incident.asset };
      const common = { test: false, languages: ['zh', 'en'] as const, place, timeZone: 'UTC', link: null };
      const { possibleDuplicate } = page;
      return post.deliver({ ...common, page, incident, possibleDuplicate, attempt: attempts + 1, now: Date.now() }, []);
    },
  };
}

const ACCEPTED: Delivery = { outcome: 'accepted', reference: null };
