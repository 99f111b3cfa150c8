import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

function event(name: string, body: object) {
  return {
    topic: `application/a/device/0102030405060708/event/${name}`,
    payload: new TextEncoder().encode(JSON.stringify(body)),
    retain: false,
    receivedAt: null,
  };
}

const decoder = createDecoder({ zoneOf: () => undefined });

test('the idempotency key is the server’s, per event', () => {
  const body = { deduplicationId: 'd-1', object: { temperature: 20 } };
  expect(decoder.decode(event('up', body), createMemory()).sourceId).toBe('chirpstack:up:d-1');
  expect(decoder.decode(event('status', { deduplicationId: 'd-1', batteryLevel: 5 }), createMemory()).sourceId).toBe(
    'chirpstack:status:d-1',
  );
  expect(decoder.decode(event('up', { object: { temperature: 20 } }), createMemory()).sourceId).toBeNull();
});

test('an object that no dialect knows is one rejection that names the device', () => {
  expect(decoder.decode(event('up', { object: { SupplyLevel: 3.1 } }), createMemory()).lines).toMatchObject([
    { kind: 'rejected', device: '0102030405060708' },
  ]);
});

test('the maker’s address block finds the dialect, whatever the profile is called', () => {
  const body = { deviceInfo: { devEui: '24E1240000000007', deviceProfileName: 'leak pit 3' }, object: { depth: 12 } };
  expect(decoder.decode(event('up', body), createMemory())).toMatchObject({
    family: 'milesight',
    lines: [{ device: '24e1240000000007', value: 0.12 }],
  });
});
