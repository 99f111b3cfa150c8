import { ResponseBook } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withValue } from './plan-form.ts';
import { usesOf } from './uses.ts';

const AT = '2026-03-01T00:00:00Z';
const FROM = { at: AT, from: AT, to: '2026-03-02T00:00:00Z' };
const turn = (person: string) => ({ person, from: AT, to: FROM.to });
const BOOK = {
  people: ['an', 'bo', 'chen', 'dai'].map((id) => ({ id, name: id })),
  crews: [{ id: 'pair', name: { en: 'Pair', zh: '一组' }, members: ['an', 'bo'] }],
  rosters: [
    {
      id: 'duty',
      calendar: 'park',
      layers: [
        { id: 'day', members: ['pair'] },
        { id: 'night', members: ['an'] },
      ],
      overrides: [{ id: 'o', ...FROM, on: ['chen'], off: ['an'] }],
      swaps: [{ id: 's', at: AT, give: turn('an'), take: turn('bo') }],
    },
  ],
  plans: [
    {
      id: 'p',
      steps: [{ page: ['duty'] }, { page: ['an', 'pair'] }],
      alert: ['an'],
      authority: { approvers: ['an'] },
    },
  ],
  calendars: [{ id: 'park' }, { id: 'china' }, { id: 'old' }],
};
const places = (part: Parameters<typeof usesOf>[1], id: string) =>
  usesOf(BOOK, part, id).map((use) =>
    [use.part, use.id, use.place, use.which].filter((word) => word !== null).join(' '),
  );

test('a person is told with every place that names them', () => {
  expect(places('people', 'an')).toEqual([
    'crews pair members',
    'rosters duty layer night',
    'rosters duty override o',
    'rosters duty swap s',
    'plans p step 2',
    'plans p alert',
    'plans p approvers',
  ]);
  expect(places('people', 'chen')).toEqual(['rosters duty override o']);
  expect(places('people', 'dai')).toEqual([]);
});

test('a crew, a roster and a calendar are told with theirs', () => {
  expect(places('crews', 'pair')).toEqual(['rosters duty layer day', 'plans p step 2']);
  expect(places('rosters', 'duty')).toEqual(['plans p step 1']);
  expect(places('calendars', 'park')).toEqual(['rosters duty calendar']);
  expect(places('calendars', 'old')).toEqual([]);
});

test('what is there anyway holds nothing: the second of two with one id, and the calendar of every gateway', () => {
  const twice = { ...BOOK, people: [...BOOK.people, { id: 'an', name: 'again' }] };
  expect(usesOf(twice, 'people', 'an')).toEqual([]);
  expect(usesOf(withValue(BOOK, ['rosters', 0, 'calendar'], 'china'), 'calendars', 'china')).toEqual([]);
});

test('a book that nobody can read names nobody, and never throws', () => {
  fc.assert(
    fc.property(fc.object(), fc.string(), (raw, id) => {
      expect(Array.isArray(usesOf(raw, 'people', id))).toBe(true);
    }),
  );
  expect(usesOf({ crews: [{ members: 'an' }, 'an'], plans: [{ steps: [null] }] }, 'people', 'an')).toEqual([]);
});

test('whoever nothing names can go without the contract or a reader of it missing anybody', () => {
  const ids = ['an', 'bo', 'chen', 'dai'];
  fc.assert(
    fc.property(fc.constantFrom(...ids), fc.subarray(ids, { minLength: 1 }), (id, members) => {
      const raw = { people: BOOK.people, crews: [{ id: 'c', name: { en: 'C', zh: '组' }, members }] };
      const left = { ...raw, people: raw.people.filter((person) => person.id !== id) };
      const known = new Set(ResponseBook.parse(left).people.map((person) => person.id));
      const isMissed = members.some((member) => !known.has(member));
      expect(usesOf(raw, 'people', id).length > 0).toBe(isMissed);
    }),
  );
});
