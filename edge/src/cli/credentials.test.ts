import { readFileSync, rmSync } from 'node:fs';
import { connectAsync } from 'mqtt';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunningEdge } from '../compose.ts';
import { createTestAuthority } from '../testing/certificates.ts';
import { createCommandHome, runEdgeCommand } from '../testing/command-line.ts';
import type { EdgeHome } from '../testing/whole-edge.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

const GUARDED = { KEEPSITE_DEMO: '0', KEEPSITE_API_TOKEN: 'a-token-of-sufficient-length', KEEPSITE_CLOUD_URL: '' };
/** Not more often: who keeps trying is shut out for a while. */
const WAIT = { timeout: 10_000, interval: 700 } as const;

let home: EdgeHome;
beforeEach(() => {
  home = createCommandHome(undefined, GUARDED);
});

/** An edge that the command finds. */
async function start(): Promise<RunningEdge> {
  const edge = await home.start(GUARDED);
  vi.stubEnv('KEEPSITE_EDGE_HTTP_PORT', String(edge.port));
  return edge;
}

const run = (...words: string[]) => runEdgeCommand('credentials', ...words);

function secretIn(out: string): string {
  return /^password +(\S+)$/m.exec(out)?.[1] ?? '';
}

const METER = ['issue', '--device', 'meter-7', '--publish', 'shellies/meter-7/#'];

async function comesIn({ mqttPort }: RunningEdge, name: string, password: string): Promise<boolean> {
  const options = { clientId: name, username: name, password, reconnectPeriod: 0 };
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, options).catch(() => null);
  await client?.endAsync(true);
  return client !== null;
}

describe.each([
  ['of an edge that is asked', 'a-token-of-sufficient-length'],
  ['of an edge that sees its file change', ''],
])('credentials %s', (_, token) => {
  test('are issued with a secret that is told once, listed without it, and revoked', async () => {
    const edge = await start();
    vi.stubEnv('KEEPSITE_API_TOKEN', token);
    const issued = await run(...METER);
    expect(issued).toMatchObject({ code: 0, out: expect.stringMatching(/user name +meter-7[^]*shellies\/meter-7\/#/) });
    const secret = secretIn(issued.out);
    expect(secret).toMatch(/^[\w-]{43}$/);
    await vi.waitFor(async () => expect(await comesIn(edge, 'meter-7', secret)).toBe(true), WAIT);
    const listed = await run('list');
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/meter-7 +device +secret/) });
    expect(listed.out + (await run('list', '--json')).out).not.toContain(secret);
    expect(await run('revoke', 'meter-7')).toMatchObject({ code: 0, out: 'meter-7 is revoked\n' });
    await vi.waitFor(async () => expect(await comesIn(edge, 'meter-7', secret)).toBe(false), WAIT);
    expect(await run('revoke', 'meter-7')).toMatchObject({ code: 2, err: expect.stringContaining('meter-7') });
  });
});

test('while no edge runs its file is written, and the next start knows them', async () => {
  const issued = await run('issue', '--gateway', 'z2m', '--publish', 'zigbee2mqtt/#', 'homeassistant/#', '--no-retain');
  expect(issued).toMatchObject({ code: 0, err: expect.stringContaining('own file') });
  await run('issue', '--onboarding', 'site');
  const edge = await start();
  expect(await comesIn(edge, 'z2m', secretIn(issued.out))).toBe(true);
  expect(JSON.parse((await run('list', '--json')).out)).toMatchObject([
    { name: 'site', kind: 'onboarding', clientId: null },
    { name: 'z2m', kind: 'gateway', publish: ['zigbee2mqtt/#', 'homeassistant/#'], mayRetain: false },
  ]);
});

test('a key that was lost is said, and the passwords of before open nothing', async () => {
  const { out } = await run(...METER);
  rmSync(home.file('access.key'));
  expect((await run('list')).err).toContain('access.key was lost');
  const edge = await start();
  expect(await comesIn(edge, 'meter-7', secretIn(out))).toBe(false);
});

test('a certificate is read from its file, and no secret is made', async () => {
  const { cert, fingerprint } = await (await createTestAuthority()).issue('meter-7');
  home.write('meter-7.pem', cert);
  const { out } = await run(...METER, '--certificate', home.file('meter-7.pem'));
  expect(out).toContain(fingerprint);
  expect(out).not.toContain('password');
  expect(readFileSync(home.file('access.key'))).toHaveLength(32);
});

test.each([
  ['for nobody', ['issue', '--publish', 'a']],
  ['for two at once', ['issue', '--device', 'a', '--gateway', 'b', '--publish', 'a']],
  ['without topics, for a device that was never heard', ['issue', '--device', 'ghost']],
  ['with a filter that is none', ['issue', '--device', 'a', '--publish', 'a#']],
  ['with the broker’s own topics', ['issue', '--device', 'a', '--publish', '$SYS/#']],
  [
    'with a certificate that is not there',
    ['issue', '--device', 'a', '--publish', 'a', '--certificate', '/nowhere.pem'],
  ],
  [
    'with a client id and with any',
    ['issue', '--device', 'a', '--publish', 'a', '--client-id', 'x', '--any-client-id'],
  ],
])('%s is bad usage', async (_, args) => {
  expect((await run(...args)).code).toBe(2);
});
