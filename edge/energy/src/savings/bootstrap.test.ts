import { expect, test } from 'vitest';
import { seededRandom } from '../statistics/random.ts';
import { drawErrors, intervalOf } from './bootstrap.ts';

const N = 364;
/** Fourteen days up, fourteen days down. */
const waves = Float64Array.from({ length: N }, (_, i) => (Math.floor(i / 14) % 2 === 0 ? 3 : -3));
const none = new Float64Array(N);
const draw = (influence: Float64Array, m: number, block: number, residuals = waves) =>
  drawErrors(residuals, influence, m, { draws: 4000, block, random: seededRandom(11) });

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

test('the noise of the reporting period is not saving: it counts whatever the fit is', () => {
  expect(variance(draw(none, 1, 7))).toBeCloseTo(9, 0);
  expect(Math.abs(variance(draw(none, 364, 1)) / (364 * 9) - 1)).toBeLessThan(0.1);
});

test('the noise of the baseline moves the prediction by its influence', () => {
  expect(variance(draw(none, 0, 7))).toBe(0);
  const twice = none.map((_, i) => (i < 100 ? 2 : 0));
  expect(Math.abs(variance(draw(twice, 0, 1)) / (100 * 4 * 9) - 1)).toBeLessThan(0.1);
});

test('what lasts for days is drawn together', () => {
  const single = variance(draw(none, 28, 1));
  expect(variance(draw(none, 28, 7)) / single).toBeGreaterThan(4);
  expect(variance(draw(none, 28, 7)) / single).toBeLessThan(7);
});

test('too much use in the reporting period reads as too little saved, and the interval answers for it', () => {
  const skewed = Float64Array.from({ length: N }, (_, i) => (i % 52 === 0 ? 51 : -1));
  const errors = draw(none, 1, 1, skewed);
  expect([Math.min(...errors), Math.max(...errors)]).toEqual([-51, 1]);
  expect(intervalOf(100, errors, 0.999)).toEqual({ low: 99, high: 151 });
});

test('an interval holds its share of the draws', () => {
  const errors = Float64Array.from({ length: 1001 }, (_, i) => i - 500);
  expect(intervalOf(10, errors, 0.9)).toEqual({ low: 10 - 450, high: 10 + 450 });
});

test('a seed repeats itself, another does not', () => {
  const options = (seed: number) => ({ draws: 50, block: 7, random: seededRandom(seed) });
  expect(drawErrors(waves, none, 30, options(3))).toEqual(drawErrors(waves, none, 30, options(3)));
  expect(drawErrors(waves, none, 30, options(3))).not.toEqual(drawErrors(waves, none, 30, options(4)));
});
