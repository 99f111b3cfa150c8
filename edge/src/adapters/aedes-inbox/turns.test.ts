import { EventEmitter } from 'node:events';
import type { Client } from 'aedes';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTurns, type TurnLimits, type Turns } from './turns.ts';

const FAST = { perSecond: 1_000_000, burst: 1_000_000 } as const;
const LIMITS: TurnLimits = {
  messageRate: FAST,
  deviceMessageRate: FAST,
  addressMessageRate: FAST,
  inWorkPerClient: 2,
  inWork: 3,
  inWorkStuck: 3,
  waitingPerClient: 4,
  waitingOfGone: 2,
  rememberedPeers: 10,
};

function client(remoteAddress = '192.0.2.1'): Client & { leave: () => void } {
  const conn = Object.assign(new EventEmitter(), { remoteAddress });
  const fake = { conn, closed: false, _keepaliveTimer: null };
  const leave = () => {
    fake.closed = true;
    conn.emit('close');
  };
  return Object.assign(fake, { leave }) as unknown as Client & { leave: () => void };
}

/** What had its turn, in order, and a way to say messages that are told by their names. */
function desk(turns: Turns) {
  const worked: string[] = [];
  const say = (who: Client, name: string, qos: 0 | 1 | 2 = 1) => turns.take(who, qos, () => worked.push(name));
  const sayMany = (who: Client, names: string, qos: 0 | 1 | 2 = 1) =>
    names.split('').map((name) => say(who, name, qos));
  return { worked, say, sayMany };
}

const turnsOf = (limits: Partial<TurnLimits> = {}, isDevice = false) =>
  createTurns({ ...LIMITS, ...limits }, () => isDevice);

