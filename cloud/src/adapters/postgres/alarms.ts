import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { instantText, instantTextOrNull, type Millis, type PageState, type Recipient } from '@keepsite/edge-contract';
import type { Alarm, AlarmPageKind, BlindSpell } from '../../domain/alarm/alarm.ts';
import type { AlarmRecipient, DutySource } from '../../domain/alarm/ladder.ts';
import type { AlarmPage, AlarmStore, AlarmTransaction, LeasedPage } from '../../ports/alarms.ts';
import type { Database, TenantTransaction } from './database.ts';

/** The cloud's own alarms and their outbox in PostgreSQL. */
export function alarmStore(database: Database, tenant: string): AlarmStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    change: (work) =>
      as(async (db) => {
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${tenant}/alarms`}, 0))`.execute(db);
        return await work(alarmTransaction(db, tenant));
      }),
    list: ({ open, limit }) =>
      as((db) => {
        const which = open === undefined ? sql`true` : open ? sql`ended_at IS NULL` : sql`ended_at IS NOT NULL`;
        return alarmsWhere(db, which, limit);
      }),
    get: (id) =>
      as(async (db) => {
        const [alarm] = await alarmsWhere(db, sql`id = ${id}`, 1);
        return alarm ? { alarm, pages: await pagesOf(db, id) } : null;
      }),
    lease: (now, until, limit) => as((db) => lease(db, now, until, limit)),
    settle: (page, result, now) =>
      as(async (db) => {
        const { rows } = await sql`
          UPDATE alarm_pages SET state = ${result.state}, reason = ${result.reason}, at = ${instantText(now)},
            not_before = ${instantText(result.notBefore)}, lease = NULL, lease_until = NULL,
            attempts = attempts + ${result.attempted ? 1 : 0}, possible_duplicate = possible_duplicate OR ${result.doubtful}
          WHERE id = ${page.id} AND state = 'sending' AND lease = ${page.lease} RETURNING id`.execute(db);
        return rows.length > 0;
      }),
    spellsOf: (client, from, to) =>
      as(async (db) => {
        const { rows } = await sql<BlindSpell>`
          SELECT b.edge, b.since, b.until FROM blind_spells b WHERE b.since < ${instantText(to)}
            AND (b.until IS NULL OR b.until > ${instantText(from)})
            AND b.edge IN (SELECT s.edge FROM zone_clients u JOIN zones z ON z.id = u.zone JOIN sites s ON s.id = z.site
              WHERE u.client = ${client}) ORDER BY b.since, b.edge`.execute(db);
        return rows;
      }),
  };
}

/** Null where somebody waits for the edge; the beginning of the silence where nobody does any more. */
const GIVEN_UP = sql`(SELECT b.since FROM edges e WHERE e.id = b.edge AND e.registry_version IS NOT NULL
  AND NOT EXISTS (SELECT FROM sites s WHERE s.edge = e.id))`;

