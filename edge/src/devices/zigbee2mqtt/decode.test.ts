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
