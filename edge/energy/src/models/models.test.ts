import { describe, expect, test } from 'vitest';
import { building, northern, period, usualUse } from '../testing/building.ts';
import { fitCaltrackHourly } from './caltrack-hourly.ts';
import { fitCaltrackDaily } from './caltrack.ts';
import type { Fit, Model } from './model.ts';
import { occupiedSlots } from './occupancy.ts';
import { dayRows, hourRows, type Row } from './rows.ts';
import { temperatureTerms } from './temperature-terms.ts';
import { fitTowtDaily, fitTowtHourly } from './towt.ts';

function fitted<R extends Row>(fit: Fit<R>): Model<R> {
  if (!fit.ok) throw new Error(fit.reasons.join());
  return fit.model;
}

const YEAR = period(0, 365);

describe('temperature in pieces', () => {
  test('the pieces add up to the temperature, whatever the knots', () => {
    for (const temperature of [-10, 40, 40.1, 55, 80, 120]) {
      const sum = temperatureTerms(temperature, [40, 55, 80]).reduce((total, term) => total + term, 0);
      expect(sum).toBeCloseTo(temperature, 10);
    }
    expect(temperatureTerms(60, [40, 55, 80])).toEqual([40, 15, 5, 0]);
    expect(temperatureTerms(12, [])).toEqual([12]);
  });
});

test('a slot is occupied when a plain temperature fit says too little more than 65 % of the time', () => {
  const uses = Array.from({ length: 200 }, (_, i) => {
    const slot = i % 2;
    // 7 of 10 above in slot 1, 3 of 10 in slot 0.
    const above = slot === 1 ? (i >> 1) % 10 < 7 : (i >> 1) % 10 < 3;
    return { slot, usage: 100 + (above ? 10 : -10), temperature: 55, weight: 1 };
  });
  expect([...occupiedSlots(uses)]).toEqual([1]);
});

describe('time of week and temperature', () => {
  test('by hours it finds the building that it was given', () => {
    const use = ({ temperature, busy }: { temperature: number; busy: boolean }) =>
      (busy ? 100 : 30) + 2 * Math.max(0, temperature - 65) + Math.max(0, 55 - temperature);
    const model = fitted(fitTowtHourly(hourRows(building({ use }), YEAR)));
    expect(model.fitted.every((value, i) => Math.abs(value - model.observed[i]!) < 10)).toBe(true);
    const slope = (name: string) => model.coefficients.find((coefficient) => coefficient.name === name)?.value;
    expect(slope('unoccupied temperature 1')).toBeCloseTo(-1, 1);
    expect(slope('occupied temperature 4')).toBeCloseTo(2, 1);
  });

  test('by hours one or two busy hours of the week are no occupation (LBNL), by days one weekday is (nmecr)', () => {
    const names = (model: Model, name: string) =>
      model.coefficients.filter((coefficient) => coefficient.name.startsWith(name));
    const rows = hourRows(building(), YEAR).map((row) => ({
      ...row,
      usage: [9, 30].includes(row.hourOfWeek) ? 500 : 20,
    }));
    expect(names(fitted(fitTowtHourly(rows)), 'occupied')).toEqual([]);
    const days = dayRows(building(), YEAR).map((row) => ({ ...row, usage: row.weekday === 2 ? 900 : 300 }));
    expect(names(fitted(fitTowtDaily(days)), 'occupied Wednesday')).toHaveLength(1);
  });

  test('by days the knots cut the temperatures in six parts of equal count', () => {
    const rows = dayRows(building(), YEAR);
    const model = fitted(fitTowtDaily(rows));
    const sorted = rows.map(({ temperature }) => temperature!).toSorted((a, b) => a - b);
    expect(model.knots).toEqual([1, 2, 3, 4, 5].map((k) => sorted[Math.floor((365 * k) / 6) - 1]));
  });

  test('outer knots that fewer than 20 days lie beyond are dropped', () => {
    const rows = dayRows(building(), period(0, 90));
    const model = fitted(fitTowtDaily(rows));
    const beyond = (knot: number, side: 1 | -1) =>
      rows.filter(({ temperature }) => (temperature! - knot) * side > 0).length;
    expect(beyond(model.knots[0]!, -1)).toBeGreaterThanOrEqual(20);
    expect(beyond(model.knots.at(-1)!, 1)).toBeGreaterThanOrEqual(20);
  });

  test('a weekday that the baseline never saw is not predicted', () => {
    const rows = dayRows(building(), YEAR).filter(({ weekday }) => weekday !== 6);
    const model = fitted(fitTowtDaily(rows));
    expect(model.predict({ at: 0, weekday: 6, usage: null, temperature: 60 })).toBeNull();
    expect(model.predict({ at: 0, weekday: 5, usage: null, temperature: 60 })).not.toBeNull();
    expect(model.predict({ at: 0, weekday: 5, usage: null, temperature: null })).toBeNull();
  });

  test('less than nothing is never expected', () => {
    const model = fitted(
      fitTowtDaily(dayRows(building({ use: ({ temperature }) => Math.max(0, 80 - temperature) }), YEAR)),
    );
    expect(model.predict({ at: 0, weekday: 2, usage: null, temperature: 140 })).toBe(0);
  });

  test('too few days carry no model', () => {
    expect(fitTowtDaily(dayRows(building(), period(0, 8)))).toMatchObject({ ok: false });
    expect(fitTowtDaily([])).toMatchObject({ ok: false });
  });
});

