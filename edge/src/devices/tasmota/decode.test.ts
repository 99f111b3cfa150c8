import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

function hear(topic: string, body: unknown, receivedAt: number | null = null) {
  const decoder = createDecoder({ zoneOf: (device) => (device === 'pow' ? 'Europe/Berlin' : undefined) });
  const payload = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return decoder.decode({ topic, payload, retain: false, receivedAt }, createMemory()).lines;
}

test('in the hour that comes twice a live message is live', () => {
  const receivedAt = Date.UTC(2026, 9, 25, 1, 30, 1);
  expect(hear('tele/pow/SENSOR', { Time: '2026-10-25T02:30:00', ENERGY: { Power: 5 } }, receivedAt)).toMatchObject([
    { at: receivedAt - 1000, quality: 'good' },
  ]);
});

test('a device without a zone has no time, and its values stand', () => {
  expect(hear('tele/other/SENSOR', { Time: '2026-10-25T02:30:00', ENERGY: { Power: 5 } })).toMatchObject([
    { at: null, value: 5, quality: 'good' },
  ]);
});

test.each([
  ['tele/pow/SENSOR', 'pow'],
  ['pow/tele/SENSOR', 'pow'],
  ['site/tele/pow/SENSOR', 'site/pow'],
  ['site/pow/SENSOR', 'site/pow'],
])('the device of %s is %s', (topic, device) => {
  expect(hear(topic, { ENERGY: { Power: 5 } })).toMatchObject([{ family: 'tasmota', device }]);
});

test.each([
  [[7], [null]],
  [
    [7, 7],
    ['ch1', 'ch2'],
  ],
  [
    [7, 7, 7],
    ['a', 'b', 'c'],
  ],
  [
    [7, 7, 7, 7],
    ['ch1', 'ch2', 'ch3', 'ch4'],
  ],
  [{ Phase1: 7, Phase3: 7 }, ['a', 'c']],
  [{ L2: 7 }, ['b']],
  [{ Channel2: 7 }, ['ch2']],
])('the parts of %j are %j', (value, parts) => {
  expect(
    hear('tele/pow/SENSOR', { ENERGY: { Total: value } }).map((line) => line.kind === 'reading' && line.part),
  ).toEqual(parts);
});

test('a discovery message introduces the device under the name that its topics give it', () => {
  const config = {
    dn: 'Sump',
    md: 'Sonoff POW',
    t: 'sump',
    ft: 'park/%prefix%/%topic%/',
    tp: ['cmnd', 'stat', 'tele'],
  };
  const payload = new TextEncoder().encode(JSON.stringify(config));
  const message = { topic: 'tasmota/discovery/AABBCC/config', payload, retain: true, receivedAt: null };
  const decoder = createDecoder({ zoneOf: () => undefined });
  expect(decoder.decode(message, createMemory())).toMatchObject({
    lines: [],
    descriptions: [{ device: 'park/sump', name: 'Sump', maker: null, model: 'Sonoff POW' }],
  });
  expect(hear('park/tele/sump/SENSOR', { ENERGY: { Power: 5 } })).toMatchObject([{ device: 'park/sump' }]);
});

const WET = { Device: '0x1350', Name: 'Leak', Water: 1, Temperature: 19.5, Endpoint: 1, LinkQuality: 37 };

test.each([
  ['tele/bridge/SENSOR', { ZbReceived: { '0x1350': WET } }, 'bridge/Leak'],
  ['tele/bridge/SENSOR', { Leak: WET }, 'bridge/Leak'],
  ['tele/bridge/SENSOR', { '0x1350': { ...WET, Name: undefined } }, 'bridge/0x1350'],
  ['tele/bridge/1350/SENSOR', { ZbReceived: WET }, 'bridge/1350/Leak'],
  ['tele/bridge/1350/SENSOR', WET, 'bridge/1350/Leak'],
  ['tele/bridge/1350/ZbReceived', { '0x1350': WET }, 'bridge/1350/Leak'],
  ['tele/bridge/1350/ZbReceived', WET, 'bridge/1350/Leak'],
  ['tele/bridge/1350/ZbReceived', { ...WET, Name: undefined }, 'bridge/1350/0x1350'],
  ['home/bridge/ZbReceived', WET, 'home/bridge/Leak'],
])('however a Zigbee bridge is set to wrap it, %s %j is of %s', (topic, body, device) => {
  expect(hear(topic, body)).toMatchObject([
    { device, metric: 'leak', value: true },
    { device, metric: 'temperature_c', part: null, value: 19.5 },
    { device, metric: 'link_quality', value: 37 },
  ]);
});

