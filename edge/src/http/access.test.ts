import { ACTIONS, ErrorBody, ROLES, type Role, VERBS, WhoAmI } from '@keepsite/edge-contract';
import { get as httpGet } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { actionsOf, DEMO } from '../access/roles.ts';
import { cookieOf, createAccessBench, MASTER_TOKEN, PASSWORD } from '../testing/access-bench.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createHttpBench, incidentOf } from '../testing/http-bench.ts';
import type { ScalableClock } from '../ports.ts';

const HOST = { host: 'edge.example' };
const MASTER = { authorization: `Bearer ${MASTER_TOKEN}` };
const ORDER = { commandId: 'order-0001' };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function bench(over: Parameters<typeof createHttpBench>[0] = {}) {
  const door = createAccessBench();
  const settings = { demo: false, ...over.settings };
  const house = await createHttpBench({ parts: { access: door.access, ...over.parts }, settings });
  closing.push(() => house.api.close());
  house.disk.incidents.set('inc-1', incidentOf('inc-1', 5));
  const ask = (method: string, url: string, headers: Record<string, string> = {}, payload?: object) =>
    house.api.inject({
      method: method as 'GET',
      url,
      headers: { ...HOST, ...headers },
      ...(payload && { payload }),
    });
  const roleCookie = async (role: Role) => ({
    cookie: cookieOf(door.access, await door.addAccount(`a-${role}`, role)),
  });
  return { ...door, ...house, ask, roleCookie };
}

