import type { Fit } from './model.ts';
import type { DayRow, HourRow } from './rows.ts';
import { fitTwice } from './two-fits.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const SEGMENTS = 6;
/** A knot beyond which fewer points lie than this tells nothing. */
const POINTS_BEYOND = 20;
/** LBNL's knots (RMV2.0 `towt_baseline`), °F. */
const LBNL_KNOTS_F = [40, 55, 65, 80, 90] as const;

/**
 * Daily time of week and temperature in nmecr's form (kW-Labs/nmecr `model_with_TOWT`): knots that cut
 * the baseline's temperatures into six parts of equal count, without outer knots that fewer than 20 days
 * lie beyond.
 */
export function fitTowtDaily(days: readonly DayRow[]): Fit<DayRow> {
  return fitTwice(days, {
    method: 'towt-daily',
    slotOf: ({ weekday }) => weekday,
    slotName: (slot) => WEEKDAYS[slot] as string,
    fewestOccupied: 1,
    knotsOf: (temperatures) => withoutEmptyEnds(equalCountKnots(temperatures), temperatures),
  });
}

/**
 * Hourly time of week and temperature in LBNL's form (LBNL-ETA/RMV2.0 `fitLBNLregress`): 168 hours of the
 * week, knots at 40, 55, 65, 80 and 90 °F without outer ones that fewer than 20 hours lie beyond. One model
 * for the whole baseline: the tool's optional weighting by distance in time is not applied.
 */
export function fitTowtHourly(hours: readonly HourRow[]): Fit<HourRow> {
  return fitTwice(hours, {
    method: 'towt-hourly',
    slotOf: ({ hourOfWeek }) => hourOfWeek,
    slotName: hourName,
    fewestOccupied: 3,
    knotsOf: (temperatures) => withoutEmptyEnds([...LBNL_KNOTS_F], temperatures),
  });
}

/** `Monday 07:00` for 7. */
export function hourName(hourOfWeek: number): string {
  return `${WEEKDAYS[Math.floor(hourOfWeek / 24)] as string} ${String(hourOfWeek % 24).padStart(2, '0')}:00`;
}

/** The temperatures at ranks ⌊n·k/6⌋, k = 1…6. */
function equalCountKnots(temperatures: readonly number[]): number[] {
  const sorted = temperatures.toSorted((a, b) => a - b);
  const ranks = Array.from({ length: SEGMENTS }, (_, k) => Math.floor((sorted.length * (k + 1)) / SEGMENTS + 0.001));
  return ranks.filter((rank) => rank > 0).map((rank) => sorted[rank - 1] as number);
}

/** Outer knots go, the upper ones first, but one always stays. */
function withoutEmptyEnds(knots: readonly number[], temperatures: readonly number[]): number[] {
  const count = (beyond: (temperature: number) => boolean) => temperatures.filter(beyond).length;
  const kept = [...knots];
  while (kept.length > 1 && count((temperature) => temperature > (kept.at(-1) as number)) < POINTS_BEYOND) kept.pop();
  while (kept.length > 1 && count((temperature) => temperature < (kept[0] as number)) < POINTS_BEYOND) kept.shift();
  return kept;
}
