import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

function hear(topic: string, body: unknown, receivedAt: number | null = null) {
  const payload = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return createDecoder({ zoneOf: () => undefined }).decode(
    { topic, payload, retain: false, receivedAt },
    createMemory(),
  ).lines;
}

test('a leak that was kept for days is cached, whatever else the message says', () => {
  const lines = hear(
    'zigbee2mqtt/x',
    { last_seen: '2026-05-01T00:00:00Z', water_leak: true, tamper: true },
    Date.UTC(2026, 4, 6),
  );
  expect(lines).toMatchObject([
    { metric: 'leak', value: true, quality: 'cached' },
    { fault: 'tamper', state: 'raised', quality: 'cached' },
  ]);
});

test.each([
  [{ voltage: 3015, battery: 90 }, 'battery_v', 3.015],
  [{ voltage: '3015', battery: 90 }, 'battery_v', 3.015],
  [{ voltage: 3.1, battery: 90 }, 'battery_v', 3.1],
  [{ voltage: 2900 }, 'battery_v', 2.9],
  [{ voltage: 230 }, 'voltage_v', 230],
  [{ voltage: 230, power: 5 }, 'voltage_v', 230],
  [{ voltage: 230, current: 0, battery_low: false }, 'voltage_v', 230],
])('the voltage of %j is %s %d', (state, metric, value) => {
  expect(hear('zigbee2mqtt/x', state)).toContainEqual(expect.objectContaining({ metric, value }));
});

test.each(['zigbee2mqtt/a/b/c', 'z2m/a/b/c', 'Zigbee-Floor2/a/b/c'])('%s is the device a/b/c', (topic) => {
  expect(hear(topic, { water_leak: false })).toMatchObject([{ device: 'a/b/c', value: false }]);
});

test('a command to a device is not its state', () => {
  expect(hear('zigbee2mqtt/a/b/set', { water_leak: true })).toEqual([]);
  expect(hear('zigbee2mqtt/a/b/set/state', 'ON')).toEqual([]);
});

test('the bridge introduces its devices with the points that Keepsite keeps', () => {
  const exposes = [
    { type: 'numeric', name: 'voltage', label: 'Voltage phase B', property: 'voltage_phase_b', unit: 'V' },
    { type: 'numeric', name: 'voltage', property: 'voltage', unit: 'V' },
    { type: 'binary', name: 'water_leak', property: 'water_leak' },
    { type: 'enum', name: 'action', property: 'action' },
    { type: 'switch', features: [{ type: 'binary', name: 'contact', property: 'contact' }] },
  ];
  const devices = [
    { type: 'Coordinator', friendly_name: 'Coordinator', definition: null },
    { type: 'Router', friendly_name: 'board', definition: { vendor: 'Acme', model: 'M-1', exposes } },
  ];
  const payload = new TextEncoder().encode(JSON.stringify(devices));
  const message = { topic: 'zigbee2mqtt/bridge/devices', payload, retain: true, receivedAt: null };
  const { lines, descriptions } = createDecoder({ zoneOf: () => undefined }).decode(message, createMemory());
  expect(lines).toEqual([]);
  expect(descriptions).toEqual([
    {
      family: 'zigbee2mqtt',
      device: 'board',
      name: 'board',
      maker: 'Acme',
      model: 'M-1',
      points: [
        { metric: 'voltage_v', part: 'b', name: 'Voltage phase B', unit: 'V' },
        { metric: 'voltage_v', part: 'a', name: 'voltage', unit: 'V' },
        { metric: 'leak', part: null, name: 'water_leak', unit: null },
        { metric: 'door', part: null, name: 'contact', unit: null },
      ],
    },
  ]);
});

const POWERTAG = {
  power: 900,
  power_phase_a: 300,
  power_phase_b: 310,
  power_phase_c: 290,
  energy: 1000,
  energy_phase_a: 330,
  energy_phase_b: 340,
  energy_phase_c: 330,
  voltage_phase_ab: 400,
  voltage_phase_bc: 401,
  voltage_phase_ca: 402,
};

function partsOf(body: unknown) {
  return hear('zigbee2mqtt/meter', body).flatMap((line) =>
    line.kind === 'reading' ? [`${line.metric} ${line.part} ${line.value}`] : [],
  );
}

test('a meter that tells phase a by name has its total under the bare name', () => {
  expect(partsOf(POWERTAG)).toEqual([
    'active_power_w null 900',
    'active_power_w a 300',
    'active_power_w b 310',
    'active_power_w c 290',
    'energy_import_kwh null 1000',
    'energy_import_kwh a 330',
    'energy_import_kwh b 340',
    'energy_import_kwh c 330',
    'voltage_v ab 400',
    'voltage_v bc 401',
    'voltage_v ca 402',
  ]);
});

test('totals that are named as such, and phases by other letters', () => {
  expect(
    partsOf({
      total_power_apparent: 1,
      total_power_reactive: 2,
      total_active_power: 3,
      total_reactive_power: 4,
      total_apparent_power: 5,
      voltage_X: 230,
      current_Y: 2,
      power_Z: 7,
      energy: 9,
    }),
  ).toEqual([
    'apparent_power_va total 1',
    'reactive_power_var total 2',
    'active_power_w total 3',
    'reactive_power_var total 4',
    'apparent_power_va total 5',
    'voltage_v a 230',
    'current_a b 2',
    'active_power_w c 7',
    'energy_import_kwh null 9',
  ]);
});

