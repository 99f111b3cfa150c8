import { describe, expect, test } from 'vitest';
import { billOf } from './bill.ts';
import { avoidedCost, intervalCosts } from './cost.ts';
import { moneyText } from './decimal.ts';
import { tariffFromOpenEi } from './openei.ts';
import { periodsOf } from './periods.ts';
import { powerFactorRate } from './power-factor.ts';
import { priceOf } from './prices.ts';
import { Tariff } from './tariff.ts';

const QUARTER = 15 * 60_000;
const at = (text: string) => Date.parse(text);

const BOOK = {
  id: 'test',
  name: { en: 'Test', zh: '测试' },
  currency: 'CNY',
  zone: 'Asia/Shanghai',
  holidays: ['2026-05-01'],
  workdays: ['2026-05-09'],
  versions: [
    {
      from: '2026-01-01',
      document: 'first',
      rules: [
        { period: 'deep', days: ['holiday'], hours: [['10:00', '14:00']] },
        {
          period: 'sharp',
          months: [7, 8],
          hours: [
            ['11:00', '13:00'],
            ['16:00', '17:00'],
          ],
        },
        {
          period: 'peak',
          hours: [
            ['10:00', '13:00'],
            ['17:00', '22:00'],
          ],
        },
        { period: 'valley', hours: [['23:00', '07:00']] },
      ],
      otherwise: 'flat',
      multipliers: { deep: '0.2', sharp: '2.16', peak: '1.8', flat: '1', valley: '0.3' },
      components: [
        { name: 'energy', price: '0.389702', multiplied: true },
        { name: 'network', price: '0.310095' },
        { name: 'funds', price: '0.02716875', adjusted: false },
      ],
    },
  ],
};
const tariff = Tariff.parse(BOOK);
const version = tariff.versions[0] as Tariff['versions'][number];

/** Quarters of an hour of a constant load in a month of Shanghai. */
function quarters(from: string, to: string, kw: number) {
  const list = [];
  for (let t = at(from); t < at(to); t += QUARTER) list.push({ from: t, to: t + QUARTER, kwh: kw / 4 });
  return list;
}

function bill(book: Parameters<typeof billOf>[0], used: Parameters<typeof billOf>[1], facts = {}) {
  const billed = billOf(book, used, facts);
  if (!billed.ok) throw new Error(billed.reason);
  return billed.bill;
}

describe('periods', () => {
  const periodAt = (text: string) => periodsOf(tariff)(at(text))?.period;

  test.each([
    ['2026-07-15T11:30+08:00', 'sharp'],
    ['2026-06-15T11:30+08:00', 'peak'],
    ['2026-07-15T16:59:59+08:00', 'sharp'],
    ['2026-07-15T17:00+08:00', 'peak'],
    ['2026-07-15T23:00+08:00', 'valley'],
    ['2026-07-16T06:59+08:00', 'valley'],
    ['2026-07-16T07:00+08:00', 'flat'],
    ['2026-05-01T12:00+08:00', 'deep'],
    ['2026-05-02T12:00+08:00', 'peak'],
  ])('%s is %s', (text, period) => {
    expect(periodAt(text)).toBe(period);
  });

  test('before the first version nothing is known', () => {
    expect(periodAt('2025-12-31T12:00+08:00')).toBeUndefined();
    expect(billOf(tariff, quarters('2025-12-31T00:00+08:00', '2025-12-31T01:00+08:00', 1))).toMatchObject({
      ok: false,
    });
  });

  test('a weekend day that is worked for a holiday is a workday', () => {
    const rules = [{ period: 'w', days: ['weekend'] }];
    const flat = {
      ...BOOK,
      versions: [
        { ...BOOK.versions[0], rules, otherwise: 'x', multipliers: {}, components: [{ name: 'e', price: 1 }] },
      ],
    };
    const of = periodsOf(Tariff.parse(flat));
    expect([of(at('2026-05-09T12:00+08:00')), of(at('2026-05-10T12:00+08:00'))].map((it) => it?.period)).toEqual([
      'x',
      'w',
    ]);
  });

  test('the multiplier is on the energy, not on the delivered price', () => {
    // 0.389702 × 1.8 + 0.310095 + 0.02716875
    expect(priceOf(version, 'peak')).toBe('1.03872735');
    expect(Number(priceOf(version, 'peak')) / Number(priceOf(version, 'flat'))).toBeLessThan(1.5);
  });
});

