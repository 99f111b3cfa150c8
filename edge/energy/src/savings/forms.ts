import { billRows, type BillRow } from '../models/bill-rows.ts';
import { type Fuel, fitCaltrackBilling, fitCaltrackDaily } from '../models/caltrack.ts';
import { fitCaltrackHourly } from '../models/caltrack-hourly.ts';
import type { Fit, Method } from '../models/model.ts';
import {
  DAY_MS,
  type DayRow,
  dayRows,
  HOUR_MS,
  type HourRow,
  hourRows,
  type Measured,
  type Period,
  type Row,
} from '../models/rows.ts';
import { fitTowtDaily, fitTowtHourly } from '../models/towt.ts';

/** Which of the intervals speaks for a method: its own published one, or the one that was tested on the baseline. */
export type IntervalKind = 'fsu' | 'bootstrap' | 'tested';

/** How a method takes its rows and fits them. */
export interface MethodForm<R extends Row = Row> {
  readonly unit: 'hour' | 'day' | 'bill';
  /** The longest usual step of a meter, and of a thermometer, that the method can work with. */
  readonly longestStep: number;
  readonly longestTemperatureStep: number;
  readonly rows: (measured: Measured, period: Period) => R[];
  readonly fit: (rows: readonly R[], fuel: Fuel) => Fit<R>;
  /** Zero is a missing reading of an electricity meter (CalTRACK 2.2.1.4); of an hour eemeter believes it. */
  readonly zeroIsMissing: boolean;
  /** Rows that the bootstrap draws together: a week. */
  readonly block: number;
  /** The interval that speaks for the method where it can be had. */
  readonly interval: IntervalKind;
  /** Whether parts of a baseline can be predicted from the rest: not by models of months or of a dozen bills. */
  readonly testable: boolean;
}

const DAILY = {
  unit: 'day',
  longestStep: 1.5 * DAY_MS,
  longestTemperatureStep: 1.5 * DAY_MS,
  rows: dayRows,
  block: 7,
} as const;
const HOURLY = {
  unit: 'hour',
  longestStep: 1.5 * HOUR_MS,
  longestTemperatureStep: 6.5 * HOUR_MS,
  rows: hourRows,
  block: 168,
} as const;

interface Forms {
  readonly 'towt-daily': MethodForm<DayRow>;
  readonly 'caltrack-daily': MethodForm<DayRow>;
  readonly 'caltrack-billing': MethodForm<BillRow>;
  readonly 'caltrack-hourly': MethodForm<HourRow>;
  readonly 'towt-hourly': MethodForm<HourRow>;
}

const FORMS: Forms = {
  'towt-daily': { ...DAILY, fit: fitTowtDaily, zeroIsMissing: false, interval: 'tested', testable: true },
  'caltrack-daily': { ...DAILY, fit: fitCaltrackDaily, zeroIsMissing: true, interval: 'fsu', testable: true },
  'caltrack-billing': {
    unit: 'bill',
    longestStep: 70 * DAY_MS,
    longestTemperatureStep: 1.5 * DAY_MS,
    rows: billRows,
    fit: fitCaltrackBilling,
    zeroIsMissing: true,
    block: 1,
    interval: 'fsu',
    testable: false,
  },
  'caltrack-hourly': {
    ...HOURLY,
    fit: fitCaltrackHourly,
    zeroIsMissing: false,
    interval: 'bootstrap',
    testable: false,
  },
  'towt-hourly': { ...HOURLY, fit: fitTowtHourly, zeroIsMissing: false, interval: 'tested', testable: true },
};

/** The form of a method. A row of one method is never handed to another. */
export function formOf(method: Method): MethodForm {
  return FORMS[method] as unknown as MethodForm;
}
