import { expect, test } from 'vitest';
import type { DecodeMemory } from '../../domain/decoded.ts';
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

/** What a message says of faults: `entrapment raised`. */
function saidBy(kind: string, body: object, memory: DecodeMemory): string[] {
  const message = {
    topic: `/API/V1/Up/${kind}`,
    payload: new TextEncoder().encode(JSON.stringify({ type: kind, elevatorNo: 'EL', ...body })),
    retain: false,
    receivedAt: null,
  };
  const { lines } = decoder.decode(message, memory);
  return lines.flatMap((line) => (line.kind === 'fault' ? [`${line.fault} ${line.state}`] : []));
}

function state(faultType: number, faultTime: string, memory: DecodeMemory): string[] {
  return saidBy('LiftState', { faultType, faultTime }, memory);
}

function lift(faultType: number, faultBeginTime: string, faultEndTime: string, memory: DecodeMemory): string[] {
  return saidBy('LiftFault', { ErrorListBean: [{ faultType, faultBeginTime, faultEndTime }] }, memory);
}

const TRAPPED = '2026-05-04 10:00:00';
const DOOR = '2026-05-04 10:02:00';

test('an entrapment lasts while the state shows another fault in its place', () => {
  const memory = createMemory();
  state(1, TRAPPED, memory);
  lift(11, DOOR, '', memory);
  lift(1, TRAPPED, '', memory);
  expect(state(11, DOOR, memory)).toEqual(['door_blocked raised']);
  expect(lift(11, DOOR, '2026-05-04 10:05:00', memory)).toEqual(['door_blocked cleared']);
  expect(state(1, TRAPPED, memory)).not.toContain('entrapment cleared');
  expect(lift(1, TRAPPED, '2026-05-04 10:09:00', memory)).toEqual(['entrapment cleared']);
});

test('a state without a fault ends all that last, also what it no longer showed', () => {
  const memory = createMemory();
  lift(1, TRAPPED, '', memory);
  lift(11, DOOR, '', memory);
  state(1, TRAPPED, memory);
  state(11, DOOR, memory);
  expect(state(0, '', memory).toSorted()).toEqual(['door_blocked cleared', 'entrapment cleared']);
  expect(state(0, '', memory)).toEqual([]);
});

test('a fault that the state alone told is over when the state shows another', () => {
  const memory = createMemory();
  state(3, TRAPPED, memory);
  expect(state(11, DOOR, memory)).toEqual(['stopped_outside_door_zone cleared', 'door_blocked raised']);
});

test('the same fault with a later begin is a new one', () => {
  const memory = createMemory();
  lift(1, TRAPPED, '', memory);
  state(1, TRAPPED, memory);
  expect(state(1, DOOR, memory)).toEqual(['entrapment cleared', 'entrapment raised']);
});

test('the message’s own id is its idempotency key', () => {
  expect(decoder.decode(fault('', { uuid: 'u-1' }), createMemory()).sourceId).toBe('houqi:u-1');
  expect(decoder.decode(fault(''), createMemory()).sourceId).toBeNull();
});
