import { describe, expect, test } from 'vitest';
import { shiftDay } from '../day.ts';
import { seededRandom } from '../statistics/random.ts';
import type { Stretch } from '../stretches.ts';
import { Tariff } from '../tariffs/tariff.ts';
import { channelPrice } from './channel-price.ts';
import { CALM, calibratedLimit, cusumStep } from './cusum.ts';
import { type Channel, type ChannelUse, dayUses } from './day-use.ts';
import { crossExpected, expectationOf } from './expectation.ts';
import { meterReference, MeterWatch, type MeterWatchState } from './meter-watch.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = 'Asia/Shanghai';
const START = Date.parse('2025-01-06T00:00+08:00');

/** A normal number from two even ones (Box & Muller 1958). */
function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Hourly stretches of an office: 20 kW at night, 60 by day, 30 at weekends; 3 % scatter a day. */
function office(days: number, seed: number, change: (at: number, kw: number) => number = (_, kw) => kw): Stretch[] {
  const next = normal(seededRandom(seed));
  return Array.from({ length: days * 24 }, (_, i) => {
    const from = START + i * HOUR;
    const hour = i % 24;
    const day = Math.floor(i / 24);
    const usual = hour < 6 || hour >= 22 ? 20 : day % 7 >= 5 ? 30 : 60;
    return { from, to: from + HOUR, kwh: change(from, usual * (1 + 0.15 * next())) };
  });
}

function uses(stretches: readonly Stretch[], freeDays?: Set<string>): ChannelUse[] {
  const { to } = stretches.at(-1) as Stretch;
  return dayUses(stretches, { from: START, to }, ZONE, freeDays);
}

const BASELINE_DAYS = 364;
const CHANGE = START + BASELINE_DAYS * DAY;

/** Learns a year and then watches the rest; the warnings that opened. */
function watched(days: number, seed: number, change?: (at: number, kw: number) => number) {
  const all = uses(office(BASELINE_DAYS + days, seed, change));
  const baseline = all.filter(({ at }) => at < CHANGE);
  const expected = expectationOf(baseline, null);
  const watch = new MeterWatch(meterReference(crossExpected(baseline, null), seededRandom(1)));
  const opened = all
    .filter(({ at }) => at >= CHANGE)
    .flatMap((use) => {
      const warning = watch.hear({ ...use, expected: expected(use) });
      return warning?.opened ? [warning] : [];
    });
  return { opened, watch };
}

const hourOf = (at: number) => ((at - START) / HOUR) % 24;
const isNight = (at: number) => hourOf(at) < 6 || hourOf(at) >= 22;

describe('the channels of a day', () => {
  test('are its night and its light part, of a workday or of the weekend', () => {
    const week = uses(office(7, 1, (at) => (isNight(at) ? 1 : 2)));
    expect(week).toHaveLength(14);
    expect(week.filter(({ channel }) => channel === 'night').every(({ kwh }) => Math.abs((kwh ?? 0) - 8) < 1e-9)).toBe(
      true,
    );
    expect(week.filter(({ channel }) => channel === 'workday').map(({ kwh }) => kwh)).toEqual([32, 32, 32, 32, 32]);
    expect(week.filter(({ channel }) => channel === 'weekend').map(({ weekday }) => weekday)).toEqual([5, 6]);
  });

  test('a public holiday is a weekend', () => {
    const week = uses(office(7, 1), new Set(['2025-01-07']));
    expect(week.find(({ day, channel }) => day === '2025-01-07' && channel !== 'night')?.channel).toBe('weekend');
  });

  test('a channel of which too little is known is unknown, not low', () => {
    const holes = office(2, 1, () => 10).filter(({ from }) => !(from > START && from < START + 3 * HOUR));
    const [night] = uses(holes);
    expect(night).toMatchObject({ channel: 'night', kwh: null });
    const hole = office(2, 1, () => 10).filter(({ from }) => from !== START + HOUR);
    expect(uses(hole)[0]).toMatchObject({ channel: 'night', kwh: expect.closeTo(80, 9) });
  });
});

