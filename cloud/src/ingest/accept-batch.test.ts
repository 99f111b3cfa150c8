import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { foldAll, packReadings, type IncidentChange, type IncidentEvent, type Reading } from '@keepsite/edge-contract';
import { postgresMetrics } from '../adapters/postgres/metrics.ts';
import { postgresStore } from '../adapters/postgres/store.ts';
import { CloudError } from '../errors.ts';
import { silentEvents } from '../events.ts';
import { localNotices } from '../testing/local-notices.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, chain, EDGE, fact, FOLLOW_UP, opened, registry, story, T0 } from '../testing/samples.ts';
import { acceptBatch, type IngestPorts } from './accept-batch.ts';

const database = useTestDatabase();

/** Each test works for a tenant of its own. */
async function ingest(): Promise<
  IngestPorts & {
    touched: string[];
    accept(body: unknown): ReturnType<typeof acceptBatch>;
    tenant: string;
    told: ReturnType<typeof localNotices>['told'];
  }
> {
  const tenant = database.tenant();
  const notices = localNotices();
  const touched: string[] = [];
  const ports = {
    store: await postgresStore(database.db, tenant),
    metrics: postgresMetrics(database.db, tenant),
    notices,
    events: silentEvents(),
    touch: (clients: Iterable<string>) => void touched.push(...clients),
    followUp: FOLLOW_UP,
  };
  return { ...ports, tenant, touched, told: notices.told, accept: (body) => acceptBatch(ports, EDGE, body, T0) };
}

const READING: Reading = {
  device: 'device-1',
  metric: 'leak',
  part: null,
  value: true,
  at: T0,
  receivedAt: T0 + 5,
  quality: 'good',
  historical: false,
};

test('a story becomes an incident, its verdicts are the edge’s, and its client is told', async () => {
  const cloud = await ingest();
  const events = chain(story('i-1', 300));

  const { results } = await cloud.accept(batch({ events }));

  expect(results.map(({ verdict }) => verdict)).toEqual(events.map(() => 'accepted'));
  expect(await cloud.store.incidents.get('i-1')).toEqual(foldAll(events));
  expect(await cloud.store.incidents.get('i-1')).toMatchObject({ response: 'closed', sla: 'met', clients: ['acme'] });
  expect(cloud.touched).toContain('acme');
  expect(cloud.told).toContainEqual({ kind: 'incident', id: 'i-1' });
});

test('the second delivery of a batch is all duplicates and tells nobody anything', async () => {
  const cloud = await ingest();
  const body = batch({ events: chain(story('i-1', 300)), blocks: [packReadings(1, [READING])] });
  await cloud.accept(body);
  cloud.told.length = 0;
  cloud.touched.length = 0;

  const { results } = await cloud.accept(body);

  expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(['duplicate']));
  expect(cloud.told).toEqual([{ kind: 'heartbeat', edge: EDGE }]);
  expect(cloud.touched).toEqual([]);
});

test('however a history is cut, repeated and shuffled, the cloud ends with the edge’s own view, and taking it all again changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories,
      fc.infiniteStream(fc.nat(3)),
      fc.infiniteStream(fc.nat(1_000)),
      async (events, sizes, order) => {
        const cloud = await ingest();
        for (const part of shuffled(parts(events, sizes), order)) await cloud.accept(batch({ events: part }));

        for (const [incident, own] of Map.groupBy(events, (event) => event.incident))
          expect(await cloud.store.incidents.get(incident)).toEqual(foldAll(own));
        const before = await fingerprint(cloud.tenant);
        await cloud.accept(batch({ events }));
        expect(await fingerprint(cloud.tenant)).toEqual(before);
        expect((await cloud.store.edges.list())[0]?.chain).toEqual({ last: events.length, broken: 0, gaps: 0 });
      },
    ),
    { numRuns: 25 },
  );
});

