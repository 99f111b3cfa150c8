import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Limit } from './channel.ts';
import { createRates, rankOf, type Rank } from './rates.ts';
import { examplePage } from './testing.ts';

const MINUTE = 60_000;
const ROBOT: Limit = { key: 'robot', count: 20, perMs: MINUTE };

function bucket() {
  const clock = { now: 0 };
  return { clock, rates: createRates(() => clock.now) };
}

test('a robot’s twenty go out at once, and the next when the first has come back', () => {
  const { clock, rates } = bucket();
  for (let n = 0; n < 20; n += 1) {
    expect(rates.take([ROBOT], 0)).toBe(0);
    clock.now += 100;
  }
  expect(rates.take([ROBOT], 0)).toBe(MINUTE - 2_000);
  clock.now += MINUTE - 2_000;
  expect(rates.take([ROBOT], 0)).toBe(0);
  expect(rates.take([ROBOT], 0)).toBe(100);
});

test('no window ever sees more than the vendor allows, however pages come', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20_000), fc.constantFrom<Rank>(0, 1, 2)), { maxLength: 200 }), (arrivals) => {
      const { clock, rates } = bucket();
      const sent: number[] = [];
      for (const [gap, rank] of arrivals) {
        clock.now += gap;
        if (rates.take([ROBOT], rank) === 0) sent.push(clock.now);
      }
      for (const at of sent)
        expect(sent.filter((other) => other > at - MINUTE && other <= at).length).toBeLessThanOrEqual(20);
    }),
  );
});

test('whoever waits as long as told passes, when nobody came in between', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(5_000), { minLength: 20, maxLength: 60 }),
      fc.constantFrom<Rank>(0, 1, 2),
      (gaps, rank) => {
        const { clock, rates } = bucket();
        for (const gap of gaps) {
          clock.now += gap;
          rates.take([ROBOT], 0);
        }
        const wait = rates.take([ROBOT], rank);
        clock.now += wait;
        if (wait > 0) expect(rates.take([ROBOT], rank)).toBe(0);
      },
    ),
  );
});

test('a storm of lesser pages leaves room for new critical ones', () => {
  const { rates } = bucket();
  let lesser = 0;
  while (rates.take([ROBOT], 2) === 0) lesser += 1;
  let repeats = 0;
  while (rates.take([ROBOT], 1) === 0) repeats += 1;
  let critical = 0;
  while (rates.take([ROBOT], 0) === 0) critical += 1;
  expect([lesser, repeats, critical]).toEqual([12, 4, 4]);
});

test('a robot with two limits keeps both', () => {
  const { clock, rates } = bucket();
  const limits = [
    { key: 'feishu', count: 5, perMs: 1_000 },
    { key: 'feishu', count: 8, perMs: MINUTE },
  ];
  for (let n = 0; n < 5; n += 1) expect(rates.take(limits, 0)).toBe(0);
  expect(rates.take(limits, 0)).toBe(1_000);
  clock.now += 1_000;
  for (let n = 0; n < 3; n += 1) expect(rates.take(limits, 0)).toBe(0);
  expect(rates.take(limits, 0)).toBe(MINUTE - 1_000);
});

test('a robot that the vendor has blocked is left alone for so long, others are not', () => {
  const { clock, rates } = bucket();
  rates.block([ROBOT], 600_000);
  expect(rates.take([ROBOT], 0)).toBe(600_000);
  expect(rates.take([{ ...ROBOT, key: 'another' }], 0)).toBe(0);
  clock.now += 600_000;
  expect(rates.take([ROBOT], 0)).toBe(0);
});

test('what is not taken because of one limit is not taken of another', () => {
  const { rates } = bucket();
  const chat = { key: 'chat', count: 1, perMs: 1_000 };
  expect(rates.take([ROBOT, chat], 0)).toBe(0);
  for (let n = 0; n < 50; n += 1) expect(rates.take([ROBOT, chat], 0)).toBe(1_000);
  for (let n = 0; n < 19; n += 1) expect(rates.take([ROBOT], 0)).toBe(0);
});

test('new critical pages pass before their repeats and major ones, those before the rest', () => {
  const { incident } = examplePage();
  const rank = (over: object, more = {}) => rankOf({ incident: { ...incident, ...over }, test: false, ...more });
  expect(rank({})).toBe(0);
  expect(rank({ rounds: 1 })).toBe(1);
  expect(rank({ severity: 'major' })).toBe(1);
  expect(rank({ severity: 'major', rounds: 1 })).toBe(2);
  expect(rank({ severity: 'minor' })).toBe(2);
  expect(rank({}, { test: true })).toBe(2);
});