describe('a bill', () => {
  const july = quarters('2026-07-01T00:00+08:00', '2026-08-01T00:00+08:00', 100);

  test('its lines add up to it, to the fen, and each explains itself', () => {
    const { lines, total, kwh } = bill(tariff, july);
    expect(kwh).toBeCloseTo(74_400, 6);
    expect(lines.reduce((sum, line) => sum + line.cents, 0)).toBe(total);
    // July has 31 days: 3 h sharp, 6 h peak (1 + 5), 8 h valley, 7 h flat.
    const energy = Object.fromEntries(lines.filter(({ name }) => name === 'energy').map((line) => [line.period, line]));
    expect(energy['sharp']).toMatchObject({
      quantity: expect.closeTo(9300, 6),
      price: '0.84175632',
      cents: 782_833,
      document: 'first',
    });
    expect(energy['peak']).toMatchObject({ quantity: expect.closeTo(18_600, 6) });
    expect(energy['valley']).toMatchObject({ quantity: expect.closeTo(24_800, 6), price: '0.1169106', cents: 289_938 });
    expect(energy['flat']).toMatchObject({ quantity: expect.closeTo(21_700, 6) });
    expect(moneyText(total)).toMatch(/^\d+\.\d\d$/);
  });

  test('a new version inside a month bills each day by its own', () => {
    const dearer = { ...BOOK.versions[0], from: '2026-07-16', document: 'second' };
    const { lines } = bill(Tariff.parse({ ...BOOK, versions: [...BOOK.versions, dearer] }), july);
    const days = (document: string) =>
      lines
        .filter((line) => line.name === 'energy' && line.document === document)
        .reduce((sum, { quantity }) => sum + quantity, 0) / 2400;
    expect([days('first'), days('second')]).toEqual([expect.closeTo(15, 6), expect.closeTo(16, 6)]);
  });

  test('what is not known is told, not billed and not zero', () => {
    const holes = july.map((interval, i) => (i < 8 ? { ...interval, kwh: null } : interval));
    expect(bill(tariff, holes)).toMatchObject({ unknownHours: 2, notes: [expect.stringContaining('not known')] });
  });

  test('energy of a whole day cannot be billed by the hour', () => {
    const day = [{ from: at('2026-07-01T00:00+08:00'), to: at('2026-07-02T00:00+08:00'), kwh: 2400 }];
    expect(billOf(tariff, day)).toMatchObject({ ok: false, reason: expect.stringContaining('longer than an hour') });
  });

  test('an hour that two periods share is divided by time', () => {
    const half = { ...BOOK.versions[0], rules: [{ period: 'peak', hours: [['10:30', '12:00']] }] };
    const hour = [{ from: at('2026-07-01T10:00+08:00'), to: at('2026-07-01T11:00+08:00'), kwh: 10 }];
    const { lines } = bill(Tariff.parse({ ...BOOK, versions: [half] }), hour);
    expect(lines.filter(({ name }) => name === 'energy').map(({ period, quantity }) => [period, quantity])).toEqual([
      ['flat', 5],
      ['peak', 5],
    ]);
  });

  test('demand is billed by the highest quarter, or by the contract and double above 105 % of it', () => {
    const peak = july.map((interval, i) => (i === 500 ? { ...interval, kwh: 50 } : interval));
    const withDemand = (demand: object) => Tariff.parse({ ...BOOK, versions: [{ ...BOOK.versions[0], demand }] });
    const lines = (demand: object, facts = {}) =>
      bill(withDemand(demand), peak, facts).lines.filter(({ kind }) => kind === 'demand');
    expect(lines({ price: '40', basis: 'measured' })).toMatchObject([{ quantity: 200, cents: 800_000 }]);
    expect(lines({ price: '40', basis: 'contract' }, { contractKw: 150 })).toMatchObject([
      { quantity: 150, cents: 600_000 },
      { quantity: 42.5, price: '80', cents: 340_000 },
    ]);
    expect(lines({ price: '25.5', basis: 'capacity' }, { capacityKva: 315 })).toMatchObject([
      { unit: 'kVA', cents: 803_250 },
    ]);
    expect(bill(withDemand({ price: '40', basis: 'contract' }), peak).notes).toContainEqual(
      expect.stringContaining('left out'),
    );
  });

  test('the power factor changes energy and demand, not the funds', () => {
    const book = Tariff.parse({ ...BOOK, versions: [{ ...BOOK.versions[0], powerFactor: '0.90' }] });
    const { lines, total } = bill(book, july, { kvarh: { '2026-07': 74_400 } });
    const base = lines
      .filter(({ kind, name }) => kind === 'energy' && name !== 'funds')
      .reduce((sum, line) => sum + line.cents, 0);
    // cos 45° is 0.71: 19 hundredths below the standard, 0.5 % each.
    expect(lines.at(-1)).toMatchObject({ kind: 'power_factor', quantity: 9.5, cents: Math.round(base * 0.095) });
    expect(lines.reduce((sum, line) => sum + line.cents, 0)).toBe(total);
  });
});

