import type { Decoded, DecodeMemory } from '../domain/decoded.ts';
import { readText } from './json.ts';
import { addAvailability, booleanOf, ONLINE_WORDS, rejected, speaker } from './lines.ts';
import { shelf } from './shelf.ts';

/**
 * Whose `<prefix>/online` is, for both of Shelly's dialects. An owner may keep the first
 * generation's prefix (`shellies/…`) for a later device; then only what was heard below the prefix
 * before tells the two apart.
 */

/** Whose line it is, and whether a battery sensor says it. */
interface Who {
  readonly family: string;
  readonly device: string;
  readonly sleeps: boolean;
}

/** What `online` says: `true`, or the last will `false`. */
export function onlineLines({ family, device, sleeps }: Who, payload: Uint8Array): Decoded[] {
  const text = readText(payload);
  const online = text.ok ? booleanOf(text.value, ONLINE_WORDS) : null;
  if (typeof online !== 'boolean') return [rejected(family, device, 'online is neither true nor false')];
  // A battery sensor leaves after each report: that it is away says nothing.
  if (!online && sleeps) return [];
  const from = speaker(family, device, null);
  addAvailability(from, online);
  return from.lines;
}

/** The prefix of an `online` topic. */
export function prefixOf(topic: string): string {
  return topic.slice(0, -'/online'.length);
}

const devices = shelf<string>('shelly-gen2:prefix');
const KEPT = /(?:^|\/)shellies\//;

/**
 * Keeps that a later device speaks below a prefix. One that is called as its prefix is told by that
 * alone, unless the first generation would take the prefix for its own.
 */
export function learnPrefix(memory: DecodeMemory, prefix: string, device: string): void {
  const known = devices.find(memory, prefix);
  const needed = device !== prefix || KEPT.test(prefix);
  if (needed && known !== device) devices.put(memory, prefix, device);
  else if (!needed && known !== undefined) devices.drop(memory, prefix);
}

/** The later device that was heard below a prefix that does not name it; undefined when none was. */
export function deviceBelow(memory: DecodeMemory, prefix: string): string | undefined {
  return devices.find(memory, prefix);
}

const sleepers = shelf<true>('shelly-gen2:sleeps');
/** The vendor's names of battery sensors, as they end a prefix or stand alone. */
const SLEEPER_ID = /(?:^|\/)shelly(?:plus)?(?:ht|smoke|flood)[^/]*$/i;

/** Keeps that a later device wakes from deep sleep. */
export function learnSleeper(memory: DecodeMemory, device: string): void {
  if (!isSleeper(memory, device)) sleepers.put(memory, device, true);
}

/** What `online` says of a later device. */
export function laterOnline(memory: DecodeMemory, device: string, payload: Uint8Array): Decoded[] {
  return onlineLines({ family: 'shelly-gen2', device, sleeps: isSleeper(memory, device) }, payload);
}

function isSleeper(memory: DecodeMemory, device: string): boolean {
  return SLEEPER_ID.test(device) || sleepers.find(memory, device) === true;
}
