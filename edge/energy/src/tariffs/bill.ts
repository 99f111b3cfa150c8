import type { Slot } from '../intervals/parts.ts';
import { cents, type Cents, type DecimalText, product, shareOf, times, wholeCents } from './decimal.ts';
import { type MonthUse, monthUsesOf } from './month-use.ts';
import { powerFactorRate } from './power-factor.ts';
import { componentPrice } from './prices.ts';
import type { Tariff, TariffVersion } from './tariff.ts';
import { placeUsage, type Piece, type Used } from './usage.ts';
import { reductionsOf, wellUsedOf } from './well-used.ts';

/** What a month needs besides its energy. Keys are local months, `YYYY-MM`. */
export interface BillingFacts {
  /** Reactive energy: without it there is no power-factor adjustment. */
  readonly kvarh?: Readonly<Record<string, number>>;
  /** Highest demand by the supplier's meter; absent: the highest quarter of an hour of the data. */
  readonly demandKw?: Readonly<Record<string, number>>;
  readonly contractKw?: number;
  readonly capacityKva?: number;
  /** All that was used in a month, where the bill is of a part of it. Absent: what is billed. */
  readonly monthUse?: Readonly<Record<string, MonthUse>>;
  readonly events?: readonly Slot[];
  /**
   * Of days: demand, fixed charge and power factor are the month's (a two-part tariff bills its basic charge by the
   * month, 发改价格〔2023〕526号), and lines are rounded down, so that the days never add up to more than the month's bill.
   */
  readonly onlyEnergy?: boolean;
}

/** One line of a bill: quantity × price, rounded to the cent. The lines add up to the total, to the cent. */
export interface BillLine {
  readonly month: string;
  /** The version of the price book, by its first day, and its document. */
  readonly version: string;
  readonly document: string;
  readonly kind: 'energy' | 'demand' | 'fixed' | 'power_factor';
  readonly name: string;
  /** Only of energy. */
  readonly period: string | null;
  readonly quantity: number;
  readonly unit: 'kWh' | 'kW' | 'kVA' | 'month' | '%';
  /** Null for a share of other lines. */
  readonly price: DecimalText | null;
  readonly cents: Cents;
}

export interface Bill {
  readonly tariff: string;
  readonly currency: string;
  readonly lines: readonly BillLine[];
  readonly total: Cents;
  readonly kwh: number;
  /** Of the intervals that were given; unknown energy is not on the bill, and that is no saving. */
  readonly unknownHours: number;
  /** What a reader must know before comparing this with the supplier's bill. */
  readonly notes: readonly string[];
}

export type Billed = { readonly ok: true; readonly bill: Bill } | { readonly ok: false; readonly reason: string };

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;

/** What energy costs by a tariff, month by month, each line with its price and document. */
export function billOf(tariff: Tariff, used: readonly Used[], facts: BillingFacts = {}): Billed {
  const placed = placeUsage(tariff, used, facts.events);
  if (!placed.ok) return placed;
  const months = Map.groupBy(placed.pieces, ({ applying }) => applying.month);
  const notes = new Set<string>();
  const own = { ...facts, monthUse: facts.monthUse ?? monthUsesOf(placed.pieces, tariff.zone) };
  const lines = [...months].flatMap(([month, pieces]) => monthLines(month, pieces, used, own, notes));
  const unknownMs = used.reduce((ms, { from, to, kwh }) => ms + (kwh === null ? to - from : 0), 0);
  if (unknownMs > 0) notes.add('energy that is not known is not on this bill');
  if (tariff.example) notes.add(`${tariff.id} is an example: compare it with the supplier's price list first`);
  const bill: Bill = {
    tariff: tariff.id,
    currency: tariff.currency,
    lines,
    total: lines.reduce((sum, line) => sum + line.cents, 0),
    kwh: placed.pieces.reduce((sum, { kwh }) => sum + kwh, 0),
    unknownHours: unknownMs / HOUR_MS,
    notes: [...notes],
  };
  return { ok: true, bill };
}

interface Month {
  readonly month: string;
  /** The version of the month's last day bills what is charged by the month. */
  readonly version: TariffVersion;
  readonly kwh: number;
  readonly facts: BillingFacts;
  readonly notes: Set<string>;
}

function monthLines(
  name: string,
  pieces: readonly Piece[],
  used: readonly Used[],
  facts: BillingFacts,
  notes: Set<string>,
): BillLine[] {
  const version = (pieces.at(-1) as Piece).applying.version;
  const month: Month = { month: name, version, kwh: kwhOf(pieces), facts, notes };
  const energy = [...Map.groupBy(pieces, ({ applying }) => applying.version)].flatMap(([own, list]) =>
    energyLines(name, own, list, facts.onlyEnergy ? wholeCents : cents),
  );
  if (facts.onlyEnergy) {
    notes.add(ONLY_ENERGY);
    return energy;
  }
  const demand = demandLines(month, peakKw(pieces, used));
  const lines = [...energy, ...demand, ...wellUsedLines(month, demand), ...fixedLines(month)];
  return [...lines, ...powerFactorLines(month, lines)];
}

