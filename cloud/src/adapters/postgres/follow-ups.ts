import { sql } from 'kysely';
import type {
  AttemptBody,
  Client,
  Contract,
  FollowUp,
  FollowUpOutcome,
  FollowUpSummary,
} from '@keepsite/cloud-contract';
import {
  instantMillis,
  instantText,
  instantTextOrNull,
  type Millis,
  ResponseBook,
  type Site,
} from '@keepsite/edge-contract';
import { type AskedPlace, countedDays } from '../../domain/after/counted-days.ts';
import { complaintTitle, type FollowUpDraft, type FollowUpRules } from '../../domain/after/follow-up.ts';
import { workingDue } from '../../domain/after/working-time.ts';
import type { FollowUpQuery, FollowUpStore } from '../../ports/after.ts';
import type { Database, TenantTransaction } from './database.ts';
import { openTask } from './scores.ts';

/** Follow-ups are care tasks of this kind: they stand in every list of what is to be done for a client. */
export const FOLLOW_UP = 'follow_up';
const COMPLAINT = 'complaint_draft';

/** Asking clients how it went, in PostgreSQL. */
export function followUpStore(database: Database, tenant: string): FollowUpStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    list: (query) => as(async (db) => ({ items: await list(db, query), summary: await summarise(db, query) })),
    get: (id, now) => as((db) => one(db, id, now)),
    attempt: (id, attempt, now, rules) =>
      as(async (db) => {
        await sql`SELECT id FROM care_tasks WHERE id = ${id} FOR UPDATE`.execute(db);
        const task = await one(db, id, now);
        if (task?.state === 'open') await record(db, tenant, task, attempt, now, rules);
        return await one(db, id, now);
      }),
  };
}

/**
 * Opens what is to be asked, inside the transaction that took the incident's events. Which client is
 * asked about which incident is written once; an incident of a storm joins the task that is open for it.
 */
export async function openFollowUps(
  db: TenantTransaction,
  { tenant, edge }: { readonly tenant: string; readonly edge: string },
  drafts: readonly FollowUpDraft[],
): Promise<void> {
  for (const draft of drafts) {
    if (!(await isOwn(db, edge, draft.incident))) continue;
    const task = await taskFor(db, draft);
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('follow_up_incidents')
      .values({ tenant_id: tenant, client: draft.client, incident: draft.incident, task: task.id })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) continue;
    if (task.isOpen)
      await sql`UPDATE care_tasks SET due_at = greatest(due_at, ${instantText(draft.dueAt)}) WHERE id = ${task.id}`.execute(
        db,
      );
    else await openFollowUp(db, tenant, task.id, draft);
  }
}

/** What decides which days count until a client is asked about what happened at a site. */
export async function askedPlace(db: TenantTransaction, client: string, site: string): Promise<AskedPlace> {
  const contracts = await db.selectFrom('contracts').where('client', '=', client).select('body').execute();
  const found = await db
    .selectFrom('sites as s')
    .leftJoin('response_told as t', 't.edge', 's.edge')
    .where('s.id', '=', site)
    .select(['s.body as site', 't.body as book'])
    .executeTakeFirst();
  return {
    contracts: contracts.map(({ body }) => body as Contract),
    zone: found ? (found.site as Site).zone : null,
    // What an edge of another version told is no reason to lose its incidents.
    book: ResponseBook.safeParse(found?.book).data ?? null,
  };
}

/** An edge that names another one's incident adds nothing to it. */
async function isOwn(db: TenantTransaction, edge: string, incident: string): Promise<boolean> {
  const row = await db.selectFrom('incidents').where('id', '=', incident).select('edge').executeTakeFirst();
  return row?.edge === edge;
}

async function taskFor(
  db: TenantTransaction,
  { client, occasion }: FollowUpDraft,
): Promise<{ id: string; isOpen: boolean }> {
  const base = `${FOLLOW_UP}:${occasion}:${client}`;
  const { rows } = await sql<{ id: string; open: boolean }>`
    SELECT id, done_at IS NULL AS open FROM care_tasks
    WHERE kind = ${FOLLOW_UP} AND client = ${client} AND body->>'occasion' = ${occasion}`.execute(db);
  const open = rows.find((row) => row.open);
  if (open) return { id: open.id, isOpen: true };
  return { id: rows.length === 0 ? base : `${base}:${rows.length + 1}`, isOpen: false };
}

