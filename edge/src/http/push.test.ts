import type { ErrorBody, Phone, PushState } from '@keepsite/edge-contract';
import { newPushKeys, NO_SETTINGS } from '@keepsite/edge-notify';
import { BROWSER, GONE_PATH, openStandIns, PUSH_PATH, type StandIns } from '@keepsite/simulators/vendors';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createNotifier } from '../adapters/notifier.ts';
import { createPhoneBook } from '../push/phone-book.ts';
import { createPhoneDesk } from '../push/phone-desk.ts';
import { cookieOf, createAccessBench, MASTER_TOKEN } from '../testing/access-bench.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createHttpBench, REGISTRY } from '../testing/http-bench.ts';
import { createMemoryPhones } from '../testing/memory-phones.ts';

const KEYS = { subject: 'mailto:duty@example.com', ...newPushKeys() };
const PEOPLE = { ...REGISTRY, people: ['li', 'zhang'].map((id) => ({ id, name: id, skills: [], addresses: [] })) };
const POST = '/api/push/phones';

let standIns: StandIns;
beforeAll(async () => {
  standIns = await openStandIns();
});
beforeEach(() => standIns.reset());
afterAll(() => standIns.close());

/** An API whose phones are paged over the stand-in; `allowed`: the stand-in’s address may be reached. */
async function bench({ demo = false, allowed = true } = {}) {
  const clock = createFakeClock();
  const door = createAccessBench({ clock });
  const accounts = demo ? null : door.store;
  const registry = () => PEOPLE;
  const log = { info: () => undefined, error: () => undefined };
  const people = () => PEOPLE.people.map(({ id }) => id);
  const store = createMemoryPhones();
  const book = createPhoneBook({ store, publicKey: KEYS.publicKey, accounts, people, clock, log });
  const notifier = createNotifier({
    edge: 'edge-1',
    directory: () => ({ asset: () => undefined }),
    people: () => PEOPLE.people,
    clock,
    publish: () => Promise.resolve(),
    log: () => undefined,
    settings: { ...NO_SETTINGS, allow: allowed ? [standIns.url] : [] },
    webhook: { url: null, secret: null },
    demo,
    phones: { keys: KEYS, phones: book },
    publicUrl: () => null,
  });
  const phones = createPhoneDesk({ book, notifier, nameOf: (person) => person });
  const access = demo ? null : door.access;
  const { api } = await createHttpBench({ parts: { access, registry, phones, clock }, settings: { demo } });
  onTestFinished(async () => {
    await api.close();
    await notifier.close();
  });
  const ask = async <T>(method: 'GET' | 'POST' | 'DELETE', url: string, headers: object, payload?: object) => {
    const host = { host: demo ? 'localhost:7070' : 'edge.example' };
    const answer = await api.inject({ method, url, headers: { ...host, ...headers }, ...(payload && { payload }) });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json<T & ErrorBody>() };
  };
  const cookie = async (name: string, responder: string | null) => ({
    cookie: cookieOf(door.access, await door.addAccount(name, 'crew', { responder })),
  });
  return { ...door, ask, cookie, clock, store };
}

function body(path = PUSH_PATH, over: object = {}) {
  const keys = { p256dh: BROWSER.p256dh, auth: BROWSER.auth };
  return { subscription: { endpoint: standIns.at('push-service') + path, keys }, name: 'Chrome · Android', ...over };
}