describe('a meter watch', () => {
  test('raises less than one false alarm a month', () => {
    const opened = [1, 2, 3, 4].flatMap((seed) => watched(180, seed).opened);
    expect(opened.length).toBeLessThan(4 * 6);
  });

  test.each<[string, Channel, number, (at: number, kw: number) => number]>([
    ['nights by a fifth', 'night', 4, (at, kw) => (at >= CHANGE && isNight(at) ? kw * 1.2 : kw)],
    ['weekends like workdays', 'weekend', 7, (at, kw) => (at >= CHANGE && !isNight(at) ? Math.max(kw, 55) : kw)],
    [
      'everything by 1 % a week',
      'workday',
      35,
      (at, kw) => (at >= CHANGE ? kw * (1 + (at - CHANGE) / (700 * DAY)) : kw),
    ],
  ])('finds what rises: %s', (_, channel, withinDays, change) => {
    const { opened } = watched(42, 9, change);
    const first = opened.find((warning) => warning.channel === channel);
    expect(first).toBeDefined();
    expect((Date.parse(`${first?.day}T00:00+08:00`) - CHANGE) / DAY).toBeLessThanOrEqual(withinDays);
  });

  test('tells since when, and how many kWh and how much money that was', () => {
    const baseline = uses(office(BASELINE_DAYS, 5));
    const watch = new MeterWatch(meterReference(crossExpected(baseline, null), seededRandom(1)));
    const day = (n: number) => shiftDay('2026-01-05', n);
    const hear = (n: number, kwh: number) =>
      watch.hear({ channel: 'night', day: day(n), at: 0, weekday: 0, kwh, expected: 160, price: 30 });
    const heard = Array.from({ length: 10 }, (_, n) => hear(n, 200));
    const open = heard.findIndex((warning) => warning !== null);
    expect(heard[open]).toMatchObject({ since: day(0), opened: true });
    expect(heard[open + 1]).toMatchObject({ since: day(0), opened: false });
    expect(heard[9]?.excessKwh).toBeCloseTo(400, -1);
    expect(heard[9]?.excessCents).toBeCloseTo(30 * (heard[9]?.excessKwh ?? 0), 6);
    expect(Array.from({ length: 40 }, (_, n) => hear(10 + n, 150)).at(-1)).toBeNull();
  });

  test('a day that is not known changes nothing, and less is no warning', () => {
    const { watch } = watched(0, 5);
    const before = watch.state();
    const use = { channel: 'night' as const, day: '2026-01-05', at: 0, weekday: 0 };
    expect(watch.hear({ ...use, kwh: null, expected: 160 })).toBeNull();
    expect(watch.hear({ ...use, kwh: 500, expected: null })).toBeNull();
    expect(watch.state()).toEqual(before);
    for (let n = 0; n < 20; n += 1) expect(watch.hear({ ...use, kwh: 10, expected: 160 })).toBeNull();
  });

  test('its state is JSON of less than 10 kB, and another watch goes on from it', () => {
    const { watch } = watched(60, 7, (at, kw) => (at >= CHANGE && isNight(at) ? kw * 1.05 : kw));
    const text = JSON.stringify(watch.state());
    expect(text.length).toBeLessThan(10_000);
    const saved = JSON.parse(text) as MeterWatchState;
    const use = { channel: 'night' as const, day: '2026-04-05', at: 0, weekday: 0, kwh: 190, expected: 160 };
    expect(new MeterWatch(saved.reference, saved).hear(use)).toEqual(watch.hear(use));
  });

  test('a channel of which the baseline knows less than twenty days never warns', () => {
    const baseline = uses(office(14, 1));
    const reference = meterReference(crossExpected(baseline, null), seededRandom(1));
    expect(reference).toEqual({ night: null, workday: null, weekend: null });
    const use = { channel: 'night' as const, day: '2026-04-05', at: 0, weekday: 0, kwh: 1e6, expected: 160 };
    expect(new MeterWatch(reference).hear(use)).toBeNull();
  });
});

