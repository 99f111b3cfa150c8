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
const METER_NAME =
  /^(?:ch (?<channel>\d{1,2}) )?(?<total>total )?(?<what>[apr][pn] energy|pf|[ui]rms|frequency|[pqsui])(?: ?(?<phase>l[123](?: l[123])?)| (?<clamp>\d{1,2})|(?<digit>[123]))?$/;
/** Of the vendor's climate sensors; always degrees Celsius and per cent. */
const CLIMATE: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature_c'],
  ['humidity', 'humidity_pct'],
  ['dew point', 'dew_point_c'],
]);
/** The module itself, not the place; and the same value once more. */
const NOT_THE_PLACE = new Set(['mcu', 'internal', 'board', 'cpu', 'res']);
const OF_THE_MODULE = new Set(['input', 'supply', 'output']);
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
  const name = words.join(' ');
  return meterValue(name, unit) ?? climate(name, words, unit) ?? byWords(control, words, unit);
}

function leakInput(name: string): Point | undefined {
  const probe = PROBE.exec(name)?.[1];
  if (probe === undefined && !LEAK_STATE.test(name)) return undefined;
  return { metric: 'leak', part: probe === undefined ? null : `ch${Number(probe)}`, unit: null };
}

function meterValue(name: string, unit: string | null): Point | undefined {
  const found = METER_NAME.exec(name)?.groups;
  const metric = METER.get(found?.['what'] ?? '');
  if (!found || metric === undefined) return undefined;
  const { channel, total, phase, clamp, digit, what } = found;
  const isBare = phase === undefined && total === undefined && clamp === undefined && channel === undefined;
  // Inputs of other modules are called S1 or P2 as well: there a unit must tell that it is a meter.
  if (isBare && what?.length === 1 && (unit === null || quantityOf(unit) === undefined)) return undefined;
  const own = phase === undefined ? phaseOf(`l${digit ?? ''}`) : phaseOf(phase);
  const line = own ?? (clamp === undefined ? null : `ch${Number(clamp)}`);
  if (channel === undefined) return { metric, part: line ?? (total === undefined ? null : 'total'), unit };
  return { metric, part: `ch${Number(channel)}${line === null ? '' : `-${line}`}`, unit };
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
function byWords(control: string, words: readonly string[], unit: string | null): Point | undefined {
  if (words.some((word) => NOT_THE_PLACE.has(word))) return undefined;
  const isContact = words.at(-1) === 'contact';
  const metric = isContact ? 'door' : unit === null ? metricByName(words) : metricByUnit(words, unit);
  if (metric === undefined) return undefined;
  const isElectrical = /_(?:w|var|va|v|a|kwh|kvarh|hz)$/.test(metric);
  if (isElectrical && (!words.some((word) => SPOKEN.has(word)) || words.some((word) => OF_THE_MODULE.has(word)))) {
    return undefined;
  }
  return { metric, part: isElectrical ? partOf(words, metric) : restOf(control, words, metric), unit };
}

/** Words that name what is measured and not where. */
const PLAIN = new Set(
  (
    's sensor sensors state status alarm value input water leak leakage leaking protechka протечка flood moisture temperature temp humidity ' +
    'rel dew point door window contact open battery level percent rssi linkquality link quality occupancy presence motion ' +
    'volume consumption flow total counter distance depth online connected'
  ).split(' '),
);

/** What is left of a name tells the place: several probes of one device must not be taken for one. */
function restOf(control: string, words: readonly string[], metric: string): string | null {
  const rest = words.filter((word) => !PLAIN.has(word));
  if (rest.length === 0) return null;
  const [only] = rest;
  if (rest.length === 1 && only !== undefined && /^\d{1,3}$/.test(only)) return `ch${Number(only)}`;
  const isSerial = metricKind(metric)?.type === 'number' && /^[\da-f]{2}-[\da-f]{6,}$/i.test(control);
  return (isSerial ? control : rest.join('_')).slice(0, 40);
}
