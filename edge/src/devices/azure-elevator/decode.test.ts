import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

const decoder = createDecoder({ zoneOf: () => undefined });

function keyOf(bag: string): string | null {
  const topic = `devices/lift-1/messages/events/${bag}`;
  const message = { topic, payload: new TextEncoder().encode('{"floor":1}'), retain: false, receivedAt: null };
  return decoder.decode(message, createMemory()).sourceId;
}

test('the message id in the property bag is the idempotency key, of its device', () => {
  expect(keyOf('%24.ct=application%2Fjson&%24.mid=m-7')).toBe('azure-elevator:lift-1:m-7');
  expect(keyOf('$.mid=m-7')).toBe('azure-elevator:lift-1:m-7');
  expect(keyOf('%24.ct=json')).toBeNull();
  expect(keyOf('')).toBeNull();
});
