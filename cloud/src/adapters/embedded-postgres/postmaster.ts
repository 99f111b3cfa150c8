import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What `postmaster.pid` says of the server that holds a data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/**
 * The live server of a data directory, or null. A pid file that a dead server left, or whose number
 * another program has by now, counts as none.
 */
export function livePostmaster(dataDirectory: string): Postmaster | null {
  const lines = readLines(join(dataDirectory, 'postmaster.pid'));
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid) || !isPostgres(pid, dataDirectory)) return null;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** Removes the pid file of a server that is gone: PostgreSQL trusts the number even when another program has it. */
export function forgetDeadPostmaster(dataDirectory: string): void {
  if (!livePostmaster(dataDirectory)) rmSync(join(dataDirectory, 'postmaster.pid'), { force: true });
}

/** Resolves true once the process is gone, false when it is still there after `ms`. */
export async function waitForExit(pid: number, ms: number): Promise<boolean> {
  for (let waited = 0; waited < ms; waited += 20) {
    if (!isAlive(pid)) return true;
    await delay(20);
  }
  return !isAlive(pid);
}

/** Whether a process with this id exists, whoever it belongs to. A zombie is gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statFields(pid)?.[0] !== 'Z';
}

/** Whether a process has been killed and is only still going: `kill -9` returns before it has gone. */
export function isDying(pid: number): boolean {
  const pending = readText(`/proc/${pid}/status`)?.matchAll(/^(?:SigPnd|ShdPnd):\s*([0-9a-f]+)$/gm) ?? [];
  return [...pending].some(([, mask = '0']) => (BigInt(`0x${mask}`) & SIGKILL_BIT) !== 0n);
}

const SIGKILL_BIT = 1n << 8n;

/** When a process started, in the kernel's ticks; null where there is no /proc. Tells a reused id apart. */
export function startedAt(pid: number): string | null {
  return statFields(pid)?.[19] ?? null;
}

/** The fields of /proc/PID/stat after the name, which may itself hold spaces and brackets. */
function statFields(pid: number): string[] | null {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function isPostgres(pid: number, dataDirectory: string): boolean {
  const command = readText(`/proc/${pid}/cmdline`);
  return command === null || command.includes(dataDirectory);
}

function readLines(path: string): string[] {
  return readText(path)?.split('\n') ?? [];
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
