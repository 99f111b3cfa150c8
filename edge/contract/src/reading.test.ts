import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packReadings, type Reading, unpackReadings } from './reading.ts';
import { QUALITIES } from './vocabulary.ts';

const reading: fc.Arbitrary<Reading> = fc.record({
  device: fc.constantFrom('meter-1', 'meter-2', 'lift 1'),
  metric: fc.oneof(fc.constantFrom('voltage_v', 'door'), fc.string({ minLength: 1, maxLength: 3 })),
  part: fc.constantFrom(null, 'a', 'b', 'total'),
  value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.string(), fc.constant(null)),
  at: fc.option(fc.nat()),
  receivedAt: fc.nat(),
  quality: fc.constantFrom(...QUALITIES),
  historical: fc.boolean(),
});

test('a packed block gives back every reading in its order, and spells each series once', () => {
  fc.assert(
    fc.property(fc.array(reading, { size: 'max', maxLength: 300 }), (readings) => {
      const block = packReadings(7, readings);
      expect(unpackReadings(block)).toEqual(readings);
      const spelled = block.series.map((series) => JSON.stringify(series));
      expect(new Set(spelled).size).toBe(spelled.length);
      expect(block.seq).toBe(7);
    }),
  );
});
