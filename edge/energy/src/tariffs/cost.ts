import type { Slot } from '../intervals/parts.ts';
import { type Bill, type BillLine, billOf, type BillingFacts } from './bill.ts';
import { cents, type Cents, times } from './decimal.ts';
import { type MonthUse, monthUses } from './month-use.ts';
import { priceOf } from './prices.ts';
import type { Tariff } from './tariff.ts';
import { type Piece, placeUsage, type Used } from './usage.ts';

/** What an interval costs for its energy, and all up to its end; each rounded, so they need not add up. */
export interface IntervalCost extends Slot {
  readonly cents: Cents;
  readonly cumulative: Cents;
}

export type Costed =
  | { readonly ok: true; readonly costs: IntervalCost[] }
  | { readonly ok: false; readonly reason: string };

/** The course of the energy cost, without demand, fixed charges and adjustments. */
export function intervalCosts(tariff: Tariff, used: readonly Used[], events: readonly Slot[] = []): Costed {
  let sum = 0n;
  const costs: IntervalCost[] = [];
  for (const { from, to, kwh } of used) {
    const placed = placeUsage(tariff, [{ from, to, kwh }], events);
    if (!placed.ok) return placed;
    const cost = placed.pieces.reduce((all, piece) => all + exactCost(piece), 0n);
    sum += cost;
    costs.push({ from, to, cents: cents(cost), cumulative: cents(sum) });
  }
  return { ok: true, costs };
}

function exactCost({ applying, kwh }: Piece): bigint {
  return times(priceOf(applying.version, applying.period), kwh);
}

/** Expected without the measures, and actual. */
export interface Compared extends Slot {
  readonly expected: number | null;
  readonly actual: number | null;
}

/** One line of the difference between two bills; the lines add up to it, to the cent. */
export interface AvoidedLine {
  readonly month: string;
  readonly document: string;
  readonly name: string;
  readonly period: string | null;
  readonly quantity: number;
  readonly unit: BillLine['unit'];
  readonly cents: Cents;
}

export interface AvoidedCost {
  /** What the expected energy would have cost less what the actual one did; below zero it cost more. */
  readonly total: Cents;
  readonly kwh: number;
  readonly lines: readonly AvoidedLine[];
  readonly expected: Bill;
  readonly actual: Bill;
  /** Intervals of which either is unknown are in neither bill: a gap is never a saving. */
  readonly skippedHours: number;
}

export type Avoided =
  | { readonly ok: true; readonly avoided: AvoidedCost }
  | { readonly ok: false; readonly reason: string };

const HOUR_MS = 3_600_000;

/**
 * Avoided cost, explained against the bill: both energies billed by the same tariff, line by line. The
 * power factor and, unless the data are quarters of an hour, the demand are taken to be the same. Where a month fell by
 * its savings below what lowers the demand price, that is held against them; that it rose above it is no saving.
 */
export function avoidedCost(tariff: Tariff, compared: readonly Compared[], facts: BillingFacts = {}): Avoided {
  const known = compared.filter(({ expected, actual }) => expected !== null && actual !== null);
  const all = compared.map((pair) => ({ from: pair.from, to: pair.to, kwh: pair.actual }));
  const actualFacts = { ...facts, monthUse: facts.monthUse ?? monthUses(tariff, all) };
  const actual = billOf(
    tariff,
    known.map((pair) => ({ from: pair.from, to: pair.to, kwh: pair.actual })),
    actualFacts,
  );
  if (!actual.ok) return actual;
  const expectedUse = known.map((pair) => ({ from: pair.from, to: pair.to, kwh: pair.expected }));
  const expected = billOf(tariff, expectedUse, factsOfExpected(actualFacts, tariff, expectedUse, actual.bill));
  if (!expected.ok) return expected;
  const lines = difference(expected.bill, actual.bill);
  return {
    ok: true,
    avoided: {
      total: expected.bill.total - actual.bill.total,
      kwh: expected.bill.kwh - actual.bill.kwh,
      lines,
      expected: expected.bill,
      actual: actual.bill,
      skippedHours: hoursOf(compared) - hoursOf(known),
    },
  };
}

/** What is known of the month, as it would have been with the expected energy. */
function factsOfExpected(
  facts: BillingFacts & Required<Pick<BillingFacts, 'monthUse'>>,
  tariff: Tariff,
  expected: readonly Used[],
  actual: Bill,
): BillingFacts {
  const bill = billOf(tariff, expected, facts);
  const before = monthlyKwh(actual);
  const after = bill.ok ? monthlyKwh(bill.bill) : before;
  const avoided = (month: string) => (after.get(month) ?? 0) - (before.get(month) ?? 0);
  return {
    ...facts,
    monthUse: mapped(facts.monthUse, (use, month) => moreOf(use, avoided(month))),
    // Reactive energy in the proportion of the active one.
    ...(facts.kvarh && {
      kvarh: mapped(facts.kvarh, (value, month) => {
        const kwh = before.get(month) ?? 0;
        return kwh === 0 ? value : value * ((after.get(month) ?? 0) / kwh);
      }),
    }),
  };
}

/** A month of which not all is known is taken to be the same: nothing shows on which side of a limit it lies. */
function moreOf(use: MonthUse, avoided: number): MonthUse {
  return use.whole ? { ...use, kwh: use.kwh + Math.max(0, avoided) } : use;
}

function mapped<Value>(
  months: Readonly<Record<string, Value>>,
  of: (value: Value, month: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(months).map(([month, value]) => [month, of(value, month)]));
}

function monthlyKwh({ lines }: Bill): Map<string, number> {
  const kwh = new Map<string, number>();
  // Every component bills the same energy: one of them is enough.
  const first = lines.find(({ kind }) => kind === 'energy')?.name;
  for (const line of lines)
    if (line.kind === 'energy' && line.name === first) kwh.set(line.month, (kwh.get(line.month) ?? 0) + line.quantity);
  return kwh;
}

function difference(expected: Bill, actual: Bill): AvoidedLine[] {
  const lines = new Map<string, AvoidedLine>();
  for (const [{ lines: side }, sign] of [
    [expected, 1],
    [actual, -1],
  ] as const)
    for (const { month, version, document, kind, name, period, quantity, unit, cents: amount } of side) {
      const title = kind === 'power_factor' ? 'power factor' : name;
      const key = [month, version, kind, title, period].join('\n');
      const line = lines.get(key) ?? { month, document, name: title, period, quantity: 0, unit, cents: 0 };
      lines.set(key, { ...line, quantity: line.quantity + sign * quantity, cents: line.cents + sign * amount });
    }
  return [...lines.values()];
}

function hoursOf(slots: readonly Slot[]): number {
  return slots.reduce((ms, { from, to }) => ms + to - from, 0) / HOUR_MS;
}
