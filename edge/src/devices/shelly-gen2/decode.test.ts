import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

const FIELDS = {
  apower: 'active_power_w',
  voltage: 'voltage_v',
  current: 'current_a',
  freq: 'frequency_hz',
} as const;

test('a partial update says exactly what it holds: what is missing is never zero', () => {
  const decoder = createDecoder({ zoneOf: () => undefined });
  const status = fc.record(
    { apower: fc.constant(0), voltage: fc.constant(0), current: fc.constant(0), freq: fc.constant(0) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(status, fc.nat({ max: 15 }), (sent, channel) => {
      const frame = {
        src: 'shelly-x',
        method: 'NotifyStatus',
        params: { ts: 1_790_000_000, [`switch:${channel}`]: sent },
      };
      const payload = new TextEncoder().encode(JSON.stringify(frame));
      const { lines } = decoder.decode(
        { topic: 'x/events/rpc', payload, retain: false, receivedAt: null },
        createMemory(),
      );
      const said = lines.map((line) => (line.kind === 'reading' ? [line.metric, line.value, line.part] : line.kind));
      const wanted = Object.keys(FIELDS)
        .filter((key) => key in sent)
        .map((key) => [FIELDS[key as keyof typeof FIELDS], 0, `ch${channel + 1}`]);
      expect(said.toSorted()).toEqual(wanted.toSorted());
    }),
  );
});

test('an answer on somebody else’s topic does not make that topic the device’s', () => {
  const decoder = createDecoder({ zoneOf: () => undefined });
  const memory = createMemory();
  const send = (topic: string, body: unknown) =>
    decoder.decode(
      { topic, payload: new TextEncoder().encode(JSON.stringify(body)), retain: false, receivedAt: null },
      memory,
    ).lines[0];
  send('asker/rpc', { id: 1, src: 'shelly-x', result: { id: 0, apower: 1 } });
  expect(send('asker/status/switch:0', { id: 0, apower: 2 })).toMatchObject({ device: 'asker' });
});

test.each([
  ['shellyplus1-08/announce', { id: 'shellyplus1-08', name: 'pit', model: 'SNSW-001X16EU', gen: 2, app: 'Plus1' }],
  [
    'asker/rpc',
    { src: 'shellyplus1-08', result: { id: 'shellyplus1-08', name: 'pit', model: 'SNSW-001X16EU', gen: 2 } },
  ],
])('on %s a device introduces itself', (topic, body) => {
  const payload = new TextEncoder().encode(JSON.stringify(body));
  const decoder = createDecoder({ zoneOf: () => undefined });
  expect(decoder.decode({ topic, payload, retain: false, receivedAt: null }, createMemory())).toMatchObject({
    lines: [],
    descriptions: [{ device: 'shellyplus1-08', name: 'pit', maker: 'Shelly', model: 'SNSW-001X16EU' }],
  });
});
