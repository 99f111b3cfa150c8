import type { DecodeContext, Decoded, DecodeMemory, Message, PointDescription } from '../../domain/decoded.ts';
import { objectOf, readJson, type JsonObject } from '../json.ts';
import { addAvailability, rejected, speaker } from '../lines.ts';
import { BOOLEANS, phaseOfBase, quantityOf } from './attributes.ts';
import type { AttributeUnits } from './state.ts';

const FAMILY = 'zigbee2mqtt';
const NO_UNITS: AttributeUnits = {};

/** The units that a bridge told of a device's attributes. */
export function unitsOf(base: string, device: string, memory: DecodeMemory): AttributeUnits {
  return (memory.get(unitsKey(base, device)) as AttributeUnits | undefined) ?? NO_UNITS;
}

function unitsKey(base: string, device: string): string {
  return `${FAMILY}:units:${base}:${device}`;
}

/**
 * What a bridge says of its network: `devices` introduces them with their units, `event` tells who
 * joined and left. Its log, its own health and its answers say nothing.
 */
export function decodeBridge(message: Message, base: string, topic: string, context: DecodeContext): Decoded[] {
  if (topic !== 'devices' && topic !== 'event') return [];
  const read = readJson(message.payload);
  if (!read.ok) return [rejected(FAMILY, `${base}/bridge`, read.reason)];
  if (topic === 'event') return decodeEvent(objectOf(read.value), base, context);
  const devices: readonly unknown[] = Array.isArray(read.value) ? read.value : [];
  for (const device of devices) introduce(objectOf(device), base, context);
  return [];
}

/** A device that has just come is there; one that left the network is not. */
const EVENTS: ReadonlyMap<unknown, boolean> = new Map([
  ['device_joined', true],
  ['device_announce', true],
  ['device_leave', false],
]);

function decodeEvent(event: JsonObject | undefined, base: string, context: DecodeContext): Decoded[] {
  const data = objectOf(event?.['data']);
  introduce(data, base, context);
  const online = EVENTS.get(event?.['type']);
  const name = data?.['friendly_name'] ?? data?.['ieee_address'];
  if (online === undefined || typeof name !== 'string' || name === '') return [];
  const from = speaker(FAMILY, name, null);
  addAvailability(from, online);
  return from.lines;
}

function introduce(device: JsonObject | undefined, base: string, context: DecodeContext): void {
  const definition = objectOf(device?.['definition']);
  const name = device?.['friendly_name'];
  if (!definition || typeof name !== 'string' || name === '') return;
  const exposed = exposedBy(definition['exposes']);
  const units = Object.fromEntries(exposed.flatMap(({ key, unit }) => (unit === null ? [] : [[key, unit]])));
  const place = unitsKey(base, name);
  if (JSON.stringify(context.memory.get(place)) !== JSON.stringify(units)) context.memory.set(place, units);
  context.aside.describe({
    family: FAMILY,
    device: name,
    name,
    maker: textOf(definition['vendor']),
    model: textOf(definition['model']),
    points: pointsOf(exposed),
  });
}

interface Exposed {
  readonly key: string;
  readonly name: string | null;
  readonly unit: string | null;
}

/** Attributes stand alone, or as the features of a light, a switch, a valve. */
function exposedBy(exposes: unknown, depth = 0): Exposed[] {
  if (!Array.isArray(exposes) || depth > 2) return [];
  return exposes.flatMap((item: unknown) => {
    const expose = objectOf(item);
    const key = expose?.['property'];
    const inner = exposedBy(expose?.['features'], depth + 1);
    if (!expose || typeof key !== 'string') return inner;
    return [{ key, name: textOf(expose['label'] ?? expose['name']), unit: textOf(expose['unit']) }, ...inner];
  });
}

/** Under the metrics and parts that the device's states will have. */
function pointsOf(exposed: readonly Exposed[]): PointDescription[] {
  const keys = new Set(exposed.map(({ key }) => key));
  const metered = keys.has('power') || keys.has('current') || keys.has('energy');
  return exposed.flatMap(({ key, name, unit }) => {
    const quantity = quantityOf(key);
    const battery = key === 'voltage' && keys.has('battery') && !metered;
    const metric = battery ? 'battery_v' : (metricOf(key) ?? quantity?.metric);
    if (metric === undefined) return [];
    return [{ metric, part: quantity?.part ?? phaseOfBase(key, (other) => keys.has(other)), name, unit }];
  });
}

/** The metric of an attribute that is no quantity. */
function metricOf(key: string): string | undefined {
  return BOOLEANS.get(key) ?? (key === 'contact' ? 'door' : undefined);
}

function textOf(raw: unknown): string | null {
  return typeof raw === 'string' && raw !== '' ? raw : null;
}
