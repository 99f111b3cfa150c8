import { usableInstant } from '../../domain/time-text.ts';
import { objectOf, type JsonObject } from '../json.ts';
import { addBoolean, addFailed, addNumber, addValue, numberOf, type Speaker } from '../lines.ts';
import { addTrouble, learnSleeper, learnThreePhases, learnUnit, meterPart, type Ear } from './learned.ts';
import {
  addDoor,
  addError,
  addFlag,
  addGas,
  addOperation,
  addProbe,
  addProbeList,
  addSmoke,
  addTemperature,
  channelPart,
  METER,
  WATT_MINUTES,
} from './scalars.ts';

/** A relay without a meter shows its owner's guess as power. */
const NO_METER_ID = /^shelly1-/i;

/** Adds what a whole status says (`info`, as HTTP's `/status`), each part that this model has. */
export function decodeInfo(silent: Speaker, info: JsonObject, ear: Ear): void {
  const from = { ...silent, at: timeOf(info['unixtime']) };
  if (Array.isArray(info['act_reasons'])) learnSleeper(ear);
  addSignal(from, objectOf(info['wifi_sta']));
  addMeters(from, info, ear);
  addOutputs(from, info, ear);
  addAir(from, info, ear);
  addBattery(from, objectOf(info['bat']));
  addDetectors(from, info, ear);
  addAddOn(from, info);
  addTroubles(from, info, ear);
}

/** Adds what a motion sensor says; its `timestamp` is that of the last motion. */
export function decodeMotionStatus(from: Speaker, status: JsonObject, ear: Ear): void {
  addMotion(from, status, ear);
  addNumber(from, 'battery_pct', objectOf(status['bat'])?.['value'] ?? status['bat']);
  addOwnTemperature(from, objectOf(status['tmp']), ear);
}

/** Adds what a light says of its power, where it measures it. */
export function decodeLightStatus(from: Speaker, status: JsonObject, index: number, ear: Ear): void {
  addNumber(from, 'active_power_w', status['power'], channelPart(index));
  if (status['overpower'] !== undefined) {
    addTrouble(from, ear, `overpower ${index}`, status['overpower'] === true ? 'overpower' : null);
  }
}

/** Settings say nothing but the unit of temperatures. */
export function decodeSettings(_from: Speaker, settings: JsonObject, ear: Ear): void {
  learnUnit(ear, objectOf(settings['sensors'])?.['temperature_unit'] ?? settings['temperature_unit']);
}

/** Seconds; 0 until the device has asked a time server. */
function timeOf(raw: unknown): number | null {
  const seconds = numberOf(raw);
  return typeof seconds === 'number' ? usableInstant(seconds * 1000) : null;
}

function addSignal(from: Speaker, wifi: JsonObject | undefined): void {
  // 0 is the signal of no connection.
  if (wifi && numberOf(wifi['rssi']) !== 0) addNumber(from, 'rssi_dbm', wifi['rssi']);
}

/** In a status, reactive power goes by another name than in the topics. */
const STATUS_METER = [...METER].map(([key, known]) => [key === 'reactive_power' ? 'reactive' : key, known] as const);

function addMeters(from: Speaker, info: JsonObject, ear: Ear): void {
  const meters = listOf(info['emeters']);
  if (meters.length >= 3) learnThreePhases(ear);
  for (const [index, meter] of meters.entries()) {
    const part = meterPart(index, ear);
    const quality = meter['is_valid'] === false ? 'bad' : 'good';
    for (const [key, { metric, divisor }] of STATUS_METER) addNumber(from, metric, meter[key], part, divisor, quality);
  }
  if (meters.length > 0) addNumber(from, 'active_power_w', info['total_power'], 'total');
  const neutral = objectOf(info['emeter_n']);
  const quality = neutral?.['is_valid'] === false ? 'bad' : 'good';
  if (neutral) addNumber(from, 'current_a', neutral['current'], 'n', 1, quality);
}

function addOutputs(from: Speaker, info: JsonObject, ear: Ear): void {
  const meters = NO_METER_ID.test(ear.device) ? [] : listOf(info['meters']);
  // One meter may serve two relays.
  const shared = meters.length === 1 && listOf(info['relays']).length > 1;
  for (const [index, meter] of meters.entries()) {
    const part = shared ? null : channelPart(index);
    const quality = meter['is_valid'] === false ? 'bad' : 'good';
    addNumber(from, 'active_power_w', meter['power'], part, 1, quality);
    addNumber(from, 'energy_import_kwh', meter['total'], part, WATT_MINUTES, quality);
  }
  addNumber(from, 'voltage_v', info['voltage']);
}

