import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

test.each([
  ['shellies/announce', 'shellyem-0A11B2'],
  ['shellies/shellyem-0A11B2/announce', 'shellyem-0A11B2'],
])('%s introduces the device', (topic, device) => {
  const payload = new TextEncoder().encode('{"id":"shellyem-0A11B2","model":"SHEM","mac":"AA","new_fw":false}');
  const decoder = createDecoder({ zoneOf: () => undefined });
  const { lines, descriptions } = decoder.decode({ topic, payload, retain: false, receivedAt: null }, createMemory());
  expect(lines).toEqual([]);
  expect(descriptions).toEqual([
    { family: 'shelly-gen1', device, name: null, maker: 'Shelly', model: 'SHEM', points: [] },
  ]);
});
