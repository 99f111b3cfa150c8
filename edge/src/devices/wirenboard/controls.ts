import { metricKind } from '@keepsite/edge-contract';
import { metricByName, metricByUnit, partOf, wordsOf } from '../names.ts';
import type { Point } from '../points.ts';
import { withRecent } from '../recent.ts';
import { quantityOf } from '../units.ts';

/** The units of the convention's control types; `value` names its own in `units`. */
export const TYPE_UNITS: ReadonlyMap<string, string> = new Map([
  ['temperature', '°C'],
  ['rel_humidity', '%,RH'],
  ['power', 'W'],
  ['power_consumption', 'kWh'],
  ['voltage', 'V'],
  ['current', 'A'],
  ['water_flow', 'm^3/h'],
  ['water_consumption', 'm^3'],
]);

/** What the vendor's meters call their values, and the units in which they send them. */
const METER: ReadonlyMap<string, string> = new Map([
  ['p', 'active_power_w'],
  ['q', 'reactive_power_var'],
  ['s', 'apparent_power_va'],
  ['pf', 'power_factor'],
  ['u', 'voltage_v'],
  ['urms', 'voltage_v'],
  ['i', 'current_a'],
  ['irms', 'current_a'],
  ['ap energy', 'energy_import_kwh'],
  ['an energy', 'energy_export_kwh'],
  ['rp energy', 'reactive_energy_kvarh'],
  ['frequency', 'frequency_hz'],
]);
/** With registers of the other quadrants, which no canonical metric has room for. */
const METER_NAME =
  /^(?:ch (?<channel>\d{1,2}) )?(?<total>total )?(?<what>(?:[aprn][pn]|s) energy|pf|[ui]rms|frequency|[pqsui])(?: ?(?<phase>l[123](?: l[123])?)| (?<clamp>\d{1,2})|(?<digit>[123]))?$/;
/** The convention has one type each for powers and energies: what it calls W may be var or VA. */
const OWN_UNITS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'reactive_power_var',
    new Map([
      ['W', 'var'],
      ['kW', 'kvar'],
    ]),
  ],
  [
    'apparent_power_va',
    new Map([
      ['W', 'VA'],
      ['kW', 'kVA'],
    ]),
  ],
  ['reactive_energy_kvarh', new Map([['kWh', 'kvarh']])],
]);
/** Of the vendor's climate sensors; always degrees Celsius and per cent. */
const CLIMATE: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature_c'],
  ['humidity', 'humidity_pct'],
  ['dew point', 'dew_point_c'],
]);
/** The module itself, not the place; and the same value once more. */
const NOT_THE_PLACE = new Set(['mcu', 'internal', 'board', 'cpu', 'res']);
const OF_THE_MODULE = new Set(['input', 'supply', 'output']);
/** What flows out; only of active energy it is a register of ours. */
const OUTWARDS = new Set(['out', 'export', 'exported']);
/** Of a motion sensor: its strength, not whether there is any. */
const STRENGTH = new Set(['current', 'raw', 'max']);
const SPOKEN = new Set(['power', 'voltage', 'current', 'energy', 'consumption', 'frequency']);
/** The leak controller: its inputs F hold the probes, and it shuts the valves when one is wet. */
const LEAK_CONTROLLER = /mwac/i;
const PROBE = /^(?:input )?f(\d{1,2})$/;
const LEAK_STATE = /^(?:leak|leakage|leakage mode|alarm)$/;

/** What a control measures; undefined when it is none of the canonical metrics. `unit` as the control's meta tells. */
export function pointOf(device: string, control: string, unit: string | null): Point | undefined {
  return (LEAK_CONTROLLER.test(device) && unit === null ? ofLeakController : ofModule)(`${unit ?? ''}\n${control}`);
}

const ofLeakController = withRecent((text) => leakInput(wordsOf(text).join(' ')));
const ofModule = withRecent((text) => {
  const line = text.indexOf('\n');
  return readControl(text.slice(line + 1), line === 0 ? null : text.slice(0, line));
});

function readControl(control: string, unit: string | null): Point | undefined {
  const words = wordsOf(control);
  // Energomera's `A energy` is the active one, of no phase.
  if (words[0] === 'a' && words[1] === 'energy') words[0] = 'active';
  const name = words.join(' ');
  const metered = meterValue(name, unit);
  if (metered === null) return undefined;
  return metered ?? climate(name, words, unit) ?? byWords(control, words, unit);
}

function leakInput(name: string): Point | undefined {
  const probe = PROBE.exec(name)?.[1];
  if (probe === undefined && !LEAK_STATE.test(name)) return undefined;
  return { metric: 'leak', part: probe === undefined ? null : `ch${Number(probe)}`, unit: null };
}

