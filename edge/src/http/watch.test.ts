import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEMO, type Principal } from '../access/roles.ts';
import { createStreamWatch } from './watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Stream extends EventEmitter {
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

test('a stream whose listener may no longer listen is closed within five seconds, and nobody is watched for nothing', () => {
  const revoked = new Set<string>();
  const watch = createStreamWatch(({ name }) => !revoked.has(name));
  const listen = (name: string): Stream => {
    const stream = new Stream();
    const principal: Principal = { ...DEMO, kind: 'account', name };
    watch(stream, principal);
    return stream;
  };
  const [thief, other] = [listen('li'), listen('wang')];
  vi.advanceTimersByTime(60_000);
  expect(thief.destroyed).toBe(false);
  revoked.add('li');
  vi.advanceTimersByTime(5_000);
  expect([thief.destroyed, other.destroyed]).toEqual([true, false]);
  other.destroy();
  expect(vi.getTimerCount()).toBe(0);
});
