import { median } from '../statistics/order.ts';
import { type Channel, CHANNELS } from './day-use.ts';
import type { ExpectedUse } from './expectation.ts';
import type { ChannelReference, MeterReference } from './meter-watch.ts';

/** A new level is not known from fewer days of a channel. */
const LEAST_DAYS = 6;
/** Standard error of a median of normal values, in spreads over √n. */
const MEDIAN_ERROR = Math.sqrt(Math.PI / 2);

/**
 * A reference at another level of use, which people have said is usual now: the difference between the days
 * before and the days after is taken for granted (a non-routine adjustment by a constant), and the season, which both
 * have, is not. What a few weeks cannot tell of the new level counts as usual: one standard error.
 * Scatter grows with use and never shrinks; limits and persistence stay. A channel with fewer than six days after has
 * no reference, and never warns.
 */
export function shiftedReference(
  reference: MeterReference,
  before: readonly ExpectedUse[],
  after: readonly ExpectedUse[],
): MeterReference {
  const [night, workday, weekend] = CHANNELS.map((channel) =>
    shifted(reference[channel], knownOf(before, channel), knownOf(after, channel)),
  );
  return { night: night ?? null, workday: workday ?? null, weekend: weekend ?? null };
}

type Known = ExpectedUse & { readonly kwh: number; readonly expected: number };

function knownOf(uses: readonly ExpectedUse[], channel: Channel): Known[] {
  return uses.filter((use): use is Known => use.channel === channel && use.kwh !== null && use.expected !== null);
}

function shifted(
  reference: ChannelReference | null,
  before: readonly Known[],
  after: readonly Known[],
): ChannelReference | null {
  if (!reference || after.length < LEAST_DAYS) return null;
  const usual = before.length < LEAST_DAYS ? reference.centre : levelOf(before);
  const shift = levelOf(after) - usual;
  const expected = after.reduce((sum, use) => sum + use.expected, 0) / after.length;
  const spread = reference.spread * Math.max(1, expected > 0 ? (expected + shift) / expected : 1);
  const error = (MEDIAN_ERROR * spread) / Math.sqrt(after.length);
  return { ...reference, centre: reference.centre + shift + error, spread };
}

/** Usual residual, kWh. */
function levelOf(uses: readonly Known[]): number {
  return median(uses.map(({ kwh, expected }) => kwh - expected));
}
