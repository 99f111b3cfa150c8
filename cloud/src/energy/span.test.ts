import type { EnergySetup } from '@keepsite/cloud-contract';
import type { Reading } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import type { WeatherHour } from '../ports/energy.ts';
import { memoryMetrics } from '../testing/memory-metrics.ts';
import { energyRegistry, MAIN_METER } from '../testing/energy-site.ts';
import { readSpan, type SpanPorts } from './span.ts';

const DAYS = { from: '2026-01-05', to: '2026-01-06' };
const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;

/** A store that knows one place and keeps weather in memory, and a provider that knows some hours. */
async function ports(readings: readonly Partial<Reading>[], provided: readonly { at: number; celsius: number }[] = []) {
  const metrics = memoryMetrics();
  const whole = readings.map((reading) => ({
    part: null,
    quality: 'good',
    historical: false,
    receivedAt: 0,
    ...reading,
  }));
  await metrics.write('edge-1', 1, whole as Reading[]);
  const kept: WeatherHour[] = [];
  const asked: string[][] = [];
  const energy = {
    weather: async () => kept,
    saveWeather: async (_site: string, _source: string, document: string, hours: typeof provided) => {
      kept.push(...hours.map((hour) => ({ ...hour, version: 1, document })));
      return 1;
    },
  };
  const made = {
    metrics,
    store: { energy, clients: { registry: async () => energyRegistry() } },
    weather: {
      name: 'archive',
      hours: async (_place: unknown, from: string, to: string) => {
        asked.push([from, to]);
        return { document: 'd', hours: provided };
      },
    },
  };
  return { ports: made as unknown as SpanPorts, asked };
}

function counter(hour: number, value: number, more: Partial<Reading> = {}): Partial<Reading> {
  return { device: 'meter-main', metric: 'energy_import_kwh', value, at: START + hour * HOUR, ...more };
}

const hourly = Array.from({ length: 25 }, (_, hour) => counter(hour, 100 + hour * 5));
const setup = (more: Partial<EnergySetup> = {}) => ({
  meters: [MAIN_METER],
  weather: { kind: 'csv' } as const,
  ...more,
});

describe('the hours of a meter', () => {
  test('are what its counter grew by', async () => {
    const { ports: own } = await ports(hourly);
    const { meters } = await readSpan(own, setup(), DAYS, 'UTC');
    expect(meters).toEqual([{ asset: 'main', kwh: Array(24).fill(5), quality: 'm'.repeat(24) }]);
  });

  test('without a reading are missing, and over a silence only the sum is known', async () => {
    const { ports: own } = await ports(hourly.filter((_, hour) => hour < 6 || (hour > 12 && hour < 20)));
    const [meter] = (await readSpan(own, setup(), DAYS, 'UTC')).meters;
    expect(meter?.quality).toBe(`${'m'.repeat(5)}${'f'.repeat(8)}${'m'.repeat(6)}${'x'.repeat(5)}`);
    expect(meter?.kwh.slice(0, 19)).toEqual(Array(19).fill(5));
    expect(meter?.kwh.slice(19)).toEqual(Array(5).fill(null));
  });

  test('of a power are its mean over time, without what the device only repeats and without its phases', async () => {
    const power = (i: number, more: Partial<Reading> = {}) => ({
      device: 'meter-main',
      metric: 'active_power_w',
      value: 2000,
      at: START + (i * HOUR) / 4,
      ...more,
    });
    const noise = [power(8.4, { value: 9e5, quality: 'cached' }), power(9.4, { value: 7e5, part: 'a' })];
    const { ports: own } = await ports([...Array.from({ length: 97 }, (_, i) => power(i)), ...noise]);
    const [meter] = (await readSpan(own, setup({ meters: [{ ...MAIN_METER, metric: 'active_power_w' }] }), DAYS, 'UTC'))
      .meters;
    expect(meter?.kwh.every((kwh) => kwh !== null && Math.abs(kwh - 2) < 1e-9)).toBe(true);
  });
});

describe('the weather', () => {
  test('of the site’s own sensor is the mean of each hour, with the sensor as its source', async () => {
    const felt = [10, 12].map((value, i) => ({
      device: 'outside',
      metric: 'temperature_c',
      value,
      at: START + 2 * HOUR + i * 60_000,
    }));
    const { ports: own } = await ports(felt);
    const weather = { kind: 'sensor', device: 'outside', part: null } as const;
    const span = await readSpan(own, setup({ weather }), DAYS, 'UTC');
    expect(span.weather.celsius.slice(0, 4)).toEqual([null, null, 11, null]);
    expect(span.weather.origin).toEqual([
      [2, -1],
      [1, 0],
      [21, -1],
    ]);
    expect(span.weather.sources).toEqual([{ source: 'sensor', version: 1, document: 'outside temperature_c' }]);
  });

  test('of a provider is asked for once, kept, and only missing days are asked for', async () => {
    const provided = Array.from({ length: 24 }, (_, hour) => ({ at: START + hour * HOUR, celsius: hour }));
    const { ports: own, asked } = await ports([], provided);
    const weather = { kind: 'provider', latitude: 30, longitude: 120 } as const;
    const first = await readSpan(own, setup({ weather }), DAYS, 'UTC');
    const again = await readSpan(own, setup({ weather }), DAYS, 'UTC');
    expect(first.weather.celsius).toEqual(provided.map(({ celsius }) => celsius));
    expect(first.weather.sources).toEqual([{ source: 'archive', version: 1, document: 'd' }]);
    expect(again).toEqual(first);
    expect(asked).toEqual([['2026-01-05', '2026-01-06']]);
  });
});
