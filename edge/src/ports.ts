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
  Photo,
  Reading,
  ReadingBlock,
  ReportBody,
  Retried,
  Value,
} from '@keepsite/edge-contract';
import type { CommandAnswer, CommandList, CommandResults } from '@keepsite/cloud-contract';
import type { Decoder } from './devices/index.ts';
import type { DecodedFault, DecodedReading, Message, PointDescription, Publication } from './domain/decoded.ts';
import type { Breach } from './domain/breach.ts';
import type { Directory } from './domain/directory.ts';
import type { DrillOrder } from './domain/storm/drill.ts';
import type { RuleBook } from './domain/evaluate.ts';

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

/** Edge time beside a machine's clock that may be set while the edge runs. */
export interface FollowingClock extends Clock {
  readonly offsetMs: Millis;
  /** Steps forward to the machine's clock; nothing happens when that is not ahead. */
  follow(): void;
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
  /**
   * What tells a QoS 2 message from another, and whether it may have been handed over before a restart
   * (its sender says that it repeats it, and this process has not seen it); absent for the others.
   */
  readonly delivery?: { readonly id: string; readonly again: boolean };
  /** The only adopted device that its sender may speak for; null: for none; absent: for whomever it names. */
  readonly onlyDevice?: string | null;
  /** Lets the broker acknowledge. Called exactly once: after the commit, or when a QoS 0 message was dropped. */
  acknowledge(): void;
}

/** Where messages come from: the embedded broker, an external one, or a test. */
export interface Inbox {
  /** Resolves when messages can arrive. The handler must not throw. */
  start(handler: (message: InboxMessage) => void): Promise<void>;
  /** Publishes what the edge itself says. QoS 1; resolves once the broker has it. */
  publish(topic: string, payload: string | Uint8Array, options?: { retain?: boolean }): Promise<void>;
  /** What the broker refused before it was a message, by reason; absent where the broker is not ours. */
  readonly refused?: ReadonlyMap<string, number>;
  /**
   * Ends the connections of a credential that was revoked, without their last wills, and forgets its
   * sessions and what was kept of it; absent where the broker is not ours.
   */
  expel?(credential: string): Promise<void>;
  /** False when the broker cannot be reached. */
  readonly connected: boolean;
  /** Where clients may connect; null for an external broker. */
  readonly port: number | null;
  /** The same by TLS; null or absent: nowhere. */
  readonly tlsPort?: number | null;
  stop(): Promise<void>;
}

/** One connection after another to a broker, each with a last will of its own; what is published is QoS 0. */
export interface WillLink {
  /** Connects, and after every loss again, until it is stopped. */
  start(user: WillLinkUser): void;
  /** In this order. What is published while the link is down is gone. */
  publish(publications: readonly Publication[]): void;
  /** The broker takes less than it is told. */
  readonly isCongested: boolean;
  /** Says the last words with QoS 1, disconnects in good order, and connects again; `lost` is not called. */
  renew(lastWords: Publication): void;
  /** The same for good. */
  stop(lastWords: Publication | null): Promise<void>;
}

export interface WillLinkUser {
  /** Subscribed, QoS 1, before `connected` is called. */
  readonly filters: readonly string[];
  /** Asked before every attempt. Published by the broker with QoS 1, not retained. */
  will(): Publication;
  connected(): void;
  lost(reason: string): void;
  heard(topic: string, payload: Uint8Array): void;
}

/** A page that is owed, as the store keeps it until it has an outcome. */
export interface OwedPage {
  readonly incident: string;
  readonly page: Page;
  readonly attempts: number;
  /** Not before this instant (retry, or another sender's lease). */
  readonly notBefore: Millis;
  /** Of those that are due the smallest leaves first; see `domain/urgency.ts`. */
  readonly urgency: number;
}

