import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { EnergyBaseline, EnergyReport, EnergyReportEntry, EnergySetup } from '@keepsite/cloud-contract';
import { instantText, type Millis } from '@keepsite/edge-contract';
import type { HourSpan, ReportInputs } from '@keepsite/edge-energy';
import type { EnergyFactKind, EnergyStore, FrozenReport, KeptSetup, WeatherHour } from '../../ports/energy.ts';
import type { Database, TenantTransaction } from './database.ts';

const SETUP = 'setup';

/** What energy reports rest on, in PostgreSQL. Nothing is ever changed in place. */
export function energyStore(database: Database, tenant: string): EnergyStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    setup: (client) => as((db) => newestSetup(db, client)),
    saveSetup: (client, setup) => as((db) => saveVersion(db, tenant, client, SETUP, SETUP, setup)),
    facts: <Kind extends EnergyFactKind>(client: string, kind: Kind) => as((db) => facts(db, client, kind)) as never,
    saveFact: (client, kind, fact) =>
      as(async (db) => void (await saveVersion(db, tenant, client, kind, fact.id, fact))),
    revision: (client) => as((db) => revision(db, client)),
    baselines: (client) => as((db) => baselines(db, client)),
    baselineSpan: (client, version) => as((db) => baselineSpan(db, client, version)),
    saveBaseline: (client, baseline, span) => as((db) => saveBaseline(db, tenant, client, baseline, span)),
    saveBaselineAfter: (newest, client, baseline, span) =>
      as(async (db) => {
        await lockBaselines(db, tenant, client);
        const last = (await baselines(db, client))[0]?.version ?? 0;
        return last === newest ? await saveBaseline(db, tenant, client, baseline, span) : null;
      }),
    reports: (client, limit) => as((db) => reports(db, client, limit)),
    report: (client, id) => as((db) => report(db, sql`client = ${client} AND entry->>'id' = ${id}`)),
    newestReport: (client, kind, period) =>
      as((db) =>
        report(
          db,
          period === undefined
            ? sql`client = ${client} AND kind = ${kind}`
            : sql`client = ${client} AND kind = ${kind} AND period = ${period}`,
        ),
      ),
    saveReport: (client, frozen) => as((db) => saveReport(db, tenant, client, frozen)),
    saveWeather: (site, source, document, hours) => as((db) => saveWeather(db, tenant, site, source, document, hours)),
    weather: (site, source, from, to) => as((db) => weather(db, site, source, from, to)),
  };
}

async function newestSetup(db: TenantTransaction, client: string): Promise<KeptSetup | null> {
  const newest = await newestVersion(db, client, SETUP, SETUP);
  return newest ? { version: newest.version, setup: newest.body as EnergySetup } : null;
}

async function newestVersion(db: TenantTransaction, client: string, kind: string, id: string) {
  return await db
    .selectFrom('energy_facts')
    .where('client', '=', client)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .orderBy('version', 'desc')
    .select(['version', 'body'])
    .executeTakeFirst();
}

/** The same again makes no new version; answers the newest one's number. */
async function saveVersion(
  db: TenantTransaction,
  tenant: string,
  client: string,
  kind: string,
  id: string,
  body: unknown,
): Promise<number> {
  await lock(db, `energy/${tenant}/${client}/${kind}/${id}`);
  const last = await newestVersion(db, client, kind, id);
  if (last && isDeepStrictEqual(last.body, JSON.parse(JSON.stringify(body)))) return last.version;
  const version = (last?.version ?? 0) + 1;
  await db
    .insertInto('energy_facts')
    .values({ tenant_id: tenant, client, kind, id, version, body: JSON.stringify(body) })
    .execute();
  return version;
}

async function facts(db: TenantTransaction, client: string, kind: EnergyFactKind): Promise<unknown[]> {
  const rows = await db
    .selectFrom('energy_facts')
    .where('client', '=', client)
    .where('kind', '=', kind)
    .distinctOn('id')
    .orderBy('id')
    .orderBy('version', 'desc')
    .select('body')
    .execute();
  return rows.map((row) => row.body);
}

