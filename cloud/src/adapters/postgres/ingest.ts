import { sql } from 'kysely';
import type { DailyEnergy, DeviceStatus, Incident, IncidentEvent } from '@keepsite/edge-contract';
import { GENESIS } from '@keepsite/edge-evidence';
import type { IncidentFacts } from '../../domain/facts.ts';
import type { CheckedEvent, IngestTransaction } from '../../ports.ts';
import type { TenantTransaction } from './database.ts';
import { askedPlace, openFollowUps, withdrawFollowUps } from './follow-ups.ts';
import { saveRegistry } from './registry.ts';
import { saveTold } from './response.ts';

/** Whose numbers they are: an edge's events are numbered anew in each epoch. */
interface Sender {
  readonly tenant: string;
  readonly edge: string;
  readonly epoch: string;
}

/** What one edge's batch may write, inside the transaction that holds the edge's lock. */
export function ingestTransaction(db: TenantTransaction, { tenant, edge, epoch }: Sender): IngestTransaction {
  const chain = { tenant, edge, epoch };
  return {
    async knownHashes(seqs) {
      if (seqs.length === 0) return new Map();
      const rows = await db
        .selectFrom('incident_events')
        .where('edge', '=', edge)
        .where('epoch', '=', epoch)
        .where('seq', '=', sql<number>`ANY(${[...seqs]}::bigint[])`)
        .select(['seq', 'hash'])
        .execute();
      return new Map(rows.map((row) => [row.seq, row.hash]));
    },
    addEvents: (events) => addEvents(db, chain, events),
    eventsOf: (incidents) => eventsOf(db, edge, incidents),
    saveIncident: (incident, facts) => saveIncident(db, tenant, incident, facts),
    askedPlace: (client, site) => askedPlace(db, client, site),
    openFollowUps: (drafts) => openFollowUps(db, { tenant, edge }, drafts),
    withdrawFollowUps: (incident, at) => withdrawFollowUps(db, incident, at),
    saveRegistry: async (registry) => {
      await saveRegistry(db, tenant, edge, registry);
      await saveTold(db, tenant, edge, registry);
    },
    saveDevices: (devices) => saveDevices(db, tenant, edge, devices),
    saveDaily: (rows) => saveDaily(db, tenant, rows),
    reject: async (record) => {
      await db
        .insertInto('rejected_records')
        .values({ tenant_id: tenant, edge, ...record })
        .execute();
    },
  };
}

/** Each link is judged with its predecessor, which may come with it, be there already, or be missing yet. */
async function addEvents(
  db: TenantTransaction,
  { tenant, edge, epoch }: Sender,
  events: readonly CheckedEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const beside = await neighbours(db, { edge, epoch }, events);
  const hashes = new Map([...beside, ...events.map(({ event }) => event)].map(({ seq, hash }) => [seq, hash]));
  const rows = events.map(({ event, body, hashOk }) => ({
    tenant_id: tenant,
    edge,
    epoch,
    seq: event.seq,
    incident: event.incident,
    at: event.at,
    edge_recorded_at: event.recordedAt,
    kind: event.change.kind,
    body,
    prev: event.prev,
    hash: event.hash,
    hash_ok: hashOk,
    link_ok: isLinked(event, hashes),
  }));
  await db.insertInto('incident_events').values(rows).execute();
  const added = new Set(events.map(({ event }) => event.seq));
  for (const next of beside.filter(({ seq }) => added.has(seq - 1)))
    await db
      .updateTable('incident_events')
      .set({ link_ok: isLinked(next, hashes) })
      .where('edge', '=', edge)
      .where('epoch', '=', epoch)
      .where('seq', '=', next.seq)
      .execute();
}

type Link = Pick<IncidentEvent, 'seq' | 'prev' | 'hash'>;

/** Known events right before and after these. */
async function neighbours(
  db: TenantTransaction,
  { edge, epoch }: Pick<Sender, 'edge' | 'epoch'>,
  events: readonly CheckedEvent[],
): Promise<Link[]> {
  const seqs = [...new Set(events.flatMap(({ event }) => [event.seq - 1, event.seq + 1]))];
  return await db
    .selectFrom('incident_events')
    .where('edge', '=', edge)
    .where('epoch', '=', epoch)
    .where('seq', '=', sql<number>`ANY(${seqs}::bigint[])`)
    .select(['seq', 'prev', 'hash'])
    .execute();
}

