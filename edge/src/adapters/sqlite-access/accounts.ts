import { ROLES, type Role } from '@keepsite/edge-contract';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type {
  AccessStore,
  NewAuditEntry,
  StoredAccount,
  StoredAuditEntry,
  StoredSession,
  StoredToken,
} from '../../access/ports.ts';

/** Addresses that are remembered of one account; the oldest goes first. */
const MOST_ADDRESSES = 20;

/** The tables of accounts, sessions, tokens and the audit. */
export const ACCOUNT_TABLES = [
  `CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY, display_name TEXT NOT NULL, role TEXT NOT NULL, responder TEXT,
    disabled INTEGER NOT NULL, password_hash TEXT, code_digest TEXT, code_expires_at INTEGER,
    created_at INTEGER NOT NULL, last_signed_in_at INTEGER
  ) STRICT`,
  `CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, account TEXT NOT NULL REFERENCES accounts (name),
    started_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL
  ) STRICT`,
  `CREATE INDEX IF NOT EXISTS sessions_of ON sessions (account, last_seen_at)`,
  `CREATE TABLE IF NOT EXISTS known_addresses (
    account TEXT NOT NULL, address TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (account, address)
  ) STRICT`,
  `CREATE TABLE IF NOT EXISTS tokens (
    name TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
    created_at INTEGER NOT NULL, expires_at INTEGER
  ) STRICT`,
  `CREATE TABLE IF NOT EXISTS setup_code (one INTEGER PRIMARY KEY CHECK (one = 1), digest TEXT NOT NULL) STRICT`,
  `CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL,
    account TEXT, address TEXT, detail TEXT NOT NULL
  ) STRICT`,
  `CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END`,
  `CREATE TRIGGER IF NOT EXISTS audit_is_not_cut BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is never cut'); END`,
] as const;

type Row = Readonly<Record<string, SQLOutputValue>>;

/** Accounts in the access file, opened with {@link ACCOUNT_TABLES}; closing it closes the file. */
export function createSqliteAccounts(db: DatabaseSync): AccessStore {
  const statements = prepare(db);
  const all = <T>(read: (row: Row) => T, rows: Row[]) => rows.map(read);
  const one = <T>(read: (row: Row) => T, row: Row | undefined) => (row ? read(row) : undefined);
  let isInside = false;

  function atomically<T>(work: () => T): T {
    if (isInside) return work();
    // At once, not with the first write: what is read inside must still hold when it is written.
    db.exec('BEGIN IMMEDIATE');
    isInside = true;
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    } finally {
      isInside = false;
    }
  }

  return {
    accounts: () => all(accountOf, statements.accounts.all()),
    account: (name) => one(accountOf, statements.account.get(name)),
    saveAccount: (it) =>
      void statements.saveAccount.run(
        it.name,
        it.displayName,
        it.role,
        it.responder,
        Number(it.disabled),
        it.passwordHash,
        it.code?.digest ?? null,
        it.code?.expiresAt ?? null,
        it.createdAt,
        it.lastSignedInAt,
      ),

    session: (digest) => one(sessionOf, statements.session.get(digest)),
    sessions: (account) =>
      all(sessionOf, account === undefined ? statements.allSessions.all() : statements.sessions.all(account)),
    addSession: ({ id, digest, account, startedAt, lastSeenAt, address, agent }) =>
      void statements.addSession.run(id, digest, account, startedAt, lastSeenAt, address, agent),
    touchSession: (id, at) => void statements.touchSession.run(at, id),
    endSession: (id) => void statements.endSession.run(id),

    isKnownAddress: (account, address) => statements.isKnown.get(account, address) !== undefined,
    knowAddress: (account, address, at) =>
      atomically(() => {
        statements.know.run(account, address, at);
        statements.forgetOldest.run(account, account, MOST_ADDRESSES);
      }),

    tokens: () => all(tokenOf, statements.tokens.all()),
    token: (digest) => one(tokenOf, statements.token.get(digest)),
    addToken: ({ name, digest, role, createdAt, expiresAt }) =>
      void statements.addToken.run(name, digest, role, createdAt, expiresAt),
    removeToken: (name) => void statements.removeToken.run(name),

    setupCode: () => one((row) => text(row, 'digest'), statements.setupCode.get()) ?? null,
    saveSetupCode: (digest) =>
      atomically(() => {
        statements.clearSetupCode.run();
        if (digest !== null) statements.saveSetupCode.run(digest);
      }),

    record: ({ at, kind, by, account, address, detail }) =>
      void statements.record.run(at, kind, by, account, address, JSON.stringify(detail)),
    audit: ({ before, limit }) => all(auditOf, statements.audit.all(before ?? Number.MAX_SAFE_INTEGER, limit)),

    atomically,
    close: () => db.close(),
  };
}

