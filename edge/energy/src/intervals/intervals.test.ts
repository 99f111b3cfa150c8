import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Sample, stretchesOfCounter, stretchesOfPower } from '../stretches.ts';
import { gridOf } from './grid.ts';
import { intervalsOf } from './intervals.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (text: string) => Date.parse(text);

/** A counter that is read every five minutes and counts 12 kWh an hour. */
function counter(from: number, to: number, start = 500): Sample[] {
  const samples: Sample[] = [];
  for (let t = from; t <= to; t += 5 * MINUTE) samples.push({ at: t, value: start + (12 * (t - from)) / HOUR });
  return samples;
}

describe('a grid', () => {
  test.each([
    ['Asia/Shanghai', '2026-03-29', 24],
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['UTC', '2026-10-25', 24],
  ])('a day in %s on %s has %d hours and four times as many quarters', (zone, day, hours) => {
    const [slot] = gridOf('day', at(`${day}T12:00Z`), at(`${day}T12:01Z`), zone);
    expect(slot && slot.to - slot.from).toBe(hours * HOUR);
    expect(gridOf('hour', slot?.from ?? 0, slot?.to ?? 0, zone)).toHaveLength(hours);
    expect(gridOf('quarter', slot?.from ?? 0, slot?.to ?? 0, zone)).toHaveLength(4 * hours);
  });

  test('hours begin with the local hour where zones lie half an hour off', () => {
    const [first] = gridOf('hour', at('2026-03-01T00:10Z'), at('2026-03-01T00:20Z'), 'Asia/Kolkata');
    expect(first?.from).toBe(at('2026-02-28T23:30Z'));
  });

  test('months follow each other without a gap', () => {
    const months = gridOf('month', at('2025-12-15T00:00Z'), at('2026-03-02T00:00Z'), 'Asia/Shanghai');
    expect(months.map(({ from }) => new Date(from).toISOString().slice(0, 10))).toEqual([
      '2025-11-30',
      '2025-12-31',
      '2026-01-31',
      '2026-02-28',
    ]);
    months.slice(1).forEach(({ from }, i) => expect(from).toBe(months[i]?.to));
  });
});

describe('intervals', () => {
  const from = at('2026-03-02T00:00Z');
  const hours = gridOf('hour', from, from + 6 * HOUR, 'UTC');

  test('a counter and a power say the same', () => {
    const counted = intervalsOf(hours, stretchesOfCounter(counter(from, from + 6 * HOUR)));
    const powers = counter(from, from + 6 * HOUR).map((sample) => ({ at: sample.at, value: 12_000 }));
    const measured = intervalsOf(hours, stretchesOfPower(powers));
    for (const interval of [...counted, ...measured])
      expect(interval).toMatchObject({ kwh: expect.closeTo(12, 9), coverage: 1, quality: 'measured' });
  });

  test('the energy of a silence is known but not when it was drawn: it is spread and told', () => {
    const silent = counter(from, from + 6 * HOUR).filter((s) => s.at <= from + 2 * HOUR || s.at >= from + 5 * HOUR);
    expect(intervalsOf(hours, stretchesOfCounter(silent)).map(({ quality }) => quality)).toEqual([
      'measured',
      'measured',
      'filled',
      'filled',
      'filled',
      'measured',
    ]);
  });

  test('a power that is silent is unknown, never zero', () => {
    const powers = counter(from, from + 2 * HOUR).map((sample) => ({ at: sample.at, value: 12_000 }));
    const last = intervalsOf(hours, stretchesOfPower(powers)).at(-1);
    expect(last).toMatchObject({ kwh: null, coverage: 0, quality: 'missing' });
  });

  test('a spike is no full register, however small the register is', () => {
    const spiked = counter(from, from + 6 * HOUR).map((s) =>
      s.at === from + 3 * HOUR ? { ...s, value: s.value + 3000 } : s,
    );
    for (const { kwh } of intervalsOf(hours, stretchesOfCounter(spiked, { rollsOverAt: 6000 })))
      expect(kwh).toBeCloseTo(12, 9);
  });

  test('a full register goes on from zero; a reset of the same meter does not', () => {
    const full = counter(from, from + 6 * HOUR, 99_970).map((s) => ({ ...s, value: s.value % 100_000 }));
    const rolled = intervalsOf(hours, stretchesOfCounter(full, { rollsOverAt: 100_000, maxKw: 500 }));
    rolled.forEach(({ kwh, quality }) => expect([kwh, quality]).toEqual([expect.closeTo(12, 6), 'measured']));
    const reset = counter(from, from + 6 * HOUR).map((s) =>
      s.at < from + 3 * HOUR ? s : { ...s, value: s.value - 536 },
    );
    const [, , , fourth] = intervalsOf(hours, stretchesOfCounter(reset, { rollsOverAt: 100_000, maxKw: 500 }));
    expect(fourth).toMatchObject({ kwh: expect.closeTo(12, 6), quality: 'measured' });
  });

  test('an estimated reading makes the intervals that it touches estimates', () => {
    const estimated = [{ from: from + HOUR, to: from + 2 * HOUR }];
    const intervals = intervalsOf(hours, stretchesOfCounter(counter(from, from + 6 * HOUR)), { estimated });
    expect(intervals.map(({ quality }) => quality).indexOf('estimated')).toBe(1);
    expect(intervals.filter(({ quality }) => quality === 'estimated')).toHaveLength(1);
  });

  test('a gap is never a saving: whatever is missing, a constant load is constant or unknown', () => {
    const holes = fc.array(fc.record({ start: fc.nat(360), minutes: fc.nat(200) }), { maxLength: 5 });
    fc.assert(
      fc.property(holes, (list) => {
        const heard = counter(from - HOUR, from + 7 * HOUR).filter((sample) =>
          list.every(({ start, minutes }) => {
            const begin = from + start * MINUTE;
            return sample.at < begin || sample.at > begin + minutes * MINUTE;
          }),
        );
        for (const { kwh } of intervalsOf(hours, stretchesOfCounter(heard)))
          if (kwh !== null) expect(kwh).toBeCloseTo(12, 6);
      }),
    );
  });
});
