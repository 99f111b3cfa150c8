import type { DayRow } from '../models/rows.ts';
import { fitTowtDaily } from '../models/towt.ts';
import { median } from '../statistics/order.ts';
import { CHANNELS, type ChannelUse } from './day-use.ts';

/** A channel's day with what it was expected to use. */
export interface ExpectedUse extends ChannelUse {
  /** Null without a temperature, or for a day that the baseline knows nothing of. */
  readonly expected: number | null;
  /** What a kWh costs in the channel's hours, in the currency's hundredths; absent: not known. */
  readonly price?: number;
}

/** What each channel is expected to use on a day, by a baseline that does not change any more. */
export type Expectation = (use: ChannelUse) => number | null;

/** Mean outdoor temperature by day (`YYYY-MM-DD`), °F. */
export type DayTemperatures = ReadonlyMap<string, number | null>;

const FOLDS = 5;
const WEEK_MS = 7 * 86_400_000;

/**
 * Learns the baseline of each channel: by weekday and temperature (daily TOWT) where temperatures are
 * known, else the weekday's median. A channel that cannot be fitted by temperature has its medians.
 */
export function expectationOf(baseline: readonly ChannelUse[], temperatures: DayTemperatures | null): Expectation {
  const byChannel = new Map(
    CHANNELS.map((channel) => [
      channel,
      channelExpectation(
        baseline.filter((use) => use.channel === channel),
        temperatures,
      ),
    ]),
  );
  return (use) => byChannel.get(use.channel)?.(use) ?? null;
}

/**
 * The baseline's own days as if they had not been seen: every fifth week is predicted from the other
 * four, so that the errors are those of a prediction and not of a fit.
 */
export function crossExpected(baseline: readonly ChannelUse[], temperatures: DayTemperatures | null): ExpectedUse[] {
  const foldOf = ({ at }: ChannelUse) => Math.floor(at / WEEK_MS) % FOLDS;
  const others = Array.from({ length: FOLDS }, (_, fold) =>
    expectationOf(
      baseline.filter((use) => foldOf(use) !== fold),
      temperatures,
    ),
  );
  return baseline.map((use) => ({ ...use, expected: others[foldOf(use)]?.(use) ?? null }));
}

function channelExpectation(uses: readonly ChannelUse[], temperatures: DayTemperatures | null): Expectation {
  const usual = medians(uses);
  if (temperatures === null) return usual;
  const rowOf = ({ at, weekday, day, kwh }: ChannelUse): DayRow => ({
    at,
    weekday,
    usage: kwh,
    temperature: temperatures.get(day) ?? null,
  });
  const fit = fitTowtDaily(uses.map(rowOf));
  return fit.ok ? (use) => fit.model.predict(rowOf(use)) : usual;
}

function medians(uses: readonly ChannelUse[]): Expectation {
  const usual = weekdayMedians(uses);
  return ({ weekday }) => usual[weekday] ?? null;
}

/**
 * The usual use of each weekday, Monday first. A weekday that never was of this channel, such as a holiday
 * on a Tuesday, is like the others of it; null where nothing is known.
 */
export function weekdayMedians(uses: readonly ChannelUse[]): (number | null)[] {
  const known = uses.filter((use): use is ChannelUse & { readonly kwh: number } => use.kwh !== null);
  const of = (list: readonly { readonly kwh: number }[]) =>
    list.length > 0 ? median(list.map(({ kwh }) => kwh)) : null;
  return Array.from({ length: 7 }, (_, weekday) => of(known.filter((use) => use.weekday === weekday)) ?? of(known));
}
