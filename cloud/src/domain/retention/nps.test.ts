import { expect, test } from 'vitest';
import { npsInterval } from './nps.ts';

// measuringu.com/nps-confidence-intervals, and a small sample that shows why the interval is printed.
test.each([
  { promoters: 18, detractors: 2, answers: 31, raw: 51.6, low: 25.5, high: 68.6 },
  { promoters: 5, detractors: 1, answers: 8, raw: 50, low: -7.45, high: 80.2 },
])('$promoters promoters and $detractors detractors of $answers', ({ promoters, detractors, answers, ...expected }) => {
  const nps = npsInterval(promoters, detractors, answers);
  expect(nps?.raw).toBeCloseTo(expected.raw, 1);
  expect(nps?.low).toBeCloseTo(expected.low, 1);
  expect(nps?.high).toBeCloseTo(expected.high, 1);
  expect(nps?.adjusted).toBeCloseTo((100 * (promoters - detractors)) / (answers + 3), 10);
});

test('nobody asked is no score', () => {
  expect(npsInterval(0, 0, 0)).toBeNull();
});
