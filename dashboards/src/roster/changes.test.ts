import { expect, test } from 'vitest';
import { isPast, pastCount, withoutPast } from './changes.ts';

const NOW = Date.parse('2026-10-10T00:00:00Z');
const to = (day: number) => ({ to: `2026-10-${String(day).padStart(2, '0')}T00:00:00Z` });

test('a swap is past when both of its shifts are', () => {
  expect(isPast('swaps', { give: to(8), take: to(9) }, NOW)).toBe(true);
  expect(isPast('swaps', { give: to(8), take: to(11) }, NOW)).toBe(false);
});

test('a note matters for a week, or as long as it says', () => {
  expect(isPast('notes', { at: '2026-10-02T00:00:00Z' }, NOW)).toBe(true);
  expect(isPast('notes', { at: '2026-10-04T00:00:00Z' }, NOW)).toBe(false);
  expect(isPast('notes', { at: '2026-10-02T00:00:00Z', until: '2026-10-20T00:00:00Z' }, NOW)).toBe(false);
});

test('what is past is taken out together; what nobody can read stays', () => {
  const roster = { id: 'duty', overrides: [to(9), to(11), { to: 'soon' }, 'what'], notes: 'none' };
  expect(pastCount(roster, NOW)).toBe(1);
  expect(withoutPast(roster, NOW)).toEqual({ ...roster, overrides: [to(11), { to: 'soon' }, 'what'] });
});
