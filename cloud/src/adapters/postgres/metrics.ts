import { sql } from 'kysely';
import { instantText, QUALITIES, timeOf, type Reading, type Value } from '@keepsite/edge-contract';
import type { BlockLedger, MetricStore, ReadingQuery, Summary, SummaryQuery } from '../../ports.ts';
import type { Database, TenantTransaction } from './database.ts';

/** Months are made for readings from here on to a month ahead; what lies outside stays in the default partition. */
const FIRST_MONTH = Date.UTC(2015, 0, 1);
const AHEAD_MS = 40 * 86_400_000;
/** Three or four years of one upload; the rest goes to the default partition. */
const MONTHS_A_BLOCK = 48;

/** Readings in PostgreSQL, a partition a month; the block's number and its rows are one transaction. */
export function postgresMetrics(database: Database, tenant: string): MetricStore {
  const months = new Set<string>();
  return {
    async write(edge, seq, readings, epoch = '') {
      await makeMonths(database, tenant, months, readings);
      return await database.as(tenant, async (db) => {
        if (!(await addBlock(db, { tenant_id: tenant, edge, epoch, seq, rows: readings.length }))) return 'duplicate';
        await insert(db, tenant, readings);
        return 'written';
      });
    },
    read: (query) => database.as(tenant, (db) => read(db, query)),
    summaries: (query) => database.as(tenant, (db) => summaries(db, query)),
    ping: () => database.ping(),
    close: () => Promise.resolve(),
  };
}

/** The ledger for a metric store that has no transactions of ours. */
export function postgresLedger(database: Database, tenant: string): BlockLedger {
  return {
    has: (edge, seq, epoch = '') =>
      database.as(tenant, async (db) => {
        const row = await db
          .selectFrom('reading_blocks')
          .where('edge', '=', edge)
          .where('epoch', '=', epoch)
          .where('seq', '=', seq)
          .select('seq')
          .executeTakeFirst();
        return row !== undefined;
      }),
    add: (edge, seq, rows, epoch = '') =>
      database.as(tenant, async (db) => {
        await addBlock(db, { tenant_id: tenant, edge, epoch, seq, rows });
      }),
  };
}

interface BlockRow {
  readonly tenant_id: string;
  readonly edge: string;
  readonly epoch: string;
  readonly seq: number;
  readonly rows: number;
}

async function addBlock(db: TenantTransaction, block: BlockRow): Promise<boolean> {
  const added = await db
    .insertInto('reading_blocks')
    .values(block)
    .onConflict((conflict) => conflict.doNothing())
    .returning('seq')
    .executeTakeFirst();
  return added !== undefined;
}

/** Outside the block's transaction: a new table would hold its locks as long as the rows take. */
async function makeMonths(
  database: Database,
  tenant: string,
  made: Set<string>,
  readings: readonly Reading[],
): Promise<void> {
  const wanted = new Set<string>();
  for (const reading of readings) {
    const time = timeOf(reading);
    if (time >= FIRST_MONTH && time < reading.receivedAt + AHEAD_MS) wanted.add(instantText(time).slice(0, 7));
  }
  const missing = [...wanted].filter((month) => !made.has(month)).slice(-MONTHS_A_BLOCK);
  if (missing.length === 0) return;
  await database.as(tenant, async (db) => {
    for (const month of missing) await sql`SELECT keepsite_partition(${`${month}-01`}::date)`.execute(db);
  });
  for (const month of missing) made.add(month);
}

