import { expect, test } from 'vitest';
import { createSystemClock } from './system-clock.ts';

function machine(wall: number) {
  const at = { wall, monotonic: 5_000 };
  return { at, machine: { wall: () => at.wall, monotonic: () => at.monotonic } };
}

test('a wall clock that steps back or forward moves no deadline, and the offset tells', () => {
  const { at, machine: clocks } = machine(1_000_000);
  const clock = createSystemClock(clocks);
  at.wall -= 3_600_000;
  at.monotonic += 250;
  expect(clock.now()).toBe(1_000_250);
  expect(clock.offsetMs).toBe(3_600_250);
  at.wall += 7_200_000;
  expect(clock.now()).toBe(1_000_250);
});

test('a wake is never early and comes in the order of the deadlines', async () => {
  const clock = createSystemClock();
  const woken: number[] = [];
  const start = clock.now();
  await new Promise<void>((done) => {
    clock.wake(start + 22, () => {
      woken.push(22, Number(clock.now() >= start + 22));
      done();
    });
    clock.wake(start + 10, () => woken.push(10, Number(clock.now() >= start + 10)));
  });
  expect(woken).toEqual([10, 1, 22, 1]);
});

test('a cancelled wake stays silent, also when another callback cancels it', async () => {
  const clock = createSystemClock();
  const start = clock.now();
  const woken: string[] = [];
  await new Promise<void>((done) => {
    const cancel = clock.wake(start + 10, () => woken.push('cancelled'));
    clock.wake(start + 5, () => {
      woken.push('first');
      cancel();
    });
    clock.wake(start + 20, done);
  });
  expect(woken).toEqual(['first']);
});
