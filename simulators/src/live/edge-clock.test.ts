import { describe, expect, test } from 'vitest';
import { SimulatorError } from '../errors.ts';
import type { JsonDoor } from '../http-json.ts';
import { edgeClock } from './edge-clock.ts';

const EDGE_TIME = Date.parse('2026-11-23T02:00:00.000Z');

/** An edge's door that tells a time; `answer` null: nobody answers. */
function door(state: { answer: { now: number | string; scale: number } | null; posted: unknown[] }): JsonDoor {
  const tell = async () => {
    if (!state.answer) throw new SimulatorError('SIM_UNREACHABLE', 'nobody answers');
    return state.answer;
  };
  return {
    url: '',
    get: tell,
    put: tell,
    post: async (_path, body) => {
      state.posted.push(body);
      return {};
    },
  };
}

describe('the edge’s clock', () => {
  test.each([EDGE_TIME, new Date(EDGE_TIME).toISOString()])(
    'is followed between two questions at its scale (%s)',
    async (now) => {
      let wall = 5_000;
      const clock = edgeClock(door({ answer: { now, scale: 20 }, posted: [] }), () => wall);
      await clock.sync();
      wall += 1000;
      expect([clock.now(), clock.scale]).toEqual([EDGE_TIME + 20_000, 20]);
    },
  );

  test('never steps back, even when the edge does', async () => {
    let wall = 0;
    const state = { answer: { now: EDGE_TIME, scale: 1 }, posted: [] };
    const clock = edgeClock(door(state), () => wall);
    await clock.sync();
    wall += 10_000;
    expect(clock.now()).toBe(EDGE_TIME + 10_000);
    state.answer = { now: EDGE_TIME + 5000, scale: 1 };
    await clock.sync();
    expect(clock.now()).toBe(EDGE_TIME + 10_000);
    wall += 6000;
    expect(clock.now()).toBe(EDGE_TIME + 11_000);
  });

  test('counts on by itself while nobody answers', async () => {
    let wall = 0;
    const state: { answer: { now: number; scale: number } | null; posted: unknown[] } = {
      answer: { now: EDGE_TIME, scale: 2 },
      posted: [],
    };
    const clock = edgeClock(door(state), () => wall);
    expect(await clock.sync()).toBe(true);
    state.answer = null;
    wall += 1000;
    expect(await clock.sync()).toBe(false);
    expect(clock.now()).toBe(EDGE_TIME + 2000);
  });

  test('sets the edge’s scale and follows it at once', async () => {
    let wall = 0;
    const state = { answer: { now: EDGE_TIME, scale: 20 }, posted: [] as unknown[] };
    const clock = edgeClock(door(state), () => wall);
    await clock.setScale(20);
    wall += 500;
    expect(state.posted).toEqual([{ scale: 20 }]);
    expect(clock.now()).toBe(EDGE_TIME + 10_000);
  });

  test('without an edge it is the machine’s own', async () => {
    const clock = edgeClock(null, () => 77);
    expect([await clock.sync(), clock.now(), clock.scale]).toEqual([false, 77, 1]);
  });
});