function isLinked({ seq, prev }: Link, hashes: ReadonlyMap<number, string>): boolean | null {
  const before = seq === 1 ? GENESIS : hashes.get(seq - 1);
  return before === undefined ? null : before === prev;
}

/** Only this edge's: an edge that names another one's incident adds nothing to it. */
async function eventsOf(
  db: TenantTransaction,
  edge: string,
  incidents: readonly string[],
): Promise<Map<string, IncidentEvent[]>> {
  const found = new Map<string, IncidentEvent[]>(incidents.map((id) => [id, []]));
  if (incidents.length === 0) return found;
  const rows = await db
    .selectFrom('incident_events')
    .where('edge', '=', edge)
    .where('incident', 'in', [...incidents])
    .orderBy('seq')
    .select(['incident', 'body'])
    .execute();
  for (const row of rows) found.get(row.incident)?.push(row.body as IncidentEvent);
  return found;
}

async function saveIncident(
  db: TenantTransaction,
  tenant: string,
  incident: Incident,
  facts: IncidentFacts,
): Promise<void> {
  const columns = {
    edge: incident.edge,
    site: incident.site,
    asset: incident.asset,
    fault: incident.fault,
    severity: incident.severity,
    condition: incident.condition,
    response: incident.response,
    sla: incident.sla,
    opened_at: incident.openedAt,
    ended_at: endedAt(incident),
    version: incident.version,
    simulated: incident.simulated,
    facts: JSON.stringify(facts),
    body: JSON.stringify(incident),
  };
  const saved = await db
    .insertInto('incidents')
    .values({ tenant_id: tenant, id: incident.id, ...columns })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'id']).doUpdateSet(columns).where('incidents.edge', '=', incident.edge),
    )
    .returning('id')
    .executeTakeFirst();
  if (!saved) return;
  await db
    .deleteFrom('incident_clients')
    .where('incident', '=', incident.id)
    .where('client', 'not in', ['', ...incident.clients])
    .execute();
  if (incident.clients.length === 0) return;
  await db
    .insertInto('incident_clients')
    .values([...new Set(incident.clients)].map((client) => ({ tenant_id: tenant, incident: incident.id, client })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A cancelled incident has no `closedAt`; its last event ended it. */
function endedAt(incident: Incident): string | null {
  if (incident.response === 'closed') return incident.closedAt;
  return incident.response === 'cancelled' ? (incident.timeline.at(-1)?.at ?? incident.openedAt) : null;
}

async function saveDevices(
  db: TenantTransaction,
  tenant: string,
  edge: string,
  devices: readonly DeviceStatus[],
): Promise<void> {
  for (let from = 0; from < devices.length; from += 1000) {
    const rows = devices.slice(from, from + 1000).map((status) => ({
      tenant_id: tenant,
      id: status.device,
      edge,
      asset: status.asset,
      site: status.site,
      family: status.family,
      status: JSON.stringify(status),
      first_heard_at: status.lastHeardAt,
      last_heard_at: status.lastHeardAt,
    }));
    await db
      .insertInto('devices')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'id']).doUpdateSet((row) => ({
          edge: row.ref('excluded.edge'),
          asset: row.ref('excluded.asset'),
          site: row.ref('excluded.site'),
          family: row.ref('excluded.family'),
          status: row.ref('excluded.status'),
          first_heard_at: row.fn.coalesce('devices.first_heard_at', 'excluded.first_heard_at'),
          last_heard_at: sql`greatest(devices.last_heard_at, excluded.last_heard_at)`,
        })),
      )
      .execute();
  }
}

/** A day that is told twice in one batch counts as told last. */
async function saveDaily(db: TenantTransaction, tenant: string, rows: readonly DailyEnergy[]): Promise<void> {
  const last = [...new Map(rows.map((row) => [`${row.asset}\n${row.device}\n${row.day}`, row])).values()];
  for (let from = 0; from < last.length; from += 1000) {
    const values = last.slice(from, from + 1000).map((row) => ({
      tenant_id: tenant,
      asset: row.asset,
      device: row.device,
      day: row.day,
      body: JSON.stringify(row),
    }));
    await db
      .insertInto('daily_energy')
      .values(values)
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'asset', 'device', 'day'])
          .doUpdateSet((row) => ({ body: row.ref('excluded.body') })),
      )
      .execute();
  }
}
