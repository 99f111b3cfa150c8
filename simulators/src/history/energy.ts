import {
  instantText,
  packReadings,
  type DailyEnergy,
  type Millis,
  type Reading,
  type ReadingBlock,
} from '@keepsite/edge-contract';
import { addDays, dayStart } from '../local-time.ts';
import type { Load } from '../physics/load.ts';
import type { MeterSpec } from '../world/specs.ts';
import type { World } from '../world/world.ts';

const QUARTER = 900_000;
const HOUR = 3_600_000;
const NIGHT_HOURS = { until: 6, from: 22 };

/** The parts under which each dialect's readings are known. */
export const PART_OF: Readonly<Record<MeterSpec['family'], string | null>> = {
  'shelly-gen2': 'total',
  tasmota: null,
  zigbee2mqtt: null,
  keepsite: null,
  mapped: null,
};

/** The loads behind a world's meters, by asset. */
export type Loads = ReadonlyMap<string, Load>;

/**
 * One block a local day: power and counter of every meter, each quarter of an hour at the sites'
 * incoming supplies and each hour at the others. `seq` begins at 1.
 */
export function historyBlocks(world: World, loads: Loads, from: string, days: number): ReadingBlock[] {
  return Array.from({ length: days }, (_, i) => {
    const day = addDays(from, i);
    const readings = world.meters.flatMap((meter) => dayOf(meter, loads.get(meter.asset) as Load, day, world.zone));
    return packReadings(i + 1, readings);
  });
}

function dayOf(meter: MeterSpec, load: Load, day: string, zone: string): Reading[] {
  const every = meter.kind === 'sum' ? QUARTER : HOUR;
  const readings: Reading[] = [];
  for (let at = dayStart(day, zone); at < dayStart(addDays(day, 1), zone); at += every) {
    const base = {
      device: meter.device,
      part: PART_OF[meter.family],
      at,
      receivedAt: at + 400,
      quality: 'good',
      historical: false,
    } as const;
    readings.push({ ...base, metric: 'active_power_w', value: Math.round(load.kwAt(at) * 10_000) / 10 });
    readings.push({ ...base, metric: 'energy_import_kwh', value: Math.round(load.kwhAt(at) * 1000) / 1000 });
  }
  return readings;
}

/** kWh, peak and night share of every meter and local day; `usualKwh` from the same weekdays before. */
export function historyDaily(world: World, loads: Loads, from: string, days: number): DailyEnergy[] {
  return world.meters.flatMap((meter) => {
    const load = loads.get(meter.asset) as Load;
    const rows: DailyEnergy[] = [];
    for (let i = 0; i < days; i++) {
      const before = [7, 14, 21, 28].flatMap((back) => rows[i - back]?.kwh ?? []);
      rows.push({
        ...dailyOf(meter, load, addDays(from, i), world.zone),
        usualKwh: before.length < 2 ? null : round(median(before)),
      });
    }
    return rows;
  });
}

function dailyOf(meter: MeterSpec, load: Load, day: string, zone: string): Omit<DailyEnergy, 'usualKwh'> {
  const start = dayStart(day, zone);
  const end = dayStart(addDays(day, 1), zone);
  const kwh = load.kwhAt(end) - load.kwhAt(start);
  const peak = peakOf(load, start, end);
  const night =
    load.kwhAt(start + NIGHT_HOURS.until * HOUR) -
    load.kwhAt(start) +
    load.kwhAt(end) -
    load.kwhAt(start + NIGHT_HOURS.from * HOUR);
  return {
    asset: meter.asset,
    device: meter.device,
    day,
    kwh: round(kwh),
    peakKw: round(peak.kw),
    peakAt: instantText(peak.at),
    nightShare: kwh === 0 ? null : round(night / kwh),
    coverage: 1,
  };
}

/** The quarter of an hour with the highest mean power. */
function peakOf(load: Load, start: Millis, end: Millis): { readonly kw: number; readonly at: Millis } {
  let peak = { kw: 0, at: start };
  for (let at = start; at < end; at += QUARTER) {
    const kw = (load.kwhAt(at + QUARTER) - load.kwhAt(at)) * 4;
    if (kw > peak.kw) peak = { kw, at };
  }
  return peak;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
