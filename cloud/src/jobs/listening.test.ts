import { expect, test } from 'vitest';
import { createListening } from './listening.ts';

const EVERY = 5_000;

test('we listen since the first look, as long as both clocks go the same way', () => {
  const listening = createListening(EVERY);
  expect(
    [0, 5, 10, 40].map((s) => listening.look(1_000_000 + s * 1000, s * 1000 < 40_000 ? s * 1000 : 15_000)),
  ).toEqual([1_000_000, 1_000_000, 1_000_000, 1_040_000]);
});

test('a wall clock that was set, backwards or forwards, begins anew', () => {
  for (const jump of [-3_600_000, 3_600_000]) {
    const listening = createListening(EVERY);
    listening.look(1e9, 0);
    expect(listening.look(1e9 + jump, EVERY)).toBe(1e9 + jump);
  }
});

test('a machine that slept, and a database that could not be reached, have heard nobody', () => {
  const listening = createListening(EVERY);
  listening.look(1e9, 0);
  expect(listening.look(1e9 + 60_000, 60_000)).toBe(1e9 + 60_000);
  listening.deaf();
  expect(listening.look(1e9 + 65_000, 65_000)).toBe(1e9 + 65_000);
});
