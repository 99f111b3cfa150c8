import type { Decoded, Message } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { readText } from '../json.ts';
import { addAvailability, addFailed, addNumber, booleanOf, ONLINE_WORDS, rejected, speaker } from '../lines.ts';

const FAMILY = 'mbmd';
/** `<type><bus>-<unit>`, or with a sub-device: mbmd names its meters so. */
const DEVICE = /^[a-z][a-z0-9]*\d+-\d+(?:-\d+)?$/;
const SPLIT = /^[LTS]\d$/;

/** Volkszähler's mbmd: one reading a topic, `mbmd/<meter>/<Measurement>[/<L1…>]`. */
export const mbmd: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 60,
  recognises,
  decode,
};

function recognises(topic: string): number {
  if (/^\/?mbmd\//.test(topic)) return 0.95;
  if (topic.endsWith('/mbmd/status')) return 0.9;
  const address = addressOf(topic);
  return address !== null && DEVICE.test(address.device) && isKnown(address.name) ? 0.8 : 0;
}

interface Address {
  readonly device: string;
  readonly name: string;
  /** `L1`, `T2` (tariff), `S1` (string of modules). */
  readonly split: string | null;
}

/** The root topic is the user's to choose, so the topic is read from its end. */
function addressOf(topic: string): Address | null {
  const levels = topic.split('/').filter((level) => level !== '');
  const last = levels.at(-1) ?? '';
  const split = SPLIT.test(last) ? last : null;
  const [device, name] = split === null ? levels.slice(-2) : levels.slice(-3);
  if (device === undefined || name === undefined || levels.length < (split === null ? 3 : 4)) return null;
  return { device, name, split };
}

function decode(message: Message): Decoded[] {
  const { topic } = message;
  if (/^\/?[^/]+(?:\/[^/]+)*\/status$/.test(topic)) return decodeStatus(message, topic.replace(/^\/|\/status$/g, ''));
  const address = addressOf(topic);
  if (address === null) return [];
  const { device, name, split } = address;
  const text = readText(message.payload);
  if (!text.ok) return [rejected(FAMILY, device, text.reason)];
  const from = speaker(FAMILY, device, null);
  const [metric, part] = pointOf(name, split);
  // Go prints what a meter could not tell as NaN.
  if (/^[+-]?(?:nan|inf)$/i.test(text.value)) addFailed(from, metric, part);
  else addNumber(from, metric, text.value, part);
  return from.lines;
}

/** `connected`, or the last will `disconnected`, of mbmd itself. */
function decodeStatus(message: Message, device: string): Decoded[] {
  const text = readText(message.payload);
  const online = text.ok ? booleanOf(text.value, ONLINE_WORDS) : undefined;
  if (typeof online !== 'boolean')
    return [rejected(FAMILY, device, 'the status is neither connected nor disconnected')];
  const from = speaker(FAMILY, device, null);
  addAvailability(from, online);
  return from.lines;
}

/** mbmd's measurements that are canonical; units as in its table: W, var, VA, V, A, Hz, kWh, kvarh. */
const METRICS: ReadonlyMap<string, string> = new Map([
  ['Power', 'active_power_w'],
  ['ReactivePower', 'reactive_power_var'],
  ['ApparentPower', 'apparent_power_va'],
  ['Cosphi', 'power_factor'],
  ['Voltage', 'voltage_v'],
  ['Current', 'current_a'],
  ['Frequency', 'frequency_hz'],
  ['Import', 'energy_import_kwh'],
  ['Export', 'energy_export_kwh'],
  ['ReactiveImport', 'reactive_energy_kvarh'],
]);

/** Other measurements, which keep their names; listed so that they are recognised under any root topic. */
const OTHERS = new Set([
  'ImportPower',
  'ExportPower',
  'THD',
  'Sum',
  'ReactiveSum',
  'ReactiveExport',
  'DCCurrent',
  'DCVoltage',
  'DCPower',
  'DCEnergy',
  'HeatSinkTemp',
  'ChargeState',
  'BatteryVoltage',
  'PhaseAngle',
  'ThreePhase_Vec_A',
  'VoltageL_N_avg',
  'VoltageL_L_avg',
]);

function isKnown(name: string): boolean {
  return METRICS.has(name) || OTHERS.has(name) || LINES.has(name);
}

const PHASES: ReadonlyMap<string, string> = new Map([
  ['L1', 'a'],
  ['L2', 'b'],
  ['L3', 'c'],
]);
/** `VoltageL1_L2` is cut before its last `L2` too, so the first conductor stays with the name. */
const LINES: ReadonlyMap<string, string> = new Map([
  ['VoltageL1_', 'ab'],
  ['VoltageL2_', 'bc'],
  ['VoltageL3_', 'ca'],
]);

/** Tariffs 1 and 2 are no canonical registers and keep their names; a string of modules is a channel. */
function pointOf(name: string, split: string | null): readonly [metric: string, part: string | null] {
  const line = LINES.get(name);
  if (line !== undefined) return ['voltage_v', line];
  const metric = METRICS.get(name) ?? name;
  if (split === null) return [metric, null];
  if (split.startsWith('T')) return [`${name}${split}`, null];
  if (split.startsWith('S')) return [metric, `ch${split.slice(1)}`];
  return [metric, PHASES.get(split) ?? split.toLowerCase()];
}
