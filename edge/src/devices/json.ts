/** Safe reading of what devices send: bytes to text, text to JSON, own keys only. */

export type JsonObject = { readonly [key: string]: unknown };
export type ReadJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };
export type ReadText = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly reason: string };

/** Deeper than any sensor nests, and far from what would overflow a stack. */
const MAX_DEPTH = 1024;
/** What opens must close: no shorter text can nest as deep and still be JSON. */
const SHORTEST_TOO_DEEP = 2 * (MAX_DEPTH + 1);
const utf8 = new TextDecoder('utf-8', { fatal: true });

let lastPayload: Uint8Array | undefined;
let lastRead: ReadJson | undefined;

/**
 * Parses a payload. Never throws; of a key that is sent twice the last counts; nesting is bounded.
 * The newest payload's answer is kept, because recognising and decoding both ask: nobody may change
 * the value.
 */
export function readJson(payload: Uint8Array): ReadJson {
  if (payload === lastPayload && lastRead) return lastRead;
  lastRead = parseBytes(payload);
  lastPayload = payload;
  return lastRead;
}

/** The payload as text without surrounding white space; an error when it is not UTF-8. */
export function readText(payload: Uint8Array): ReadText {
  try {
    return { ok: true, value: utf8.decode(payload).trim() };
  } catch {
    return { ok: false, reason: 'the payload is not UTF-8' };
  }
}

/** A JSON object (no array, no null), else undefined. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A JSON object that holds something, else null. */
export function contentOf(value: unknown): JsonObject | null {
  const object = objectOf(value);
  for (const key in object) if (Object.hasOwn(object, key)) return object;
  return null;
}

/** The payload as a JSON object, or why it is none. */
export function readObject(
  payload: Uint8Array,
): { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly reason: string } {
  const read = readJson(payload);
  if (!read.ok) return read;
  const value = objectOf(read.value);
  return value ? { ok: true, value } : { ok: false, reason: 'the payload is JSON, but not an object' };
}

function parseBytes(payload: Uint8Array): ReadJson {
  if (tooDeep(payload)) return { ok: false, reason: `the payload nests deeper than ${MAX_DEPTH} levels` };
  const text = readText(payload);
  if (!text.ok) return text;
  try {
    return { ok: true, value: JSON.parse(text.value) };
  } catch {
    return { ok: false, reason: 'the payload is not JSON' };
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function tooDeep(payload: Uint8Array): boolean {
  return payload.length >= SHORTEST_TOO_DEEP && openers(payload) > MAX_DEPTH && depthExceeds(payload);
}

/** How many braces and brackets open, those within texts too: quick, and seldom too many. */
function openers(payload: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < payload.length; i += 1) if (((payload[i] as number) | 0x20) === 0x7b) count += 1;
  return count;
}

function depthExceeds(payload: Uint8Array): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < payload.length; i += 1) {
    const byte = payload[i];
    if (quoted) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}
