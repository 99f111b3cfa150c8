import { expect, test } from 'vitest';
import type { Decoded } from '../../domain/decoded.ts';
import { createDecoder, createMemory } from '../index.ts';

const decoder = createDecoder({ zoneOf: () => undefined });

function heard(model: string, object: unknown) {
  const deviceInfo = { devEui: '24e1240000000001', deviceProfileName: model };
  const body = { time: '2026-05-04T10:00:00Z', deviceInfo, fPort: 85, object };
  return decode('application/a/device/24e1240000000001/event/up', body);
}

/** The same over The Things Stack, where the codecs are those of its device repository. */
function heardThere(model: string, decoded_payload: unknown) {
  const end_device_ids = { device_id: 'd1', dev_eui: '24E1240000000001' };
  const version_ids = { brand_id: 'milesight-iot', model_id: model };
  return decode('v3/a@t/devices/d1/up', { end_device_ids, uplink_message: { decoded_payload, version_ids } });
}

function decode(topic: string, body: object) {
  const payload = new TextEncoder().encode(JSON.stringify(body));
  return decoder.decode({ topic, payload, retain: false, receivedAt: null }, createMemory()).lines.map(shown);
}

/** `distance_m/ch1 = 0.25 bad`: what a line says, without who and when. */
function shown(line: Decoded): string {
  if (line.kind === 'rejected') return `rejected: ${line.reason}`;
  if (line.kind === 'availability') return `online ${line.online}`;
  if (line.kind === 'fault') return `${line.fault} ${line.vendorCode} ${line.state}`;
  const quality = line.quality === 'good' ? '' : ` ${line.quality}`;
  return `${line.metric}${line.part === null ? '' : `/${line.part}`} = ${line.value}${quality}`;
}

test.each([
  ['depth', 65_535, 'water_level_m = null bad'],
  ['depth', 65_533, 'water_level_m = null bad'],
  ['depth', 250, 'water_level_m = 2.5'],
  ['level', 65_535, 'water_level_m = null bad'],
  ['water_level', '65533', 'water_level_m = null bad'],
  ['distance', 65_535, 'distance_m = null bad'],
  ['distance', 65_533, 'distance_m = null bad'],
  ['distance', -1, 'distance_m = null bad'],
  ['distance', -3, 'distance_m = null bad'],
  ['distance', -0.001, 'distance_m = null bad'],
])('the codes of a probe that measured nothing are no measurement: %s %j', (key, value, line) => {
  expect(heard('Milesight', { [key]: value })).toEqual([line]);
  expect(heardThere('em500-swl', { [key]: value })).toEqual([line]);
  const history = [{ timestamp: 1_665_561_758, [key]: value }];
  expect(heard('Milesight', { history })).toEqual([line]);
});

test('a whole metre of EM500-UDL is a metre where its codec divides, millimetres elsewhere', () => {
  expect(heardThere('em500-udl', { distance: 2 })).toEqual(['distance_m = 2']);
  expect(heardThere('em500-udl', { distance: 2.001 })).toEqual(['distance_m = 2.001']);
  expect(heardThere('em500-udl', { distance: 0 })).toEqual(['distance_m = 0']);
  expect(heard('EM500-UDL', { distance: 300 })).toEqual(['distance_m = 0.3']);
  expect(heard('EM400-TLD', { distance: 12 })).toEqual(['distance_m = 0.012']);
});

test.each([
  [{ distance: 250, event: [{ distance: 250, distance_exception: 'blind alarm' }] }, ['distance_m = null bad']],
  [{ distance: 9, event: [{ distance_exception: 'blind spot alarm release' }] }, ['distance_m = 0.009']],
  [{ history: [{ timestamp: 1, distance: 200, event: ['blind spot alarm'] }] }, ['distance_m = null bad']],
  [{ history: [{ timestamp: 1, distance: 2000, event: ['tilt alarm'] }] }, ['distance_m = 2 bad']],
  [{ history: [{ timestamp: 1, distance: 2000, event: ['threshold alarm', 'mutation alarm'] }] }, ['distance_m = 2']],
  [{ temperature: 20, temperature_sensor_status: 'read error' }, ['temperature_c = null bad']],
  [
    { battery: 9, event: [{ temperature_sensor_status: 'read error' }] },
    ['battery_pct = 9', 'temperature_c = null bad'],
  ],
  [{ event: [{ temperature: 31, temperature_alarm: 'threshold alarm' }] }, []],
  [{ history: [{ timestamp: 1, temperature: 0, read_status: 'read error' }] }, ['temperature_c = null bad']],
  [{ history: [{ timestamp: 1, temperature: 5, read_status: 'normal' }] }, ['temperature_c = 5']],
  [
    { history: [{ timestamp: 1, temperature: 0, humidity: 40, event: { temperature_sensor_status: 'out of range' } }] },
    ['humidity_pct = 40', 'temperature_c = null bad'],
  ],
])('a failure and a value never stand side by side: %j', (object, lines) => {
  expect(heard('Milesight', object).toSorted()).toEqual(lines);
});

