import type { HourSpan } from '@keepsite/edge-energy';
import { hoursOf } from '@keepsite/edge-energy';
import { describe, expect, test } from 'vitest';
import { joined, settledPart } from './carried.ts';

const ZONE = 'Europe/London';

/** Hours 0, 1, 2 … of some days; hours in `missing` are unknown. */
function span(from: string, to: string, { missing = [] as number[], version = 1 } = {}): HourSpan {
  const hours = hoursOf({ from, to }, ZONE);
  const kwh = hours.map((_, i) => (missing.includes(i) ? null : i));
  return {
    from,
    to,
    meters: [{ asset: 'a', kwh, quality: kwh.map((value) => (value === null ? 'x' : 'm')).join('') }],
    weather: {
      celsius: hours.map(() => 5),
      origin: [[hours.length, 0]],
      sources: [{ source: 'csv', version, document: `d${version}` }],
    },
  };
}

describe('what need not be read again', () => {
  test('are whole days up to eight days ago', () => {
    const part = settledPart(span('2026-03-20', '2026-04-10'), '2026-04-10', ZONE);
    expect(part).toMatchObject({ from: '2026-03-20', to: '2026-04-02' });
    expect(part?.meters[0]?.kwh).toHaveLength(13 * 24 - 1);
    expect(part?.weather.origin).toEqual([[13 * 24 - 1, 0]]);
  });

  test('ends before a gap that late data may still fill, and an old gap is accepted', () => {
    const gappy = span('2026-01-01', '2026-04-10', { missing: [30] });
    expect(settledPart(gappy, '2026-01-30', ZONE)?.to).toBe('2026-01-02');
    expect(settledPart(gappy, '2026-04-10', ZONE)?.to).toBe('2026-04-02');
  });

  test('is nothing while all of it is young', () => {
    expect(settledPart(span('2026-03-20', '2026-03-25'), '2026-03-26', ZONE)).toBeNull();
  });
});

test('a settled part and the rest are the whole, sources and all', () => {
  const whole = span('2026-03-20', '2026-04-10');
  const part = settledPart(whole, '2026-04-10', ZONE)!;
  const rest = span(part.to, '2026-04-10');
  const both = joined(part, rest);
  expect(both).toMatchObject({ from: '2026-03-20', to: '2026-04-10' });
  expect(both.meters[0]?.quality).toBe(whole.meters[0]?.quality);
  expect(both.weather.origin).toEqual(whole.weather.origin);

  const mended = joined(part, span(part.to, '2026-04-10', { version: 2 }));
  expect(mended.weather.sources.map(({ version }) => version)).toEqual([1, 2]);
  expect(mended.weather.origin).toEqual([
    [13 * 24 - 1, 0],
    [8 * 24, 1],
  ]);
});
