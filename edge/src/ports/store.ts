import type {
  DailyEnergy,
  Incident,
  IncidentEvent,
  Millis,
  Page,
  Reading,
  ReadingBlock,
  Value,
} from '@keepsite/edge-contract';
import type { DecodedFault, DecodedReading, PointDescription } from '../domain/decoded.ts';

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

/** How many messages have that wrong, since when, and the newest of them. */
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
  /** The block up to which the last checkpoint had seen; null: there is none. */
  readonly checkpoint: { readonly block: number } | null;
  /** How many incidents there have been, by `openKey` of asset and fault. */
  readonly episodes: ReadonlyMap<string, number>;
}

/** The same without its incidents. */
export type Bearings = Omit<Remembered, 'live' | 'episodes'>;

/** A part of the state that a checkpoint saves: with ten thousand devices all of it at once would hold the loop. */
export interface CheckpointPiece {
  /** From 0 on. */
  readonly number: number;
  readonly state: string;
  /** Of the last piece, the block as of which all of them are; null: there are more to come. */
  readonly block: number | null;
}

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
 * The edge's disk. What writes throws a StoreError (`STORE_FULL`, `STORE_FAILED`) when nothing of it was written, and
 * what returns survives the end of the process. A power cut it survives too, but for `commit`, `leasePages`,
 * `saveCheckpoint` and `noteCursor`, which nobody waits for: those do once `synced` says so, and never one of them
 * without all that came before it.
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
  /**
   * Resolves once all that was written before is on the disk; whoever is told of it before that may be told what has
   * never been. Rejects with STORE_DAMAGED when nobody can know whether it is: the process should end.
   */
  synced(): Promise<void>;
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
  /** The checkpoint before holds until the last piece is there; pieces whose last one never comes count for nothing. */
  saveCheckpoint(piece: CheckpointPiece): void;
  /** The state of a piece of the last checkpoint; undefined: it has not so many. */
  checkpointPiece(number: number): string | undefined;
  saveDaily(rows: readonly DailyEnergy[]): void;

  /** Small bookkeeping, by key; kept across restarts. */
  cursor(key: string): string | undefined;
  saveCursor(key: string, value: string): void;
  /** The same for what is found out again, or repeated without harm, where a power cut takes it back. */
  noteCursor(key: string, value: string): void;
  /** Keys that begin so, in their order. */
  cursorKeys(prefix: string): string[];
  /** Takes it out, and writes over where it stood: for what nobody may read any more. A key that is not there is no error. */
  forgetCursor(key: string): void;

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
