import type {
  BatchResult,
  Batch,
  Command,
  DailyEnergy,
  DeviceStatus,
  Heartbeat,
  IncidentEvent,
  Incident,
  Millis,
  Page,
  Reading,
  ReadingBlock,
  ReportBody,
} from '@keepsite/edge-contract';
import type { CommandAnswer, CommandList, CommandResults } from '@keepsite/cloud-contract';
import type { Message } from './domain/decoded.ts';

/** The rim's time. Pure rooms take time as an argument and never see this. */
export interface Clock {
  /** Edge time, epoch ms. Never steps back within a process. */
  now(): Millis;
  /** 1 outside the demo. */
  readonly scale: number;
  /** How far edge time is ahead of the machine's own clock just now; absent: not known. */
  readonly offsetMs?: Millis;
  /** Calls back once edge time reaches `at`; returns a way to cancel. Never early. */
  wake(at: Millis, callback: () => void): () => void;
}

/** The demo's clock: edge time may run faster than the machine's, and never steps back. */
export interface ScalableClock extends Clock {
  readonly offsetMs: Millis;
  /** How fast edge time runs from now on, 1…60. */
  setScale(scale: number): void;
}

/** A message whose acknowledgement is in our hands. */
export interface InboxMessage extends Message {
  readonly receivedAt: Millis;
  /** 0, 1 or 2, as published. */
  readonly qos: 0 | 1 | 2;
  /** Who connected with it: the MQTT client id; null through an external broker. */
  readonly client: string | null;
  /** Lets the broker acknowledge. Called exactly once, only after the commit. */
  acknowledge(): void;
}

/** Where messages come from: the embedded broker, an external one, or a test. */
export interface Inbox {
  /** Resolves when messages can arrive. The handler must not throw. */
  start(handler: (message: InboxMessage) => void): Promise<void>;
  /** Publishes what the edge itself says. QoS 1; resolves once the broker has it. */
  publish(topic: string, payload: string, options?: { retain?: boolean }): Promise<void>;
  /** What the broker refused before it was a message, by reason; absent where the broker is not ours. */
  readonly refused?: ReadonlyMap<string, number>;
  /** False when the broker cannot be reached. */
  readonly connected: boolean;
  /** Where clients may connect; null for an external broker. */
  readonly port: number | null;
  stop(): Promise<void>;
}

/** A page that is owed, as the store keeps it until it has an outcome. */
export interface OwedPage {
  readonly incident: string;
  readonly page: Page;
  readonly attempts: number;
  /** Not before this instant (retry, or another sender's lease). */
  readonly notBefore: Millis;
}

export interface QuarantinedMessage {
  readonly id: number;
  readonly at: Millis;
  readonly topic: string;
  readonly device: string | null;
  readonly family: string | null;
  readonly reason: string;
  /** The raw bytes; cut to the store's bound, `size` tells the true length. */
  readonly payload: Uint8Array;
  readonly size: number;
}

/** Everything that one transaction of the pipeline writes. All of it, or nothing. */
export interface Commit {
  readonly at: Millis;
  readonly readings: readonly Reading[];
  readonly events: readonly IncidentEvent[];
  /** The incidents that the events changed, as they are after them. Their deadlines follow from them alone. */
  readonly incidents: readonly Incident[];
  readonly pages: readonly OwedPage[];
  /** Pages that are no longer owed (answered, failed for good, withdrawn). */
  readonly settledPages: readonly string[];
  readonly quarantined: readonly Omit<QuarantinedMessage, 'id'>[];
  /** Ids that sources gave to messages: a second one within the store's bound is a duplicate. */
  readonly sourceIds: readonly string[];
  readonly devices: readonly StoredDevice[];
  readonly commands: readonly { readonly commandId: string; readonly answer: string }[];
}

/** A device as heard: known devices, and unknown ones waiting for adoption. */
export interface StoredDevice {
  readonly device: string;
  readonly family: string;
  readonly lastHeardAt: Millis;
  readonly online: boolean | null;
  readonly silentSince: Millis | null;
  readonly lastTopic: string;
}

/** What the edge remembers when it starts. */
export interface Remembered {
  readonly lastEvent: { readonly seq: number; readonly hash: string } | null;
  readonly lastBlock: number;
  /** Incidents that are neither closed nor cancelled, oldest first. */
  readonly live: readonly Incident[];
  readonly devices: readonly StoredDevice[];
  /** Last checkpoint of the rules' state, and the block up to which it had seen. */
  readonly checkpoint: { readonly block: number; readonly state: string } | null;
  /** How many incidents there have been, by `openKey` of asset and fault. */
  readonly episodes: ReadonlyMap<string, number>;
}

