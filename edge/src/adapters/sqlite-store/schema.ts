import type { DatabaseSync } from 'node:sqlite';
import { storeError } from '../../errors.ts';

/**
 * One entry a version, never edited once shipped. Row layout decides speed: what is scanned stands
 * before what is large, so that a scan does not walk a block's overflow pages; chunks are indexed by
 * hour first, so that what is written together lies together.
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
] as const;

/** Tables worth rescuing from a damaged file, the dearest first. */
export const RESCUED_TABLES = [
  'events',
  'incidents',
  'pages',
  'cursors',
  'commands',
  'checkpoint',
  'devices',
  'daily',
  'source_ids',
  'marks',
  'blocks',
  'series',
  'chunks',
  'quarantine',
] as const;

/** Brings the file to today's schema, one transaction a version. */
export function migrate(db: DatabaseSync): void {
  const version = versionOf(db);
  if (version > MIGRATIONS.length) {
    throw storeError(
      'STORE_FAILED',
      `The store's file was written by a newer Keepsite (schema ${version}, this one knows ${MIGRATIONS.length}). Start the newer version, or name another data directory.`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/** The schema version that a file was written with; 0 for a new one. */
export function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}
