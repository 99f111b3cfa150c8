import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

test('wakes come in the order of their instants, each at its own time', () => {
  const clock = createFakeClock(1_000);
  const heard: [string, number][] = [];
  clock.wake(3_000, () => heard.push(['third', clock.now()]));
  clock.wake(2_000, () => heard.push(['first', clock.now()]));
  clock.wake(2_000, () => heard.push(['second', clock.now()]));
  clock.advance(1_999);
  expect(heard).toEqual([
    ['first', 2_000],
    ['second', 2_000],
  ]);
  clock.advance(1);
  expect(heard.at(-1)).toEqual(['third', 3_000]);
  expect(clock.now()).toBe(3_000);
});

test('a wake that is set on the way comes too, a cancelled one never', () => {
  const clock = createFakeClock(0);
  const heard: string[] = [];
  const cancel = clock.wake(50, () => heard.push('cancelled'));
  clock.wake(10, () => {
    cancel();
    clock.wake(20, () => heard.push('nested'));
  });
  clock.wake(1_000, () => heard.push('later'));
  clock.advance(100);
  expect(heard).toEqual(['nested']);
  expect(clock.pending).toBe(1);
});

test('a wake in the past comes with the next step, and time never steps back', () => {
  const clock = createFakeClock(1_000);
  const heard: number[] = [];
  clock.wake(5, () => heard.push(clock.now()));
  clock.advance(0);
  expect(heard).toEqual([1_000]);
  expect(() => clock.advanceTo(999)).toThrow(RangeError);
});
