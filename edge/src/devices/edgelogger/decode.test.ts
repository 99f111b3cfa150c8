import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

test.each([
  ['5D8C8C1E-3C1E-4B1A-9D0E-0F6A3A2B1C4D', 'edgelogger:5d8c8c1e-3c1e-4b1a-9d0e-0f6a3a2b1c4d'],
  ['{UUID v4}', null],
  ['1', null],
  [7, null],
])('the message id %s is the key %s', (msgId, key) => {
  const batch = [{ device_id: 'E', timestamp: '1781000000000', metrics: { voltage: { unit: 'V', value: 230 } } }];
  const payload = new TextEncoder().encode(JSON.stringify({ msgType: 'up', msgId, batch }));
  const message = { topic: 'device/p/up/g', payload, retain: false, receivedAt: null };
  const decoded = createDecoder({ zoneOf: () => undefined }).decode(message, createMemory());
  expect(decoded).toMatchObject({ sourceId: key, lines: [{ device: 'E', value: 230 }] });
});
