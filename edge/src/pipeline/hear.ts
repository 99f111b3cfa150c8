import type { Mode, Reading } from '@keepsite/edge-contract';
import { type Decoder, type DecodeResult, MAX_PAYLOAD_BYTES } from '../devices/index.ts';
import type { Breach } from '../domain/breach.ts';
import type {
  Decoded,
  DecodedAvailability,
  DecodedFault,
  DecodedReading,
  Message,
  Rejected,
} from '../domain/decoded.ts';
import type { Directory, Placed } from '../domain/directory.ts';
import type { RuleBook } from '../domain/evaluate.ts';
import { faultSeverity, faultSummary, suppressedByMode } from '../domain/fault.ts';
import type { InboxMessage } from '../ports.ts';
import { breach } from './desk.ts';
import { introduce, meet } from './strangers.ts';
import type { Transaction } from './transaction.ts';

/** What hearing needs to know. */
export interface Ears {
  readonly directory: Directory;
  readonly decoder: Decoder;
  readonly ruleBook: RuleBook;
  /** True when a message with that id of its source was taken before. */
  readonly heardBefore: (sourceId: string) => boolean;
}

/** How often a device's last word is written down; in memory it is always known. */
const DEVICE_ROW_EVERY_MS = 60_000;
/** A longer id or topic could not be named in an adoption. */
const MAX_ID = 200;
const MAX_TOPIC = 1_000;

/** From bytes to breaches: decode, admit, evaluate, and step the incidents that follow. */
export function hear(message: InboxMessage, ears: Ears, tx: Transaction): void {
  if (message.delivery && isRepeated(message.delivery, ears, tx)) return;
  const result = ears.decoder.decode(message, tx.cells.decode);
  if (result.sourceId !== null && isDuplicate(result.sourceId, ears, tx)) return;
  const hearing: Hearing = { message, ears, tx, heard: null };
  const strange: Decoded[] = [];
  let borrowed: Decoded | null = null;
  let speaker: string | null = null;
  let placed: Placed | undefined;
  for (const line of result.lines) {
    // The lines of a message are mostly one device's.
    if (line.device !== speaker) placed = placeOf(line.device, message, ears);
    speaker = line.device;
    if (placed && !maySpeakFor(placed, message)) borrowed ??= line;
    else if (placed) take(line, placed, hearing);
    else if (isStrange(line, result, hearing)) strange.push(line);
    else if (line.kind === 'rejected') quarantine(line, hearing);
  }
  tx.asks.push(...result.asks);
  tx.introduced ||= result.descriptions.length > 0;
  for (const description of result.descriptions)
    if (!ears.directory.device(description.device, message.receivedAt)) introduce(description, message, tx);
  if (strange.length > 0) meet(message, strange, tx);
  if (borrowed) quarantine({ ...borrowed, kind: 'rejected', reason: whoseWord(message) }, hearing);
}

function placeOf(device: string | null, { receivedAt }: InboxMessage, { directory }: Ears): Placed | undefined {
  return device === null ? undefined : directory.device(device, receivedAt);
}

/** A credential of one device speaks for no other, one that newcomers share for none that was adopted. */
function maySpeakFor({ device }: Placed, { onlyDevice }: InboxMessage): boolean {
  return onlyDevice === undefined || onlyDevice === device.id;
}

function whoseWord({ onlyDevice }: InboxMessage): string {
  return onlyDevice === null
    ? 'it came with a credential for newcomers, and its device is adopted: issue one of its own'
    : `it came with the credential of ${onlyDevice}, which speaks for no other device`;
}

function take(line: Decoded, placed: Placed, hearing: Hearing): void {
  if (line.kind === 'reading') admit(line, placed, hearing);
  if (line.kind === 'fault') stated(line, placed, hearing);
  if (line.kind === 'availability') available(line, hearing);
  if (line.kind === 'rejected') quarantine(line, hearing);
}

/** A device that nobody has adopted; or a topic that no dialect recognises, which may hide one. */
export function isStrange(
  line: Decoded,
  { family }: Pick<DecodeResult, 'family'>,
  { message, ears }: { readonly message: Message; readonly ears: Pick<Ears, 'directory'> },
): boolean {
  if (line.device !== null) return line.device.length <= MAX_ID;
  const { length } = message.payload;
  if (family !== null || length === 0 || length > MAX_PAYLOAD_BYTES || message.topic.length > MAX_TOPIC) return false;
  return !ears.directory.family(message.topic);
}

interface Hearing {
  readonly message: InboxMessage;
  readonly ears: Ears;
  readonly tx: Transaction;
  /** Of whom the message's lines have been speaking last: it is noted as heard once, not for every reading. */
  heard: string | null;
}

/** Handed over once already, before a restart made the broker forget. What is no repetition is written down. */
function isRepeated({ id, again }: NonNullable<InboxMessage['delivery']>, ears: Ears, tx: Transaction): boolean {
  if (again) return isDuplicate(id, ears, tx);
  tx.written.sourceIds.push(id);
  return false;
}

