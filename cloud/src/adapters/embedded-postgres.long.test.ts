import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { parsePasswd, unprivilegedAccount } from './embedded-postgres/account.ts';
import { isAlive, livePostmaster } from './embedded-postgres/postmaster.ts';
import { canFollowUs } from './embedded-postgres/server.ts';

// A real database, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOLDER = fileURLToPath(new URL('../testing/hold-postgres.ts', import.meta.url));
let root: string;
let directory: string;
let fallback: string;
const servers: EmbeddedPostgres[] = [];
const holders: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keepsite-pg-'));
  // mkdtemp makes 0700 directories; PostgreSQL's account must get through this one.
  chmodSync(root, 0o755);
  directory = join(root, 'data', 'cloud', 'postgres');
  fallback = join(root, 'fallback');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const holder of holders.splice(0)) if (holder.exitCode === null) holder.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test('a fresh directory becomes a database that only its password opens', async () => {
  const server = await start();
  await query(server.url, 'CREATE TABLE kept (n int)');

  expect(new URL(server.url).hostname).toBe('127.0.0.1');
  expect(statSync(join(directory, 'password')).mode & 0o777).toBe(0o600);
  await expect(query(server.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
});

test('what was written is there after an orderly stop and a new start', async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE kept AS SELECT 'yes' AS word");
  await first.stop();
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await start();
  expect(await query(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'yes' }]);
});

test('killed with -9 and started again at once, it works and nothing is lost or left behind', async () => {
  for (let round = 0; round < 3; round += 1) {
    const holder = await hold();
    await query(holder.url, `CREATE TABLE round_${round} (n int)`);
    holder.process.kill('SIGKILL');

    const server = await start();
    expect(server.shared).toBe(false);
    expect(isAlive(holder.pid)).toBe(false);
    expect(await query(server.url, `SELECT count(*)::int AS n FROM round_${round}`)).toEqual([{ n: 0 }]);
    await server.stop();
  }
});

test.runIf(canFollowUs())('the server ends by itself when its cloud is killed', async () => {
  const holder = await hold();
  holder.process.kill('SIGKILL');

  await expect.poll(() => isAlive(holder.pid), { timeout: 15_000, interval: 50 }).toBe(false);
});

test('where nothing tells the server that its cloud died, the next start ends the orphan', async () => {
  const holder = await hold({ PATH: '/nowhere' });
  holder.process.kill('SIGKILL');
  await once(holder.process, 'exit');
  expect(isAlive(holder.pid)).toBe(true);

  const server = await start();
  expect(isAlive(holder.pid)).toBe(false);
  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

test('a server that a live process holds is shared, and not stopped by whoever shares it', async () => {
  const holder = await hold();

  const guest = await start();
  expect([guest.shared, guest.pid]).toEqual([true, holder.pid]);
  expect(await query(guest.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await guest.stop();
  expect(isAlive(holder.pid)).toBe(true);
});

test('a pid file that names another living program does not stop the start', async () => {
  const first = await start();
  await first.stop();
  writeFileSync(
    join(directory, 'data', 'postmaster.pid'),
    `${process.pid}\n${join(directory, 'data')}\n0\n1\n\n\n\nready\n`,
  );
  expect(livePostmaster(join(directory, 'data'))).toBe(null);

  const second = await start();
  expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

test('a first start that was torn in the middle of initdb is begun anew', async () => {
  const first = await start();
  await first.stop();
  rmSync(join(directory, 'data'), { recursive: true });
  writeFileSync(join(directory, 'data.new'), 'half');

  const second = await start();
  expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

test.runIf(process.getuid?.() === 0)(
  'as root, a data directory that no other account reaches is replaced, and that is said',
  async () => {
    chmodSync(root, 0o700);
    const outside = mkdtempSync(join(tmpdir(), 'keepsite-fallback-'));
    chmodSync(outside, 0o755);
    fallback = outside;
    try {
      const server = await start();
      expect(server.notice).toContain(outside);
      expect(server.directory.startsWith(outside)).toBe(true);
      expect(existsSync(join(directory, 'data'))).toBe(false);
      expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
      await server.stop();
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  },
);

test('an account that the machine has is used, in a fixed order, and none is made up', () => {
  const passwd = 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\ndaemon:x:1:1::/:/bin/false\n';

  expect(parsePasswd(passwd).get('root')).toBeUndefined();
  if (process.getuid?.() !== 0) return expect(unprivilegedAccount(passwd)).toBe(null);
  expect(unprivilegedAccount(passwd)).toEqual({ name: 'nobody', uid: 65534, gid: 65534 });
  expect(unprivilegedAccount('root:x:0:0::/:/bin/sh\n')).toBeUndefined();
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, fallback, durable: false });
  servers.push(server);
  return server;
}

/** A process of its own that holds the server. */
async function hold(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ process: ChildProcess; pid: number; url: string }> {
  const holder = spawn(process.execPath, [HOLDER, directory, fallback], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  holders.push(holder);
  const [line] = (await once(createInterface({ input: holder.stdout }), 'line')) as [string];
  return { process: holder, ...(JSON.parse(line) as { pid: number; url: string }) };
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
