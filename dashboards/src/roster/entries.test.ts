import { ResponseBook } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { PARTS } from './differences.ts';
import { copied, counted, entriesOf, newEntry } from './entries.ts';
import { withValue } from './plan-form.ts';

const NAME = { en: 'Duty', zh: '值班' };
const layers = [{ id: 'turns', members: ['an'], from: '2026-01-05T08:00' }];
const BOOK = ResponseBook.parse({
  people: [{ id: 'an', name: 'An' }],
  plans: [{ id: 'p', version: 4, steps: [{ afterSeconds: 0, page: ['an'] }] }],
  rosters: [{ id: 'duty', version: 2, name: NAME, zone: 'Asia/Shanghai', layers }],
  contracts: [{ id: 'gold', version: 7, terms: { on_site: 300 } }],
});

test('what is no entry at all keeps its place', () => {
  expect(entriesOf({ people: [{ id: 'an' }, 'bo', null] }, 'people')).toEqual([{ id: 'an' }, {}, {}]);
  expect(entriesOf({ people: 'nobody' }, 'people')).toEqual([]);
});

describe('the version', () => {
  const same = { id: 'p', version: 4, steps: [{ page: ['an'], afterSeconds: 0 }] };
  const other = { ...same, steps: [{ afterSeconds: 0, page: ['bo'] }] };

  test('counts up once an entry differs from the one in force, and back when it does not any more', () => {
    expect(counted('plans', other, BOOK)['version']).toBe(5);
    expect(counted('plans', { ...other, version: 9 }, BOOK)['version']).toBe(9);
    expect(counted('plans', { ...same, version: 5 }, BOOK)['version']).toBe(4);
    expect(counted('plans', { ...other, steps: 'none' }, BOOK)['version']).toBe(5);
    expect(counted('plans', { ...other, id: 'new', version: 1 }, BOOK)['version']).toBe(1);
    expect(counted('contracts', { id: 'gold', version: 7, terms: { on_site: 420 } }, BOOK)['version']).toBe(8);
    expect(counted('plans', other, null)).toBe(other);
  });

  test('of a roster is another one by its rotation, not by a stand-in', () => {
    const roster = { id: 'duty', version: 2, name: NAME, zone: 'Asia/Shanghai', layers };
    expect(counted('rosters', { ...roster, overrides: [{ id: 'o' }], notes: [] }, BOOK)['version']).toBe(2);
    expect(counted('rosters', withValue(roster, ['layers', 0, 'unit'], 'days'), BOOK)['version']).toBe(3);
  });

  test('is none of a person', () => {
    const person = { id: 'an', name: 'Anna' };
    expect(counted('people', person, BOOK)).toBe(person);
  });
});

test('a copy is a first version under its own id, without what was changed from day to day', () => {
  const roster = { id: 'duty', version: 4, zone: 'Asia/Shanghai', layers, overrides: [{ id: 'o' }], x_note: 'kept' };
  expect(copied(roster, 'duty-2')).toEqual({ id: 'duty-2', version: 1, zone: 'Asia/Shanghai', layers, x_note: 'kept' });
  expect(copied({ id: 'an', name: 'An' }, 'an-2')).toEqual({ id: 'an-2', name: 'An' });
});

test('a new entry lacks just what somebody has to say, and nothing that a form could not show', () => {
  const missing = PARTS.map((part) => {
    const entry = newEntry(part, 'new', { day: '2026-11-22', zone: 'Asia/Shanghai' });
    const read = ResponseBook.safeParse({ [part]: [entry] });
    return [part, ...(read.error?.issues ?? []).map(({ path }) => path.slice(2).join('.'))];
  });
  expect(missing).toEqual([
    ['plans'],
    ['people', 'name'],
    ['crews', 'name.en', 'name.zh', 'members'],
    ['rosters', 'name.en', 'name.zh', 'layers.0.members'],
    ['contracts'],
    ['calendars', 'name.en', 'name.zh'],
  ]);
});
