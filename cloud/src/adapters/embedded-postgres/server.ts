import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '../../errors.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { forgetDeadPostmaster, isAlive, livePostmaster } from './postmaster.ts';

/** A server that this process started. */
export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Small, because the edge, the pages and the simulators may share the machine. */
const SETTINGS: Record<string, string> = {
  shared_buffers: '64MB',
  max_connections: '60',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  max_wal_size: '512MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'on',
  jit: 'off',
  huge_pages: 'off',
  timezone: 'UTC',
  log_min_messages: 'warning',
  password_encryption: 'scram-sha-256',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
};

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };
const START_MS = 20_000;
const ATTEMPTS = 8;

/** Makes the data directory unless it is there; under another name first, so that a torn one is never used. */
export function initialise(binaries: Binaries, account: Account | null, place: Place, durable: boolean): void {
  if (existsSync(place.data)) return;
  const partial = `${place.data}.new`;
  rmSync(partial, { recursive: true, force: true });
  const args = ['-D', partial, '-U', 'keepsite', `--pwfile=${place.password}`, '--auth=scram-sha-256'];
  const more = ['--encoding=UTF8', '--locale=C', '--no-instructions', ...(durable ? [] : ['--no-sync'])];
  const made = spawnSync(binaries.initdb, [...args, ...more], {
    ...identity(account),
    cwd: place.root,
    env: environment(),
  });
  if (made.status !== 0) {
    throw new CloudError(
      'CLOUD_POSTGRES_FAILED',
      `initdb could not make ${place.data}: ${lastLines(`${made.stderr ?? made.error}`)}`,
    );
  }
  renameSync(partial, place.data);
}

/**
 * Starts the server and resolves once it takes connections. A port that was taken meanwhile, or
 * the shared memory of a server that is only just dying, is tried again.
 */
export async function startServer(
  binaries: Binaries,
  account: Account | null,
  place: Place,
  durable: boolean,
): Promise<Started> {
  let last = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    forgetDeadPostmaster(place.data);
    const port = await freePort();
    const child = launch(binaries, account, place, port, durable);
    const log = collect(child);
    if (await becomesReady(child, place)) return { child, port };
    last = log();
    await delay(100 * (attempt + 1));
  }
  throw new CloudError('CLOUD_POSTGRES_FAILED', `PostgreSQL did not start in ${place.data}: ${lastLines(last)}`);
}

/** Ends the server in its orderly way (fast shutdown), and harder after ten seconds. */
export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  const hurry = setTimeout(() => child.kill('SIGQUIT'), 10_000);
  await gone;
  clearTimeout(hurry);
}

/** True when the kernel can tell PostgreSQL that we died (Linux with util-linux). */
export function canFollowUs(): boolean {
  if (process.platform !== 'linux') return false;
  return spawnSync('setpriv', ['--pdeathsig', 'INT', 'true'], { stdio: 'ignore' }).status === 0;
}

function launch(
  binaries: Binaries,
  account: Account | null,
  place: Place,
  port: number,
  durable: boolean,
): ChildProcess {
  const settings = { ...SETTINGS, ...(durable ? {} : NOT_DURABLE), port: String(port) };
  const args = ['-D', place.data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  // A session of its own: Ctrl-C in a terminal must not end the server before the cloud has let go of it.
  const options: SpawnOptions = {
    cwd: place.root,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  };
  if (!canFollowUs()) return spawn(binaries.postgres, args, { ...options, ...identity(account) });
  // setpriv itself changes the account: the kernel forgets the death signal when credentials change later.
  const become = account ? ['--reuid', `${account.uid}`, '--regid', `${account.gid}`, '--clear-groups'] : [];
  return spawn('setpriv', [...become, '--pdeathsig', 'INT', '--', binaries.postgres, ...args], options);
}

async function becomesReady(child: ChildProcess, place: Place): Promise<boolean> {
  for (let waited = 0; waited < START_MS; waited += 15) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return false;
    const server = livePostmaster(place.data);
    if (server?.ready && server.pid === child.pid) return true;
    await delay(15);
  }
  if (child.pid !== undefined && isAlive(child.pid)) child.kill('SIGQUIT');
  return false;
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.on('error', (error) => (text += error.message));
  child.stderr?.on('data', (chunk: Buffer) => (text = (text + chunk.toString('utf8')).slice(-4000)));
  return () => text;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function identity(account: Account | null): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/** PostgreSQL must not see PGDATA, PGPORT and the like of whoever started us. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ');
}
