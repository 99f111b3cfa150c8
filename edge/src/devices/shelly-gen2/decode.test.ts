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

/** What each message says of who is there, one memory for all of them. */
function whoIsOnline(messages: readonly (readonly [topic: string, body: unknown])[]) {
  const decoder = createDecoder({ zoneOf: () => undefined });
  const memory = createMemory();
  return messages.flatMap(([topic, body]) => {
    const payload = new TextEncoder().encode(JSON.stringify(body));
    const { lines } = decoder.decode({ topic, payload, retain: false, receivedAt: null }, memory);
    return lines.flatMap((line): unknown[][] => {
      if (line.kind === 'rejected') return [[line.family, line.device, line.reason]];
      return line.kind === 'availability' ? [[line.family, line.device, line.online]] : [];
    });
  });
}

const notified = (src: string, params: object) => ({ src, dst: 'x', method: 'NotifyStatus', params });

test.each([
  ['shellies/pump-room', 'a kept prefix'],
  ['site-2/shellies/pump-room', 'a kept prefix behind a bridge'],
])('`online` below %s is that of the device that notified there: %s', (prefix) => {
  expect(
    whoIsOnline([
      [`${prefix}/online`, true],
      [`${prefix}/events/rpc`, notified('shellypro3em-abc', { ts: 1_790_000_000, 'em:0': { total_act_power: 5 } })],
      [`${prefix}/online`, false],
      [`${prefix}/status/em:0`, { id: 0, total_act_power: 6 }],
      [`${prefix}/online`, true],
    ]),
  ).toEqual([
    ['shelly-gen1', 'pump-room', true],
    ['shelly-gen2', 'shellypro3em-abc', false],
    ['shelly-gen2', 'shellypro3em-abc', true],
  ]);
});

test('`online` below a kept prefix goes with the readings where there are only statuses', () => {
  expect(
    whoIsOnline([
      ['shellies/pump2/status/switch:0', { id: 0, apower: 5 }],
      ['shellies/pump2/online', false],
      ['shellies/pump3/online', false],
    ]),
  ).toEqual([
    ['shelly-gen2', 'shellies/pump2', false],
    ['shelly-gen1', 'pump3', false],
  ]);
});

test('a sleeping sensor below a kept prefix is not lost, and no nonsense is taken for its `online`', () => {
  expect(
    whoIsOnline([
      ['shellies/attic/status/sys', { wakeup_reason: { boot: 'deepsleep_wake' } }],
      ['shellies/attic/online', false],
      ['shellies/attic/online', 'perhaps'],
    ]),
  ).toEqual([['shelly-gen2', 'shellies/attic', 'online is neither true nor false']]);
});

test('a prefix that is told anew belongs to the new device', () => {
  expect(
    whoIsOnline([
      ['cellar/pump/events/rpc', notified('shellyplus1pm-1', {})],
      ['cellar/pump/events/rpc', notified('shellyplus1pm-2', {})],
      ['cellar/pump/online', true],
      ['cellar/pump/events/rpc', notified('cellar/pump', {})],
      ['cellar/pump/online', true],
    ]),
  ).toEqual([
    ['shelly-gen2', 'shellyplus1pm-2', true],
    ['shelly-gen2', 'cellar/pump', true],
  ]);
});

test('however many prefixes somebody invents, what is remembered of them is bounded', () => {
  const decoder = createDecoder({ zoneOf: () => undefined });
  const kept = new Map<string, unknown>();
  const memory = {
    get: (key: string) => kept.get(key),
    set: (key: string, value: unknown) => void kept.set(key, value),
  };
  for (let i = 0; i < 10_000; i += 1) {
    const payload = new TextEncoder().encode(JSON.stringify({ wakeup_reason: { boot: 'deepsleep_wake' } }));
    decoder.decode({ topic: `shellies/attic-${i}/status/sys`, payload, retain: false, receivedAt: null }, memory);
  }
  expect(kept.size).toBeLessThanOrEqual(512);
});
