import type { DecodeMemory } from '../../domain/decoded.ts';
import { usableInstant } from '../../domain/time-text.ts';
import { objectOf, type JsonObject } from '../json.ts';
import { addBoolean, addFault, addNumber, addValue, booleanOf, numberOf, type Speaker } from '../lines.ts';

/**
 * Bluetooth sensors that speak through a gateway: as the gateway's own components
 * (`bthomedevice:200`, `bthomesensor:201`, `blutrv:202`), or as the event `shelly-blu` that the
 * vendor's script sends. Source: shelly-api-docs.shelly.cloud, BTHome; bthome.io/format.
 */

type Point = (from: Speaker, raw: unknown, part: string | null) => void;

const number =
  (metric: string, divisor = 1): Point =>
  (from, raw, part) =>
    addNumber(from, metric, raw, part, divisor);
const yesNo =
  (metric: string): Point =>
  (from, raw, part) =>
    // One sensor has one state; a second one of its kind would only contradict it.
    part === null && addBoolean(from, metric, raw);

/**
 * By the name that the vendor's scripts give; units are BTHome's. Voltages are batteries' or solar
 * cells', and `moisture` is a weather station's rain: neither is what Keepsite would take it for.
 */
const BY_NAME: ReadonlyMap<string, Point> = new Map<string, Point>([
  ['battery', number('battery_pct')],
  ['rssi', number('rssi_dbm')],
  ['temperature', number('temperature_c')],
  ['humidity', number('humidity_pct')],
  ['dewpoint', number('dew_point_c')],
  ['motion', yesNo('occupied')],
  ['occupancy', yesNo('occupied')],
  ['presence', yesNo('occupied')],
  ['window', addOpening],
  ['door', addOpening],
  ['opening', addOpening],
  ['tamper', addTamper],
  ['power', number('active_power_w')],
  ['energy', number('energy_import_kwh')],
  ['current', number('current_a')],
  ['distance_mm', number('distance_m', 1000)],
  ['distance_m', number('distance_m')],
  ['water', number('flow_total_l')],
  ['volume_flowrate', number('flow_m3h')],
]);

/** BTHome's object numbers. */
const BY_OBJECT: ReadonlyMap<number, string> = new Map([
  [0x01, 'battery'],
  [0x02, 'temperature'],
  [0x45, 'temperature'],
  [0x57, 'temperature'],
  [0x58, 'temperature'],
  [0x03, 'humidity'],
  [0x2e, 'humidity'],
  [0x08, 'dewpoint'],
  [0x0b, 'power'],
  [0x5c, 'power'],
  [0x0a, 'energy'],
  [0x4d, 'energy'],
  [0x43, 'current'],
  [0x5d, 'current'],
  [0x11, 'opening'],
  [0x1a, 'door'],
  [0x21, 'motion'],
  [0x23, 'occupancy'],
  [0x25, 'presence'],
  [0x2b, 'tamper'],
  [0x2d, 'window'],
  [0x40, 'distance_mm'],
  [0x41, 'distance_m'],
  [0x49, 'volume_flowrate'],
  [0x4f, 'water'],
]);

const BLU_COMPONENT = /^(?:bthomedevice|bthomesensor|blutrv):\d+$/;

/** True for the components that stand for a Bluetooth device or one value of it. */
export function isBluComponent(name: string): boolean {
  return BLU_COMPONENT.test(name);
}

/** Keeps what a configuration tells of a component: whose it is (`addr`) and what it measures (`obj_id`). */
export function learnBlu(gateway: string, name: string, config: JsonObject, memory: DecodeMemory): void {
  const { addr, obj_id: object } = config;
  if (typeof addr !== 'string' || addr === '') return;
  const learned: Learned = { device: addr.toLowerCase(), object: typeof object === 'number' ? object : null };
  const key = keyOf(gateway, name);
  const before = memory.get(key) as Learned | undefined;
  if (before?.device !== learned.device || before.object !== learned.object) memory.set(key, learned);
}

interface Learned {
  readonly device: string;
  readonly object: number | null;
}

/**
 * Adds what a Bluetooth component says, as the Bluetooth device's own where its address is known,
 * else under the gateway's name for it. A value is worth nothing before its configuration was heard.
 */
export function decodeBlu(gateway: Speaker, name: string, status: JsonObject, memory: DecodeMemory): void {
  const known = memory.get(keyOf(gateway.device, name)) as Learned | undefined;
  const seen = numberOf(status['last_updated_ts']);
  const at = typeof seen === 'number' ? usableInstant(seen * 1000) : gateway.at;
  const from = { ...gateway, device: known?.device ?? `${gateway.device}/${name}`, at };
  if (name.startsWith('bthomesensor:')) {
    const point = known === undefined || known.object === null ? undefined : BY_OBJECT.get(known.object);
    if (point !== undefined && status['value'] !== undefined) BY_NAME.get(point)?.(from, status['value'], null);
    return;
  }
  addNumber(from, 'battery_pct', status['battery']);
  addNumber(from, 'rssi_dbm', status['rssi']);
  addNumber(from, 'temperature_c', status['current_C']);
}

/** Adds what the vendor's script heard of a Bluetooth device; several values of a kind are channels. */
export function decodeBluEvent(gateway: Speaker, data: JsonObject): void {
  const address = data['address'];
  if (typeof address !== 'string' || address === '') return;
  const from = { ...gateway, device: address.toLowerCase() };
  for (const [name, raw] of Object.entries(data)) {
    const point = BY_NAME.get(name);
    if (!point) continue;
    if (Array.isArray(raw)) raw.forEach((value, index) => point(from, value, index === 0 ? null : `ch${index + 1}`));
    else point(from, raw, null);
  }
}

function addOpening(from: Speaker, raw: unknown, part: string | null): void {
  const open = booleanOf(raw);
  if (part !== null) return;
  if (open === null) addValue(from, 'door', null, null, 'unknown');
  else if (open !== undefined) addValue(from, 'door', open ? 'open' : 'closed');
}

function addTamper(from: Speaker, raw: unknown): void {
  const tampered = booleanOf(raw);
  if (typeof tampered === 'boolean') addFault(from, 'tamper', tampered ? 'raised' : 'cleared', 'tamper');
}

function keyOf(gateway: string, name: string): string {
  return `shelly-gen2:${gateway}:${name}`;
}

/** The components of an answer to `Shelly.GetComponents`, each with its status and what its configuration tells. */
export function componentsOf(
  gateway: string,
  list: readonly unknown[],
  memory: DecodeMemory,
): [name: string, status: JsonObject][] {
  const found: [string, JsonObject][] = [];
  for (const item of list) {
    const component = objectOf(item);
    const name = component?.['key'];
    if (!component || typeof name !== 'string') continue;
    const config = objectOf(component['config']);
    if (config && isBluComponent(name)) learnBlu(gateway, name, config, memory);
    const status = objectOf(component['status']);
    if (status) found.push([name, status]);
  }
  return found;
}