async function openFollowUp(db: TenantTransaction, tenant: string, id: string, draft: FollowUpDraft): Promise<void> {
  const { client, occasion, kind, title, openedAt, dueAt } = draft;
  const officer = await officerOf(db, client);
  await openTask(
    db,
    tenant,
    { id, client, kind: FOLLOW_UP, title, reason: REASON, officer, openedAt, dueAt },
    { occasion, about: kind },
  );
}

const REASON = {
  en: 'Every incident and repair that touched a client is followed up.',
  zh: '凡涉及客户的事件与报修，须百分之百回访。',
};

/** A cancelled incident is nobody's experience: what asks about nothing else is taken back. */
export async function withdrawFollowUps(db: TenantTransaction, incident: string, at: string): Promise<void> {
  await sql`
    UPDATE care_tasks t SET done_at = ${at}, done_by = 'system', note = 'cancelled'
    WHERE t.done_at IS NULL AND t.kind = ${FOLLOW_UP}
      AND t.id IN (SELECT task FROM follow_up_incidents WHERE incident = ${incident})
      AND NOT EXISTS (SELECT FROM follow_up_incidents f JOIN incidents i ON i.id = f.incident
        WHERE f.task = t.id AND i.response <> 'cancelled')`.execute(db);
}

async function record(
  db: TenantTransaction,
  tenant: string,
  task: FollowUp,
  { by, outcome, score, note, nextAt }: AttemptBody,
  now: Millis,
  rules: FollowUpRules,
): Promise<void> {
  const at = instantText(now);
  const again = outcome === 'unreachable';
  const place = await askedPlace(db, task.client, task.incidents[0]?.site ?? '');
  const nextDay = workingDue(now, 24, countedDays(place, rules, now));
  const next = again ? (nextAt ?? instantText(nextDay)) : null;
  await db
    .insertInto('follow_up_attempts')
    .values({
      tenant_id: tenant,
      task: task.id,
      n: task.attempts.length + 1,
      at,
      by,
      outcome,
      score: score ?? null,
      note: note ?? null,
      next_at: next,
    })
    .execute();
  if (again) return;
  const done = { done_at: at, done_by: by, note: note ?? null };
  await db.updateTable('care_tasks').set(done).where('id', '=', task.id).execute();
  if (outcome !== 'unsatisfied') return;
  await openTask(db, tenant, {
    id: `${COMPLAINT}:${task.id}`,
    client: task.client,
    kind: COMPLAINT,
    title: complaintTitle(task.title),
    reason: { en: note ?? 'No note was taken.', zh: note ?? '未记录说明。' },
    officer: task.officer,
    openedAt: now,
    dueAt: nextDay,
  });
}

async function officerOf(db: TenantTransaction, client: string): Promise<string | null> {
  const row = await db.selectFrom('clients').where('id', '=', client).select('body').executeTakeFirst();
  return (row?.body as Client | undefined)?.officer ?? null;
}

// ------------------------------------------------------------------------------------ reading

const ATTEMPTS = sql`(SELECT coalesce(json_agg(json_build_object('at', a.at, 'by', a.by, 'outcome', a.outcome,
  'score', a.score, 'note', a.note, 'nextAt', a.next_at) ORDER BY a.n), '[]')
  FROM follow_up_attempts a WHERE a.task = t.id)`;
const ABOUT = sql`(SELECT coalesce(json_agg(json_build_object('id', f.incident, 'site', i.site, 'asset', i.asset,
  'fault', i.fault, 'severity', i.severity, 'openedAt', i.opened_at, 'resolvedAt', i.facts->>'resolvedAt', 'sla', i.sla)
  ORDER BY i.opened_at, f.incident), '[]')
  FROM follow_up_incidents f JOIN incidents i ON i.id = f.incident WHERE f.task = t.id)`;
/** What the last attempt came to; null: nobody has tried. */
const OUTCOME = sql`(SELECT a.outcome FROM follow_up_attempts a WHERE a.task = t.id ORDER BY a.n DESC LIMIT 1)`;