test('readings survive the way unchanged, and a block taken twice is stored once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(readings, { minLength: 1, maxLength: 30 }), async (rows) => {
      const cloud = await ingest();
      const body = batch({ blocks: [packReadings(1, rows)] });
      await cloud.accept(body);
      await cloud.accept(body);

      const found = await cloud.metrics.read({ device: 'd', from: -8e14, to: 8e14, limit: 1000 });
      expect(found.map(wordsOf).toSorted()).toEqual(lastOfEach(rows).map(wordsOf).toSorted());
    }),
    { numRuns: 40 },
  );
});

test('one bad record of each kind is named and kept, and the others are taken', async () => {
  const cloud = await ingest();
  const [first, second] = chain([fact('i-1', 0, opened(T0)), fact('i-1', 5, { kind: 'noted', text: 'x' })]);
  const torn = { ...packReadings(2, [READING]), rows: [[7, T0, T0, 1, 0, 0]] };
  const body = {
    ...batch(),
    events: [first, { ...second, change: { kind: 'exploded' } }, 'nonsense'],
    blocks: [packReadings(1, [READING]), torn],
    daily: [{ day: 'someday' }],
  };

  const { results } = await cloud.accept(body);

  expect(results.map(({ kind, seq, verdict }) => [kind, seq, verdict])).toEqual([
    ['event', 1, 'accepted'],
    ['event', 2, 'rejected'],
    ['event', null, 'rejected'],
    ['block', 1, 'accepted'],
    ['block', 2, 'rejected'],
    ['daily', null, 'rejected'],
  ]);
  expect(results.filter(({ verdict }) => verdict === 'rejected').every(({ reason }) => (reason ?? '').length > 5)).toBe(
    true,
  );
  expect((await cloud.store.edges.list())[0]?.rejected).toBe(4);
});

test('a value that the database cannot hold costs only its own record', async () => {
  const cloud = await ingest();
  const events = chain([
    fact('i-1', 0, opened(T0)),
    fact('i\u0000', 1, opened(T0)),
    fact('i-3', 2, opened(T0, { summary: { en: '\u0000 fits in evidence', zh: '' } })),
  ]);
  const bad = packReadings(2, [{ ...READING, device: 'a\u0000b' }]);

  const { results } = await cloud.accept(
    batch({ events, blocks: [packReadings(1, [READING]), bad, packReadings(3, [READING])] }),
  );

  expect(results.map(({ verdict }) => verdict)).toEqual([
    'accepted',
    'rejected',
    'accepted',
    'accepted',
    'rejected',
    'accepted',
  ]);
  expect((await cloud.store.incidents.get('i-3'))?.summary.en).toBe('\u0000 fits in evidence');
});

test('an event that was altered or cut out of its chain is stored and flagged', async () => {
  const cloud = await ingest();
  const [first, second, third] = chain(story('i-1', 300)) as [IncidentEvent, IncidentEvent, IncidentEvent];
  const altered = { ...second, at: '2026-03-02T08:00:01.000Z' };
  const unlinked = {
    ...chain([fact('i-1', 90, { kind: 'noted', text: 'forged' })], third)[0]!,
    seq: 3,
    prev: 'f'.repeat(64),
  };

  const { results } = await cloud.accept(batch({ events: [first, altered, unlinked] }));

  expect(results.every(({ verdict }) => verdict === 'accepted')).toBe(true);
  expect((await cloud.store.incidents.events('i-1')).map(({ chainOk }) => chainOk)).toEqual([true, false, false]);
  expect((await cloud.store.edges.list())[0]?.chain).toEqual({ last: 3, broken: 2, gaps: 0 });
});

test('a link is judged once its predecessor has arrived, and not before', async () => {
  const cloud = await ingest();
  const [first, second, third] = chain(story('i-1', 300)) as [IncidentEvent, IncidentEvent, IncidentEvent];
  await cloud.accept(batch({ events: [third, first] }));
  expect((await cloud.store.incidents.events('i-1')).map(({ chainOk }) => chainOk)).toEqual([true, null]);
  expect((await cloud.store.edges.list())[0]?.chain).toEqual({ last: 3, broken: 0, gaps: 1 });

  await cloud.accept(batch({ events: [second] }));
  expect((await cloud.store.incidents.events('i-1')).map(({ chainOk }) => chainOk)).toEqual([true, true, true]);
});