describe('CalTRACK by degree days', () => {
  const daily = (use: (temperature: number, chance: number) => number, fuel: 'electricity' | 'gas' = 'electricity') => {
    const rows = dayRows(building(), YEAR).map((row, i) => ({
      ...row,
      usage: use(row.temperature!, Math.sin(i * 12.9898)),
    }));
    return fitted(fitCaltrackDaily(rows, fuel));
  };

  test('balance points and slopes come back', () => {
    const model = daily((t) => 30 + 2 * Math.max(0, 57 - t) + 3 * Math.max(0, t - 66));
    expect(model.knots).toEqual([57, 66]);
    expect(model.coefficients.map(({ name, value }) => [name, Number(value!.toFixed(9))])).toEqual([
      ['intercept', 30],
      ['CDD66', 3],
      ['HDD57', 2],
    ]);
    expect([model.parameters, model.intercepts]).toEqual([2, 1]);
  });

  test('who only heats has no cooling term, and gas never cools', () => {
    expect(daily((t, chance) => 30 + 2 * Math.max(0, 57 - t) + chance).coefficients.map(({ name }) => name)).toContain(
      'HDD57',
    );
    const gas = daily((t, chance) => 30 + 3 * Math.max(0, t - 66) + 0.2 * Math.max(0, 50 - t) + chance, 'gas');
    expect(gas.coefficients.map(({ name }) => name).filter((name) => name.startsWith('CDD'))).toEqual([]);
  });

  test('a candidate with a negative coefficient is not taken, however well it fits', () => {
    const model = daily((t, chance) => 500 - 2 * Math.max(0, 57 - t) - 3 * Math.max(0, t - 66) + chance);
    expect(model.knots).not.toEqual([57, 66]);
    expect(model.coefficients.every(({ value }) => value! >= 0)).toBe(true);
  });

  test('constant use is its mean, whatever the weather', () => {
    const model = daily(() => 24);
    expect(model.coefficients).toEqual([{ name: 'intercept', value: expect.closeTo(24, 9) }]);
  });
});

describe('CalTRACK by hours', () => {
  const rows = hourRows(building(), YEAR);
  const model = fitted(fitCaltrackHourly(rows));

  test('every month is predicted by itself and its neighbours at half weight', () => {
    const january = rows.filter(({ month }) => [12, 1, 2].includes(month));
    const alone = fitted(fitCaltrackHourly(january));
    const hour = january.find(({ month, hourOfWeek }) => month === 1 && hourOfWeek === 60)!;
    expect(alone.predict(hour)).toBeCloseTo(model.predict(hour)!, 8);
  });

  test('an hour of a neighbouring month weighs half, over the turn of the year too, others nothing', () => {
    // The same 14 temperatures in every month, so that each hour of January has its like in the others.
    const alike = hourRows(building({ temperature: (at) => 40 + (Math.floor(at / 86_400_000) % 14) * 3 }), YEAR);
    const influence = fitted(fitCaltrackHourly(alike)).influence(alike.filter(({ month }) => month === 1));
    const hour = alike.find(({ month }) => month === 1)!;
    const like = (month: number) =>
      influence[
        alike.findIndex(
          (row) => row.month === month && row.hourOfWeek === hour.hourOfWeek && row.temperature === hour.temperature,
        )
      ]!;
    expect([12, 2, 3, 11].map((month) => like(month) / like(1))).toEqual([
      expect.closeTo(0.5, 8),
      expect.closeTo(0.5, 8),
      0,
      0,
    ]);
  });

  test('the fit follows the building and the influences give the predictions', () => {
    expect(model.fitted.every((value, i) => Math.abs(value - model.observed[i]!) < 15)).toBe(true);
    const asked = hourRows(building(), period(400, 460));
    const sum = asked.reduce((total, row) => total + model.predict(row)!, 0);
    const influence = model.influence(asked);
    expect(influence.reduce((total, value, i) => total + value * model.observed[i]!, 0)).toBeCloseTo(sum, 3);
  });

  test('an hour of the week without a single reading is not predicted', () => {
    const without = fitted(fitCaltrackHourly(rows.filter(({ hourOfWeek }) => hourOfWeek !== 3)));
    expect(without.predict({ ...rows[0]!, hourOfWeek: 3 })).toBeNull();
  });
});

test('the made-up building uses what its formula says', () => {
  const { meter, temperature } = building({ days: 7 });
  expect(meter[0]?.value).toBe(usualUse({ temperature: temperature[0]!.value!, busy: false }));
  expect(northern(0, 0.5)).not.toBeNaN();
});
