import type { EnergyReport } from '@keepsite/cloud-contract';
import { emissionsOf } from '../carbon/carbon.ts';
import { dayOf } from '../day.ts';
import { pueOf } from '../indicators/indicators.ts';
import type { Interval } from '../intervals/intervals.ts';
import { fitBaseline, rowsOf } from '../savings/baseline.ts';
import type { Savings } from '../savings/savings.ts';
import { avoidedCost, type Compared } from '../tariffs/cost.ts';
import { sameClock } from '../zone.ts';
import { bothOf, type Both } from './chinese.ts';
import { demandChargeOf, demandFactsOf } from './demand.ts';
import { countedMeters, measuredOf, periodOfDays, sumOf } from './hours.ts';
import type { ReportInputs } from './inputs.ts';

interface WhyNot {
  readonly ok: false;
  readonly reason: Both;
}

/** The hourly model that tells at which hours of a day the expected energy would have been drawn. */
const SHAPE = 'towt-hourly';

/** Avoided cost of the period: both energies by the same price book, hour by hour. */
export function costOf(inputs: ReportInputs, saved: Savings, hours: readonly Interval[]): EnergyReport['cost'] {
  const { tariff } = inputs;
  if (!tariff) return because('no tariff is set for this client', '未设置该客户的电价');
  const apart = clocksApart(tariff.zone, inputs.zone, hours);
  if (apart) return apart;
  const compared = hourly(inputs, saved, hours);
  if (!compared)
    return because(
      'the baseline’s hours do not tell when the expected energy would have been drawn',
      '基准期的小时数据不足以判断预期电量的用电时段',
    );
  const result = avoidedCost(tariff, compared, demandFactsOf(inputs, hours));
  if (!result.ok) return { ok: false, reason: bothOf(result.reason) };
  const { avoided } = result;
  const { notes, ...charged } = demandChargeOf(inputs, avoided, hours);
  return {
    ok: true,
    currency: tariff.currency,
    tariff: tariff.name,
    documents: [...new Set(avoided.lines.map(({ document }) => document))],
    example: tariff.example,
    expected: avoided.expected.total,
    actual: avoided.actual.total,
    avoided: avoided.total,
    kwh: avoided.kwh,
    blendedRate: avoided.actual.kwh > 0 ? avoided.actual.total / 100 / avoided.actual.kwh : null,
    lines: avoided.lines.map(({ month, name, period, quantity, unit, cents, document }) => ({
      month,
      name,
      period,
      quantity,
      // Absent of rows that are the same on both bills, as reports had them before any other was not.
      ...(unit !== 'kWh' && quantity !== 0 && { unit }),
      cents,
      document,
    })),
    skippedHours: avoided.skippedHours,
    notes: [...avoided.actual.notes.map(bothOf), ...notes],
    ...charged,
  };
}

/**
 * A book of another clock than the meters' is not theirs, or the site's zone is wrong: its hours would be others than
 * the supplier's, and what is charged by the month would be charged for each of the two months that the report's touches.
 */
function clocksApart(book: string, zone: string, hours: readonly Interval[]): WhyNot | null {
  const instants = hours.map(({ from }) => from);
  if (sameClock(book, zone, instants)) return null;
  return because(
    `the price book goes by the clock of ${book}, and the meters stand in ${zone}: give both the zone that the supplier bills by`,
    `电价表按 ${book} 的时钟，而电表所在时区为 ${zone}：请将两者设为供电公司计费所用的时区`,
  );
}

/**
 * Expected and actual energy of every hour. What the report's model expects of a day is spread over its
 * hours as the hourly model of the same baseline would: the hours add up to the certified day. Days
 * that were not compared stay unknown on both sides. Null when there is no hourly model.
 */