test('another event under a known number is refused, and the first one stands', async () => {
  const cloud = await ingest();
  const [first] = chain([fact('i-1', 0, opened(T0))]);
  const [other] = chain([fact('i-1', 0, opened(T0, { severity: 'minor' }))]);
  await cloud.accept(batch({ events: [first!] }));

  const { results } = await cloud.accept(batch({ events: [other!] }));

  expect(results[0]).toMatchObject({ verdict: 'rejected', reason: 'event 1 is already known with another hash' });
  expect((await cloud.store.incidents.get('i-1'))?.severity).toBe('critical');
});

test('an edge cannot speak for another, nor write into another’s incident', async () => {
  const cloud = await ingest();
  await cloud.accept(batch({ events: chain([fact('i-1', 0, opened(T0))]) }));
  const foreign = chain([fact('i-1', 0, opened(T0, { severity: 'info' }))], null, 'edge-2');

  await expect(acceptBatch(cloud, 'edge-2', batch(), T0)).rejects.toMatchObject({ code: 'CLOUD_FORBIDDEN' });
  await acceptBatch(cloud, 'edge-2', batch({ events: foreign }, 'edge-2'), T0);

  expect(await cloud.store.incidents.get('i-1')).toMatchObject({ edge: EDGE, severity: 'critical' });
});

test('a site at work is not taken over; one whose edge is silent or knows no device is, and its old edge retires', async () => {
  const cloud = await ingest();
  const other = registry();
  other.sites[0]!.name.en = 'Mine now';
  const take = async (said: typeof other) => {
    const { results } = await acceptBatch(cloud, 'edge-2', batch({ registry: said }, 'edge-2'), T0);
    return [results[0]?.verdict, await cloud.store.edges.ofAsset('lift-1')];
  };
  const heard = (known: number) =>
    database.db.as(cloud.tenant, (trx) =>
      sql`UPDATE edges SET heard_at = clock_timestamp(), heartbeat = ${JSON.stringify({ devices: { known } })} WHERE id = ${EDGE}`.execute(
        trx,
      ),
    );
  await cloud.accept(batch({ registry: registry() }));

  await heard(3);
  expect(await take(registry())).toEqual(['accepted', EDGE]);
  expect(await take(other)).toEqual(['rejected', EDGE]);
  await heard(0);
  expect(await take(other)).toEqual(['accepted', 'edge-2']);
  expect((await cloud.store.edges.list()).map(({ id, retired, sites }) => [id, retired, sites])).toEqual([
    [EDGE, true, []],
    ['edge-2', false, ['site-1']],
  ]);
  expect(await cloud.store.edges.markBlind(Date.now() + 1e9)).toEqual(['edge-2']);
});

test('a store that is away asks for everything again and rejects nothing', async () => {
  const cloud = await ingest();
  const away = {
    ...cloud,
    metrics: { ...cloud.metrics, write: () => Promise.reject(new CloudError('CLOUD_METRICS_FAILED', 'away')) },
  };

  const { results } = await acceptBatch(
    away,
    EDGE,
    batch({ events: chain(story('i-1', 300)), blocks: [packReadings(1, [READING])] }),
    T0,
  );

  expect(results.filter(({ kind }) => kind === 'event').every(({ verdict }) => verdict === 'accepted')).toBe(true);
  expect(results.find(({ kind }) => kind === 'block')).toMatchObject({ seq: 1, verdict: 'retry' });
  expect((await cloud.store.edges.list())[0]?.rejected).toBe(0);
});

// ------------------------------------------------------------------------------------ helpers