describe('a crew member', () => {
  test('adds the phone in their hand, tries it out, sees it and takes it off again', async () => {
    const { ask, cookie, access } = await bench();
    const li = await cookie('na.li', 'li');
    const asked = await ask<PushState>('GET', '/api/push', li);
    expect(asked.body).toEqual({ publicKey: KEYS.publicKey, person: 'li', phones: [] });

    const added = await ask<Phone>('POST', POST, li, body());
    expect(added).toMatchObject({ status: 200, body: { name: 'Chrome · Android', state: 'on', acceptedAt: null } });
    expect(JSON.stringify(added.body), 'an endpoint is a secret').not.toContain('/push/');
    const tried = await ask('POST', `${POST}/${added.body.id}/test`, li);
    expect(tried).toMatchObject({ status: 200, body: { outcome: 'accepted', reason: null } });
    expect(standIns.taken('push-service')).toMatchObject([
      { note: { test: true, title: expect.stringContaining('测试') } },
    ]);
    expect((await ask<PushState>('GET', '/api/push', li)).body.phones).toMatchObject([
      { id: added.body.id, acceptedAt: expect.any(String) },
    ]);

    expect((await ask('DELETE', `${POST}/${added.body.id}`, li)).status).toBe(200);
    expect((await ask<PushState>('GET', '/api/push', li)).body.phones).toEqual([]);
    const written = access.audit.read({ limit: 9 }).map(({ kind, by, detail }) => [kind, by, detail['phone']]);
    expect(written).toEqual([
      ['phone_removed', 'na.li', 'Chrome · Android'],
      ['phone_added', 'na.li', 'Chrome · Android'],
    ]);
  });

  test('neither sees nor touches anybody else’s', async () => {
    const { ask, cookie } = await bench();
    const [li, zhang] = [await cookie('na.li', 'li'), await cookie('zhang', 'zhang')];
    const { id } = (await ask<Phone>('POST', POST, li, body())).body;
    expect((await ask<PushState>('GET', '/api/push', zhang)).body.phones).toEqual([]);
    expect((await ask('DELETE', `${POST}/${id}`, zhang)).status).toBe(404);
    expect((await ask('POST', `${POST}/${id}/test`, zhang)).status).toBe(404);
    const named = await ask('POST', POST, zhang, body(PUSH_PATH, { responder: 'li' }));
    expect([named.status, named.body.error.code]).toEqual([403, 'NOT_ALLOWED']);
    expect((await ask('GET', '/api/push?responder=li', zhang)).status).toBe(403);
    expect(standIns.calls('push-service')).toEqual([]);
  });

  test('reads that the push service has ended it, and the phone is on the list no more', async () => {
    const { ask, cookie } = await bench();
    const li = await cookie('na.li', 'li');
    const { id } = (await ask<Phone>('POST', POST, li, body(GONE_PATH))).body;
    expect((await ask('POST', `${POST}/${id}/test`, li)).body).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/410.*taken off the list/),
    });
    expect((await ask<PushState>('GET', '/api/push', li)).body.phones).toMatchObject([{ id, state: 'gone' }]);
    const renewed = await ask('POST', POST, li, body(GONE_PATH, { renew: true }));
    expect(renewed).toMatchObject({ status: 422, body: { error: { code: 'PHONE_REFUSED', details: ['gone'] } } });
  });

  test.each(['throttled', 'outage'] as const)('reads what went wrong when the push service is %s', async (mood) => {
    const { ask, cookie } = await bench();
    const li = await cookie('na.li', 'li');
    const { id } = (await ask<Phone>('POST', POST, li, body())).body;
    standIns.misbehave('push-service', mood);
    expect((await ask('POST', `${POST}/${id}/test`, li)).body).toMatchObject({
      outcome: 'retry',
      reason: expect.stringMatching(/HTTP (429|503)/),
    });
    expect((await ask<PushState>('GET', '/api/push', li)).body.phones).toMatchObject([{ id, state: 'on' }]);
  });

  test('whose session is ended elsewhere is paged there no more', async () => {
    const { ask, cookie, access } = await bench();
    const li = await cookie('na.li', 'li');
    const { id } = (await ask<Phone>('POST', POST, li, body())).body;
    access.sessions.endAll('na.li', 'root');
    const again = await cookie('na.li', 'li');
    expect((await ask<PushState>('GET', '/api/push', again)).body.phones).toEqual([]);
    await ask('POST', `${POST}/${id}/test`, again);
    expect(standIns.calls('push-service')).toEqual([]);
  });
});

