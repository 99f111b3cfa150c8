import type { IncidentEvent, IncidentFact } from '@keepsite/edge-contract';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json.ts';

/** What the first event of a chain names as its predecessor. */
export const GENESIS = '0'.repeat(64);

/** SHA-256, in hex, over the event's canonical JSON without `hash` and `signature`. */
export function hashOf(event: Omit<IncidentEvent, 'hash' | 'signature'>): string {
  const { edge, seq, incident, at, recordedAt, by, change, prev } = event;
  return hashOfJson({ edge, seq, incident, at, recordedAt, by, change, prev });
}

/** SHA-256, in hex, over any value's canonical JSON. */
export function hashOfJson(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}

/** Makes a fact the next link of an edge's chain. */
export function link(
  fact: IncidentFact,
  place: { readonly edge: string; readonly seq: number; readonly prev: string; readonly recordedAt: string },
): IncidentEvent {
  const { incident, at, by, change } = fact;
  const event = {
    edge: place.edge,
    seq: place.seq,
    incident,
    at,
    recordedAt: place.recordedAt,
    by,
    change,
    prev: place.prev,
  };
  return { ...event, hash: hashOf(event), signature: null };
}

export type ChainVerdict =
  | {
      readonly ok: true;
      readonly checked: number;
      readonly last: { readonly seq: number; readonly hash: string } | null;
    }
  | {
      readonly ok: false;
      readonly checked: number;
      readonly seq: number;
      readonly reason: 'altered' | 'missing' | 'not_linked';
    };

/**
 * Walks a chain in the order of `seq` and names the first event that was altered, is missing, or
 * does not follow its predecessor. `after` continues from a link that was checked before.
 */
export function verifyChain(
  events: readonly IncidentEvent[],
  after: { readonly seq: number; readonly hash: string } | null = null,
): ChainVerdict {
  let last = after;
  let checked = 0;
  for (const event of events) {
    if (last && event.seq !== last.seq + 1) return { ok: false, checked, seq: last.seq + 1, reason: 'missing' };
    if (last && event.prev !== last.hash) return { ok: false, checked, seq: event.seq, reason: 'not_linked' };
    if (hashOf(event) !== event.hash) return { ok: false, checked, seq: event.seq, reason: 'altered' };
    last = { seq: event.seq, hash: event.hash };
    checked += 1;
  }
  return { ok: true, checked, last };
}