const changes: fc.Arbitrary<IncidentChange> = fc.oneof(
  fc.record({ kind: fc.constant('noted' as const), text: fc.string({ unit: 'binary', maxLength: 40 }) }),
  fc.record({ kind: fc.constant('acknowledged' as const), responder: fc.constantFrom('li', 'wang') }),
  fc.record({ kind: fc.constant('released' as const), responder: fc.constant('li'), reason: fc.string() }),
  fc.record({
    kind: fc.constant('on_site' as const),
    responder: fc.constant('li'),
    proof: fc.constantFrom('declared' as const, 'verified' as const),
  }),
  fc.record({
    kind: fc.constant('occurred' as const),
    source: fc.constant('rule:x'),
    occurrences: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    kind: fc.constant('clock' as const),
    term: fc.constantFrom('acknowledge' as const, 'on_site' as const),
    verdict: fc.constantFrom('met' as const, 'breached' as const),
    metAt: fc.constant('2026-03-02T08:05:00.000Z'),
    proof: fc.constant('declared' as const),
  }),
  fc.record({ kind: fc.constant('cancelled' as const), reason: fc.string() }),
);

/** Up to three incidents whose events lie interleaved in one edge's chain. */
const histories = fc
  .array(fc.tuple(fc.constantFrom('i-1', 'i-2', 'i-3'), changes, fc.integer({ min: 1, max: 900 })), {
    minLength: 1,
    maxLength: 14,
  })
  .map((drafts) => {
    const begun = new Set<string>();
    const facts = drafts.flatMap(([incident, change, seconds]) => {
      const opening = begun.has(incident) ? [] : [fact(incident, 0, opened(T0, { clients: [incident, 'acme'] }))];
      begun.add(incident);
      return [...opening, fact(incident, seconds, change)];
    });
    return chain(facts);
  });

const readings: fc.Arbitrary<Reading> = fc
  .record({
    metric: fc.constantFrom('leak', 'temperature_c', 'floor'),
    part: fc.constantFrom(null, 'a', 'ch1'),
    value: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.boolean(),
      fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\u0000')),
      fc.constant(null),
    ),
    at: fc.option(fc.integer({ min: Date.UTC(1999, 0, 1), max: Date.UTC(2060, 0, 1) })),
    receivedAt: fc.integer({ min: T0 - 5e9, max: T0 + 5e9 }),
    quality: fc.constantFrom('good' as const, 'cached' as const, 'unknown' as const),
    historical: fc.boolean(),
  })
  .map((reading) => ({ device: 'd', ...reading }));

function lastOfEach(rows: readonly Reading[]): Reading[] {
  const last = new Map<string, Reading>();
  for (const row of rows) {
    const key = `${row.metric} ${row.part} ${row.at ?? row.receivedAt}`;
    if ((last.get(key)?.receivedAt ?? -Infinity) <= row.receivedAt) last.set(key, row);
  }
  return [...last.values()];
}

function wordsOf(reading: Reading): string {
  const { device, metric, part, value, at, receivedAt, quality, historical } = reading;
  return JSON.stringify([device, metric, part, value, at, receivedAt, quality, historical]);
}

/** Cuts into pieces of 1 to 4 and says about every second piece twice. */
function parts(events: readonly IncidentEvent[], sizes: Iterable<number>): IncidentEvent[][] {
  const size = sizes[Symbol.iterator]();
  const found: IncidentEvent[][] = [];
  for (let from = 0; from < events.length;) {
    const n = 1 + (size.next().value as number);
    found.push(events.slice(from, from + n));
    if (n % 2 === 0) found.push(events.slice(Math.max(0, from - 1), from + n));
    from += n;
  }
  return found;
}

function shuffled<T>(items: readonly T[], order: Iterable<number>): T[] {
  const key = order[Symbol.iterator]();
  return items
    .map((item) => ({ item, at: key.next().value as number }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Every row of the tables that a batch writes, without when an edge was last heard. */
async function fingerprint(tenant: string): Promise<unknown> {
  return await database.db.as(tenant, async (trx) => {
    const { rows } = await sql`
      SELECT 'event' AS kind, edge || seq AS id, recorded_at, chain_ok::text AS more FROM incident_events
      UNION ALL SELECT 'incident', id, recorded_at, version::text || body::text FROM incidents
      UNION ALL SELECT 'client', incident || client, recorded_at, '' FROM incident_clients
      UNION ALL SELECT 'rejected', id::text, recorded_at, reason FROM rejected_records ORDER BY 1, 2`.execute(trx);
    return rows;
  });
}
