import type { Millis } from '@keepsite/edge-contract';
import { wallClock, type WallClock } from '../local-time.ts';
import { hash32, noiseAt } from '../random.ts';
import type { LoadKind, MeterSpec } from '../world/specs.ts';
import { outdoorC, smoothNoise } from './weather.ts';

const QUARTER = 900_000;

/** The load behind a meter as a function of time alone; history and live values come from the same one. */
export interface Load {
  /** kW at an instant. */
  kwAt(at: Millis): number;
  /** kWh of the counter at an instant; never falls. Agrees with the power to the quarter of an hour. */
  kwhAt(at: Millis): number;
}

interface Moment {
  readonly wall: WallClock;
  readonly outdoorC: number;
  /** The load's own unrest, about −1…1. */
  readonly unrest: number;
  /** A day on which somebody left things running. */
  readonly careless: boolean;
}

/** Share of the peak load, by kind. Office shapes are occupied 8–19 on weekdays; the rest follows weather. */
const SHAPES: Readonly<Record<Exclude<LoadKind, 'sum'>, (moment: Moment) => number>> = {
  it: ({ wall, unrest }) => 0.84 + 0.03 * Math.sin(((wall.hour - 9) / 24) * 2 * Math.PI) + 0.015 * unrest,
  cooling: ({ outdoorC, unrest }) => 0.34 + 0.018 * Math.max(0, outdoorC - 6) + 0.02 * unrest,
  office: ({ wall, outdoorC, unrest, careless }) => {
    const night = careless ? 0.36 : 0.16;
    const climate = 0.012 * Math.max(0, outdoorC - 21) + 0.009 * Math.max(0, 14 - outdoorC);
    return night + (0.55 + climate) * occupancy(wall) + 0.025 * unrest;
  },
  common: ({ wall, unrest }) => (wall.hour < 6 || wall.hour >= 18 ? 0.9 : 0.45) + 0.03 * unrest,
  chiller: ({ wall, outdoorC, unrest }) =>
    0.04 + (0.25 + 0.75 * occupancy(wall)) * Math.min(1, Math.max(0, (outdoorC - 16) / 18)) * (0.9 + 0.05 * unrest),
  charging: ({ wall, unrest }) =>
    0.03 + Math.max(0, bump(wall.hour, 9.5, 2) * 0.5 + bump(wall.hour, 18.5, 2.5) * 0.85 + 0.1 * unrest),
};

/** The loads of all meters of a world, by asset. */
export function loadsOf(meters: readonly MeterSpec[], zone: string, seed: number): ReadonlyMap<string, Load> {
  const loads = new Map<string, Load>();
  const single = meters.filter((meter) => meter.kind !== 'sum');
  for (const meter of single) loads.set(meter.asset, withCounter(singleLoad(meter, zone, seed)));
  for (const meter of meters) {
    if (meter.kind === 'sum')
      loads.set(
        meter.asset,
        sumLoad(
          meter,
          (meter.of ?? []).flatMap((part) => loads.get(part) ?? []),
        ),
      );
  }
  return loads;
}

function singleLoad(meter: MeterSpec, zone: string, seed: number): (at: Millis) => number {
  const shape = SHAPES[meter.kind as keyof typeof SHAPES];
  const key = hash32(`${seed}${meter.asset}`);
  const weather = hash32(`${seed}${meter.site}`);
  return (at) => {
    const wall = wallClock(at, zone);
    const share = shape({
      wall,
      outdoorC: outdoorC(at, zone, weather),
      unrest: 0.6 * smoothNoise(key, at / QUARTER) + 0.4 * smoothNoise(key + 1, at / (8 * QUARTER)),
      careless: noiseAt(key + 2, wall.day) > 0.95,
    });
    return meter.peakKw * Math.max(0.01, share);
  };
}

/** What is behind an incoming supply, 1.5 % losses, and the site's own small consumers. */
function sumLoad(meter: MeterSpec, parts: readonly Load[]): Load {
  const own = meter.peakKw * 0.6;
  const total = (of: (load: Load) => number) => parts.reduce((sum, load) => sum + of(load), 0) * 1.015;
  return {
    kwAt: (at) => own + total((load) => load.kwAt(at)),
    kwhAt: (at) => own * hoursCounted(at) + total((load) => load.kwhAt(at)),
  };
}

/** Counters began at the start of 2026 from what stood on them then. */
const COUNTERS_BEGIN = Date.UTC(2026, 0, 1);

function hoursCounted(at: Millis): number {
  return Math.max(0, at - COUNTERS_BEGIN) / 3_600_000;
}

function withCounter(kwAt: (at: Millis) => number): Load {
  const sums = [kwAt(COUNTERS_BEGIN) * 20_000];
  const slotKwh = (slot: number) => kwAt(COUNTERS_BEGIN + (slot + 0.5) * QUARTER) / 4;
  const kwhAt = (at: Millis) => {
    const slots = Math.max(0, (at - COUNTERS_BEGIN) / QUARTER);
    const whole = Math.floor(slots);
    while (sums.length <= whole) sums.push((sums.at(-1) as number) + slotKwh(sums.length - 1));
    return (sums[whole] as number) + slotKwh(whole) * (slots - whole);
  };
  return { kwAt, kwhAt };
}

function occupancy({ weekday, hour }: WallClock): number {
  const full = weekday <= 5 ? 1 : 0.15;
  const lunch = 0.12 * bump(hour, 12.5, 0.7);
  return full * Math.max(0, rise(hour, 7, 9.5) * (1 - rise(hour, 17.5, 20)) - lunch);
}

/** 0 before `from`, 1 after `to`, smooth between. */
function rise(hour: number, from: number, to: number): number {
  const x = Math.min(1, Math.max(0, (hour - from) / (to - from)));
  return x * x * (3 - 2 * x);
}

function bump(hour: number, centre: number, width: number): number {
  return Math.exp(-(((hour - centre) / width) ** 2));
}
