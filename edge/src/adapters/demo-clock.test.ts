import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../ports.ts';
import { createDemoClock } from './demo-clock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepsite-demo-clock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Real time that only moves when told to, and wakes what is due on its way. */
function realTime(start: number): Clock & { pass(ms: number): void } {
  let at = start;
  const waiters = new Set<{ at: number; callback: () => void }>();
  return {
    scale: 1,
    now: () => at,
    wake(due, callback) {
      const waiter = { at: due, callback };
      waiters.add(waiter);
      return () => void waiters.delete(waiter);
    },
    pass(ms) {
      const until = at + ms;
      for (;;) {
        const next = [...waiters].filter((w) => w.at <= until).toSorted((a, b) => a.at - b.at)[0];
        if (!next) break;
        at = Math.max(at, next.at);
        waiters.delete(next);
        next.callback();
      }
      at = until;
    },
  };
}

test('seven minutes pass in seven real seconds at scale 60', () => {
  const real = realTime(1_000_000);
  const clock = createDemoClock(real, join(folder, 'edge', 'demo-clock.json'));
  let woken: number | null = null;
  clock.wake(clock.now() + 420_000, () => (woken = real.now()));
  clock.setScale(60);
  real.pass(6_999);
  expect(woken).toBeNull();
  real.pass(1);
  expect(woken).toBe(1_007_000);
});

test('slowing down again keeps the time that was won, and wakes at the new pace', () => {
  const real = realTime(0);
  const clock = createDemoClock(real, join(folder, 'demo-clock.json'));
  let woken: number | null = null;
  clock.wake(100_000, () => (woken = real.now()));
  clock.setScale(60);
  real.pass(1_000);
  clock.setScale(1);
  expect(clock.offsetMs).toBe(59_000);
  real.pass(39_999);
  expect(woken).toBeNull();
  real.pass(1);
  expect(woken).toBe(41_000);
});

test('a restart never steps back, however the process ended and whatever was done before', () => {
  const step = fc.record({
    pass: fc.nat(5_000),
    scale: fc.integer({ min: 1, max: 60 }),
    end: fc.constantFrom('no', 'kill', 'close'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const file = join(folder, `${Math.random()}.json`);
      const real = realTime(1_000_000);
      let clock = createDemoClock(real, file);
      let last = clock.now();
      for (const { pass, scale, end } of steps) {
        clock.setScale(scale);
        real.pass(pass);
        expect(clock.now()).toBeGreaterThanOrEqual(last);
        last = clock.now();
        if (end === 'no') continue;
        if (end === 'close') clock.close();
        clock = createDemoClock(real, file);
      }
      expect(clock.now()).toBeGreaterThanOrEqual(last);
    }),
    { numRuns: 60 },
  );
});

test('a damaged file is a demo that starts on real time', () => {
  const file = join(folder, 'demo-clock.json');
  writeFileSync(file, '{"offset":');
  expect(createDemoClock(realTime(77), file).now()).toBe(77);
});
