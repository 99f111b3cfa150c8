import { describe, expect, test } from 'vitest';
import { Tariff } from '../tariffs/tariff.ts';
import { reportInputs } from '../testing/report-inputs.ts';
import { reckonReport } from './report.ts';

const version = {
  from: '2020-01-01',
  document: 'list 1',
  rules: [{ period: 'valley', hours: [['22:00', '08:00']] }],
  otherwise: 'flat',
  components: [{ name: 'energy', prices: { flat: 1, valley: 0.5 } }],
  fixed: '300',
};
const bookOf = (zone: string, more: object = {}) =>
  Tariff.parse({
    id: 't',
    name: { en: 'Two prices', zh: '两价' },
    currency: 'CNY',
    zone,
    versions: [{ ...version, ...more }],
  });

describe('a price book of another clock than the meters’', () => {
  const costAt = (bookZone: string, zone: string) =>
    reckonReport(reportInputs({ tariff: bookOf(bookZone) }, { zone })).cost;

  test('bills nothing, and says whose clocks differ', () => {
    expect(costAt('Asia/Shanghai', 'Asia/Urumqi')).toMatchObject({
      ok: false,
      reason: {
        en: expect.stringMatching(/Asia\/Shanghai.*Asia\/Urumqi/),
        zh: expect.stringMatching(/^电价表.*Asia\/Shanghai.*Asia\/Urumqi/),
      },
    });
  });

  test('of another name with the same clock bills as ever', () => {
    expect(costAt('Asia/Shanghai', 'Asia/Hong_Kong')).toMatchObject({ ok: true });
  });
});

test('a price book names a zone that there is', () => {
  expect(() => bookOf('Asia/Bejing')).toThrow('Asia/Bejing');
});

describe('the demand price of a month of much use', () => {
  const demand = { name: 'demand', price: '40', basis: 'measured', wellUsed: {} };
  const measured = { kw: 90, at: '2024-05-03T01:00:00.000Z', quarters: 2976, known: 2976 };
  const may = (capacityKva: number | null, change?: (kwh: number, at: number) => number | null) => {
    const inputs = reportInputs(
      { tariff: bookOf('UTC', { demand }), demand: measured, supply: { contractKw: null, capacityKva } },
      change ? { change } : {},
    );
    const { cost } = reckonReport(inputs);
    if (!cost.ok) throw new Error(cost.reason.en);
    const texts = cost.notes.map(({ en }) => en).join('\n');
    return { ...cost, texts, row: cost.lines.find(({ name }) => name.includes('90 %')) };
  };
  const whole = may(null);

  test('is told with what was used, the rule and what it took off the bill', () => {
    const kva = 50;
    const { demand: told, actual, row } = may(kva);
    expect(told).toMatchObject({
      cents: 324_000,
      wellUsed: { limit: 260, share: 0.9, reached: true, cents: -36_000, document: '发改价格〔2023〕526号' },
    });
    expect(told?.wellUsed?.kwhPerKva).toBeGreaterThan(260);
    expect(actual).toBe(whole.actual - 36_000);
    expect(row).toMatchObject({ quantity: 0, cents: 0 });
  });

  test('is the full one where the use does not reach it, or the kVA are not known', () => {
    expect(may(5000).demand).toMatchObject({ cents: 360_000, wellUsed: { reached: false, cents: 0 } });
    expect(whole.demand).toMatchObject({ cents: 360_000, wellUsed: { kwhPerKva: null, reached: null, cents: 0 } });
    expect(whole.texts).toContain('contracted kVA are not known');
    expect(whole.notes.find(({ en }) => en.includes('contracted kVA'))?.zh).toMatch(/^需量电费按全价/);
  });

  test('that was lost by saving is held against the saving, and said', () => {
    const used = may(1).demand?.wellUsed?.kwhPerKva ?? 0;
    const { row, avoided, texts } = may(used / 250);
    expect(row).toMatchObject({ quantity: 90, unit: 'kW', cents: -36_000 });
    expect(avoided).toBe(whole.avoided - 36_000);
    expect(texts).toContain('would have reached 260 kWh/kVA');
  });

  test('of a month that is not whole counts what is known', () => {
    const gap = (kwh: number, at: number) => (at >= Date.UTC(2024, 4, 10) && at < Date.UTC(2024, 4, 15) ? null : kwh);
    const used = may(1).demand?.wellUsed?.kwhPerKva ?? 0;
    const { demand: told, texts, notes } = may(used / 270, gap);
    expect(told?.wellUsed).toMatchObject({ reached: null, cents: 0 });
    expect(texts).toContain('not all of 2024-05 is known');
    expect(notes.find(({ en }) => en.includes('not all of'))?.zh).toMatch(/^需量电费按全价/);
    expect(may(used / 500, gap).demand?.wellUsed).toMatchObject({ reached: true });
  });
});
