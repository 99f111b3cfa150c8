import { METRICS } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { guessReading, guessTime, timeFormat, wordsFor } from './guess.ts';
import { deviceUnits, METRIC_GROUPS } from './metrics.ts';
import type { Leaf, Steps } from './payload.ts';

describe('the guess of a metric', () => {
  test.each<[string, Steps, Leaf, string]>([
    ['temp', ['temp'], 23.4, 'temperature_c'],
    ['a temperature in Fahrenheit', ['temp_f'], 71, 'temperature_c °F'],
    ['温度', ['温度(℃)'], 23.4, 'temperature_c'],
    ['a motor’s temperature', ['motor', 'temp'], 51, 'motor_temperature_c'],
    ['humidity', ['data', 'Humidity'], '45', 'humidity_pct'],
    ['a phase’s voltage', ['Ua'], 230.1, 'voltage_v a'],
    ['a voltage by its parent', ['voltage', 'l2'], 230.1, 'voltage_v b'],
    ['电压', ['电压'], 231, 'voltage_v'],
    ['current', ['currentL1'], 4.2, 'current_a a'],
    ['a battery’s voltage', ['battery', 'voltage'], 3.6, 'battery_v'],
    ['a temperature beside a power', ['power', 'temp'], 40, 'temperature_c'],
    ['power in kW', ['total_power_kW'], 12.5, 'active_power_w total kW'],
    ['kwh', ['kwh'], 10234.5, 'energy_import_kwh'],
    ['energy in Wh', ['energy_wh'], 10234500, 'energy_import_kwh Wh'],
    ['反向有功电能', ['反向有功电能'], 12, 'energy_export_kwh'],
    ['功率因数', ['功率因数'], 0.98, 'power_factor'],
    ['battery in percent', ['battery'], 87, 'battery_pct'],
    ['battery in volts', ['battery'], 3.61, 'battery_v'],
    ['battery in millivolts', ['battery_mv'], 3610, 'battery_v mV'],
    ['a level in centimetres', ['level_cm'], 132, 'water_level_m cm'],
    ['a level without unit', ['level'], 132, 'water_level_m?'],
    ['液位', ['液位'], 1.32, 'water_level_m?'],
    ['a leak', ['leak'], true, 'leak'],
    ['水浸', ['水浸'], '正常', 'leak'],
    ['a pump', ['pump'], 'RUN', 'pump_running'],
    ['a float', ['float_switch'], 0, 'float_high'],
    ['a floor', ['floor'], '12A', 'floor'],
    ['rssi', ['rxInfo', 0, 'rssi'], -97, 'rssi_dbm'],
  ])('knows %s', (_, steps, value, expected) => {
    const guess = guessReading(steps, value);
    const told = [guess?.metric, guess?.part, guess?.unit].filter(Boolean).join(' ') + (guess?.sure ? '' : '?');
    expect(told).toBe(expected);
  });

  test.each<[Steps, Leaf]>([
    [['x1'], 5],
    [['serial'], 'A-17'],
    [['leak'], 'soon'],
    [['temp'], 'high-ish'],
    [[], 'alive'],
  ])('is silent about %j', (steps, value) => {
    expect(guessReading(steps, value)).toBeUndefined();
  });

  test('gives both words of a pair, in the device’s own letters', () => {
    expect(wordsFor('pump_running', 'RUN')).toEqual({ RUN: true, STOP: false });
    expect(wordsFor('leak', '正常')).toEqual({ 漏水: true, 正常: false });
    expect(wordsFor('direction', '上')).toEqual({ 上: 'up' });
    expect(wordsFor('pump_running', 'on')).toBeUndefined();
    expect(wordsFor('temperature_c', '23')).toBeUndefined();
  });
});

describe('the guess of a time', () => {
  test.each<[string, Leaf, string | undefined]>([
    ['ts', 1_790_000_000, 'seconds'],
    ['ts', '1790000000123', 'milliseconds'],
    ['time', '2026-11-22T08:00:00Z', 'iso'],
    ['上报时间', '2026-11-22 16:00:00', 'yyyy-MM-dd HH:mm:ss'],
    ['time', 51, undefined],
    ['temp', 1_790_000_000, undefined],
  ])('of %s: %s is %s', (key, value, expected) => {
    expect(guessTime([key], value)).toBe(expected);
  });

  test('tells micro- and nanoseconds by their length', () => {
    expect([timeFormat(1_790_000_000_123_456), timeFormat('1790000000123456789')]).toEqual([
      'microseconds',
      'nanoseconds',
    ]);
  });
});

describe('the list to choose from', () => {
  test('has every metric of the house once', () => {
    expect(Object.values(METRIC_GROUPS).flat().toSorted()).toEqual(Object.keys(METRICS).toSorted());
  });

  test('offers the metric’s own unit first', () => {
    expect(deviceUnits('water_level_m').slice(0, 2)).toEqual(['m', 'cm']);
    expect(deviceUnits('power_factor')).toEqual(['', '%', '‰']);
    expect([deviceUnits('leak'), deviceUnits('people'), deviceUnits('own_name')]).toEqual([[], [], []]);
  });
});
