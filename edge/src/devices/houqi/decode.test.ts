import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

function fault(end: string, more: object = {}) {
  const body = {
    elevatorNo: 'EL',
    type: 'LiftFault',
    ErrorListBean: [{ faultType: 1, faultBeginTime: '2026-05-04 10:00:00', faultEndTime: end }],
    ...more,
  };
  return {
    topic: '/API/V1/Up/LiftFault',
    payload: new TextEncoder().encode(JSON.stringify(body)),
    retain: false,
    receivedAt: Date.UTC(2026, 4, 4, 12),
  };
}

const decoder = createDecoder({ zoneOf: () => 'Asia/Shanghai' });

test('an entrapment that arrives hours late is still an event', () => {
  expect(decoder.decode(fault(''), createMemory()).lines).toMatchObject([
    { state: 'raised', quality: 'good', at: Date.UTC(2026, 4, 4, 2) },
  ]);
});

test('retained by the broker it is a state', () => {
  expect(decoder.decode({ ...fault(''), retain: true }, createMemory()).lines).toMatchObject([{ quality: 'cached' }]);
});

test('an end without its begin clears, and the begin that follows late raises nothing', () => {
  const memory = createMemory();
  expect(decoder.decode(fault('2026-05-04 10:09:00'), memory).lines).toMatchObject([
    { state: 'cleared', at: Date.UTC(2026, 4, 4, 2, 9) },
  ]);
  expect(decoder.decode(fault(''), memory).lines).toEqual([]);
});

test('the message’s own id is its idempotency key', () => {
  expect(decoder.decode(fault('', { uuid: 'u-1' }), createMemory()).sourceId).toBe('houqi:u-1');
  expect(decoder.decode(fault(''), createMemory()).sourceId).toBeNull();
});