/**
 * The edge's disk. `commit` returns after the transaction is durable and throws a StoreError
 * (`STORE_FULL`, `STORE_FAILED`) when nothing of it was written.
 */
export interface Store {
  remember(): Remembered;
  commit(commit: Commit): { readonly block: number | null };
  hasSourceId(id: string): boolean;
  answerOf(commandId: string): string | undefined;

  /** Newest first; `state` `open` (not closed or cancelled), `closed`, or all; `before` is the id of the last one seen. */
  incidents(query: { state?: 'open' | 'closed'; before?: string; limit: number }): Incident[];
  incident(id: string): Incident | undefined;
  events(query: { after: number; limit: number; incident?: string }): IncidentEvent[];
  /** Oldest first, the earliest `limit` of those with from ≤ time (the device's, else the edge's) < to; ties by metric, then part. */
  readings(query: { device: string; metric?: string; from: Millis; to: Millis; limit: number }): Reading[];
  /** Blocks after `after`, oldest first: for replay and for the relay. */
  blocks(query: { after: number; to?: number; limit: number }): ReadingBlock[];
  quarantine(query: { before?: number; limit: number }): { items: QuarantinedMessage[]; total: number };
  /** Days from `from` to `to`, both included. */
  daily(query: { from: string; to: string }): DailyEnergy[];

  /** Leases up to `limit` pages that are due and free; a page whose lease ran out comes back with possibleDuplicate. */
  leasePages(now: Millis, leaseMs: number, limit: number): OwedPage[];
  /** For the one sender, when it starts: whoever had leased a page is gone, so it is due now, as a possible duplicate. */
  takeBackLeases(): void;
  saveCheckpoint(block: number, state: string): void;
  saveDaily(rows: readonly DailyEnergy[]): void;

  /** The relay's own bookkeeping, by key; kept across restarts. */
  cursor(key: string): string | undefined;
  saveCursor(key: string, value: string): void;

  /** Rewrites old blocks by series and drops what its bound no longer allows; bounded work a call. */
  maintain(now: Millis): void;
  sizes(): {
    readonly bytes: number;
    readonly events: number;
    readonly blocks: number;
    readonly owedPages: number;
    readonly quarantined: number;
  };
  close(): void;
}

/** The cloud, as the edge sees it. Rejects with an UplinkError when it cannot be reached. */
export interface Uplink {
  send(batch: Batch, signal?: AbortSignal): Promise<BatchResult>;
  /** Long poll: resolves with what is new, or with nothing after the server's wait. */
  commands(after: number, signal?: AbortSignal): Promise<CommandList>;
  results(results: CommandResults): Promise<void>;
}

/** The result of one attempt to hand a page to a channel. `accepted` is not seen: only an acknowledgement stops the ladder. */
export type Delivery =
  | { readonly outcome: 'accepted'; readonly reference: string | null }
  | {
      readonly outcome: 'retry';
      readonly reason: string;
      readonly afterMs: number;
      /** It may have got through all the same (a time-out): the next attempt is a possible duplicate. */
      readonly mayHaveArrived?: boolean;
    }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Hands pages to channels. Never throws: a channel that throws is a `retry`. */
export interface Notifier {
  deliver(owed: OwedPage, incident: Incident): Promise<Delivery>;
}

/** Live listeners (the page's event stream); a slow one never delays the pipeline. */
export interface Feed {
  incident(incident: Incident): void;
  readings(readings: readonly Reading[]): void;
  quarantine(total: number): void;
  heartbeat(heartbeat: Heartbeat): void;
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
  /** Records what became of pages. */
  settle(
    outcomes: readonly { readonly owed: OwedPage; readonly delivery: Delivery; readonly at: Millis }[],
  ): Promise<void>;
  /** Resolves once everything taken so far is committed. */
  flush(): Promise<void>;
  status(): PipelineStatus;
  /** Commits what is waiting, saves the checkpoint and stops the clocks. */
  stop(): Promise<void>;
}

export interface PipelineStatus {
  readonly messages: number;
  readonly readings: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly commits: number;
  /** Messages taken and not yet committed. */
  readonly waiting: number;
  /** Why nothing is acknowledged just now (disk full); null when all is well. */
  readonly withheld: string | null;
  readonly openIncidents: number;
  readonly devices: readonly DeviceStatus[];
}
