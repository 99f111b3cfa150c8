import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayFigures, usualKwh } from './daily.ts';
import { localDay, sameWeekdaysBefore, type LocalDay } from './day.ts';
import { stretchesOfCounter, stretchesOfPower, type Sample } from './stretches.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SHANGHAI = localDay('2026-03-02', 'Asia/Shanghai');

/** A counter that is read every `every` ms from midnight to midnight (and beyond), drawing `kwAt(t)`. */
function counter(day: LocalDay, kwAt: (at: number) => number, every = 5 * MINUTE): Sample[] {
  const samples: Sample[] = [];
  let value = 1_000;
  for (let at = day.from - HOUR; at <= day.to + HOUR; at += every) {
    samples.push({ at, value });
    value += kwAt(at) * (every / HOUR);
  }
  return samples;
}

function figures(day: LocalDay, samples: readonly Sample[], maxKw?: number) {
  const rules = maxKw === undefined ? {} : { maxKw };
  return dayFigures(day, [stretchesOfCounter(samples, rules)], rules);
}

describe('a day of a meter', () => {
  test.each([
    ['2026-03-02', 'Asia/Shanghai', 24],
    ['2026-03-29', 'Europe/Berlin', 23],
    ['2026-10-25', 'Europe/Berlin', 25],
    ['2026-04-05', 'Australia/Lord_Howe', 24.5],
    // Clocks go forward at midnight: the day begins at 01:00.
    ['2026-09-06', 'America/Santiago', 23],
  ])('%s in %s is %d hours of a constant load', (date, zone, hours) => {
    const day = localDay(date, zone);
    const { kwh, coverage, peakKw } = figures(
      day,
      counter(day, () => 10),
    );
    expect(kwh).toBeCloseTo(hours * 10, 6);
    expect(peakKw).toBeCloseTo(10, 6);
    expect(coverage).toBeCloseTo(1, 9);
  });

  test('the night is 22–06 by the wall clock, also when the clocks change in it', () => {
    const berlin = localDay('2026-03-29', 'Europe/Berlin');
    // 5 hours before 06:00 and 2 after 22:00, of 23.
    expect(
      figures(
        berlin,
        counter(berlin, () => 10),
      ).nightShare,
    ).toBeCloseTo(7 / 23, 6);
    const onlyAtNight = counter(SHANGHAI, (at) => (SHANGHAI.night.some(([from, to]) => at >= from && at < to) ? 8 : 0));
    expect(figures(SHANGHAI, onlyAtNight).nightShare).toBeCloseTo(1, 6);
  });

  test('the peak is the highest quarter of an hour and when it began', () => {
    const from = SHANGHAI.from + 14 * HOUR + 15 * MINUTE;
    const load = counter(SHANGHAI, (at) => (at >= from && at < from + 15 * MINUTE ? 90 : 10));
    expect(figures(SHANGHAI, load)).toMatchObject({ peakKw: expect.closeTo(90, 6), peakAt: from });
  });

  test('a meter that is read once an hour shows its energy but no peak', () => {
    const hourly = stretchesOfCounter(counter(SHANGHAI, () => 10, HOUR));
    expect(dayFigures(SHANGHAI, [hourly], { maxGapMs: 90 * MINUTE })).toMatchObject({
      kwh: expect.closeTo(240, 6),
      peakKw: null,
    });
  });

  test('a reset loses no more than the interval in which it happened', () => {
    const reset = SHANGHAI.from + 10 * HOUR;
    const samples = counter(SHANGHAI, () => 12).map((s) => (s.at < reset ? s : { ...s, value: s.value - 1_132 }));
    expect(samples.find((s) => s.at === reset)?.value).toBe(0);
    const { kwh, coverage } = figures(SHANGHAI, samples);
    expect(kwh).toBeCloseTo(288, 6);
    expect(coverage).toBeCloseTo(1 - 5 / 1440, 6);
  });

  test.each([
    ['a dip to zero', 0],
    ['a spike', 3_000],
    ['a spike beyond all measure', 990_000],
  ])('%s neither adds nor takes energy', (_, wrong) => {
    const at = SHANGHAI.from + 9 * HOUR;
    const samples = counter(SHANGHAI, () => 12).map((s) => (s.at === at ? { ...s, value: wrong } : s));
    expect(figures(SHANGHAI, samples).kwh).toBeCloseTo(288, 6);
  });

  test('a jump that no building could draw is not energy', () => {
    const at = SHANGHAI.from + 9 * HOUR;
    const swapped = counter(SHANGHAI, () => 12).map((s) => (s.at < at ? s : { ...s, value: s.value + 20_000 }));
    expect(figures(SHANGHAI, swapped, 500).kwh).toBeCloseTo(288, 6);
  });

  test('a silence within the day keeps its energy, lowers coverage and hides the peak in it', () => {
    const load = (at: number) => (at >= SHANGHAI.from + 12 * HOUR && at < SHANGHAI.from + 14 * HOUR ? 50 : 10);
    const silent = counter(SHANGHAI, load).filter(
      ({ at }) => at <= SHANGHAI.from + 12 * HOUR || at >= SHANGHAI.from + 14 * HOUR,
    );
    const result = figures(SHANGHAI, silent);
    expect(result.kwh).toBeCloseTo(220 + 100, 6);
    expect(result.coverage).toBeCloseTo(22 / 24, 6);
    expect(result.peakKw).toBeCloseTo(10, 6);
  });

  test('a gap is never a saving: whatever is missing, a constant load stays constant or unknown', () => {
    const holes = fc.array(fc.record({ from: fc.nat(26 * 60), minutes: fc.nat(600) }), { maxLength: 6 });
    fc.assert(
      fc.property(holes, fc.boolean(), (list, fromPower) => {
        const heard = (at: number) =>
          list.every(({ from, minutes }) => {
            const start = SHANGHAI.from - HOUR + from * MINUTE;
            return at < start || at > start + minutes * MINUTE;
          });
        const samples = counter(SHANGHAI, () => 10).filter(({ at }) => heard(at));
        const stretches = fromPower
          ? stretchesOfPower(samples.map(({ at }) => ({ at, value: 10_000 })))
          : stretchesOfCounter(samples);
        const { kwh, coverage } = dayFigures(SHANGHAI, [stretches]);
        if (coverage > 0.5) expect(kwh).not.toBeNull();
        if (kwh !== null) expect(kwh).toBeCloseTo(240, 6);
      }),
    );
  });

  test('a day of silence is unknown, not zero', () => {
    expect(figures(SHANGHAI, [])).toEqual({ kwh: null, peakKw: null, peakAt: null, nightShare: null, coverage: 0 });
    const days = [SHANGHAI.from - HOUR, SHANGHAI.to + HOUR].map((at, i) => ({ at, value: 1_000 + 500 * i }));
    expect(figures(SHANGHAI, days)).toMatchObject({ kwh: null, coverage: 0 });
  });

  test('phases are added up, and an unknown phase makes the sum unknown', () => {
    const phase = stretchesOfCounter(counter(SHANGHAI, () => 5));
    expect(dayFigures(SHANGHAI, [phase, phase, phase])).toMatchObject({
      kwh: expect.closeTo(360, 6),
      peakKw: expect.closeTo(15, 6),
    });
    expect(dayFigures(SHANGHAI, [phase, []])).toMatchObject({ kwh: null, peakKw: null, coverage: 0 });
  });
});

test('the usual use is the median of the same weekdays, known from the second one on', () => {
  expect(sameWeekdaysBefore('2026-03-02')).toEqual(['2026-02-23', '2026-02-16', '2026-02-09', '2026-02-02']);
  expect(usualKwh([100, null, undefined])).toBeNull();
  expect(usualKwh([100, null, 140])).toBe(120);
  expect(usualKwh([100, 900, 140])).toBe(140);
  expect(usualKwh([100, 900, 140, 120])).toBe(130);
});
