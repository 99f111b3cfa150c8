import type { SQLOutputValue } from 'node:sqlite';
import type { PhoneStore, StoredPhone } from '../../push/ports.ts';
import { openAccess } from './open.ts';

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS phones (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, account TEXT, session TEXT, name TEXT NOT NULL,
    endpoint TEXT NOT NULL UNIQUE, p256dh TEXT NOT NULL, auth TEXT NOT NULL, public_key TEXT NOT NULL,
    added_at INTEGER NOT NULL, accepted_at INTEGER, trouble TEXT,
    ended TEXT CHECK (ended IN ('removed', 'gone')), ended_at INTEGER,
    CHECK ((ended IS NULL) = (ended_at IS NULL))
  ) STRICT`,
];

/** Phones in the access file at `path`: an endpoint is a secret, so it never stands in the store. */
export function openPhones(path: string): PhoneStore {
  const db = openAccess(path, SCHEMA);
  const select = db.prepare('SELECT * FROM phones ORDER BY added_at, rowid');
  const remove = db.prepare('DELETE FROM phones WHERE id = ?');
  const removeOthers = db.prepare('DELETE FROM phones WHERE endpoint = ? AND id <> ?');
  const save = db.prepare(
    `INSERT INTO phones VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET person = excluded.person, account = excluded.account, session = excluded.session,
       name = excluded.name, endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth,
       public_key = excluded.public_key, added_at = excluded.added_at, accepted_at = excluded.accepted_at,
       trouble = excluded.trouble, ended = excluded.ended, ended_at = excluded.ended_at`,
  );
  return {
    all: () => select.all().map(phoneOf),
    save({ id, person, account, session, name, endpoint, p256dh, auth, publicKey, ...rest }) {
      const { addedAt, acceptedAt, trouble, ended, endedAt } = rest;
      db.exec('BEGIN IMMEDIATE');
      try {
        removeOthers.run(endpoint, id);
        const who = [id, person, account, session, name] as const;
        save.run(...who, endpoint, p256dh, auth, publicKey, addedAt, acceptedAt, trouble, ended, endedAt);
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    remove: (id) => void remove.run(id),
    close: () => db.close(),
  };
}

function phoneOf(row: Readonly<Record<string, SQLOutputValue>>): StoredPhone {
  const text = (column: string) => String(row[column]);
  const textOrNull = (column: string) => (row[column] === null ? null : text(column));
  const numberOrNull = (column: string) => (row[column] === null ? null : Number(row[column]));
  const ended = row['ended'];
  return {
    id: text('id'),
    person: text('person'),
    account: textOrNull('account'),
    session: textOrNull('session'),
    name: text('name'),
    endpoint: text('endpoint'),
    p256dh: text('p256dh'),
    auth: text('auth'),
    publicKey: text('public_key'),
    addedAt: Number(row['added_at']),
    acceptedAt: numberOrNull('accepted_at'),
    trouble: textOrNull('trouble'),
    ended: ended === 'removed' || ended === 'gone' ? ended : null,
    endedAt: numberOrNull('ended_at'),
  };
}
