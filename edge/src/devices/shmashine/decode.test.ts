import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

const decoder = createDecoder({ zoneOf: () => 'Asia/Shanghai' });

function keyOf(body: object): string | null {
  const payload = new TextEncoder().encode(JSON.stringify({ TY: 'Fault', fault_type: 8, ...body }));
  const message = { topic: 'shmashine/MX1/fault', payload, retain: false, receivedAt: null };
  return decoder.decode(message, createMemory()).sourceId;
}

test('a redelivery has the same key; begin, end and the next begin have keys of their own', () => {
  const begin = { ST: 'add', faultId: '7', time: '2026-03-20 10:00:00' };
  expect(keyOf(begin)).toBe(keyOf({ ...begin }));
  const keys = [begin, { ...begin, ST: 'disappear' }, { ...begin, time: '2026-03-20 11:00:00' }].map(keyOf);
  expect(new Set(keys).size).toBe(3);
});

test('without an id or a time nothing tells a redelivery', () => {
  expect(keyOf({ ST: 'add', time: '2026-03-20 10:00:00' })).toBeNull();
  expect(keyOf({ ST: 'add', faultId: '7' })).toBeNull();
});
