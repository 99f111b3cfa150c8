import pg from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { instantText, type Heartbeat } from '@keepsite/edge-contract';
import { bossJobs } from '../adapters/boss-jobs.ts';
import { postgresMetrics } from '../adapters/postgres/metrics.ts';
import { postgresStore } from '../adapters/postgres/store.ts';
import { nextColour, type ColourState } from '../domain/retention/index.ts';
import { silentEvents } from '../events.ts';
import { acceptBatch } from '../ingest/accept-batch.ts';
import type { Notice, Store } from '../ports.ts';
import { localNotices } from '../testing/local-notices.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, chain, contract, EDGE, fact, FOLLOW_UP, opened, registry, story, T0 } from '../testing/samples.ts';
import { clientSla, closeMonths } from './client-sla.ts';
import { liveScores } from './live-scores.ts';
import { jobHandlers, markBlind, schedules } from './schedule.ts';
import { rescoreClient, scoreClient } from './score-client.ts';
import { siteClock } from './site-clock.ts';

const ZONE = 'Asia/Shanghai';
const DAY = 86_400_000;
const ACME = {
  id: 'acme',
  name: { en: 'Acme', zh: '艾克米' },
  kind: 'commercial' as const,
  since: null,
  officer: 'chen',
};

const database = useTestDatabase();
let store: Store;

beforeEach(async () => {
  store = await postgresStore(database.db, database.tenant());
  await store.clients.save(ACME);
  await store.clients.saveContract(contract());
});

async function deliver(parts: Parameters<typeof batch>[0]): Promise<void> {
  const metrics = postgresMetrics(database.db, store.tenant);
  await acceptBatch(
    { store, metrics, notices: localNotices(), events: silentEvents(), touch: () => undefined, followUp: FOLLOW_UP },
    EDGE,
    batch(parts),
    T0,
  );
}

test('a month is frozen a day after its end, and later facts do not change it', async () => {
  await deliver({ events: chain(story('i-1', 500)) });
  const april = Date.UTC(2026, 2, 31, 16);

  expect(await closeMonths(store, ACME, april + DAY - 1, ZONE)).not.toContain('2026-03');
  expect(await closeMonths(store, ACME, april + DAY, ZONE)).toContain('2026-03');
  expect(await closeMonths(store, ACME, april + DAY, ZONE)).toEqual([]);
  const last = (await store.incidents.events('i-1')).at(-1)!.event;
  await deliver({
    events: chain(
      [
        {
          ...fact('i-1', 7200, {
            kind: 'adjusted',
            term: 'on_site',
            verdict: 'met',
            metAt: instantText(T0),
            reason: 'late',
          }),
        },
      ],
      last,
    ),
  });

  const report = await clientSla(store, 'acme', '2026-03', april + 9 * DAY, ZONE);
  expect([report.closed, report.terms.find(({ term }) => term === 'on_site')?.breached]).toEqual([true, 1]);
  expect((await store.incidents.get('i-1'))?.clocks.find(({ term }) => term === 'on_site')?.verdict).toBe('met');
});

test('a month with a running clock waits, a week at most', async () => {
  await deliver({ events: chain([fact('i-1', 0, opened(T0))]) });
  const april = Date.UTC(2026, 2, 31, 16);

  expect(await closeMonths(store, ACME, april + 6 * DAY, ZONE)).not.toContain('2026-03');
  expect(await closeMonths(store, ACME, april + 7 * DAY, ZONE)).toContain('2026-03');
});

test('a day scored twice starts from the day before, and the row holds inputs, score and reason together', async () => {
  await deliver({ registry: registry(), events: chain(story('i-1', 1320)) });
  await tellRelation();
  await scoreClient(store, ACME, T0 + DAY, ZONE);
  const first = await scoreClient(store, ACME, T0 + 2 * DAY, ZONE);
  const second = await scoreClient(store, ACME, T0 + 2 * DAY, ZONE);

  expect(second).toEqual(first);
  const late = { id: 's', at: instantText(T0), respondent: '', nps: 0 };
  await store.clients.saveFacts('acme', 'surveys', [{ id: 's', at: T0, body: late }]);
  await scoreClient(store, ACME, T0 + 2 * DAY, ZONE);
  const third = await scoreClient(store, ACME, T0 + 2 * DAY + 3_600_000, ZONE);
  expect(third.report.score).not.toBe(first.report.score);
  const before = (await store.scores.before('acme', third.day))?.machine as ColourState;
  const { state } = nextColour(before, { ...third.report, at: third.at, vetoes: [] });
  expect(state.smoothed).not.toBe(null);
  expect(third.machine).toEqual(state);
  expect(await store.scores.latest('acme')).toEqual(third);
  expect(third.inputs).toMatchObject({ incidents: [['i-1', 8]], contracts: [['c-1', 1]] });
  expect(await store.scores.history('acme', 10)).toHaveLength(2);
});