test('an account that is nobody of the registry is told so, and a machine has no phone', async () => {
  const { ask, cookie } = await bench();
  const desk = await cookie('desk', null);
  expect((await ask<PushState>('GET', '/api/push', desk)).body).toMatchObject({ person: null, phones: [] });
  const machine = { authorization: `Bearer ${MASTER_TOKEN}` };
  for (const who of [desk, machine, await cookie('old', 'left-long-ago')]) {
    const refused = await ask('POST', POST, who, body());
    expect([refused.status, refused.body.error.code]).toEqual([403, 'NOT_ALLOWED']);
  }
});

test('in the demo, where nobody signs in, the phone is whoever’s is named', async () => {
  const { ask } = await bench({ demo: true });
  const { id } = (await ask<Phone>('POST', POST, {}, body(PUSH_PATH, { responder: 'zhang' }))).body;
  expect((await ask<PushState>('GET', '/api/push?responder=zhang', {})).body.phones).toMatchObject([{ id }]);
  expect((await ask('POST', `${POST}/${id}/test?responder=zhang`, {})).body).toMatchObject({ outcome: 'accepted' });
  expect((await ask('POST', POST, {}, body())).status).toBe(403);
});

describe('what is no subscription of a browser', () => {
  test.each([
    'http://127.0.0.1:7070/api/x',
    'https://127.0.0.1/x',
    'https://192.168.1.1/x',
    'https://[::1]/x',
    'https://2130706433/x',
    'https://user:secret@push.example/x',
    'https://push.example:22/x',
    'http://push.example/x',
  ])('%s is no push service', async (endpoint) => {
    const { ask, cookie, store } = await bench({ allowed: false });
    const { subscription } = body();
    const refused = await ask('POST', POST, await cookie('na.li', 'li'), {
      subscription: { ...subscription, endpoint },
    });
    expect([refused.status, refused.body.error.code]).toEqual([422, 'PHONE_REFUSED']);
    expect(JSON.stringify(refused.body)).not.toContain('secret');
    expect(store.all()).toEqual([]);
  });

  test.each([
    ['an endpoint of another scheme', { endpoint: 'file:///etc/passwd' }],
    ['an endpoint without end', { endpoint: `https://push.example/${'x'.repeat(1_000)}` }],
    ['a short key', { keys: { p256dh: 'BAAA', auth: BROWSER.auth } }],
    ['a secret of another length', { keys: { p256dh: BROWSER.p256dh, auth: 'AAAA' } }],
  ])('%s is an invalid request', async (_, over) => {
    const { ask, cookie } = await bench();
    const { subscription } = body();
    const refused = await ask('POST', POST, await cookie('na.li', 'li'), {
      subscription: { ...subscription, ...over },
    });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'INVALID_REQUEST']);
  });
});

test('whoever presses the button again and again is told when to come back', async () => {
  const { ask, cookie, clock } = await bench();
  const li = await cookie('na.li', 'li');
  const { id } = (await ask<Phone>('POST', POST, li, body())).body;
  const press = () => ask('POST', `${POST}/${id}/test`, li);
  for (let n = 0; n < 3; n += 1) expect((await press()).status).toBe(200);
  const later = await press();
  expect([later.status, later.headers['retry-after']]).toEqual([429, '5']);
  expect(standIns.taken('push-service')).toHaveLength(3);
  clock.advance(5_000);
  expect((await press()).status).toBe(200);
});

test('a page that subscribes in a loop is slowed down', async () => {
  const { ask, cookie } = await bench();
  const li = await cookie('na.li', 'li');
  for (let n = 0; n < 10; n += 1) expect((await ask('POST', POST, li, body())).status).toBe(200);
  expect((await ask('POST', POST, li, body())).status).toBe(429);
});
