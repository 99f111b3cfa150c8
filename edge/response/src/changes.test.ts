import { describe, expect, test } from 'vitest';
import { dutiesAt, gaps, onCall } from './on-call.ts';
import { at, bookOf, rosterOf } from './testing/book.ts';

const book = bookOf();
const ZONE = 'Asia/Shanghai';
const instant = (text: string) => `${text}:00+08:00`;
const made = { by: 'dispatcher', at: instant('2026-01-04T09:00') };
const wednesday = { from: instant('2026-01-07T08:00'), to: instant('2026-01-08T08:00') };

/** A day each, from Monday the 5th: an, bo, chen, an, … */
function daily(changes: object) {
  const roster = rosterOf(ZONE, { unit: 'days' }, changes);
  return (text: string) => onCall(roster, at(text, ZONE), book);
}

describe('an override', () => {
  test('stands in for whoever it takes off, and only while that one would be on call', () => {
    const on = daily({
      overrides: [
        {
          id: 'sick',
          ...made,
          from: instant('2026-01-05T00:00'),
          to: instant('2026-01-07T12:00'),
          off: ['chen'],
          on: ['dai'],
        },
      ],
    });
    expect(on('2026-01-06T09:00')).toEqual(['bo']);
    expect(on('2026-01-07T09:00')).toEqual(['dai']);
    expect(on('2026-01-07T12:00')).toEqual(['chen']);
  });

  test('with nobody off comes in addition, with everybody off alone', () => {
    const more = daily({ overrides: [{ id: 'storm', ...made, ...wednesday, on: ['dai'] }] });
    expect(more('2026-01-07T09:00').toSorted()).toEqual(['chen', 'dai']);
    const alone = daily({ overrides: [{ id: 'drill', ...made, ...wednesday, off: 'everybody', on: ['dai'] }] });
    expect(alone('2026-01-07T09:00')).toEqual(['dai']);
    expect(alone('2026-01-08T08:00')).toEqual(['an']);
  });

  test('that only takes somebody off leaves a gap, and the gap is seen', () => {
    const roster = rosterOf(
      ZONE,
      { unit: 'days' },
      { overrides: [{ id: 'off', ...made, ...wednesday, off: ['chen'] }] },
    );
    const from = at('2026-01-05T08:00', ZONE);
    expect(gaps(roster, { from, to: from + 7 * 86_400_000 }, book)).toEqual([
      { from: at('2026-01-07T08:00', ZONE), to: at('2026-01-08T08:00', ZONE) },
    ]);
  });

  test('of two the later made counts, in whatever order they are written', () => {
    const first = { id: 'first', ...made, ...wednesday, off: 'everybody', on: ['an'] };
    const second = { ...first, id: 'second', at: instant('2026-01-06T10:00'), on: ['bo'] };
    expect(daily({ overrides: [first, second] })('2026-01-07T09:00')).toEqual(['bo']);
    expect(daily({ overrides: [second, first] })('2026-01-07T09:00')).toEqual(['bo']);
  });
});

describe('a swap', () => {
  const swap = {
    id: 'swap',
    ...made,
    give: { person: 'bo', from: instant('2026-01-06T08:00'), to: instant('2026-01-07T08:00') },
    take: { person: 'chen', ...wednesday },
  };

  test('two people take each other’s shifts, and nothing else changes', () => {
    const on = daily({ swaps: [swap] });
    expect(on('2026-01-05T09:00')).toEqual(['an']);
    expect(on('2026-01-06T09:00')).toEqual(['chen']);
    expect(on('2026-01-07T09:00')).toEqual(['bo']);
    expect(on('2026-01-09T09:00')).toEqual(['bo']);
  });

  test('says itself why somebody is on call', () => {
    const roster = rosterOf(ZONE, { unit: 'days' }, { swaps: [swap] });
    expect(dutiesAt(roster, at('2026-01-06T09:00', ZONE), book)).toMatchObject([
      { person: 'chen', because: 'swap', change: 'swap', to: at('2026-01-07T08:00', ZONE) },
    ]);
  });

  test('a change that begins within somebody else’s shift leaves that shift whole', () => {
    const noon = { from: instant('2026-01-05T12:00'), to: instant('2026-01-06T12:00') };
    const roster = rosterOf(
      ZONE,
      { unit: 'days' },
      { overrides: [{ id: 'o', ...made, ...noon, off: ['chen'], on: ['dai'] }] },
    );
    expect(dutiesAt(roster, at('2026-01-05T09:00', ZONE), book)).toMatchObject([
      { person: 'an', to: at('2026-01-06T08:00', ZONE) },
    ]);
  });

  test('half a shift can be swapped', () => {
    const half = { ...swap, give: { ...swap.give, to: instant('2026-01-06T20:00') } };
    const on = daily({ swaps: [half] });
    expect(on('2026-01-06T19:59')).toEqual(['chen']);
    expect(on('2026-01-06T20:00')).toEqual(['bo']);
  });
});
