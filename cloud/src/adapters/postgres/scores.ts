import { sql } from 'kysely';
import type { RetentionReport, SlaReport } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import type { CareTask, Scorecard, ScoreStore } from '../../ports.ts';
import type { Database, TenantTransaction } from './database.ts';

/** Scorecards, frozen months and care tasks. */
export function scoreStore(database: Database, tenant: string): ScoreStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    save: (card, tasks) =>
      as(async (db) => {
        await saveCard(db, tenant, card);
        for (const task of tasks) await openTask(db, tenant, task);
      }),
    saveAll: (cards) =>
      as(async (db) => {
        for (const card of cards) await saveCard(db, tenant, card);
      }),
    latest: (client) => as((db) => newest(db, client, null)),
    before: (client, day) => as((db) => newest(db, client, day)),
    latestOfAll: () =>
      as(async (db) => {
        const rows = await db
          .selectFrom('scorecards')
          .distinctOn('client')
          .orderBy('client')
          .orderBy('day', 'desc')
          .selectAll()
          .execute();
        return new Map(rows.map((row) => [row.client, cardOf(row)]));
      }),
    history: (client, limit) => as((db) => history(db, client, limit)),
    closedMonth: (client, period) =>
      as(async (db) => {
        const row = await db
          .selectFrom('sla_closed')
          .where('client', '=', client)
          .where('period', '=', period)
          .select('report')
          .executeTakeFirst();
        return (row?.report as SlaReport | undefined) ?? null;
      }),
    closeMonth: (report) =>
      as(async (db) => {
        const { client, period } = report;
        await db
          .insertInto('sla_closed')
          .values({
            tenant_id: tenant,
            client,
            contract: report.contract ?? '',
            period,
            report: JSON.stringify(report),
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),
    tasks: (query) => as((db) => tasks(db, query)),
    finishTask: (id, by, note, at) =>
      as(async (db) => {
        const values = { done_at: instantText(at), done_by: by, note };
        await db.updateTable('care_tasks').set(values).where('id', '=', id).where('done_at', 'is', null).execute();
        const row = await db.selectFrom('care_tasks').where('id', '=', id).selectAll().executeTakeFirst();
        return row ? taskOf(row) : null;
      }),
  };
}

async function saveCard(db: TenantTransaction, tenant: string, card: Scorecard): Promise<void> {
  const { report } = card;
  const values = {
    at: instantText(card.at),
    weights_version: report.weightsVersion,
    inputs: JSON.stringify(card.inputs),
    score: report.score,
    smoothed: report.smoothed,
    colour: report.colour,
    reason: JSON.stringify(report.colourReason),
    machine: JSON.stringify(card.machine),
    report: JSON.stringify(report),
    recorded_at: sql<string>`clock_timestamp()`,
  };
  await db
    .insertInto('scorecards')
    .values({ tenant_id: tenant, client: card.client, day: card.day, ...values })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'client', 'day']).doUpdateSet(values))
    .execute();
}

async function newest(db: TenantTransaction, client: string, before: string | null): Promise<Scorecard | null> {
  let select = db.selectFrom('scorecards').where('client', '=', client);
  if (before !== null) select = select.where('day', '<', before);
  const row = await select.orderBy('day', 'desc').limit(1).selectAll().executeTakeFirst();
  return row ? cardOf(row) : null;
}

async function history(db: TenantTransaction, client: string, limit: number): Promise<RetentionReport['history']> {
  const rows = await db
    .selectFrom('scorecards')
    .where('client', '=', client)
    .orderBy('day', 'desc')
    .limit(limit)
    .select(['at', 'score', 'smoothed', 'colour', 'reason'])
    .execute();
  return rows.toReversed().map((row) => ({
    at: instantText(row.at),
    score: row.score,
    smoothed: row.smoothed,
    colour: row.colour as RetentionReport['colour'],
    reason: row.reason as RetentionReport['colourReason'],
  }));
}

function cardOf(row: {
  client: string;
  day: string;
  at: number;
  inputs: unknown;
  machine: unknown;
  report: unknown;
}): Scorecard {
  const { client, day, at, inputs, machine } = row;
  return { client, day, at, inputs, machine, report: row.report as RetentionReport };
}

/** Opens a task unless its id is known; `more` is kept beside its words. */
export async function openTask(
  db: TenantTransaction,
  tenant: string,
  task: Omit<CareTask, 'doneAt' | 'doneBy' | 'note'>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { id, client, kind, title, reason, officer } = task;
  await db
    .insertInto('care_tasks')
    .values({
      tenant_id: tenant,
      id,
      client,
      kind,
      body: JSON.stringify({ ...more, title, reason, officer }),
      opened_at: instantText(task.openedAt),
      due_at: instantText(task.dueAt),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function tasks(db: TenantTransaction, query: { client?: string; open?: boolean }): Promise<CareTask[]> {
  let select = db.selectFrom('care_tasks').selectAll();
  if (query.client !== undefined) select = select.where('client', '=', query.client);
  if (query.open === true) select = select.where('done_at', 'is', null);
  if (query.open === false) select = select.where('done_at', 'is not', null);
  return (await select.orderBy('due_at').orderBy('id').limit(1000).execute()).map(taskOf);
}

interface TaskRow {
  id: string;
  client: string;
  kind: string;
  body: unknown;
  opened_at: number;
  due_at: number;
  done_at: number | null;
  done_by: string | null;
  note: string | null;
}

function taskOf(row: TaskRow): CareTask {
  const body = row.body as Pick<CareTask, 'title' | 'reason' | 'officer'>;
  return {
    id: row.id,
    client: row.client,
    kind: row.kind,
    title: body.title,
    reason: body.reason,
    officer: body.officer,
    openedAt: row.opened_at,
    dueAt: row.due_at,
    doneAt: row.done_at,
    doneBy: row.done_by,
    note: row.note,
  };
}