test('the past is scored from what was known, or, where it was imported, from when it happened', async () => {
  await deliver({ registry: registry(), events: chain(story('i-1', 1320)) });
  const now = T0 + 5 * DAY;
  const range = { from: '2026-03-01', to: '2026-03-04' };
  const sees = async () => {
    const cards = await Promise.all(
      ['2026-03-02', '2026-03-03', '2026-03-05'].map((day) => store.scores.before('acme', day)),
    );
    return cards.map((card) => card?.report.incidents.length);
  };

  expect(await rescoreClient(store, ACME, range, now, ZONE, 'own')).toBe(4);
  expect(await sees()).toEqual([0, 1, 1]);
  // The cloud heard of it only when this test ran, long after those days.
  expect(await rescoreClient(store, ACME, range, now, ZONE, 'recorded')).toBe(4);
  expect(await sees()).toEqual([0, 0, 0]);
});

test('an invoice that is 90 days overdue becomes a veto that outlives its payment', async () => {
  const invoice = { id: 'a', amount: 1, currency: 'CNY', issuedOn: '2025-10-01', dueOn: '2025-11-01', paidOn: null };
  await store.clients.saveFacts('acme', 'invoices', [{ id: 'a', at: T0, body: invoice }]);
  const unpaid = await scoreClient(store, ACME, T0, ZONE);
  await store.clients.saveFacts('acme', 'invoices', [{ id: 'a', at: T0, body: { ...invoice, paidOn: '2026-03-02' } }]);
  const paid = await scoreClient(store, ACME, T0 + DAY, ZONE);

  expect([unpaid.report.colour, paid.report.colour]).toEqual(['red', 'red']);
  expect((await store.clients.facts('acme', 'vetoes')).map(({ value }) => value)).toMatchObject([
    { id: 'invoice:a', releasedAt: null },
  ]);
});

test('clients that are touched while others are scored are scored too, each once for many touches', async () => {
  const notices = localNotices();
  const events = silentEvents();
  const clock = siteClock({ now: () => T0 }, false);
  const live = liveScores({ store, notices, events, clock, timeZone: ZONE });
  await store.clients.save({ ...ACME, id: 'beta' });
  const stop = notices.subscribe((notice) => {
    if (notice.kind === 'client' && notice.client === 'acme') live.touch(['beta', 'beta', 'unknown']);
  });
  live.touch(['acme', 'acme']);
  live.touch(['acme']);
  await live.settled();
  stop();

  expect(notices.told).toEqual([
    { kind: 'client', client: 'acme' },
    { kind: 'client', client: 'beta' },
  ] satisfies Notice[]);
});

test('a client that cannot be scored is said, and the others are scored', async () => {
  const failed: string[] = [];
  const events = { ...silentEvents(), jobFailed: ({ job }: { job: string }) => void failed.push(job) };
  const broken: Store = {
    ...store,
    clients: {
      ...store.clients,
      contracts: (id) => (id === 'beta' ? Promise.reject(new Error('torn')) : store.clients.contracts(id)),
    },
  };
  await store.clients.save({ ...ACME, id: 'beta' });
  const live = liveScores({
    store: broken,
    notices: localNotices(),
    events,
    clock: siteClock({ now: () => T0 }, false),
    timeZone: ZONE,
  });
  live.touch(['beta', 'acme']);
  await live.settled();

  expect(failed).toEqual(['score beta']);
  expect((await store.scores.latest('acme'))?.client).toBe('acme');
});

test('two replicas that watch record one blind spell', async () => {
  await store.edges.heard(EDGE, null, T0);
  const notices = localNotices();
  const ports = { store, notices, events: silentEvents(), clock: siteClock({ now: () => T0 }, false), timeZone: ZONE };
  await Promise.all([markBlind(ports, T0 + 29_999), markBlind(ports, T0 + 29_999)]);
  expect(notices.told).toEqual([]);
  await Promise.all([markBlind(ports, T0 + 30_001), markBlind(ports, T0 + 30_001)]);

  expect(notices.told).toEqual([{ kind: 'heartbeat', edge: EDGE }]);
  expect((await store.edges.list())[0]?.blindSince).toBe(T0);
});

