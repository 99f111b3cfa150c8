import { instantMillis, type ResponseBook } from '@keepsite/edge-contract';
import type { Stretch } from './civil.ts';

/** One person on call for a stretch of time. */
export interface Shift extends Stretch {
  readonly person: string;
  /** The layer it comes from; null: an override added it. */
  readonly layer: string | null;
  readonly because: 'rotation' | 'swap' | 'override';
  /** The id of the swap or override; null: the rotation says so. */
  readonly change: string | null;
}

/** What a roster's ids lead to. */
export type RosterBook = Pick<ResponseBook, 'crews' | 'calendars'>;

/** A stretch that carries instants as text. */
export function stretchOf({ from, to }: { readonly from: string; readonly to: string }): Stretch {
  return { from: instantMillis(from), to: instantMillis(to) };
}
