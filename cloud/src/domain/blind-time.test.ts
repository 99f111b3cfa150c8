import { expect, test } from 'vitest';
import { blindTime } from './blind-time.ts';

const FROM = Date.UTC(2026, 2, 1);
const MONTH = { from: FROM, to: FROM + 31 * 86_400_000, now: FROM + 10 * 86_400_000 };
const spell = (edge: string, from: number, until: number | null) => ({
  edge,
  since: FROM + from * 1000,
  until: until === null ? null : FROM + until * 1000,
});

test('two gateways that were silent at once make no double time', () => {
  expect(blindTime([spell('b', 50, 200), spell('a', 0, 100), spell('a', 300, 400)], MONTH)).toMatchObject({
    seconds: 300,
    spells: [{ edge: 'a' }, { edge: 'b' }, { edge: 'a' }],
  });
});

test('a silence counts within the month and until now, and one that lasts has no end', () => {
  const lasting = blindTime([spell('a', -500, 100), spell('b', 864_000 - 60, null)], MONTH);
  expect(lasting.seconds).toBe(160);
  expect(lasting.spells.map(({ to }) => to)).toEqual(['2026-03-01T00:01:40.000Z', null]);
  expect(blindTime([spell('a', -500, -1), spell('b', 9e6, null)], MONTH)).toEqual({ seconds: 0, spells: [] });
});
