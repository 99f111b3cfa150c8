import {
  avoidedCost,
  type Bill,
  billOf,
  type BillingFacts,
  dayOf,
  gridOf,
  intervalsOf,
  meterStretches,
  moneyText,
  type Tariff,
  type Used,
} from '@keepsite/edge-energy';
import type { Command } from 'commander';
import { InputError } from './input-error.ts';
import { type MeterOptions, positive, readMeter, withMeter } from './meter.ts';
import type { EnergyIo } from './options.ts';
import { readTariff } from './read-tariff.ts';

interface BillOptions extends MeterOptions {
  readonly tariff: string;
  readonly expected?: string;
  readonly reactive?: string;
  readonly contractKw?: number;
  readonly capacityKva?: number;
  readonly json?: true;
}

const QUARTER_MS = 15 * 60_000;

/** `bill`: what a meter's energy costs by a price book, line by line; with `--expected` the avoided cost. */
export function addBill(program: Command, io: EnergyIo): void {
  withMeter(program.command('bill'))
    .description('what the energy costs by a dated tariff, every line with its price and document')
    .requiredOption('--tariff <file>', 'price book (YAML or JSON; or an OpenEI rate, JSON)')
    .option('--expected <csv[:column]>', 'what would have been used, read like --meter: the avoided cost, line by line')
    .option('--reactive <csv[:column]>', 'kvarh, read like --meter: for the power factor')
    .option('--contract-kw <kw>', 'contracted demand', positive)
    .option('--capacity-kva <kva>', 'installed capacity', positive)
    .option('--json', 'one JSON object')
    .action((options: BillOptions) => printBill(options, io));
}

function printBill(options: BillOptions, io: EnergyIo): void {
  const tariff = readTariff(options.tariff, options.zone ?? 'UTC', io);
  const actual = usedOf(options, tariff.zone, io);
  const facts: BillingFacts = {
    ...(options.contractKw !== undefined && { contractKw: options.contractKw }),
    ...(options.capacityKva !== undefined && { capacityKva: options.capacityKva }),
    ...(options.reactive !== undefined && { kvarh: monthly({ ...options, meter: options.reactive }, tariff.zone, io) }),
  };
  if (options.expected !== undefined) {
    const expected = usedOf({ ...options, meter: options.expected }, tariff.zone, io);
    return printAvoided(tariff, expected, actual, facts, options, io);
  }
  const billed = billOf(tariff, actual, facts);
  if (!billed.ok) throw new InputError(billed.reason);
  if (options.json) return io.out(JSON.stringify(billed.bill));
  io.out(linesOf(billed.bill.lines));
  io.out(`total ${moneyText(billed.bill.total)} ${tariff.currency} for ${billed.bill.kwh.toFixed(3)} kWh`);
  tellNotes(billed.bill, io);
}

function printAvoided(
  tariff: Tariff,
  expected: readonly Used[],
  actual: readonly Used[],
  facts: BillingFacts,
  { json }: BillOptions,
  io: EnergyIo,
): void {
  const expectedAt = new Map(expected.map((interval) => [interval.from, interval.kwh]));
  const pairs = actual.map(({ from, to, kwh }) => ({ from, to, actual: kwh, expected: expectedAt.get(from) ?? null }));
  const result = avoidedCost(tariff, pairs, facts);
  if (!result.ok) throw new InputError(result.reason);
  const { avoided } = result;
  if (json) return io.out(JSON.stringify(avoided));
  io.out(linesOf(avoided.lines));
  io.out(`avoided cost ${moneyText(avoided.total)} ${tariff.currency} for ${avoided.kwh.toFixed(3)} kWh`);
  if (avoided.skippedHours > 0)
    io.err(`energy: ${avoided.skippedHours} h are not known on both sides and in neither bill`);
  tellNotes(avoided.actual, io);
}

/** Quarters of an hour where the meter was read that often, else hours. */
function usedOf(options: MeterOptions, zone: string, io: EnergyIo): Used[] {
  const { rows, kind, rules, from, to, step } = readMeter({ zone, ...options }, io);
  const grid = gridOf(step <= QUARTER_MS ? 'quarter' : 'hour', from, to, zone);
  return intervalsOf(grid, meterStretches(rows, kind, rules), rules);
}

/** What is known of each local month, as much of it as of the active energy. */
function monthly(options: MeterOptions, zone: string, io: EnergyIo): Record<string, number> {
  const months = Map.groupBy(usedOf(options, zone, io), ({ from }) => dayOf(from, zone).slice(0, 7));
  return Object.fromEntries(
    [...months].map(([month, used]) => [month, used.reduce((sum, { kwh }) => sum + (kwh ?? 0), 0)]),
  );
}

type Line = Pick<Bill['lines'][number], 'month' | 'document' | 'name' | 'period' | 'quantity' | 'cents'> & {
  readonly unit?: string;
  readonly price?: string | null;
};

function linesOf(lines: readonly Line[]): string {
  return lines
    .map(({ month, name, period, quantity, unit = '', price, cents, document }) => {
      const what = period === null ? name : `${name} ${period}`;
      const rate = price ? ` × ${price}` : '';
      return `${month}  ${what}: ${Number(quantity.toFixed(3))} ${unit}${rate} = ${moneyText(cents)}  (${document})`;
    })
    .join('\n');
}

function tellNotes({ notes }: Bill, io: EnergyIo): void {
  notes.forEach((note) => io.err(`energy: ${note}`));
}