test('a job that is wished for runs, though two replicas wish for it and both would do it', async () => {
  const url = await database.emptyDatabase();
  let runs = 0;
  let done = (): void => undefined;
  const ran = new Promise<void>((resolve) => (done = resolve));
  const handlers = {
    'score-day': async () => {
      runs += 1;
      done();
    },
  };
  const replicas = [bossJobs(url, silentEvents()), bossJobs(url, silentEvents())];
  for (const jobs of replicas) await jobs.start(handlers, [{ job: 'score-day', cron: '30 0 * * *', timeZone: ZONE }]);
  for (const jobs of replicas) await jobs.wish('score-day', '2026-03-03');
  await ran;
  for (const jobs of replicas) await jobs.stop();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("SELECT count(*)::int AS n FROM keepsite_jobs.job WHERE name = 'score-day'");
  await client.end();

  expect([runs, rows[0]]).toEqual([1, { n: 1 }]);
});

test('the daily job scores every client', async () => {
  await store.clients.save({ ...ACME, id: 'beta' });
  const notices = localNotices();
  const clock = siteClock({ now: () => T0 }, false);
  await jobHandlers({ store, notices, events: silentEvents(), clock, timeZone: ZONE }, 180 * DAY)['score-day']?.();

  expect([...(await store.scores.latestOfAll()).keys()]).toEqual(['acme', 'beta']);
});

test('the daily job erases reporters once they were kept long enough, not a day before, and of its own tenant alone', async () => {
  const other = await postgresStore(database.db, `${store.tenant}-b`);
  const reporter = { name: '吴女士', contact: '13800000000' };
  for (const { repairs } of [store, other]) await repairs.take('report-0001', 'lift-1', reporter);
  const told: object[] = [];
  const events = { ...silentEvents(), reportersErased: (erased: object) => void told.push(erased) };
  const eraseAfter = async (days: number) => {
    const clock = siteClock({ now: () => Date.now() + days * DAY }, false);
    const ports = { store, notices: localNotices(), events, clock, timeZone: ZONE };
    await jobHandlers(ports, 180 * DAY)['erase-reporters']?.();
  };

  await eraseAfter(179);
  expect([await store.repairs.reporter('report-0001'), told]).toEqual([reporter, []]);
  await eraseAfter(181);
  await eraseAfter(182);
  expect([await store.repairs.reporter('report-0001'), told]).toEqual([{ name: '', contact: '' }, [{ reports: 1 }]]);
  expect(await other.repairs.reporter('report-0001')).toEqual(reporter);
});

test('every job has its time of the day', () => {
  const ports = {
    store,
    notices: localNotices(),
    events: silentEvents(),
    clock: siteClock({ now: () => T0 }, false),
    timeZone: ZONE,
  };
  expect(schedules(ZONE).map(({ job }) => job)).toEqual(Object.keys(jobHandlers(ports, DAY)));
});

test('the site’s time is carried on from the newest heartbeat at the edge’s speed, and never lies behind our own', () => {
  let now = T0;
  const clock = siteClock({ now: () => now }, true);
  const beat = (at: number, scale: number) => ({ at: instantText(at), clock: { scale, offsetMs: 0 } }) as Heartbeat;
  expect(clock.now()).toBe(T0);
  clock.heard(beat(T0 + DAY, 60), T0);
  now += 1000;
  expect([clock.now(), clock.scale]).toEqual([T0 + DAY + 60_000, 60]);
  clock.heard(beat(T0 + 5 * DAY, 1), T0 - 1);
  expect(clock.scale).toBe(60);
  clock.heard(beat(T0 - DAY, 1), now);
  expect(clock.now()).toBe(now);

  const strict = siteClock({ now: () => now }, false);
  strict.heard(beat(T0 + DAY, 60), now);
  expect([strict.now(), strict.scale]).toEqual([now, 1]);
});

/** Enough of the relation for a score that stands: paid, met, asked, maintained. */
async function tellRelation(): Promise<void> {
  const at = T0 - 5 * DAY;
  const body = {
    invoices: {
      id: 'i',
      amount: 100,
      currency: 'CNY',
      issuedOn: '2026-01-05',
      dueOn: '2026-02-05',
      paidOn: '2026-02-01',
    },
    visits: { id: 'v', at: instantText(at), with: 'Wu', decisionMaker: true, kind: 'visit' },
    surveys: { id: 's', at: instantText(at), respondent: '', nps: 9 },
    maintenance: { id: 'm', asset: 'lift-1', plannedOn: '2026-02-10', doneOn: '2026-02-09', what: 'monthly' },
  } as const;
  for (const kind of ['invoices', 'visits', 'surveys', 'maintenance'] as const)
    await store.clients.saveFacts('acme', kind, [{ id: body[kind].id, at, body: body[kind] }]);
}
