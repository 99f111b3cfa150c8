import { expect, test } from 'vitest';
import { type Bill, billOf } from '../tariffs/bill.ts';
import { Tariff } from '../tariffs/tariff.ts';
import { reportInputs } from '../testing/report-inputs.ts';
import { demandChargeOf, demandFactsOf } from './demand.ts';
import type { ReportInputs } from './inputs.ts';
import { reckonReport } from './report.ts';

const MEASURED = { kw: 80, at: '2024-05-14T02:15:00.000Z', quarters: 2976, known: 2976 };
const HOUR = { from: Date.UTC(2024, 4, 1), to: Date.UTC(2024, 4, 1, 1), kwh: 10 };
const COMPONENTS = [{ name: 'energy', price: '0.5' }];

function tariffWith(demand: object): Tariff {
  const version = { from: '2020-01-01', document: 'd', rules: [], otherwise: 'flat', components: COMPONENTS, demand };
  return Tariff.parse({ id: 't', name: { en: 'T', zh: 'T' }, currency: 'CNY', zone: 'UTC', versions: [version] });
}
const BY_DEMAND = tariffWith({ price: '40', basis: 'measured' });

const base = reportInputs();
/** A bill of one hour, and what is said of its demand. */
function billed(more: Partial<ReportInputs>): ReturnType<typeof demandChargeOf> & { readonly bill: Bill } {
  const inputs = { ...base, tariff: BY_DEMAND, ...more };
  const result = billOf(inputs.tariff as Tariff, [HOUR], demandFactsOf(inputs, []));
  if (!result.ok) throw new Error(result.reason);
  return { ...demandChargeOf(inputs, { actual: result.bill, expected: result.bill }, []), bill: result.bill };
}

test('a report bills the measured demand, and claims no avoided demand charge', () => {
  const [without, part] = [{}, { demand: MEASURED }].map((more) => {
    const { cost } = reckonReport({ ...base, tariff: BY_DEMAND, bootstrap: { draws: 0, seed: 1 }, ...more });
    if (!cost.ok) throw new Error(cost.reason.en);
    return cost;
  });
  expect(part?.demand).toEqual({ ...MEASURED, basis: 'measured', cents: 80 * 40 * 100, avoided: 'not demonstrated' });
  expect(part?.actual).toBe((without?.actual ?? 0) + 320_000);
  expect(part?.avoided).toBe(without?.avoided);
  expect(part?.notes.map(({ en }) => en)).toEqual([
    expect.stringMatching(/^Highest quarter of an hour of 2024-05: 80\.0 kW, 2024-05-14 02:15; measured 2976\/2976/),
    expect.stringContaining('is not demonstrated'),
  ]);
  // One that was made before demands were read can still be reckoned again to the letter.
  expect(without && 'demand' in without).toBe(false);
});

test('a demand that is hardly known is on no bill, and the report says how much of it was seen', () => {
  const few = billed({ demand: { ...MEASURED, known: 2600 } });
  expect([few.demand?.cents, few.bill.total]).toEqual([null, 500]);
  expect(few.notes[0]?.en).toContain('only 2600/2976 quarters');
  const none = billed({ demand: { kw: null, at: null, quarters: 2976, known: 0 } });
  expect(none.notes[0]?.zh).toContain('未按 15 分钟抄读');
});

test('an agreed demand is charged as agreed, and what exceeds it by more than a twentieth at twice the price', () => {
  const tariff = tariffWith({ price: '40', basis: 'contract' });
  const agreed = (contractKw: number) =>
    billed({ tariff, demand: MEASURED, supply: { contractKw, capacityKva: null } }).demand?.cents;
  expect(agreed(78)).toBe(78 * 40 * 100);
  expect(agreed(60)).toBe(60 * 40 * 100 + (80 - 63) * 80 * 100);
});

test('a capacity charge follows the installed kVA, and nothing of it is avoided', () => {
  const tariff = tariffWith({ price: '30', basis: 'capacity' });
  const part = billed({ tariff, demand: MEASURED, supply: { contractKw: null, capacityKva: 250 } });
  expect(part.demand).toMatchObject({ basis: 'capacity', cents: 250 * 30 * 100, avoided: 'none' });
  expect(part.notes).toHaveLength(1);
});

test('a day’s report bills energy alone and says so: what is charged by the month is no day’s', () => {
  const { versions, ...book } = tariffWith({ price: '40', basis: 'measured' });
  const tariff = Tariff.parse({ ...book, versions: [{ ...versions[0], fixed: '300', powerFactor: '0.90' }] });
  const day = { kind: 'day', period: '2024-05-14', from: '2024-05-14', to: '2024-05-15', charges: 'energy' } as const;
  const { cost } = reckonReport({ ...base, ...day, tariff, bootstrap: { draws: 0, seed: 1 } });
  if (!cost.ok) throw new Error(cost.reason.en);
  expect(new Set(cost.lines.map(({ name }) => name))).toEqual(new Set(['energy']));
  expect(cost.notes).toEqual([
    {
      en: expect.stringMatching(
        /^This bill holds energy alone: demand, fixed charge and power factor are billed by the month/,
      ),
      zh: expect.stringContaining('按月计收'),
    },
  ]);
});

test('a day’s report has no demand charge: it is the month’s', () => {
  const day = { kind: 'day', period: '2024-05-14', from: '2024-05-14', to: '2024-05-15' } as const;
  const tariff = tariffWith({ price: '30', basis: 'capacity' });
  const supply = { contractKw: null, capacityKva: 250 };
  const { demand, notes, bill } = billed({ ...day, tariff, demand: MEASURED, supply });
  expect([demand, notes, bill.total]).toEqual([undefined, [], 500]);
});
