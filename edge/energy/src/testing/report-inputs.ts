import { localDay } from '../day.ts';
import type { HourSpan, ReportInputs } from '../report/inputs.ts';
import { hoursOf } from '../report/hours.ts';
import { celsiusOf } from '../series.ts';
import { building } from './building.ts';

/** A building of 2023 that uses `after` times as much from 2024 on, as the inputs of a month's report. */
export function reportInputs(
  more: Partial<ReportInputs> = {},
  { zone = 'UTC', after = 0.85, change = (kwh: number): number | null => kwh }: BuildingChange = {},
): ReportInputs {
  const begins = localDay('2024-01-01', zone).from;
  const made = building({ zone, from: localDay('2022-12-31', zone).from, days: 740 });
  const used = new Map(
    made.meter.map(({ at, value }) => [at, value === null ? null : change(value * (at < begins ? 1 : after), at)]),
  );
  const felt = new Map(made.temperature.map(({ at, value }) => [at, value]));
  const span = (from: string, to: string): HourSpan => {
    const hours = hoursOf({ from, to }, zone);
    const kwh = hours.map((hour) => used.get(hour.from) ?? null);
    return {
      from,
      to,
      meters: [{ asset: 'main', kwh, quality: kwh.map((value) => (value === null ? 'x' : 'm')).join('') }],
      weather: {
        celsius: hours.map((hour) => {
          const fahrenheit = felt.get(hour.from) ?? null;
          return fahrenheit === null ? null : Math.round(celsiusOf(fahrenheit) * 100) / 100;
        }),
        origin: [[hours.length, 0]],
        sources: [{ source: 'csv', version: 1, document: 'station.csv' }],
      },
    };
  };
  return {
    format: 'keepsite-energy-inputs/1',
    client: { id: 'acme', name: { en: 'Acme', zh: '甲公司' } },
    kind: 'month',
    period: '2024-05',
    from: '2024-05-01',
    to: '2024-06-01',
    zone,
    madeAt: '2024-06-02T00:00:00.000Z',
    setup: 1,
    meters: [
      { asset: 'main', device: 'meter-1', name: { en: 'Main', zh: '总表' }, parent: null, share: 1, use: 'all' },
    ],
    baseline: {
      version: 1,
      method: 'towt-daily',
      learnedAt: '2024-01-02T00:00:00.000Z',
      dataHash: 'abc',
      span: span('2023-01-01', '2024-01-01'),
    },
    whyNoBaseline: [],
    reporting: span('2024-01-01', '2024-06-01'),
    measures: [],
    events: [],
    tariff: null,
    carbon: [],
    bootstrap: { draws: 1000, seed: 1 },
    ...more,
  };
}

interface BuildingChange {
  readonly zone?: string;
  readonly after?: number;
  readonly change?: (kwh: number, at: number) => number | null;
}
