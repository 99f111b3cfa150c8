import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const ROWS = 200_000;
const A_COMMIT = 256;
const BYTES = 150;

/** Rows a second that SQLite alone appends durably (WAL, `synchronous=FULL`): what the disk allows at best. */
export function rawAppends(): number {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-bench-'));
  const db = new DatabaseSync(join(dir, 'raw.sqlite'));
  try {
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (id INTEGER PRIMARY KEY, row TEXT)',
    );
    const insert = db.prepare('INSERT INTO rows (row) VALUES (?)');
    const row = 'x'.repeat(BYTES);
    const start = performance.now();
    for (let done = 0; done < ROWS; done += A_COMMIT) {
      db.exec('BEGIN IMMEDIATE');
      for (let n = 0; n < A_COMMIT; n += 1) insert.run(row);
      db.exec('COMMIT');
    }
    return ROWS / ((performance.now() - start) / 1000);
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
