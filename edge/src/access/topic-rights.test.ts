import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFilterTree } from './filter-tree.ts';
import { ownSpace } from './own-space.ts';
import { contains, isGranted, matches } from './topic-rights.ts';

/** Levels of which filters are made; topics also have one that no filter names, and empty ones. */
const NAMED = ['a', 'b', ''];
const LEVELS = [...NAMED, 'other'];
/** Every topic of up to five levels: one more than a filter has, so that `#` shows what it stands for. */
const TOPICS = [1, 2, 3, 4, 5].flatMap((depth) => combinations(depth));

function combinations(depth: number): string[] {
  if (depth === 1) return LEVELS;
  return combinations(depth - 1).flatMap((topic) => LEVELS.map((level) => `${topic}/${level}`));
}

/** MQTT 3.1.1 §4.7, written as a regular expression: another way than the code takes. */
function model(filter: string, topic: string): boolean {
  const body = filter.replaceAll('+', '[^/]*').replace(/(^|\/)#$/, (_, slash) => (slash ? '(/.*)?' : '.*'));
  return new RegExp(`^${body}$`).test(topic);
}

const filters = fc
  .tuple(fc.array(fc.constantFrom(...NAMED, '+'), { minLength: 0, maxLength: 3 }), fc.boolean())
  .filter(([levels, hash]) => levels.length > 0 || hash)
  .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join('/'));
const topics = fc.constantFrom(...TOPICS);

describe('topic rights', () => {
  test('a topic may be published on iff it is under a granted filter', () => {
    fc.assert(
      fc.property(filters, topics, (filter, topic) => matches(filter, topic) === model(filter, topic)),
      {
        numRuns: 3_000,
      },
    );
  });

  test('a filter may be subscribed to iff every topic under it is under a granted filter', () => {
    fc.assert(
      fc.property(filters, filters, (granted, asked) => {
        const isWithin = TOPICS.filter((topic) => model(asked, topic)).every((topic) => model(granted, topic));
        expect(contains(granted, asked)).toBe(isWithin);
      }),
      { numRuns: 1_000 },
    );
  });

  test('a sibling’s topics are never within one’s own, however they are asked for', () => {
    const word = fc.stringMatching(/^[a-z0-9+#/_-]{1,12}$/);
    fc.assert(
      fc.property(word, (asked) => {
        for (const sibling of [`plant/meter-8/${asked}`, `plant/meter-77/${asked}`, `plant/${asked}`])
          expect(isGranted(['plant/meter-7/#'], sibling)).toBe(/^plant\/meter-7(\/|$)/.test(sibling));
      }),
    );
  });

  test('many filters asked at once answer as one after the other', () => {
    fc.assert(
      fc.property(fc.array(filters, { maxLength: 8 }), topics, (list, topic) => {
        expect(createFilterTree(list).matches(topic)).toBe(list.some((filter) => model(filter, topic)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('the broker’s own topics are under no filter', () => {
    expect([matches('#', '$SYS/broker'), matches('+/broker', '$SYS/broker'), matches('$SYS/#', '$SYS/x')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(createFilterTree(['#']).matches('$SYS/x')).toBe(false);
  });

  test('a device is given what it speaks on: all under the level with its id, else the topic alone', () => {
    expect(
      ownSpace(['shellies/meter-7/relay/0', 'shellies/meter-7/online', 'tele/meter-7/SENSOR', 'z2m/plug'], 'meter-7'),
    ).toEqual(['shellies/meter-7/#', 'tele/meter-7/#', 'z2m/plug']);
  });
});
