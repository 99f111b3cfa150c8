import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTimePattern, instantOf, isZone, usableInstant } from './time-text.ts';

const text = (millis: number | null) => (millis === null ? null : new Date(millis).toISOString());

describe('an instant', () => {
  test.each([
    ['2026-03-02T08:15:30.120345678+00:00', '2026-03-02T08:15:30.120Z'],
    ['2022-04-01T12:41:18+02:00', '2022-04-01T10:41:18.000Z'],
    ['2026-02-28 02:30:00.5 -0530', '2026-02-28T08:00:00.500Z'],
    ['2026-02-28T02:30Z', '2026-02-28T02:30:00.000Z'],
    ['2028-02-29', null],
    ['2026-02-29T00:00:00Z', null],
    ['2026-13-01T00:00:00Z', null],
    ['2026-01-01T25:00:00Z', null],
    ['1970-01-01T00:00:12Z', null],
    ['2106-02-07T06:28:15Z', null],
    ['yesterday', null],
  ])('%s is %s', (given, wanted) => expect(text(instantOf(given))).toBe(wanted));

  test('without an offset it needs a zone, and only a zone that exists', () => {
    expect(instantOf('2021-10-26T17:28:45')).toBeNull();
    expect(instantOf('2021-10-26T17:28:45', 'Moon/Base')).toBeNull();
    expect(text(instantOf('2021-10-26T17:28:45', 'Europe/Paris'))).toBe('2021-10-26T15:28:45.000Z');
    expect(isZone('Asia/Shanghai')).toBe(true);
    expect(isZone('Moon/Base')).toBe(false);
  });

  test('an hour that comes twice is the one nearer to when it was heard, else the first', () => {
    const late = Date.UTC(2026, 9, 25, 1, 30, 2);
    expect(text(instantOf('2026-10-25 02:30:00', 'Europe/Paris'))).toBe('2026-10-25T00:30:00.000Z');
    expect(text(instantOf('2026-10-25 02:30:00', 'Europe/Paris', late))).toBe('2026-10-25T01:30:00.000Z');
    expect(text(instantOf('2026-10-25 02:30:00', 'Europe/Paris', late - 3_600_000))).toBe('2026-10-25T00:30:00.000Z');
  });

  test('an hour that is skipped moves past the gap', () => {
    expect(text(instantOf('2026-03-29 02:30:00', 'Europe/Paris'))).toBe('2026-03-29T01:30:00.000Z');
  });

  test('any wall time that Temporal tells of an instant leads back to that instant', () => {
    const zones = fc.constantFrom(
      'Europe/Paris',
      'Asia/Shanghai',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'UTC',
    );
    const instants = fc.integer({ min: Date.UTC(2005, 0, 1) / 1000, max: Date.UTC(2040, 0, 1) / 1000 });
    fc.assert(
      fc.property(zones, instants, (zone, seconds) => {
        const instant = Temporal.Instant.fromEpochMilliseconds(seconds * 1000);
        const wall = instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'second' });
        expect(instantOf(wall, zone, seconds * 1000)).toBe(seconds * 1000);
      }),
      { numRuns: 2000 },
    );
  });

  test('any text gives a usable instant or null', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        const instant = instantOf(any, 'Europe/Paris');
        expect(instant === null || usableInstant(instant) === instant).toBe(true);
      }),
    );
  });
});

describe('a time pattern', () => {
  test.each([
    ['yyyyMMddHHmmss', '20260117211500', '2026-01-17T13:15:00.000Z'],
    ['dd/MM/yyyy HH:mm', '17/01/2026 21:15', '2026-01-17T13:15:00.000Z'],
    ['dd.MM.yyyy HH:mm:ss', '17x01x2026 21:15:00', null],
    ['yyyy-MM-dd HH:mm:ss.SSSXXX', '2026-01-17 21:15:00.25+01:00', '2026-01-17T20:15:00.250Z'],
    ['yyyy-MM-dd', '2026-01-17', '2026-01-16T16:00:00.000Z'],
    ['yyyyMMdd', '20260230', null],
  ])('%s reads %s as %s', (pattern, given, wanted) => {
    expect(text(compileTimePattern(pattern)?.(given, 'Asia/Shanghai', null) ?? null)).toBe(wanted);
  });

  test('without year, month and day, or with one twice, it is none', () => {
    for (const pattern of ['HH:mm', 'yyyy-MM', 'yyyy-MM-dd dd', ''])
      expect(compileTimePattern(pattern), pattern).toBeNull();
  });
});

test('the short way of reading UTC finds what the pattern finds, to the millisecond, and stumbles over the same', () => {
  const field = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
  const wall = fc.tuple(
    fc.integer({ min: 1999, max: 2101 }).map(String),
    field(13),
    field(32),
    field(25),
    field(61),
    field(61),
  );
  const fraction = fc.option(fc.stringMatching(/^\d{0,10}$/), { nil: undefined });
  fc.assert(
    fc.property(wall, fraction, fc.constantFrom('Z', '+00:00'), (fields, part, zone) => {
      const [year, month, day, hour, minute, second] = fields;
      const sent = `${year}-${month}-${day}T${hour}:${minute}:${second}${part === undefined ? '' : `.${part}`}${zone}`;
      // A blank in front keeps the short way from being taken.
      expect(instantOf(sent), sent).toBe(instantOf(` ${sent}`));
    }),
    { numRuns: 2000 },
  );
});
