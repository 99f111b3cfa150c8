import type { Asset, DailyEnergy, Fault, Millis, Registry } from '@keepsite/edge-contract';
import {
  type CalendarBaseline,
  calendarBaseline,
  calendarExpected,
  type Channel,
  type ChannelUse,
  emptyUses,
  localDay,
  type MeterWarning,
  MeterWatch,
  type MeterWatchState,
  seededRandom,
  shiftDay,
} from '@keepsite/edge-energy';
import type { Breach } from '../domain/breach.ts';
import type { Pipeline, Store } from '../ports.ts';

export interface EnergyWarningsParts {
  readonly registry: () => Registry;
  readonly store: Pick<Store, 'daily' | 'cursor' | 'saveCursor'>;
  readonly pipeline: Pick<Pipeline, 'raise'>;
}

/** What is kept of a meter: its baseline, its watch, and how far it has been judged. */
interface Watched {
  readonly baseline: CalendarBaseline;
  readonly watch: MeterWatchState;
  readonly judged: string;
  /** The last day of its lesson; absent: it was kept before lessons were repeated. */
  readonly learned?: string;
  /** First and last days over which a warning stood since: no lesson for the next baseline. */
  readonly warned?: readonly Spell[];
}

type Spell = readonly [from: string, to: string];

/** A baseline of at most a year, and not before half of one is known: seasons must be in its scatter. It serves a year. */
const BASELINE_DAYS = 365;
const LEAST_DAYS = 180;
/** Days of which less was measured are not judged. */
const COVERAGE = 0.8;
/** The draws that calibrate a limit are the same on every gateway. */
const SEED = 1;
const FAULTS: Readonly<Record<Channel, Fault>> = {
  night: 'night_waste',
  workday: 'overconsumption',
  weekend: 'overconsumption',
};
const NAMES: Readonly<Record<Channel, { readonly en: string; readonly zh: string }>> = {
  night: { en: 'at night', zh: '夜间' },
  workday: { en: 'on workdays', zh: '工作日' },
  weekend: { en: 'at weekends', zh: '周末' },
};

/**
 * Early warning of every meter, offline, once its days are reckoned: what rises slowly above a
 * baseline that stays as it is for a year (CUSUM). It raises a minor incident on the day a rise is sure and clears it
 * when it is over. After a year, and while nothing is warned of, the baseline is learned anew from the days of that year
 * over which no warning stood.
 * The rules of `rules/energy.yaml` judge by the hour what is far above the last four weeks; a rise of a few
 * percent becomes their usual.
 */
