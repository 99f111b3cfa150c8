import { dayOf, type Millis, shiftDay } from '../day.ts';
import { meterStretches } from '../intervals/meter-stretches.ts';
import type { DataFaultKind } from '../quality/fault.ts';
import { dataFaults } from '../quality/faults.ts';
import type { Point } from '../series.ts';
import { seededRandom } from '../statistics/random.ts';
import { type ChannelUse, dayUses } from './day-use.ts';
import { crossExpected, type DayTemperatures, type Expectation, expectationOf } from './expectation.ts';
import { type MeterReference, meterReference, type MeterWarning, MeterWatch } from './meter-watch.ts';

/** What a meter's watch learns from, and how its days are to be read. */
export interface Lesson {
  /** kWh per interval of an hour or less. */
  readonly baseline: readonly Point[];
  readonly step: Millis;
  readonly zone: string;
  readonly temperatures: DayTemperatures | null;
  /** Public holidays, `YYYY-MM-DD`. */
  readonly freeDays: ReadonlySet<string>;
}

/** What such a value says of the building is wrong: not much use, and not little. */
export const UNUSABLE: ReadonlySet<DataFaultKind> = new Set(['stuck', 'zero', 'negative', 'unit_jump', 'conflict']);

/** The draws that calibrate a limit are the same for the same baseline. */
const SEED = 1;

/** A warning as it is told: on the day it opens, on its last day, or, still open, at the end of the recording. */
export interface ToldWarning extends Omit<MeterWarning, 'opened'> {
  readonly state: 'opened' | 'over' | 'still open';
}

/**
 * Watches a recording day by day against its baseline. Data faults come first: days that one touches are not judged. `priceOf`: hundredths of the
 * currency per kWh, null where it is not known.
 */
export function watchMeter(
  lesson: Lesson,
  test: readonly Point[],
  priceOf: (use: ChannelUse) => number | null = () => null,
): ToldWarning[] {
  const { zone } = lesson;
  const { expectation, reference } = learnMeter(lesson);
  const watch = new MeterWatch(reference);
  const faulty = faultyDays(test, zone);
  const open = new Map<string, MeterWarning>();
  const told: ToldWarning[] = [];
  for (const use of usesOf(lesson, test)) {
    const kwh = faulty.has(use.day) ? null : use.kwh;
    if (kwh === null) continue;
    const price = priceOf(use);
    const warning = watch.hear({ ...use, kwh, expected: expectation(use), ...(price !== null && { price }) });
    const before = open.get(use.channel);
    if (warning) open.set(use.channel, warning);
    else open.delete(use.channel);
    if (warning?.opened) told.push(toldAs('opened', warning));
    if (before && !warning) told.push(toldAs('over', before));
  }
  return [...told, ...[...open.values()].map((warning) => toldAs('still open', warning))];
}

function toldAs(state: ToldWarning['state'], warning: MeterWarning): ToldWarning {
  const { channel, since, day, excessKwh, excessCents } = warning;
  return { state, channel, since, day, excessKwh, excessCents };
}

/** What a meter's watch goes by: learned once, then frozen. */
export function learnMeter(lesson: Lesson): { readonly expectation: Expectation; readonly reference: MeterReference } {
  const uses = usesOf(lesson, lesson.baseline);
  return {
    expectation: expectationOf(uses, lesson.temperatures),
    reference: meterReference(crossExpected(uses, lesson.temperatures), seededRandom(SEED)),
  };
}

/** The channels of a recording's whole local days. */
export function usesOf({ step, zone, freeDays }: Lesson, points: readonly Point[]): ChannelUse[] {
  const period = { from: points[0]?.at ?? 0, to: (points.at(-1)?.at ?? 0) + step };
  return dayUses(meterStretches(points, 'energy'), period, zone, freeDays);
}

function faultyDays(points: readonly Point[], zone: string): Set<string> {
  const days = new Set<string>();
  for (const { kind, from, to } of dataFaults(points, 'energy')) {
    if (!UNUSABLE.has(kind)) continue;
    const last = dayOf(to, zone);
    for (let day = dayOf(from, zone); day <= last; day = shiftDay(day, 1)) days.add(day);
  }
  return days;
}
