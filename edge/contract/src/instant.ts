import { z } from 'zod';
import type { Millis } from './vocabulary.ts';

/** An RFC 3339 UTC instant with milliseconds, as every surface prints it. */
export const InstantText = z.iso.datetime({ precision: 3 });

/** Epoch milliseconds to `2026-03-02T08:15:30.120Z`; a RangeError outside ECMAScript's time range. */
export function instantText(at: Millis): string {
  return new Date(at).toISOString();
}

/** Null stays null. */
export function instantTextOrNull(at: Millis | null | undefined): string | null {
  return at === null || at === undefined ? null : instantText(at);
}

/** RFC 3339 text to epoch milliseconds; NaN when it is not an instant. */
export function instantMillis(text: string): Millis {
  return Date.parse(text);
}
