import type { Millis } from '@keepsite/edge-contract';
import type { Decoded, Description, Message, PointDescription } from '../domain/decoded.ts';
import type { Stranger } from '../ports.ts';
import type { Transaction } from './transaction.ts';

/** Anybody can invent names: more strangers than this are not remembered at a time. */
const MAX_STRANGERS = 1_000;
/** Who has been silent for this long makes room for somebody new. */
const GIVES_WAY_AFTER_MS = 3_600_000;
/** A message that speaks of many devices is kept for each of them, up to so many bytes in all. */
const MAX_COPIES_BYTES = 1024 * 1024;
const MAX_POINTS = 200;
const MAX_TOPICS = 5;
const MAX_FAULTS = 20;
/** Names are for people; what is longer was not made for them. */
const MAX_NAME = 200;
const MAX_UNIT = 40;
const MAX_TOPIC = 1_000;

/** A message with the time at which it came, whether just now or before it was kept. */
export type Heard = Message & { readonly receivedAt: Millis };

/**
 * Takes what a message says of devices that nobody has adopted: it is shown, and kept for the day
 * they are. `again`: whose it was while it was kept; for that one it is no further message.
 */
export function meet(message: Heard, lines: readonly Decoded[], tx: Transaction, again: string | null = null): void {
  const byStranger = Map.groupBy(lines, (line) => line.device ?? message.topic);
  let copies = Math.max(1, Math.floor(MAX_COPIES_BYTES / Math.max(1, message.payload.length)));
  for (const [device, said] of byStranger) {
    const before = tx.cells.strangers.get(device) ?? newcomer(device, message.receivedAt, tx);
    if (before) tx.stranger(after(before, message, said, device === again ? 0 : 1));
    copies -= 1;
    const reason = reasonOf(said);
    // Without room for the stranger itself only bad input is kept: it must stay visible.
    if (copies >= 0 && (before || reason !== null)) keep(message, device, said, tx);
  }
}

/** A device introduces itself; most do so before they say anything else. */
export function introduce(description: Description, { topic, receivedAt }: Heard, tx: Transaction): void {
  if (description.device === '' || description.device.length > MAX_NAME) return;
  const before = tx.cells.strangers.get(description.device) ?? newcomer(description.device, receivedAt, tx);
  if (!before) return;
  const { family, name, maker, model, points } = description;
  const labels = { ...before.labels };
  for (const point of points.slice(0, MAX_POINTS)) labels[keyOf(point).slice(0, MAX_NAME)] = labelOf(point);
  tx.stranger({
    ...before,
    family: before.family ?? family,
    name: clip(name, MAX_NAME) ?? before.name,
    maker: clip(maker, MAX_NAME) ?? before.maker,
    model: clip(model, MAX_NAME) ?? before.model,
    lastHeardAt: Math.max(before.lastHeardAt, receivedAt),
    topics: before.topics.length === 0 ? [topic.slice(0, MAX_TOPIC)] : before.topics,
    labels: bounded(labels),
  });
}

/** What it has said is about to be read anew: what was made of it before no longer counts. */
export function unlearn(device: string, tx: Transaction): void {
  const stranger = tx.cells.strangers.get(device);
  if (stranger) tx.stranger({ ...stranger, reason: null, points: {}, faults: [] });
}

/** What a message that stays kept says now. */
export function relearn(device: string, message: Heard, said: readonly Decoded[], tx: Transaction): void {
  const stranger = tx.cells.strangers.get(device);
  if (stranger) tx.stranger({ ...after(stranger, message, said, 0), topics: stranger.topics });
}

/** Somebody is no stranger any more, or gives way. What is still kept for it goes too. */
export function forget(device: string, tx: Transaction): void {
  if (tx.cells.strangers.get(device)) countStrangers(tx, -1);
  tx.cells.strangers.delete(device);
  tx.written.forgotten.push(device);
}

function newcomer(device: string, now: Millis, tx: Transaction): Stranger | undefined {
  if (!hasRoom(now, tx)) return undefined;
  countStrangers(tx, 1);
  return {
    device,
    family: null,
    name: null,
    maker: null,
    model: null,
    firstHeardAt: now,
    lastHeardAt: now,
    online: null,
    messages: 0,
    topics: [],
    reason: null,
    points: {},
    labels: {},
    faults: [],
  };
}

