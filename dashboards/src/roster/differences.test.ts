import { ResponseBook } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differences } from './differences.ts';

const step = (afterSeconds: number, ...page: string[]) => ({ afterSeconds, page });
const NAME = { en: 'Duty', zh: '值班' };
const plan = (id: string, steps: object[], more: object = {}) => ({ id, version: 1, steps, ...more });
const book = (plans: object[], more: object = {}) => ResponseBook.parse({ plans, ...more });
const LADDER = [step(0, 'an'), step(60, 'bo'), step(120, 'chen')];
const BEFORE = book([plan('p', LADDER), plan('q', [])]);

test('the same book has no differences, however it is written and counted', () => {
  expect(differences(BEFORE, book([{ steps: LADDER, version: 2, id: 'p' }, plan('q', [])]))).toEqual([]);
});

test('a field that was changed is told with what it was and is', () => {
  const after = book([
    plan('p', [step(0, 'an'), step(45, 'bo'), step(120, 'chen')], { terms: { on_site: 300 }, sites: ['dc'] }),
    plan('q', []),
  ]);
  expect(differences(BEFORE, after)).toEqual([
    { what: 'field', part: 'plans', id: 'p', path: ['terms', 'acknowledge'], before: 120, after: undefined },
    { what: 'field', part: 'plans', id: 'p', path: ['terms', 'on_site'], before: 420, after: 300 },
    { what: 'field', part: 'plans', id: 'p', path: ['sites'], before: undefined, after: ['dc'] },
    { what: 'field', part: 'plans', id: 'p', path: ['steps', 1, 'afterSeconds'], before: 60, after: 45 },
  ]);
});

test('a step that is put between two others is one step more, and the others are what they were', () => {
  const after = book([plan('p', [LADDER[0] ?? {}, step(20, 'dai'), ...LADDER.slice(1)]), plan('q', [])]);
  expect(differences(BEFORE, after)).toMatchObject([
    { what: 'step_added', id: 'p', step: 1, value: { page: ['dai'] } },
  ]);
  expect(differences(after, BEFORE)).toMatchObject([{ what: 'step_removed', id: 'p', step: 1 }]);
});

test('plans that come, go and pass one another are told, and that people have changed', () => {
  const people = [{ id: 'an', name: 'An' }];
  expect(differences(BEFORE, book([plan('q', []), plan('p', LADDER), plan('new', [])], { people }))).toEqual([
    { what: 'added', part: 'plans', id: 'new' },
    { what: 'moved', part: 'plans', id: 'q' },
    { what: 'added', part: 'people', id: 'an' },
  ]);
  expect(differences(BEFORE, book([plan('p', LADDER)]))).toEqual([{ what: 'removed', part: 'plans', id: 'q' }]);
});

describe('of people, rosters and contracts', () => {
  const layer = (id: string, members: string[]) => ({ id, members, from: '2026-01-05T08:00' });
  const roster = (...layers: object[]) => ({ id: 'duty', version: 1, name: NAME, zone: 'Asia/Shanghai', layers });
  const of = (before: object, after: object) => differences(book([], before), book([], after));

  test('a layer is known by its id, wherever others come and go', () => {
    const before = { rosters: [roster(layer('day', ['an']), layer('night', ['bo']))] };
    const after = { rosters: [{ ...roster(layer('eve', ['an']), layer('night', ['an'])), version: 2 }] };
    expect(of(before, after)).toMatchObject([
      { path: ['layers', 'day'], before: { id: 'day' }, after: undefined },
      { part: 'rosters', id: 'duty', path: ['layers', 'night', 'members'], before: ['bo'], after: ['an'] },
      { path: ['layers', 'eve'], before: undefined, after: { id: 'eve' } },
    ]);
    expect(of(before, { rosters: [roster(layer('night', ['bo']), layer('day', ['an']))] })).not.toEqual([]);
  });

  test('an address that was added is one address more', () => {
    const way = (to: string) => ({ channel: 'sms', to });
    const person = (...addresses: object[]) => ({ people: [{ id: 'an', name: 'An', addresses }] });
    expect(of(person(way('1'), way('3')), person(way('1'), way('2'), way('3')))).toEqual([
      { what: 'field', part: 'people', id: 'an', path: ['addresses'], before: undefined, after: way('2') },
    ]);
    expect(of(person(way('1')), person(way('2')))).toMatchObject([{ path: ['addresses', 0, 'to'], after: '2' }]);
  });

  test('whatever was changed is told, and going back is told the other way round', () => {
    const member = fc.constantFrom('an', 'bo', 'chen');
    const layers = fc.uniqueArray(
      fc.record({ id: fc.constantFrom('a', 'b', 'c'), members: fc.array(member, { minLength: 1, maxLength: 2 }) }),
      { selector: ({ id }) => id, minLength: 1 },
    );
    fc.assert(
      fc.property(layers, layers, (was, is) => {
        const at = (all: typeof was) => ({ rosters: [roster(...all.map((one) => layer(one.id, one.members)))] });
        const found = of(at(was), at(is));
        expect(found.length > 0).toBe(JSON.stringify(was) !== JSON.stringify(is));
        expect(of(at(is), at(was))).toHaveLength(found.length);
      }),
    );
  });
});
