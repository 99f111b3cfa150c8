import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, test, vi } from 'vitest';
import { createAccess } from '../access/access.ts';
import { createSystemClock } from '../adapters/system-clock.ts';
import { openAccounts } from '../stores.ts';
import { loadConfig } from '../config.ts';
import { createCommandHome, runEdgeCommand as run } from '../testing/command-line.ts';
import { withAccess } from './accounts.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

const REGISTRY = `
version: 1
sites: []
zones: []
assets: []
devices: []
people: [{ id: li, name: Li Na, addresses: [] }]
crews: []
plans: []
`;

beforeEach(() => {
  createCommandHome(REGISTRY, { KEEPSITE_DEMO: '0' });
});

const LI = ['--name', 'li', '--role', 'crew', '--responder', 'li', '--display-name', '李娜'];

test('on the box an account is added with a code, changed, reset, and its sessions are ended', async () => {
  const added = await run('accounts', 'add', ...LI);
  const code = /\b(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}\b/.exec(added.out)?.[0] ?? '';
  const phone = { address: '10.0.0.7', agent: 'phone' };
  const body = { name: 'li', code, password: 'vier Stühle am Fenster' };
  const file = openAccounts(loadConfig());
  const log = { info: () => undefined };
  const running = createAccess({ store: file, clock: createSystemClock(), people: () => [], master: null, log });
  const entered = await running.entry.redeem(body, phone);
  if (entered.outcome !== 'in') throw new Error(entered.outcome);
  const { token } = entered.session;

  expect((await run('accounts')).out).toMatch(/^li +李娜 +crew +li +ok +1 /m);
  expect((await run('accounts', 'sessions', 'li')).out).toMatch(/10\.0\.0\.7 +phone/);
  expect(await run('accounts', 'change', 'li', '--role', 'dispatcher')).toMatchObject({ out: 'li is dispatcher\n' });
  expect(running.sessions.who(token)?.role).toBe('dispatcher');
  expect(await run('accounts', 'revoke', 'li')).toMatchObject({ code: 0, out: '1 session of li ended\n' });
  expect(running.sessions.who(token)).toBeNull();
  expect((await run('accounts', 'reset', 'li')).out).toMatch(/^li chooses a password at \/welcome/);
  expect(await run('accounts', 'change', 'li', '--disable')).toMatchObject({ out: 'li is dispatcher, disabled\n' });
  const audit = await run('audit', '--limit', '3');
  expect(audit.out).toMatch(/account_disabled +box +li[\s\S]*code_issued +box +li[\s\S]*session_ended +box +li/);
  file.close();
});

test('a token is printed once, listed without itself, and revoked', async () => {
  const { out } = await run('tokens', 'issue', '--name', 'grafana', '--role', 'viewer');
  const token = out.trim();
  expect(withAccess(({ tokens }) => tokens.who(token))).toMatchObject({ name: 'grafana', role: 'viewer' });
  const listed = await run('tokens');
  expect(listed.out).toMatch(/^grafana +viewer .*never$/m);
  expect(listed.out).not.toContain(token);
  expect(await run('tokens', 'revoke', 'grafana')).toMatchObject({ code: 0 });
  expect(withAccess(({ tokens }) => tokens.who(token))).toBeNull();
});

test.each([
  [['accounts', 'add', '--name', 'x y', '--role', 'crew'], 'may hold letters'],
  [['accounts', 'add', '--name', 'li', '--role', 'king'], 'it is one of viewer'],
  [['accounts', 'add', '--name', 'boss', '--role', 'crew', '--responder', 'nobody'], 'no person nobody'],
  [['accounts', 'reset', 'nobody'], 'no account nobody'],
  [['accounts', 'revoke', 'nobody', 'x'], 'has ended already'],
  [['tokens', 'revoke', 'nobody'], 'no token nobody'],
])('%j is bad input, and is told why', async (args, why) => {
  expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(why) });
});

test('in the demo there are no accounts', async () => {
  vi.stubEnv('KEEPSITE_DEMO', '1');
  expect(await run('accounts')).toMatchObject({ code: 2, err: expect.stringContaining('KEEPSITE_DEMO=0') });
});

test('a command that asks the running edge needs no token of the configuration: the box makes one for itself', async () => {
  const shown: (string | undefined)[] = [];
  const edge = createServer((request, response) => {
    shown.push(request.headers.authorization);
    response.setHeader('content-type', 'application/json').end('{"items":[],"next":null,"total":0}');
  });
  await new Promise<void>((resolve) => edge.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('KEEPSITE_EDGE_HTTP_PORT', String((edge.address() as AddressInfo).port));
  try {
    expect(await run('discovered')).toMatchObject({ code: 0 });
    const token = shown[0]?.replace('Bearer ', '') ?? '';
    expect(withAccess(({ tokens }) => tokens.who(token))).toMatchObject({ kind: 'token', role: 'admin' });
    vi.stubEnv('KEEPSITE_API_TOKEN', 'a-token-of-sufficient-length');
    await run('discovered');
    expect(shown[1]).toBe('Bearer a-token-of-sufficient-length');
  } finally {
    edge.close();
  }
});
