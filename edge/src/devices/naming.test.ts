import { expect, test } from 'vitest';
import { pointNamed } from './naming.ts';

test.each([
  ['voltage_v', null, 'voltage_v', null],
  ['voltage_v_b', null, 'voltage_v', 'b'],
  ['VoltageV_L3', null, 'voltage_v', 'c'],
  ['active_power_w_total', null, 'active_power_w', 'total'],
  ['temperature_c_ch2', null, 'temperature_c', 'ch2'],
  ['main_power_kw', null, 'active_power_w', null],
  ['MainPower_kW', null, 'active_power_w', null],
  ['Energy_kWh', null, 'energy_import_kwh', null],
  ['voltage_a_v', null, 'voltage_v', 'a'],
  ['import_energy_kwh', null, 'energy_import_kwh', null],
  ['export_energy_kwh', null, 'energy_export_kwh', null],
  ['supply_temp_f', null, 'temperature_c', null],
  ['battery_pct', null, 'battery_pct', null],
  ['leak', null, 'leak', null],
  ['Room Temperature', '°C', 'temperature_c', null],
  ['CurrentL2', 'mA', 'current_a', 'b'],
])('%s in %s is %s, part %s', (name, unit, metric, part) => {
  expect(pointNamed(name, unit)).toMatchObject({ metric, part });
});

test('a unit is read with its prefix', () => {
  expect(pointNamed('MainPower_kW').unit).toBe('kW');
  expect(pointNamed('Energy_kWh').unit).toBe('kWh');
});

test.each([
  ['temperature', null],
  ['power', null],
  ['tag1', null],
  ['vitamin_c', null],
  ['setpoint_temp_c', null],
  ['Room Temperature', 'lux'],
  ['energy_meter', ' '],
])('%s in %s keeps its own name', (name, unit) => {
  expect(pointNamed(name, unit)).toEqual({ metric: name, part: null, unit: null });
});

test('a name is remembered, and a very long one is only read', () => {
  expect(pointNamed('tag7')).toBe(pointNamed('tag7'));
  const long = 'x'.repeat(10_000);
  expect(pointNamed(long)).not.toBe(pointNamed(long));
});
