import { openStandIns, type StandIns } from '@keepsite/simulators/vendors';
import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { webhookChannel } from '../channels/webhook.ts';
import { exampleDeps, examplePage } from '../testing.ts';
import { isPublic } from './addresses.ts';
import { createEgress, type Egress, type EgressOptions } from './egress.ts';

/** Something inside that must never be reached. */
let canary: StandIns;
let egress: Egress | undefined;
beforeEach(async () => {
  canary = await openStandIns();
});
afterEach(async () => {
  await egress?.close();
  egress = undefined;
  await canary.close();
});

function resolve(addresses: readonly string[]): NonNullable<EgressOptions['lookup']> {
  const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_, done) => done(null, found);
}

/** What becomes of a page to this URL. */
async function sendTo(url: string, options: Partial<EgressOptions> = {}) {
  await egress?.close();
  egress = createEgress({ allow: [], demo: false, ...options });
  const { fetch, assertAllowedUrl } = egress;
  const deps = exampleDeps({ fetch, assertAllowedUrl, timeoutMs: 10_000 });
  return webhookChannel('webhook', {}).send(examplePage({}, url), deps);
}

const port = () => new URL(canary.url).port;

describe('a page does not get inside', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '0',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00::1]',
    '10.1.2.3',
    '100.100.100.200',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
  ])('by the address %s, in any spelling', async (host) => {
    for (const url of [`https://${host}/`, `https://${host}:8443/`])
      expect(await sendTo(url)).toMatchObject({
        outcome: 'failed',
        reason: expect.stringContaining('is not on the internet'),
      });
  });

  test.each(['localhost', 'metadata.example'])('by the name %s, whose lookup leads there', async (name) => {
    const delivery = await sendTo(`https://${name}:8443/`, { lookup: resolve(['127.0.0.1']) });
    expect(delivery).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('leads to 127.0.0.1') });
  });

  test('by a name that leads outside and inside at once', async () => {
    const lookup = resolve(['93.184.216.34', '127.0.0.1']);
    expect(await sendTo('https://two-faced.example/', { lookup })).toMatchObject({ outcome: 'failed' });
  });

  test('by a name that changes its mind: what was looked at is what is reached, and nobody looks twice', async () => {
    const answers = ['127.0.0.1', '10.0.0.1'];
    const asked: string[] = [];
    const lookup: EgressOptions['lookup'] = (name, done) => {
      asked.push(name);
      done(null, [{ address: answers.shift() ?? '10.0.0.1', family: 4 }]);
    };
    await sendTo(`http://rebinding.example:${port()}/receiver/hook`, { lookup, demo: true });
    expect(asked).toEqual(['rebinding.example']);
    expect(canary.calls('receiver')).toHaveLength(1);
    const again = await sendTo(`http://rebinding.example:${port()}/receiver/hook`, { lookup, demo: true });
    expect(again).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('leads to 10.0.0.1') });
  });

  test('by a redirect', async () => {
    canary.misbehave('receiver', 'redirect');
    const url = `${canary.at('receiver')}/hook`;
    expect(await sendTo(url, { allow: [canary.url] })).toMatchObject({ outcome: 'failed' });
    expect(canary.calls('receiver')).toHaveLength(1);
    expect(canary.canary()).toBe(0);
  });

  test.each([
    ['http://example.com/', 'use https'],
    ['https://example.com:22/', 'port 22'],
    ['https://user:secret@example.com/', 'user name'],
    ['https://user@127.0.0.1/', 'user name'],
  ])('by %s', async (url, words) => {
    const delivery = await sendTo(url, { lookup: resolve(['93.184.216.34']) });
    expect(delivery).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(words) });
    expect(JSON.stringify(delivery)).not.toContain('secret');
  });

  test('even though it listens: the canary heard nothing, until somebody named it', async () => {
    for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost'])
      await sendTo(`http://${host}:${port()}/receiver/hook`);
    expect(canary.calls('receiver')).toEqual([]);
    await sendTo(`${canary.at('receiver')}/hook`, { allow: [canary.url] });
    expect(canary.calls('receiver')).toHaveLength(1);
  });
});

test('the demo reaches this machine and the internet, and nothing between', async () => {
  const demo = { demo: true };
  await sendTo(`${canary.at('receiver')}/hook`, demo);
  expect(canary.calls('receiver')).toHaveLength(1);
  for (const host of ['192.168.1.1', '169.254.169.254'])
    expect(await sendTo(`http://${host}/`, demo)).toMatchObject({ outcome: 'failed' });
});

test('a name inside that was named is reached by its name, and only on its port', async () => {
  const lookup = resolve(['127.0.0.1']);
  const allow = [`http://siren.lan:${port()}`];
  await sendTo(`http://siren.lan:${port()}/receiver/hook`, { lookup, allow });
  expect(canary.calls('receiver')).toHaveLength(1);
  expect(await sendTo('http://siren.lan:9/receiver/hook', { lookup, allow })).toMatchObject({ outcome: 'failed' });
});

test('addresses of the internet are public, those of registries are not', () => {
  for (const address of ['93.184.216.34', '8.8.8.8', '2606:4700::1111', '240e::1'])
    expect(isPublic(address)).toBe(true);
  for (const address of ['198.18.0.1', '203.0.113.9', '2001:db8::1', '2001::1', 'example.com', ''])
    expect(isPublic(address)).toBe(false);
});

test.each(['before anything was sent', 'after it was made ready'])(
  'closed %s, nothing goes out any more',
  async (when) => {
    const way = createEgress({ allow: [], demo: true });
    if (when !== 'before anything was sent') await way.ready();
    await way.close();
    await expect(way.fetch(new URL(canary.url))).rejects.toThrow();
    await way.close();
  },
);
