import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readText, type JsonObject, type ReadJson } from '../json.ts';
import { addRejected, rejected } from '../lines.ts';
import { event, fault, sensorFault } from './faults.ts';
import { monitor } from './monitor.ts';
import { FAMILY, Telling, textOf } from './telling.ts';

const TOPIC = /(?:^|\/)shmashine\//i;

/** Elevator and escalator monitors of Shmashine (麦信): packed status frames, faults, mode events. */
export const shmashine: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  recognises,
  decode,
  sourceId,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (TOPIC.test(topic)) return 0.9;
  if (payload[0] === HASH) return OLD_KIND.test(textIn(payload)) ? 0.8 : 0;
  const read = payload[0] === 0x7b || payload[0] === 0x5b ? readJson(payload) : undefined;
  const value = read?.ok ? read.value : undefined;
  const body = objectOf(Array.isArray(value) ? value[0] : value);
  if (!body) return 0;
  const kinds = typeof body['TY'] === 'string' && typeof body['ST'] === 'string';
  const oldKinds = typeof body['type'] === 'string' && typeof body['stype'] === 'string';
  return (kinds || oldKinds) && OWN_KEYS.some((key) => Object.hasOwn(body, key)) ? 0.7 : kinds ? 0.5 : 0;
}

const OWN_KEYS = ['D', 'fault_type', 'event_type', 'elevatorCode', 'messageJson', 'now_floor'];

function decode(message: Message, context: DecodeContext): Decoded[] {
  const read = readMessages(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const bodies = bodiesOf(read.value);
  if (bodies.length === 0) return [rejected(FAMILY, null, 'the payload is JSON, but not an object')];
  const lines: Decoded[] = [];
  for (const body of bodies) decodeBody(new Telling(body, message, context, lines));
  return lines;
}

const HASH = 0x23;
const FRAME = /#10#([^]*?)#13#/g;
/** What the first devices sent and the later ones, which frame alike, did not. */
const OLD_KIND = /"stype"\s*:/;

function textIn(payload: Uint8Array): string {
  const text = readText(payload);
  return text.ok ? text.value : '';
}

/** The bridge may have left the frames of the first devices around their JSON. */
function readMessages(payload: Uint8Array): ReadJson {
  if (payload[0] !== HASH) return readJson(payload);
  const parts = [...textIn(payload).matchAll(FRAME)].map(([, part]) => readJson(new TextEncoder().encode(part)));
  const broken = parts.find((part) => !part.ok);
  if (parts.length === 0 || broken) return broken ?? { ok: false, reason: 'the frame is cut: it has no #13#' };
  return { ok: true, value: parts.map((part) => (part.ok ? part.value : null)) };
}

/** Gateways send one message or a list of them; the platform wraps what a device sent in `messageJson`. */
function bodiesOf(value: unknown): JsonObject[] {
  const all = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => {
    const outer = objectOf(one);
    if (!outer) return [];
    const inner = objectOf(outer['messageJson']);
    return [inner ? { ...outer, ...inner } : outer];
  });
}

const READERS: ReadonlyMap<string, (telling: Telling) => void> = new Map([
  ['m', monitor],
  ['monitor', monitor],
  ['fault', fault],
  ['faultfront', fault],
  ['faultescalator', fault],
  ['sensorfault', sensorFault],
  ['event', event],
  ['eventescalator', event],
]);

/** Other types (login, heartbeat, statistics, people flow, settings) say nothing of the elevator's state. */
function decodeBody(telling: Telling): void {
  const kind = textOf(telling.body['TY']) ?? textOf(telling.body['type']);
  if (kind === undefined) return addRejected(telling.at(null), 'TY does not tell what this message is');
  READERS.get(kind.toLowerCase())?.(telling);
}

/** A fault keeps its id from add to disappear, and may come again: only with verb and time it tells a redelivery. */
function sourceId(message: Message): string | null {
  const read = readJson(message.payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  const id = textOf(body?.['faultId']);
  const time = textOf(body?.['time']);
  return id === undefined || time === undefined ? null : `${FAMILY}:${id}:${textOf(body?.['ST']) ?? ''}:${time}`;
}
