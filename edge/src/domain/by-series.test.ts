import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BySeries } from './by-series.ts';

const series = fc.tuple(
  fc.constantFrom('voltage_v', 'current_a', 'leak'),
  fc.constantFrom(null, 'a', 'b', 'c', 'd', 'e', 'f', 'g'),
);

test('in whatever order the series come, each gets its own thing, and the same one every time', () => {
  fc.assert(
    fc.property(fc.array(series, { size: 'max', maxLength: 100 }), (asked) => {
      const made = new Map<string, object>();
      const things = new BySeries(100, (metric, part) => ({ metric, part }));
      for (const [metric, part] of asked) {
        const thing = things.of(metric, part);
        expect(thing).toEqual({ metric, part });
        expect(made.get(`${metric} ${part}`) ?? thing).toBe(thing);
        made.set(`${metric} ${part}`, thing);
      }
    }),
  );
});

test('beyond its bound a thing is made and not kept', () => {
  const things = new BySeries(1, (metric, part) => ({ metric, part }));
  expect(things.of('leak', null)).toBe(things.of('leak', null));
  expect(things.of('leak', 'b')).not.toBe(things.of('leak', 'b'));
  expect(things.of('leak', 'b')).toEqual({ metric: 'leak', part: 'b' });
});

test('beyond its bound nothing is made where there is a thing for all of them', () => {
  let made = 0;
  const things = new BySeries(1, () => (made += 1), -1);
  expect([things.of('leak', null), things.of('leak', 'b'), things.of('leak', null)]).toEqual([1, -1, 1]);
  expect(made).toBe(1);
});
