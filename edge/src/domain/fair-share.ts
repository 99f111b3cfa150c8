/** How much something may hold: so many items, so many bytes together. */
export interface Bound {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** What is held, of one source or of all. */
export interface Held {
  readonly items: number;
  readonly bytes: number;
}

/** By which measure it is too much; null: it fits. Items are looked at first. */
export function excess({ items, bytes }: Held, { maxItems, maxBytes }: Bound): keyof Held | null {
  if (items > maxItems) return 'items';
  return bytes > maxBytes ? 'bytes' : null;
}

/** What a kept message weighs, bytes: a topic can be as long as a payload. The payload is counted as it is kept. */
export function weightOf(kept: {
  readonly topic: string;
  readonly reason: string | null;
  readonly payload: Uint8Array;
}): number {
  return kept.payload.length + kept.topic.length + (kept.reason?.length ?? 0);
}
