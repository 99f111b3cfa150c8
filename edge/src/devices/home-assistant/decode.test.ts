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

test.each([
  [{ device_class: 'distance', unit_of_measurement: 'cm', name: 'Water level' }, 'water_level_m', 0.85],
  [{ device_class: 'distance', unit_of_measurement: 'cm', name: 'Tank depth' }, 'water_level_m', 0.85],
  [{ device_class: 'distance', unit_of_measurement: 'cm', name: 'Distance to water level' }, 'distance_m', 0.85],
  [{ device_class: 'distance', unit_of_measurement: 'cm', name: 'Water' }, 'distance_m', 0.85],
  [{ device_class: 'distance', unit_of_measurement: 'cm' }, 'distance_m', 0.85],
  [{ device_class: 'energy', unit_of_measurement: 'kWh', name: 'Energy out' }, 'energy_export_kwh', 85],
  [{ device_class: 'energy', unit_of_measurement: 'kWh', name: 'Energy' }, 'energy_import_kwh', 85],
])('a sensor announced as %j says %s', (announced, metric, value) => {
  const { hear } = listening();
  hear('homeassistant/sensor/tank/config', JSON.stringify({ stat_t: 'tank/s', uniq_id: 't', ...announced }));
  expect(hear('tank/s', '85')).toMatchObject([{ metric, value }]);
});