const SWITCHING = ['relays', 'lights', 'rollers', 'meters', 'emeters', 'overtemperature'];

/** The temperature of a device that switches is its chip's. */
function addAir(from: Speaker, info: JsonObject, ear: Ear): void {
  const switches = SWITCHING.some((key) => info[key] !== undefined);
  if (!switches) addOwnTemperature(from, objectOf(info['tmp']), ear);
  for (const thermostat of listOf(info['thermostats'])) addOwnTemperature(from, objectOf(thermostat['tmp']), ear);
  const humidity = objectOf(info['hum']);
  if (humidity?.['is_valid'] === false) addFailed(from, 'humidity_pct');
  else if (humidity) addProbe(from, 'humidity_pct', humidity['value'], null);
}

/** `tC` where it is told, else the value in the unit beside it. */
function addOwnTemperature(from: Speaker, tmp: JsonObject | undefined, ear: Ear): void {
  if (!tmp) return;
  learnUnit(ear, tmp['units']);
  if (tmp['is_valid'] === false) addFailed(from, 'temperature_c');
  else if (tmp['tC'] !== undefined) addProbe(from, 'temperature_c', tmp['tC'], null);
  else addTemperature(from, tmp['value'], null, tmp['units'] === 'F');
}

function addBattery(from: Speaker, battery: JsonObject | undefined): void {
  if (!battery) return;
  addNumber(from, 'battery_pct', battery['value']);
  addNumber(from, 'battery_v', battery['voltage']);
}

function addDetectors(from: Speaker, info: JsonObject, ear: Ear): void {
  if (info['flood'] !== undefined) {
    if (info['is_valid'] === false) addFailed(from, 'leak');
    else addBoolean(from, 'leak', info['flood']);
  }
  addBoolean(from, 'occupied', info['motion']);
  addSmoke(from, ear, info['smoke']);
  const gas = objectOf(info['gas_sensor']);
  addOperation(from, ear, gas?.['sensor_state']);
  addGas(from, ear, gas?.['alarm_state']);
  const sensor = objectOf(info['sensor']);
  if (!sensor) return;
  if (sensor['is_valid'] === false) {
    if (sensor['state'] !== undefined) addFailed(from, 'door');
    if (sensor['motion'] !== undefined) addFailed(from, 'occupied');
    return;
  }
  addDoor(from, sensor['state']);
  addMotion(from, sensor, ear);
}

function addMotion(from: Speaker, sensor: JsonObject, ear: Ear): void {
  if (sensor['motion'] === undefined) return;
  // Hung on a wall it is shaken only by who handles it: the vendor's own page calls this the tamper alarm.
  addFlag(from, ear, 'vibration', sensor['vibration']);
  // Switched off by its owner it sees nobody, whoever is there.
  if (sensor['active'] === false) return addValue(from, 'occupied', null, null, 'unknown');
  const at = timeOf(sensor['timestamp'] ?? sensor['motion_timestamp']);
  addBoolean(sensor['motion'] === true && at !== null ? { ...from, at } : from, 'occupied', sensor['motion']);
}

function addAddOn(from: Speaker, info: JsonObject): void {
  addProbeList(from, objectOf(info['ext_temperature']), 'tC', 'temperature_c');
  addProbeList(from, objectOf(info['ext_humidity']), 'hum', 'humidity_pct');
  for (const [index, adc] of listOf(info['adcs']).entries()) {
    addNumber(from, 'voltage_v', adc['voltage'], channelPart(index));
  }
}

function addTroubles(from: Speaker, info: JsonObject, ear: Ear): void {
  for (const code of ['overtemperature', 'overload', 'loaderror']) addFlag(from, ear, code, info[code]);
  addError(from, ear, info['sensor_error']);
  for (const [index, relay] of listOf(info['relays']).entries()) {
    if (relay['overpower'] === undefined) continue;
    addTrouble(from, ear, `overpower ${index}`, relay['overpower'] === true ? 'overpower' : null);
  }
}

function listOf(raw: unknown): JsonObject[] {
  return Array.isArray(raw) ? raw.map((item) => objectOf(item) ?? {}) : [];
}
