import { METRICS, type MetricKind, type Millis, type Quality } from '@keepsite/edge-contract';
import type { Decoded, DecodedFault, DecodedReading, DecodeMemory, Message } from '../domain/decoded.ts';
import { usableInstant } from '../domain/time-text.ts';
import { rejected } from './lines.ts';

/** An older date tells a state that was kept, not what happens now. */
export const CACHED_AFTER_MS = 5 * 60_000;
/** A message says no more than this; the rest would crowd out other devices. */
const MAX_LINES = 5_000;
const KINDS: ReadonlyMap<string, MetricKind> = new Map(Object.entries(METRICS));
const MAX_DEVICE = 200;
const MAX_METRIC = 120;
const MAX_PART = 40;
const MAX_TEXT = 200;

/** What the checks of one message know beside its lines. */
export interface CheckContext {
  readonly message: Message;
  readonly memory: DecodeMemory;
  readonly faultsAreStates: boolean;
}

/**
 * What holds for every dialect, once: finite numbers within the metric's bounds, the metric's own
 * words, usable times, and the qualities `unknown` and `cached`. A line that breaks a rule becomes a
 * rejection; the others stand.
 */
export function checkLines(lines: readonly Decoded[], context: CheckContext): Decoded[] {
  const first = lines[MAX_LINES];
  if (first === undefined) return lines.map((line) => checkLine(line, context));
  const tooMany = rejected(first.family, first.device, `more than ${MAX_LINES} lines in one message`);
  return [...lines.slice(0, MAX_LINES).map((line) => checkLine(line, context)), tooMany];
}

function checkLine(line: Decoded, context: CheckContext): Decoded {
  if (line.kind === 'rejected') return line;
  if (line.device === '' || line.device.length > MAX_DEVICE) {
    return rejected(line.family, null, 'the device has no name, or one of more than 200 characters');
  }
  const at = line.at === null ? null : usableInstant(line.at);
  if (line.kind === 'availability') return at === line.at ? line : { ...line, at };
  if (line.kind === 'fault') return checkFault(line, at, context);
  return checkReading(line, at, context);
}

function checkFault(line: DecodedFault, at: Millis | null, context: CheckContext): Decoded {
  const dated = context.faultsAreStates ? at : null;
  const quality = line.historical ? line.quality : agedQuality(line.quality, line, dated, context);
  return at === line.at && quality === line.quality ? line : { ...line, at, quality };
}

function checkReading(line: DecodedReading, at: Millis | null, context: CheckContext): Decoded {
  const { metric, part } = line;
  if (metric === '' || metric.length > MAX_METRIC || (part !== null && part.length > MAX_PART)) {
    return rejected(
      line.family,
      line.device,
      `${metric.slice(0, MAX_METRIC)}: the metric's or part's name does not fit`,
    );
  }
  const value = metric === 'floor' && typeof line.value === 'number' ? String(line.value) : line.value;
  const reason = value === null ? null : wrongValue(metric, value);
  if (reason !== null) return rejected(line.family, line.device, `${metric}: ${reason}`);
  const told: Quality = value === null && line.quality !== 'bad' ? 'unknown' : line.quality;
  const quality = line.historical ? told : agedQuality(told, line, at, context);
  return at === line.at && quality === line.quality && value === line.value ? line : { ...line, value, at, quality };
}

/** Why a metric cannot have this value; null when it can. */
function wrongValue(metric: string, value: number | boolean | string): string | null {
  const kind = KINDS.get(metric);
  if (typeof value === 'number' && !Number.isFinite(value)) return 'the number is not finite';
  if (kind === undefined) return typeof value === 'string' ? 'a vendor’s own point is a number or a boolean' : null;
  if (kind.type === 'boolean') return typeof value === 'boolean' ? null : 'not a yes or no';
  if (kind.type === 'number') {
    if (typeof value !== 'number') return 'not a number';
    return value >= kind.min && value <= kind.max
      ? null
      : `${value} is outside ${kind.min}…${kind.max} ${kind.unit}`.trimEnd();
  }
  if (typeof value !== 'string' || value.length > MAX_TEXT) return 'not a short text';
  return kind.words && !kind.words.includes(value)
    ? `"${value.slice(0, 40)}" is not one of ${kind.words.join(', ')}`
    : null;
}

/** A good value that was kept, by the broker or by the sender, is a state and not an event. */
function agedQuality(
  quality: Quality,
  line: DecodedReading | DecodedFault,
  at: Millis | null,
  { message, memory }: CheckContext,
): Quality {
  if (quality !== 'good') return quality;
  if (message.retain) return 'cached';
  if (at === null || message.receivedAt === null || message.receivedAt - at <= CACHED_AFTER_MS) return 'good';
  return clockIsSlow(memory, `lag:${line.family}:${line.device}`, at, message.receivedAt) ? 'good' : 'cached';
}

interface Lag {
  readonly at: Millis;
  readonly receivedAt: Millis;
  readonly slow: boolean;
}

const STEADY_WITHIN_MS = 60_000;
const APART_MS = 2_000;

/**
 * A wrong clock alone does not make a message old. Dates that lag always by as much while they move
 * on with the messages come from a slow clock (a device set to another zone); dates that stand
 * still, or that catch up, come from a store.
 */
function clockIsSlow(memory: DecodeMemory, key: string, at: Millis, receivedAt: Millis): boolean {
  const before = memory.get(key) as Lag | undefined;
  if (before?.receivedAt === receivedAt && before.at === at) return before.slow;
  const slow = before !== undefined && movesOn(before, at, receivedAt);
  const lag: Lag = { at, receivedAt, slow };
  memory.set(key, lag);
  return slow;
}

function movesOn(before: Lag, at: Millis, receivedAt: Millis): boolean {
  const waited = receivedAt - before.receivedAt;
  const drift = Math.abs(waited - (at - before.at));
  return (
    waited >= APART_MS &&
    at - before.at >= APART_MS &&
    drift <= Math.min(STEADY_WITHIN_MS, Math.max(APART_MS, waited / 2))
  );
}
