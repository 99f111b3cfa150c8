import {
  instantText,
  packReadings,
  type Batch,
  type Millis,
  type Reading,
  type ReadingBlock,
} from '@keepsite/edge-contract';
import { z } from 'zod';
import type { JsonDoor } from '../http-json.ts';
import { addDays, dayStart } from '../local-time.ts';
import { hash32 } from '../random.ts';
import type { Load } from '../physics/load.ts';
import { outdoorC } from '../physics/weather.ts';
import type { MeterSpec } from '../world/specs.ts';
import type { World } from '../world/world.ts';
import { type Loads, PART_OF } from './energy.ts';
import { EXAMPLE_TARIFF } from './example-tariff.ts';
import type { SeedPlan } from './plan-file.ts';

const HOUR = 3_600_000;
/** Days before the end of the history: where the older hours begin, and when the measures were done. */
const BEGINS = 290;
const WORK = { from: 104, to: 96 } as const;
const DAYS_A_BLOCK = 7;
/** A demo that runs on for a while keeps its weather. */
const WEATHER_AHEAD_DAYS = 7;

/** A client that saves energy since its measure: which meters are counted and how much more one of them drew before. */
interface Saving {
  readonly client: string;
  readonly meters: readonly { readonly asset: string; readonly parent: string | null; readonly use: 'all' | 'it' }[];
  readonly measure: {
    readonly id: string;
    readonly what: { readonly en: string; readonly zh: string };
    readonly by: string;
  };
  readonly improved: string;
  /** What the improved load drew before, as a multiple of what it draws since. */
  readonly before: number;
}

const SAVINGS: readonly Saving[] = [
  {
    client: 'lanhe-software',
    meters: [{ asset: 'bj-a-meter', parent: null, use: 'all' }],
    measure: {
      id: 'led-and-night-setback',
      what: { en: 'LED lighting and night set-back in Building A', zh: 'A座照明改造与夜间节能控制' },
      by: 'Gao Yang 高扬',
    },
    improved: 'bj-a-meter',
    before: 1.14,
  },
  {
    client: 'yunfan-bank',
    meters: [
      { asset: 'dc-main', parent: null, use: 'all' },
      { asset: 'dc-it-1', parent: 'dc-main', use: 'it' },
      { asset: 'dc-it-2', parent: 'dc-main', use: 'it' },
      { asset: 'dc-cooling', parent: 'dc-main', use: 'all' },
    ],
    measure: {
      id: 'chilled-water-reset',
      what: { en: 'Chilled-water reset and fan speed control', zh: '冷冻水温度重设与风机变频' },
      by: 'Lin Jing 林静',
    },
    improved: 'dc-cooling',
    before: 1.45,
  },
];

/** What was told: readings and reports. */
export interface ToldSavings {
  readonly readings: number;
  readonly reports: number;
}

/**
 * Tells why two clients save: older hours of their meters, the weather, what was done, and asks for
 * the baseline and the report of the newest whole month. Nothing is told twice.
 */
export async function tellSavings(
  cloud: JsonDoor,
  send: (batch: Pick<Batch, 'blocks'>) => Promise<void>,
  { world, plan, loads }: { readonly world: World; readonly plan: SeedPlan; readonly loads: Loads },
): Promise<ToldSavings> {
  const told = Baselines.parse(await cloud.get(`/api/clients/${SAVINGS[0]?.client}/energy/baselines`));
  // The cloud learns baselines by itself, too.
  if (told.items.some(({ by }) => by === SAVINGS[0]?.measure.by)) return { readings: 0, reports: 0 };
  const blocks = olderBlocks(world, loads, plan);
  for (const block of blocks) await send({ blocks: [block] });
  for (const site of new Set(SAVINGS.map((saving) => specOf(world, saving.improved).site)))
    await cloud.post(`/api/sites/${site}/weather?document=simulated%20weather`, {
      items: weatherOf(world, site, plan),
    });
  const month = addDays(`${plan.end.slice(0, 7)}-01`, -1).slice(0, 7);
  for (const saving of SAVINGS) {
    const path = `/api/clients/${saving.client}/energy`;
    const from = addDays(plan.end, -WORK.from);
    await cloud.put(`${path}/setup`, setupOf(world, saving));
    await cloud.put(`${path}/measures/${saving.measure.id}`, {
      ...saving.measure,
      from,
      to: addDays(plan.end, -WORK.to),
    });
    await cloud.post(`${path}/baselines`, { from: addDays(plan.end, -BEGINS), to: from, by: saving.measure.by });
    await cloud.post(`${path}/reports`, { period: month });
  }
  return { readings: blocks.reduce((sum, { rows }) => sum + rows.length, 0), reports: SAVINGS.length };
}