function prepare(db: DatabaseSync) {
  return {
    accounts: db.prepare('SELECT * FROM accounts ORDER BY name'),
    account: db.prepare('SELECT * FROM accounts WHERE name = ?'),
    saveAccount: db.prepare(
      `INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET display_name = excluded.display_name, role = excluded.role,
         responder = excluded.responder, disabled = excluded.disabled, password_hash = excluded.password_hash,
         code_digest = excluded.code_digest, code_expires_at = excluded.code_expires_at,
         last_signed_in_at = excluded.last_signed_in_at`,
    ),
    session: db.prepare('SELECT * FROM sessions WHERE digest = ?'),
    sessions: db.prepare('SELECT * FROM sessions WHERE account = ? ORDER BY last_seen_at DESC, rowid DESC'),
    allSessions: db.prepare('SELECT * FROM sessions ORDER BY last_seen_at DESC, rowid DESC'),
    addSession: db.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)'),
    touchSession: db.prepare('UPDATE sessions SET last_seen_at = ? WHERE id = ?'),
    endSession: db.prepare('DELETE FROM sessions WHERE id = ?'),
    isKnown: db.prepare('SELECT 1 FROM known_addresses WHERE account = ? AND address = ?'),
    know: db.prepare('INSERT INTO known_addresses VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at'),
    forgetOldest: db.prepare(
      `DELETE FROM known_addresses WHERE account = ? AND rowid NOT IN
         (SELECT rowid FROM known_addresses WHERE account = ? ORDER BY at DESC, rowid DESC LIMIT ?)`,
    ),
    tokens: db.prepare('SELECT * FROM tokens ORDER BY name'),
    token: db.prepare('SELECT * FROM tokens WHERE digest = ?'),
    addToken: db.prepare('INSERT INTO tokens VALUES (?, ?, ?, ?, ?)'),
    removeToken: db.prepare('DELETE FROM tokens WHERE name = ?'),
    setupCode: db.prepare('SELECT digest FROM setup_code'),
    clearSetupCode: db.prepare('DELETE FROM setup_code'),
    saveSetupCode: db.prepare('INSERT INTO setup_code VALUES (1, ?)'),
    record: db.prepare('INSERT INTO audit (at, kind, by, account, address, detail) VALUES (?, ?, ?, ?, ?, ?)'),
    audit: db.prepare('SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?'),
  };
}

function accountOf(row: Row): StoredAccount {
  const digest = textOrNull(row, 'code_digest');
  return {
    name: text(row, 'name'),
    displayName: text(row, 'display_name'),
    role: roleOf(row),
    responder: textOrNull(row, 'responder'),
    disabled: row['disabled'] === 1,
    passwordHash: textOrNull(row, 'password_hash'),
    code: digest === null ? null : { digest, expiresAt: Number(row['code_expires_at']) },
    createdAt: Number(row['created_at']),
    lastSignedInAt: numberOrNull(row, 'last_signed_in_at'),
  };
}

function sessionOf(row: Row): StoredSession {
  return {
    id: text(row, 'id'),
    digest: text(row, 'digest'),
    account: text(row, 'account'),
    startedAt: Number(row['started_at']),
    lastSeenAt: Number(row['last_seen_at']),
    address: text(row, 'address'),
    agent: text(row, 'agent'),
  };
}

function tokenOf(row: Row): StoredToken {
  return {
    name: text(row, 'name'),
    digest: text(row, 'digest'),
    role: roleOf(row),
    createdAt: Number(row['created_at']),
    expiresAt: numberOrNull(row, 'expires_at'),
  };
}

function auditOf(row: Row): StoredAuditEntry {
  return {
    id: Number(row['id']),
    at: Number(row['at']),
    kind: text(row, 'kind'),
    by: text(row, 'by'),
    account: textOrNull(row, 'account'),
    address: textOrNull(row, 'address'),
    detail: JSON.parse(text(row, 'detail')) as NewAuditEntry['detail'],
  };
}

/** A role that this version does not know may read and nothing else. */
function roleOf(row: Row): Role {
  return ROLES.find((role) => role === row['role']) ?? 'viewer';
}

function text(row: Row, column: string): string {
  return String(row[column]);
}

function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  return typeof value === 'string' ? value : null;
}

function numberOrNull(row: Row, column: string): number | null {
  const value = row[column];
  return typeof value === 'number' ? value : null;
}
