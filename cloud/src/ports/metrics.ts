import type { Millis, Reading } from '@keepsite/edge-contract';

/** Readings of one device; without a metric, or a part, those of all. */
export interface ReadingQuery {
  readonly device: string;
  readonly metric?: string | undefined;
  readonly part?: string | undefined;
  /** Inclusive. */
  readonly from: Millis;
  /** Exclusive. */
  readonly to: Millis;
  readonly limit: number;
}

/** One series in steps of equal length from `from` on. */
export interface SummaryQuery {
  readonly device: string;
  readonly metric: string;
  /** Null: the undivided meter, and none of its parts. */
  readonly part: string | null;
  /** Inclusive. */
  readonly from: Millis;
  /** Exclusive. */
  readonly to: Millis;
  readonly stepMs: Millis;
}

/** What was measured at an instant. */
export interface Measurement {
  readonly at: Millis;
  readonly value: number;
}

/** What one step of a series holds: its numbers of quality `good`, and of those at one instant the one received last. */
export interface Summary {
  /** Where the step begins. */
  readonly at: Millis;
  readonly count: number;
  readonly first: Measurement;
  readonly last: Measurement;
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
}

/**
 * Where readings live. Writing a block again changes nothing. One series has one value at one
 * instant: of two, the one received later stands (blocks written in the order of their numbers). Rejects with CLOUD_METRICS_FAILED when the store
 * cannot be reached; a block that it can never take is an error of its own (CLOUD_BAD_INPUT).
 */
export interface MetricStore {
  /** `epoch` is that of the edge's numbering; default: the one of edges that have none. */
  write(edge: string, seq: number, readings: readonly Reading[], epoch?: string): Promise<'written' | 'duplicate'>;
  /** Oldest first, by the time each stands for. */
  read(query: ReadingQuery): Promise<Reading[]>;
  /** Steps that hold something, oldest first; reckoned where the readings are, so that nobody carries them. */
  summaries(query: SummaryQuery): Promise<Summary[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Remembers which blocks a metric store has taken. */
export interface BlockLedger {
  has(edge: string, seq: number, epoch?: string): Promise<boolean>;
  add(edge: string, seq: number, rows: number, epoch?: string): Promise<void>;
}
