import type { DatabaseSync } from 'node:sqlite';
import { storeError } from '../../errors.ts';

/**
 * One entry a version, never edited once shipped. Row layout decides speed: what is scanned stands
 * before what is large, so that a scan does not walk a block's overflow pages; what is written together
 * lies together.
 */
const MIGRATIONS = [
  `
  CREATE TABLE blocks (
    seq INTEGER PRIMARY KEY, first_received INTEGER NOT NULL, last_received INTEGER NOT NULL,
    first_time INTEGER NOT NULL, last_time INTEGER NOT NULL, json TEXT NOT NULL
  );
  CREATE TABLE series (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, metric TEXT NOT NULL, part TEXT NOT NULL,
    UNIQUE (device, metric, part)
  );
  CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, hour INTEGER NOT NULL, series INTEGER NOT NULL, kind INTEGER NOT NULL, rows TEXT NOT NULL
  );
  CREATE INDEX chunks_by_place ON chunks (hour, series);
  CREATE INDEX chunks_by_kind ON chunks (kind, hour, series);
  CREATE TABLE events (seq INTEGER PRIMARY KEY, incident TEXT NOT NULL, json TEXT NOT NULL);
  CREATE INDEX events_by_incident ON events (incident, seq);
  CREATE TABLE incidents (
    id TEXT PRIMARY KEY, open INTEGER NOT NULL, opened_at INTEGER NOT NULL,
    asset TEXT NOT NULL, fault TEXT NOT NULL, episode INTEGER NOT NULL, json TEXT NOT NULL
  );
  CREATE INDEX incidents_by_age ON incidents (opened_at, id);
  CREATE INDEX open_incidents_by_age ON incidents (opened_at, id) WHERE open = 1;
  CREATE TABLE pages (
    id TEXT PRIMARY KEY, incident TEXT NOT NULL, attempts INTEGER NOT NULL, not_before INTEGER NOT NULL,
    lease_until INTEGER, json TEXT NOT NULL
  );
  CREATE INDEX pages_by_due ON pages (not_before);
  CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, topic TEXT NOT NULL, device TEXT, family TEXT,
    reason TEXT NOT NULL, size INTEGER NOT NULL, payload BLOB NOT NULL
  );
  CREATE TABLE source_ids (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
  CREATE TABLE devices (
    device TEXT PRIMARY KEY, family TEXT NOT NULL, last_heard_at INTEGER NOT NULL, online INTEGER,
    silent_since INTEGER, last_topic TEXT NOT NULL
  );
  CREATE TABLE commands (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, answer TEXT NOT NULL);
  CREATE TABLE daily (
    asset TEXT NOT NULL, device TEXT NOT NULL, day TEXT NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (day, asset, device)
  ) WITHOUT ROWID;
  CREATE TABLE checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), block INTEGER NOT NULL, state TEXT NOT NULL);
  CREATE TABLE cursors (key TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE marks (key TEXT PRIMARY KEY, value INTEGER NOT NULL);
  `,
  // Quarantine keeps what strangers say as well (pool 1, reason '' where nothing is wrong with it),
  // and counts by source what it holds, so that making room costs no scan.
  `
  ALTER TABLE quarantine ADD COLUMN retain INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE quarantine ADD COLUMN stranger TEXT;
  ALTER TABLE quarantine ADD COLUMN pool INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE quarantine ADD COLUMN source TEXT NOT NULL DEFAULT '';
  ALTER TABLE quarantine ADD COLUMN pattern TEXT NOT NULL DEFAULT '';
  ALTER TABLE quarantine ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
  UPDATE quarantine SET stranger = device, reason = '' WHERE reason = 'a device that nobody has adopted';
  UPDATE quarantine SET stranger = topic
    WHERE device IS NULL AND family IS NULL AND reason = 'no dialect recognises this message';
  UPDATE quarantine SET pool = stranger IS NOT NULL, source = ifnull(stranger, ifnull(device, topic)),
    pattern = reason, bytes = length(payload) + length(topic) + length(reason);
  CREATE INDEX quarantine_by_source ON quarantine (pool, source, id);
  CREATE INDEX quarantine_rejected ON quarantine (id) WHERE reason <> '';
  CREATE INDEX quarantine_by_group
    ON quarantine (pattern, device, family, iif(device IS NULL, substr(topic, 1, 1000), NULL), id) WHERE reason <> '';
  CREATE TABLE quarantine_shares (
    pool INTEGER NOT NULL, source TEXT NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL,
    oldest INTEGER NOT NULL, PRIMARY KEY (pool, source)
  ) WITHOUT ROWID;
  CREATE INDEX shares_by_items ON quarantine_shares (pool, items DESC, oldest);
  CREATE INDEX shares_by_bytes ON quarantine_shares (pool, bytes DESC, oldest);
  INSERT INTO quarantine_shares (pool, source, items, bytes, oldest)
    SELECT pool, source, count(*), sum(bytes), min(id) FROM quarantine GROUP BY pool, source;
  CREATE TRIGGER quarantine_gains AFTER INSERT ON quarantine BEGIN
    INSERT INTO quarantine_shares (pool, source, items, bytes, oldest)
      VALUES (new.pool, new.source, 1, new.bytes, new.id)
      ON CONFLICT (pool, source) DO UPDATE SET items = items + 1, bytes = bytes + excluded.bytes;
  END;
  CREATE TRIGGER quarantine_loses AFTER DELETE ON quarantine BEGIN
    UPDATE quarantine_shares SET items = items - 1, bytes = bytes - old.bytes, oldest = ifnull(
        (SELECT min(id) FROM quarantine WHERE pool = old.pool AND source = old.source), 0)
      WHERE pool = old.pool AND source = old.source;
    DELETE FROM quarantine_shares WHERE pool = old.pool AND source = old.source AND items <= 0;
  END;
  CREATE TABLE strangers (device TEXT PRIMARY KEY, json TEXT NOT NULL);
  `,
  // Chunks in columns. What was written as JSON stays readable and is rewritten bit by bit. Pieces are
  // many and short-lived, so they are found by the hour alone; chunks stand for long and are read by series.
  `
  DROP INDEX chunks_by_kind;
  DROP INDEX chunks_by_place;
  ALTER TABLE chunks RENAME TO json_chunks;
  CREATE INDEX json_chunks_by_place ON json_chunks (hour, series);
  CREATE TABLE pieces (id INTEGER PRIMARY KEY, hour INTEGER NOT NULL, series INTEGER NOT NULL, rows BLOB NOT NULL);
  CREATE INDEX pieces_by_place ON pieces (hour, series);
  CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, hour INTEGER NOT NULL, series INTEGER NOT NULL,
    count INTEGER NOT NULL, gone INTEGER NOT NULL, summary BLOB, rows BLOB NOT NULL
  );
  CREATE INDEX chunks_by_series ON chunks (series, hour);
  CREATE INDEX chunks_by_age ON chunks (kind, hour, series, count);
  `,
  // Pages leave by how urgent they are; those of before leave first.
  `
  ALTER TABLE pages ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0;
  DROP INDEX pages_by_due;
  CREATE INDEX pages_by_urgency ON pages (urgency, not_before);
  `,
  // Chunks, pieces and summaries whose checksum says that they are not what was written.
  `
  CREATE TABLE damaged_parts (
    id INTEGER PRIMARY KEY, found_at INTEGER NOT NULL, what TEXT NOT NULL, kind INTEGER NOT NULL,
    hour INTEGER NOT NULL, series INTEGER NOT NULL, summary BLOB, rows BLOB NOT NULL
  );
  `,
  // A checkpoint is saved in pieces: those from the first to the last of its row, once that names them.
  `
  CREATE TABLE checkpoint_pieces (n INTEGER PRIMARY KEY, state TEXT NOT NULL);
  INSERT INTO checkpoint_pieces (n, state) SELECT 1, state FROM checkpoint;
  ALTER TABLE checkpoint DROP COLUMN state;
  ALTER TABLE checkpoint ADD COLUMN first INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE checkpoint ADD COLUMN last INTEGER NOT NULL DEFAULT 1;
  `,
] as const;

/** Tables worth rescuing from a damaged file, the dearest first. */
export const RESCUED_TABLES = [
  'events',
  'incidents',
  'pages',
  'cursors',
  'commands',
  'checkpoint',
  'checkpoint_pieces',
  'devices',
  'daily',
  'source_ids',
  'marks',
  'blocks',
  'series',
  'json_chunks',
  'pieces',
  'chunks',
  'strangers',
  'quarantine',
  'damaged_parts',
] as const;

/** Brings the file to today's schema, or to that of an earlier version, one transaction a version. */
export function migrate(db: DatabaseSync, to: number = MIGRATIONS.length): void {
  const version = versionOf(db);
  if (version > MIGRATIONS.length) {
    throw storeError(
      'STORE_FAILED',
      `The store's file was written by a newer Keepsite (schema ${version}, this one knows ${MIGRATIONS.length}). Start the newer version, or name another data directory.`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version && index < to) db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/** The schema version that a file was written with; 0 for a new one. */
export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}
