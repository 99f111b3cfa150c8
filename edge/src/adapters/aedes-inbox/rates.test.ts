import { describe, expect, test } from 'vitest';
import { Bucket, type ConnectLimits, createConnectRates, createRecent, networkOf } from './rates.ts';

describe('a bucket', () => {
  test('gives its burst at once, then its rate, and never saves up more than the burst', () => {
    const bucket = new Bucket({ perSecond: 10, burst: 2 }, 0);
    const takes = (now: number) => {
      if (bucket.wait(now) > 0) return false;
      bucket.take();
      return true;
    };
    expect([takes(0), takes(0), takes(0)]).toEqual([true, true, false]);
    expect(bucket.wait(40)).toBeCloseTo(60);
    expect([takes(100), takes(100)]).toEqual([true, false]);
    expect([takes(60_000), takes(60_000), takes(60_000)]).toEqual([true, true, false]);
  });
});

describe('whom an address belongs to', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['', ''],
  ])('%j: %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

test('what was not asked for longest is forgotten first', () => {
  const made: string[] = [];
  const recent = createRecent(2, (now) => made.push(String(now)));
  recent('a', 1);
  recent('b', 2);
  recent('a', 3);
  recent('c', 4);
  recent('a', 5);
  recent('b', 6);
  expect(made).toEqual(['1', '2', '4', '6']);
});

describe('connecting', () => {
  const LIMITS: ConnectLimits = {
    connectRate: { perSecond: 1, burst: 3 },
    clientConnectRate: { perSecond: 0.5, burst: 2 },
    connectBanMs: 60_000,
    rememberedPeers: 2,
  };
  const allowed = (ask: () => boolean, times: number) => Array.from({ length: times }, ask);

  test('too often from one address is refused, and the neighbours of its /64 count with it', () => {
    const rates = createConnectRates(LIMITS);
    const from = (address: string, now: number) => rates.admitsAddress(address, now);
    expect(allowed(() => from('2001:db8::1', 0), 2)).toEqual([true, true]);
    expect(allowed(() => from('2001:db8::2', 0), 2)).toEqual([true, false]);
    expect(from('2001:db8:0:1::1', 0)).toBe(true);
    expect(from('2001:db8::1', 1_000)).toBe(true);
  });

  test('a client that comes again and again is refused for a while, and trying does not prolong it', () => {
    const rates = createConnectRates(LIMITS);
    const comes = (now: number) => rates.admitsClient('panel', '192.0.2.7', now);
    expect(allowed(() => comes(0), 3)).toEqual([true, true, false]);
    expect([comes(30_000), comes(59_999), comes(60_000)]).toEqual([false, false, true]);
  });

  test('nobody shuts out a device by using its name from elsewhere', () => {
    const rates = createConnectRates(LIMITS);
    const comes = (address: string) => rates.admitsClient('panel', address, 0);
    expect(allowed(() => comes('192.0.2.66'), 4).at(-1)).toBe(false);
    expect(comes('192.0.2.7')).toBe(true);
  });
});