function alarmTransaction(db: TenantTransaction, tenant: string): AlarmTransaction {
  return {
    open: () => alarmsWhere(db, sql`ended_at IS NULL`, 10_000),
    get: async (id) => (await alarmsWhere(db, sql`id = ${id}`, 1))[0] ?? null,
    async unattended() {
      const { rows } = await sql<BlindSpell>`
        SELECT edge, since, until FROM blind_spells b WHERE alarm IS NULL AND until IS NULL AND ${GIVEN_UP} IS NULL`.execute(
        db,
      );
      return rows;
    },
    async late(before) {
      const { rows } = await sql<{ n: number }>`
        SELECT count(*) AS n FROM edges e WHERE e.heard_at < ${instantText(before)}
          AND (e.registry_version IS NULL OR EXISTS (SELECT FROM sites s WHERE s.edge = e.id))
          AND NOT EXISTS (SELECT FROM blind_spells b WHERE b.edge = e.id AND b.until IS NULL)`.execute(db);
      return rows[0]?.n ?? 0;
    },
    save: (alarm) => save(db, tenant, alarm),
    async owe(alarm, pages, now) {
      if (pages.length === 0) return;
      const at = instantText(now);
      await db
        .insertInto('alarm_pages')
        .values(
          pages.map(({ id, kind, step, to }) => ({
            tenant_id: tenant,
            id,
            alarm,
            kind,
            step,
            recipient: JSON.stringify(to),
            state: 'queued',
            at,
            not_before: at,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    async withdraw(alarm, now) {
      await sql`UPDATE alarm_pages SET state = 'withdrawn', at = ${instantText(now)}
        WHERE alarm = ${alarm} AND state = 'queued'`.execute(db);
    },
    pages: (alarm) => pagesOf(db, alarm),
  };
}

async function save(db: TenantTransaction, tenant: string, alarm: Alarm): Promise<void> {
  const columns = {
    opened_at: instantText(alarm.openedAt),
    page_from: instantText(alarm.pageFrom),
    ended_at: instantTextOrNull(alarm.endedAt),
    acknowledged_at: instantTextOrNull(alarm.acknowledgedAt),
    acknowledged_by: alarm.acknowledgedBy,
    note: alarm.note,
    steps_done: alarm.stepsDone,
    rounds: alarm.rounds,
    paged_at: instantTextOrNull(alarm.pagedAt),
    paged_edges: alarm.pagedEdges,
  };
  await db
    .insertInto('alarms')
    .values({ tenant_id: tenant, id: alarm.id, ...columns })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(columns))
    .execute();
  const edges = alarm.spells.map(({ edge }) => edge);
  const since = alarm.spells.map((spell) => instantText(spell.since));
  await sql`UPDATE blind_spells b SET alarm = ${alarm.id} FROM unnest(${edges}::text[], ${since}::timestamptz[]) AS s(edge, since)
    WHERE b.edge = s.edge AND b.since = s.since AND b.alarm IS NULL`.execute(db);
}

/** Pages that were owed before rosters counted do not say which list they come from: it was the file. */
const FROM_FILE: DutySource = { list: 'file' };

async function alarmsWhere(db: TenantTransaction, which: ReturnType<typeof sql>, limit: number): Promise<Alarm[]> {
  const { rows } = await sql<AlarmRow>`
    SELECT *, (SELECT coalesce(json_agg(json_build_object('edge', b.edge,
        'since', floor(extract(epoch FROM b.since) * 1000), 'until', floor(extract(epoch FROM coalesce(b.until, ${GIVEN_UP})) * 1000))
        ORDER BY b.since, b.edge), '[]') FROM blind_spells b WHERE b.alarm = alarms.id) AS spells,
      (SELECT coalesce(jsonb_agg(DISTINCT coalesce(p.recipient->'duty', ${JSON.stringify(FROM_FILE)}::jsonb)), '[]') FROM alarm_pages p
        WHERE p.alarm = alarms.id AND p.kind = 'blind') AS paged_by
    FROM alarms WHERE ${which} ORDER BY opened_at DESC, id LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    openedAt: row.opened_at,
    pageFrom: row.page_from,
    endedAt: row.ended_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    note: row.note,
    stepsDone: row.steps_done,
    rounds: row.rounds,
    pagedAt: row.paged_at,
    pagedEdges: row.paged_edges,
    pagedBy: row.paged_by,
    spells: row.spells,
  }));
}

interface AlarmRow {
  id: string;
  opened_at: Millis;
  page_from: Millis;
  ended_at: Millis | null;
  acknowledged_at: Millis | null;
  acknowledged_by: string | null;
  note: string | null;
  steps_done: number;
  rounds: number;
  paged_at: Millis | null;
  paged_edges: number;
  paged_by: DutySource[];
  spells: BlindSpell[];
}

/** Rows that another replica is about to lease are passed over, not waited for. */
async function lease(db: TenantTransaction, now: Millis, until: Millis, limit: number): Promise<LeasedPage[]> {
  const token = randomUUID();
  const at = instantText(now);
  const { rows } = await sql<PageRow>`
    UPDATE alarm_pages p SET state = 'sending', at = ${at}, lease = ${token}, lease_until = ${instantText(until)},
      possible_duplicate = p.possible_duplicate OR p.state = 'sending'
    WHERE p.id IN (SELECT id FROM alarm_pages
      WHERE (state = 'queued' AND not_before <= ${at}) OR (state = 'sending' AND lease_until <= ${at})
      ORDER BY not_before, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING *`.execute(db);
  return rows.map((row) => ({ ...pageOf(row), lease: token })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

async function pagesOf(db: TenantTransaction, alarm: string): Promise<AlarmPage[]> {
  const { rows } = await sql<PageRow>`
    SELECT * FROM alarm_pages WHERE alarm = ${alarm} ORDER BY recorded_at, id`.execute(db);
  return rows.map(pageOf);
}

interface PageRow {
  id: string;
  alarm: string;
  kind: AlarmPageKind;
  step: number;
  recipient: Recipient & Partial<AlarmRecipient>;
  state: PageState;
  at: Millis;
  attempts: number;
  possible_duplicate: boolean;
  reason: string | null;
}

function pageOf(row: PageRow): AlarmPage {
  return {
    id: row.id,
    alarm: row.alarm,
    kind: row.kind,
    step: row.step,
    to: { duty: FROM_FILE, ...row.recipient },
    channel: row.recipient.channel,
    state: row.state,
    at: instantText(row.at),
    attempts: row.attempts,
    possibleDuplicate: row.possible_duplicate,
    reason: row.reason,
  };
}
