import type { DecodeMemory } from '../../domain/decoded.ts';
import { objectOf, type JsonObject } from '../json.ts';
import { addBoolean, addNumber, addValue, booleanOf, numberOf, speaker, type Speaker } from '../lines.ts';
import { shelf } from '../shelf.ts';

/** What a Zigbee attribute means. Source: tasmota.github.io/docs/Zigbee, the list of attributes. */
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ['Temperature', 'temperature_c'],
  ['Humidity', 'humidity_pct'],
  ['BatteryPercentage', 'battery_pct'],
  ['Battery', 'battery_pct'],
  ['BatteryVoltage', 'battery_v'],
  ['LinkQuality', 'link_quality'],
  ['RMSVoltage', 'voltage_v'],
  ['ActivePower', 'active_power_w'],
  ['FlowRate', 'flow_m3h'],
]);
const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ['Water', 'leak'],
  ['Occupancy', 'occupied'],
]);

/** Devices that are known to watch for water. */
const watchers = shelf<true>('tasmota:water');
const WATCHER_MODEL = /leak|flood/i;
const SHORT_ADDRESS = /^0x[\da-f]{4}$/i;

/** True for what one Zigbee device said: a bridge may be set to leave out every wrapping around it. */
export function isZigbee({ Device, Endpoint, LinkQuality }: JsonObject): boolean {
  return (
    typeof Device === 'string' && SHORT_ADDRESS.test(Device) && (Endpoint !== undefined || LinkQuality !== undefined)
  );
}

/**
 * Adds what Zigbee devices say through a bridge: `{"ZbReceived":{"0x2916":{"Name":"attic",…}}}`, or
 * one of them without its address around it. A device is its name, else its address, below the
 * bridge's name.
 */
export function decodeZigbee(bridge: Speaker, received: JsonObject, memory: DecodeMemory): void {
  if (isZigbee(received)) return decodeDevice(bridge, String(received['Device']), received, memory);
  for (const [key, value] of Object.entries(received)) {
    const said = objectOf(value);
    if (said) decodeDevice(bridge, key, said, memory);
  }
}

function decodeDevice(bridge: Speaker, key: string, said: JsonObject, memory: DecodeMemory): void {
  const name = typeof said['Name'] === 'string' && said['Name'] !== '' ? said['Name'] : key;
  const from = speaker(bridge.family, `${bridge.device}/${name}`, bridge.at, bridge.historical, bridge.lines);
  decodeAttributes(from, said);
  decodeZone(from, said, memory);
}

function decodeAttributes(from: Speaker, said: JsonObject): void {
  for (const [key, value] of Object.entries(said)) {
    const metric = NUMBERS.get(key);
    if (metric !== undefined) addNumber(from, metric, value);
    const state = BOOLEANS.get(key);
    if (state !== undefined) addBoolean(from, state, value);
    if (key === 'Contact') addContact(from, value);
    // A battery's volts, before they had a name of their own.
    if (key === 'Voltage' && said['Battery'] !== undefined) addNumber(from, 'battery_v', value);
  }
}

/** 1 while the contact is open: the first alarm of its zone. */
function addContact(from: Speaker, raw: unknown): void {
  const open = booleanOf(raw);
  if (typeof open === 'boolean') addValue(from, 'door', open ? 'open' : 'closed');
}

/**
 * A zone whose type the bridge does not know says only that it changed, though the device's other
 * messages tell its water. The first bit is the alarm (Zigbee Cluster Library, IAS Zone, ZoneStatus).
 */
function decodeZone(from: Speaker, said: JsonObject, memory: DecodeMemory): void {
  const { Water, ModelId, ZoneStatusChange } = said;
  const tells = Water !== undefined || (typeof ModelId === 'string' && WATCHER_MODEL.test(ModelId));
  const known = watchers.find(memory, from.device) === true;
  if (tells && !known) watchers.put(memory, from.device, true);
  const status = numberOf(ZoneStatusChange ?? null);
  if ((tells || known) && Water === undefined && typeof status === 'number') {
    addValue(from, 'leak', (Math.trunc(status) & 1) === 1);
  }
}