describe('an expectation', () => {
  test('follows the weather where it is known', () => {
    const temperature = (at: number) => 60 + 25 * Math.sin(((at - START) / DAY) * ((2 * Math.PI) / 365));
    const cooled = office(BASELINE_DAYS, 3, (at, kw) => kw + Math.max(0, temperature(at) - 65));
    const baseline = uses(cooled);
    const temperatures = new Map(baseline.map(({ day, at }) => [day, temperature(at + DAY / 2)]));
    const errors = (known: typeof temperatures | null) => {
      const expected = crossExpected(baseline, known).filter(({ channel }) => channel === 'workday');
      return Math.sqrt(
        expected.reduce((sum, use) => sum + ((use.kwh ?? 0) - (use.expected ?? 0)) ** 2, 0) / expected.length,
      );
    };
    expect(errors(temperatures)).toBeLessThan(0.5 * errors(null));
  });

  test('a weekday that the baseline does not know is expected like the others of its channel', () => {
    const expected = expectationOf(uses(office(28, 1, () => 10)), null);
    expect(expected({ channel: 'weekend', day: '2025-05-01', at: 0, weekday: 3, kwh: null })).toBeCloseTo(160, 9);
  });
});

describe('a cumulative sum', () => {
  test('opens above its limit and is over at zero', () => {
    let state = CALM;
    for (let i = 0; i < 4; i += 1) state = cusumStep(state, 2, 5);
    expect(state).toEqual({ sum: 6, open: true });
    state = cusumStep(state, -4, 5);
    expect(state).toEqual({ sum: 1.5, open: true });
    expect(cusumStep(state, -4, 5)).toEqual({ sum: 0, open: false });
  });

  test('one odd day alone does not open it, and a long fault does not hold it for ever', () => {
    expect(cusumStep(CALM, 100, 4).open).toBe(false);
    let state = CALM;
    for (let i = 0; i < 1000; i += 1) state = cusumStep(state, 4, 5);
    expect(state.sum).toBe(10);
  });

  test('residuals that hang together need a higher limit for the same false alarms', () => {
    const next = normal(seededRandom(4));
    const white = Array.from({ length: 400 }, next);
    let last = 0;
    const sticky = white.map((z) => (last = 0.7 * last + z * Math.sqrt(1 - 0.49)));
    const limit = (residuals: readonly number[], falseAlarms: number) =>
      calibratedLimit(residuals, { falseAlarms, per: 30, random: seededRandom(2) });
    expect(limit(sticky, 0.1)).toBeGreaterThan(limit(white, 0.1));
    expect(limit(sticky, 0.05)).toBeGreaterThan(limit(sticky, 0.1));
  });
});

test('what wasted energy costs is the mean price of its hours', () => {
  const tariff = Tariff.parse({
    id: 't',
    name: { en: 't', zh: 't' },
    currency: 'CNY',
    zone: ZONE,
    versions: [
      {
        from: '2025-01-01',
        document: 'd',
        rules: [{ period: 'valley', hours: [['23:00', '07:00']] }],
        otherwise: 'flat',
        components: [{ name: 'energy', prices: { flat: '0.8', valley: '0.4' } }],
      },
    ],
  });
  const use = { channel: 'night' as const, day: '2025-03-03', at: 0, weekday: 0, kwh: null };
  // 00–06 and 23–24 in the valley, 22–23 flat.
  expect(channelPrice(tariff, use, ZONE)).toBeCloseTo((7 * 40 + 80) / 8, 9);
  expect(channelPrice(tariff, { ...use, day: '2024-12-31' }, ZONE)).toBeNull();
});
