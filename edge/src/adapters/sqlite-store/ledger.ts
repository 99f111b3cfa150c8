import type { DailyEnergy } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import type { Commit, Remembered, Store, StoredDevice } from '../../ports.ts';
import { guarded, rowOf, rowsOf, type Ways } from './connection.ts';
import type { SourceIds } from './source-ids.ts';

type LedgerPart = Pick<Commit, 'sourceIds' | 'devices' | 'commands' | 'cursors'>;

const PUT_CURSOR = 'INSERT OR REPLACE INTO cursors (key, value) VALUES (?, ?)';

/** Writes devices, the ids that guard against repetition, and bookkeeping; inside the caller's transaction. */
export function createLedgerWriter(writer: DatabaseSync, ids: Pick<SourceIds, 'add'>): (part: LedgerPart) => void {
  const addCommand = writer.prepare('INSERT OR IGNORE INTO commands (id, answer) VALUES (?, ?)');
  const putCursor = writer.prepare(PUT_CURSOR);
  const putDevice = writer.prepare(
    `INSERT INTO devices (device, family, last_heard_at, online, silent_since, last_topic) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (device) DO UPDATE SET family = excluded.family, last_heard_at = excluded.last_heard_at,
       online = excluded.online, silent_since = excluded.silent_since, last_topic = excluded.last_topic`,
  );
  return ({ sourceIds, devices, commands, cursors = [] }) => {
    for (const id of sourceIds) ids.add(id);
    for (const { commandId, answer } of commands) addCommand.run(commandId, answer);
    for (const { key, value } of cursors) putCursor.run(key, value);
    for (const d of devices) {
      const online = d.online === null ? null : Number(d.online);
      putDevice.run(d.device, d.family, d.lastHeardAt, online, d.silentSince, d.lastTopic);
    }
  };
}

/** Point questions of the hot path. */
export function createLedgerReader(reader: DatabaseSync): Pick<Store, 'answerOf' | 'daily' | 'cursor' | 'cursorKeys'> {
  const answer = reader.prepare('SELECT answer FROM commands WHERE id = ?');
  const days = reader.prepare('SELECT json FROM daily WHERE day BETWEEN ? AND ? ORDER BY day, asset, device');
  const cursor = reader.prepare('SELECT value FROM cursors WHERE key = ?');
  const keys = reader.prepare(
    'SELECT key FROM cursors WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key',
  );
  return {
    answerOf: (commandId) => guarded(() => rowOf<{ answer: string }>(answer, commandId)?.answer),
    daily: ({ from, to }) =>
      guarded(() => rowsOf<{ json: string }>(days, from, to).map((row) => JSON.parse(row.json) as DailyEnergy)),
    cursor: (key) => guarded(() => rowOf<{ value: string }>(cursor, key)?.value),
    cursorKeys: (prefix) => guarded(() => rowsOf<{ key: string }>(keys, prefix).map(({ key }) => key)),
  };
}

/** Small writes of their own, each one a transaction. */
export function createBookkeeping(
  writer: DatabaseSync,
  { durably, quickly }: Ways,
): Pick<Store, 'saveDaily' | 'saveCursor' | 'noteCursor' | 'forgetCursor'> {
  const day = writer.prepare('INSERT OR REPLACE INTO daily (asset, device, day, json) VALUES (?, ?, ?, ?)');
  const cursor = writer.prepare(PUT_CURSOR);
  const forget = writer.prepare('DELETE FROM cursors WHERE key = ?');
  return {
    saveCursor: (key, value) => durably(() => void cursor.run(key, value)),
    noteCursor: (key, value) => quickly(() => void cursor.run(key, value)),
    forgetCursor(key) {
      // Else SQLite leaves the bytes in the page that they stood in (https://www.sqlite.org/pragma.html#pragma_secure_delete).
      guarded(() => writer.exec('PRAGMA secure_delete = ON'));
      try {
        durably(() => void forget.run(key));
        // And in the write-ahead log, until it is used again.
        guarded(() => writer.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
      } finally {
        guarded(() => writer.exec('PRAGMA secure_delete = OFF'));
      }
    },
    saveDaily: (rows) =>
      durably(() => {
        for (const row of rows) day.run(row.asset, row.device, row.day, JSON.stringify(row));
      }),
  };
}

interface DeviceRow extends Omit<StoredDevice, 'online'> {
  readonly online: number | null;
}

/** What of it the edge remembers when it starts. */
export function rememberLedger(reader: DatabaseSync): Pick<Remembered, 'devices' | 'checkpoint'> {
  const devices = rowsOf<DeviceRow>(
    reader.prepare(
      `SELECT device, family, last_heard_at AS lastHeardAt, online, silent_since AS silentSince, last_topic AS lastTopic
       FROM devices ORDER BY device`,
    ),
  );
  const checkpoint = rowOf<{ block: number }>(reader.prepare('SELECT block FROM checkpoint'));
  return {
    devices: devices.map((row) => ({ ...row, online: row.online === null ? null : row.online === 1 })),
    checkpoint: checkpoint ? { ...checkpoint } : null,
  };
}
