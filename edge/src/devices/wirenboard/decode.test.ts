import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

/** What one control says after its meta. */
function hear(control: string, meta: object | null, value: string) {
  const decoder = createDecoder({ zoneOf: () => undefined });
  const memory = createMemory();
  const topic = `/devices/module_1/controls/${control}`;
  const say = (at: string, text: string) =>
    decoder.decode({ topic: at, payload: new TextEncoder().encode(text), retain: false, receivedAt: null }, memory)
      .lines;
  if (meta) say(`${topic}/meta`, JSON.stringify(meta));
  return say(topic, value);
}

test.each([
  ['Reactive Power', { type: 'power' }, 'reactive_power_var', null],
  ['Apparent Power', { type: 'power' }, 'apparent_power_va', null],
  ['Phase A reactive power', { type: 'power' }, 'reactive_power_var', 'a'],
  ['Total reactive power', { type: 'power' }, 'reactive_power_var', 'total'],
  ['Total reactive energy', { type: 'power_consumption' }, 'reactive_energy_kvarh', null],
  ['Q', { type: 'power' }, 'reactive_power_var', null],
  ['Q1', { type: 'power' }, 'reactive_power_var', 'a'],
  ['Q 4', { type: 'value', units: 'var' }, 'reactive_power_var', 'ch4'],
  ['P1', { type: 'power' }, 'active_power_w', 'a'],
  ['Total RP energy', { type: 'power_consumption' }, 'reactive_energy_kvarh', 'total'],
  ['Ch 2 RP energy L1', { type: 'value', units: 'kvarh' }, 'reactive_energy_kvarh', 'ch2-a'],
  ['active_energy_in', { type: 'value', units: 'kWh' }, 'energy_import_kwh', null],
  ['active_energy_out', { type: 'value', units: 'kWh' }, 'energy_export_kwh', null],
  ['active_power_in', { type: 'value', units: 'W' }, 'active_power_w', null],
  ['reactive_energy_in', { type: 'value', units: 'kvarh' }, 'reactive_energy_kvarh', null],
  ['A energy', { type: 'power_consumption' }, 'energy_import_kwh', null],
  ['Zone C temperature', { type: 'temperature' }, 'temperature_c', 'zone_c'],
  ['Power Factor', { type: 'value' }, 'power_factor', null],
  ['Phase B power factor', { type: 'value' }, 'power_factor', 'b'],
])('%s of the type %j is %s, part %s', (control, meta, metric, part) => {
  const value = metric === 'power_factor' ? 0.95 : 22;
  expect(hear(control, meta, String(value))).toMatchObject([{ kind: 'reading', metric, part, value }]);
});

test.each([
  ['Total RN energy', { type: 'power_consumption' }],
  ['RN energy L2', { type: 'value', units: 'kvarh' }],
  ['Ch 2 RN energy L1', { type: 'value', units: 'kvarh' }],
  ['Ch 2 NP energy L1', { type: 'value', units: 'kvarh' }],
  ['NN energy 3', { type: 'value', units: 'kvarh' }],
  ['Total S energy', { type: 'value', units: 'kVAh' }],
  ['active_power_out', { type: 'value', units: 'W' }],
  ['reactive_power_out', { type: 'value', units: 'var' }],
  ['reactive_energy_out', { type: 'value', units: 'kvarh' }],
  ['A energy, 2 months ago', { type: 'power_consumption' }],
  ['A Energy 12 Months', { type: 'value', units: 'kWh' }],
  ['Current Motion', { type: 'value' }],
  ['Motion Raw', { type: 'value' }],
  ['Airflow counter', { type: 'value', units: 'm^3' }],
  ['setting_temperature', { type: 'range', units: 'deg C' }],
  ['Temperature setting', { type: 'value', units: 'deg C' }],
])('%s of the type %j says nothing', (control, meta) => {
  expect(hear(control, meta, '37')).toEqual([]);
});

test.each([
  ['Pump', 'pump_running', null],
  ['Pump Running', 'pump_running', null],
  ['Pump 2 Running', 'pump_running', 'ch2'],
  ['Float High', 'float_high', null],
  ['Sump Float High', 'float_high', 'sump'],
  ['Pump leak', 'leak', 'pump'],
  ['Motion', 'occupied', null],
])('%s is %s, part %s', (control, metric, part) => {
  expect(hear(control, { type: 'switch' }, '1')).toMatchObject([{ metric, part, value: true }]);
});

test.each([
  ['3015', 'battery_v', 3.015],
  ['230.5', 'voltage_v', 230.5],
  ['231400', 'voltage_v', 231.4],
])('a Zigbee device that says the voltage %s has %s %d', (text, metric, value) => {
  expect(hear('voltage', { type: 'voltage', readonly: true }, text)).toMatchObject([{ metric, value }]);
});

test('a high voltage under a name of its own stays as it is', () => {
  expect(hear('Busbar Voltage', { type: 'voltage' }, '6000')).toMatchObject([{ metric: 'voltage_v', value: 6000 }]);
});

test.each([
  ['1', [{ kind: 'availability', device: 'module_1', online: true }]],
  ['0', [{ kind: 'availability', device: 'module_1', online: false }]],
  ['12.5', []],
])('a Zigbee device whose control "available" says %s is there or not', (text, lines) => {
  expect(hear('available', { type: 'switch', readonly: true }, text)).toMatchObject(lines);
});
