import { ResponseBook } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { differences } from './differences.ts';

const step = (afterSeconds: number, ...page: string[]) => ({ afterSeconds, page });
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
    { what: 'field', id: 'p', path: ['terms', 'acknowledge'], before: 120, after: undefined },
    { what: 'field', id: 'p', path: ['terms', 'on_site'], before: 420, after: 300 },
    { what: 'field', id: 'p', path: ['sites'], before: undefined, after: ['dc'] },
    { what: 'field', id: 'p', path: ['steps', 1, 'afterSeconds'], before: 60, after: 45 },
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
