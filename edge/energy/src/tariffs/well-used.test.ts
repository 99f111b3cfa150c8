import { describe, expect, test } from 'vitest';
import { billOf, type BillingFacts } from './bill.ts';
import { avoidedCost } from './cost.ts';
import { Tariff } from './tariff.ts';

const HOUR = 3_600_000;
const RULE = '发改价格〔2023〕526号';

const bookOf = (demand: object) => ({
  id: 'test',
  name: { en: 'Test', zh: '测试' },
  currency: 'CNY',
  zone: 'Asia/Shanghai',
  versions: [
    {
      from: '2020-01-01',
      document: 'list',
      rules: [],
      otherwise: 'flat',
      components: [{ name: 'energy', price: '0.5' }],
      powerFactor: '0.90',
      demand: { name: 'demand', price: '33.333', basis: 'measured', wellUsed: {}, ...demand },
    },
  ],
});
const tariff = Tariff.parse(bookOf({}));

/** The hours of a month in Shanghai, which has 720 or 744 of them, alike. */
function month(name: string, kwh: number) {
  const [year = 0, number = 0] = name.split('-').map(Number);
  const [from, to] = [0, 1].map((next) => Date.UTC(year, number - 1 + next, 1) - 8 * HOUR) as [number, number];
  const hours = (to - from) / HOUR;
  return Array.from({ length: hours }, (_, i) => ({
    from: from + i * HOUR,
    to: from + (i + 1) * HOUR,
    kwh: kwh / hours,
  }));
}

/** Its demand lines and notes; 1000 kVA, and 1000 kW by the meter. */
function demandOf(kwh: number, facts: BillingFacts = {}, book = tariff, name = '2026-04') {
  const billed = billOf(book, month(name, kwh), { demandKw: { [name]: 1000 }, capacityKva: 1000, ...facts });
  if (!billed.ok) throw new Error(billed.reason);
  const { lines, notes } = billed.bill;
  const own = lines.filter(({ kind }) => kind === 'demand');
  return { lines: own, cents: own.reduce((sum, line) => sum + line.cents, 0), notes: notes.join('\n') };
}

describe('the demand price of a month of much use', () => {
  test('is 90 % from 260 kWh a kVA on, in a line of its own with its document; together they cost 90 %, to the fen', () => {
    const { lines, cents } = demandOf(260_000, { demandKw: { '2026-04': 1000.123 } });
    expect(lines).toMatchObject([
      { name: 'demand', quantity: 1000.123, price: '33.333', document: 'list' },
      { name: 'demand 90 % (≥ 260 kWh/kVA)', quantity: 1000.123, unit: 'kW', price: '-3.3333', document: RULE },
    ]);
    // 1000.123 kW × 29.9997 is 30003.39; a tenth of the rounded line would make it 30003.38 or 30003.39.
    expect(cents).toBe(Math.round(1000.123 * 29.9997 * 100));
  });

  test.each([
    ['below 260', 259_999, {}, '2026-04'],
    ['before June 2023', 400_000, {}, '2023-05'],
  ])('is the full one %s', (_, kwh, facts, name) => {
    expect(demandOf(kwh, facts, tariff, name).lines).toMatchObject([{ name: 'demand' }]);
  });

  test('counts from June 2023 on', () => {
    expect(demandOf(400_000, {}, tariff, '2023-06').lines).toHaveLength(2);
  });

  test('is that of what exceeds the contract, too', () => {
    const book = Tariff.parse(bookOf({ basis: 'contract', price: '40' }));
    const { lines, cents } = demandOf(300_000, { contractKw: 800 }, book);
    expect(lines.map(({ name, quantity, cents: own }) => [name, quantity, own])).toEqual([
      ['demand', 800, 3_200_000],
      ['demand above the contract', 160, 1_280_000],
      ['demand 90 % (≥ 260 kWh/kVA)', 800, -320_000],
      ['demand above the contract 90 % (≥ 260 kWh/kVA)', 160, -128_000],
    ]);
    expect(cents).toBe(0.9 * 4_480_000);
  });

  test('is the full one, and a note says so, while the kVA or the month’s use are not known', () => {
    const { capacityKva: _, ...without } = { capacityKva: 0 };
    const unknown = billOf(tariff, month('2026-04', 300_000), { ...without, demandKw: { '2026-04': 1000 } });
    expect(unknown.ok && unknown.bill.notes.join()).toContain('kVA');
    const gaps = month('2026-04', 262_000).map((hour, i) => (i < 10 ? { ...hour, kwh: null } : hour));
    const billed = billOf(tariff, gaps, { demandKw: { '2026-04': 1000 }, capacityKva: 1000 });
    if (!billed.ok) throw new Error(billed.reason);
    expect(billed.bill.lines.filter(({ kind }) => kind === 'demand')).toHaveLength(1);
    expect(billed.bill.notes.join('\n')).toContain('not all of 2026-04 is known');
  });

  test('needs no whole month when the known part of it is enough', () => {
    const gaps = month('2026-04', 280_000).map((hour, i) => (i < 10 ? { ...hour, kwh: null } : hour));
    const billed = billOf(tariff, gaps, { demandKw: { '2026-04': 1000 }, capacityKva: 1000 });
    expect(billed.ok && billed.bill.lines.filter(({ kind }) => kind === 'demand')).toHaveLength(2);
  });

  test('is part of what the power factor changes', () => {
    const facts = { demandKw: { '2026-04': 1000 }, capacityKva: 1000, kvarh: { '2026-04': 300_000 } };
    const billed = billOf(tariff, month('2026-04', 300_000), facts);
    if (!billed.ok) throw new Error(billed.reason);
    const { lines } = billed.bill;
    const base = lines.filter(({ kind }) => kind !== 'power_factor').reduce((sum, line) => sum + line.cents, 0);
    expect(lines.at(-1)).toMatchObject({ kind: 'power_factor', cents: Math.round(base * 0.095) });
  });

  test('is no rule for the installed kVA', () => {
    expect(Tariff.safeParse(bookOf({ basis: 'capacity' })).success).toBe(false);
  });
});

describe('the avoided cost', () => {
  const compared = (expected: number, actual: number) => {
    const uses = month('2026-04', actual);
    return month('2026-04', expected).map(({ from, to, kwh }, i) => ({
      from,
      to,
      expected: kwh,
      actual: uses[i]?.kwh ?? null,
    }));
  };
  const facts = { demandKw: { '2026-04': 1000 }, capacityKva: 1000 };
  const avoided = (expected: number, actual: number) => {
    const result = avoidedCost(tariff, compared(expected, actual), facts);
    if (!result.ok) throw new Error(result.reason);
    return result.avoided.lines.find(({ name }) => name.includes('90 %'));
  };

  test('holds against a saving that the month fell below 260 kWh a kVA by it', () => {
    expect(avoided(270_000, 250_000)).toMatchObject({ quantity: 1000, unit: 'kW', cents: -333_330, document: RULE });
  });

  test('claims nothing of a month that reached it by using more', () => {
    expect(avoided(250_000, 270_000)).toMatchObject({ quantity: 0, cents: 0 });
    expect(avoided(290_000, 270_000)).toMatchObject({ quantity: 0, cents: 0 });
  });
});
