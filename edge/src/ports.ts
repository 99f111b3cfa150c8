import type { CommandAnswer } from '@keepsite/cloud-contract';
import type {
  Command,
  DeviceStatus,
  Heartbeat,
  Incident,
  Millis,
  Reading,
  ReportBody,
  Retried,
} from '@keepsite/edge-contract';
import type { Decoder } from './devices/index.ts';
import type { Breach } from './domain/breach.ts';
import type { Directory } from './domain/directory.ts';
import type { RuleBook } from './domain/evaluate.ts';
import type { DrillOrder } from './domain/storm/drill.ts';
import type { InboxMessage } from './ports/inbox.ts';
import type { Delivery } from './ports/outward.ts';
import type { KeptOf, OwedPage, Stranger } from './ports/store.ts';

export * from './ports/clock.ts';
export * from './ports/inbox.ts';
export * from './ports/outward.ts';
export * from './ports/store.ts';

/** Live listeners (the page's event stream); a slow one never delays the pipeline. */
export interface Feed {
  incident(incident: Incident): void;
  readings(readings: readonly Reading[]): void;
  quarantine(total: number): void;
  heartbeat(heartbeat: Heartbeat): void;
}

/** What the edge knows of the facility and of its devices' dialects; replaced as a whole. */
export interface Knowledge {
  readonly directory: Directory;
  readonly decoder: Decoder;
  readonly ruleBook: RuleBook;
}

/**
 * The story of the edge (`pipeline.ts`), as its rim sees it: the only writer. Everything that
 * changes state goes through here and is on disk when the promise resolves.
 */
export interface Pipeline {
  /** Takes a message; it is acknowledged after the commit that holds what it said. Never throws. */
  receive(message: InboxMessage): void;
  /** Decides a command in the next transaction; the same commandId again gets the first answer. */
  order(command: Command): Promise<CommandAnswer>;
  /** A person reports a fault; answers with the incident that it opened or joined. */
  report(
    report: ReportBody,
    receivedAt: Millis,
    via: Command['via'],
  ): Promise<CommandAnswer & { readonly incident: string | null }>;
  /** Somebody starts an exercise; answers with the incident that it is. */
  drill(
    order: DrillOrder,
    receivedAt: Millis,
    via: Command['via'],
  ): Promise<CommandAnswer & { readonly incident: string | null }>;
  /** Maintenance windows were made, ended or moved: what they hold is looked at anew. */
  windowsChanged(): Promise<void>;
  /** Something is wrong with the gateway itself: opens an incident, or joins the one that is open. */
  raise(found: Breach): Promise<void>;
  /** Records what became of pages. */
  settle(
    outcomes: readonly { readonly owed: OwedPage; readonly delivery: Delivery; readonly at: Millis }[],
  ): Promise<void>;
  /** Everybody who was heard and whom nobody has adopted. */
  strangers(): Stranger[];
  /** From the next transaction on the edge knows this; no message falls in between. */
  reconfigure(knowledge: Knowledge): Promise<void>;
  /** Reads kept messages again; what they say enters history and pages nobody. */
  retry(of: KeptOf): Promise<Retried>;
  /**
   * Reads again what was kept for strangers that have since been adopted, for topics that nobody
   * recognised, and for strangers of a `family` whose mapping has changed; or for these strangers alone.
   */
  revisit(whom?: Revisited): Promise<Retried>;
  /** Resolves once everything taken so far is committed. */
  flush(): Promise<void>;
  /** What it costs does not grow with the devices. */
  status(): PipelineStatus;
  /** Every device that the registry names or that was heard, and when it last spoke. */
  devices(): DeviceStatus[];
  /** Those that have been found silent. */
  silent(): string[];
  /** Commits what is waiting, saves the checkpoint and stops the clocks. */
  stop(): Promise<void>;
}

/** Whose kept messages are read again. */
export type Revisited = { readonly family: string } | { readonly strangers: readonly string[] };

export interface PipelineStatus {
  readonly messages: number;
  readonly readings: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly commits: number;
  /** Messages taken and not yet committed. */
  readonly waiting: number;
  /** Why readings are not kept just now (disk full), and so not acknowledged; null when all is well. */
  readonly withheld: string | null;
  readonly openIncidents: number;
  /** Turns that are still to come of what is done to many incidents: one answer takes all of a group, some at a time. */
  readonly turnsToCome: number;
  /** Who was heard and waits for adoption, topics that nobody recognises included. */
  readonly strangers: number;
}
