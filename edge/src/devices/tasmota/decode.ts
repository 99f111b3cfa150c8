import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readObject, readText, type JsonObject } from '../json.ts';
import { addAvailability, addNumber, numberOf, rejected, speaker, type Speaker } from '../lines.ts';

const FAMILY = 'tasmota';
const PREFIXES = new Set(['tele', 'stat', 'cmnd']);
const PREFIXED = /^(?:tele|stat|cmnd)\/.+\//;
const SUFFIX = /^(?:SENSOR|STATE|LWT|RESULT|HASS_STATE|UPTIME|MARGINS|STATUS\d{0,2}|INFO[123]|POWER\d*)$/;
const OWN_SUFFIX = /^(?:SENSOR|STATE|LWT|STATUS(?:8|10|11))$/;

/** Tasmota firmware: `tele/<topic>/SENSOR` and friends, in any order of topic levels. */
export const tasmota: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  recognises,
  decode,
};

function recognises(topic: string): number {
  const slash = topic.lastIndexOf('/');
  if (slash < 0) return 0;
  if (topic.startsWith('tasmota/discovery/')) return 1;
  const suffix = topic.slice(slash + 1);
  if (!SUFFIX.test(suffix)) return PREFIXED.test(topic) ? 0.3 : 0;
  if (topic.split('/').some((level) => PREFIXES.has(level))) return 0.95;
  // FullTopic and the three prefixes are the user's to change; the last level is not.
  return OWN_SUFFIX.test(suffix) ? 0.6 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const levels = message.topic.split('/');
  const suffix = levels.at(-1) ?? '';
  if (levels.includes('cmnd') || !OWN_SUFFIX.test(suffix)) return [];
  const device = deviceOf(levels);
  if (suffix === 'LWT') return decodeWill(device, message.payload);

  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, device, read.reason)];
  const lines: Decoded[] = [];
  for (const body of bodies(read.value)) {
    const at =
      typeof body['Time'] === 'string' ? instantOf(body['Time'], context.zoneOf(device), message.receivedAt) : null;
    decodeBody(speaker(FAMILY, device, at, false, lines), body);
  }
  return lines;
}

/** The topic without its prefix and its last level; both may stand anywhere in a custom FullTopic. */
function deviceOf(levels: readonly string[]): string {
  const own = levels.slice(0, -1);
  const prefix = own.findIndex((level) => PREFIXES.has(level));
  return own.filter((_, index) => index !== prefix).join('/');
}

const WILL_WORDS = new Map([
  ['online', true],
  ['offline', false],
]);

function decodeWill(device: string, payload: Uint8Array): Decoded[] {
  const text = readText(payload);
  if (!text.ok) return [rejected(FAMILY, device, text.reason)];
  const online = WILL_WORDS.get(text.value.toLowerCase());
  if (online === undefined)
    return [rejected(FAMILY, device, `"${text.value.slice(0, 60)}" is neither Online nor Offline`)];
  const from = speaker(FAMILY, device, null);
  addAvailability(from, online);
  return from.lines;
}

/** An answer to `Status` wraps what telemetry sends bare. */
function bodies(object: JsonObject): JsonObject[] {
  const wrapped = [objectOf(object['StatusSNS']), objectOf(object['StatusSTS'])].filter((body) => body !== undefined);
  return wrapped.length > 0 ? wrapped : [object];
}

/** Not measurements of a place: the chip, the meter's own raw telegram, settings. */
const IGNORED = new Set(['ENERGY', 'ANALOG', 'ESP32', 'TIC', 'Wifi', 'Heap', 'Berry']);

function decodeBody(from: Speaker, body: JsonObject): void {
  const fahrenheit = body['TempUnit'] === 'F';
  const used = new Map<string, number>();
  for (const [name, value] of Object.entries(body)) {
    const inner = objectOf(value);
    if (!inner) continue;
    if (name === 'ENERGY') decodeEnergy(from, inner);
    else if (name === 'ANALOG') decodeAnalog(from, inner, fahrenheit);
    else if (name === 'Wifi') addNumber(from, 'rssi_dbm', inner['Signal']);
    else if (!IGNORED.has(name)) decodeSensor(from, name, inner, fahrenheit, used);
  }
}

