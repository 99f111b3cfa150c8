import { localDay } from '../day.ts';
import { periodsOf } from '../tariffs/periods.ts';
import { priceOf } from '../tariffs/prices.ts';
import type { Tariff } from '../tariffs/tariff.ts';
import type { ChannelUse } from './day-use.ts';

const QUARTER_MS = 15 * 60_000;

/**
 * What a kWh costs on average in the hours of a channel's day, in hundredths of the currency; null before
 * the tariff's first version. Waste is taken to be spread evenly over those hours.
 */
export function channelPrice(tariff: Tariff, { channel, day }: ChannelUse, zone: string): number | null {
  const local = localDay(day, zone);
  const applyingAt = periodsOf(tariff);
  const isNight = (at: number) => local.night.some(([from, to]) => at >= from && at < to);
  const prices: number[] = [];
  for (let at = local.from; at < local.to; at += QUARTER_MS) {
    if (isNight(at) !== (channel === 'night')) continue;
    const applying = applyingAt(at);
    if (!applying) return null;
    prices.push(Number(priceOf(applying.version, applying.period)));
  }
  return (100 * prices.reduce((sum, price) => sum + price, 0)) / prices.length;
}
