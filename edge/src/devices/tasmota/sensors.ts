import { objectOf, type JsonObject } from '../json.ts';
import { addNumber, addValue, celsius, numberOf, speaker, type Speaker } from '../lines.ts';

/** The clamps and thermistors on analog inputs; `A0`, `Range`, light and gas have no unit that Keepsite keeps. */
export function decodeAnalog(from: Speaker, analog: JsonObject, fahrenheit: boolean): void {
  // With one input only, a clamp's values stand bare.
  if (analog['Energy'] !== undefined || analog['Power'] !== undefined) decodeClamp(from, analog, null);
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
  [/^(?:VL53|TOF10120)/, 1000],
  [/^(?:SR04|HC-?SR04|DYP|ME007|JSN)/, 100],
] as const;

/** Direct-current meters on the I2C bus; what the others call power is a switch's. */
const CURRENT_METER = /^(?:INA\d|ISL\d)/;

/** Adds what a sensor says, by the driver that its name begins with. */
export function decodeSensor(
  from: Speaker,
  name: string,
  sensor: JsonObject,
  part: string | null,
  fahrenheit: boolean,
): void {
  addTemperature(from, 'temperature_c', sensor['Temperature'], part, fahrenheit);
  addNumber(from, 'humidity_pct', sensor['Humidity'], part);
  addTemperature(from, 'dew_point_c', sensor['DewPoint'], part, fahrenheit);
  const divisor = DISTANCE_DIVISOR.find(([driver]) => driver.test(name))?.[1];
  if (divisor !== undefined) addNumber(from, 'distance_m', sensor['Distance'], part, divisor);
  if (CURRENT_METER.test(name)) decodeCurrentMeter(from, sensor, part);
  if (sensor['Rate'] !== undefined) decodeFlow(from, sensor);
}

/** Adds what the probes of one bus say, as versions of 2017 list them: `{"DS1":{"Type":"DS18B20",…}}`. */
export function decodeProbes(from: Speaker, bus: JsonObject, fahrenheit: boolean): void {
  for (const [name, value] of Object.entries(bus)) {
    const probe = objectOf(value);
    const number = /^DS(\d{1,2})$/.exec(name)?.[1];
    if (probe && number !== undefined) decodeSensor(from, name, probe, `ch${Number(number)}`, fahrenheit);
  }
}

/** True for a Bluetooth sensor that the board only hears. */
export function isBluetooth(sensor: JsonObject): boolean {
  return typeof sensor['mac'] === 'string';
}

/** Adds what a Bluetooth sensor says, as a device of its own: one message tells of some, the next of others. */
export function decodeBluetooth(board: Speaker, name: string, sensor: JsonObject, fahrenheit: boolean): void {
  const from = speaker(board.family, `${board.device}/${name}`, board.at, board.historical, board.lines);
  decodeSensor(from, name, sensor, null, fahrenheit);
  addNumber(from, 'battery_pct', sensor['Battery']);
  addNumber(from, 'rssi_dbm', sensor['RSSI']);
}

function decodeCurrentMeter(from: Speaker, meter: JsonObject, part: string | null): void {
  const values = [
    ['voltage_v', meter['Voltage']],
    ['current_a', meter['Current']],
    ['active_power_w', meter['Power']],
  ] as const;
  for (const [metric, value] of values) {
    if (!Array.isArray(value)) addNumber(from, metric, value, part);
    else value.forEach((item, index) => addNumber(from, metric, item, `ch${index + 1}`));
  }
}

/** How much of a unit makes a cubic metre an hour. */
const FLOW_DIVISOR: ReadonlyMap<unknown, number> = new Map([
  ['l/min', 1000 / 60],
  ['m³/h', 1],
  ['m3/h', 1],
]);

/** A flow meter, by whatever name its language gives it: litres a minute or cubic metres an hour, as its owner set it. */
function decodeFlow(from: Speaker, meter: JsonObject): void {
  const divisor = FLOW_DIVISOR.get(meter['Unit']);
  if (divisor === undefined) return;
  const rates: readonly unknown[] = Array.isArray(meter['Rate']) ? meter['Rate'] : [meter['Rate']];
  rates.forEach((rate, index) => {
    addNumber(from, 'flow_m3h', rate, rates.length === 1 ? null : `ch${index + 1}`, divisor);
  });
}

/**
 * The parts of a message's sensors, by their names. `DS18B20-2` and `VL53L0X_2` are channel 2 (of
 * drivers that count from 0, the third); of unnumbered ones that measure alike, the first by name
 * has none and the others are channels, whatever order they come in.
 */
export function partsOf(
  body: JsonObject,
  isIgnored: (name: string, value: JsonObject) => boolean,
): ReadonlyMap<string, string | null> {
  const parts = new Map<string, string | null>();
  const plain: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'object' || value === null || isIgnored(name, value as JsonObject)) continue;
    const numbered = /^(.+)[-_](\d{1,2})$/.exec(name);
    if (numbered) parts.set(name, `ch${Number(numbered[2]) + (countsFromZero(body, numbered[1] ?? '') ? 1 : 0)}`);
    else if (isAir(value as JsonObject)) plain.push(name);
  }
  if (plain.length > 1) plain.sort();
  plain.forEach((name, index) => parts.set(name, index === 0 ? null : `ch${index + 1}`));
  return parts;
}

function countsFromZero(body: JsonObject, driver: string): boolean {
  return body[`${driver}-0`] !== undefined || body[`${driver}_0`] !== undefined;
}

function isAir(sensor: JsonObject): boolean {
  return (sensor['Temperature'] !== undefined || sensor['Humidity'] !== undefined) && !isBluetooth(sensor);
}

function addTemperature(from: Speaker, metric: string, raw: unknown, part: string | null, fahrenheit: boolean): void {
  const value = fahrenheit ? numberOf(raw) : undefined;
  if (typeof value === 'number') addValue(from, metric, celsius(value), part);
  else addNumber(from, metric, raw, part);
}
