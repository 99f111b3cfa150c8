import {
  addBoolean,
  addNumber,
  addRejected,
  addStateFault,
  addValue,
  BOOLEAN_WORDS,
  booleanOf,
  celsius as toCelsius,
  numberOf,
  type Speaker,
} from '../lines.ts';

type Name = (from: Speaker, value: unknown, part: string | null) => void;

const number =
  (metric: string, divisor = 1): Name =>
  (from, value, part) =>
    addNumber(from, metric, value, part, divisor);

const LEAK_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...BOOLEAN_WORDS,
  ['leak', true],
  ['leaking', true],
  ['leak detected', true],
  ['wet', true],
  ['no leak', false],
  ['normal', false],
  ['dry', false],
]);
const DOOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['open', 'open'],
  ['opened', 'open'],
  ['closed', 'closed'],
  ['close', 'closed'],
]);

const celsius = number('temperature_c');
const humidity = number('humidity_pct');
const volts = number('battery_v');
const millivolts = number('battery_v', 1000);
const percent = number('battery_pct');
const leak: Name = (from, value) => addBoolean(from, 'leak', value, LEAK_WORDS);
const occupied: Name = (from, value) => addBoolean(from, 'occupied', value);

/**
 * Names whose metric and unit no codec library disputes, in small letters without separators. What
 * is left out is in doubt: `battery` is percent, volts or millivolts, `power` watts or kilowatts.
 */
const NAMES: ReadonlyMap<string, Name> = new Map<string, Name>([
  ...rows(
    celsius,
    'temperature temperaturec temperaturecelsius temperaturedegc tempc tempcelsius airtemperature airtemperaturec ambienttemperature ambienttemperaturec temperaturesensor',
  ),
  ...rows(addFahrenheit, 'temperaturef temperaturefahrenheit tempf'),
  ...rows(number('dew_point_c'), 'dewpoint dewpointc'),
  ...rows(
    humidity,
    'humidity relativehumidity relhumidity airhumidity relativehumiditypct airhumiditypct humiditypct humiditypercent humiditypercentage humidityrh rh humiditysensor',
  ),
  ...rows(volts, 'batteryv batteryvolts batteryvoltagev batv vbat vbatv'),
  ...rows(millivolts, 'batterymv batteryvoltagemv batmv vbatmv'),
  ...rows(addBatteryVoltage, 'batteryvoltage batvoltage voltagebattery'),
  ...rows(
    percent,
    'batterypct batterypercent batterypercentage batterylevelpct batterylevelpercent batterylevelpercentage',
  ),
  ...rows(
    leak,
    'leak leakage leakdetected leakstatus leakagestatus leakagedetected waterleak waterleakage waterleakdetected waterleakstatus waterdetected flood flooddetected',
  ),
  ...rows(number('water_level_m'), 'waterlevelm'),
  ...rows(number('water_level_m', 100), 'waterlevelcm waterdepthcm'),
  ...rows(number('water_level_m', 1000), 'waterlevelmm waterdepthmm'),
  ...rows(number('distance_m'), 'distancem'),
  ...rows(number('distance_m', 100), 'distancecm'),
  ...rows(number('distance_m', 1000), 'distancemm'),
  ...rows(number('active_power_w'), 'powerw activepowerw'),
  ...rows(number('active_power_w', 1 / 1000), 'powerkw activepowerkw'),
  ...rows(number('energy_import_kwh'), 'energykwh activeenergykwh totalenergykwh energytotalkwh importedenergykwh'),
  ...rows(number('energy_import_kwh', 1000), 'energywh activeenergywh totalenergywh'),
  ...rows(number('voltage_v'), 'voltagev'),
  ...rows(number('current_a'), 'currenta'),
  ...rows(number('current_a', 1000), 'currentma'),
  ...rows(number('frequency_hz'), 'frequencyhz'),
  ...rows(occupied, 'occupied occupancy presence presencesensor'),
  ...rows(addDoor, 'door doorstate doorstatus'),
  ...rows((from, value) => addOpen(from, value), 'dooropen isdooropen'),
  ...rows((from, value) => addStateFault(from, 'tamper', value, 'tamper'), 'tamper tampered tamperdetected'),
]);

/** Cayenne LPP names its channels by number: `temperature_3`; only these types have a unit and a meaning. */
const NUMBERED = /^(temperature|relative_humidity|humidity|presence)_(\d{1,3})$/;

/** What a name means, and of which channel; undefined for a name in doubt. */
export interface Meaning {
  readonly add: Name;
  readonly part: string | null;
}

const remembered = new Map<string, Meaning | null>();
const REMEMBERED = 2_048;

export function meaningOf(name: string): Meaning | undefined {
  let meaning = remembered.get(name);
  if (meaning === undefined) {
    if (remembered.size >= REMEMBERED) remembered.clear();
    meaning = findMeaning(name) ?? null;
    remembered.set(name, meaning);
  }
  return meaning ?? undefined;
}

const UNITS: ReadonlyMap<string, string> = new Map([
  ['°C', 'c'],
  ['℃', 'c'],
  ['C', 'c'],
  ['°F', 'f'],
  ['F', 'f'],
  ['%', 'pct'],
  ['% RH', 'pct'],
  ['%RH', 'pct'],
]);
const SAME_UNITS = new Set(['V', 'mV', 'mm', 'cm', 'm', 'W', 'kW', 'kWh', 'Wh', 'A', 'mA', 'Hz']);

/** What a name means beside its unit: as if the unit stood in the name. */
export function meaningWithUnit(name: string, unit: string): Meaning | undefined {
  const suffix = UNITS.get(unit) ?? (SAME_UNITS.has(unit) ? unit : undefined);
  return suffix === undefined ? undefined : meaningOf(`${name}_${suffix}`);
}

function findMeaning(name: string): Meaning | undefined {
  const [, base, channel] = NUMBERED.exec(name) ?? [];
  const add = NAMES.get((base ?? name).toLowerCase().replace(/[_\-\s]/g, ''));
  return add && { add, part: channel === undefined ? null : `ch${Number(channel)}` };
}

function rows(name: Name, names: string): [string, Name][] {
  return names.split(' ').map((word) => [word, name]);
}

function addFahrenheit(from: Speaker, raw: unknown, part: string | null): void {
  const value = numberOf(raw);
  addNumber(from, 'temperature_c', typeof value === 'number' ? toCelsius(value) : raw, part);
}

/** No cell has 1000 V, and no sensor's battery less than 0.1 V: the size tells the unit. */
function addBatteryVoltage(from: Speaker, raw: unknown, part: string | null): void {
  const value = numberOf(raw);
  if (typeof value === 'number' && value > 60 && value < 1000)
    addRejected(from, `battery_v: ${value} is neither volts nor millivolts`);
  else (typeof value === 'number' && value >= 1000 ? millivolts : volts)(from, raw, part);
}

function addDoor(from: Speaker, raw: unknown): void {
  const word = typeof raw === 'string' ? DOOR_WORDS.get(raw.trim().toLowerCase()) : undefined;
  if (word !== undefined) addValue(from, 'door', word);
  else if (raw === null) addValue(from, 'door', null, null, 'unknown');
  else addRejected(from, 'door: only open and closed leave no doubt');
}

function addOpen(from: Speaker, raw: unknown): void {
  const open = booleanOf(raw);
  if (open === null) addValue(from, 'door', null, null, 'unknown');
  else if (open === undefined) addRejected(from, 'door: not a yes or no');
  else addValue(from, 'door', open ? 'open' : 'closed');
}
