import { dayOf, type HourSpan, hoursOf } from '@keepsite/edge-energy';

/** Days after which nothing late is expected any more; a gap within the days before may still be filled. */
const SETTLED_DAYS = 8;
const GAP_DAYS = 40;

/**
 * What of an earlier report's hours need not be read again on `today`: whole days from the span's start on, up to
 * the first that late data may still change. Null when that is nothing.
 */
export function settledPart(span: HourSpan, today: string, zone: string): HourSpan | null {
  const settled = shift(today, -SETTLED_DAYS);
  const to = [span.to, settled, firstGapSince(span, shift(settled, -GAP_DAYS), zone)].toSorted()[0] as string;
  if (to <= span.from) return null;
  return cut(span, to, hoursOf({ from: span.from, to }, zone).length);
}

function firstGapSince(span: HourSpan, day: string, zone: string): string {
  const hours = hoursOf(span, zone);
  const gap = hours.findIndex(
    ({ from }, i) =>
      (span.weather.celsius[i] === null || span.meters.some(({ quality }) => quality[i] === 'x')) &&
      dayOf(from, zone) >= day,
  );
  return gap < 0 ? span.to : dayOf(hours[gap]?.from ?? 0, zone);
}

function cut({ from, meters, weather }: HourSpan, to: string, hours: number): HourSpan {
  let left = hours;
  const origin = weather.origin.flatMap(([count, source]): HourSpan['weather']['origin'] => {
    const kept = Math.min(count, left);
    left -= kept;
    return kept > 0 ? [[kept, source]] : [];
  });
  return {
    from,
    to,
    meters: meters.map(({ asset, kwh, quality }) => ({
      asset,
      kwh: kwh.slice(0, hours),
      quality: quality.slice(0, hours),
    })),
    weather: { celsius: weather.celsius.slice(0, hours), origin, sources: weather.sources },
  };
}

/** One span after the other, of the same meters. */
export function joined(first: HourSpan, second: HourSpan): HourSpan {
  const sources = [...first.weather.sources];
  const places = second.weather.sources.map((source) => {
    const known = sources.findIndex((it) => it.source === source.source && it.version === source.version);
    return known >= 0 ? known : sources.push(source) - 1;
  });
  const origin = [...first.weather.origin];
  for (const [count, source] of second.weather.origin) {
    const place = source < 0 ? -1 : (places[source] as number);
    const last = origin.at(-1);
    if (last?.[1] === place) origin[origin.length - 1] = [last[0] + count, place];
    else origin.push([count, place]);
  }
  return {
    from: first.from,
    to: second.to,
    meters: first.meters.map(({ asset, kwh, quality }) => {
      const next = second.meters.find((meter) => meter.asset === asset);
      return { asset, kwh: [...kwh, ...(next?.kwh ?? [])], quality: quality + (next?.quality ?? '') };
    }),
    weather: { celsius: [...first.weather.celsius, ...second.weather.celsius], origin, sources },
  };
}

function shift(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}
