import { RosterChanges } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { LOCAL, withCalendars, withChanges } from './merge.ts';
import { bookOf, china, rosterOf } from './testing/book.ts';

test('a calendar that Keepsite has brought up to date is not hidden by an old copy of it', () => {
  const next = { ...china, version: 2, to: '2027-12-31' };
  expect(withCalendars(bookOf({ calendars: [china] }), [next]).calendars).toEqual([next]);
  expect(withCalendars(bookOf({ calendars: [next] }), [china]).calendars).toEqual([next]);
});

test('calendars of one’s own stand beside those that everybody has', () => {
  const own = { ...china, id: 'plant' };
  expect(withCalendars(bookOf({ calendars: [own] }), [china]).calendars.map(({ id }) => id)).toEqual([
    'plant',
    'china',
  ]);
});

test('of changes that were made at an edge only the edge’s own count, not copies that come back', () => {
  const note = (id: string) => ({ id, by: null, at: '2026-03-02T00:00:00Z', text: id });
  const roster = rosterOf('Asia/Shanghai', {}, { notes: [note('cloud'), note(`${LOCAL}gone`), note(`${LOCAL}kept`)] });
  const local = RosterChanges.parse({ notes: [note(`${LOCAL}kept`)] });
  const [merged] = withChanges([roster], { duty: local });
  expect(merged?.notes.map(({ id }) => id)).toEqual(['cloud', `${LOCAL}kept`]);
});
