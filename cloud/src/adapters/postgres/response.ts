import { sql } from 'kysely';
import type { ResponseVersion } from '@keepsite/cloud-contract';
import {
  instantText,
  type Millis,
  type Registry,
  ResponseBook,
  type ResponseConfiguration,
} from '@keepsite/edge-contract';
import type { NewResponse, ResponseStore } from '../../ports/response.ts';
import { place } from './commands.ts';
import type { Database, TenantTransaction } from './database.ts';

const VERSIONS = 100;
/** A heartbeat may have been made before the edge took the version that it has answered since. */
const HEARTBEATS_LAG_MS = 60_000;

/** What edges respond with, in PostgreSQL. */
export function responseStore(database: Database, tenant: string): ResponseStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    versions: (edge, limit) => as((db) => versions(db, edge, limit)),
    configuration: (edge, version) =>
      as(async (db) => {
        const row = await db
          .selectFrom('response_versions')
          .where('edge', '=', edge)
          .where('version', '=', version)
          .select('body')
          .executeTakeFirst();
        return (row?.body as ResponseConfiguration | undefined) ?? null;
      }),
    save: (edge, response) => as((db) => save(db, tenant, edge, response)),
    sendAgain: (edge, goesBy, now) => as((db) => sendAgain(db, edge, goesBy, now)),
    told: (edge) =>
      as(async (db) => {
        const row = await db
          .selectFrom('response_told')
          .where('edge', '=', edge)
          .select(['body', 'recorded_at'])
          .executeTakeFirst();
        return row ? { at: row.recorded_at, book: row.body as ResponseBook } : null;
      }),
  };
}

async function versions(db: TenantTransaction, edge: string, limit: number): Promise<ResponseVersion[]> {
  const rows = await db
    .selectFrom('response_versions as v')
    .leftJoin('commands as c', 'c.command_id', 'v.command_id')
    .where('v.edge', '=', edge)
    .orderBy('v.version', 'desc')
    .limit(limit)
    .select(['v.version', 'v.made_at', 'v.made_by', 'v.note', 'c.state', 'c.reason'])
    .execute();
  const active = rows.find(({ state }) => state === 'done')?.version;
  return rows.map(({ version, made_at: at, made_by: by, note, state, reason }) => ({
    version,
    at: instantText(at),
    by,
    note,
    state: stateOf(state, version === active),
    reason,
  }));
}

function stateOf(command: string | null, isNewestDone: boolean): ResponseVersion['state'] {
  if (command === 'refused') return 'refused';
  if (command !== 'done') return 'pending';
  return isNewestDone ? 'active' : 'replaced';
}

/** The version and the order that carries it are one transaction: neither is there without the other. */
async function save(db: TenantTransaction, tenant: string, edge: string, { book, after, by, note, at }: NewResponse) {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`response/${tenant}/${edge}`}, 0))`.execute(db);
  const newest = await db
    .selectFrom('response_versions')
    .where('edge', '=', edge)
    .orderBy('version', 'desc')
    .select('version')
    .executeTakeFirst();
  if ((newest?.version ?? null) !== after) return null;
  const version = (after ?? 0) + 1;
  const commandId = commandOf(edge, version);
  const configuration = { version, ...book };
  await db
    .insertInto('response_versions')
    .values({
      tenant_id: tenant,
      edge,
      version,
      body: JSON.stringify(configuration),
      made_at: instantText(at),
      made_by: by,
      note,
      command_id: commandId,
    })
    .execute();
  const item = { kind: 'response' as const, commandId, configuration, receivedAt: instantText(at) };
  await place(db, tenant, edge, commandId, null, item, instantText(at));
  return { version, commandId };
}

/** The same order under a new number, as if nobody had decided it. */
async function sendAgain(
  db: TenantTransaction,
  edge: string,
  goesBy: number | null,
  now: Millis,
): Promise<string | null> {
  const [newest, ...older] = await versions(db, edge, VERSIONS);
  const active = [newest, ...older].find((version) => version?.state === 'active');
  if (!active || newest?.state === 'pending' || (goesBy ?? 0) >= active.version) return null;
  const commandId = commandOf(edge, active.version);
  const settled = await db
    .selectFrom('commands')
    .where('command_id', '=', commandId)
    .where(sql<boolean>`decided_at < ${instantText(now - HEARTBEATS_LAG_MS)}`)
    .select('command_id')
    .executeTakeFirst();
  if (!settled) return null;
  const { command_seq: seq } = await db
    .updateTable('edges')
    .set({ command_seq: sql<number>`command_seq + 1` })
    .where('id', '=', edge)
    .returning('command_seq')
    .executeTakeFirstOrThrow();
  const body = sql<string>`jsonb_set(body, '{seq}', to_jsonb(${seq}::bigint))`;
  const undecided = { state: 'pending', modified: null, reason: null, delivered_at: null, decided_at: null };
  await db
    .updateTable('commands')
    .set({ seq, body, ...undecided })
    .where('command_id', '=', commandId)
    .execute();
  return commandId;
}

function commandOf(edge: string, version: number): string {
  return `response-${edge}-${version}`;
}

/** Keeps what an edge says it goes by, in place of what it said before. */
export async function saveTold(db: TenantTransaction, tenant: string, edge: string, registry: Registry): Promise<void> {
  const body = JSON.stringify(ResponseBook.parse(registry));
  await db
    .insertInto('response_told')
    .values({ tenant_id: tenant, edge, body })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'edge']).doUpdateSet({ body, recorded_at: sql<string>`clock_timestamp()` }),
    )
    .execute();
}
