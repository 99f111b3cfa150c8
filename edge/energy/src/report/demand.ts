import type { EnergyReport } from '@keepsite/cloud-contract';
import type { Millis } from '../day.ts';
import type { Interval } from '../intervals/intervals.ts';
import type { Bill, BillingFacts } from '../tariffs/bill.ts';
import type { AvoidedCost } from '../tariffs/cost.ts';
import type { MonthUse } from '../tariffs/month-use.ts';
import { wellUsedOf } from '../tariffs/well-used.ts';
import { zoneClock } from '../zone.ts';
import type { Both } from './chinese.ts';
import type { MeteredDemand, ReportInputs } from './inputs.ts';

/** A highest quarter of an hour of fewer is the highest of what happened to be seen. */
const KNOWN_ENOUGH = 0.9;

/** What a month's bill needs of its demand. A day's bill has none: the charge is the month's, as are all but energy. */
export function demandFactsOf(
  { kind, period, demand, supply, charges }: ReportInputs,
  hours: readonly Interval[],
): BillingFacts {
  if (kind === 'day') return charges === 'energy' ? { onlyEnergy: true } : {};
  const kw = demand && isKnown(demand) ? demand.kw : null;
  const { contractKw, capacityKva } = supply ?? { contractKw: null, capacityKva: null };
  return {
    ...(contractKw !== null && { contractKw }),
    ...(capacityKva !== null && { capacityKva }),
    ...(kw !== null && { demandKw: { [period]: kw } }),
    monthUse: { [period]: useOf(hours) },
  };
}

/** All of the month by the counted meters, days that are in neither sum included. */
function useOf(hours: readonly Interval[]): MonthUse {
  const known = hours.flatMap(({ kwh }) => kwh ?? []);
  return { kwh: known.reduce((sum, kwh) => sum + kwh, 0), whole: known.length === hours.length };
}

interface Charged {
  readonly demand?: NonNullable<Extract<EnergyReport['cost'], { ok: true }>['demand']>;
  readonly notes: readonly Both[];
}

/**
 * The demand charge of a month's report. The baseline tells days and hours, so nobody can say which highest quarter of
 * an hour there would have been: both bills carry the measured one, and an avoided charge is never claimed.
 */
export function demandChargeOf(
  inputs: ReportInputs,
  { actual, expected }: Pick<AvoidedCost, 'actual' | 'expected'>,
  hours: readonly Interval[],
): Charged {
  const { tariff, kind, to, zone, period, demand } = inputs;
  const charge = tariff?.versions.findLast(({ from }) => from < to)?.demand;
  if (!charge || kind === 'day' || !demand) return { notes: [] };
  const own = actual.lines.filter((line) => line.kind === 'demand');
  const { basis } = charge;
  const avoided = basis === 'capacity' ? 'none' : 'not demonstrated';
  const { kw, at, quarters, known } = demand;
  const judged = wellUsedOf(charge, period, useOf(hours), inputs.supply?.capacityKva ?? undefined);
  const wellUsed = judged && {
    kwhPerKva: judged.kwhPerKva,
    limit: Number(judged.rule.kwhPerKva),
    share: Number(judged.rule.share),
    reached: judged.reached,
    cents: takenOff(actual),
    document: judged.rule.document,
  };
  const cents = own.length === 0 ? null : sumOf(own);
  return {
    demand: { basis, kw, at, quarters, known, cents, avoided, ...(wellUsed && { wellUsed }) },
    notes: [
      ...(basis === 'capacity' ? [] : [measuredNote(demand, period, zone)]),
      AVOIDED[avoided],
      ...(wellUsed && takenOff(expected) !== takenOff(actual) ? [lostNote(wellUsed)] : []),
    ],
  };
}

/** What the lower price of a month of much use takes off a bill: those lines alone are below zero. */
function takenOff({ lines }: Bill): number {
  return sumOf(lines.filter(({ kind, cents }) => kind === 'demand' && cents < 0));
}

function sumOf(lines: Bill['lines']): number {
  return lines.reduce((sum, line) => sum + line.cents, 0);
}

function lostNote({ limit, share }: NonNullable<NonNullable<Charged['demand']>['wellUsed']>): Both {
  const percent = Math.round(100 * share);
  return {
    en: `With what was expected the month would have reached ${limit} kWh/kVA and paid ${percent} % of the demand price; what it pays more now is taken off the avoided cost`,
    zh: `若按预期电量，本月每千伏安用电将达到 ${limit} 千瓦时，需量电价可按 ${percent}% 执行；现在多付的部分已从避免电费中扣除`,
  };
}

const AVOIDED: Readonly<Record<'not demonstrated' | 'none', Both>> = {
  'not demonstrated': {
    en: 'An avoided demand charge is not demonstrated: the baseline tells days and hours, not quarters of an hour; both bills carry the same demand',
    zh: '未能证实需量电费的节约：基准模型只到日和小时，不到 15 分钟；两侧账单采用相同的需量',
  },
  none: {
    en: 'The capacity charge follows the installed kVA, whatever is used: none of it is avoided',
    zh: '容量电费按变压器容量计收，与用电量无关：没有节约',
  },
};

function measuredNote(demand: MeteredDemand, period: string, zone: string): Both {
  const { kw, at, quarters, known } = demand;
  if (kw === null || at === null)
    return {
      en: `The demand of ${period} is not known: its meters are not read every quarter of an hour`,
      zh: `${period} 的需量未知：电表未按 15 分钟抄读`,
    };
  const when = wallText(Date.parse(at), zone);
  const share = `${known}/${quarters}`;
  if (!isKnown(demand))
    return {
      en: `The demand of ${period} is not known: only ${share} quarters of an hour were measured (highest of them ${kw.toFixed(1)} kW, ${when})`,
      zh: `${period} 的需量未知：只测得 ${share} 个 15 分钟（其中最高 ${kw.toFixed(1)} kW，${when}）`,
    };
  return {
    en: `Highest quarter of an hour of ${period}: ${kw.toFixed(1)} kW, ${when}; measured ${share} quarters. A supplier’s meter whose window slides by the minute may register more`,
    zh: `${period} 最大 15 分钟需量：${kw.toFixed(1)} kW，${when}；测得 ${share} 个 15 分钟。供电公司按滑差计量的电表可能略高`,
  };
}

function isKnown({ quarters, known }: MeteredDemand): boolean {
  return known >= KNOWN_ENOUGH * quarters;
}

function wallText(at: Millis, zone: string): string {
  return new Date(zoneClock(zone).wall(at)).toISOString().slice(0, 16).replace('T', ' ');
}