describe('turns', () => {
  test('who says very much waits for itself; the next one has its turn at once', () => {
    const turns = turnsOf();
    const { worked, say, sayMany } = desk(turns);
    const [loud, quiet] = [client(), client()];
    sayMany(loud, 'abcdef');
    say(quiet, 'leak');
    expect(worked).toEqual(['a', 'b', 'leak']);
  });

  test('those that wait go round, one message each, every one in its own order', () => {
    const turns = turnsOf();
    const { worked, sayMany } = desk(turns);
    const [first, second, third] = [client(), client(), client()];
    sayMany(first, 'abcd');
    sayMany(second, '123');
    sayMany(third, 'xy');
    expect(worked).toEqual(['a', 'b', '1']);
    for (const who of [first, second, first, third, second, first]) turns.over(who);
    expect(worked.slice(3)).toEqual(['2', 'x', 'c', '3', 'y', 'd']);
  });

  describe('when nothing comes to an end', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
    afterEach(() => void vi.useRealTimers());

    const stuckTurns = () => turnsOf({ inWorkStuck: 40, inWorkPerClient: 8, waitingPerClient: 100 });

    test('readings that cannot be written keep no alarm out', () => {
      const { worked, say, sayMany } = desk(stuckTurns());
      for (const name of ['r', 's', 't']) say(client(), name);
      const late = client();
      say(late, 'leak');
      vi.advanceTimersByTime(499);
      expect(worked).toEqual(['r', 's', 't']);
      vi.advanceTimersByTime(1);
      expect(worked).toEqual(['r', 's', 't', 'leak']);
      sayMany(client(), 'xy');
      expect(worked.slice(4)).toEqual(['x', 'y']);
    });

    test('each has its share of the room, so that who comes late finds some; it is not without bound', () => {
      const { worked, say } = desk(stuckTurns());
      const sayTwenty = (name: string, who = client()) => Array.from({ length: 20 }, () => say(who, name));
      for (const name of ['a', 'b', 'c', 'd', 'e']) sayTwenty(name);
      vi.advanceTimersByTime(500);
      expect(worked.length).toBeLessThan(40);
      say(client(), 'leak');
      expect(worked.at(-1)).toBe('leak');
      for (let n = 0; n < 30; n += 1) sayTwenty(String(n));
      expect(worked).toHaveLength(40);
      expect(worked.filter((name) => name === '0').length).toBeLessThanOrEqual(5);
    });

    test('once it goes on, as little is in work as before', () => {
      const turns = stuckTurns();
      const { worked, sayMany } = desk(turns);
      const [one, two] = [client(), client()];
      sayMany(one, 'abcdefgh');
      sayMany(two, '12345678');
      vi.advanceTimersByTime(500);
      const inWork = worked.length;
      expect(inWork).toBeGreaterThan(3);
      for (let n = 0; n < inWork - 2; n += 1) turns.over(n % 2 === 0 ? one : two);
      const before = worked.length;
      sayMany(client(), 'xyz');
      expect(worked.length - before).toBeLessThanOrEqual(1);
    });

    test('a busy edge is not stuck: whatever comes to an end in time says so', () => {
      const turns = stuckTurns();
      const { worked, sayMany } = desk(turns);
      const [loud, quiet] = [client(), client()];
      sayMany(loud, 'abcdefgh');
      sayMany(quiet, 'ij');
      for (let n = 0; n < 4; n += 1) {
        vi.advanceTimersByTime(400);
        turns.over(loud);
      }
      expect(worked).toHaveLength(3 + 4);
    });
  });

  test('work that is over at once does not pile up calls', () => {
    const turns = turnsOf({ inWorkPerClient: 1, waitingPerClient: 10_000 });
    const busy = client();
    let worked = 0;
    let first = true;
    for (let n = 0; n < 8_000; n++)
      turns.take(busy, 1, () => {
        worked += 1;
        if (first) first = false;
        else turns.over(busy);
      });
    turns.over(busy);
    expect(worked).toBe(8_000);
  });

  test('beyond what may wait QoS 0 is dropped and a sender that ignores its missing answers is to be ended', () => {
    const { sayMany } = desk(turnsOf());
    expect(sayMany(client(), 'abcdefgh', 0).slice(5)).toEqual(['taken', 'dropped', 'dropped']);
    expect(sayMany(client('192.0.2.2'), 'abcdefgh', 1)).toContain('too_many');
  });

  test('above its rate QoS 0 is dropped and QoS 1 held back until its turn', async () => {
    const turns = turnsOf({ messageRate: { perSecond: 20, burst: 1 }, inWorkPerClient: 10, inWork: 10 });
    const { worked, say } = desk(turns);
    const device = client();
    expect([say(device, 'a', 0), say(device, 'b', 0), say(device, 'c', 1), say(device, 'd', 0)]).toEqual([
      'taken',
      'dropped',
      'taken',
      'dropped',
    ]);
    expect(worked).toEqual(['a']);
    await vi.waitFor(() => expect(worked).toEqual(['a', 'c']), { timeout: 10_000, interval: 5 });
  });

  test('a device has a rate of its own, and connections of one address share one', () => {
    const slow = { perSecond: 0.001, burst: 1 };
    const devices = desk(turnsOf({ deviceMessageRate: slow }, true));
    const device = client();
    expect(devices.sayMany(device, 'ab', 0)).toEqual(['taken', 'dropped']);
    const shared = desk(turnsOf({ addressMessageRate: slow }));
    expect(shared.say(client('192.0.2.1'), 'a', 0)).toBe('taken');
    expect(shared.say(client('192.0.2.1'), 'b', 0)).toBe('dropped');
    expect(shared.say(client('192.0.2.2'), 'c', 0)).toBe('taken');
  });

  test('of who has left, what nobody repeats is still told, up to a bound', () => {
    const turns = turnsOf({ inWorkPerClient: 1 });
    const { worked, say, sayMany } = desk(turns);
    const gone = client();
    sayMany(gone, 'ab', 1);
    sayMany(gone, 'cde', 0);
    gone.leave();
    say(gone, 'will', 1);
    for (let n = 0; n < 5; n++) turns.over(gone);
    expect(worked).toEqual(['a', 'c', 'd', 'will']);
  });

  test('who is read no further because others have their turn has not fallen silent', () => {
    const turns = turnsOf({ inWorkPerClient: 1 });
    const patient = client();
    const refresh = vi.fn();
    Object.assign(patient, { _keepaliveTimer: { refresh } });
    desk(turns).sayMany(patient, 'ab');
    expect(refresh).not.toHaveBeenCalled();
    turns.over(patient);
    expect(refresh).toHaveBeenCalledOnce();
  });
});