test.each([
  [
    { temperature: 'collection_err', humidity: 'collection_err' },
    ['temperature_c = null bad', 'humidity_pct = null bad'],
  ],
  [{ temperature: 'lower_range_err' }, ['temperature_c = null bad']],
  [{ history: [{ timestamp: 1, temperature: 'over_range_err' }] }, ['temperature_c = null bad']],
  [{ temperature_chn2: 'over_range' }, ['temperature_c/ch2 = null bad']],
  [{ temperature_collection_anomaly: { type: 1 } }, ['temperature_c = null bad']],
  [{ event: [{ temperature_chn1_sensor_status: 'collection_failed' }] }, ['temperature_c/ch1 = null bad']],
  [{ current_chn2_sensor_status: 'read failed' }, ['current_a/ch2 = null bad']],
  [{ temperature: 'warm' }, ['rejected: temperature_c: "warm" is not a number']],
])('a word in the place of a value tells a failure, if the codec has that word: %j', (object, lines) => {
  expect(heard('Milesight', object)).toEqual(lines);
});

test.each([
  ['TS302', { temperature_chn1: 24.1, magnet_chn2: 'open' }, ['temperature_c/ch1 = 24.1', 'door/ch2 = open']],
  ['TS302', { humidity_chn1: 40.5, temperature_chn1_alarm: 'threshold' }, ['humidity_pct/ch1 = 40.5']],
  ['TS302', { history: [{ timestamp: 1, magnet_chn1: 0 }] }, ['door/ch1 = closed']],
  ['VS121', { people_count_all: 3, people_count_max: 5, region_count: 8 }, ['people = 3']],
  ['VS121', { people_counter_all: 0 }, ['people = 0']],
  ['AM304L', { pir: { pir_status: 1, pir_count: 5 } }, ['occupied = true']],
  ['EM300-MCS', { magnet_status: 'unknown' }, ['door = null unknown']],
  ['EM300-MCS', { magnet_status: 'ajar' }, ['rejected: door: "ajar" is neither open nor closed']],
  [
    'CTH01',
    { current: [{ value: 12.5 }, { value: 'error' }], voltage: [{ value: 230.1 }], power_factor: { mask1: 0 } },
    ['current_a/ch1 = 12.5', 'current_a/ch2 = null bad', 'voltage_v/a = 230.1'],
  ],
])('%s says %j', (model, object, lines) => {
  expect(heard(model, object)).toEqual(lines);
});

test('an overcurrent of WS50x is a fault, and its milliamperes are not amperes', () => {
  const overcurrent_alarm = { current: 10_500, status: 'overcurrent' };
  expect(heard('Milesight', { overcurrent_alarm })).toEqual(['current_a = 10.5', 'unknown overcurrent_alarm raised']);
});

test('the later codec of WS50x hands on milliamperes, and energy in a unit that it does not tell', () => {
  const object = { voltage: 230, electric_power: 35, power_factor: 97, power_consumption: 29, current_rating: 168 };
  const lines = ['voltage_v = 230', 'active_power_w = 35', 'power_factor = 0.97', 'current_a = 0.168'];
  expect(heard('WS502', object)).toEqual(lines);
  expect(heard('somebody’s switch', object)).toEqual(lines);
  expect(heard('WS502', { current_rating: 8, power_consumption: 0.5 })).toEqual([
    'current_a = 0.008',
    'energy_import_kwh = 0.5',
  ]);
  expect(heard('WS501', { active_power: 35, power_consumption: 29 })).toContain('energy_import_kwh = 0.029');
  expect(heard('WS515', { current_rating: 8, power_consumption: 3 })).toEqual([
    'current_a = 8',
    'energy_import_kwh = 3',
  ]);
});
