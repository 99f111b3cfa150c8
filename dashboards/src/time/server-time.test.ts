import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absorb, DEAD_AFTER, freshnessOf, readTick, serverNow } from './server-time.ts';

const NOON = Date.UTC(2026, 10, 22, 4);

describe('server time', () => {
  test('runs on between ticks at the server’s pace', () => {
    expect(serverNow({ now: NOON, scale: 1, heardAt: 1000 }, 1600)).toBe(NOON + 600);
    expect(serverNow({ now: NOON, scale: 20, heardAt: 1000 }, 1600)).toBe(NOON + 12_000);
  });

  test('stands still once the stream is dead', () => {
    const time = { now: NOON, scale: 20, heardAt: 0 };
    expect(serverNow(time, DEAD_AFTER * 3)).toBe(serverNow(time, DEAD_AFTER));
  });

  test('is live, then late at five seconds, then dead at ten', () => {
    const time = { now: NOON, scale: 1, heardAt: 0 };
    expect(freshnessOf(null, 0)).toBe('waiting');
    expect([4_999, 5_000, 9_999, 10_000].map((mono) => freshnessOf(time, mono))).toEqual([
      'live',
      'late',
      'late',
      'dead',
    ]);
  });

  test('jitter of the network never moves the estimate by more than a tenth of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 400 }), fc.constantFrom(1, 5, 20), (jitter, scale) => {
        const before = { now: NOON, scale, heardAt: 0 };
        const tick = { now: NOON + (1000 + jitter) * scale, scale };
        const after = absorb(before, tick, 1000);
        expect(Math.abs(serverNow(after, 1000) - serverNow(before, 1000))).toBeLessThanOrEqual(40 * scale + 1e-6);
      }),
    );
  });

  test('a real correction is followed at once, backwards too', () => {
    const before = { now: NOON, scale: 1, heardAt: 0 };
    expect(absorb(before, { now: NOON - 60_000, scale: 1 }, 1000).now).toBe(NOON - 60_000);
    expect(absorb(before, { now: NOON + 1000, scale: 20 }, 1000)).toEqual({
      now: NOON + 1000,
      scale: 20,
      heardAt: 1000,
    });
  });

  test('when the pace changes, the tick is taken as it is', () => {
    const before = { now: NOON, scale: 20, heardAt: 0 };
    expect(absorb(before, { now: NOON + 20_300, scale: 1 }, 1000).now).toBe(NOON + 20_300);
  });

  test('a small lasting difference is made up within a minute of ticks', () => {
    let time = { now: NOON, scale: 1, heardAt: 0 };
    for (let second = 1; second <= 60; second++)
      time = absorb(time, { now: NOON + second * 1000 + 300, scale: 1 }, second * 1000);
    expect(Math.abs(serverNow(time, 60_000) - (NOON + 60_300))).toBeLessThan(5);
  });

  test('reads the tick as text or as number, and nothing else', () => {
    expect(readTick({ now: '2026-11-22T04:00:00.000Z', scale: 20 })).toEqual({ now: NOON, scale: 20 });
    expect(readTick({ now: NOON })).toEqual({ now: NOON, scale: 1 });
    expect([null, 7, {}, { now: 'soon' }, { now: Number.NaN }].map(readTick)).toEqual([null, null, null, null, null]);
  });
});
