import type { EnergyFigures } from '@keepsite/cloud-contract';
import { shiftDay } from '../day.ts';
import type { Method, Refused } from '../models/model.ts';
import type { Measured, Period } from '../models/rows.ts';
import { fsuOf } from '../savings/gates.ts';
import { reckonSavings, type Savings } from '../savings/savings.ts';
import { seededRandom } from '../statistics/random.ts';
import { measuredOf, periodOfDays } from './hours.ts';
import type { ReportInputs } from './inputs.ts';

const CONFIDENCE = 0.9;

/** Days of a report. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** From the measure (or the baseline) to the end of the report. */
export function sinceOf({ reporting, to }: ReportInputs): Days {
  return { from: reporting.from, to };
}

/** Reckons the savings of any days of one report, with or without its approved events. */
export type Reckon = (days: Days, events?: 'left out' | 'left in') => Savings | Refused;

/** The savings of a report's days: the same request as the command line's, so the same digits. */
export function reckoner(inputs: ReportInputs & { readonly baseline: NonNullable<ReportInputs['baseline']> }): Reckon {
  const { baseline, zone, bootstrap, events, measures } = inputs;
  const measured: Measured = measuredOf(inputs);
  const works = measures.map((days) => periodOfDays(days.from, days.to, zone));
  const approved = events
    .filter(({ decision }) => decision === 'approved')
    .map((days) => periodOfDays(days.from, days.to, zone));
  const excluded = { 'left out': [...works, ...approved], 'left in': works } satisfies Record<string, Period[]>;
  const method: Method = baseline.method;
  return (days, eventsAre = 'left out') =>
    reckonSavings({
      method,
      measured,
      baseline: periodOfDays(baseline.span.from, baseline.span.to, zone),
      reporting: periodOfDays(days.from, days.to, zone),
      fuel: 'electricity',
      excluded: excluded[eventsAre],
      confidence: CONFIDENCE,
      draws: bootstrap.draws,
      random: seededRandom(bootstrap.seed),
    });
}

/** The figures of some days. */
export function figuresOf(savings: Savings, { from, to }: Days): EnergyFigures {
  return {
    from,
    to,
    adjustedBaseline: savings.adjustedBaseline,
    actual: savings.actual,
    savings: savings.savings,
    fraction: savings.fraction,
    interval90: savings.interval,
    interval90By: savings.intervalKind,
    fsu90: fsuOf(savings),
    verdict: savings.verdict,
    compared: savings.compared,
    missing: savings.missing,
  };
}

/** The calendar months that some days touch, each cut to them. */
export function monthsIn({ from, to }: Days): (Days & { readonly month: string; readonly whole: boolean })[] {
  const months = [];
  for (let first = from; first < to;) {
    const month = first.slice(0, 7);
    const next = `${shiftDay(`${month}-01`, 31).slice(0, 7)}-01`;
    const end = next < to ? next : to;
    months.push({ month, from: first, to: end, whole: first.endsWith('-01') && end === next });
    first = end;
  }
  return months;
}
