import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryStorePath } from '../../testing/sqlite-file.ts';
import { createLogLength, MOST_FRAMES, shortenLog } from './log-length.ts';

const WAIT = { timeout: 20_000, interval: 1 } as const;
/** A log that is so long is to begin anew. */
const LONG = 4_000;

test('a log that is long begins anew, though somebody writes without end', { timeout: 60_000 }, async () => {
  const path = temporaryStorePath();
  const script = fileURLToPath(new URL('fixtures/commit-until-killed.ts', import.meta.url));
  const writer = spawn(process.execPath, [script, path, '4'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(writer, 'exit');
  onTestFinished(async () => {
    writer.kill('SIGKILL');
    await exited;
  });
  await vi.waitUntil(() => existsSync(`${path}-wal`), WAIT);
  const db = new DatabaseSync(path, { timeout: 5_000 });
  onTestFinished(() => db.close());
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  const frames = () => Number(look.get()?.['log']);
  await vi.waitUntil(() => frames() >= LONG, WAIT);
  shortenLog(db);
  let longest = 0;
  await vi.waitUntil(() => {
    const now = frames();
    longest = Math.max(longest, now);
    return now < LONG;
  }, WAIT);
  // Beyond that the writer would have done it itself.
  expect(longest).toBeLessThan(MOST_FRAMES);
});

test('it is told how much of the log is not in the file yet', () => {
  const db = new DatabaseSync(temporaryStorePath());
  onTestFinished(() => db.close());
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a)');
  const waiting = createLogLength(db);
  const before = waiting();
  expect(before).toBeGreaterThan(0);
  db.exec('INSERT INTO t VALUES (1)');
  expect(waiting()).toBe(before + 1);
  shortenLog(db);
  expect(waiting()).toBe(0);
});
