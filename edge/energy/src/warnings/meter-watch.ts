import { median } from '../statistics/order.ts';
import { correlationOf } from '../statistics/metrics.ts';
import type { Random } from '../statistics/random.ts';
import { CALM, calibratedLimit, cusumStep, type CusumState } from './cusum.ts';
import { CHANNELS, type Channel } from './day-use.ts';
import type { ExpectedUse } from './expectation.ts';

/** How a channel's residuals scatter in the baseline. It is frozen: what comes later cannot hide in it. */
export interface ChannelReference {
  readonly centre: number;
  /** Of the whitened residuals, kWh. */
  readonly spread: number;
  /** How much of one day's residual is the next day's, 0 … 0.8. */
  readonly persistence: number;
  readonly limit: number;
}

export type MeterReference = Readonly<Record<Channel, ChannelReference | null>>;

interface ChannelState {
  readonly cusum: CusumState;
  /** The residual of the day before, kWh. */
  readonly last: number;
  /** First day since the sum was last at zero, and what has been used since above the expectation. */
  readonly since: string | null;
  readonly excessKwh: number;
  readonly excessCents: number;
}

/** All that a meter's watch remembers, with its reference: JSON of less than 2 kB. */
export interface MeterWatchState {
  readonly version: 1;
  readonly reference: MeterReference;
  readonly channels: Readonly<Record<Channel, ChannelState>>;
}

/** A warning that is open. */
export interface MeterWarning {
  readonly channel: Channel;
  /** The first day of the rise. */
  readonly since: string;
  readonly day: string;
  /** True on the day it opened. */
  readonly opened: boolean;
  /** Used above the expectation since then. */
  readonly excessKwh: number;
  /** What that cost, where the days came with a price. */
  readonly excessCents: number;
}

/** All channels together may raise one false alarm a month. */
const FALSE_ALARMS_A_MONTH = 1 / CHANNELS.length;
/** How many days of the channel a month has. */
const DAYS_A_MONTH: Readonly<Record<Channel, number>> = { night: 30, workday: 21, weekend: 9 };
const MOST_PERSISTENCE = 0.8;
/** A median of absolute deviations, to a standard deviation. */
const MAD_TO_SPREAD = 1.4826;
/** Smaller scatter is told apart from none by nobody: one percent of the mean. */
const LEAST_SPREAD = 0.01;
const LEAST_DAYS = 20;

/**
 * Learns the scatter of a baseline from days that were predicted, not fitted. A channel with fewer than
 * twenty known days has no reference and never warns.
 */
export function meterReference(baseline: readonly ExpectedUse[], random: Random): MeterReference {
  return byChannel((channel) => {
    const known = baseline.filter(
      (use): use is Known => use.channel === channel && use.kwh !== null && use.expected !== null,
    );
    return known.length < LEAST_DAYS ? null : referenceOf(channel, known, random);
  });
}

/**
 * Watches one meter day by day for use that has risen: nights, workdays, weekends. Residuals against the
 * expectation, whitened and standardised by the frozen reference, are summed up (CUSUM), so that a
 * small rise that stays is found as surely as a large one, only later. An unknown day changes nothing.
 */
export class MeterWatch {
  readonly #reference: MeterReference;
  readonly #channels: Record<Channel, ChannelState>;

  constructor(reference: MeterReference, saved?: MeterWatchState) {
    this.#reference = reference;
    this.#channels = byChannel((channel) => saved?.channels[channel] ?? STILL);
  }

  /** The warning of this channel, if one is open after this day. */
  hear({ channel, day, kwh, expected, price = 0 }: ExpectedUse): MeterWarning | null {
    const reference = this.#reference[channel];
    if (!reference || kwh === null || expected === null) return null;
    const before = this.#channels[channel];
    const residual = kwh - expected - reference.centre;
    const z = (residual - reference.persistence * before.last) / reference.spread;
    const cusum = cusumStep(before.cusum, z, reference.limit);
    const rise = cusum.sum === 0 ? NO_RISE : grown(before, day, residual, price);
    this.#channels[channel] = { cusum, last: residual, ...rise };
    if (!cusum.open || rise.since === null) return null;
    return { channel, day, opened: !before.cusum.open, ...rise, since: rise.since };
  }

  state(): MeterWatchState {
    return { version: 1, reference: this.#reference, channels: { ...this.#channels } };
  }
}

type Known = ExpectedUse & { readonly kwh: number; readonly expected: number };

const NO_RISE = { since: null, excessKwh: 0, excessCents: 0 } as const;
const STILL: ChannelState = { cusum: CALM, last: 0, ...NO_RISE };

function grown({ since, excessKwh, excessCents }: ChannelState, day: string, residual: number, price: number) {
  return { since: since ?? day, excessKwh: excessKwh + residual, excessCents: excessCents + residual * price };
}

function referenceOf(channel: Channel, known: readonly Known[], random: Random): ChannelReference {
  const residuals = known.map(({ kwh, expected }) => kwh - expected);
  const centre = median(residuals);
  const centred = residuals.map((residual) => residual - centre);
  const correlation = correlationOf(centred.slice(1), centred.slice(0, -1)) ?? 0;
  const persistence = Math.min(MOST_PERSISTENCE, Math.max(0, correlation));
  const white = centred.map((residual, i) => residual - persistence * (centred[i - 1] ?? 0));
  const mean = known.reduce((sum, { kwh }) => sum + kwh, 0) / known.length;
  const spread = Math.max(MAD_TO_SPREAD * median(white.map(Math.abs)), LEAST_SPREAD * mean, Number.MIN_VALUE);
  const limit = calibratedLimit(
    white.map((value) => value / spread),
    { falseAlarms: FALSE_ALARMS_A_MONTH, per: DAYS_A_MONTH[channel], random },
  );
  return { centre, spread, persistence, limit };
}

function byChannel<T>(of: (channel: Channel) => T): Record<Channel, T> {
  return { night: of('night'), workday: of('workday'), weekend: of('weekend') };
}
