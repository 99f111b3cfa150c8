import type { DatabaseSync } from 'node:sqlite';
import type { Credential, CredentialStore } from '../../access/credentials.ts';
import { openAccess } from './open.ts';

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS credentials (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('device', 'gateway', 'onboarding')),
    device TEXT,
    client_id TEXT,
    publish TEXT NOT NULL,
    subscribe TEXT NOT NULL,
    may_retain INTEGER NOT NULL,
    digest BLOB,
    fingerprint TEXT,
    issued_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    revoked_at INTEGER,
    CHECK ((digest IS NULL) <> (fingerprint IS NULL))
  ) STRICT, WITHOUT ROWID`,
  `CREATE UNIQUE INDEX IF NOT EXISTS credential_of_certificate ON credentials (fingerprint) WHERE revoked_at IS NULL`,
];

interface Row {
  readonly name: string;
  readonly kind: Credential['kind'];
  readonly device: string | null;
  readonly client_id: string | null;
  readonly publish: string;
  readonly subscribe: string;
  readonly may_retain: number;
  readonly digest: Uint8Array | null;
  readonly fingerprint: string | null;
  readonly issued_at: number;
  readonly last_seen_at: number | null;
  readonly revoked_at: number | null;
}

/** Credentials in the access file at `path`; several processes may have it open. */
export function openCredentials(path: string): CredentialStore {
  const db = openAccess(path, SCHEMA);
  const select = db.prepare('SELECT * FROM credentials ORDER BY name');
  const insert = db.prepare(
    `INSERT OR REPLACE INTO credentials
     (name, kind, device, client_id, publish, subscribe, may_retain, digest, fingerprint, issued_at, last_seen_at, revoked_at)
     VALUES (:name, :kind, :device, :client_id, :publish, :subscribe, :may_retain, :digest, :fingerprint, :issued_at, :last_seen_at, :revoked_at)`,
  );
  const revoke = db.prepare('UPDATE credentials SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL');
  const see = db.prepare('UPDATE credentials SET last_seen_at = ? WHERE name = ?');
  const summary = db.prepare(
    `SELECT count(*) || ' ' || count(revoked_at) || ' ' || max(issued_at) || ' ' || ifnull(max(revoked_at), 0) AS text FROM credentials`,
  );
  const summarize = () => summary.get()?.['text'];
  let known = summarize();
  let version = dataVersion(db);
  return {
    all: () => (select.all() as unknown as Row[]).map(credentialOf),
    add(credential) {
      insert.run({ ...rowOf(credential) });
      known = summarize();
    },
    revoke(name, at) {
      revoke.run(at, name);
      known = summarize();
    },
    seen(when) {
      if (when.size === 0) return;
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const [name, at] of when) see.run(at, name);
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    changedElsewhere() {
      const before = { version, known };
      version = dataVersion(db);
      // Others write to this file as well, and mostly about people.
      if (version === before.version) return false;
      known = summarize();
      return known !== before.known;
    },
    close: () => db.close(),
  };
}

/** Changes when another connection has committed, and only then (sqlite.org/pragma.html#pragma_data_version). */
function dataVersion(db: DatabaseSync): unknown {
  return db.prepare('PRAGMA data_version').get()?.['data_version'];
}

function rowOf(credential: Credential): Row {
  const { name, kind, device, digest, fingerprint } = credential;
  return {
    name,
    kind,
    device,
    client_id: credential.clientId,
    publish: JSON.stringify(credential.publish),
    subscribe: JSON.stringify(credential.subscribe),
    may_retain: Number(credential.mayRetain),
    digest,
    fingerprint,
    issued_at: credential.issuedAt,
    last_seen_at: credential.lastSeenAt,
    revoked_at: credential.revokedAt,
  };
}

function credentialOf(row: Row): Credential {
  const { name, kind, device, digest, fingerprint } = row;
  return {
    name,
    kind,
    device,
    clientId: row.client_id,
    publish: JSON.parse(row.publish) as string[],
    subscribe: JSON.parse(row.subscribe) as string[],
    mayRetain: row.may_retain === 1,
    digest,
    fingerprint,
    issuedAt: row.issued_at,
    lastSeenAt: row.last_seen_at,
    revokedAt: row.revoked_at,
  };
}
