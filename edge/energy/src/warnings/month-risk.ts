import { localDay, shiftDay } from '../day.ts';
import { median } from '../statistics/order.ts';
import type { Point } from '../series.ts';
import { correlationOf } from '../statistics/metrics.ts';
import { type BudgetRisk, budgetRisk } from './budget.ts';
import { type ChannelUse, emptyUses } from './day-use.ts';
import { crossExpected, type Expectation, expectationOf, type ExpectedUse } from './expectation.ts';
import { type Lesson, usesOf } from './watch-meter.ts';

/** A day, all channels together. */
interface Whole {
  readonly day: string;
  readonly kwh: number | null;
  readonly expected: number;
}

/** Where the weather of a day is not known yet, it is expected like the last four weeks. */
const RECENT_DAYS = 28;
const MAD_TO_SPREAD = 1.4826;

/**
 * How the month of the recording's last day stands against its budget: its days so far as measured, its
 * days to come as expected. Null without a single day that can be expected.
 */
export function monthRisk(
  lesson: Lesson,
  test: readonly Point[],
  budgetKwh: number,
): (BudgetRisk & { month: string }) | null {
  const learned = usesOf(lesson, lesson.baseline);
  const expectation = expectationOf(learned, lesson.temperatures);
  const days = wholes(usesOf(lesson, test).map((use) => ({ ...use, expected: expectation(use) })));
  const last = days.at(-1)?.day;
  if (last === undefined) return null;
  const month = last.slice(0, 7);
  const usual = median(days.slice(-RECENT_DAYS).map(({ expected }) => expected));
  const errors = wholes(crossExpected(learned, lesson.temperatures)).flatMap(({ kwh, expected }) =>
    kwh === null ? [] : [kwh - expected],
  );
  const risk = budgetRisk({
    budgetKwh,
    past: days.filter(({ day }) => day.startsWith(month)),
    rest: daysAfter(last).map((day) => expectedOf(day, lesson, expectation) ?? usual),
    spread: MAD_TO_SPREAD * median(errors.map(Math.abs)),
    persistence: correlationOf(errors.slice(1), errors.slice(0, -1)) ?? 0,
  });
  return { ...risk, month };
}

function wholes(uses: readonly ExpectedUse[]): Whole[] {
  return [...Map.groupBy(uses, ({ day }) => day)].flatMap(([day, parts]) => {
    const expected = total(parts.map((part) => part.expected));
    return expected === null ? [] : [{ day, kwh: total(parts.map(({ kwh }) => kwh)), expected }];
  });
}

function expectedOf(day: string, { zone, freeDays }: Lesson, expectation: Expectation): number | null {
  return total(emptyUses(localDay(day, zone), freeDays).map((use: ChannelUse) => expectation(use)));
}

function daysAfter(last: string): string[] {
  const days: string[] = [];
  for (let day = shiftDay(last, 1); day.slice(0, 7) === last.slice(0, 7); day = shiftDay(day, 1)) days.push(day);
  return days;
}

function total(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}
