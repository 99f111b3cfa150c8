import { QUALITIES, type Reading } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeriesRows } from '../domain/series-rows.ts';
import { Journal } from './journal.ts';
import { LastWords } from './last-words.ts';

type Said = Pick<Reading, 'device' | 'metric' | 'part' | 'at' | 'value' | 'quality'>;

const said: fc.Arbitrary<Said> = fc.record({
  device: fc.constantFrom('meter-1', 'lift-1'),
  metric: fc.constantFrom('active_power_w', 'door'),
  part: fc.constantFrom(null, 'a'),
  at: fc.constantFrom(null, 0, 1, 2),
  value: fc.constantFrom(0, 1.5, 2 ** 53 + 1, '0', 'open', true, false, null),
  quality: fc.constantFrom(...QUALITIES),
});

test('the same value at the same device time is no news, and what was taken back was never said', () => {
  const steps = fc.array(fc.record({ words: fc.array(said, { maxLength: 20 }), isTakenBack: fc.boolean() }));
  fc.assert(
    fc.property(steps, (transactions) => {
      const journal = new Journal();
      const lastWords = new LastWords(journal, new SeriesRows());
      let plain = new Map<string, Said>();
      for (const { words, isTakenBack } of transactions) {
        journal.clear();
        const before = new Map(plain);
        for (const word of words) {
          const key = `${word.device} ${word.metric} ${word.part}`;
          const { at, value, quality } = plain.get(key) ?? {};
          const isAgain = word.at !== null && at === word.at && value === word.value && quality === word.quality;
          expect(lastWords.takeDown(word)).toBe(!isAgain);
          plain.set(key, word);
        }
        if (!isTakenBack) continue;
        journal.undoAll();
        plain = before;
      }
    }),
  );
});

test('more series than there were rows for keep theirs, and those of a device that invents parts are not kept', () => {
  const lastWords = new LastWords(new Journal(), new SeriesRows());
  const word = (device: number, part: number): Said => ({
    device: `d${device}`,
    metric: 'active_power_w',
    part: `${part}`,
    at: part,
    value: device,
    quality: 'good',
  });
  const all = [0, 1, 2, 3].flatMap((device) => Array.from({ length: 600 }, (_, part) => word(device, part)));
  expect(all.map((one) => lastWords.takeDown(one))).not.toContain(false);
  expect(all.map((one) => lastWords.takeDown(one))).toEqual(all.map(({ part }) => Number(part) >= 512));
});
