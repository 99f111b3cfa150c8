import { expect, test } from 'vitest';
import { IdFilter } from './id-filter.ts';

const GENERATION = 100_000;
const uplink = (n: number) => `chirpstack:up:3ac7e3c4-4401-4b8d-9386-${String(n).padStart(12, '0')}`;

test('the newest ids are known however many come, and few of those that never came look as if they had', () => {
  const filter = new IdFilter(GENERATION);
  const all = Array.from({ length: 2.5 * GENERATION }, (_, n) => n);
  for (const n of all) filter.add(uplink(n));
  expect(all.slice(-GENERATION).filter((n) => !filter.mayHave(uplink(n)))).toEqual([]);
  const others = all.filter((n) => filter.mayHave(uplink(n + all.length)));
  expect(others.length / all.length).toBeLessThan(0.03);
  expect(all.slice(0, GENERATION / 2).filter((n) => filter.mayHave(uplink(n))).length).toBeLessThan(0.06 * GENERATION);
});

test('nothing is known of before anything came', () => {
  const filter = new IdFilter(3);
  expect(['', 'a', 'm-1'].map((id) => filter.mayHave(id))).toEqual([false, false, false]);
  filter.add('');
  expect([filter.mayHave(''), filter.mayHave('a')]).toEqual([true, false]);
});