/** A message that could not be used when it came: what is wrong with it, or whose adoption it waits for. */
export interface KeptMessage {
  readonly id: number;
  readonly at: Millis;
  readonly topic: string;
  readonly retain: boolean;
  readonly device: string | null;
  readonly family: string | null;
  /** The stranger that it waits for, by its id or topic; null: its device is known, or nobody can tell. */
  readonly stranger: string | null;
  /** Null: nothing is wrong with it. */
  readonly reason: string | null;
  /** The raw bytes; cut to the store's bound, `size` tells the true length. A message that was cut cannot be read again. */
  readonly payload: Uint8Array;
  readonly size: number;
}

/** A kept message with something wrong in it. */
export interface QuarantinedMessage extends KeptMessage {
  readonly reason: string;
}

/** Messages with one thing wrong: numbers and quoted words of the reason are left out of the `pattern`. */
export interface QuarantineKey {
  readonly pattern: string;
  readonly device: string | null;
  /** Null where the device is known; else the topic's first {@link GROUPED_TOPIC} characters. */
  readonly topic: string | null;
  readonly family: string | null;
}

/** Topics that differ only after so many characters are one group. */
export const GROUPED_TOPIC = 1_000;

export interface StoredQuarantineGroup extends QuarantineKey {
  readonly count: number;
  readonly firstAt: Millis;
  readonly lastAt: Millis;
  /** How many of them were not cut. */
  readonly whole: number;
  readonly newest: QuarantinedMessage;
}

/** Which kept messages: a stranger's; or those with something wrong, of a device or stranger, of a family, of a group, or all. */
export type KeptOf =
  | { readonly stranger: string }
  | { readonly device: string }
  | { readonly family: string }
  | { readonly group: QuarantineKey }
  | 'rejected';

/** What is known of a device that was heard and that nobody has adopted. */
export interface Stranger {
  /** Its id; the topic where no dialect recognises what it says. */
  readonly device: string;
  readonly family: string | null;
  readonly name: string | null;
  readonly maker: string | null;
  readonly model: string | null;
  readonly firstHeardAt: Millis;
  readonly lastHeardAt: Millis;
  readonly online: boolean | null;
  readonly messages: number;
  /** Newest first. */
  readonly topics: readonly string[];
  /** What was wrong with its newest message; null: nothing. */
  readonly reason: string | null;
  /** The newest word of each point, by `metric\npart`. */
  readonly points: Readonly<Record<string, Omit<DecodedReading, 'kind' | 'family' | 'device'>>>;
  /** The device's own names and units of its points, by the same key. */
  readonly labels: Readonly<Record<string, PointDescription>>;
  readonly faults: readonly Pick<DecodedFault, 'fault' | 'vendorCode' | 'state' | 'at'>[];
}

/** A reading of the history. */
export interface StoredReading extends Reading {
  /** There were more of its series about that time; the disk's bound has taken them away. Absent: all are there. */
  readonly thinned?: true;
}

/** What a series said in a stretch of time. */
export interface Bucket {
  readonly from: Millis;
  readonly count: number;
  /** How many were of good quality: the figures are of those alone. */
  readonly good: number;
  /** Of numbers and of booleans, which count as 1 and 0; null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** The last good value; null where there is none. */
  readonly last: Value;
  /** The readings themselves have been thinned; the figures are of all that there were. Absent: they are all there. */
  readonly thinned?: boolean;
}

/** The course of one part of a metric: buckets in order; where nothing was heard there is none. */
export interface SeriesBuckets {
  readonly part: string | null;
  readonly buckets: readonly Bucket[];
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
  /** What could not be used now and is kept: bad input, and what strangers say. */
  readonly quarantined: readonly Omit<KeptMessage, 'id'>[];
  /** Kept messages that were read after all, by id. */
  readonly released: readonly number[];
  readonly strangers: readonly Stranger[];
  /** Strangers that were adopted or gave way; what was kept for them goes too. */
  readonly forgotten: readonly string[];
  /** Ids that sources gave to messages: a second one within the store's bound is a duplicate. */
  readonly sourceIds: readonly string[];
  readonly devices: readonly StoredDevice[];
  readonly commands: readonly { readonly commandId: string; readonly answer: string }[];
  /** Bookkeeping that stands or falls with the rest; read with `cursor`. Absent: none. */
  readonly cursors?: readonly { readonly key: string; readonly value: string }[];
}