function hasRoom(now: Millis, tx: Transaction): boolean {
  if (Number(tx.cells.notes.get('strangers') ?? 0) < MAX_STRANGERS) return true;
  if (now < Number(tx.cells.notes.get('strangers-full-until') ?? 0)) return false;
  const quietest = [...tx.cells.strangers.keys()]
    .flatMap((id) => tx.cells.strangers.get(id) ?? [])
    .reduce<Stranger | null>((a, b) => (a && a.lastHeardAt <= b.lastHeardAt ? a : b), null);
  if (!quietest) return true;
  const freeAt = quietest.lastHeardAt + GIVES_WAY_AFTER_MS;
  if (now < freeAt) tx.cells.notes.set('strangers-full-until', String(freeAt));
  else forget(quietest.device, tx);
  return now >= freeAt;
}

function countStrangers(tx: Transaction, by: 1 | -1): void {
  tx.cells.notes.set('strangers', String(Number(tx.cells.notes.get('strangers') ?? 0) + by));
}

/** What is known of a stranger once it has said this. */
function after(before: Stranger, message: Heard, said: readonly Decoded[], count: 0 | 1): Stranger {
  const topic = message.topic.slice(0, MAX_TOPIC);
  const { receivedAt } = message;
  let { online, family } = before;
  const points = { ...before.points };
  let { faults } = before;
  for (const line of said) {
    if (line.kind === 'reading') {
      const { metric, part, value, at, quality, historical } = line;
      points[keyOf(line)] = { metric, part, value, at, quality, historical };
    }
    if (line.kind === 'availability') ({ online } = line);
    if (line.kind === 'fault') {
      const { fault, state, at } = line;
      const vendorCode = typeof line.vendorCode === 'string' ? line.vendorCode.slice(0, MAX_NAME) : line.vendorCode;
      faults = [
        { fault, vendorCode, state, at },
        ...faults.filter((it) => !(it.fault === fault && it.vendorCode === vendorCode)),
      ];
    }
    family = line.family ?? family;
  }
  return {
    ...before,
    family,
    firstHeardAt: Math.min(before.firstHeardAt, receivedAt),
    lastHeardAt: Math.max(before.lastHeardAt, receivedAt),
    online: said.some(({ kind }) => kind === 'reading' || kind === 'fault') && online === false ? null : online,
    messages: before.messages + count,
    topics: [topic, ...before.topics.filter((it) => it !== topic)].slice(0, MAX_TOPICS),
    reason: reasonOf(said),
    points: bounded(points),
    faults: faults.slice(0, MAX_FAULTS),
  };
}

function keep(message: Heard, stranger: string, said: readonly Decoded[], tx: Transaction): void {
  const { topic, payload, retain, receivedAt } = message;
  const { device = null, family = null } = said[0] ?? {};
  const reason = reasonOf(said);
  const size = payload.length;
  tx.written.quarantined.push({ at: receivedAt, topic, retain, device, family, stranger, reason, payload, size });
}

function reasonOf(said: readonly Decoded[]): string | null {
  const wrong = said.find((line) => line.kind === 'rejected');
  return wrong?.kind === 'rejected' ? wrong.reason : null;
}

function labelOf({ metric, part, name, unit }: PointDescription): PointDescription {
  const short = { metric: metric.slice(0, MAX_NAME), part: clip(part, MAX_UNIT) };
  return { ...short, name: clip(name, MAX_NAME), unit: clip(unit, MAX_UNIT) };
}

function clip(text: string | null, length: number): string | null {
  return text === null ? null : text.slice(0, length);
}

/** Never `__proto__`: the key holds a line break. */
function keyOf({ metric, part }: { readonly metric: string; readonly part: string | null }): string {
  return `${metric}\n${part ?? ''}`;
}

function bounded<T>(points: Record<string, T>): Record<string, T> {
  const keys = Object.keys(points);
  return keys.length <= MAX_POINTS ? points : Object.fromEntries(Object.entries(points).slice(0, MAX_POINTS));
}
