import type { ResponseVersion } from '@keepsite/cloud-contract';
import type { Millis, ResponseBook, ResponseConfiguration } from '@keepsite/edge-contract';

/** A version before it has its number. */
export interface NewResponse {
  readonly book: ResponseBook;
  /** The version that it was made from; null: there was none. */
  readonly after: number | null;
  readonly by: string | null;
  readonly note: string | null;
  readonly at: Millis;
}

/** Versions of what edges respond with. They are only ever added. */
export interface ResponseStore {
  /** Newest first, up to `limit`. */
  versions(edge: string, limit: number): Promise<ResponseVersion[]>;
  configuration(edge: string, version: number): Promise<ResponseConfiguration | null>;
  /** Saves it and places it in the edge's queue, or neither; null: `after` is no longer the newest. */
  save(edge: string, response: NewResponse): Promise<{ readonly version: number; readonly commandId: string } | null>;
  /**
   * Places the active version in the queue once more when the edge no longer has it: its disk was
   * lost, or its file damaged. Answers the order's id; null: all is well, or still on its way.
   */
  sendAgain(edge: string, goesBy: number | null, now: Millis): Promise<string | null>;
  /** What the edge last told that it goes by. */
  told(edge: string): Promise<{ readonly at: Millis; readonly book: ResponseBook } | null>;
}
