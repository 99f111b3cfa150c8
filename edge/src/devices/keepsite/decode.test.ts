import fc from 'fast-check';
import { METRICS } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

function hear(body: unknown) {
  const payload = new TextEncoder().encode(JSON.stringify(body));
  return createDecoder({ zoneOf: () => undefined }).decode(
    { topic: 'keepsite/p/devices/d/reading', payload, retain: false, receivedAt: null },
    createMemory(),
  ).lines;
}

test('every metric of the house goes through with its own bounds and words, and nothing beyond them', () => {
  for (const [metric, kind] of Object.entries(METRICS)) {
    const good =
      kind.type === 'number'
        ? [kind.min, kind.max]
        : kind.type === 'boolean'
          ? [true, false]
          : 'words' in kind
            ? kind.words
            : ['B2'];
    const bad =
      kind.type === 'number'
        ? [kind.min - 1, kind.max + 1, '5', true]
        : kind.type === 'boolean'
          ? [2, 'wet']
          : 'words' in kind
            ? ['sideways', 1]
            : [true];
    for (const value of good)
      expect(hear({ metric, value }), `${metric} ${String(value)}`).toMatchObject([{ kind: 'reading', metric, value }]);
    for (const value of bad)
      expect(hear({ metric, value }), `${metric} ${String(value)}`).toMatchObject([{ kind: 'rejected' }]);
  }
});

test('what is sent comes through as it is', () => {
  const sent = fc.record({
    metric: fc.constant('active_power_w'),
    value: fc.oneof(fc.double({ min: -1e8, max: 1e8, noNaN: true }), fc.constant(null)),
    part: fc.constantFrom('a', 'total', 'ch7'),
    at: fc
      .date({ min: new Date('2010-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    historical: fc.boolean(),
  });
  fc.assert(
    fc.property(sent, (reading) => {
      const value = Object.is(reading.value, -0) ? 0 : reading.value;
      expect(hear(reading)).toEqual([
        {
          ...reading,
          kind: 'reading',
          family: 'keepsite',
          device: 'd',
          value,
          at: Date.parse(reading.at),
          quality: value === null ? 'unknown' : 'good',
        },
      ]);
    }),
  );
});

test('a device cannot call its own value cached or stale', () => {
  for (const quality of ['cached', 'stale', 'excellent'])
    expect(hear({ metric: 'leak', value: true, quality })).toMatchObject([{ kind: 'rejected' }]);
});
