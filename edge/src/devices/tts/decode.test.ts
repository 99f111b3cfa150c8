import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

function up(message: object, ids: object = { device_id: 'n1' }) {
  const body = { end_device_ids: ids, received_at: '2026-05-04T10:00:09Z', uplink_message: message };
  return {
    topic: 'v3/a@t/devices/topic-name/up',
    payload: new TextEncoder().encode(JSON.stringify(body)),
    retain: false,
    receivedAt: null,
  };
}

const decoder = createDecoder({ zoneOf: () => undefined });

test('device, session and counter make the idempotency key; a counter of 0 is left out', () => {
  const object = { decoded_payload: { temperature: 1 } };
  expect(decoder.decode(up({ ...object, session_key_id: 'k=', f_cnt: 7 }), createMemory()).sourceId).toBe(
    'tts:n1:k=:7',
  );
  expect(decoder.decode(up({ ...object, session_key_id: 'k=' }), createMemory()).sourceId).toBe('tts:n1:k=:0');
  expect(decoder.decode(up(object), createMemory()).sourceId).toBeNull();
});

test('the network server’s time counts before the application server’s', () => {
  const at = (message: object) =>
    decoder.decode(up({ decoded_payload: { temperature: 1 }, ...message }), createMemory()).lines;
  expect(at({ received_at: '2026-05-04T10:00:00.25Z' })).toMatchObject([{ at: Date.UTC(2026, 4, 4, 10, 0, 0, 250) }]);
  expect(at({})).toMatchObject([{ at: Date.UTC(2026, 4, 4, 10, 0, 9) }]);
});

test('without an id in the payload the topic names the device', () => {
  expect(decoder.decode(up({ decoded_payload: { temperature: 1 } }, {}), createMemory()).lines).toMatchObject([
    { device: 'topic-name' },
  ]);
});

test('a movement in the normalized payload means that somebody is there', () => {
  const motion = (detected: unknown) =>
    decoder.decode(up({ normalized_payload: { action: { motion: { detected, count: 3 } } } }), createMemory()).lines;
  expect(motion(true)).toMatchObject([{ metric: 'occupied', value: true }]);
  expect(motion(false)).toMatchObject([{ metric: 'occupied', value: false }]);
  expect(motion('perhaps')).toMatchObject([{ kind: 'rejected' }]);
});
