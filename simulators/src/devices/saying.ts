import type { Millis } from '@keepsite/edge-contract';
import { localText } from '../local-time.ts';
import type { Random } from '../random.ts';
import { SAMPLE_ZONE, type SampleLine } from './sample.ts';

/** Some instant of 2026, whole seconds. */
export function anInstant(random: Random): Millis {
  const [hour, minute, second] = [random.int(0, 23), random.int(0, 59), random.int(0, 59)];
  return Date.UTC(2026, random.int(0, 11), random.int(1, 28), hour, minute, second);
}

/** A number with at most `digits` decimals, both bounds included. */
export function decimal(random: Random, low: number, high: number, digits: number): number {
  const scale = 10 ** digits;
  return random.int(Math.ceil(low * scale), Math.floor(high * scale)) / scale;
}

/** `20260609181320`: local time of {@link SAMPLE_ZONE} without separators. */
export function compactTime(at: Millis): string {
  return localText(at, SAMPLE_ZONE).replace(/\D/g, '');
}

export type Say = (
  metric: string,
  value: number | boolean | string | null,
  part?: string | null,
  more?: Partial<SampleLine>,
) => SampleLine;

/** Says good readings of one device at one time. */
export function sayingOf(device: string, at: Millis | null): Say {
  const time = at === null ? null : new Date(at).toISOString();
  return (metric, value, part = null, more = {}) => ({
    kind: 'reading',
    device,
    metric,
    part,
    value,
    at: time,
    quality: 'good',
    historical: false,
    ...more,
  });
}

/** What a failed read says, beside its metric and part. */
export const FAILED = { quality: 'bad' } as const satisfies Partial<SampleLine>;
/** What a null says. */
export const UNKNOWN = { quality: 'unknown' } as const satisfies Partial<SampleLine>;
