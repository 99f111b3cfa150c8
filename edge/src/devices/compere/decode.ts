import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { compileTimePattern, instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addNumber, numberOf, rejected, speaker, type Speaker } from '../lines.ts';

const FAMILY = 'compere';
const BRACE = 0x7b;
const TOPIC = /(?:^|\/)MQTT_(RT_DATA|ENY_NOW|DAY_DATA|ENY_FRZ|[A-Z_]+)(?:_[0-9A-Z]{8})?$/;

/** Compere meters (KPM37, KPM31, KPM312, KPM33B, DDS666): one topic for all, the meter's id in the payload. */
export const compere: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3_600,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  const kind = TOPIC.exec(topic)?.[1];
  if (kind === 'RT_DATA' || kind === 'ENY_NOW' || kind === 'DAY_DATA' || kind === 'ENY_FRZ') return 0.95;
  if (/(?:^|\/)MQTT_(?:TELE|SYS_|SYS__|SETTIME|METER_|COMMOD_|RECALL|RECONFIG)/.test(topic)) return 0.9;
  if (payload[0] !== BRACE) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  const own = body && (body['zygsz'] !== undefined || body['zyggl'] !== undefined) && body['isend'] !== undefined;
  return own ? 0.7 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const kind = TOPIC.exec(message.topic)?.[1];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  // Answers to commands, and inputs whose meaning is the site's wiring.
  if (kind !== undefined && !/^(?:RT_DATA|ENY_NOW|DAY_DATA|ENY_FRZ)$/.test(kind)) return [];
  const device = deviceOf(body);
  if (device === null) return [rejected(FAMILY, null, 'the payload has no meter id')];
  const at = timeOf(body['time'], context.zoneOf(device), message.receivedAt);
  const frozen = kind === 'DAY_DATA' || kind === 'ENY_FRZ';
  const from = speaker(FAMILY, device, at, frozen);
  for (const [key, value] of Object.entries(body)) addTag(from, kind === 'DAY_DATA' ? registerOf(key) : key, value);
  return from.lines;
}

function deviceOf(body: JsonObject): string | null {
  const { id } = body;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  return typeof id === 'string' && id !== '' ? id : null;
}

const COMPACT = [
  compileTimePattern('yyyyMMddHHmmss'),
  compileTimePattern('yyyyMMddHHmm'),
  compileTimePattern('yyyyMMdd'),
];

/** Local time without a zone, written without separators; its length tells how much of it is there. */
function timeOf(raw: unknown, zone: string | undefined, near: Millis | null): Millis | null {
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text !== 'string') return null;
  if (!/^\d+$/.test(text)) return instantOf(text, zone, near);
  const pattern = { 14: 0, 12: 1, 8: 2 }[text.length];
  return (pattern === undefined ? null : COMPACT[pattern]?.(text, zone, near)) ?? null;
}

interface Tag {
  readonly metric: string;
  readonly part: string | null;
  readonly multiply: number;
}

const PHASES = ['a', 'b', 'c'] as const;
/** Quantities by phase: prefix, metric, and what turns it into the metric's unit (powers are kW, kvar, kVA). */
const BY_PHASE: readonly (readonly [prefix: string, metric: string, multiply: number])[] = [
  ['u', 'voltage_v', 1],
  ['i', 'current_a', 1],
  ['p', 'active_power_w', 1000],
  ['q', 'reactive_power_var', 1000],
  ['s', 'apparent_power_va', 1000],
  ['pf', 'power_factor', 1],
  // Probes at the conductors.
  ['t', 'temperature_c', 1],
];

/** Tariff registers by the initial of their Chinese name: jiān, fēng, píng, gǔ (as v, because g means total). */
const TARIFFS = [
  ['j', 'sharp'],
  ['f', 'peak'],
  ['p', 'flat'],
  ['v', 'valley'],
] as const;

/** Tags are initials of the Chinese names: z import, f export; yg active, wg reactive, sz total register. */
const TAGS: ReadonlyMap<string, Tag> = new Map([
  ...BY_PHASE.flatMap(([prefix, metric, multiply]) =>
    PHASES.map((part) => [prefix + part, { metric, part, multiply }] as const),
  ),
  ...(['ab', 'bc', 'ca'] as const).map((part) => [`u${part}`, { metric: 'voltage_v', part, multiply: 1 }] as const),
  ['tn', { metric: 'temperature_c', part: 'n', multiply: 1 }],
  ['zyggl', { metric: 'active_power_w', part: 'total', multiply: 1000 }],
  ['zwggl', { metric: 'reactive_power_var', part: 'total', multiply: 1000 }],
  ['zszgl', { metric: 'apparent_power_va', part: 'total', multiply: 1000 }],
  ['zglys', { metric: 'power_factor', part: 'total', multiply: 1 }],
  ['f', { metric: 'frequency_hz', part: null, multiply: 1 }],
  ['pdm', { metric: 'demand_kw', part: null, multiply: 1 }],
  ['zygsz', { metric: 'energy_import_kwh', part: null, multiply: 1 }],
  ['fygsz', { metric: 'energy_export_kwh', part: null, multiply: 1 }],
  ['zwgsz', { metric: 'reactive_energy_kvarh', part: null, multiply: 1 }],
  ...TARIFFS.flatMap(([initial, part]) => [
    [`zy${initial}sz`, { metric: 'energy_import_kwh', part, multiply: 1 }] as const,
    [`fy${initial}sz`, { metric: 'energy_export_kwh', part, multiply: 1 }] as const,
  ]),
]);

/** The day's message calls the total registers at midnight `zygdd`; their tariffs add up to them. */
const OF_DAY: ReadonlyMap<string, string> = new Map([
  ['zygdd', 'zygsz'],
  ['fygdd', 'fygsz'],
  ['zwgdd', 'zwgsz'],
]);

function registerOf(key: string): string {
  return OF_DAY.get(key.toLowerCase()) ?? key;
}

function addTag(from: Speaker, key: string, raw: unknown): void {
  const tag = TAGS.get(key) ?? TAGS.get(key.toLowerCase());
  if (!tag || (from.historical && !tag.metric.includes('energy'))) return;
  const value = tag.multiply === 1 ? undefined : numberOf(raw);
  // Multiplying a decimal number leaves noise in its last digits.
  const scaled = typeof value === 'number' ? Number((value * tag.multiply).toPrecision(15)) : raw;
  addNumber(from, tag.metric, scaled, tag.part);
}
