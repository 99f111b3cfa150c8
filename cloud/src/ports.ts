import type { Client, Contract, CrmKind, RetentionReport, SlaReport } from '@keepsite/cloud-contract';
import type {
  Asset,
  DailyEnergy,
  DeviceStatus,
  Heartbeat,
  Incident,
  IncidentEvent,
  Millis,
  Reading,
  Registry,
  Site,
  Zone,
} from '@keepsite/edge-contract';
import type { IncidentFacts, Recorded } from './domain/facts.ts';
import type { ResponseStore } from './ports/response.ts';
import type { AskedPlace } from './domain/after/counted-days.ts';
import type { FollowUpDraft } from './domain/after/follow-up.ts';
import type { AfterStore } from './ports/after.ts';
import type { AlarmStore } from './ports/alarms.ts';
import type { CommandStore } from './ports/commands.ts';
import type { EnergyStore } from './ports/energy.ts';
import type { LinkStore } from './ports/links.ts';
import type { RepairStore } from './ports/repairs.ts';
import type { SpendingStore } from './ports/spending.ts';

export * from './ports/metrics.ts';

/** The rim's time. Pure rooms take time as an argument and never see this. */
export interface Clock {
  now(): Millis;
}

/** What happened, told to every replica: ids only, whoever needs more asks the store. */
export type Notice =
  | { readonly kind: 'incident'; readonly id: string }
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'heartbeat'; readonly edge: string }
  | { readonly kind: 'alarm'; readonly id: string }
  | {
      readonly kind: 'command';
      readonly edge: string;
      readonly commandId: string;
      readonly incident: string | null;
      readonly state: string;
    }
  | { readonly kind: 'readings'; readonly items: readonly NewestReading[] };

/** The newest value of a series, as pages get it. */
export type NewestReading = Pick<Reading, 'device' | 'metric' | 'part' | 'value' | 'quality'> & { readonly at: string };

/** Carries notices between replicas; a listener that throws harms nobody. */
export interface Notices {
  publish(notices: readonly Notice[]): Promise<void>;
  subscribe(listener: (notice: Notice) => void): () => void;
  close(): Promise<void>;
}

/** An event as it came, checked as far as it can be alone. */
export interface CheckedEvent {
  readonly event: IncidentEvent;
  /** The JSON text as it was received: what its hash is over. */
  readonly body: string;
  readonly hashOk: boolean;
}

/** One link of an edge's evidence as the cloud keeps it. `chainOk` null: its predecessor is not here yet. */
export interface StoredEvent {
  readonly event: IncidentEvent;
  readonly recordedAt: Millis;
  readonly chainOk: boolean | null;
}

/** What ingest may do inside its transaction; other batches of the same edge wait. */
export interface IngestTransaction {
  /** Hashes of the events that are known, by seq. */
  knownHashes(seqs: readonly number[]): Promise<Map<number, string>>;
  addEvents(events: readonly CheckedEvent[]): Promise<void>;
  /** The bodies of all events of these incidents, by incident, in the order of seq. */
  eventsOf(incidents: readonly string[]): Promise<Map<string, IncidentEvent[]>>;
  saveIncident(incident: Incident, facts: IncidentFacts): Promise<void>;
  /** What decides which days count until a client is asked about what happened at a site. */
  askedPlace(client: string, site: string): Promise<AskedPlace>;
  /** Opens what is to be asked about an incident of this edge, once for each client. */
  openFollowUps(drafts: readonly FollowUpDraft[]): Promise<void>;
  /** Takes back what is still to be asked about an incident that was cancelled. */
  withdrawFollowUps(incident: string, at: string): Promise<void>;
  saveRegistry(registry: Registry): Promise<void>;
  saveDevices(devices: readonly DeviceStatus[]): Promise<void>;
  saveDaily(rows: readonly DailyEnergy[]): Promise<void>;
  reject(record: { kind: string; seq: number | null; reason: string; body: string | null }): Promise<void>;
}

export interface EdgeView {
  readonly id: string;
  readonly heartbeat: Heartbeat | null;
  readonly heardAt: Millis | null;
  readonly blindSince: Millis | null;
  /** Evidence: the newest event of its newest epoch, how many links are broken, and how many wait for their predecessor. */
  readonly chain: { readonly last: number; readonly broken: number; readonly gaps: number };
  readonly rejected: number;
  readonly sites: readonly string[];
  /** Its numberings in the order in which they were first heard; a second one: its store was lost and begun anew. */
  readonly epochs: readonly string[];
  /** It once served sites, and others serve all of them now: nobody waits for its voice. */
  readonly retired: boolean;
}

export interface EdgeStore {
  /** Runs the work in one transaction, one at a time for each edge; `epoch` is that of the events' numbers, default ''. */
  ingest<T>(edge: string, work: (tx: IngestTransaction) => Promise<T>, epoch?: string): Promise<T>;
  /** Answers the newest numbers of the epoch that are known; 0: none. */
  heard(
    edge: string,
    heartbeat: Heartbeat | null,
    at: Millis,
    epoch?: string,
  ): Promise<{ readonly event: number; readonly block: number }>;
  list(): Promise<EdgeView[]>;
  /** The last heartbeat of every edge that sent one, and when it was heard; cheap. */
  heartbeats(): Promise<{ readonly edge: string; readonly heartbeat: Heartbeat; readonly heardAt: Millis }[]>;
  /** Opens a blind spell for every edge that was not heard since `before`; answers the edges it is new for. */
  markBlind(before: Millis): Promise<string[]>;
  /** The edge that serves an asset, null when nobody knows the asset. */
  ofAsset(asset: string): Promise<string | null>;
}

