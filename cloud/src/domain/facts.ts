import type { Client, Contract, CrmFact, CrmKind } from '@keepsite/cloud-contract';
import type { Incident, Millis } from '@keepsite/edge-contract';

/**
 * A fact and when the cloud wrote it down. The fact's own time is in its body; `recordedAt` lets a
 * past day be scored with what was known on that day and nothing else.
 */
export type Recorded<T> = T & { readonly recordedAt: Millis };

/** What the formulas need of an incident: the edge's snapshot without timeline, pages and plan. */
export type IncidentFacts = Pick<
  Incident,
  | 'id'
  | 'clients'
  | 'asset'
  | 'fault'
  | 'vendorCode'
  | 'severity'
  | 'response'
  | 'condition'
  | 'clocks'
  | 'openedAt'
  | 'acknowledgedAt'
  | 'onSiteAt'
  | 'resolvedAt'
  | 'closedAt'
  | 'simulated'
  | 'drill'
  | 'repair'
  | 'fixed'
> & {
  /** When the sensors said that it was over (see `incidentFacts`); absent or null: not so. */
  readonly clearedAt?: string | null;
};

/** The client's CRM facts by kind, newest version of each id. Order does not matter. */
export type CrmFacts = { readonly [K in CrmKind]: readonly Recorded<CrmFact<K>>[] };

/**
 * Whether anybody was listening. Without it silence would look like health: no incident and no
 * watch is unknown, no incident under watch is good.
 */
export interface Watch {
  /** When the first device that serves the client began to speak. */
  readonly since: Millis;
  /** The last word (reading, heartbeat) from the edges that serve the client. */
  readonly lastHeardAt: Millis;
}

/**
 * A stretch in which a critical asset was out of service. `to` null: still down. `incident` ties it
 * to the incident that tells of it. See `downtimesOf` for the default, derived from incidents.
 */
export interface Downtime {
  readonly asset: string;
  readonly from: Millis;
  readonly to: Millis | null;
  readonly incident: string | null;
}

/**
 * Everything that one client's score of one day is computed from.
 *
 * Give at least the last 365 days of surveys, 210 days of messages, 210 days of incidents, all open
 * invoices and complaints beside those of 180 days, and the newest visits; more does no harm, each
 * indicator applies its own window. Facts with `recordedAt` or own time after `asOf` are ignored.
 */
export interface ClientFacts {
  readonly client: Pick<Client, 'id' | 'name' | 'kind' | 'since' | 'officer'>;
  readonly asOf: Millis;
  /** IANA zone in which plain dates (due on, planned on) begin: the contract's, else the site's. */
  readonly timeZone: string;
  readonly contracts: readonly Recorded<Contract>[];
  readonly incidents: readonly Recorded<IncidentFacts>[];
  readonly crm: CrmFacts;
  readonly watch: Watch | null;
  /** Absent: derived from critical incidents by `downtimesOf`. */
  readonly downtimes?: readonly Downtime[];
}

/** CRM facts of a client of whom nothing is known; spread it and fill in what there is. */
export const NO_CRM: CrmFacts = {
  invoices: [],
  complaints: [],
  surveys: [],
  messages: [],
  visits: [],
  referrals: [],
  maintenance: [],
  vetoes: [],
  'contact-changes': [],
};

/**
 * The pick of an incident that the formulas take, with `clearedAt` read from its timeline: the last
 * change to `cleared` while that is how the condition stands.
 */
export function incidentFacts(incident: Incident): IncidentFacts {
  const { timeline, pages: _pages, plan: _plan, ...rest } = incident;
  const cleared = timeline.findLast(({ kind, detail }) => kind === 'condition' && detail['condition'] === 'cleared');
  return { ...rest, clearedAt: incident.condition === 'cleared' ? (cleared?.at ?? null) : null };
}

/** What was known at `asOf`: facts written down later, and incidents opened later, are gone. */
export function knownAt<T extends { readonly recordedAt: Millis }>(facts: readonly T[], asOf: Millis): T[] {
  return facts.filter((fact) => fact.recordedAt <= asOf);
}
