import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KnownTime, LONGEST_OUTAGE_MS, type MachineTime, startOfClock } from './clock-start.ts';

const NOON = Date.UTC(2026, 2, 2, 12);
const HOUR = 3_600_000;
const UP = 1_000_000;

function known(more: Partial<KnownTime> = {}): KnownTime {
  return { mark: { at: NOON, wall: NOON, boot: 'a', uptime: UP }, newest: NOON - 5_000, open: true, ...more };
}
function machine(more: Partial<MachineTime>): MachineTime {
  return { wall: NOON, boot: 'b', uptime: 0, ...more };
}

test('a new edge begins with the machine’s clock', () => {
  expect(startOfClock({ mark: null, newest: null, open: false }, machine({ wall: 5 }))).toEqual({
    at: 5,
    doubt: null,
    isBack: false,
  });
});

test.each([-2 * HOUR, 0, 2 * HOUR, 10 * 365 * 24 * HOUR])(
  'within one boot the time that passed is certain, though the wall clock was stepped by %d ms',
  (step) => {
    const now = machine({ boot: 'a', uptime: UP + 30_000, wall: NOON + 30_000 + step });
    expect(startOfClock(known(), now)).toEqual({ at: NOON + 30_000, doubt: null, isBack: false });
  },
);

test('with nothing open a corrected wall clock is followed at the restart, back too', () => {
  const now = (wall: number) => machine({ boot: 'a', uptime: UP + 30_000, wall });
  expect(startOfClock(known({ open: false }), now(NOON + 2 * HOUR))).toMatchObject({
    at: NOON + 2 * HOUR,
    isBack: false,
  });
  expect(startOfClock(known({ open: false }), now(NOON - 2 * HOUR))).toMatchObject({
    at: NOON - 2 * HOUR,
    isBack: true,
  });
});

test('after a reboot a wall clock that went on is believed, up to the longest outage', () => {
  expect(startOfClock(known(), machine({ wall: NOON + HOUR }))).toEqual({
    at: NOON + HOUR,
    doubt: null,
    isBack: false,
  });
  expect(startOfClock(known(), machine({ wall: NOON + LONGEST_OUTAGE_MS })).doubt).toBeNull();
  expect(startOfClock(known(), machine({ wall: NOON + LONGEST_OUTAGE_MS + 1 })).doubt).toMatchObject({ since: NOON });
});

test('after a reboot a wall clock behind what was written down is not believed: time goes on from there, in doubt', () => {
  expect(startOfClock(known(), machine({ wall: NOON - HOUR }))).toEqual({
    at: NOON,
    isBack: false,
    doubt: { since: NOON, reason: expect.stringContaining('stood 3600 s before') },
  });
});

test('a store of an older version, which has no mark, is judged by its newest instant', () => {
  const old = { mark: null, newest: NOON, open: true };
  expect(startOfClock(old, machine({ wall: NOON + HOUR }))).toEqual({ at: NOON + HOUR, doubt: null, isBack: false });
  expect(startOfClock(old, machine({ wall: NOON - 1 }))).toMatchObject({ at: NOON, doubt: { since: NOON } });
});

test('an edge that had run years ahead of a corrected machine comes back at a reboot, but not under an open incident', () => {
  const ahead = { mark: { at: NOON + 1e11, wall: NOON, boot: 'a', uptime: UP }, newest: NOON + 1e11 };
  const now = machine({ wall: NOON + HOUR });
  expect(startOfClock({ ...ahead, open: false }, now)).toMatchObject({ at: NOON + HOUR, isBack: true });
  expect(startOfClock({ ...ahead, open: true }, now)).toMatchObject({ at: NOON + 1e11, isBack: false });
});

test('while an incident is open edge time never steps back, and only a certain time is without doubt', () => {
  const instants = fc.integer({ min: NOON - 1e11, max: NOON + 1e11 });
  fc.assert(
    fc.property(instants, fc.nat(1e9), fc.constantFrom('a', 'b', null), (wall, uptime, boot) => {
      const { at, doubt, isBack } = startOfClock(known(), { wall, boot, uptime });
      expect(at).toBeGreaterThanOrEqual(NOON);
      expect(isBack).toBe(false);
      const isCertain = boot === 'a' && uptime >= UP;
      if (isCertain) expect([at, doubt]).toEqual([NOON + uptime - UP, null]);
      else expect(doubt === null).toBe(wall >= NOON && wall <= NOON + LONGEST_OUTAGE_MS);
    }),
  );
});
