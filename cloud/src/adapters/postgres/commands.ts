import { sql } from 'kysely';
import { instantText } from '@keepsite/edge-contract';
import type { CommandAnswer, CommandItem } from '@keepsite/cloud-contract';
import type { CommandStore, NewCommand, StoredCommand } from '../../ports/commands.ts';
import type { Database, TenantTransaction } from './database.ts';

/** Orders on their way to an edge. */
export function commandStore(database: Database, tenant: string): CommandStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    place: (edge, commandId, incident, item, receivedAt) =>
      as((db) => place(db, tenant, edge, commandId, incident, item, instantText(receivedAt))),
    take: (edge, after, limit, now) => as((db) => take(db, edge, after, limit, instantText(now))),
    decide: (edge, answers, now) => as((db) => decide(db, edge, answers, instantText(now))),
    ofIncident: (incident) =>
      as(async (db) =>
        (
          await db
            .selectFrom('commands')
            .where('incident', '=', incident)
            .orderBy('received_at')
            .orderBy('seq')
            .selectAll()
            .execute()
        ).map(commandOf),
      ),
    find: (commandId) =>
      as(async (db) => {
        const row = await db.selectFrom('commands').where('command_id', '=', commandId).selectAll().executeTakeFirst();
        return row ? commandOf(row) : null;
      }),
  };
}

/** The edge's row is locked while the number is given, so that numbers become visible in their order. */
export async function place(
  db: TenantTransaction,
  tenant: string,
  edge: string,
  commandId: string,
  incident: string | null,
  item: NewCommand,
  receivedAt: string,
): Promise<StoredCommand> {
  await sql`INSERT INTO edges (tenant_id, id) VALUES (${tenant}, ${edge}) ON CONFLICT DO NOTHING`.execute(db);
  await sql`SELECT FROM edges WHERE id = ${edge} FOR UPDATE`.execute(db);
  const known = await db.selectFrom('commands').where('command_id', '=', commandId).selectAll().executeTakeFirst();
  if (known) return commandOf(known);
  const { command_seq: seq } = await db
    .updateTable('edges')
    .set({ command_seq: sql<number>`command_seq + 1` })
    .where('id', '=', edge)
    .returning('command_seq')
    .executeTakeFirstOrThrow();
  const row = {
    tenant_id: tenant,
    edge,
    seq,
    command_id: commandId,
    incident,
    body: JSON.stringify({ ...item, seq }),
    state: 'pending',
    received_at: receivedAt,
  };
  return commandOf(await db.insertInto('commands').values(row).returningAll().executeTakeFirstOrThrow());
}

async function take(
  db: TenantTransaction,
  edge: string,
  after: number,
  limit: number,
  now: string,
): Promise<CommandItem[]> {
  const rows = await db
    .selectFrom('commands')
    .where('edge', '=', edge)
    .where('seq', '>', after)
    .where('state', 'in', ['pending', 'delivered'])
    .orderBy('seq')
    .limit(limit)
    .select(['seq', 'body', 'state'])
    .execute();
  const fresh = rows.filter((row) => row.state === 'pending').map((row) => row.seq);
  if (fresh.length > 0)
    await db
      .updateTable('commands')
      .set({ state: 'delivered', delivered_at: now })
      .where('edge', '=', edge)
      .where('seq', 'in', fresh)
      .where('state', '=', 'pending')
      .execute();
  return rows.map((row) => row.body as CommandItem);
}

async function decide(
  db: TenantTransaction,
  edge: string,
  answers: readonly CommandAnswer[],
  now: string,
): Promise<StoredCommand[]> {
  const changed: StoredCommand[] = [];
  for (const answer of answers) {
    if (answer.state !== 'done' && answer.state !== 'refused') continue;
    const row = await db
      .updateTable('commands')
      .set({
        state: answer.state,
        modified: answer.modified,
        reason: answer.reason,
        decided_at: now,
        // Nobody needs the link's secret any more.
        body: sql<string>`CASE WHEN body->>'kind' = 'link' THEN jsonb_set(body, '{order,token}', '""') ELSE body END`,
      })
      .where('edge', '=', edge)
      .where('command_id', '=', answer.commandId)
      .where('state', 'in', ['pending', 'delivered'])
      .returningAll()
      .executeTakeFirst();
    if (row) changed.push(commandOf(row));
  }
  return changed;
}

interface CommandRow {
  edge: string;
  command_id: string;
  incident: string | null;
  body: unknown;
  state: string;
  modified: boolean | null;
  reason: string | null;
  received_at: number;
  decided_at: number | null;
}

function commandOf(row: CommandRow): StoredCommand {
  return {
    commandId: row.command_id,
    edge: row.edge,
    incident: row.incident,
    item: row.body as CommandItem,
    state: row.state as StoredCommand['state'],
    modified: row.modified ?? false,
    reason: row.reason,
    receivedAt: row.received_at,
    decidedAt: row.decided_at,
  };
}