export interface IncidentQuery {
  readonly state?: 'open' | 'closed' | undefined;
  readonly client?: string | undefined;
  readonly limit: number;
  /** `openedAt` and id of the last one of the page before. */
  readonly before?: { readonly at: Millis; readonly id: string } | undefined;
}

/** An incident as the formulas take it, up to which event it was folded, and when the cloud first heard of it. */
export type SeenIncident = Recorded<IncidentFacts & { readonly version: number }>;

export interface IncidentStore {
  get(id: string): Promise<Incident | null>;
  /** Newest first. */
  list(query: IncidentQuery): Promise<Incident[]>;
  events(id: string): Promise<StoredEvent[]>;
  /** The links of its edge's chain from its first event to its last, whatever they are about, up to `limit`. */
  links(id: string, limit: number): Promise<{ readonly seq: number; readonly prev: string; readonly hash: string }[]>;
  /** A client's incidents opened in [from, to), with when the cloud first heard of each. */
  ofClient(client: string, from: Millis, to: Millis): Promise<SeenIncident[]>;
  /** All events of a client's incidents in the order of (edge, seq), for a score of the past. */
  eventsOfClient(client: string): Promise<StoredEvent[]>;
  openByClient(): Promise<Map<string, number>>;
}

export interface RegistryView {
  readonly sites: readonly (Site & { readonly edge: string })[];
  readonly zones: readonly Zone[];
  readonly assets: readonly Asset[];
  readonly devices: readonly DeviceStatus[];
}

/** A thing and when the cloud wrote it down. */
export interface Kept<T> {
  readonly value: T;
  readonly recordedAt: Millis;
}

export interface ClientStore {
  list(): Promise<Client[]>;
  get(id: string): Promise<Client | null>;
  save(client: Client): Promise<void>;
  /** All versions of all contracts of a client. */
  contracts(client: string): Promise<Kept<Contract>[]>;
  /** False when this version is already known with other terms. */
  saveContract(contract: Contract): Promise<boolean>;
  /** The newest version of every fact of a kind. */
  facts(client: string, kind: CrmKind): Promise<Kept<unknown>[]>;
  /** Every version of every fact of every kind. */
  history(client: string): Promise<(Kept<unknown> & { readonly kind: CrmKind; readonly id: string })[]>;
  /** Adds a version where the fact is new or differs; answers how many were added. */
  saveFacts(
    client: string,
    kind: CrmKind,
    facts: readonly { id: string; at: Millis; body: unknown }[],
  ): Promise<number>;
  registry(): Promise<RegistryView>;
  /** Sites whose zones the client uses, and the time zone of one of them. */
  places(client: string): Promise<{ sites: string[]; timeZone: string | null }>;
  /** When the devices that serve the client began to speak, and when they or their edges last did. */
  watch(client: string): Promise<{ since: Millis; lastHeardAt: Millis } | null>;
  energy(client: string, from: string, to: string): Promise<DailyEnergy[]>;
}

/** One day's score of one client: inputs, result and reason in one row. `machine` is the colour machine's state after it. */
export interface Scorecard {
  readonly client: string;
  readonly day: string;
  readonly at: Millis;
  readonly inputs: unknown;
  readonly machine: unknown;
  readonly report: RetentionReport;
}

export interface CareTask {
  readonly id: string;
  readonly client: string;
  readonly kind: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly reason: { readonly en: string; readonly zh: string };
  readonly officer: string | null;
  readonly openedAt: Millis;
  readonly dueAt: Millis;
  readonly doneAt: Millis | null;
  readonly doneBy: string | null;
  readonly note: string | null;
}

export interface ScoreStore {
  /** Replaces the scorecard of that client and day; opens the tasks whose ids are not known. All or nothing. */
  save(card: Scorecard, tasks: readonly CareTask[]): Promise<void>;
  /** Replaces many scorecards at once, without tasks. */
  saveAll(cards: readonly Scorecard[]): Promise<void>;
  latest(client: string): Promise<Scorecard | null>;
  /** The newest of every client, by client. */
  latestOfAll(): Promise<Map<string, Scorecard>>;
  /** The last one before this day. */
  before(client: string, day: string): Promise<Scorecard | null>;
  /** Oldest first, of the last `limit` days up to `day`. */
  history(client: string, limit: number): Promise<RetentionReport['history']>;
  closedMonth(client: string, period: string): Promise<SlaReport | null>;
  /** Freezes a month; an earlier freeze stands. */
  closeMonth(report: SlaReport): Promise<void>;
  tasks(query: { client?: string; open?: boolean }): Promise<CareTask[]>;
  finishTask(id: string, by: string, note: string | null, at: Millis): Promise<CareTask | null>;
}

/** Everything that is not a metric, of one tenant. */
export interface Store {
  readonly tenant: string;
  readonly edges: EdgeStore;
  readonly incidents: IncidentStore;
  readonly clients: ClientStore;
  readonly scores: ScoreStore;
  readonly commands: CommandStore;
  readonly response: ResponseStore;
  readonly alarms: AlarmStore;
  readonly after: AfterStore;
  readonly energy: EnergyStore;
  readonly spending: SpendingStore;
  readonly repairs: RepairStore;
  readonly links: LinkStore;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
}

/** Work that is claimed by one replica at a time, at a local time of day. */
export interface Jobs {
  start(handlers: { readonly [name: string]: () => Promise<void> }, schedule: readonly Schedule[]): Promise<void>;
  /** Runs a job once soon, whoever claims it; a second wish with the same key within the hour is dropped. */
  wish(name: string, key: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Schedule {
  readonly job: string;
  /** Five cron fields in `timeZone`. */
  readonly cron: string;
  readonly timeZone: string;
}