/** What a device says once its bridge has announced these attributes with their units. */
function announced(units: Record<string, string>, ...messages: readonly (readonly [topic: string, body: unknown])[]) {
  const exposes = Object.entries(units).map(([property, unit]) => ({ type: 'numeric', property, unit }));
  const devices = [{ friendly_name: 'meter', definition: { vendor: 'Acme', model: 'M', exposes } }];
  const decoder = createDecoder({ zoneOf: () => undefined });
  const memory = createMemory();
  const said = [['zigbee2mqtt/bridge/devices', devices] as const, ...messages].map(
    ([topic, body]) =>
      decoder.decode(
        { topic, payload: new TextEncoder().encode(JSON.stringify(body)), retain: false, receivedAt: null },
        memory,
      ).lines,
  );
  return said.slice(1).flat();
}

test('a base name is phase a in every message of a device that announced the other phases alone', () => {
  const watts = { power: 'W', power_phase_b: 'W', power_phase_c: 'W' };
  const lines = announced(watts, ['zigbee2mqtt/meter', { power: 301 }], ['zigbee2mqtt/meter/power', 302]);
  expect(lines).toMatchObject([
    { metric: 'active_power_w', part: 'a', value: 301 },
    { metric: 'active_power_w', part: 'a', value: 302 },
  ]);
});

test('a base name is the total in every message of a device that announced phase a too', () => {
  const watts = { power: 'W', power_phase_a: 'W', power_phase_b: 'W' };
  expect(announced(watts, ['zigbee2mqtt/meter', { power: 900, power_phase_b: 300 }])).toMatchObject([
    { part: null, value: 900 },
    { part: 'b', value: 300 },
  ]);
});

test('an energy is no power, whatever its name', () => {
  expect(announced({ total_reactive_power: 'VArh' }, ['zigbee2mqtt/meter', { total_reactive_power: 7 }])).toEqual([]);
});

test.each([
  [{ power_a: 100, energy_flow_a: 'producing' }, -100],
  [{ energy_flow: 'producing', power: 100 }, -100],
  [{ power_a: 100, energy_flow_a: 'consuming' }, 100],
  [{ power_a: -100, energy_flow_a: 'sign' }, -100],
  [{ power: 0, energy_flow: 'producing' }, 0],
  [{ power_b: 100, energy_flow_a: 'producing' }, 100],
])('the power of %j is %d', (state, value) => {
  expect(hear('zigbee2mqtt/clamp', state)).toMatchObject([{ metric: 'active_power_w', value }]);
});

test.each([
  [{ alarm_mode: 'water_absence', water: false, water_leak: true }, []],
  [{ alarm_mode: 'water_presence', water: true, water_leak: true }, [true]],
  [{ alarm_status: 'alarm', mode: 'leakage' }, [true]],
  [{ alarm_status: 'normal', mode: 'leakage' }, [false]],
  [{ alarm_status: 'alarm', mode: 'shortage' }, []],
  [{ alarm_status: 'alarm' }, []],
  [{ valve_abnormal_state: 'water_shortage,water_leakage' }, [true]],
  [{ valve_abnormal_state: 'normal' }, [false]],
  [{ valve_abnormal_state: 'water_shortage_channel_1,fail_safe_channel_2' }, [false]],
  [{ valve_abnormal_state: 'busy' }, []],
  [{ current_device_status: 'water_shortage & water_leakage' }, [true]],
  [{ current_device_status: 'normal_state' }, [false]],
  [{ water_leakage_state: 'water_leakage_yes' }, [true]],
  [{ water_leakage_state: 'water_leakage_no' }, [false]],
  [{ water_leak: false, active_water_leak: true }, [true]],
  [{ water_leak: true, active_water_leak: false }, [true]],
  [{ water_leak: false, active_water_leak: false }, [false]],
  [{ water_leak: null, active_water_leak: false }, [null]],
  [{ active_water_leak: true }, [true]],
])('of %j the leak is %j', (state, values) => {
  expect(hear('zigbee2mqtt/x', state)).toMatchObject(
    values.map((value) => ({ kind: 'reading', metric: 'leak', part: null, value })),
  );
});

test.each([{ gas: 7 }, { gas: 1 }, { gas: '0' }, { smoke: 3 }, { carbon_monoxide: 12.5 }, { test: 'test' }])(
  '%j is no alarm',
  (state) => {
    expect(hear('zigbee2mqtt/x', state)).toEqual([]);
  },
);

test.each([
  [{ gas: true }, 'unknown', 'raised'],
  [{ carbon_monoxide: false }, 'unknown', 'cleared'],
  [{ battery_state: 'low' }, 'battery_low', 'raised'],
  [{ battery_state: 'middle' }, 'battery_low', 'cleared'],
])('%j is the fault %s, %s', (state, fault, said) => {
  expect(hear('zigbee2mqtt/x', state)).toMatchObject([{ fault, state: said }]);
});
