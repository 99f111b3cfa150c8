import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RunningEdge, startEdge } from '../compose.ts';
import { loadConfig } from '../config.ts';
import { createTestAuthority } from '../testing/certificates.ts';
import { cli } from './main.ts';

const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** Not more often: who keeps trying is shut out for a while. */
const WAIT = { timeout: 10_000, interval: 700 } as const;

let folder: string;
let running: RunningEdge | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepsite-cli-credentials-'));
  mkdirSync(join(folder, 'edge'));
  vi.stubEnv('KEEPSITE_DEMO', '0');
  vi.stubEnv('KEEPSITE_API_TOKEN', 'a-token-of-sufficient-length');
  vi.stubEnv('KEEPSITE_DATA_DIR', folder);
  vi.stubEnv('KEEPSITE_EDGE_MQTT_PORT', '0');
  vi.stubEnv('KEEPSITE_EDGE_HTTP_PORT', '1');
});
afterEach(async () => {
  await running?.stop();
  running = null;
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** An edge that the command finds. */
async function start(): Promise<void> {
  vi.stubEnv('KEEPSITE_EDGE_HTTP_PORT', '0');
  running = await startEdge(loadConfig(), QUIET);
  vi.stubEnv('KEEPSITE_EDGE_HTTP_PORT', String(running.port));
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await cli(['credentials', ...args], {
    out: (text) => void (said.out += `${text}\n`),
    err: (text) => void (said.err += `${text}\n`),
  });
  return { code, ...said };
}

function secretIn(out: string): string {
  return /^password +(\S+)$/m.exec(out)?.[1] ?? '';
}

const METER = ['issue', '--device', 'meter-7', '--publish', 'shellies/meter-7/#'];

async function comesIn(name: string, password: string): Promise<boolean> {
  const options = { clientId: name, username: name, password, reconnectPeriod: 0 };
  const client = await connectAsync(`mqtt://127.0.0.1:${running?.mqttPort}`, options).catch(() => null);
  await client?.endAsync(true);
  return client !== null;
}

describe.each([
  ['of an edge that is asked', 'a-token-of-sufficient-length'],
  ['of an edge that sees its file change', ''],
])('credentials %s', (_, token) => {
  test('are issued with a secret that is told once, listed without it, and revoked', async () => {
    await start();
    vi.stubEnv('KEEPSITE_API_TOKEN', token);
    const issued = await run(...METER);
    expect(issued).toMatchObject({ code: 0, out: expect.stringMatching(/user name +meter-7[^]*shellies\/meter-7\/#/) });
    const secret = secretIn(issued.out);
    expect(secret).toMatch(/^[\w-]{43}$/);
    await vi.waitFor(async () => expect(await comesIn('meter-7', secret)).toBe(true), WAIT);
    const listed = await run('list');
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/meter-7 +device +secret/) });
    expect(listed.out + (await run('list', '--json')).out).not.toContain(secret);
    expect(await run('revoke', 'meter-7')).toMatchObject({ code: 0, out: 'meter-7 is revoked\n' });
    await vi.waitFor(async () => expect(await comesIn('meter-7', secret)).toBe(false), WAIT);
    expect(await run('revoke', 'meter-7')).toMatchObject({ code: 2, err: expect.stringContaining('meter-7') });
  });
});

test('while no edge runs its file is written, and the next start knows them', async () => {
  const issued = await run('issue', '--gateway', 'z2m', '--publish', 'zigbee2mqtt/#', 'homeassistant/#', '--no-retain');
  expect(issued).toMatchObject({ code: 0, err: expect.stringContaining('own file') });
  await run('issue', '--onboarding', 'site');
  await start();
  expect(await comesIn('z2m', secretIn(issued.out))).toBe(true);
  expect(JSON.parse((await run('list', '--json')).out)).toMatchObject([
    { name: 'site', kind: 'onboarding', clientId: null },
    { name: 'z2m', kind: 'gateway', publish: ['zigbee2mqtt/#', 'homeassistant/#'], mayRetain: false },
  ]);
});

test('a key that was lost is said, and the passwords of before open nothing', async () => {
  const { out } = await run(...METER);
  rmSync(join(folder, 'edge', 'access.key'));
  expect((await run('list')).err).toContain('access.key was lost');
  await start();
  expect(await comesIn('meter-7', secretIn(out))).toBe(false);
});

test('a certificate is read from its file, and no secret is made', async () => {
  const { cert, fingerprint } = await (await createTestAuthority()).issue('meter-7');
  const file = join(folder, 'meter-7.pem');
  writeFileSync(file, cert);
  const { out } = await run(...METER, '--certificate', file);
  expect(out).toContain(fingerprint);
  expect(out).not.toContain('password');
  expect(readFileSync(join(folder, 'edge', 'access.key'))).toHaveLength(32);
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