const Baselines = z.object({ items: z.array(z.object({ by: z.string() })) });

function setupOf(world: World, { meters }: Saving): object {
  return {
    meters: meters.map(({ asset, parent, use }) => {
      const { device, family, name } = specOf(world, asset);
      return { asset, device, part: PART_OF[family], name, parent, share: 1, use };
    }),
    weather: { kind: 'csv' },
    method: 'towt-daily',
    tariff: EXAMPLE_TARIFF,
  };
}

function specOf(world: World, asset: string): MeterSpec {
  const spec = world.meters.find((meter) => meter.asset === asset);
  if (!spec) throw new RangeError(`the world has no meter ${asset}`);
  return spec;
}

function weatherOf(world: World, site: string, plan: SeedPlan): { at: string; celsius: number }[] {
  const key = hash32(`${world.seed}${site}`);
  const from = dayStart(addDays(plan.end, -BEGINS), world.zone);
  const to = dayStart(addDays(plan.end, WEATHER_AHEAD_DAYS), world.zone);
  return Array.from({ length: Math.floor((to - from) / HOUR) }, (_, i) => {
    const at = from + i * HOUR;
    return { at: instantText(at), celsius: Math.round(outdoorC(at + HOUR / 2, world.zone, key) * 10) / 10 };
  });
}

/** Hourly counters from before the main history, which they meet; a block a week, numbered after the main ones. */
function olderBlocks(world: World, loads: Loads, plan: SeedPlan): ReadingBlock[] {
  const from = addDays(plan.end, -BEGINS);
  const weeks = Math.max(0, Math.ceil((BEGINS - plan.days) / DAYS_A_BLOCK));
  const end = dayStart(addDays(plan.end, -plan.days), world.zone);
  const series = SAVINGS.flatMap((saving) =>
    saving.meters.map(({ asset }) => olderReadings(world, loads, saving, specOf(world, asset), { plan, end })),
  );
  return Array.from({ length: weeks }, (_, i) => {
    const [first, last] = [i, i + 1].map((week) => dayStart(addDays(from, week * DAYS_A_BLOCK), world.zone));
    const within = series.flatMap((readings) =>
      readings.filter(({ at }) => at !== null && at >= (first as Millis) && at < Math.min(last as Millis, end)),
    );
    return packReadings(plan.days + 1 + i, within);
  });
}

function olderReadings(
  world: World,
  loads: Loads,
  saving: Saving,
  { asset, device, family, kind, of = [] }: MeterSpec,
  { plan, end }: { readonly plan: SeedPlan; readonly end: Millis },
): Reading[] {
  const load = loads.get(asset) as Load;
  const improved = loads.get(saving.improved) as Load;
  const since = dayStart(addDays(plan.end, -WORK.to), world.zone);
  const feels = asset === saving.improved || (kind === 'sum' && of.includes(saving.improved));
  const readings: Reading[] = [];
  let kwh = load.kwhAt(end);
  for (let at = end - HOUR; at >= dayStart(addDays(plan.end, -BEGINS), world.zone); at -= HOUR) {
    const middle = at + HOUR / 2;
    const extra = feels && at < since ? (saving.before - 1) * improved.kwAt(middle) : 0;
    kwh -= load.kwAt(middle) + extra;
    readings.push({
      device,
      metric: 'energy_import_kwh',
      part: PART_OF[family],
      value: Math.round(kwh * 1000) / 1000,
      at,
      receivedAt: at + 400,
      quality: 'good',
      historical: false,
    });
  }
  return readings.toReversed();
}
