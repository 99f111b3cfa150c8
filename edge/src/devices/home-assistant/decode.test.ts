import { expect, test } from 'vitest';
import { createDecoder } from '../index.ts';

const CONFIG = 'homeassistant/sensor/attic/power/config';
const ANNOUNCED = { state_topic: 'attic/p', unit_of_measurement: 'W', device_class: 'power', unique_id: 'attic-p' };

function listening() {
  const kept = new Map<string, unknown>();
  const memory = {
    get: (key: string) => kept.get(key),
    set: (key: string, value: unknown) => void kept.set(key, value),
  };
  const decoder = createDecoder({ zoneOf: () => undefined });
  const hear = (topic: string, text: string) => {
    const payload = new TextEncoder().encode(text);
    return decoder.decode({ topic, payload, retain: false, receivedAt: null }, memory).lines;
  };
  return { kept, hear, announce: () => hear(CONFIG, JSON.stringify(ANNOUNCED)) };
}

const WATTS = [{ kind: 'reading', metric: 'active_power_w', value: 12 }];

test('an announcement that is repeated is learnt once, and again after it was taken back', () => {
  const { hear, announce } = listening();
  announce();
  announce();
  expect(hear('attic/p', '12')).toMatchObject(WATTS);
  hear(CONFIG, '');
  expect(hear('attic/p', '12')).toMatchObject([{ kind: 'rejected' }]);
  announce();
  expect(hear('attic/p', '12')).toMatchObject(WATTS);
});

test('what others have crowded out of the memory is learnt again when it is announced again', () => {
  const { kept, hear, announce } = listening();
  announce();
  for (const key of kept.keys()) if (key.startsWith('home-assistant:topic')) kept.set(key, []);
  expect(hear('attic/p', '12')).toMatchObject([{ kind: 'rejected' }]);
  announce();
  expect(hear('attic/p', '12')).toMatchObject(WATTS);
});
