import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** An account of this machine that PostgreSQL may run as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In the order we would take them; all of them exist for exactly such a purpose. */
const CANDIDATES = ['postgres', 'nobody', 'daemon'] as const;

/**
 * PostgreSQL refuses to run as root. Null: run as who we are. As root: an unprivileged account that
 * the machine already has (none is ever created); undefined when there is none.
 */
export function unprivilegedAccount(passwd = readPasswd()): Account | null | undefined {
  if (process.getuid?.() !== 0) return null;
  const known = parsePasswd(passwd);
  return CANDIDATES.map((name) => known.get(name)).find((account) => account !== undefined);
}

/** Whether the account may run this file (every directory above it included). */
export function canExecute(account: Account, path: string): boolean {
  return asks(account, '-x', path);
}

/** Whether the account may enter and change this directory. */
export function canWrite(account: Account, directory: string): boolean {
  return asks(account, '-w', directory) && asks(account, '-x', directory);
}

/** Asked of the kernel as that account: mode bits alone do not know ACLs, mounts or capabilities. */
function asks(account: Account, flag: '-x' | '-w', path: string): boolean {
  const options = { uid: account.uid, gid: account.gid, stdio: 'ignore' as const, cwd: '/' };
  return spawnSync('/bin/sh', ['-c', `test ${flag} "$1"`, 'sh', path], options).status === 0;
}

/** The accounts of an `/etc/passwd`, by name, without root. */
export function parsePasswd(text: string): Map<string, Account> {
  const lines = text.split('\n').map((line) => line.split(':'));
  return new Map(
    lines
      .filter((fields) => Number(fields[2]) > 0)
      .map(([name = '', , uid, gid]) => [name, { name, uid: Number(uid), gid: Number(gid) }]),
  );
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