/** When a device of the registry last spoke. */
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
  readonly strangers: readonly Stranger[];
  /** Last checkpoint of the rules' state, and the block up to which it had seen. */
  readonly checkpoint: { readonly block: number; readonly state: string } | null;
  /** How many incidents there have been, by `openKey` of asset and fault. */
  readonly episodes: ReadonlyMap<string, number>;
}

/** The same without its incidents. */
export type Bearings = Omit<Remembered, 'live' | 'episodes'>;

/** Disk that is kept back for incidents and pages, bytes. */
export interface Reserve {
  /** What is left of it. */
  readonly left: number;
  /** What it is when it is whole; 0: there is none. */
  readonly whole: number;
  /** Why it cannot be had, as a sentence; null: it can, or the disk has no room for it just now. */
  readonly trouble: string | null;
}

/**
 * The edge's disk. `commit` returns after the transaction is durable and throws a StoreError
 * (`STORE_FULL`, `STORE_FAILED`) when nothing of it was written.
 */
export interface Store {
  remember(): Remembered;
  /** Quick, however many incidents there are. */
  bearings(): Bearings;
  /**
   * `from` the reserve: what a full disk must take all the same, incidents and pages. Other commits are
   * refused until the reserve is whole again.
   */
  commit(commit: Commit, from?: 'reserve'): { readonly block: number | null };
  reserve(): Reserve;
  hasSourceId(id: string): boolean;
  answerOf(commandId: string): string | undefined;

  /** Newest first; `state` `open` (not closed or cancelled), `closed`, or all; `before` is the id of the last one seen. */
  incidents(query: { state?: 'open' | 'closed'; before?: string; limit: number }): Incident[];
  incident(id: string): Incident | undefined;
  events(query: { after: number; limit: number; incident?: string }): IncidentEvent[];
  /** Oldest first, the earliest `limit` of those with from ≤ time (the device's, else the edge's) < to; ties by metric, then part. */
  readings(query: { device: string; metric?: string; from: Millis; to: Millis; limit: number }): StoredReading[];
  /** The newest reading of every series of a device, however old; by metric, then part. */
  latest(device: string): StoredReading[];
  /** How a metric went: buckets of `width` ms, whose first holds `from` and whose last holds the instant before `to`. */
  course(query: { device: string; metric: string; from: Millis; to: Millis; width: Millis }): SeriesBuckets[];
  /** Blocks after `after`, oldest first: for replay and for the relay. */
  blocks(query: { after: number; to?: number; limit: number }): ReadingBlock[];
  /** Newest first; messages with something wrong only. */
  quarantine(query: { before?: number; limit: number }): { items: QuarantinedMessage[]; total: number };
  /** The group heard last first. */
  quarantineGroups(limit: number): StoredQuarantineGroup[];
  /** With `id` after `after` and up to `upTo`, oldest first; or the newest ones first. */
  kept(query: { of: KeptOf; after?: number; upTo?: number; newestFirst?: boolean; limit: number }): KeptMessage[];
  /** How many messages wait for a stranger. */
  keptFor(stranger: string): number;
  /** The id of the message that was kept last; 0: none ever was. */
  lastKept(): number;
  /** Days from `from` to `to`, both included. */
  daily(query: { from: string; to: string }): DailyEnergy[];

