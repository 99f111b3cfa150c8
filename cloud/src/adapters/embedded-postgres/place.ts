import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './account.ts';
import { canWrite } from './account.ts';
import { isAlive, isDying, startedAt } from './postmaster.ts';

/** Where one embedded PostgreSQL keeps what is its own. */
export interface Place {
  readonly root: string;
  readonly data: string;
  readonly password: string;
  /** Who started the server: its id and when that process began. */
  readonly owner: string;
  /** True when the account could not reach the wished directory. */
  readonly moved: boolean;
}

/**
 * Makes the directory and gives it to the account. When the account cannot reach it (a 0700 home),
 * another directory under `fallback` is taken, one for each wished directory.
 */
export function choosePlace(wished: string, account: Account | null, fallback: string): Place {
  const root = resolve(wished);
  if (makeFor(root, account)) return placeAt(root, false);
  const name = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const other = join(fallback, name, 'postgres');
  if (!makeFor(other, account)) throw new Error(`${account?.name ?? 'this account'} cannot write in ${other}`);
  return placeAt(other, true);
}

/** The server's password; made once, readable by its account (and root) alone. */
export function passwordOf(place: Place, account: Account | null): string {
  if (existsSync(place.password)) return readFileSync(place.password, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  const partial = `${place.password}.${process.pid}`;
  writeFileSync(partial, `${password}\n`, { mode: 0o600 });
  if (account) chownSync(partial, account.uid, account.gid);
  renameSync(partial, place.password);
  return password;
}

/** Writes down that this process holds the server. */
export function recordOwner(place: Place): void {
  writeFileSync(place.owner, `${process.pid} ${startedAt(process.pid) ?? ''}\n`, { mode: 0o644 });
}

/**
 * The process that started the server, if it goes on living: one that was just killed may be seen
 * for a moment yet, and its server is about to end.
 */
export async function lastingOwner(place: Place): Promise<number | null> {
  for (let waited = 0; waited < SETTLE_MS; waited += 50) {
    const owner = liveOwner(place);
    if (owner === null || isDying(owner)) return null;
    await delay(50);
  }
  return liveOwner(place);
}

const SETTLE_MS = 1_000;

function liveOwner(place: Place): number | null {
  if (!existsSync(place.owner)) return null;
  const [pid = '', started = ''] = readFileSync(place.owner, 'utf8').trim().split(' ');
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 0 || !isAlive(id)) return null;
  return (startedAt(id) ?? '') === started ? id : null;
}

function placeAt(root: string, moved: boolean): Place {
  return {
    root,
    data: join(root, 'data'),
    password: join(root, 'password'),
    owner: join(root, 'owner'),
    moved,
  };
}

function makeFor(root: string, account: Account | null): boolean {
  mkdirSync(dirname(root), { recursive: true, mode: 0o755 });
  mkdirSync(root, { recursive: true, mode: 0o700 });
  if (!account) return true;
  chownSync(root, account.uid, account.gid);
  chmodSync(root, 0o700);
  return canWrite(account, root);
}
