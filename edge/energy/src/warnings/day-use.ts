import { dayOf, localDay, type LocalDay, type Millis, shiftDay } from '../day.ts';
import { type Part, partsOf, type Slot } from '../intervals/parts.ts';
import type { Stretch } from '../stretches.ts';

/** Where waste shows: at night nobody works, at the weekend few do, and a workday can only be dearer. */
export const CHANNELS = ['night', 'workday', 'weekend'] as const;
export type Channel = (typeof CHANNELS)[number];

/** The energy of one channel on one local day; null where it is not known. */
export interface ChannelUse {
  readonly channel: Channel;
  readonly day: string;
  /** The day's midnight. */
  readonly at: Millis;
  /** Monday 0 … Sunday 6. */
  readonly weekday: number;
  readonly kwh: number | null;
}

const SATURDAY = 5;
/** A channel's day is known when that much of it is; the rest is taken at its mean. */
const ENOUGH = 0.8;

/**
 * The whole local days of a period, each as its night (00–06 and 22–24) and its light part, which is of
 * a workday or of the weekend. `freeDays` (public holidays) count as weekend.
 */
export function dayUses(
  stretches: readonly Stretch[],
  period: Slot,
  zone: string,
  freeDays: ReadonlySet<string> = new Set(),
): ChannelUse[] {
  const days = wholeDays(period, zone);
  const parts = partsOf(days.flatMap(thirds), stretches);
  return days.flatMap((day, i) => {
    const [early, light, late] = parts.slice(3 * i, 3 * i + 3) as [Part, Part, Part];
    const [first, middle, last] = thirds(day).map(({ from, to }) => to - from) as [number, number, number];
    const night = { kwh: early.kwh + late.kwh, ms: early.ms + late.ms };
    const known = [whole(night, first + last), whole(light, middle)];
    return emptyUses(day, freeDays).map((use, channel) => ({ ...use, kwh: known[channel] ?? null }));
  });
}

/** The channels of a day of which nothing is known yet: its night, then its light part. */
export function emptyUses({ day, from }: LocalDay, freeDays: ReadonlySet<string>): ChannelUse[] {
  const weekday = Temporal.PlainDate.from(day).dayOfWeek - 1;
  const free = weekday >= SATURDAY || freeDays.has(day);
  const base = { day, at: from, weekday, kwh: null };
  return [
    { ...base, channel: 'night' },
    { ...base, channel: free ? 'weekend' : 'workday' },
  ];
}

function wholeDays({ from, to }: Slot, zone: string): LocalDay[] {
  const days: LocalDay[] = [];
  for (let day = localDay(dayOf(from, zone), zone); day.to <= to; day = localDay(shiftDay(day.day, 1), zone))
    if (day.from >= from) days.push(day);
  return days;
}

/** Early night, light, late night. */
function thirds({ night }: LocalDay): Slot[] {
  const [[from, dawn], [dusk, to]] = night as [readonly [Millis, Millis], readonly [Millis, Millis]];
  return [
    { from, to: dawn },
    { from: dawn, to: dusk },
    { from: dusk, to },
  ];
}

function whole({ kwh, ms }: Part, length: Millis): number | null {
  return ms >= ENOUGH * length ? kwh * (length / ms) : null;
}
