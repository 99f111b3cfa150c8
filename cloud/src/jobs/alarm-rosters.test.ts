import { beforeEach, expect, test } from 'vitest';
import { ResponseBook } from '@keepsite/edge-contract';
import { postgresMetrics } from '../adapters/postgres/metrics.ts';
import { postgresStore } from '../adapters/postgres/store.ts';
import { Duty } from '../domain/alarm/duty.ts';
import { silentEvents } from '../events.ts';
import { acceptBatch } from '../ingest/accept-batch.ts';
import type { Jobs, Store } from '../ports.ts';
import { localNotices } from '../testing/local-notices.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, FOLLOW_UP, registry, T0 } from '../testing/samples.ts';
import { acknowledgeAlarm } from './alarms.ts';
import { createWatch } from './schedule.ts';
import { siteClock } from './site-clock.ts';

const S = 1000;
const DUTY = Duty.parse({
  version: 1,
  people: [{ id: 'wang', name: '王磊', addresses: [{ channel: 'sms', to: '100' }] }],
  steps: [{ afterSeconds: 0, page: ['wang'] }],
});
const ROSTERS = { list: 'roster', edge: 'edge-1', plan: 'p' };

/** By day an, by night nobody; T0 is 16:00 in Shanghai. */
const BOOK = ResponseBook.parse({
  people: [
    { id: 'an', name: '安', addresses: [{ channel: 'sms', to: '138' }] },
    { id: 'bo', name: '博', addresses: [{ channel: 'siren', to: 'yard' }] },
  ],
  rosters: [
    {
      id: 'duty',
      version: 1,
      name: { en: 'Duty', zh: '值班' },
      zone: 'Asia/Shanghai',
      calendar: 'china',
      layers: [
        {
          id: 'day',
          members: ['an'],
          from: '2026-01-01T00:00',
          hours: [{ days: ['workday'], from: '08:00', to: '20:00' }],
        },
      ],
    },
  ],
  plans: [{ id: 'p', version: 1, clients: ['acme'], steps: [{ afterSeconds: 0, page: ['duty'] }], alert: ['bo'] }],
});

const database = useTestDatabase();
let store: Store;

beforeEach(async () => {
  store = await postgresStore(database.db, database.tenant());
});

test('of a blind site those are paged who are on call by its plan, and the alarm says so', async () => {
  await hear('edge-1', BOOK);
  await look(T0);
  expect(await pages()).toEqual(['an 138 queued']);
  expect(await store.alarms.list({ limit: 1 })).toMatchObject([{ pagedBy: [ROSTERS] }]);
});

test('when nobody is on call, or the plan goes by no roster, the duty file counts, and the alarm says that', async () => {
  await hear('edge-1', BOOK);
  await hear('edge-2', {
    ...BOOK,
    rosters: [],
    plans: BOOK.plans.map((plan) => ({ ...plan, steps: [{ ...plan.steps[0]!, page: ['an'] }] })),
  });
  // Six hours later nobody is on call, and whom the plan alerts has only a siren, which is the edge's.
  await look(T0 + 6 * 3_600 * S);
  expect(await pages()).toEqual(['wang 100 queued']);
  expect(await store.alarms.list({ limit: 1 })).toMatchObject([{ pagedBy: [{ list: 'file' }] }]);
});

test('whoever was paged by a roster is told when somebody has it', async () => {
  await hear('edge-1', BOOK);
  await look(T0);
  const [page] = await store.alarms.lease(T0 + 60 * S, T0 + 90 * S, 1);
  const sent = { state: 'accepted' as const, reason: null, notBefore: T0, attempted: true, doubtful: false };
  await store.alarms.settle(page!, sent, T0 + 61 * S);
  await acknowledgeAlarm(store, page!.alarm, { by: 'an', note: null }, T0 + 70 * S);
  expect(await pages()).toEqual(['an 138 accepted', 'an 138 queued']);
  expect(await store.alarms.list({ limit: 1 })).toMatchObject([{ pagedBy: [ROSTERS] }]);
});

/** Half a minute of silence as the watch sees it; `site` is what the sites' clocks show meanwhile. */
async function look(site: number): Promise<void> {
  const ports = {
    store,
    notices: localNotices(),
    events: silentEvents(),
    clock: siteClock({ now: () => site }, false),
  };
  const jobs: Jobs = { start: async () => undefined, wish: async () => undefined, stop: async () => undefined };
  const guardians = { duty: DUTY, channels: new Set(['sms']), onOwed: () => undefined };
  const watch = createWatch({ ...ports, timeZone: 'UTC' }, jobs, guardians);
  for (let now = T0; now <= T0 + 60 * S; now += 5 * S) await watch(now, now);
}

async function pages(): Promise<string[]> {
  const alarms = await store.alarms.list({ limit: 10 });
  const found = await Promise.all(alarms.map(({ id }) => store.alarms.get(id)));
  return found.flatMap((one) => one?.pages.map(({ to, state }) => `${to.person} ${to.address} ${state}`) ?? []);
}

async function hear(edge: string, book: ResponseBook): Promise<void> {
  const ports = {
    store,
    metrics: postgresMetrics(database.db, store.tenant),
    notices: localNotices(),
    events: silentEvents(),
    touch: () => undefined,
    followUp: FOLLOW_UP,
  };
  const places = edge === 'edge-1' ? registry() : { ...registry(), sites: [], zones: [], assets: [], devices: [] };
  await acceptBatch(ports, edge, batch({ registry: { ...places, ...book } }, edge), T0);
}