const ONLY_ENERGY =
  'This bill holds energy alone: demand, fixed charge and power factor are billed by the month; its lines are rounded down, so that a month’s days never add up to more than the month’s bill';

function energyLines(
  month: string,
  version: TariffVersion,
  pieces: readonly Piece[],
  rounded: typeof cents,
): BillLine[] {
  const periods = [...Map.groupBy(pieces, ({ applying }) => applying.period)];
  return version.components.flatMap((component) =>
    periods.map(([period, list]) => {
      const price = componentPrice(component, period, version);
      const { name } = component;
      const kwh = kwhOf(list);
      const line = lineOf(month, version, 'energy', name, kwh, 'kWh', price);
      return { ...line, period, cents: rounded(times(price, kwh)) };
    }),
  );
}

function demandLines({ month, version, facts, notes }: Month, metered: number | null): BillLine[] {
  const { demand } = version;
  if (!demand) return [];
  if (demand.basis === 'capacity') {
    if (facts.capacityKva !== undefined)
      return [lineOf(month, version, 'demand', demand.name, facts.capacityKva, 'kVA', demand.price)];
    notes.add('the demand charge is left out: the installed kVA are not known');
    return [];
  }
  const highest = facts.demandKw?.[month] ?? metered;
  const billed = demand.basis === 'contract' ? (facts.contractKw ?? null) : highest;
  if (billed === null) {
    notes.add('the demand charge is left out: neither the contract nor quarters of an hour are known');
    return [];
  }
  const base = lineOf(month, version, 'demand', demand.name, billed, 'kW', demand.price);
  if (demand.basis === 'measured' || highest === null) return [base];
  const over = highest - billed * Number(demand.tolerance);
  if (over <= 0) return [base];
  const price = product(demand.price, demand.excess);
  return [base, lineOf(month, version, 'demand', `${demand.name} above the contract`, over, 'kW', price)];
}

/** What a month of much use pays less for its demand. */
function wellUsedLines({ month, version, kwh, facts, notes }: Month, lines: readonly BillLine[]): BillLine[] {
  const { demand } = version;
  const use = facts.monthUse?.[month] ?? { kwh, whole: false };
  const judged = demand && lines.length > 0 ? wellUsedOf(demand, month, use, facts.capacityKva) : null;
  if (judged?.reached) return reductionsOf(lines, judged.rule);
  if (judged?.reached === null)
    notes.add(
      judged.kwhPerKva === null
        ? 'the demand is billed at its full price: the contracted kVA are not known'
        : `the demand is billed at its full price: not all of ${month} is known, and what is known does not reach ${judged.rule.kwhPerKva} kWh/kVA`,
    );
  return [];
}

function fixedLines({ month, version }: Month): BillLine[] {
  return version.fixed === undefined ? [] : [lineOf(month, version, 'fixed', 'fixed', 1, 'month', version.fixed)];
}

function powerFactorLines({ month, version, kwh, facts, notes }: Month, lines: readonly BillLine[]): BillLine[] {
  if (version.powerFactor === undefined) return [];
  const kvarh = facts.kvarh?.[month];
  const rated = kvarh === undefined ? null : powerFactorRate(version.powerFactor, kwh, kvarh);
  if (!rated) {
    notes.add('the power-factor adjustment is left out: reactive energy is not known');
    return [];
  }
  const free = new Set(version.components.filter(({ adjusted }) => !adjusted).map(({ name }) => name));
  const base = lines.filter(({ kind, name }) => kind === 'demand' || (kind === 'energy' && !free.has(name)));
  const amount = base.reduce((sum, line) => sum + line.cents, 0);
  const name = `power factor ${rated.powerFactor.toFixed(2)} against ${version.powerFactor}`;
  const line = lineOf(month, version, 'power_factor', name, rated.rate / 100, '%', null);
  return [{ ...line, cents: shareOf(amount, rated.rate) }];
}

function lineOf(
  month: string,
  { from, document }: TariffVersion,
  kind: BillLine['kind'],
  name: string,
  quantity: number,
  unit: BillLine['unit'],
  price: DecimalText | null,
): BillLine {
  const amount = price === null ? 0 : cents(times(price, quantity));
  return { month, version: from, document, kind, name, period: null, quantity, unit, price, cents: amount };
}

function kwhOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { kwh }) => sum + kwh, 0);
}

/** Hourly data do not show a quarter of an hour. */
function peakKw(pieces: readonly Piece[], used: readonly Used[]): number | null {
  if (used.some(({ from, to }) => to - from > QUARTER_MS)) return null;
  const quarters = Map.groupBy(pieces, ({ from }) => Math.floor(from / QUARTER_MS));
  return Math.max(...[...quarters.values()].map((list) => kwhOf(list) * (HOUR_MS / QUARTER_MS)));
}
