import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

function hear(topic: string, body: unknown, receivedAt: number | null = null) {
  const decoder = createDecoder({ zoneOf: (device) => (device === 'pow' ? 'Europe/Berlin' : undefined) });
  const payload = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return decoder.decode({ topic, payload, retain: false, receivedAt }, createMemory()).lines;
}

test('in the hour that comes twice a live message is live', () => {
  const receivedAt = Date.UTC(2026, 9, 25, 1, 30, 1);
  expect(hear('tele/pow/SENSOR', { Time: '2026-10-25T02:30:00', ENERGY: { Power: 5 } }, receivedAt)).toMatchObject([
    { at: receivedAt - 1000, quality: 'good' },
  ]);
});

test('a device without a zone has no time, and its values stand', () => {
  expect(hear('tele/other/SENSOR', { Time: '2026-10-25T02:30:00', ENERGY: { Power: 5 } })).toMatchObject([
    { at: null, value: 5, quality: 'good' },
  ]);
});

test.each([
  ['tele/pow/SENSOR', 'pow'],
  ['pow/tele/SENSOR', 'pow'],
  ['site/tele/pow/SENSOR', 'site/pow'],
  ['site/pow/SENSOR', 'site/pow'],
])('the device of %s is %s', (topic, device) => {
  expect(hear(topic, { ENERGY: { Power: 5 } })).toMatchObject([{ family: 'tasmota', device }]);
});

test.each([
  [[7], [null]],
  [
    [7, 7],
    ['ch1', 'ch2'],
  ],
  [
    [7, 7, 7],
    ['a', 'b', 'c'],
  ],
  [
    [7, 7, 7, 7],
    ['ch1', 'ch2', 'ch3', 'ch4'],
  ],
  [{ Phase1: 7, Phase3: 7 }, ['a', 'c']],
  [{ L2: 7 }, ['b']],
  [{ Channel2: 7 }, ['ch2']],
])('the parts of %j are %j', (value, parts) => {
  expect(
    hear('tele/pow/SENSOR', { ENERGY: { Total: value } }).map((line) => line.kind === 'reading' && line.part),
  ).toEqual(parts);
});

test('a discovery message introduces the device under the name that its topics give it', () => {
  const config = {
    dn: 'Sump',
    md: 'Sonoff POW',
    t: 'sump',
    ft: 'park/%prefix%/%topic%/',
    tp: ['cmnd', 'stat', 'tele'],
  };
  const payload = new TextEncoder().encode(JSON.stringify(config));
  const message = { topic: 'tasmota/discovery/AABBCC/config', payload, retain: true, receivedAt: null };
  const decoder = createDecoder({ zoneOf: () => undefined });
  expect(decoder.decode(message, createMemory())).toMatchObject({
    lines: [],
    descriptions: [{ device: 'park/sump', name: 'Sump', maker: null, model: 'Sonoff POW' }],
  });
  expect(hear('park/tele/sump/SENSOR', { ENERGY: { Power: 5 } })).toMatchObject([{ device: 'park/sump' }]);
});