test.each([
  ['0.90', 1, -75],
  ['0.90', 0.95, -75],
  ['0.90', 0.93, -45],
  ['0.90', 0.9, 0],
  ['0.90', 0.89, 50],
  ['0.90', 0.7, 1000],
  ['0.90', 0.69, 1100],
  ['0.90', 0.65, 1500],
  ['0.90', 0.64, 1700],
  ['0.85', 0.94, -110],
  ['0.85', 0.9, -50],
  ['0.85', 0.64, 1100],
  ['0.85', 0.59, 1700],
  ['0.80', 0.92, -130],
  ['0.80', 0.91, -115],
  ['0.80', 0.55, 1500],
  ['0.80', 0.54, 1700],
] as const)('against %s a power factor of %d is %d hundredths of a percent', (standard, factor, rate) => {
  const kvarh = Math.sqrt(1 / factor ** 2 - 1) * 1000;
  expect(powerFactorRate(standard, 1000, kvarh)).toEqual({ powerFactor: factor, rate });
});

describe('a rate of OpenEI', () => {
  const row = (day: string, night: string) => night.repeat(8) + day.repeat(11) + night.repeat(5);
  const rate = tariffFromOpenEi(
    {
      items: [
        {
          label: 'A-0',
          name: 'A-0',
          startdate: '2011-01-01',
          energyweekdayschedule: row('2', '1').repeat(12),
          energyweekendschedule: '1'.repeat(288),
          energydrdayschedule: row('9', '1').repeat(12),
          'energyratestructure/period1/tier1rate': 0.13768,
          'energyratestructure/period2/tier1rate': 0.23713,
          'energyratestructure/period9/tier1rate': 1.48657,
        },
      ],
    },
    'America/Los_Angeles',
  );

  test('the course of the cost: 5 kW for an hour of the cheap night', () => {
    const night = quarters('2013-09-18T00:00-07:00', '2013-09-18T01:00-07:00', 5);
    const costed = intervalCosts(rate, night);
    expect(costed.ok && costed.costs.map((cost) => [cost.cents, cost.cumulative])).toEqual([
      [17, 17],
      [17, 34],
      [17, 52],
      [17, 69],
    ]);
  });

  test('weekends and events have schedules of their own', () => {
    const price = (text: string, events = [{ from: 0, to: 0 }]) => periodsOf(rate, events)(at(text))?.period;
    expect(price('2013-09-18T12:00-07:00')).toBe('2');
    expect(price('2013-09-21T12:00-07:00')).toBe('1');
    expect(
      price('2013-09-18T12:00-07:00', [{ from: at('2013-09-18T12:00-07:00'), to: at('2013-09-18T14:00-07:00') }]),
    ).toBe('9');
  });
});