function hourly(inputs: ReportInputs, saved: Savings, hours: readonly Interval[]): Compared[] | null {
  const { baseline, zone } = inputs;
  if (!baseline) return null;
  const request = {
    method: SHAPE,
    measured: measuredOf(inputs),
    baseline: periodOfDays(baseline.span.from, baseline.span.to, zone),
    fuel: 'electricity',
  } as const;
  const shape = fitBaseline(request);
  if (!shape.ok) return null;
  const period = { from: hours[0]?.from ?? 0, to: hours.at(-1)?.to ?? 0 };
  const weights = new Map(rowsOf(request, period).map((row) => [row.at, shape.model.predict(row)]));
  const sums = compare(saved, zone);
  return [...Map.groupBy(hours, ({ from }) => dayOf(from, zone))].flatMap(([day, own]) =>
    spread(own, weights, sums.get(day)),
  );
}

interface DaySums {
  readonly expected: number;
  readonly actual: number;
}

/** What was compared of each day. */
function compare({ rows }: Savings, zone: string): Map<string, DaySums> {
  const known = rows.flatMap(({ at, usage, temperature, predicted }) =>
    usage === null || temperature === null || predicted === null ? [] : [{ at, usage, predicted }],
  );
  const days = Map.groupBy(known, ({ at }) => dayOf(at, zone));
  return new Map(
    [...days].map(([day, own]) => [
      day,
      {
        expected: own.reduce((sum, { predicted }) => sum + predicted, 0),
        actual: own.reduce((sum, { usage }) => sum + usage, 0),
      },
    ]),
  );
}

function spread(
  hours: readonly Interval[],
  weights: ReadonlyMap<number, number | null>,
  sums: DaySums | undefined,
): Compared[] {
  const known = hours.filter(({ from, kwh }) => kwh !== null && (weights.get(from) ?? null) !== null);
  const weight = known.reduce((sum, { from }) => sum + (weights.get(from) ?? 0), 0);
  const used = known.reduce((sum, { kwh }) => sum + (kwh ?? 0), 0);
  return hours.map(({ from, to, kwh }) => {
    const own = weights.get(from) ?? null;
    if (!sums || kwh === null || own === null || weight <= 0 || used <= 0)
      return { from, to, expected: null, actual: null };
    // A day with an unknown hour was filled up at its mean; here its known hours carry it.
    return { from, to, expected: (sums.expected * own) / weight, actual: (sums.actual * kwh) / used };
  });
}

/** Carbon that the period's avoided energy did not emit, each local year by its own factor. */
export function carbonOf({ carbon, zone }: ReportInputs, { rows }: Savings): EnergyReport['carbon'] {
  const avoided = rows.map(({ at, usage, temperature, predicted }) => ({
    from: at,
    to: at,
    kwh: usage === null || temperature === null || predicted === null ? null : predicted - usage,
  }));
  const result = emissionsOf(avoided, carbon, zone);
  if (!result.ok) return { ok: false, reason: bothOf(result.reason) };
  const { kgCo2, lines } = result.emissions;
  return {
    ok: true,
    kgCo2,
    lines: lines.map(({ year, kwh, kgCo2: kg, factor, provisional }) => ({
      year,
      kwh,
      kgCo2: kg,
      kgPerKwh: factor.kgPerKwh,
      factorYear: factor.year,
      region: factor.region,
      scope: factor.scope,
      document: factor.document,
      provisional,
    })),
  };
}

/** PUE of the period where the meters allow it: all energy over that of the IT equipment. */
export function puePart(inputs: ReportInputs, span: ReportInputs['reporting']): EnergyReport['pue'] {
  const { meters, zone } = inputs;
  const it = meters.filter(({ use }) => use === 'it');
  if (it.length === 0) return because('no meter of IT equipment is in the tree', '电表树中没有 IT 设备电表');
  const { value, interim, coverage } = pueOf(sumOf(span, countedMeters(meters), zone), sumOf(span, it, zone));
  if (value === null)
    return because(
      `only ${Math.round(100 * coverage)} % of the time is known on both sides`,
      `两侧数据同时已知的时间只有 ${Math.round(100 * coverage)}%`,
    );
  return { ok: true, value, interim, coverage };
}

export function because(en: string, zh: string): WhyNot {
  return { ok: false, reason: { en, zh } };
}