test('a Zigbee device is no sensor of the board', () => {
  expect(hear('tele/bridge/SENSOR', { Attic: WET, SI7021: { Temperature: 21 } })).toContainEqual(
    expect.objectContaining({ device: 'bridge', metric: 'temperature_c', part: null, value: 21 }),
  );
});

/** What a Zigbee device says in several messages of its bridge. */
function hearZigbee(...messages: readonly object[]) {
  const decoder = createDecoder({ zoneOf: () => undefined });
  const memory = createMemory();
  return messages.map((said) => {
    const payload = new TextEncoder().encode(
      JSON.stringify({ ZbReceived: { '0x898E': { Device: '0x898E', ...said } } }),
    );
    return decoder.decode({ topic: 'tele/zb/SENSOR', payload, retain: false, receivedAt: null }, memory).lines;
  });
}

test.each([{ ModelId: 'lumi.sensor_wleak.aq1' }, { Water: 0 }])(
  'the zone of a device that said %j is wet or dry',
  (said) => {
    const [, wet, dry, both] = hearZigbee(
      said,
      { ZoneStatusChange: 1 },
      { ZoneStatusChange: 32 },
      { ZoneStatusChange: 1, Water: 1 },
    );
    expect(wet).toMatchObject([{ device: 'zb/0x898E', metric: 'leak', value: true }]);
    expect(dry).toMatchObject([{ device: 'zb/0x898E', metric: 'leak', value: false }]);
    expect(both).toMatchObject([{ metric: 'leak', value: true }]);
  },
);

test('the zone of a device that never spoke of water says nothing', () => {
  expect(hearZigbee({ ModelId: 'lumi.sensor_magnet.aq2' }, { ZoneStatusChange: 1 })).toEqual([[], []]);
});

test.each([
  [{ Contact: 1, ZoneStatusChange: 1 }, 'door', 'open'],
  [{ Contact: 0 }, 'door', 'closed'],
  [{ FlowRate: 0.5 }, 'flow_m3h', 0.5],
])('a Zigbee device that says %j has %s %s', (said, metric, value) => {
  expect(hearZigbee(said)).toMatchObject([[{ metric, value }]]);
});

test('the probes of old versions are channels by their number', () => {
  const probes = { DS1: { Type: 'DS18B20', Address: '28FF', Temperature: 12.2 }, DS3: { Temperature: 54 } };
  expect(hear('tele/pow/SENSOR', { DS18x20: probes, TempUnit: 'C' })).toMatchObject([
    { metric: 'temperature_c', part: 'ch1', value: 12.2 },
    { metric: 'temperature_c', part: 'ch3', value: 54 },
  ]);
});

test('old versions send their energy on a topic of its own', () => {
  const body = {
    Time: '2017-10-05T22:39:55',
    Total: 0.324,
    Yesterday: 0,
    Today: 0.3,
    Period: 0,
    Power: 1,
    Voltage: 220,
  };
  expect(hear('tele/pow/ENERGY', body)).toMatchObject([
    { device: 'pow', metric: 'energy_import_kwh', value: 0.324, at: Date.UTC(2017, 9, 5, 20, 39, 55) },
    { metric: 'active_power_w', value: 1 },
    { metric: 'voltage_v', value: 220 },
  ]);
});

test.each(['BL0940', 'AXP192', 'DS3231', 'ESP32'])('the temperature of the chip %s is not the room', (chip) => {
  expect(hear('tele/pow/SENSOR', { [chip]: { Temperature: 33.1 }, AM2301: { Temperature: 20 } })).toMatchObject([
    { metric: 'temperature_c', part: null, value: 20 },
  ]);
});