/** Null: a meter's value that is none of ours. */
function meterValue(name: string, type: string | null): Point | null | undefined {
  const found = METER_NAME.exec(name)?.groups;
  if (!found) return undefined;
  const metric = METER.get(found['what'] ?? '');
  if (metric === undefined) return null;
  const unit = ownUnit(metric, type);
  const { channel, total, phase, clamp, digit, what } = found;
  const isBare = phase === undefined && total === undefined && clamp === undefined && channel === undefined;
  // Inputs of other modules are called S1 or P2 as well: there a unit must tell that it is a meter.
  if (isBare && what?.length === 1 && (unit === null || quantityOf(unit) === undefined)) return undefined;
  const own = phase === undefined ? phaseOf(`l${digit ?? ''}`) : phaseOf(phase);
  const line = own ?? (clamp === undefined ? null : `ch${Number(clamp)}`);
  if (channel === undefined) return { metric, part: line ?? (total === undefined ? null : 'total'), unit };
  return { metric, part: `ch${Number(channel)}${line === null ? '' : `-${line}`}`, unit };
}

function ownUnit(metric: string, unit: string | null): string | null {
  return OWN_UNITS.get(metric)?.get(unit ?? '') ?? unit;
}

const PHASES: ReadonlyMap<string, string> = new Map([
  ['l1', 'a'],
  ['l2', 'b'],
  ['l3', 'c'],
  ['l1 l2', 'ab'],
  ['l2 l3', 'bc'],
  ['l3 l1', 'ca'],
  ['l1 l3', 'ca'],
]);

function phaseOf(text: string): string | null {
  return PHASES.get(text) ?? null;
}

function climate(name: string, words: readonly string[], unit: string | null): Point | undefined {
  const metric = CLIMATE.get(name);
  if (metric !== undefined) return { metric, part: null, unit };
  const external = words[0] === 'external' && words[1] === 'sensor' && words.length === 3 ? words[2] : undefined;
  return external === undefined ? undefined : { metric: 'temperature_c', part: `ch${external}`.slice(0, 40), unit };
}

/** Controls that installers named: by words and unit. */
function byWords(control: string, words: readonly string[], type: string | null): Point | undefined {
  if (words.some((word) => NOT_THE_PLACE.has(word))) return undefined;
  const unit = unitByWords(words, type);
  const isContact = words.at(-1) === 'contact';
  const metric = isContact ? 'door' : unit === null ? metricByName(words) : metricByUnit(words, unit);
  if (metric === undefined || contradicted(metric, words)) return undefined;
  const isElectrical = ELECTRICAL.test(metric);
  if (isElectrical && (!words.some((word) => SPOKEN.has(word)) || words.some((word) => OF_THE_MODULE.has(word)))) {
    return undefined;
  }
  const part = isElectrical || metric === 'power_factor' ? partOf(words, metric) : restOf(control, words, metric);
  return { metric, part, unit };
}

const ELECTRICAL = /_(?:w|var|va|v|a|kwh|kvarh|hz)$/;

function unitByWords(words: readonly string[], unit: string | null): string | null {
  if (words.includes('reactive')) return ownUnit('reactive_power_var', ownUnit('reactive_energy_kvarh', unit));
  return words.includes('apparent') ? ownUnit('apparent_power_va', unit) : unit;
}

/** A word beside it says that the name means something else. */
function contradicted(metric: string, words: readonly string[]): boolean {
  if (metric === 'occupied') return words.some((word) => STRENGTH.has(word));
  return /_(?:w|var|va|kvarh)$/.test(metric) && words.some((word) => OUTWARDS.has(word));
}

/** Words that name what is measured and not where. */
const PLAIN = new Set(
  (
    's sensor sensors state status alarm value input water leak leakage leaking protechka протечка flood moisture temperature temp humidity ' +
    'rel dew point door window contact open battery level percent rssi linkquality link quality occupancy presence motion ' +
    'volume consumption flow total counter distance depth online connected on'
  ).split(' '),
);

/** What is left of a name tells the place: several probes of one device must not be taken for one. */
function restOf(control: string, words: readonly string[], metric: string): string | null {
  const kind = metricKind(metric)?.type;
  // A number's name ends with its unit, and `zone c` is a place.
  const saysIt = kind === 'boolean' ? metric.split('_') : [];
  const rest = words.filter((word) => !PLAIN.has(word) && !saysIt.includes(word));
  if (rest.length === 0) return null;
  const [only] = rest;
  if (rest.length === 1 && only !== undefined && /^\d{1,3}$/.test(only)) return `ch${Number(only)}`;
  const isSerial = kind === 'number' && /^[\da-f]{2}-[\da-f]{6,}$/i.test(control);
  return (isSerial ? control : rest.join('_')).slice(0, 40);
}
