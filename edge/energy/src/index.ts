/** Energy, pure: from what a meter says to what a day, and later a year, used. */
export { dayOf, localDay, sameWeekdaysBefore, shiftDay } from './day.ts';
export type { LocalDay } from './day.ts';
export { dayFigures, NO_FIGURES, usualKwh } from './daily.ts';
export type { DayFigures } from './daily.ts';
export { stretchesOfCounter, stretchesOfPower } from './stretches.ts';
export type { Sample, Stretch, StretchRules } from './stretches.ts';