function isDuplicate(sourceId: string, ears: Ears, tx: Transaction): boolean {
  if (tx.sourceIds.get(sourceId) || ears.heardBefore(sourceId)) {
    tx.duplicates += 1;
    return true;
  }
  tx.sourceIds.set(sourceId, true);
  tx.written.sourceIds.push(sourceId);
  return false;
}

// ------------------------------------------------------------------------------------ readings

function admit(line: DecodedReading, placed: Placed, hearing: Hearing): void {
  const { message, ears, tx } = hearing;
  heard(line, hearing, undefined);
  const reading: Reading = {
    device: line.device,
    metric: line.metric,
    part: line.part,
    value: line.value,
    at: line.at,
    receivedAt: message.receivedAt,
    quality: line.quality,
    historical: line.historical,
  };
  // One meter, three envelopes: the same value at the same device time is the same reading.
  if (!reading.historical && !tx.cells.lastWords.takeDown(reading)) {
    tx.duplicates += 1;
    return;
  }
  tx.written.readings.push(reading);
  remember(reading, placed, tx);
  for (const found of ears.ruleBook.onReading(reading, message.receivedAt, tx.cells.rules)) {
    breach(suppress(found, tx), { directory: ears.directory, tx, now: message.receivedAt });
  }
}

function remember(reading: Reading, placed: Placed, tx: Transaction): void {
  if (reading.quality !== 'good' || reading.historical) return;
  if (reading.metric === 'mode') tx.cells.notes.set(`mode:${placed.asset.id}`, String(reading.value));
  if (reading.metric === 'test') tx.cells.notes.set(`test:${reading.device}`, String(reading.value));
}

// ------------------------------------------------------------------------------------ faults

/** A retained or back-dated statement tells a state: it neither raises nor clears anything. */
function stated(line: DecodedFault, placed: Placed, hearing: Hearing): void {
  const { message, ears, tx } = hearing;
  heard(line, hearing, undefined);
  if (line.historical || line.quality !== 'good') return;
  notSilent(line.device, hearing);
  const vendorCode = line.vendorCode === null ? null : String(line.vendorCode);
  const source = `device:${line.device}:${line.fault}${vendorCode === null ? '' : `:${vendorCode}`}`;
  const severity = tx.cells.notes.get(`test:${line.device}`) === 'true' ? 'info' : faultSeverity(line.fault);
  const found = {
    state: line.state,
    source,
    asset: placed.asset.id,
    device: line.device,
    fault: line.fault,
    severity,
    vendorCode,
    summary: faultSummary(line.fault),
    deviceAt: line.at,
    firstSeenAt: message.receivedAt,
    evidence: [],
  } as const;
  breach(suppress(found, tx), { directory: ears.directory, tx, now: message.receivedAt });
}

/** A mode such as inspection explains the fault: it is written down and pages nobody. */
function suppress(found: Breach, tx: Transaction): Breach {
  const mode = tx.cells.notes.get(`mode:${found.asset}`) as Mode | undefined;
  const explained = found.state === 'raised' && mode !== undefined && suppressedByMode(found.fault, mode);
  return explained ? { ...found, severity: 'info' } : found;
}

function available(line: DecodedAvailability, hearing: Hearing): void {
  heard(line, hearing, line.online);
  if (line.online) notSilent(line.device, hearing);
}

/** Who speaks without a reading is not silent either. */
function notSilent(device: string, { message, ears, tx }: Hearing): void {
  for (const found of ears.ruleBook.onHeard(device, message.receivedAt, tx.cells.rules)) {
    breach(found, { directory: ears.directory, tx, now: message.receivedAt });
  }
}

// ------------------------------------------------------------------------------------ devices

function heard(line: { device: string; family: string }, hearing: Hearing, online: boolean | undefined): void {
  if (online === undefined && hearing.heard === line.device) return;
  const { message, tx } = hearing;
  hearing.heard = online === undefined ? line.device : null;
  const before = tx.cells.devices.get(line.device);
  const now = message.receivedAt;
  const isOnline = online ?? before?.online ?? null;
  const silentSince = online === false ? (before?.silentSince ?? null) : null;
  const changed = !before || before.online !== isOnline || before.silentSince !== silentSince;
  const persist = changed || now - before.writtenAt >= DEVICE_ROW_EVERY_MS;
  const { device, family } = line;
  // The topic that is known, where it is the same: a text from the packet for each device would stay behind.
  const lastTopic = before?.lastTopic === message.topic ? before.lastTopic : message.topic;
  const writtenAt = persist ? now : before.writtenAt;
  tx.device({ device, family, lastHeardAt: now, online: isOnline, silentSince, lastTopic, writtenAt }, persist);
}

function quarantine(line: Rejected, { message, tx }: Hearing): void {
  const { topic, payload, retain, receivedAt: at } = message;
  const { family, reason } = line;
  const device = line.device?.slice(0, MAX_ID) ?? null;
  const size = payload.length;
  tx.written.quarantined.push({ at, topic, retain, device, family, stranger: null, reason, payload, size });
}
