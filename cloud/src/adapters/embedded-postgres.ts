import { join } from 'node:path';
import { CloudError } from '../errors.ts';
import { unprivilegedAccount, type Account } from './embedded-postgres/account.ts';
import { findBinaries, reachableBinaries } from './embedded-postgres/binaries.ts';
import { choosePlace, lastingOwner, passwordOf, recordOwner, type Place } from './embedded-postgres/place.ts';
import { livePostmaster, waitForExit } from './embedded-postgres/postmaster.ts';
import { initialise, startServer, stopServer } from './embedded-postgres/server.ts';

/** A PostgreSQL that runs beside the cloud. */
export interface EmbeddedPostgres {
  /** For its owner, a superuser; holds the password. */
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  /** Set when the data had to go elsewhere than asked, in words for the console. */
  readonly notice: string | null;
  /** True when another live process started it; `stop` then leaves it running. */
  readonly shared: boolean;
  /** Orderly end; resolves when the server is gone. May be called twice. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Where it should live: `<KEEPSITE_DATA_DIR>/cloud/postgres`. */
  readonly directory: string;
  /** Where it lives when its account cannot reach `directory`. */
  readonly fallback?: string;
  /** False only in tests: faster, and a power cut may cost data. */
  readonly durable?: boolean;
}

const ORPHAN_MS = 15_000;

/**
 * Starts PostgreSQL on 127.0.0.1, a free port and a password of its own; resolves when it takes
 * connections. A server that a killed cloud left behind is ended first; one that a live process
 * holds is shared. Throws CLOUD_POSTGRES_MISSING or CLOUD_POSTGRES_FAILED.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const fallback = options.fallback ?? '/var/lib/keepsite';
  const account = serverAccount();
  const place = choosePlace(options.directory, account, fallback);
  const password = passwordOf(place, account);
  const held = await heldByAnother(place);
  if (held) return describe(place, password, held, account, null);
  const binaries = reachableBinaries(findBinaries(), account, fallback);
  const durable = options.durable ?? true;
  initialise(binaries, account, place, durable);
  const started = await startServer(binaries, account, place, durable);
  recordOwner(place);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopServer(started.child));
  return describe(place, password, { pid: started.child.pid ?? 0, port: started.port }, account, stop);
}

function serverAccount(): Account | null {
  const account = unprivilegedAccount();
  if (account !== undefined) return account;
  throw new CloudError(
    'CLOUD_POSTGRES_FAILED',
    'PostgreSQL does not run as root and this machine has no account named postgres, nobody or daemon: start Keepsite as another user, or set KEEPSITE_DATABASE_URL',
  );
}

/**
 * The server that already has the directory, if it is to be shared. One whose owner is dead is
 * ended and waited for: it may be about to end anyway, and half a server cannot be trusted.
 */
async function heldByAnother(place: Place): Promise<{ pid: number; port: number } | null> {
  const server = livePostmaster(place.data);
  if (!server) return null;
  if ((await lastingOwner(place)) !== null) return server;
  const asked = ask(server.pid);
  if (await waitForExit(server.pid, ORPHAN_MS)) return null;
  if (!asked && livePostmaster(place.data)?.ready) return server;
  throw new CloudError(
    'CLOUD_POSTGRES_FAILED',
    `a PostgreSQL that an earlier run left in ${place.data} does not end: stop process ${server.pid} and start again`,
  );
}

function ask(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGINT');
  } catch {
    return false;
  }
}

function describe(
  place: Place,
  password: string,
  server: { pid: number; port: number },
  account: Account | null,
  stop: (() => Promise<void>) | null,
): EmbeddedPostgres {
  const moved = `the account ${account?.name} cannot reach the data directory; PostgreSQL keeps its data in ${place.root}`;
  return {
    url: `postgres://keepsite:${password}@127.0.0.1:${server.port}/postgres`,
    pid: server.pid,
    directory: join(place.root, 'data'),
    notice: place.moved ? moved : null,
    shared: stop === null,
    stop: stop ?? (() => Promise.resolve()),
  };
}