/** One array a column: a single statement of nine parameters, whatever the number of rows. */
async function insert(db: TenantTransaction, tenant: string, readings: readonly Reading[]): Promise<void> {
  const column = <T>(pick: (reading: Reading) => T): T[] => readings.map(pick);
  await sql`
    INSERT INTO readings (tenant_id, device, metric, part, time, value, word, flag, own_time, received_at, quality, historical)
    SELECT ${tenant}, device, metric, part, to_timestamp(time / 1000.0), value, word, flag, own_time, to_timestamp(received_at / 1000.0), quality, historical
    FROM unnest(
      ${column((r) => r.device)}::text[], ${column((r) => r.metric)}::text[], ${column((r) => r.part ?? '')}::text[],
      ${column(timeOf)}::double precision[], ${column((r) => numberOf(r.value))}::double precision[],
      ${column((r) => (typeof r.value === 'string' ? r.value : null))}::text[], ${column((r) => typeof r.value === 'boolean')}::boolean[],
      ${column((r) => r.at !== null)}::boolean[], ${column((r) => r.receivedAt)}::double precision[],
      ${column((r) => QUALITIES.indexOf(r.quality))}::smallint[], ${column((r) => r.historical)}::boolean[]
    ) AS t (device, metric, part, time, value, word, flag, own_time, received_at, quality, historical)`.execute(db);
}

async function read(db: TenantTransaction, query: ReadingQuery): Promise<Reading[]> {
  let select = db.selectFrom('readings').where('device', '=', query.device);
  if (query.metric !== undefined) select = select.where('metric', '=', query.metric);
  if (query.part !== undefined) select = select.where('part', '=', query.part);
  const rows = await select
    .where('time', '>=', sql<number>`to_timestamp(${clamp(query.from)}::float8 / 1000)`)
    .where('time', '<', sql<number>`to_timestamp(${clamp(query.to)}::float8 / 1000)`)
    .distinctOn(['time', 'metric', 'part'])
    .orderBy('time')
    .orderBy('metric')
    .orderBy('part')
    .orderBy('received_at', 'desc')
    .limit(query.limit)
    .select([
      'device',
      'metric',
      'part',
      'time',
      'value',
      'word',
      'flag',
      'own_time',
      'received_at',
      'quality',
      'historical',
    ])
    .execute();
  return rows.map((row) => ({
    device: row.device,
    metric: row.metric,
    part: row.part === '' ? null : row.part,
    value: valueOf(row),
    at: row.own_time ? row.time : null,
    receivedAt: row.received_at,
    quality: QUALITIES[row.quality] ?? 'unknown',
    historical: row.historical,
  }));
}

interface SummaryRow extends Pick<Summary, 'at' | 'count' | 'least' | 'greatest' | 'mean'> {
  readonly first_at: number;
  readonly first_value: number;
  readonly last_at: number;
  readonly last_value: number;
}

async function summaries(
  db: TenantTransaction,
  { device, metric, part, from, to, stepMs }: SummaryQuery,
): Promise<Summary[]> {
  const begin = sql`to_timestamp(${clamp(from)}::float8 / 1000)`;
  const good = QUALITIES.indexOf('good');
  const { rows } = await sql<SummaryRow>`
    SELECT at, count, first_at, said[1] AS first_value, last_at, said[count] AS last_value, least, greatest, mean
    FROM (
      SELECT date_bin(${stepMs}::float8 * interval '1 ms', time, ${begin}) AS at, count(*)::int AS count,
        array_agg(value ORDER BY time) AS said, min(time) AS first_at, max(time) AS last_at,
        min(value) AS least, max(value) AS greatest, avg(value) AS mean
      FROM (
        SELECT DISTINCT ON (time) time, value, word, flag, quality FROM readings
        WHERE device = ${device} AND metric = ${metric} AND part = ${part ?? ''}
          AND time >= ${begin} AND time < to_timestamp(${clamp(to)}::float8 / 1000)
        ORDER BY time, received_at DESC
      ) AS newest
      WHERE quality = ${good} AND value IS NOT NULL AND word IS NULL AND NOT flag
      GROUP BY 1
    ) AS steps
    ORDER BY at`.execute(db);
  return rows.map(({ first_at, first_value, last_at, last_value, ...row }) => ({
    ...row,
    first: { at: first_at, value: first_value },
    last: { at: last_at, value: last_value },
  }));
}

/** PostgreSQL's times begin in 4713 BC; JavaScript's earlier. */
function clamp(time: number): number {
  return Math.min(Math.max(time, -2.1e14), 8.6e15);
}

function numberOf(value: Value): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : null;
}

function valueOf(row: { value: number | null; word: string | null; flag: boolean }): Value {
  if (row.word !== null) return row.word;
  return row.flag ? row.value === 1 : row.value;
}