/** What each route asks for, as it was agreed; kept by hand, so that a slip in a route or in the roles shows. */
const EVERYBODY = ROLES;
const ACTING: readonly Role[] = ['crew', 'dispatcher', 'supervisor', 'admin'];
const LEADING: readonly Role[] = ['dispatcher', 'supervisor', 'admin'];
const INSTALLING: readonly Role[] = ['installer', 'admin'];
const LOOKING: readonly Role[] = ['supervisor', 'installer', 'admin'];
const ADMIN: readonly Role[] = ['admin'];
const MANAGING: readonly Role[] = ['supervisor', 'admin'];
const POLICY: Readonly<Record<string, readonly Role[] | 'open'>> = {
  'GET /api/maintenance': EVERYBODY,
  'POST /api/maintenance': MANAGING,
  'POST /api/maintenance/:id/end': MANAGING,
  'POST /api/maintenance/:id/extend': MANAGING,
  'POST /api/drills': MANAGING,
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': ADMIN,
  'GET /openapi.json': EVERYBODY,
  'GET /api/whoami': EVERYBODY,
  'GET /api/session': 'open',
  'POST /api/session': 'open',
  'DELETE /api/session': EVERYBODY,
  'POST /api/session/code': 'open',
  'POST /api/session/screen': 'open',
  'POST /api/setup': 'open',
  'PUT /api/password': EVERYBODY,
  'GET /api/sessions': EVERYBODY,
  'DELETE /api/sessions/:id': EVERYBODY,
  'GET /api/accounts': ADMIN,
  'POST /api/accounts': ADMIN,
  'PATCH /api/accounts/:name': ADMIN,
  'POST /api/accounts/:name/code': ADMIN,
  'GET /api/accounts/:name/sessions': ADMIN,
  'DELETE /api/accounts/:name/sessions': ADMIN,
  'GET /api/audit': ADMIN,
  'GET /api/registry': EVERYBODY,
  'GET /api/places': EVERYBODY,
  'GET /api/devices': EVERYBODY,
  'GET /api/readings': EVERYBODY,
  'GET /api/readings/course': EVERYBODY,
  'GET /api/devices/:device/latest': EVERYBODY,
  'GET /api/energy': EVERYBODY,
  'GET /api/energy/daily': EVERYBODY,
  'GET /api/incidents': EVERYBODY,
  'GET /api/incidents/:id': EVERYBODY,
  'GET /api/incidents/:id/events': EVERYBODY,
  'GET /api/incidents/:id/export.json': EVERYBODY,
  'GET /api/incidents/:id/export.csv': EVERYBODY,
  'GET /api/events': EVERYBODY,
  'POST /api/incidents': [...ACTING, 'installer'],
  'POST /api/incidents/:id/acknowledge': ACTING,
  'POST /api/incidents/:id/arrive': ACTING,
  'POST /api/incidents/:id/resolve': ACTING,
  'POST /api/incidents/:id/close': ACTING,
  'POST /api/incidents/:id/note': ACTING,
  'POST /api/incidents/:id/release': ACTING,
  'POST /api/incidents/:id/cancel': LEADING,
  'POST /api/incidents/:id/handover': ACTING,
  'POST /api/incidents/:id/escalate': ACTING,
  'POST /api/incidents/:id/photos': ACTING,
  'GET /api/incidents/:id/photos/:sha256': EVERYBODY,
  'GET /l/:token': 'open',
  'GET /r/:token': 'open',
  'GET /a/:code': 'open',
  'GET /api/links/:token': 'open',
  'GET /api/links/:token/photos/:sha256': 'open',
  'POST /api/links/:token/photos': 'open',
  ...Object.fromEntries(VERBS.map((verb) => [`POST /api/links/:token/${verb}`, 'open'] as const)),
  'GET /o/:token': 'open',
  'GET /api/order-links/:token': 'open',
  'POST /api/order-links/:token/confirm_order': 'open',
  'POST /api/order-links/:token/decline': 'open',
  'POST /api/order-links/:token/receive_order': 'open',
  'GET /api/codes': ['supervisor', 'installer', 'admin'],
  'GET /api/codes/sheet': ['supervisor', 'installer', 'admin'],
  'GET /api/codes/:code': EVERYBODY,
  'GET /api/assets/:id/code': ['supervisor', 'installer', 'admin'],
  'GET /api/assets/:id/code.svg': ['supervisor', 'installer', 'admin'],
  'POST /api/assets/:id/code': INSTALLING,
  'POST /api/incidents/:id/dispatch': ACTING,
  'POST /api/incidents/:id/approve': ['supervisor', 'admin'],
  'POST /api/incidents/:id/decline': ['supervisor', 'admin'],
  'POST /api/incidents/:id/confirm_order': ACTING,
  'POST /api/incidents/:id/receive_order': ACTING,
  'POST /api/incidents/:id/call_off_order': LEADING,
  'POST /api/incidents/:id/arrange': ACTING,
  'POST /api/repairs': [...ACTING, 'installer'],
  'GET /api/repairs/:id/reporters': ACTING,
  'DELETE /api/repairs/:id/reporters': MANAGING,
  'GET /api/repairs/places/:asset/link': [...LEADING, 'installer'],
  'GET /api/repairs/places/:asset/code.svg': [...LEADING, 'installer'],
  'GET /api/repairs/places/:token/form': 'open',
  'POST /api/repairs/places/:token': 'open',
  'GET /api/repairs/progress/:token': 'open',
  'POST /api/repairs/progress/:token/photos': 'open',
  'GET /api/channels': LOOKING,
  'POST /api/channels/:name/test': LOOKING,
  'GET /api/push': EVERYBODY,
  'POST /api/push/phones': EVERYBODY,
  'DELETE /api/push/phones/:id': EVERYBODY,
  'POST /api/push/phones/:id/test': EVERYBODY,
  'GET /api/on-call': EVERYBODY,
  'GET /api/rosters/:roster': EVERYBODY,
  'GET /api/response': EVERYBODY,
  'POST /api/rosters/:roster/changes': LEADING,
  'DELETE /api/rosters/:roster/changes/:change': LEADING,
  'GET /api/outbox': [...LEADING, 'installer'],
  'GET /api/discovered': LOOKING,
  'GET /api/mappings': LOOKING,
  'GET /api/quarantine': LOOKING,
  'GET /api/quarantine/groups': LOOKING,
  'POST /api/discovered/adopt': INSTALLING,
  'POST /api/devices/move': INSTALLING,
  'POST /api/devices/release': INSTALLING,
  'PUT /api/mappings/:name': INSTALLING,
  'DELETE /api/mappings/:name': INSTALLING,
  'POST /api/mappings/preview': INSTALLING,
  'POST /api/quarantine/retry': INSTALLING,
  'GET /api/credentials': INSTALLING,
  'POST /api/credentials': ADMIN,
  'POST /api/credentials/:name/revoke': ADMIN,
  'GET /api/demo/clock': EVERYBODY,
  'POST /api/demo/clock': ADMIN,
};

