import { createECDH } from 'node:crypto';
import { BROWSER, GONE_PATH, openStandIns, PUSH_PATH, type StandIns } from '@keepsite/simulators/vendors';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Channel, ChannelDeps, OutgoingPage } from '../channel.ts';
import { exampleDeps, examplePage } from '../testing.ts';
import { type Phone, PHONES, phonesChannel } from './phones.ts';
import { newPushKeys } from './web-push.ts';

const KEYS = { subject: 'mailto:duty@example.com', ...newPushKeys() };

let standIns: StandIns;
let phones: Phone[];
let told: string[];
beforeAll(async () => {
  standIns = await openStandIns();
});
beforeEach(() => {
  standIns.reset();
  phones = [];
  told = [];
});
afterAll(() => standIns.close());

/** A phone whose browser is behind the stand-in. */
function phone(id: string, over: Partial<Phone> & { readonly path?: string } = {}): Phone {
  const { path = PUSH_PATH, ...rest } = over;
  const keys = { p256dh: BROWSER.p256dh, auth: BROWSER.auth };
  const endpoint = standIns.at('push-service') + path;
  return { id, name: `phone ${id}`, subscription: { endpoint, keys }, publicKey: KEYS.publicKey, ...rest };
}

/** All phones are Li's. */
function channel(named: Channel | null = null): Channel {
  return phonesChannel({
    keys: KEYS,
    named,
    phones: {
      at: (address) => (address === 'li' ? phones : phones.filter(({ id }) => id === address)),
      accepted: (id) => void told.push(`${id} took it`),
      refused: (id) => void told.push(`${id} did not`),
      gone: (id) => void told.push(`${id} is gone`),
    },
  });
}

function send(page: Partial<OutgoingPage> = {}, deps: Partial<ChannelDeps> = {}, to = 'li', of = channel()) {
  return of.send(examplePage(page, to), exampleDeps({ fetch, wallNow: () => Date.now(), ...deps }));
}

const noteOf = () => (standIns.taken('push-service')[0] as { note: Record<string, unknown> }).note;

test('a page goes to every phone of the person, encrypted for its browser, with what a tap opens', async () => {
  phones = [phone('a'), phone('b')];
  expect(await send()).toMatchObject({ outcome: 'accepted' });
  expect(standIns.taken('push-service')).toHaveLength(2);
  expect(told.toSorted()).toEqual(['a took it', 'b took it']);
  expect(noteOf()).toMatchObject({
    title: expect.stringContaining('3 号梯困人'),
    body: expect.stringContaining('A 座 3 号梯'),
    link: 'http://127.0.0.1:7070/incidents/inc-1',
    incident: 'inc-1',
    severity: 'critical',
    test: false,
  });
  expect(JSON.stringify(standIns.calls('push-service')[0]?.body.toString('latin1'))).not.toContain('Lift');
});

test('one phone alone is meant by its id', async () => {
  phones = [phone('a'), phone('b')];
  expect(await send({ test: true }, {}, 'b')).toMatchObject({ outcome: 'accepted' });
  expect(told).toEqual(['b took it']);
});

test('a push is urgent and lives for a quarter of an hour; the second attempt takes the place of the first', async () => {
  phones = [phone('a')];
  await send();
  await send({ possibleDuplicate: true });
  const [first, second] = standIns.taken('push-service') as { topic: string; urgency: string }[];
  expect([first?.urgency, first?.topic.length]).toEqual(['high', 32]);
  expect(second?.topic).toBe(first?.topic);
  expect(standIns.calls('push-service').map(({ headers }) => headers['ttl'])).toEqual(['900', '900']);
});

test('a page that may be the second says so first of all, where nothing cuts it off', async () => {
  phones = [phone('a')];
  await send({ possibleDuplicate: true });
  expect(noteOf()['title']).toMatch(/^可能重复 · /);
});

