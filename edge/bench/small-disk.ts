import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk that can be filled to its last byte and given room again. */
export interface SmallDisk {
  readonly dir: string;
  /** `tmpfs`: a file system of its own, really full. `limit`: the gateway's files may not grow (RLIMIT_FSIZE). */
  readonly kind: 'tmpfs' | 'limit';
  fill(gateway: number): void;
  free(gateway: number): void;
  remove(): void;
}

const SIZE_MB = 96;
/** Below what the store's log reaches at once: from here on next to nothing can be written. */
const LIMIT_BYTES = 32_768;

/** Root mounts a small file system; anybody else on Linux limits the size of the gateway's files with `prlimit`. */
export function makeSmallDisk(): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-small-disk-'));
  const mounted =
    process.getuid?.() === 0 && succeeds('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'keepsite', dir]);
  return mounted ? mountedDisk(dir) : limitedDisk(dir);
}

function mountedDisk(dir: string): SmallDisk {
  const ballast = join(dir, 'ballast');
  return {
    dir,
    kind: 'tmpfs',
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast, { force: true }),
    remove() {
      execFileSync('umount', ['--lazy', dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Whole pages of the file system, until not one more fits. */
function fillUp(path: string): void {
  const file = openSync(path, 'a');
  const page = Buffer.alloc(4_096);
  try {
    for (;;) writeSync(file, page);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(file);
  }
}

function limitedDisk(dir: string): SmallDisk {
  const limit = (gateway: number, size: string) =>
    execFileSync('prlimit', ['--pid', String(gateway), `--fsize=${size}:unlimited`]);
  return {
    dir,
    kind: 'limit',
    fill: (gateway) => void limit(gateway, String(LIMIT_BYTES)),
    free: (gateway) => void limit(gateway, 'unlimited'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
