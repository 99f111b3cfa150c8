import type { Fault, Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, readText, type JsonObject } from '../json.ts';
import {
  addAvailability,
  addBoolean,
  addFault,
  addNumber,
  addRejected,
  booleanOf,
  numberOf,
  ONLINE_WORDS,
  rejected,
  speaker,
  type Speaker,
} from '../lines.ts';
import { shelf } from '../shelf.ts';

const FAMILY = 'pumpfuse';
/** Of the sump product: `{base}/sump/…`. */
const SUMP = /^(.+)\/sump\/(state|cycle|rhythm|alerts|learn|event)$/;
/** Of every product; whoever chose another base adopts the device with its topic. */
const PLATFORM = /^(.+)\/(availability|status|power)$/i;

/** PumpFuse pump monitors: the sump product's state and alerts, power and availability of every product. */
export const pumpfuse: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 60,
  faultsAreStates: true,
  recognises,
  decode,
};

/** The base topic is the installer's to choose; then the state's own words tell. */
function recognises(topic: string, payload: Uint8Array): number {
  if (/(?:^|\/)pumpfuse\//i.test(topic)) return 0.9;
  if (!SUMP.test(topic)) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  return body && (body['pump_running'] !== undefined || body['lockout_active'] !== undefined) ? 0.7 : 0.5;
}

function decode(message: Message, { memory, zoneOf }: DecodeContext): Decoded[] {
  const [, base = '', what = ''] = SUMP.exec(message.topic) ?? PLATFORM.exec(message.topic) ?? [];
  const device = deviceOf(base || message.topic);
  if (what === 'availability') return decodeAvailability(device, message.payload);
  if (!READ.has(what)) return [];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, device, read.reason)];
  const body = read.value;
  const at = what === 'state' ? null : instantIn(body, zoneOf(device), message.receivedAt);
  const from = speaker(FAMILY, device, at);
  if (what === 'state') decodeState(from, body, memory);
  else if (what === 'event') decodeEvent(from, body, memory);
  else decodePower(from, body);
  return from.lines;
}

/** The others repeat the state, tell of runs that are over, are settings or commands. */
const READ = new Set(['state', 'event', 'power', 'status']);

function deviceOf(base: string): string {
  return base.replace(/^(?:.*\/)?pumpfuse\//i, '');
}

function decodeAvailability(device: string, payload: Uint8Array): Decoded[] {
  const text = readText(payload);
  if (!text.ok) return [rejected(FAMILY, device, text.reason)];
  const online = booleanOf(text.value, ONLINE_WORDS);
  if (typeof online !== 'boolean') return [rejected(FAMILY, device, 'neither online nor offline')];
  const from = speaker(FAMILY, device, null);
  addAvailability(from, online);
  return from.lines;
}

const TIMES_MS = ['ts_ms', 'timestamp_ms', 'time_ms', 'epoch_ms', 'power_sample_ts_ms'];
const TIMES = ['ts', 'timestamp', 'time', 'epoch', 'at'];

/** Names that end in `_ms` are milliseconds; others may be seconds, milliseconds or text. */
function instantIn(body: JsonObject, zone: string | undefined, receivedAt: Millis | null): Millis | null {
  const millis = TIMES_MS.map((key) => numberOf(body[key])).find((value) => typeof value === 'number');
  if (typeof millis === 'number') return usableInstant(millis);
  const raw = TIMES.map((key) => body[key]).find((value) => typeof value === 'number' || typeof value === 'string');
  const number = numberOf(raw);
  if (typeof number === 'number') return usableInstant(number < 1e11 ? number * 1000 : number);
  return typeof raw === 'string' ? instantOf(raw, zone, receivedAt) : null;
}

/** `last_run_*` and the counts tell of the past; the counts fall when somebody resets them. */
function decodeState(from: Speaker, body: JsonObject, memory: DecodeMemory): void {
  addBoolean(from, 'pump_running', body['pump_running']);
  addNumber(from, 'active_power_w', body['current_power_w']);
  if (Array.isArray(body['alerts'])) addAlerts(from, body['alerts'], memory);
  else if (body['alerts'] !== undefined && body['alerts'] !== null) addRejected(from, 'alerts is no list');
  const lockedOut = booleanOf(body['lockout_active']);
  // While the lockout lasts the relay keeps the pump without power, whatever the water does.
  if (typeof lockedOut === 'boolean') addFault(from, 'pump_failed', lockedOut ? 'raised' : 'cleared', 'lockout_active');
}

/** By the alert's key; a long run may be a flood or a stuck float, so it stays unknown. */
const ALERTS: readonly (readonly [RegExp, Fault])[] = [
  [/power_anomaly|dry_run|stall|jam|no_load|overload/i, 'pump_failed'],
  [/cycl|frequency|runs_anomaly/i, 'pump_cycling'],
];

function addAlert(from: Speaker, key: string, state: 'raised' | 'cleared'): void {
  addFault(from, ALERTS.find(([pattern]) => pattern.test(key))?.[1] ?? 'unknown', state, key.slice(0, 60));
}

/** The alerts that each monitor listed last: one that has left the list is over. */
const listed = shelf<readonly string[]>('pumpfuse-alerts');

function addAlerts(from: Speaker, raw: readonly unknown[], memory: DecodeMemory): void {
  const keys = [...new Set(raw.filter((key) => typeof key === 'string' && key !== ''))] as string[];
  const before = listed.find(memory, from.device) ?? [];
  for (const key of before) if (!keys.includes(key)) addAlert(from, key, 'cleared');
  for (const key of keys) addAlert(from, key, 'raised');
  keep(memory, from.device, keys);
}

function keep(memory: DecodeMemory, device: string, keys: readonly string[]): void {
  if (keys.length > 0) listed.put(memory, device, keys.slice(0, 30));
  else listed.drop(memory, device);
}

const ALERT_KEYS = ['alert', 'alert_key', 'key', 'name'];
const STATE_KEYS = ['event', 'type', 'action', 'state', 'status', 'active'];
const RAISED = new Set(['fire', 'fired', 'raise', 'raised', 'active', 'set', 'start', 'started', 'on', 'true']);
const OVER = new Set(['clear', 'cleared', 'resolve', 'resolved', 'inactive', 'reset', 'end', 'ended', 'off', 'false']);

/** One alert that begins or ends. */
function decodeEvent(from: Speaker, body: JsonObject, memory: DecodeMemory): void {
  const key = ALERT_KEYS.map((name) => body[name]).find((value) => typeof value === 'string' && value !== '');
  if (typeof key !== 'string') return;
  const words = STATE_KEYS.flatMap((name) =>
    String(body[name] ?? '')
      .toLowerCase()
      .split(/[^a-z]+/),
  );
  const over = words.some((word) => OVER.has(word));
  if (!over && !words.some((word) => RAISED.has(word))) return;
  addAlert(from, key, over ? 'cleared' : 'raised');
  const others = (listed.find(memory, from.device) ?? []).filter((one) => one !== key);
  keep(memory, from.device, over ? others : [...others, key]);
}

/** Platform telemetry; a relay that is on does not say that the pump runs. */
function decodePower(from: Speaker, body: JsonObject): void {
  const power = ['power_w', 'power_w_last', 'current_power_w', 'watts', 'active_power_w'].find(
    (key) => body[key] !== undefined,
  );
  if (power !== undefined) addNumber(from, 'active_power_w', body[power]);
  addNumber(from, 'voltage_v', body['voltage_v']);
  addNumber(from, 'current_a', body['current_a']);
  addNumber(from, 'rssi_dbm', body['rssi_dbm'] ?? body['wifi_rssi'] ?? body['rssi']);
}