describe('every route', () => {
  const scalable = { now: () => 0, scale: 1, offsetMs: 0, setScale: () => undefined } as unknown as ScalableClock;

  test('says what it asks for, and asks for no more and no less than was agreed', async () => {
    const { api } = await bench({ parts: { scalable } });
    const routes = api.routePolicies.filter(({ method }) => method !== 'HEAD');
    expect(routes.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(Object.keys(POLICY).toSorted());
  });

  test('lets in exactly the roles that were agreed, by GET, HEAD and every other verb, and nobody who is not signed in', async () => {
    const { api, ask, roleCookie } = await bench({ parts: { scalable, feed: deafFeed() } });
    const cookies = new Map<Role, Record<string, string>>();
    for (const role of ROLES) cookies.set(role, await roleCookie(role));
    const wrong: string[] = [];
    for (const { method, url } of api.routePolicies) {
      const agreed = POLICY[`${method === 'HEAD' ? 'GET' : method} ${url}`] ?? [];
      const path = url.replaceAll(/:\w+/g, 'x');
      // What is refused is decided before anybody looks at the body.
      if (agreed !== 'open' && (await ask(method, path)).statusCode !== 401) wrong.push(`nobody ${method} ${url}`);
      for (const [role, cookie] of cookies) {
        if (method === 'DELETE' && url === '/api/session') continue;
        const { statusCode } = await ask(method, path, cookie);
        const isIn = statusCode !== 401 && statusCode !== 403;
        const shouldBe = agreed === 'open' || agreed.includes(role);
        // Signing in with nothing is a 400, so an open route is never a 401 here.
        if (isIn !== shouldBe) wrong.push(`${role} ${method} ${url}: ${statusCode}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    '//api/accounts',
    '/api//accounts',
    '/api%2Faccounts',
    '/%61pi/accounts',
    '/API/accounts',
    '/api/accounts/',
    '/api/./accounts',
    '/api/x/../accounts',
    '/api/accounts;x=1',
    '/api/accounts%3Fx',
    '/metrics/',
    '//metrics',
    '/%6detrics',
  ])('%s is no way around', async (url) => {
    const { ask, roleCookie } = await bench();
    const cookie = await roleCookie('viewer');
    for (const headers of [{}, cookie]) {
      const answer = await ask('GET', url, headers);
      expect([401, 403, 404]).toContain(answer.statusCode);
      expect(answer.body).not.toContain('a-viewer');
      expect(answer.body).not.toContain('keepsite_edge_');
      const write = await ask('POST', url, headers, { name: 'x' });
      expect([401, 403, 404]).toContain(write.statusCode);
    }
  });

  test('that somebody may not take is written down once a minute for whoever tries it', async () => {
    const { ask, roleCookie, access } = await bench();
    const cookie = await roleCookie('viewer');
    for (const url of ['/api/accounts', '/api/accounts', '/api/audit']) await ask('GET', url, cookie);
    const tried = access.audit.read({ limit: 99 }).filter(({ kind }) => kind === 'not_allowed');
    expect(tried.map(({ by, detail }) => [by, detail['action']])).toEqual([
      ['a-viewer', 'audit.read'],
      ['a-viewer', 'account.manage'],
    ]);
  });

  test('that forgets to say what it asks for keeps the edge from starting', async () => {
    const { requirePolicies } = await import('./policy.ts');
    const { default: Fastify } = await import('fastify');
    const api = Fastify();
    const check = requirePolicies(api);
    api.get('/forgotten', () => 'all of it');
    await api.ready();
    expect(check).toThrow('GET /forgotten');
  });

  test('is open to everybody in the demo, which has no accounts at all', async () => {
    const { api } = await createHttpBench();
    closing.push(() => api.close());
    const ask = (url: string) => api.inject({ url, headers: { host: 'localhost:7070' } });
    expect(WhoAmI.parse((await ask('/api/whoami')).json()).user).toEqual({
      id: 'demo',
      name: 'Demo',
      roles: [...ROLES],
      client: null,
      account: null,
      responder: null,
      may: [...ACTIONS],
    });
    expect((await ask('/api/quarantine')).statusCode).toBe(200);
    expect((await ask('/api/accounts')).statusCode).toBe(404);
    expect(actionsOf(DEMO)).toEqual([...ACTIONS]);
  });
});

describe('a machine', () => {
  test('shows the token of the configuration and has every right', async () => {
    const { ask } = await bench();
    expect((await ask('GET', '/api/incidents', MASTER)).statusCode).toBe(200);
    expect((await ask('GET', '/api/incidents', { authorization: `Bearer ${MASTER_TOKEN}x` })).statusCode).toBe(401);
    expect((await ask('GET', '/api/incidents', { authorization: 'Basic eDp4' })).statusCode).toBe(401);
    expect(WhoAmI.parse((await ask('GET', '/api/whoami', MASTER)).json()).user).toMatchObject({
      id: 'api',
      roles: ['admin'],
      account: null,
    });
    expect((await ask('GET', '/api/sessions', MASTER)).statusCode).toBe(403);
  });

  test('with a viewer’s token reads the facility and the numbers, and changes nothing', async () => {
    const { ask, access } = await bench();
    const shown = { authorization: `Bearer ${access.tokens.issue({ name: 'grafana', role: 'viewer' }, 'box')}` };
    expect((await ask('GET', '/metrics', shown)).statusCode).toBe(200);
    expect((await ask('GET', '/api/incidents', shown)).statusCode).toBe(200);
    expect((await ask('POST', '/api/incidents/inc-1/acknowledge', shown, ORDER)).statusCode).toBe(403);
    access.tokens.revoke('grafana', 'box');
    expect((await ask('GET', '/metrics', shown)).statusCode).toBe(401);
  });

  test('that is a screen on a wall keeps a viewer’s token as its cookie, and no other', async () => {
    const { ask, access } = await bench();
    const screen = (token: string) => ask('POST', '/api/session/screen', {}, { token });
    const token = access.tokens.issue({ name: 'lobby', role: 'viewer' }, 'box');
    for (const other of [MASTER_TOKEN, access.tokens.issue({ name: 'bot', role: 'crew' }, 'box'), 'guess']) {
      expect((await screen(other)).json()).toMatchObject({ error: { code: 'SIGN_IN_REFUSED' } });
      expect((await ask('GET', '/api/whoami', { cookie: `keepsite=${other}` })).statusCode).toBe(401);
    }
    const cookie = { cookie: String((await screen(token)).headers['set-cookie']).split(';')[0] ?? '' };
    expect((await ask('GET', '/api/incidents', cookie)).statusCode).toBe(200);
    expect((await ask('POST', '/api/incidents/inc-1/acknowledge', cookie, ORDER)).statusCode).toBe(403);
    access.tokens.revoke('lobby', 'box');
    expect((await ask('GET', '/api/incidents', cookie)).statusCode).toBe(401);
  });

  test('must say in whose name it acts', async () => {
    const { ask, orders } = await bench();
    const url = '/api/incidents/inc-1/acknowledge';
    expect((await ask('POST', url, MASTER, ORDER)).statusCode).toBe(400);
    expect((await ask('POST', url, MASTER, { ...ORDER, responder: 'zhang' })).statusCode).toBe(200);
    expect(orders.map(({ responder }) => responder)).toEqual(['zhang']);
  });

  test('gains nothing on a foreign page, nor does a person', async () => {
    const { ask, roleCookie, orders } = await bench();
    const foreign = { origin: 'http://127.0.0.1:7080' };
    for (const shown of [MASTER, await roleCookie('admin')]) {
      const answer = await ask('POST', '/api/incidents/inc-1/acknowledge', { ...shown, ...foreign }, ORDER);
      expect(answer.statusCode).toBe(403);
    }
    expect(orders).toEqual([]);
  });
});

describe('signing in', () => {
  test('sets a cookie that no script reads and no foreign page sends, and signing out takes it away', async () => {
    const { ask, addAccount } = await bench();
    await addAccount('li', 'crew', { displayName: '李娜', responder: 'li' });
    const entered = await ask('POST', '/api/session', {}, { name: ' LI ', password: PASSWORD });
    expect(entered.json()).toEqual({ edge: 'edge-1', signedIn: true, setupNeeded: true });
    const set = String(entered.headers['set-cookie']);
    expect(set).toMatch(/^keepsite=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=7776000$/);
    const cookie = { cookie: `other=1; ${set.split(';')[0]}` };
    const who = await ask('GET', '/api/whoami', cookie);
    expect(who.headers['cache-control']).toBe('no-store');
    expect(WhoAmI.parse(who.json()).user).toMatchObject({
      id: 'li',
      name: '李娜',
      roles: ['crew'],
      account: 'li',
      responder: 'li',
      may: expect.arrayContaining(['facility.read', 'incident.acknowledge']),
    });
    const out = await ask('DELETE', '/api/session', cookie);
    expect(out.headers['set-cookie']).toContain('Max-Age=0');
    expect((await ask('GET', '/api/whoami', cookie)).statusCode).toBe(401);
    expect((await ask('GET', '/api/session', cookie)).json()).toMatchObject({ signedIn: false });
  });

  test('behind a proxy that is trusted by address, HTTPS makes the cookie one of this host alone', async () => {
    const { ask, addAccount, access } = await bench({ settings: { trustedProxies: ['127.0.0.1'] } });
    await addAccount('li', 'crew');
    const https = {
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'keep.example',
    };
    const body = { name: 'li', password: PASSWORD };
    const entered = await ask('POST', '/api/session', { ...https, origin: 'https://keep.example' }, body);
    const set = String(entered.headers['set-cookie']);
    expect(set).toMatch(/^__Host-keepsite=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
    expect(access.sessions.of('li')).toMatchObject([{ address: '203.0.113.9' }]);
    const cookie = set.split(';')[0] ?? '';
    expect((await ask('GET', '/api/whoami', { ...https, cookie })).statusCode).toBe(200);
    // A cookie that a neighbour could have set counts for nothing over HTTPS.
    const plain = cookie.replace('__Host-', '');
    expect((await ask('GET', '/api/whoami', { ...https, cookie: plain })).statusCode).toBe(401);
  });

  test('again in the same browser ends the session before', async () => {
    const { ask, access, addAccount } = await bench();
    const before = { cookie: cookieOf(access, await addAccount('li', 'crew')) };
    await ask('POST', '/api/session', before, { name: 'li', password: PASSWORD });
    expect((await ask('GET', '/api/whoami', before)).statusCode).toBe(401);
    expect(access.sessions.of('li')).toHaveLength(1);
  });

  test('what a client says of itself is not believed without such a proxy', async () => {
    const { ask, addAccount, access } = await bench();
    await addAccount('li', 'crew');
    const lies = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
    const entered = await ask('POST', '/api/session', lies, { name: 'li', password: PASSWORD });
    expect(String(entered.headers['set-cookie'])).toMatch(/^keepsite=/);
    expect(access.sessions.of('li')).toMatchObject([{ address: '127.0.0.1' }]);
  });

  test('a wrong password and an unknown name get the same answer to the letter', async () => {
    const { ask, addAccount } = await bench();
    await addAccount('li', 'crew');
    const [wrong, unknown] = [
      await ask('POST', '/api/session', {}, { name: 'li', password: 'a guess' }),
      await ask('POST', '/api/session', {}, { name: 'nobody', password: 'a guess' }),
    ];
    expect([unknown.statusCode, unknown.body]).toEqual([wrong.statusCode, wrong.body]);
    expect([wrong.statusCode, wrong.json<ErrorBody>().error.code]).toEqual([401, 'SIGN_IN_REFUSED']);
    expect(wrong.headers).not.toHaveProperty('set-cookie');
  });

  test('too many tries are told when to come back', async () => {
    const { ask } = await bench();
    const guess = () => ask('POST', '/api/session', {}, { name: 'li', password: 'a guess' });
    for (let i = 0; i < 5; i += 1) await guess();
    const later = await guess();
    expect([later.statusCode, later.headers['retry-after']]).toEqual([429, '1']);
  });

  test('only JSON of known fields is understood; what poisons prototypes is refused', async () => {
    const { api, ask, roleCookie } = await bench();
    const headers = { ...HOST, 'content-type': 'text/plain' };
    const payload = JSON.stringify({ name: 'li', password: PASSWORD });
    expect((await api.inject({ method: 'POST', url: '/api/session', headers, payload })).statusCode).toBe(415);
    const admin = await roleCookie('admin');
    const bodies = [
      '{"__proto__":{"role":"admin"},"name":"evil","displayName":"x","role":"viewer"}',
      '{"constructor":{"prototype":{"role":"admin"}},"name":"evil","displayName":"x","role":"viewer"}',
      '{"name":"__proto__","displayName":"x","role":"viewer"}',
      '{"name":"evil","displayName":"x","role":"__proto__"}',
      '{"name":"evil","displayName":"x","role":"constructor"}',
      '{"name":"evil","displayName":"x","role":"viewer","passwordHash":"x"}',
    ];
    for (const body of bodies) {
      const json = { ...HOST, ...admin, 'content-type': 'application/json' };
      const answer = await api.inject({ method: 'POST', url: '/api/accounts', headers: json, payload: body });
      expect(answer.statusCode, body).toBe(400);
    }
    expect(({} as { role?: string }).role).toBeUndefined();
    expect((await ask('GET', '/api/accounts', admin)).json<{ items: object[] }>().items).toHaveLength(1);
  });
});

describe('acting', () => {
  const url = '/api/incidents/inc-1/acknowledge';

  test('a crew member acts as the person that the account belongs to, and as nobody else', async () => {
    const { ask, access, addAccount, orders } = await bench();
    const cookie = { cookie: cookieOf(access, await addAccount('na.li', 'crew', { responder: 'li' })) };
    expect((await ask('POST', url, cookie, ORDER)).statusCode).toBe(200);
    expect((await ask('POST', url, cookie, { ...ORDER, responder: 'li' })).statusCode).toBe(200);
    const refused = await ask('POST', url, cookie, { ...ORDER, responder: 'zhang' });
    expect([refused.statusCode, refused.json<ErrorBody>().error.code]).toEqual([403, 'NOT_ALLOWED']);
    const report = { commandId: 'report-0001', asset: 'lift-3', fault: 'entrapment', reporter: 'zhang' };
    expect((await ask('POST', '/api/incidents', cookie, report)).statusCode).toBe(403);
    expect((await ask('POST', '/api/incidents', cookie, { ...report, reporter: undefined })).statusCode).toBe(200);
    expect(orders.map(({ responder }) => responder)).toEqual(['li', 'li']);
  });

  test('a dispatcher may act for others, and that is written down', async () => {
    const { ask, access, addAccount, orders } = await bench();
    const cookie = { cookie: cookieOf(access, await addAccount('desk', 'dispatcher')) };
    await ask('POST', url, cookie, { ...ORDER, responder: 'zhang' });
    await ask('POST', url, cookie, ORDER);
    expect(orders.map(({ responder }) => responder)).toEqual(['zhang', 'desk']);
    expect(access.audit.read({ limit: 9 })).toMatchObject([
      {
        kind: 'acted_for_another',
        by: 'desk',
        detail: { incident: 'inc-1', verb: 'acknowledge', responder: 'zhang' },
      },
    ]);
  });

  test.each(['approve', 'decline'] as const)(
    'a supervisor may act for others, and %s only in his own name',
    async (verb) => {
      const { ask, access, addAccount, orders } = await bench();
      const cookie = { cookie: cookieOf(access, await addAccount('boss', 'supervisor', { responder: 'wang' })) };
      const order = { ...ORDER, order: 'inc-1.order.1.0' };
      expect(
        (await ask('POST', `/api/incidents/inc-1/${verb}`, cookie, { ...order, responder: 'chen' })).statusCode,
      ).toBe(403);
      expect((await ask('POST', `/api/incidents/inc-1/${verb}`, cookie, order)).statusCode).toBe(200);
      expect(orders.map(({ responder }) => responder)).toEqual(['wang']);
      expect(access.audit.read({ limit: 9 })).toEqual([]);
    },
  );

  test('there is a route for every verb', async () => {
    const { api } = await bench();
    for (const verb of VERBS)
      expect(api.routePolicies).toContainEqual({
        method: 'POST',
        url: `/api/incidents/:id/${verb}`,
        action: `incident.${verb}`,
      });
  });
});

describe('an admin', () => {
  const LI = { name: 'li', displayName: '李娜', role: 'crew', responder: 'li' };

  test('adds an account whose code lets the person in, changes it, resets it, and reads what was done', async () => {
    const { ask, roleCookie } = await bench();
    const admin = await roleCookie('admin');
    const added = await ask('POST', '/api/accounts', admin, LI);
    const { code } = added.json<{ code: { code: string } }>().code;
    const redeemed = await ask('POST', '/api/session/code', {}, { name: 'li', code, password: PASSWORD });
    expect(redeemed.statusCode).toBe(200);
    const phone = { cookie: String(redeemed.headers['set-cookie']).split(';')[0] ?? '' };
    expect((await ask('GET', '/api/accounts/li/sessions', admin)).json()).toMatchObject({
      items: [{ current: false }],
    });
    expect((await ask('GET', '/api/sessions', phone)).json()).toMatchObject({ items: [{ current: true }] });

    const changed = await ask('PATCH', '/api/accounts/li', admin, { role: 'dispatcher' });
    expect(changed.json()).toMatchObject({ name: 'li', role: 'dispatcher', displayName: '李娜', sessions: 1 });
    expect((await ask('POST', '/api/incidents/inc-1/escalate', phone, ORDER)).statusCode).toBe(200);

    expect((await ask('POST', '/api/accounts/li/code', admin)).json()).toMatchObject({ name: 'li' });
    expect((await ask('GET', '/api/whoami', phone)).statusCode).toBe(401);
    const { items } = (await ask('GET', '/api/audit?limit=4', admin)).json<{ items: { kind: string; by: string }[] }>();
    expect(items.map(({ kind, by }) => [kind, by])).toEqual([
      ['code_issued', 'a-admin'],
      ['session_ended', 'a-admin'],
      ['role_changed', 'a-admin'],
      ['signed_in', 'li'],
    ]);
  });

  test('a name with line breaks, control characters or a way to fake a log line is refused', async () => {
    const { ask, roleCookie, lines } = await bench();
    const admin = await roleCookie('admin');
    const evil = ['a\nb', 'a b', 'Ω', '-x', 'x\u{1b}[31m', 'x'.repeat(65), ''];
    for (const name of evil)
      expect((await ask('POST', '/api/accounts', admin, { ...LI, name })).statusCode, name).toBe(400);
    for (const displayName of ['a\nb', 'a\u{1b}[2J', 'a\u{202e}b', '\u{2028}', ' '])
      expect((await ask('POST', '/api/accounts', admin, { ...LI, displayName })).statusCode).toBe(400);
    await ask('POST', '/api/session', {}, { name: 'x\n{"level":60}', password: 'hunter2\u{1b}[2J' });
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|level/);
  });

  test('of a weak password it is told what is wrong, once the code is right', async () => {
    const { ask, access } = await bench();
    const { code } = access.accounts.add({ ...LI, role: 'crew' }, 'box').code;
    const choose = (password: string, typed = code) =>
      ask('POST', '/api/session/code', {}, { name: 'li', code: typed, password });
    expect((await choose('short')).json()).toMatchObject({ error: { code: 'PASSWORD_WEAK', details: ['too_short'] } });
    expect((await choose('short', 'WRONG')).json()).toMatchObject({ error: { code: 'SIGN_IN_REFUSED' } });
  });
});

test('on a stolen phone the next request is a 401 and the stream is closed, and nobody else’s is', async () => {
  const { api, access, addAccount } = await bench({ parts: { clock: createFakeClock() } });
  const [thief, owner] = [await addAccount('li', 'crew'), await addAccount('wang', 'crew')];
  await api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.server.address() as AddressInfo;
  const listen = (cookie: string) =>
    new Promise<{ ended: Promise<void>; isOpen: () => boolean }>((resolve, reject) => {
      httpGet({ port, path: '/api/events', headers: { cookie } }, (response) => {
        const ended = new Promise<void>((end) => response.once('close', end));
        response.once('error', () => undefined);
        response.once('data', () => resolve({ ended, isOpen: () => !response.closed }));
        response.resume();
      }).once('error', reject);
    });
  const stolen = cookieOf(access, thief);
  const [phone, other] = [await listen(stolen), await listen(cookieOf(access, owner))];
  access.sessions.endAll('li', 'root');
  expect((await fetch(`http://127.0.0.1:${port}/api/whoami`, { headers: { cookie: stolen } })).status).toBe(401);
  await phone.ended;
  expect(other.isOpen()).toBe(true);
});

/** A stream would never end, and nobody in the matrix listens to it. */
function deafFeed() {
  const nothing = () => undefined;
  const feed = {
    incident: nothing,
    readings: nothing,
    quarantine: nothing,
    heartbeat: nothing,
    listen: nothing,
    maintenance: nothing,
  };
  return { ...feed, full: true, leave: nothing, listeners: 0, stop: nothing };
}
