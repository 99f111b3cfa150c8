import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BySeries, SeriesList } from './by-series.ts';

const series = fc.tuple(
  fc.constantFrom('voltage_v', 'current_a', 'leak'),
  fc.constantFrom(null, '', 'a', 'b', 'c', 'd', 'e', 'f', 'g'),
);

test('in whatever order devices tell their series, each series gets its own thing, and the same one every time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(series, { size: 'max', maxLength: 100 }), { minLength: 1, maxLength: 4 }),
      (devices) => {
        const empty = SeriesList.empty();
        for (const asked of devices) {
          const things = new BySeries<string>(empty);
          const known = new Set<string>();
          for (const [metric, part] of asked) {
            const text = JSON.stringify([metric, part]);
            expect(things.get(metric, part)).toBe(known.has(text) ? text : undefined);
            if (!known.has(text)) things.add(metric, part, text);
            known.add(text);
            expect(things.size).toBe(known.size);
          }
          for (const [metric, part] of asked) expect(things.get(metric, part)).toBe(JSON.stringify([metric, part]));
          expect(things.entries().map(({ thing }) => thing)).toEqual([...known]);
          expect(things.entries().map(({ metric, part }) => JSON.stringify([metric, part]))).toEqual([...known]);
        }
      },
    ),
  );
});

test('devices that tell the same have one list, and each its own things', () => {
  const empty = SeriesList.empty();
  const first = empty.with('leak', null).with('battery_pct', null);
  expect(empty.with('leak', null).with('battery_pct', null)).toBe(first);
  expect(empty.with('battery_pct', null).with('leak', null)).not.toBe(first);
  const [one, other] = [new BySeries<number>(empty), new BySeries<number>(empty)];
  one.add('leak', null, 1);
  expect(other.get('leak', null)).toBeUndefined();
  other.add('leak', null, 2);
  expect([one.get('leak', null), other.get('leak', null)]).toEqual([1, 2]);
});

test('names that only look alike when they are put together lead to two lists', () => {
  const empty = SeriesList.empty();
  const [one, other] = [new BySeries<number>(empty), new BySeries<number>(empty)];
  one.add('leak\na', null, 1);
  other.add('leak', 'a', 2);
  expect([one.get('leak\na', null), other.get('leak', 'a')]).toEqual([1, 2]);
  expect([one.get('leak', 'a'), other.get('leak\na', null)]).toEqual([undefined, undefined]);
});

test('a device that invents series has a list of its own, and no end of devices that do fills the memory', () => {
  const empty = SeriesList.empty();
  const long = (device: string) => {
    let list = empty;
    for (let n = 0; n < 200; n += 1) list = list.with('power', `${device} ${n}`);
    return list;
  };
  expect(long('a').length).toBe(200);
  expect(long('a')).not.toBe(long('a'));
  for (let device = 0; device < 100; device += 1) long(`${device}`);
  expect(empty.with('late', null)).not.toBe(empty.with('late', null));
  expect(empty.with('power', 'a 0')).toBe(empty.with('power', 'a 0'));
});
