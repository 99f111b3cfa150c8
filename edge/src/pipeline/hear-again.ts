import { type Millis, type Reading, timeOf } from '@keepsite/edge-contract';
import type { Decoded, DecodedReading, DecodeMemory } from '../domain/decoded.ts';
import type { KeptMessage } from '../ports.ts';
import { type Ears, isStrange } from './hear.ts';
import { type Heard, meet, relearn } from './strangers.ts';
import type { Transaction } from './transaction.ts';

/** What reading kept messages again needs, and remembers from one to the next. */
export interface SecondHearing {
  readonly ears: Ears;
  readonly tx: Transaction;
  readonly now: Millis;
  readonly memory: DecodeMemory;
  /** True when history has a value of that series at that time. */
  readonly inHistory: (reading: Reading) => boolean;
  /** What this run has already said, by series and time. */
  readonly said: Set<string>;
}

/** What became of a kept message. */
export interface HeardAgain {
  readonly decoded: boolean;
  readonly readings: number;
}

const CUT = 'only its beginning was kept, so it cannot be read again';
const NOT_YET = 'the device was not adopted on that day';

/** What a kept message says now, sorted by what can be done with it. */
interface Sorted {
  readonly readings: readonly DecodedReading[];
  /** Of devices that nobody has adopted. */
  readonly strange: readonly Decoded[];
  readonly wrong: readonly { readonly device: string | null; readonly reason: string }[];
}

/**
 * Reads a kept message as if it came when it came. Its readings enter history with their own times;
 * being history they page nobody, nor do its faults. What is wrong with it still stays kept.
 */
export function hearAgain(kept: KeptMessage, hearing: SecondHearing): HeardAgain {
  const message: Heard = { topic: kept.topic, payload: kept.payload, retain: kept.retain, receivedAt: kept.at };
  if (kept.size > kept.payload.length) return cut(kept, hearing);
  const sorted = sort(kept, message, hearing);
  const decoded =
    kept.stranger === null ? settle(kept, message, sorted, hearing) : settleStranger(kept, message, sorted, hearing);
  return { decoded, readings: sorted.readings.filter((line) => intoHistory(line, kept, hearing)).length };
}

function sort(kept: KeptMessage, message: Heard, { ears, memory, now }: SecondHearing): Sorted {
  const result = ears.decoder.decode(message, memory);
  const readings: DecodedReading[] = [];
  const strange: Decoded[] = [];
  const wrong: { device: string | null; reason: string }[] = [];
  for (const line of concerning(kept, result.lines)) {
    const placed = line.device !== null && ears.directory.device(line.device, kept.at);
    const adopted = line.device !== null && ears.directory.device(line.device, now);
    if (line.kind === 'rejected' && (placed || adopted || !isStrange(line, result, { message, ears })))
      wrong.push(line);
    else if (placed && line.kind === 'reading') readings.push(line);
    else if (!placed && adopted) wrong.push({ device: line.device, reason: NOT_YET });
    else if (!placed) strange.push(line);
  }
  return { readings, strange, wrong };
}

/** It cannot be read, and says so. Nobody waits for it once its device is adopted or its topic is understood. */
function cut(kept: KeptMessage, { ears, now, tx }: SecondHearing): HeardAgain {
  const { stranger, family, topic, payload } = kept;
  const isAwaited = stranger !== null && !ears.directory.device(stranger, now);
  const isUnderstood = family === null && ears.decoder.guessFamily(topic, payload) !== null;
  const waitsFor = isAwaited && !isUnderstood ? stranger : null;
  const reason = waitsFor !== null && kept.reason === null ? null : CUT;
  if (waitsFor !== stranger || reason !== kept.reason) {
    tx.written.released.push(kept.id);
    tx.written.quarantined.push({ ...rest(kept), stranger: waitsFor, reason });
  }
  return { decoded: false, readings: 0 };
}

/** What a message that stays is kept with again. */
function rest({ at, topic, retain, device, family, payload, size }: KeptMessage) {
  return { at, topic, retain, device, family, payload, size };
}

/**
 * A stranger's message is kept for that stranger; whom else it speaks of has a copy, or was heard at
 * once. Unless it does not speak of that stranger any more: then a mapping has given it another id.
 */
function concerning({ stranger, topic, family }: KeptMessage, lines: readonly Decoded[]): readonly Decoded[] {
  const isTopic = family === null && stranger === topic;
  const own = stranger === null || isTopic ? lines : lines.filter(({ device }) => device === stranger);
  return own.length > 0 ? own : lines;
}

/** A message of a known device: its good parts were heard at once, so only what was wrong counts. */
function settle(kept: KeptMessage, message: Heard, { strange, wrong }: Sorted, { tx }: SecondHearing): boolean {
  const still = wrong.find(({ device }) => kept.device === null || device === kept.device);
  if (still) {
    replace(kept, still.reason, kept.device, tx);
    return false;
  }
  tx.written.released.push(kept.id);
  if (kept.device === null && strange.length > 0) meet(message, strange, tx);
  return true;
}

/** Whose adoption it waited for is known now; or it turns out to be somebody else's; or it goes on waiting. */
function settleStranger(kept: KeptMessage, message: Heard, { strange, wrong }: Sorted, { tx }: SecondHearing): boolean {
  const reason = strange.flatMap((line) => (line.kind === 'rejected' ? line.reason : [])).at(0) ?? null;
  const unchanged = strange.length > 0 && wrong.length === 0 && reason === kept.reason;
  if (unchanged && strange.every(({ device }) => (device ?? kept.topic) === kept.stranger)) {
    // Nothing is learnt of a topic that still nobody recognises, and nothing needs to be written.
    if (kept.family !== null) relearn(kept.stranger ?? kept.topic, message, strange, tx);
    return reason === null;
  }
  tx.written.released.push(kept.id);
  if (strange.length > 0) meet(message, strange, tx, kept.stranger);
  for (const each of wrong) keepWrong(kept, each.reason, each.device, tx);
  return wrong.length === 0 && reason === null;
}

function replace(kept: KeptMessage, reason: string, device: string | null, tx: Transaction): void {
  if (reason === kept.reason) return;
  tx.written.released.push(kept.id);
  keepWrong(kept, reason, device, tx);
}

function keepWrong(kept: KeptMessage, reason: string, device: string | null, tx: Transaction): void {
  tx.written.quarantined.push({ ...rest(kept), device, stranger: null, reason });
}

/** False when history has it: the good parts of a message were kept when it was first heard. */
function intoHistory(line: DecodedReading, kept: KeptMessage, hearing: SecondHearing): boolean {
  const { ears, tx, now, inHistory, said } = hearing;
  const { device, metric, part, value, at, quality } = line;
  const reading: Reading = { device, metric, part, value, at, receivedAt: kept.at, quality, historical: true };
  const key = `${device}\n${metric}\n${part ?? ''}\n${timeOf(reading)}`;
  // What a stranger said was never in history; for the others it costs a question to the disk.
  const isNew = kept.stranger !== null && (kept.family === null || kept.stranger === device);
  if (!isNew && (said.has(key) || inHistory(reading))) return false;
  if (!isNew) said.add(key);
  tx.written.readings.push(reading);
  ears.ruleBook.onPast(reading, now, tx.cells.rules);
  return true;
}

/** Reads fall through to the base; what is written stays here. */
export function memoryOver(base: DecodeMemory): DecodeMemory {
  const own = new Map<string, unknown>();
  return { get: (key) => own.get(key) ?? base.get(key), set: (key, value) => void own.set(key, value) };
}