describe('avoided cost', () => {
  const day = quarters('2026-07-01T00:00+08:00', '2026-07-02T00:00+08:00', 100);
  const compared = day.map(({ from, to, kwh }) => ({ from, to, expected: kwh, actual: kwh * 0.9 }));

  test('is the difference of two bills, line by line, to the fen', () => {
    const result = avoidedCost(tariff, compared);
    if (!result.ok) throw new Error(result.reason);
    const { total, lines, expected, actual, kwh } = result.avoided;
    expect(total).toBe(expected.total - actual.total);
    expect(lines.reduce((sum, line) => sum + line.cents, 0)).toBe(total);
    expect(kwh).toBeCloseTo(240, 6);
    expect(lines.find(({ name, period }) => name === 'energy' && period === 'sharp')).toMatchObject({
      quantity: expect.closeTo(30, 6),
    });
  });

  test('what is unknown on either side is in neither bill', () => {
    const gaps = compared.map((pair, i) => (i < 40 ? { ...pair, actual: null } : pair));
    const result = avoidedCost(tariff, gaps);
    expect(result).toMatchObject({ ok: true, avoided: { kwh: expect.closeTo(140, 6), skippedHours: 10 } });
  });

  test('the power factor is taken to be the same', () => {
    const book = Tariff.parse({ ...BOOK, versions: [{ ...BOOK.versions[0], powerFactor: '0.90' }] });
    const result = avoidedCost(book, compared, { kvarh: { '2026-07': 2160 } });
    if (!result.ok) throw new Error(result.reason);
    const rates = [result.avoided.expected, result.avoided.actual].map(({ lines }) => lines.at(-1)?.quantity);
    expect(rates[0]).toBe(rates[1]);
  });
});

describe('a price book', () => {
  const wrong = (change: object) => Tariff.safeParse({ ...BOOK, versions: [{ ...BOOK.versions[0], ...change }] });

  test.each([
    ['a period without a multiplier', { multipliers: { flat: '1' } }],
    ['a component with two prices', { components: [{ name: 'e', price: '1', prices: { flat: '1' } }] }],
    ['a price of nine places', { components: [{ name: 'e', price: '0.123456789' }] }],
    ['an hour that does not exist', { rules: [{ period: 'peak', hours: [['25:00', '26:00']] }] }],
    ['a word that nobody knows', { colour: 'red' }],
  ])('%s is refused', (_, change) => {
    expect(wrong(change).success).toBe(false);
  });

  test('versions stand in order', () => {
    const twice = { ...BOOK, versions: [BOOK.versions[0], BOOK.versions[0]] };
    expect(Tariff.safeParse(twice).success).toBe(false);
  });
});

test.each([0.51, 0.87, 1.23])(
  'the days of a month of %f kWh an hour never add up to more than its bill, and hold energy alone',
  (kwh) => {
    const [version] = BOOK.versions;
    const charged = { ...version, from: '2020-01-01', demand: { price: '40', basis: 'capacity' }, fixed: '300' };
    const tariff = Tariff.parse({ ...BOOK, versions: [charged] });
    const first = at('2026-03-01T00:00+08:00');
    const use = Array.from({ length: 31 * 24 }, (_, i) => {
      const from = first + i * 4 * QUARTER;
      return { from, to: from + 4 * QUARTER, kwh };
    });
    const total = (some: typeof use, facts: object) => {
      const billed = billOf(tariff, some, { capacityKva: 250, ...facts });
      if (!billed.ok) throw new Error(billed.reason);
      return billed.bill;
    };
    const days = Array.from({ length: 31 }, (_, i) => total(use.slice(24 * i, 24 * (i + 1)), { onlyEnergy: true }));
    const energyOfMonth = total(use, {}).lines.filter(({ kind }) => kind === 'energy');
    const month = energyOfMonth.reduce((sum, { cents }) => sum + cents, 0);
    const sum = days.reduce((all, day) => all + day.total, 0);
    expect(sum).toBeLessThanOrEqual(month);
    expect(sum).toBeGreaterThan(month - 31 * days[0]!.lines.length);
    expect(new Set(days.flatMap(({ lines }) => lines.map(({ kind }) => kind)))).toEqual(new Set(['energy']));
  },
);