  /** Leases up to `limit` pages that are due and free, the most urgent first, of those the one that waits longest; a page whose lease ran out comes back with possibleDuplicate. */
  leasePages(now: Millis, leaseMs: number, limit: number): OwedPage[];
  /** Up to `limit` pages that are due, leased or not, in the same order; writes nothing, so a full disk answers too. */
  duePages(now: Millis, limit: number): OwedPage[];
  /** For the one sender, when it starts: whoever had leased a page is gone, so it is due now, as a possible duplicate. */
  takeBackLeases(): void;
  /** Newest rows are lost, and others know of them: from the next start on numbers are far beyond any that was ever given. */
  numberOn(): void;
  saveCheckpoint(block: number, state: string): void;
  saveDaily(rows: readonly DailyEnergy[]): void;

  /** Small bookkeeping, by key; kept across restarts. */
  cursor(key: string): string | undefined;
  saveCursor(key: string, value: string): void;

  /**
   * Rewrites old blocks by series and thins what its bound no longer allows; bounded work a call, and
   * one call at a time: during a pass it gets that pass. Rejects with a StoreError.
   */
  maintain(now: Millis): Promise<void>;
  sizes(): {
    readonly bytes: number;
    readonly events: number;
    readonly blocks: number;
    readonly owedPages: number;
    readonly quarantined: number;
    /** Readings that the disk's bound has taken from the history. */
    readonly thinned: number;
    /** Blocks that it has taken before the cloud had accepted them. */
    readonly undelivered: number;
    /** Parts of the history that were found damaged and set aside: nobody is shown what they say. */
    readonly damaged: number;
  };
  close(): void;
}

/** The cloud, as the edge sees it. Rejects with an UplinkError when it cannot be reached. */
export interface Uplink {
  send(batch: Batch, signal?: AbortSignal): Promise<BatchResult>;
  /** Long poll: resolves with what is new, or with nothing after the server's wait. */
  commands(after: number, signal?: AbortSignal): Promise<CommandList>;
  results(results: CommandResults): Promise<void>;
  /** The bytes of a photograph that was sent through the cloud; null: the cloud does not have it. */
  photo(sha256: string, signal?: AbortSignal): Promise<Uint8Array | null>;
  /** Lets the cloud keep a photograph of this edge's evidence; again changes nothing. */
  keepPhoto(photo: Photo, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
}

/** The result of one attempt to hand a page to a channel. `accepted` is not seen: only an acknowledgement stops the ladder. */
export type Delivery =
  /** `reason`: what went wrong before another way worked. */
  | { readonly outcome: 'accepted'; readonly reference: string | null; readonly reason?: string }
  | {
      readonly outcome: 'retry';
      readonly reason: string;
      readonly afterMs: number;
      /** It may have got through all the same (a time-out): the next attempt is a possible duplicate. */
      readonly mayHaveArrived?: boolean;
      /** Nothing was tried: it is no attempt. */
      readonly unsent?: boolean;
    }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Hands pages to channels. Never throws: a channel that throws is a `retry`. */
export interface Notifier {
  /** `isOwed` is asked before every further way: false once somebody has answered meanwhile. */
  deliver(owed: OwedPage, incident: Incident, isOwed: () => boolean): Promise<Delivery>;
  /** What a page that comes too late is gathered by, so that its group is told of all of them at once; null: it is sent as a page. */
  lateFor?(owed: OwedPage, incident: Incident): string | null;
  /** Tells of pages that are gathered by one key, in one message. */
  deliverLate?(pages: readonly { readonly owed: OwedPage; readonly incident: Incident }[]): Promise<Delivery>;
  /** Whom a page about people in danger calls, and to which site: what follows within a short while is told together. Null: it is sent by itself. */
  crowdFor?(owed: OwedPage, incident: Incident): string | null;
  /** Calls to all of them in one message, the most urgent first. */
  deliverTogether?(
    pages: readonly { readonly owed: OwedPage; readonly incident: Incident }[],
    isOwed: () => boolean,
  ): Promise<Delivery>;
}

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
  status(): PipelineStatus;
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
  readonly devices: readonly DeviceStatus[];
  /** Who was heard and waits for adoption, topics that nobody recognises included. */
  readonly strangers: number;
}
