import { DAY_KINDS, ResponseBook, TERMS, WEEKDAYS } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { instantOfCivil, shownInstant } from './civil.ts';
import { fieldKind, textOf, valueOf } from './field-text.ts';
import { valueAt, withValue, type Path } from './plan-form.ts';
import { isRecord, readBook, readText, rewritten, type RawBook } from './written.ts';

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const id = fc.constantFrom('an', 'bo', 'duty', 'standby', '一组');
const name = fc.record({ en: words, zh: words });
const day = fc.constantFrom('2026-10-01', '2026-10-08', '2027-02-17');
const minute = fc.constantFrom('2026-10-01T08:00', '2026-12-31T23:59');
const instant = fc.constantFrom('2026-10-01T00:00:00.000Z', '2026-10-01T08:00:00+08:00');
const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const hours = fc.record({
  days: optional(fc.uniqueArray(fc.constantFrom(...DAY_KINDS, ...WEEKDAYS), { minLength: 1, maxLength: 3 })),
  from: fc.constantFrom('00:00', '08:30'),
  to: fc.constantFrom('00:00', '20:00'),
});
const layer = fc.record({
  id: words.filter((text) => /^[^/+#\s]+$/u.test(text)),
  members: fc.uniqueArray(id, { minLength: 1, maxLength: 3 }),
  from: minute,
  until: optional(minute),
  every: fc.integer({ min: 1, max: 1_000 }),
  unit: fc.constantFrom('hours', 'days', 'weeks'),
  hours: optional(fc.array(hours, { minLength: 1, maxLength: 2 })),
});
const made = { id, by: fc.constant(null), at: instant };
const turn = fc.record({ person: id, from: instant, to: instant });
const override = fc.record({
  ...made,
  from: instant,
  to: instant,
  on: fc.uniqueArray(id, { maxLength: 2 }),
  off: fc.oneof(fc.constant('everybody'), fc.uniqueArray(id, { maxLength: 2 })),
  reason: fc.option(words),
});
const versioned = { id, version: fc.integer({ min: 1, max: 99 }) };
/** A book is large: each holds hundreds of fields. */
const FEW = { numRuns: 30 };
/** Any book that the contract allows, but for its plans. */
const book = fc
  .record({
    people: fc.array(
      fc.record({
        id,
        name: words,
        skills: fc.array(words, { maxLength: 2 }),
        addresses: fc.array(fc.record({ channel: words, to: words }), { maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
    crews: fc.array(fc.record({ id, name, members: fc.array(id, { minLength: 1, maxLength: 2 }) }), { maxLength: 2 }),
    rosters: fc.array(
      fc.record({
        ...versioned,
        name,
        zone: words,
        calendar: optional(id),
        layers: fc.array(layer, { minLength: 1, maxLength: 2 }),
        covers: optional(fc.array(hours, { minLength: 1, maxLength: 1 })),
        overrides: fc.array(override, { maxLength: 1 }),
        swaps: fc.array(fc.record({ ...made, give: turn, take: turn }), { maxLength: 1 }),
        notes: fc.array(fc.record({ ...made, text: words, until: optional(instant) }), { maxLength: 1 }),
      }),
      { maxLength: 2 },
    ),
    contracts: fc.array(
      fc.record({ ...versioned, terms: fc.dictionary(fc.constantFrom(...TERMS), fc.integer({ min: 1, max: 90_000 })) }),
      { maxLength: 2 },
    ),
    calendars: fc.array(
      fc.record({
        ...versioned,
        name,
        from: day,
        to: day,
        weekend: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { maxLength: 2 }),
        days: fc.array(fc.record({ from: day, to: optional(day), kind: fc.constantFrom('holiday', 'workday'), name }), {
          maxLength: 2,
        }),
      }),
      { maxLength: 1 },
    ),
  })
  .map((one) => ResponseBook.parse(JSON.parse(JSON.stringify(one))));

/** Every text and every number, with its place. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => leaves(one, [...path, at]));
  if (isRecord(value)) return Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, key]));
  return typeof value === 'boolean' || value === null ? [] : [path];
}

describe('forms of people, crews, rosters, contracts and calendars', () => {
  test('whatever a field shows, typed in again, leaves the book as it was', () => {
    fc.assert(
      fc.property(book, (whole) => {
        for (const path of leaves(whole).filter((one) => one.at(-1) !== 'version')) {
          const kind = fieldKind(path);
          const typed = valueOf(kind, textOf(kind, valueAt(whole, path)));
          expect(withValue(whole, path, typed), path.join('.')).toEqual(whole);
        }
      }),
      FEW,
    );
  });

  test('a book that was put into the text in place of another is read again as itself', () => {
    fc.assert(
      fc.property(book, book, (before, after) => {
        const read = readText(rewritten(stringify(before), after));
        expect(read.ok && readBook(read.raw)).toEqual({ ok: true, book: after });
      }),
      FEW,
    );
  });

  test('what a form does not know stays where it is, with the comments around it', () => {
    const strange = fc.oneof(words, fc.integer(), fc.record({ sort: words }));
    fc.assert(
      fc.property(book, strange, fc.nat(), (whole, unknown, pick) => {
        const raw: RawBook = JSON.parse(JSON.stringify(whole), (key, value) =>
          isRecord(value) && key !== 'terms' ? { ...value, x_note: unknown } : value,
        );
        const text = `# the first line\n${stringify(raw)}# the last line\n`;
        const all = leaves(whole);
        const path = all[pick % Math.max(1, all.length)];
        if (!path) return;
        const after = withValue(raw, path, 'changed');
        const written = rewritten(text, after);
        expect(parse(written)).toEqual(after);
        expect(valueAt(parse(written), [...path.slice(0, 2), 'x_note'])).toEqual(unknown);
        expect(written).toMatch(/^# the first line\n[\s\S]*# the last line\n$/);
      }),
      FEW,
    );
  });
});

describe('a moment in the zone of its roster', () => {
  test('is shown by that clock, and typed in again it is the same minute there', () => {
    const zone = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'UTC');
    const minutes = fc.integer({ min: 27_000_000, max: 30_000_000 });
    fc.assert(
      fc.property(zone, minutes, (where, at) => {
        const shown = shownInstant(new Date(at * 60_000).toISOString(), where);
        expect(shownInstant(instantOfCivil(String(shown), where), where)).toBe(shown);
      }),
    );
  });

  test('is nothing that a clock could show when it is none, or the zone is still being typed', () => {
    expect(shownInstant('2026-10-01T08:00:00+08:00', 'Asia/Shanghai')).toBe('2026-10-01T08:00');
    expect(shownInstant('tomorrow', 'Asia/Shanghai')).toBeNull();
    expect(shownInstant('2026-10-01T08:00:00+08:00', 'Asia/Sh')).toBeNull();
    expect(shownInstant(undefined, 'UTC')).toBeNull();
  });
});
