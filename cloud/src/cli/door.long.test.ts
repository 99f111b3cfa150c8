import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { livePostmaster } from '../adapters/embedded-postgres/postmaster.ts';
import { batch, chain, EDGE, story } from '../testing/samples.ts';

// A real database, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const CLI = fileURLToPath(new URL('./main.ts', import.meta.url));
let root: string;
const running: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keepsite-door-'));
  chmodSync(root, 0o755);
});
afterEach(async () => {
  for (const each of running.splice(0)) if (each.exitCode === null && each.signalCode === null) each.kill('SIGKILL');
  const server = livePostmaster(join(root, 'cloud', 'postgres', 'data'));
  if (server) process.kill(server.pid, 'SIGINT');
  rmSync(root, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
});

test('it starts on a fresh directory, tells its port, stops on SIGTERM with its database, and killed with -9 starts again with everything', async () => {
  const first = await start();
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  const body = JSON.stringify(batch({ events: chain(story('i-1', 300)) }));
  const sent = await fetch(`${first.url}/api/edges/${EDGE}/batches`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect(sent.status).toBe(200);
  first.process.kill('SIGKILL');

  const second = await start();
  expect(await (await fetch(`${second.url}/api/incidents/i-1`)).json()).toMatchObject({ id: 'i-1', sla: 'met' });
  const gone = once(second.process, 'exit');
  second.process.kill('SIGTERM');
  expect(await gone).toEqual([0, null]);
  expect(livePostmaster(join(root, 'cloud', 'postgres', 'data'))).toBe(null);
});

test('a command without a server does its work and leaves nothing running', async () => {
  expect(await run('migrate')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^done: 0001-start, 0002-row-level-security, .*\b\d{4}-[a-z-]+\n$/),
  });
  expect(await run('migrate')).toMatchObject({ code: 0, out: 'the schema is up to date\n' });
  expect(livePostmaster(join(root, 'cloud', 'postgres', 'data'))).toBe(null);
});

test('bad usage and bad settings are exit code 2 and say what is wrong', async () => {
  expect((await run('rescore', '--from', '2026-01-01')).code).toBe(2);
  expect((await run('rescore', '--from', 'x', '--to', 'y')).code).toBe(2);
  expect((await run('frobnicate')).code).toBe(2);
  expect((await run('--help')).code).toBe(0);
  const faults = await run('config', 'check', { KEEPSITE_DEMO: 'maybe', KEEPSITE_CLOUD_HTTP_PORT: '99999' });
  expect(faults.code).toBe(2);
  expect(faults.err).toMatch(/KEEPSITE_DEMO must be 0 or 1.*KEEPSITE_CLOUD_HTTP_PORT must be a port/);
  const secret = await run('config', 'check', { KEEPSITE_API_TOKEN: 'secret-secret-secret' });
  expect([secret.code, secret.out.includes('secret-secret')]).toEqual([0, false]);
});

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, KEEPSITE_DATA_DIR: root, KEEPSITE_CLOUD_HTTP_PORT: '0', KEEPSITE_LOG_LEVEL: 'error', ...more };
}

async function start(): Promise<{ process: ChildProcess; url: string }> {
  const cloud = spawn(process.execPath, [CLI, 'run', '--json'], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(cloud);
  const [line] = (await once(createInterface({ input: cloud.stdout }), 'line')) as [string];
  return { process: cloud, ...(JSON.parse(line) as { url: string }) };
}

async function run(...args: (string | NodeJS.ProcessEnv)[]): Promise<{ code: number; out: string; err: string }> {
  const words = args.filter((arg) => typeof arg === 'string');
  const more = args.find((arg) => typeof arg !== 'string') ?? {};
  const cloud = spawn(process.execPath, [CLI, ...words], { env: environment(more), stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  cloud.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  cloud.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(cloud, 'close')) as [number];
  return { code, out, err };
}
