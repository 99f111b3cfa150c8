import { instantMillis, type Incident, type Millis } from '@keepsite/edge-contract';
import type { Client, Contract, CrmKind } from '@keepsite/cloud-contract';
import { startOfDay } from '../domain/calendar.ts';
import { incidentFacts, NO_CRM, type ClientFacts, type CrmFacts, type Recorded } from '../domain/facts.ts';
import { foldWhole } from '../ingest/take-events.ts';
import type { Kept, SeenIncident, Store, StoredEvent } from '../ports.ts';

/**
 * `now`: everything that is known, whatever the database's clock says of when it was written down.
 * `recorded`: what the cloud knew at an instant. `own`: what is now known to have happened until
 * then; for a past that was imported in one go, as in the demo.
 */
export type Basis = 'now' | 'recorded' | 'own';

/** All that is kept of one client, read once; `factsAt` cuts it to an instant. */
export interface ClientHistory {
  readonly client: Client;
  readonly contracts: readonly Kept<Contract>[];
  readonly crm: readonly (Kept<unknown> & { readonly kind: CrmKind; readonly id: string })[];
  readonly events: readonly StoredEvent[] | null;
  readonly incidents: readonly SeenIncident[];
  readonly watch: { readonly since: Millis; readonly lastHeardAt: Millis } | null;
  readonly timeZone: string;
}

/** One client's facts, with the versions that its scorecard remembers. */
export type GatheredFacts = Omit<ClientFacts, 'incidents'> & { readonly incidents: readonly SeenIncident[] };

const DAYS = 86_400_000;
/** The longest window of an indicator is 365 days. */
const REACH_MS = 400 * DAYS;

/** Reads a client; `past` also reads every incident event, so that incidents can be seen as they once were. */
export async function gatherHistory(
  store: Store,
  client: Client,
  asOf: Millis,
  timeZone: string,
  past: boolean,
): Promise<ClientHistory> {
  const [contracts, crm, watch, places] = await Promise.all([
    store.clients.contracts(client.id),
    store.clients.history(client.id),
    store.clients.watch(client.id),
    store.clients.places(client.id),
  ]);
  return {
    client,
    contracts,
    crm,
    watch,
    events: past ? await store.incidents.eventsOfClient(client.id) : null,
    incidents: past ? [] : await store.incidents.ofClient(client.id, asOf - 2 * REACH_MS, asOf + 1),
    timeZone: contracts.at(-1)?.value.timeZone ?? places.timeZone ?? timeZone,
  };
}

/** What one day's score is computed from. */
export function factsAt(history: ClientHistory, asOf: Millis, basis: Basis): GatheredFacts {
  const { client, timeZone, watch } = history;
  return {
    client,
    asOf,
    timeZone,
    contracts: history.contracts.map(({ value, recordedAt }) => ({
      ...value,
      recordedAt:
        basis === 'own' ? Math.min(recordedAt, startOfDay(value.from, timeZone)) : known(recordedAt, asOf, basis),
    })),
    incidents: incidentsAt(history, asOf, basis),
    crm: crmAt(history, asOf, basis),
    watch: watch && watch.since <= asOf ? { since: watch.since, lastHeardAt: Math.min(watch.lastHeardAt, asOf) } : null,
  };
}

/** The database's clock may be ahead of ours by a little; what we have read is known. */
function known(recordedAt: Millis, asOf: Millis, basis: Basis): Millis {
  return basis === 'now' ? Math.min(recordedAt, asOf) : recordedAt;
}

/** The formulas themselves cut an incident to what had happened by `asOf`; only what was not yet recorded must be unfolded. */
function incidentsAt(history: ClientHistory, asOf: Millis, basis: Basis): SeenIncident[] {
  if (!history.events)
    return history.incidents.map((incident) => ({
      ...incident,
      recordedAt: basis === 'own' ? instantMillis(incident.openedAt) : known(incident.recordedAt, asOf, basis),
    }));
  const told = history.events.filter(({ recordedAt }) => recordedAt <= asOf);
  return [...Map.groupBy(told, ({ event }) => event.incident).values()].flatMap((events) => {
    const incident = foldWhole(events.map(({ event }) => event));
    if (!incident || instantMillis(incident.openedAt) < asOf - REACH_MS) return [];
    return [seen(incident, Math.min(...events.map(({ recordedAt }) => recordedAt)))];
  });
}

function seen(incident: Incident, recordedAt: Millis): SeenIncident {
  return { ...incidentFacts(incident), version: incident.version, recordedAt };
}

function crmAt(history: ClientHistory, asOf: Millis, basis: Basis): CrmFacts {
  const newest = new Map<string, { kind: CrmKind; fact: Recorded<object> }>();
  for (const { kind, id, value, recordedAt } of history.crm) {
    if (basis === 'recorded' && recordedAt > asOf) continue;
    const own = basis === 'recorded' ? recordedAt : Math.min(recordedAt, asOf);
    newest.set(`${kind}\n${id}`, { kind, fact: { ...(value as object), recordedAt: own } });
  }
  const byKind: Record<string, object[]> = {};
  for (const { kind, fact } of newest.values()) (byKind[kind] ??= []).push(fact);
  return { ...NO_CRM, ...(byKind as Partial<CrmFacts>) };
}
