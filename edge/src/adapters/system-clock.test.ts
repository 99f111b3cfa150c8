import { expect, test } from 'vitest';
import { createSystemClock, type Machine } from './system-clock.ts';

const UP = 90_000;

function machine(wall: number) {
  const at = { wall, monotonic: 5_000, asleep: 0 };
  const clocks: Machine = {
    wall: () => at.wall,
    monotonic: () => at.monotonic,
    uptime: () => UP + at.monotonic + at.asleep,
    boot: 'a',
  };
  return { at, machine: clocks };
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

test('time that the machine slept through has passed, for deadlines too, though its monotonic clock stood still', () => {
  const { at, machine: clocks } = machine(1_000_000);
  const clock = createSystemClock(clocks);
  at.monotonic += 400;
  at.asleep += 7_200_000;
  expect(clock.now()).toBe(8_200_400);
  at.monotonic += 400;
  at.asleep += 60_000;
  expect(clock.now()).toBe(8_260_800);
});

test('an uptime that is coarser than the monotonic clock makes no sleep', () => {
  const { at, machine: clocks } = machine(1_000_000);
  const clock = createSystemClock({ ...clocks, uptime: () => Math.floor((UP + at.monotonic) / 1000) * 1000 });
  const read = Array.from({ length: 40 }, () => {
    at.monotonic += 333;
    return clock.now();
  });
  expect(read).toEqual(read.map((_, n) => 1_000_000 + (n + 1) * 333));
});

test('it begins where it is told to, and steps forward to the wall clock only when it is asked, and never back', () => {
  const { at, machine: clocks } = machine(1_000_000);
  const clock = createSystemClock(clocks, 400_000);
  expect([clock.now(), clock.offsetMs]).toEqual([400_000, -600_000]);
  clock.follow();
  expect([clock.now(), clock.offsetMs]).toEqual([1_000_000, 0]);
  at.wall -= 5_000;
  clock.follow();
  expect(clock.now()).toBe(1_000_000);
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