/** Tasmota's name, our metric. Energies are kWh and kvarh; `Period` (Wh), `Today` and `Yesterday` are no meter registers. */
const ENERGY: readonly (readonly [key: string, metric: string])[] = [
  ['Total', 'energy_import_kwh'],
  ['ExportActive', 'energy_export_kwh'],
  ['Power', 'active_power_w'],
  ['ApparentPower', 'apparent_power_va'],
  ['ReactivePower', 'reactive_power_var'],
  ['Factor', 'power_factor'],
  ['Frequency', 'frequency_hz'],
  ['Voltage', 'voltage_v'],
  ['Current', 'current_a'],
  ['ImportReactive', 'reactive_energy_kvarh'],
];

function decodeEnergy(from: Speaker, energy: JsonObject): void {
  for (const [key, metric] of ENERGY) {
    const value = energy[key];
    if (value === undefined) continue;
    if (Array.isArray(value)) addList(from, metric, value);
    else if (typeof value === 'object' && value !== null) addPhases(from, metric, value as JsonObject);
    else addNumber(from, metric, value);
  }
}

const PHASES = ['a', 'b', 'c'] as const;

/** Three values are the phases of one meter; any other number of them are channels. */
function addList(from: Speaker, metric: string, values: readonly unknown[]): void {
  values.forEach((value, index) => {
    const part = values.length === 1 ? null : values.length === 3 ? (PHASES[index] ?? null) : `ch${index + 1}`;
    addNumber(from, metric, value, part);
  });
}

function addPhases(from: Speaker, metric: string, values: JsonObject): void {
  for (const [key, value] of Object.entries(values)) {
    const found = /^(phase|l|ch|channel|)_?(\d{1,2}|[abc])$/i.exec(key);
    const name = found?.[2]?.toLowerCase();
    if (name === undefined) continue;
    const phase = /^[abc]$/.test(name) ? name : PHASES[Number(name) - 1];
    addNumber(from, metric, value, found?.[1]?.toLowerCase().startsWith('ch') || !phase ? `ch${name}` : phase);
  }
}

function decodeAnalog(from: Speaker, analog: JsonObject, fahrenheit: boolean): void {
  for (const [name, value] of Object.entries(analog)) {
    const found = /^(CTEnergy|Temperature)(\d*)$/.exec(name);
    if (!found) continue;
    const part = found[2] ? `ch${found[2]}` : null;
    const clamp = objectOf(value);
    if (found[1] === 'Temperature') addTemperature(from, 'temperature_c', value, part, fahrenheit);
    else if (clamp) decodeClamp(from, clamp, part);
  }
}

function decodeClamp(from: Speaker, clamp: JsonObject, part: string | null): void {
  addNumber(from, 'energy_import_kwh', clamp['Energy'], part);
  addNumber(from, 'active_power_w', clamp['Power'], part);
  addNumber(from, 'voltage_v', clamp['Voltage'], part);
  addNumber(from, 'current_a', clamp['Current'], part);
}

/** Millimetres where the driver says so, else centimetres. */
const DISTANCE_DIVISOR = [
  [/^VL53/, 1000],
  [/^(?:SR04|HC-?SR04|DYP|ME007|TOF10120|JSN)/, 100],
] as const;

function decodeSensor(
  from: Speaker,
  name: string,
  sensor: JsonObject,
  fahrenheit: boolean,
  used: Map<string, number>,
): void {
  const part = partOf(name, sensor, used);
  addTemperature(from, 'temperature_c', sensor['Temperature'], part, fahrenheit);
  addNumber(from, 'humidity_pct', sensor['Humidity'], part);
  addTemperature(from, 'dew_point_c', sensor['DewPoint'], part, fahrenheit);
  const divisor = DISTANCE_DIVISOR.find(([driver]) => driver.test(name))?.[1];
  if (divisor !== undefined) addNumber(from, 'distance_m', sensor['Distance'], part, divisor);
}

/** `DS18B20-2` is channel 2; of unnumbered sensors that measure the same, the second and later are channels too. */
function partOf(name: string, sensor: JsonObject, used: Map<string, number>): string | null {
  const numbered = /-(\d{1,2})$/.exec(name);
  if (numbered) return `ch${Number(numbered[1])}`;
  if (sensor['Temperature'] === undefined && sensor['Humidity'] === undefined) return null;
  const before = used.get('sensor') ?? 0;
  used.set('sensor', before + 1);
  return before === 0 ? null : `ch${before + 1}`;
}

function addTemperature(from: Speaker, metric: string, raw: unknown, part: string | null, fahrenheit: boolean): void {
  const value = fahrenheit ? numberOf(raw) : undefined;
  addNumber(from, metric, typeof value === 'number' ? Math.round(((value - 32) / 1.8) * 1e6) / 1e6 : raw, part);
}