test('a text of nothing but quotation marks still fits into one record', async () => {
  phones = [phone('a')];
  const { incident } = examplePage();
  const summary = { en: '"\\'.repeat(4_000), zh: '"\\'.repeat(4_000) };
  expect(await send({ incident: { ...incident, summary }, place: summary })).toMatchObject({ outcome: 'accepted' });
});

describe('a phone that the push service does not know any more', () => {
  test.each([
    ['410', GONE_PATH],
    ['404', '/push/never-was'],
  ])('is taken off the list for a %s, and its page says so', async (status, path) => {
    phones = [phone('a', { path })];
    const delivery = await send();
    expect(delivery).toMatchObject({ outcome: 'failed' });
    expect(delivery.reason).toMatch(new RegExp(`^phone a: HTTP ${status}.*taken off the list$`));
    expect(told).toEqual(['a is gone']);
  });

  test('leaves the others in peace', async () => {
    phones = [phone('a', { path: GONE_PATH }), phone('b')];
    expect(await send()).toMatchObject({
      outcome: 'accepted',
      reason: expect.stringContaining('phone a: HTTP 410'),
    });
    expect(told.toSorted()).toEqual(['a is gone', 'b took it']);
  });
});

test('too many are sent later, when the push service says; the phone stays', async () => {
  phones = [phone('a')];
  standIns.misbehave('push-service', 'throttled');
  const delivery = await send();
  expect(delivery).toMatchObject({ outcome: 'retry', throttled: true, afterMs: 60_000 });
  expect(delivery).not.toHaveProperty('mayHaveArrived');
  expect(told).toEqual(['a did not']);
});

test.each(['silent', 'hang-up'] as const)('a push service that goes %s may have taken it', async (mood) => {
  phones = [phone('a')];
  standIns.misbehave('push-service', mood);
  expect(await send({}, { timeoutMs: 150 })).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
  expect(told).toEqual(['a did not']);
});

test('an endpoint that leads inside is never asked', async () => {
  phones = [phone('a')];
  const assertAllowedUrl = () => {
    throw new Error('this address is inside');
  };
  expect(await send({}, { assertAllowedUrl })).toMatchObject({
    outcome: 'failed',
    reason: 'phone a: this address is inside',
  });
  expect(standIns.calls('push-service')).toEqual([]);
});

test('a phone that subscribed under earlier keys is told to come by, for its push service would refuse', async () => {
  phones = [phone('a', { publicKey: newPushKeys().publicKey })];
  expect(await send()).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('earlier keys') });
  expect(standIns.calls('push-service')).toEqual([]);
});

test('who has no phone is not reached', async () => {
  expect(await send()).toEqual({ outcome: 'failed', reason: 'Li Na has no phone that takes pages' });
});

test('a subscription of the configuration is honoured beside the phones of the same person', async () => {
  phones = [phone('a')];
  const sent: string[] = [];
  const named: Channel = {
    name: PHONES,
    send: ({ page }) => {
      sent.push(page.to.address);
      return Promise.resolve({ outcome: 'accepted', reference: null });
    },
  };
  const inUse = phonesChannel({
    keys: KEYS,
    named,
    phones: {
      at: (address) => (address === examplePage().page.to.person ? phones : []),
      accepted: () => undefined,
      refused: () => undefined,
      gone: () => undefined,
    },
  });
  expect(await send({}, {}, 'desk-tablet', inUse)).toMatchObject({ outcome: 'accepted' });
  expect(sent).toEqual(['desk-tablet']);
  expect(standIns.taken('push-service')).toHaveLength(1);
});

test('new keys are a pair on P-256, as long as browsers and push services want them, however small their numbers', () => {
  for (let round = 0; round < 300; round += 1) {
    const { publicKey, privateKey } = newPushKeys();
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(Buffer.from(privateKey, 'base64url'));
    expect(curve.getPublicKey('base64url', 'uncompressed')).toBe(publicKey);
    expect(Buffer.from(privateKey, 'base64url')).toHaveLength(32);
  }
});
