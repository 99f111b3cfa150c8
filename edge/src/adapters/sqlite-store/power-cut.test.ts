import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitOf, eventOf, readingOf, T0 } from '../../testing/store-samples.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { createSqliteStore } from '../sqlite-store.ts';
import { shortenLog } from './log-length.ts';

/** What the disk writes at once; a cut may leave any of them out. */
const SECTOR = 512;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('commit' as const), readings: fc.integer({ min: 1, max: 120 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tell' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shorten' as const) }) },
);
/** Of what the disk was not asked to keep: which sectors it has all the same. */
const luck = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });

test('whatever a power cut leaves of the log: what was told is there, and nothing without all that came before it', async () => {
  let doubtful = 0;
  let lost = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 25 }), luck, async (steps, kept) => {
      const { told, written, left } = await runUntilCut(steps, kept);
      doubtful += written - told;
      lost += written - left.blocks.length;
      const whole = Array.from({ length: left.blocks.length }, (_, n) => n + 1);
      expect(left.blocks).toEqual(whole);
      expect(left.events).toEqual(whole);
      expect(left.blocks.length).toBeGreaterThanOrEqual(told);
      expect(left.damaged).toBeNull();
    }),
    { numRuns: 60 },
  );
  // Else nothing was tried.
  expect(doubtful).toBeGreaterThan(lost);
  expect(lost).toBeGreaterThan(0);
});

/** Answers how many commits were told, how many were written, and what the next start finds. */
async function runUntilCut(steps: readonly { readonly do: string; readonly readings?: number }[], kept: boolean[]) {
  const [folder, after] = [temporaryFolder(), temporaryFolder()];
  const path = join(folder, 'edge.db');
  const log = () => readFileSync(`${path}-wal`);
  let onDisk = Buffer.alloc(0);
  const store = createSqliteStore({
    path,
    sync: async () => {
      onDisk = log();
    },
  });
  onDisk = log();
  let [told, written] = [0, 0];
  for (const { do: what, readings = 0 } of steps) {
    if (what === 'commit') {
      written += 1;
      store.commit(
        commitOf({
          events: [eventOf(written)],
          readings: Array.from({ length: readings }, (_, n) => readingOf({ at: T0 + n, value: written })),
        }),
      );
    } else if (what === 'tell') {
      await store.synced();
      told = written;
    } else {
      shorten(path);
      onDisk = log();
    }
  }
  copyFileSync(path, join(after, 'edge.db'));
  writeFileSync(join(after, 'edge.db-wal'), torn(onDisk, log(), kept));
  store.close();
  const next = createSqliteStore({ path: join(after, 'edge.db') });
  const left = {
    blocks: next.blocks({ after: 0, limit: 1_000 }).map(({ seq }) => seq),
    events: next.events({ after: 0, limit: 1_000 }).map(({ seq }) => seq),
    damaged: next.opened.damaged,
  };
  next.close();
  return { told, written, left };
}

/** By another connection, as the thread that maintains the file does it: SQLite itself brings file and log to the disk. */
function shorten(path: string): void {
  const db = new DatabaseSync(path);
  shortenLog(db);
  db.close();
}

/** The log as the disk was last asked to keep it, and some of what was written to it since. */
function torn(onDisk: Buffer, written: Buffer, kept: readonly boolean[]): Buffer {
  const left = Buffer.alloc(written.length);
  onDisk.copy(left);
  for (let at = 0, n = 0; at < written.length; at += SECTOR, n += 1)
    if (kept[n % kept.length]) written.copy(left, at, at, at + SECTOR);
  return left;
}