async function list(db: TenantTransaction, { state, client, since, now, limit }: FollowUpQuery): Promise<FollowUp[]> {
  const which = {
    open: sql`t.done_at IS NULL`,
    overdue: sql`t.done_at IS NULL AND t.due_at < ${instantText(now)}`,
    done: sql`t.done_at IS NOT NULL AND t.opened_at >= ${instantText(since)}`,
    unsatisfied: sql`${OUTCOME} = 'unsatisfied' AND t.opened_at >= ${instantText(since)}`,
    all: sql`(t.done_at IS NULL OR t.opened_at >= ${instantText(since)})`,
  }[state];
  const whose = client === undefined ? sql`true` : sql`t.client = ${client}`;
  const { rows } = await sql<TaskRow>`
    SELECT t.*, ${ATTEMPTS} AS attempts, ${ABOUT} AS incidents FROM care_tasks t
    WHERE t.kind = ${FOLLOW_UP} AND ${which} AND ${whose}
    ORDER BY t.done_at DESC NULLS FIRST, t.due_at, t.id LIMIT ${limit}`.execute(db);
  return rows.map((row) => viewOf(row, now));
}

async function one(db: TenantTransaction, id: string, now: Millis): Promise<FollowUp | null> {
  const { rows } = await sql<TaskRow>`
    SELECT t.*, ${ATTEMPTS} AS attempts, ${ABOUT} AS incidents FROM care_tasks t
    WHERE t.kind = ${FOLLOW_UP} AND t.id = ${id}`.execute(db);
  return rows[0] ? viewOf(rows[0], now) : null;
}

async function summarise(db: TenantTransaction, { client, since, now }: FollowUpQuery): Promise<FollowUpSummary> {
  const whose = client === undefined ? sql`true` : sql`t.client = ${client}`;
  const { rows } = await sql<FollowUpSummary>`
    SELECT count(*) FILTER (WHERE done_at IS NULL) AS open,
      count(*) FILTER (WHERE done_at IS NULL AND due_at < ${instantText(now)}) AS overdue,
      count(*) FILTER (WHERE outcome IN ('satisfied', 'unsatisfied')) AS done,
      count(*) FILTER (WHERE outcome IN ('satisfied', 'unsatisfied') AND done_at <= due_at) AS "onTime",
      count(*) FILTER (WHERE outcome = 'satisfied') AS satisfied,
      count(*) FILTER (WHERE outcome = 'unsatisfied') AS unsatisfied,
      avg(score)::double precision AS "meanScore"
    FROM (SELECT t.done_at, t.due_at, ${OUTCOME} AS outcome,
        (SELECT a.score FROM follow_up_attempts a WHERE a.task = t.id ORDER BY a.n DESC LIMIT 1) AS score
      FROM care_tasks t WHERE t.kind = ${FOLLOW_UP} AND ${whose}
        AND (t.done_at IS NULL OR t.opened_at >= ${instantText(since)})) asked`.execute(db);
  const [summary] = rows;
  if (!summary) throw new RangeError('an aggregate always has one row');
  return summary;
}

interface TaskRow {
  id: string;
  client: string;
  body: { title: FollowUp['title']; officer: string | null; about: FollowUp['kind'] };
  opened_at: Millis;
  due_at: Millis;
  done_at: Millis | null;
  done_by: string | null;
  attempts: FollowUp['attempts'];
  incidents: FollowUp['incidents'];
}

function viewOf(row: TaskRow, now: Millis): FollowUp {
  const attempts = row.attempts.map((attempt) => ({
    ...attempt,
    at: utc(attempt.at),
    nextAt: utcOrNull(attempt.nextAt),
  }));
  const last = attempts.at(-1);
  const outcome: FollowUpOutcome | null = last?.outcome ?? null;
  const state = row.done_at === null ? 'open' : outcome === null || outcome === 'unreachable' ? 'withdrawn' : 'done';
  return {
    id: row.id,
    client: row.client,
    officer: row.body.officer,
    state,
    overdue: state === 'open' && row.due_at < now,
    kind: row.body.about,
    title: row.body.title,
    openedAt: instantText(row.opened_at),
    dueAt: instantText(row.due_at),
    nextAt: state === 'open' ? (last?.nextAt ?? null) : null,
    outcome,
    score: last?.score ?? null,
    doneAt: instantTextOrNull(row.done_at),
    doneBy: row.done_by,
    incidents: row.incidents.map((each) => ({
      ...each,
      openedAt: utc(each.openedAt),
      resolvedAt: utcOrNull(each.resolvedAt),
    })),
    attempts,
  };
}

/** PostgreSQL writes instants inside JSON in the zone of its session. */
function utc(text: string): string {
  return instantText(instantMillis(text));
}

function utcOrNull(text: string | null): string | null {
  return text === null ? null : utc(text);
}
