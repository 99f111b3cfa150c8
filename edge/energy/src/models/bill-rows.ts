import type { Millis } from '../day.ts';
import { type Span, spansOf } from '../series.ts';
import { DAY_MS, type Measured, type Period, type Row } from './rows.ts';

/** A billing period. Its temperature is the mean of its days. */
export interface BillRow extends Row {
  /** Exclusive. */
  readonly to: Millis;
  readonly days: number;
  /** Estimated reads and the real one that ends them. */
  readonly isJoined: boolean;
  /** Mean temperature (°F) of each of its days that is known well enough. */
  readonly dayTemperatures: readonly number[];
}

/** CalTRACK 2.2.3.3: half of a day's temperatures; 2.2.3.2: nine tenths of a bill's. */
const ENOUGH_OF_DAY = 0.5;
const ENOUGH_OF_BILL = 0.9;

/**
 * Billing periods that lie within the period. The temperature of one is unknown (null) when less than
 * 90 % of it is measured (CalTRACK 2.2.3.2). Its days are counted from the hour at which it begins, as
 * eemeter does.
 */
export function billRows({ meter, temperature }: Measured, period: Period): BillRow[] {
  const bills = spansOf(meter).filter(({ from, to }) => from >= period.from && to <= period.to);
  const joined = new Set(meter.filter((point) => point.to !== undefined).map(({ at }) => at));
  const felt = spansOf(temperature).filter(({ value }) => value !== null);
  let next = 0;
  return bills.map(({ from, to, value }) => {
    const starts = Array.from({ length: Math.ceil((to - from) / DAY_MS) }, (_, i) => from + i * DAY_MS);
    while (next < felt.length && (felt[next] as Span).to <= from) next += 1;
    const days = daySums(felt, next, starts, to);
    const measured = days.reduce((ms, day) => ms + day.ms, 0);
    const dayTemperatures = days.flatMap((day) =>
      day.ms >= ENOUGH_OF_DAY * day.length ? [day.weighted / day.ms] : [],
    );
    const enough = measured >= ENOUGH_OF_BILL * (to - from) && dayTemperatures.length > 0;
    return {
      at: from,
      to,
      days: (to - from) / DAY_MS,
      isJoined: joined.has(from),
      usage: value,
      temperature: enough ? dayTemperatures.reduce((sum, each) => sum + each, 0) / dayTemperatures.length : null,
      dayTemperatures: enough ? dayTemperatures : [],
    };
  });
}

interface DaySum {
  readonly length: number;
  ms: number;
  weighted: number;
}

/** Temperature × time of each day, from the span at `first` on. */
function daySums(felt: readonly Span[], first: number, starts: readonly Millis[], to: Millis): DaySum[] {
  const days = starts.map((start, i) => ({ length: Math.min(to, starts[i + 1] ?? to) - start, ms: 0, weighted: 0 }));
  let day = 0;
  for (let i = first; i < felt.length && (felt[i] as Span).from < to; i += 1) {
    const span = felt[i] as Span;
    const middle = (span.from + span.to) / 2;
    while (day + 1 < starts.length && middle >= (starts[day + 1] as Millis)) day += 1;
    const sum = days[day];
    if (!sum || middle < (starts[0] as Millis) || middle >= to) continue;
    sum.ms += span.to - span.from;
    sum.weighted += (span.value as number) * (span.to - span.from);
  }
  return days;
}
