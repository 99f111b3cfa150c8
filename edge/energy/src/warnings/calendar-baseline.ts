import type { Random } from '../statistics/random.ts';
import { type Channel, CHANNELS, type ChannelUse } from './day-use.ts';
import { crossExpected, weekdayMedians } from './expectation.ts';
import { type MeterReference, meterReference } from './meter-watch.ts';

/** A baseline by the calendar alone, as plain data: what a gateway keeps of a meter to watch it offline. */
export interface CalendarBaseline {
  /** Usual use by weekday, Monday first. */
  readonly usual: Readonly<Record<Channel, readonly (number | null)[]>>;
  readonly reference: MeterReference;
}

/** Learns it, once. Seasons are in its scatter: it takes half a year or more. */
export function calendarBaseline(uses: readonly ChannelUse[], random: Random): CalendarBaseline {
  const [night, workday, weekend] = CHANNELS.map((channel) =>
    weekdayMedians(uses.filter((use) => use.channel === channel)),
  );
  return {
    usual: { night: night ?? [], workday: workday ?? [], weekend: weekend ?? [] },
    reference: meterReference(crossExpected(uses, null), random),
  };
}

/** What a day's channel is expected to use; null where the baseline knows nothing of it. */
export function calendarExpected({ usual }: CalendarBaseline, { channel, weekday }: ChannelUse): number | null {
  return usual[channel][weekday] ?? null;
}
