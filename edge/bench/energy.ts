import {
  fitBaseline,
  type Measured,
  type Method,
  type Period,
  reckonSavings,
  seededRandom,
  zoneClock,
} from '@keepsite/edge-energy';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { figure, type Figures } from './figures.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FROM = Date.UTC(2024, 0, 1);
const BASELINE: Period = { from: FROM, to: FROM + 365 * DAY_MS };
const REPORTING: Period = { from: BASELINE.to, to: FROM + 730 * DAY_MS };
const METERS = 1000;
const RUNS = 5;
const DRAWS = 1000;

type Part = (tell: (line: string) => void) => Figures | Promise<Figures>;

/** What can be measured by itself. */
export const ENERGY_PARTS: Readonly<Record<string, Part>> = { fit: fits, savings: oneMeter, portfolio };

/** What the energy methods cost: a year of hours fitted, one meter with its bootstrap, a thousand meters without. */
export async function measureEnergy(tell: (line: string) => void, parts = Object.keys(ENERGY_PARTS)): Promise<Figures> {
  const figures: Figures[] = [];
  for (const part of parts) figures.push((await ENERGY_PARTS[part]?.(tell)) ?? {});
  return Object.assign({}, ...figures) as Figures;
}

function fits(tell: (line: string) => void): Figures {
  tell('a year of hours, fitted by each method');
  const measured = meterOf(1);
  const fit = (method: Method, beside: string) =>
    figure(
      times(() => timed(() => fitBaseline({ method, measured, baseline: BASELINE, fuel: 'electricity' }))),
      'ms',
      beside,
    );
  return {
    'energy.fit.caltrack-hourly': fit('caltrack-hourly', '12 monthly models of a year of hours'),
    'energy.fit.towt-hourly': fit('towt-hourly', 'two fits of a year of hours'),
    'energy.fit.caltrack-daily': fit('caltrack-daily', '1,891 pairs of balance points'),
    'energy.fit.towt-daily': fit('towt-daily', 'days of a year of hours'),
  };
}

function oneMeter(tell: (line: string) => void): Figures {
  tell(`one meter, ${DRAWS} draws`);
  const measured = meterOf(1);
  const savings = (draws: number) => times(() => timed(() => savingsOf(measured, draws)));
  return {
    'energy.savings.fsu': figure(savings(0), 'ms', 'daily TOWT with FSU alone'),
    'energy.savings.bootstrap': figure(savings(DRAWS), 'ms', `the same with ${DRAWS} draws and the test by fifths`),
  };
}

async function portfolio(tell: (line: string) => void): Promise<Figures> {
  tell(`${METERS} meters × 1 year of days with FSU, on ${workers()} workers`);
  const { seconds, growthMb } = await spread();
  return {
    'energy.portfolio': figure([seconds], 's', `${METERS} meters × 1 year, daily TOWT with FSU, ${workers()} workers`),
    'energy.portfolio.growth': figure([growthMb], 'MB', 'heap after the last meter less after the first tenth'),
  };
}

function times(run: () => number): number[] {
  run();
  return Array.from({ length: RUNS }, run);
}

function timed(run: () => { ok: boolean }): number {
  const began = performance.now();
  if (!run().ok) throw new Error('the meter of the measurement was refused');
  return performance.now() - began;
}

function savingsOf(measured: Measured, draws: number) {
  const random = seededRandom(1);
  const request = {
    method: 'towt-daily',
    measured,
    baseline: BASELINE,
    reporting: REPORTING,
    fuel: 'electricity',
  } as const;
  return reckonSavings({ ...request, confidence: 0.9, draws, random });
}

function workers(): number {
  return Math.min(2, availableParallelism());
}

interface Share {
  readonly growthMb: number;
}

async function spread(): Promise<{ seconds: number; growthMb: number }> {
  const count = workers();
  const began = performance.now();
  const shares = Array.from({ length: count }, (_, i) => {
    const worker = new Worker(new URL('energy-portfolio.ts', import.meta.url), {
      workerData: { from: Math.floor((METERS * i) / count), to: Math.floor((METERS * (i + 1)) / count) },
    });
    return new Promise<Share>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  });
  const told = await Promise.all(shares);
  return {
    seconds: (performance.now() - began) / 1000,
    growthMb: Math.max(0, ...told.map(({ growthMb }) => growthMb)),
  };
}

/** Reckons one meter of the portfolio after another, and says by how much the heap grew meanwhile. */
export function portfolioShare(from: number, to: number, collect: () => void): Share {
  let early = 0;
  for (let meter = from; meter < to; meter += 1) {
    const savings = savingsOf(meterOf(meter), 0);
    if (!savings.ok) throw new Error(savings.reasons.join());
    if (meter - from === Math.floor((to - from) / 10)) {
      collect();
      early = process.memoryUsage().heapUsed;
    }
  }
  collect();
  return { growthMb: (process.memoryUsage().heapUsed - early) / 1e6 };
}

/** Two years of hours of a made-up meter, different for each number. */
function meterOf(number: number): Measured {
  const random = seededRandom(number + 1);
  const size = 10 + random() * 200;
  const meter: { at: number; value: number }[] = [];
  const temperature: { at: number; value: number }[] = [];
  for (let at = FROM; at < REPORTING.to; at += HOUR_MS) {
    const day = (at - FROM) / DAY_MS;
    const felt =
      55 - 30 * Math.cos((2 * Math.PI * day) / 365.25) + 8 * Math.sin(2 * Math.PI * (day - 0.375)) + 10 * random();
    const hour = (at / HOUR_MS) % 24;
    const busy = Math.floor(day) % 7 < 5 && hour >= 8 && hour < 18;
    const use = (busy ? 2.5 : 1) + Math.max(0, felt - 65) * 0.05 + Math.max(0, 50 - felt) * 0.03;
    temperature.push({ at, value: felt });
    meter.push({ at, value: size * use * (0.9 + 0.2 * random()) });
  }
  return { meter, temperature, clock: zoneClock('Asia/Shanghai') };
}
