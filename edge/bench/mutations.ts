import type { Decoded, DecodeMemory, Message } from '../src/domain/decoded.ts';
import { createDecoder, createMemory } from '../src/devices/index.ts';
import { isContained, numbersIn } from './numbers-in.ts';
import { vectorMessages } from './vectors.ts';

/** What the damage of one dialect's messages brought to light; `troubles` is empty when all is well. */
export interface Damage {
  readonly family: string;
  readonly mutations: number;
  readonly readings: number;
  readonly rejected: number;
  readonly troubles: readonly string[];
}

const MAX_TROUBLES = 20;
/** What a decoder has learnt is forgotten this often, so that damage meets fresh state too. */
const MEMORY_EVERY = 200;

/**
 * Damages a dialect's vectors `count` times (bytes changed, cut, repeated, digits changed) and decodes
 * them. A decoder must never throw, never yield a number that is not finite, and never yield a number
 * that the message does not contain in some unit.
 */
export function damage(family: string, messages: readonly Message[], count: number, seed: number): Damage {
  const random = xorshift(seed);
  const decoder = createDecoder({ zoneOf: () => 'Asia/Shanghai' });
  const troubles: string[] = [];
  let [memory, readings, rejected] = [taught(), 0, 0];
  for (let i = 0; i < count && troubles.length < MAX_TROUBLES; i += 1) {
    if (i % MEMORY_EVERY === 0) memory = taught();
    const original = messages[random(messages.length)] as Message;
    const message = { ...original, payload: damaged(original.payload, random), receivedAt: null };
    try {
      const { lines, descriptions } = decoder.decode(message, memory, random(2) === 0 ? family : undefined);
      // What a damaged announcement taught would explain numbers that no later message holds.
      if (descriptions.length > 0) memory = taught();
      for (const line of lines) readings += line.kind === 'reading' ? 1 : 0;
      for (const line of lines) rejected += line.kind === 'rejected' ? 1 : 0;
      troubles.push(...troublesOf(message, lines));
    } catch (error) {
      troubles.push(`threw ${error instanceof Error ? error.stack : String(error)}: ${told(message)}`);
    }
  }
  return { family, mutations: count, readings, rejected, troubles };

  /** What the dialect's devices have announced, undamaged. */
  function taught(): DecodeMemory {
    const fresh = createMemory();
    for (const message of messages) decoder.decode(message, fresh);
    return fresh;
  }
}

/** Every dialect that has vectors. */
export function damageAll(count: number, seed: number, report: (damage: Damage) => void, only?: string): boolean {
  let sound = true;
  for (const [family, messages] of vectorMessages()) {
    if (only !== undefined && only !== family) continue;
    const found = damage(family, messages, count, seed);
    sound &&= found.troubles.length === 0;
    report(found);
  }
  return sound;
}

function troublesOf(message: Message, lines: readonly Decoded[]): string[] {
  let numbers: ReadonlySet<number> | undefined;
  return lines.flatMap((line) => {
    if (line.kind === 'rejected') {
      // The gateway catches a decoder that breaks; here that is a find.
      const broke = line.reason === '' || line.reason.includes('could not decode this:');
      return broke ? [`${line.reason || 'rejected without a reason'}: ${told(message)}`] : [];
    }
    if (line.kind !== 'reading' || typeof line.value !== 'number') return [];
    if (!Number.isFinite(line.value)) return [`${line.metric} is ${line.value}: ${told(message)}`];
    numbers ??= numbersIn(message.topic, message.payload);
    return isContained(line.value, numbers) ? [] : [`no ${line.value} (${line.metric}) in ${told(message)}`];
  });
}

function told({ topic, payload }: Message): string {
  return `${topic} ${JSON.stringify(Buffer.from(payload).toString('latin1')).slice(0, 2000)}`;
}

/** A whole number from 0 to below `below`. */
export type Random = (below: number) => number;

const DIGITS = Buffer.from('0123456789-.eE');

/** The same bytes with a few of them changed, cut off or said twice. */
export function damaged(payload: Uint8Array, random: Random): Uint8Array {
  const bytes = payload.slice();
  const kind = random(10);
  if (bytes.length === 0) return bytes;
  if (kind === 0) return bytes.slice(0, random(bytes.length + 1));
  if (kind === 1) return repeated(bytes, random);
  for (let i = 0; i <= random(6); i += 1) {
    const at = kind < 5 ? digitAt(bytes, random) : random(bytes.length);
    bytes[at] = kind < 5 ? (DIGITS[random(DIGITS.length)] as number) : random(256);
  }
  return bytes;
}

function repeated(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random(bytes.length);
  const to = from + random(bytes.length - from + 1);
  return Uint8Array.from([...bytes.slice(0, to), ...bytes.slice(from)]);
}

/** The place of a digit near a random place, so that most of the structure survives. */
function digitAt(bytes: Uint8Array, random: Random): number {
  const start = random(bytes.length);
  const found = bytes.findIndex((byte, i) => i >= start && byte >= 0x30 && byte <= 0x39);
  return found < 0 ? start : found;
}

/** Marsaglia's xorshift32: the same seed, the same damage. */
export function xorshift(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
