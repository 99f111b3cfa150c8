import type { EnergySetup, MeterNode } from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';
import { type HourSpan, hoursOf, intervalsOf, periodOfDays, QUALITY_LETTERS, type Slot } from '@keepsite/edge-energy';
import type { MetricStore, Store } from '../ports.ts';
import type { WeatherProvider } from '../ports/energy.ts';
import { piecesOf, readCourse, SUMMED_AT_ONCE_MS } from './meter-course.ts';

export interface SpanPorts {
  readonly store: Store;
  readonly metrics: MetricStore;
  readonly weather: WeatherProvider;
}

const HOUR_MS = 3_600_000;

/** Every hour of some local days: each meter's energy with its quality, and the weather with its source. */
export async function readSpan(
  ports: SpanPorts,
  { meters, weather }: Pick<EnergySetup, 'meters' | 'weather'>,
  days: { readonly from: string; readonly to: string },
  zone: string,
): Promise<HourSpan> {
  const hours = hoursOf(days, zone);
  const read = [];
  for (const meter of meters) read.push({ asset: meter.asset, ...(await meterHours(ports.metrics, meter, hours)) });
  const site = await siteOf(ports.store, meters);
  return {
    ...days,
    meters: read,
    weather: await weatherHours(ports, weather, site, periodOfDays(days.from, days.to, zone), hours),
  };
}

async function meterHours(
  metrics: MetricStore,
  meter: MeterNode,
  hours: readonly Slot[],
): Promise<{ kwh: (number | null)[]; quality: string }> {
  const kwh: (number | null)[] = [];
  let quality = '';
  for await (const { slots, course } of readCourse(metrics, meter, hours))
    for (const interval of intervalsOf(slots, course.stretches, course.rules)) {
      kwh.push(interval.kwh);
      quality += QUALITY_LETTERS[interval.quality];
    }
  return { kwh, quality };
}

/** Where the counted meters stand: their weather is meant. */
async function siteOf(store: Store, meters: readonly MeterNode[]): Promise<string | null> {
  const { zones, assets } = await store.clients.registry();
  const zone = assets.find(({ id }) => id === meters[0]?.asset)?.zone;
  return zones.find(({ id }) => id === zone)?.site ?? null;
}

type Weather = HourSpan['weather'];
type Felt = { readonly celsius: number; readonly source: Weather['sources'][number] } | null;

async function weatherHours(
  ports: SpanPorts,
  choice: EnergySetup['weather'],
  site: string | null,
  { from, to }: { readonly from: Millis; readonly to: Millis },
  hours: readonly Slot[],
): Promise<Weather> {
  if (choice.kind === 'sensor') return woven(await sensed(ports.metrics, choice, hours));
  if (site === null) return woven(hours.map(() => null));
  const source = choice.kind === 'csv' ? 'csv' : ports.weather.name;
  const load = () => ports.store.energy.weather(site, source, from, to);
  let known = await load();
  if (choice.kind === 'provider' && (await fetchMissing(ports, choice, site, hours, known))) known = await load();
  const at = new Map(known.map((hour) => [hour.at, hour]));
  return woven(
    hours.map(({ from: start }) => {
      const hour = at.get(Math.floor(start / HOUR_MS) * HOUR_MS);
      return hour
        ? { celsius: hour.celsius, source: { source, version: hour.version, document: hour.document } }
        : null;
    }),
  );
}

/** Asks the provider for the days that hold an unknown hour; answers whether anything came. */
async function fetchMissing(
  { weather, store }: SpanPorts,
  place: { readonly latitude: number; readonly longitude: number },
  site: string,
  hours: readonly Slot[],
  known: readonly { readonly at: Millis }[],
): Promise<boolean> {
  const have = new Set(known.map(({ at }) => at));
  const missing = hours.filter(({ from }) => !have.has(Math.floor(from / HOUR_MS) * HOUR_MS));
  const [first, last] = [missing[0], missing.at(-1)];
  if (!first || !last) return false;
  const { document, hours: found } = await weather.hours(place, dayText(first.from), dayText(last.from + 24 * HOUR_MS));
  const news = found.filter(({ at }) => !have.has(at));
  if (news.length === 0) return false;
  await store.energy.saveWeather(site, weather.name, document, news);
  return true;
}

/** A sensor of the site itself: the mean of an hour's readings. */
async function sensed(
  metrics: MetricStore,
  { device, part }: { readonly device: string; readonly part: string | null },
  hours: readonly Slot[],
): Promise<Felt[]> {
  const source = { source: 'sensor', version: 1, document: `${device} temperature_c` };
  const felt: Felt[] = [];
  for (const slots of piecesOf(hours, SUMMED_AT_ONCE_MS)) {
    const [from, to] = [slots[0]?.from ?? 0, slots.at(-1)?.to ?? 0];
    const steps = await metrics.summaries({ device, metric: 'temperature_c', part, from, to, stepMs: HOUR_MS });
    const means = new Map(steps.map(({ at, mean }) => [at, mean]));
    for (const slot of slots) {
      const celsius = means.get(slot.from - ((slot.from - from) % HOUR_MS));
      felt.push(celsius === undefined ? null : { celsius, source });
    }
  }
  return felt;
}

/** Values beside each other, and their sources as runs. */
function woven(felt: readonly Felt[]): Weather {
  const sources: Weather['sources'] = [];
  const origin: Weather['origin'] = [];
  for (const hour of felt) {
    const key = hour && `${hour.source.source} ${hour.source.version}`;
    let index = sources.findIndex(({ source, version }) => `${source} ${version}` === key);
    if (hour && index < 0) index = sources.push(hour.source) - 1;
    const last = origin.at(-1);
    if (last?.[1] === index) last[0] += 1;
    else origin.push([1, index]);
  }
  return { celsius: felt.map((hour) => hour?.celsius ?? null), origin, sources };
}

function dayText(at: Millis): string {
  return new Date(at).toISOString().slice(0, 10);
}