export async function warnOfEnergy(parts: EnergyWarningsParts, days: readonly string[]): Promise<void> {
  const last = days.toSorted().at(-1);
  if (last === undefined) return;
  const rows = parts.store.daily({ from: shiftDay(last, -BASELINE_DAYS), to: last });
  // A meter that was moved measures something else: its baseline belongs to the asset.
  for (const [place, own] of Map.groupBy(rows, ({ device, asset }) => `${device}:${asset}`)) {
    const zone = zoneOf(parts.registry(), own.at(-1)?.asset);
    if (zone !== null) await judge(place, own.toSorted(byDay), zone, parts);
    // Learning a baseline takes a moment; in between, messages must get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function judge(
  place: string,
  rows: readonly DailyEnergy[],
  zone: string,
  parts: EnergyWarningsParts,
): Promise<void> {
  const key = `energy-watch:${place}`;
  const saved = parts.store.cursor(key);
  const known = saved === undefined ? learned(rows, zone) : (JSON.parse(saved) as Watched);
  if (!known) return;
  const watch = new MeterWatch(known.baseline.reference, known.watch);
  const open = new Set<Channel>(openChannels(known.watch));
  let warned = known.warned ?? [];
  const fresh = rows.filter(({ day }) => day > known.judged);
  for (const row of fresh)
    for (const use of usesOf(row, zone)) {
      if (use.kwh === null) continue;
      const warning = watch.hear({ ...use, expected: calendarExpected(known.baseline, use) });
      if (warning?.opened) await parts.pipeline.raise(breachOf('raised', row, use, zone, warning));
      if (!warning && open.has(use.channel)) await parts.pipeline.raise(breachOf('cleared', row, use, zone, null));
      if (warning) {
        open.add(use.channel);
        warned = extended(warned, warning);
      } else open.delete(use.channel);
    }
  const judged = rows.at(-1)?.day ?? known.judged;
  const since = known.learned ?? known.judged;
  const isOld = judged >= shiftDay(since, BASELINE_DAYS) && open.size === 0;
  const anew = isOld ? learned(calm(rows, warned), zone) : null;
  const kept: Watched = anew ?? { ...known, watch: watch.state(), learned: since, warned };
  parts.store.saveCursor(key, JSON.stringify({ ...kept, judged }));
}

/** One spell a rise: a warning that goes on makes its spell longer. What no lesson reaches back to is forgotten. */
function extended(spells: readonly Spell[], { since, day }: MeterWarning): Spell[] {
  const oldest = shiftDay(day, -BASELINE_DAYS);
  return [...spells.filter(([from, to]) => from !== since && to >= oldest), [since, day]];
}

function calm(rows: readonly DailyEnergy[], warned: readonly Spell[]): DailyEnergy[] {
  return rows.filter(({ day }) => !warned.some(([from, to]) => from <= day && day <= to));
}

function learned(rows: readonly DailyEnergy[], zone: string): Watched | null {
  const uses = rows.flatMap((row) => usesOf(row, zone));
  if (uses.filter(({ channel, kwh }) => channel === 'night' && kwh !== null).length < LEAST_DAYS) return null;
  const baseline = calendarBaseline(uses, seededRandom(SEED));
  const last = rows.at(-1)?.day ?? '';
  return { baseline, watch: new MeterWatch(baseline.reference).state(), judged: last, learned: last, warned: [] };
}

function usesOf({ day, kwh, nightShare, coverage }: DailyEnergy, zone: string): ChannelUse[] {
  const known = kwh !== null && nightShare !== null && coverage >= COVERAGE;
  return emptyUses(localDay(day, zone), new Set()).map((use) => {
    if (!known) return use;
    return { ...use, kwh: use.channel === 'night' ? kwh * nightShare : kwh * (1 - nightShare) };
  });
}

function openChannels({ channels }: MeterWatchState): Channel[] {
  return (Object.keys(channels) as Channel[]).filter((channel) => channels[channel].cusum.open);
}

function breachOf(
  state: Breach['state'],
  { device, asset, day }: DailyEnergy,
  { channel }: ChannelUse,
  zone: string,
  warning: MeterWarning | null,
): Breach {
  const kwh = Math.round(warning?.excessKwh ?? 0);
  const at: Millis = localDay(day, zone).to;
  return {
    state,
    source: `edge:energy-watch:${device}:${channel}`,
    asset,
    device,
    fault: FAULTS[channel],
    severity: 'minor',
    vendorCode: null,
    summary: {
      en: `${device} has used ${kwh} kWh above its baseline ${NAMES[channel].en} since ${warning?.since ?? day}`,
      zh: `${device}自${warning?.since ?? day}起${NAMES[channel].zh}用电比基准多${kwh}千瓦时`,
    },
    deviceAt: null,
    firstSeenAt: localDay(warning?.since ?? day, zone).from,
    evidence: [{ metric: 'energy_import_kwh', part: null, value: kwh, at }],
  };
}

function zoneOf({ sites, zones, assets }: Registry, asset: string | undefined): string | null {
  const placed: Asset | undefined = assets.find(({ id }) => id === asset);
  const site = zones.find(({ id }) => id === placed?.zone)?.site;
  return sites.find(({ id }) => id === site)?.zone ?? null;
}

function byDay(a: DailyEnergy, b: DailyEnergy): number {
  return a.day.localeCompare(b.day);
}
