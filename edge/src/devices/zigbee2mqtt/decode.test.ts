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