/** Nothing is ever taken away, so the count of versions rises with each. */
async function revision(db: TenantTransaction, client: string): Promise<number> {
  const { count } = await db
    .selectFrom('energy_facts')
    .where('client', '=', client)
    .where('kind', 'in', [SETUP, 'event'])
    .select((of) => of.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function baselines(db: TenantTransaction, client: string): Promise<EnergyBaseline[]> {
  const rows = await db
    .selectFrom('energy_baselines')
    .where('client', '=', client)
    .orderBy('version', 'desc')
    .select('body')
    .execute();
  return rows.map((row) => row.body as EnergyBaseline);
}

async function baselineSpan(db: TenantTransaction, client: string, version: number): Promise<HourSpan | null> {
  const row = await db
    .selectFrom('energy_baselines')
    .where('client', '=', client)
    .where('version', '=', version)
    .select('span')
    .executeTakeFirst();
  return (row?.span as HourSpan | undefined) ?? null;
}

async function saveBaseline(
  db: TenantTransaction,
  tenant: string,
  client: string,
  baseline: Omit<EnergyBaseline, 'version'>,
  span: HourSpan,
): Promise<EnergyBaseline> {
  await lockBaselines(db, tenant, client);
  const version = ((await baselines(db, client))[0]?.version ?? 0) + 1;
  const kept = { version, ...baseline };
  await db
    .insertInto('energy_baselines')
    .values({ tenant_id: tenant, client, version, body: JSON.stringify(kept), span: JSON.stringify(span) })
    .execute();
  return kept;
}

async function reports(db: TenantTransaction, client: string, limit: number): Promise<EnergyReportEntry[]> {
  const rows = await db
    .selectFrom('energy_reports')
    .where('client', '=', client)
    .distinctOn(['period', 'kind'])
    .orderBy('period', 'desc')
    .orderBy('kind')
    .orderBy('version', 'desc')
    .limit(limit)
    .select('entry')
    .execute();
  return rows.map((row) => row.entry as EnergyReportEntry);
}

async function report(db: TenantTransaction, where: ReturnType<typeof sql<boolean>>): Promise<FrozenReport | null> {
  const row = await db
    .selectFrom('energy_reports')
    .where(sql<boolean>`${where}`)
    .orderBy('period', 'desc')
    .orderBy('version', 'desc')
    .select(['entry', 'report', 'inputs'])
    .executeTakeFirst();
  if (!row) return null;
  return {
    entry: row.entry as EnergyReportEntry,
    report: row.report as EnergyReport,
    inputs: row.inputs as ReportInputs,
  };
}

async function saveReport(
  db: TenantTransaction,
  tenant: string,
  client: string,
  { entry, report: body, inputs }: FrozenReport,
): Promise<boolean> {
  const added = await db
    .insertInto('energy_reports')
    .values({
      tenant_id: tenant,
      client,
      kind: entry.kind,
      period: entry.period,
      version: entry.version,
      entry: JSON.stringify(entry),
      report: JSON.stringify(body),
      inputs: JSON.stringify(inputs),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst();
  return added !== undefined;
}

async function saveWeather(
  db: TenantTransaction,
  tenant: string,
  site: string,
  source: string,
  document: string,
  hours: readonly { readonly at: Millis; readonly celsius: number }[],
): Promise<number> {
  await lock(db, `weather/${tenant}/${site}/${source}`);
  const last = await db
    .selectFrom('weather_loads')
    .where('site', '=', site)
    .where('source', '=', source)
    .select((of) => of.fn.max('version').as('version'))
    .executeTakeFirst();
  const version = (last?.version ?? 0) + 1;
  await db.insertInto('weather_loads').values({ tenant_id: tenant, site, source, version, document }).execute();
  await sql`
    INSERT INTO weather_hours (tenant_id, site, source, hour, version, celsius)
    SELECT ${tenant}, ${site}, ${source}, to_timestamp(at / 1000.0), ${version}, celsius
    FROM unnest(${hours.map(({ at }) => at)}::double precision[], ${hours.map(({ celsius }) => celsius)}::double precision[])
      AS t (at, celsius)`.execute(db);
  return version;
}

async function weather(
  db: TenantTransaction,
  site: string,
  source: string,
  from: Millis,
  to: Millis,
): Promise<WeatherHour[]> {
  const rows = await db
    .selectFrom('weather_hours as h')
    .innerJoin('weather_loads as l', (join) =>
      join.onRef('l.site', '=', 'h.site').onRef('l.source', '=', 'h.source').onRef('l.version', '=', 'h.version'),
    )
    .where('h.site', '=', site)
    .where('h.source', '=', source)
    .where('h.hour', '>=', sql<number>`${instantText(from)}::timestamptz`)
    .where('h.hour', '<', sql<number>`${instantText(to)}::timestamptz`)
    .distinctOn('h.hour')
    .orderBy('h.hour')
    .orderBy('h.version', 'desc')
    .select(['h.hour as at', 'h.celsius', 'h.version', 'l.document'])
    .execute();
  return rows;
}

async function lockBaselines(db: TenantTransaction, tenant: string, client: string): Promise<void> {
  await lock(db, `energy/${tenant}/${client}/baseline`);
}

async function lock(db: TenantTransaction, name: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 6))`.execute(db);
}
