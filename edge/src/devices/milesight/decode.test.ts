import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

function up(object: unknown, profile = 'Milesight') {
  return {
    topic: 'application/a/device/24e1240000000001/event/up',
    payload: new TextEncoder().encode(
      JSON.stringify({
        time: '2026-05-04T10:00:00Z',
        deviceInfo: { devEui: '24e1240000000001', deviceProfileName: profile },
        object,
      }),
    ),
    retain: false,
    receivedAt: null,
  };
}

test('what an entry of the history says is historical and has the entry’s time, whatever stands beside it', () => {
  const point = fc.record({
    timestamp: fc.integer({ min: 1_500_000_000, max: 1_800_000_000 }),
    leakage_status: fc.constantFrom('leak', 'normal'),
  });
  const decoder = createDecoder({ zoneOf: () => undefined });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 8 }), fc.option(fc.constantFrom('leak', 'normal')), (history, live) => {
      const object = live === null ? { history } : { history, leakage_status: live };
      const { lines } = decoder.decode(up(object), createMemory());
      const said = lines.map((line) => line.kind === 'reading' && [line.at, line.value, line.historical]);
      const wanted = history.map((one) => [one.timestamp * 1000, one.leakage_status === 'leak', true]);
      expect(said).toEqual([...(live === null ? [] : [[Date.UTC(2026, 4, 4, 10), live === 'leak', false]]), ...wanted]);
    }),
  );
});

test.each([
  ['WS523', { current: 74 }, 0.074],
  ['CT103', { current: 30 }, 30],
  ['somebody’s plug', { current: 74, socket_status: 'on' }, 0.074],
  ['somebody’s clamp', { current: 30 }, 30],
])('the current of %s %j is %d A', (profile, object, amperes) => {
  const { lines } = createDecoder({ zoneOf: () => undefined }).decode(up(object, profile), createMemory());
  expect(lines).toMatchObject([{ metric: 'current_a', value: amperes }]);
});

test('a word that the codec does not document is neither dry nor wet', () => {
  const { lines } = createDecoder({ zoneOf: () => undefined }).decode(up({ leakage_status: 'damp' }), createMemory());
  expect(lines).toMatchObject([{ kind: 'rejected' }]);
});
