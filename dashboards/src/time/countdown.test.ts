import type { Clock } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countdownText, durationText, readClock } from './countdown.ts';

const T0 = Date.UTC(2026, 10, 22, 4);
const at = (ms: number): string => new Date(T0 + ms).toISOString();
const clock = (over: Partial<Clock> = {}): Clock => ({
  term: 'on_site',
  startedAt: at(0),
  dueAt: at(420_000),
  metAt: null,
  verdict: 'running',
  proof: null,
  ...over,
});

describe('the seven minutes', () => {
  test.each([
    [420_000, '07:00'],
    [419_999, '07:00'],
    [419_000, '06:59'],
    [1, '00:01'],
    [0, '00:00'],
    [-1, '−00:00'],
    [-1_000, '−00:01'],
    [-67_500, '−01:07'],
    [3_600_000, '1:00:00'],
    [-4_210_000, '−1:10:10'],
  ])('%i ms left reads %s', (ms, text) => {
    expect(countdownText(ms)).toBe(text);
  });

  test('time left is never shown as less, time overdrawn never as more than it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -3_599_000, max: 3_599_000 }), (ms) => {
        const text = countdownText(ms);
        const [minutes = 0, seconds = 0] = text.replace('−', '').split(':').map(Number);
        const shown = (minutes * 60 + seconds) * 1000 * (text.startsWith('−') ? -1 : 1);
        expect(shown).toBeGreaterThanOrEqual(ms);
        expect(shown - ms).toBeLessThan(1000);
      }),
    );
  });

  test('never promises more than seven minutes, even on a page whose time lags behind the server', () => {
    expect(readClock(clock(), T0 - 350).remainingMs).toBe(420_000);
  });

  test('is not overdue at exactly the deadline', () => {
    expect(readClock(clock(), T0 + 420_000).phase).toBe('running');
    expect(readClock(clock(), T0 + 420_001).phase).toBe('overdue');
  });

  test('a broken promise keeps counting until somebody is there', () => {
    const waiting = readClock(clock({ verdict: 'breached' }), T0 + 500_000);
    expect(waiting).toMatchObject({ phase: 'overdue', remainingMs: -80_000 });
    const came = readClock(clock({ verdict: 'breached', metAt: at(510_000) }), T0 + 900_000);
    expect(came).toMatchObject({ phase: 'missed', remainingMs: null, takenMs: 510_000 });
    const unmet = readClock(clock({ verdict: 'breached' }), T0 + 900_000, at(510_000));
    expect(unmet).toEqual(came);
  });

  test('a kept promise stands still at the time it took', () => {
    const met = readClock(clock({ verdict: 'met', metAt: at(252_000) }), T0 + 9e6);
    expect(met).toMatchObject({ phase: 'met', takenMs: 252_000, used: 0.6 });
    expect(durationText(met.takenMs ?? 0)).toBe('04:12');
  });

  test('what is unknown or excluded is neither running nor met', () => {
    expect(readClock(clock({ verdict: 'unknown' }), T0).phase).toBe('unknown');
    expect(readClock(clock({ verdict: 'excluded' }), T0).phase).toBe('excluded');
  });
});
