import { METRICS } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { faultByName, metricByName, metricByUnit, partOf, wordsOf } from './names.ts';
import { convert } from './units.ts';

test.each([
  ['power', 'kW', 'active_power_w', 2.2, 2200],
  ['power', 'mW', 'active_power_w', 500, 0.5],
  ['power', 'MW', 'active_power_w', 0.5, 500_000],
  ['peakless demand', 'kW', 'demand_kw', 75, 75],
  ['energy', 'Wh', 'energy_import_kwh', 1234, 1.234],
  ['energy returned', 'MWh', 'energy_export_kwh', 1.1, 1100],
  ['heat', 'MJ', undefined, 3.6, 1],
  ['temperature', '°F', 'temperature_c', 70.7, 21.5],
  ['temperature', 'K', 'temperature_c', 273.15, 0],
  ['dew point', 'deg C', 'dew_point_c', 9, 9],
  ['cpu temperature', '°C', undefined, 60, 60],
  ['battery voltage', 'mV', 'battery_v', 2950, 2.95],
  ['humidity', '%, RH', 'humidity_pct', 40, 40],
  ['power factor', '%', 'power_factor', 97, 0.97],
  ['water level', 'cm', 'water_level_m', 125, 1.25],
  ['distance', 'in', 'distance_m', 100, 2.54],
  ['water', 'gal', 'flow_total_l', 100, 378.5411784],
  ['water', 'm³', 'water_total_m3', 1.5, 1.5],
  ['gas', 'm³', undefined, 1.5, 1.5],
  ['flow', 'L/min', 'flow_m3h', 50, 3],
  ['flow', 'gpm', 'flow_m3h', 10, 2.2712470704],
  ['setpoint temperature', '°C', undefined, 20, 20],
  ['energy today', 'kWh', undefined, 1, 1],
  ['energy, 2 months ago', 'kWh', undefined, 1, 1],
  ['energy out', 'kWh', 'energy_export_kwh', 1, 1],
  ['out 1 energy', 'kWh', 'energy_import_kwh', 1, 1],
  ['reactive power', 'W', undefined, 1, 1],
  ['airflow', 'm³', undefined, 1, 1],
  ['temperature setting', '°C', undefined, 1, 1],
  ['ReverseActiveEnergy', 'kWh', 'energy_export_kwh', 5.5, 5.5],
  ['NegativeActiveEnergy', 'kWh', 'energy_export_kwh', 5.5, 5.5],
  ['ForwardReactiveEnergy', 'kvarh', 'reactive_energy_kvarh', 3, 3],
  ['ReverseReactiveEnergy', 'kvarh', undefined, 3, 3],
  ['ReverseReactiveEnergy', 'kWh', undefined, 3, 3],
  ['CoolingEnergy', 'kWh', undefined, 3, 3],
  ['LeakageCurrent', 'mA', undefined, 25, 0.025],
  ['depth to water', 'm', 'distance_m', 4.2, 4.2],
  ['snow depth', 'cm', undefined, 35, 0.35],
  ['soil moisture', '%', undefined, 22, 22],
  ['WS ms', 'm/s', undefined, 3.2, 3.2],
  ['supply air sp', '°C', undefined, 22, 22],
  ['speed', 'furlongs', undefined, 1, 1],
])('%s in %s is %s', (name, unit, metric, sent, meant) => {
  expect(metricByUnit(wordsOf(name), unit)).toBe(metric);
  if (metric !== undefined) expect(convert(metric, sent, unit)).toBe(meant);
});

test.each([
  ['temperature', undefined],
  ['power', undefined],
  ['waterLeak', 'leak'],
  ['leak-2', 'leak'],
  ['leak_zone_a', 'leak'],
  ['battery_room_leak', 'leak'],
  ['leak no 2', 'leak'],
  ['moisture detected', 'leak'],
  ['flood_zone_a', 'leak'],
  ['sump_pump_running', 'pump_running'],
  ['pit_level_high', 'float_high'],
  ['battery', 'battery_pct'],
  ['battery door', undefined],
  ['door', 'door'],
  ['indoor', undefined],
  ['ground floor', undefined],
  ['toString', undefined],
  ['temperature_c', 'temperature_c'],
])('without a unit "%s" is %s', (name, metric) => {
  expect(metricByName(wordsOf(name))).toBe(metric);
});

test.each(
  (
    'flood_zone FloodLight no_leak NoLeak leakage_current Earth_Leakage leak_reset leak_ack leak_sensor_battery ' +
    'leak_detector_online soil_moisture moisture wet_bulb WetBulbTemp wet_well pump_on_level pump_running_hours ' +
    'pump_not_running pump_on_cmd high_level_lamp'
  ).split(' '),
)('"%s" is no state of a leak, a pump or a float', (name) => {
  expect(metricByName(wordsOf(name))).toBeUndefined();
});

test.each([
  ['power l2', 'active_power_w', 'b'],
  ['voltage phase-c', 'voltage_v', 'c'],
  ['voltage l3 l1', 'voltage_v', 'ca'],
  ['total power', 'active_power_w', 'total'],
  ['total energy', 'energy_import_kwh', null],
  ['PhaseAVoltage', 'voltage_v', 'a'],
  ['VoltageAB', 'voltage_v', 'ab'],
  ['Line Voltage CA', 'voltage_v', 'ca'],
  ['CurrentB', 'current_a', 'b'],
  ['voltage c', 'voltage_v', 'c'],
  ['voltage c a', 'voltage_v', 'ca'],
  ['Uab', 'voltage_v', 'ab'],
  ['Ic', 'current_a', 'c'],
  ['voltage l1 n', 'voltage_v', 'a'],
  ['current n', 'current_a', null],
  ['current neutral', 'current_a', 'n'],
  ['AC voltage', 'voltage_v', null],
  ['PC power', 'active_power_w', null],
  ['chiller a power', 'active_power_w', null],
  ['room a temperature', 'temperature_c', null],
  ['relay3 power', 'active_power_w', 'ch3'],
  ['leak', 'leak', null],
  ['leak 12', 'leak', 'ch12'],
  ['bme280 temperature', 'temperature_c', null],
  ['esp32 probe2 temperature', 'temperature_c', 'ch2'],
])('"%s" of %s has part %s', (name, metric, part) => {
  expect(partOf(wordsOf(name), metric)).toBe(part);
});

test.each([
  ['PhaseAVoltage', 'phase a voltage'],
  ['MainPower_kW', 'main power kw'],
  ['total_kVArh', 'total kvarh'],
  ['RHSensor', 'rh sensor'],
  ['waterLevel-2', 'water level 2'],
])('the words of %s are %s', (name, words) => {
  expect(wordsOf(name).join(' ')).toBe(words);
});

test.each(['tamper_reset', 'no_tamper', 'battery_low_ack'])('%s is no fault', (name) => {
  expect(faultByName(wordsOf(name))).toBeUndefined();
});

test('a unit of another quantity converts to nothing', () => {
  expect(convert('temperature_c', 1, 'kWh')).toBeUndefined();
  expect(convert('voltage_v', 1, '')).toBeUndefined();
  expect(convert('leak', 1, 'V')).toBe(1);
  expect(Object.keys(METRICS).filter((metric) => convert(metric, 1, '__proto__') === undefined).length).toBeGreaterThan(
    0,
  );
});
