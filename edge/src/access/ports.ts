import type { AuditEntry, Millis, Role } from '@keepsite/edge-contract';

/** An account as it is kept. */
export interface StoredAccount {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly responder: string | null;
  readonly disabled: boolean;
  /** Null until the one-time code has been used. */
  readonly passwordHash: string | null;
  readonly code: { readonly digest: string; readonly expiresAt: Millis } | null;
  readonly createdAt: Millis;
  readonly lastSignedInAt: Millis | null;
}

/** A browser in which somebody is signed in; `digest` is all that is kept of its token. */
export interface StoredSession {
  readonly id: string;
  readonly digest: string;
  readonly account: string;
  readonly startedAt: Millis;
  readonly lastSeenAt: Millis;
  readonly address: string;
  readonly agent: string;
}

/** A machine's way in. */
export interface StoredToken {
  readonly name: string;
  readonly digest: string;
  readonly role: Role;
  readonly createdAt: Millis;
  readonly expiresAt: Millis | null;
}

/** What happened, before it has a number. */
export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at'> & { readonly at: Millis };
export type StoredAuditEntry = NewAuditEntry & { readonly id: number };

/**
 * Who may come in, on the disk. Other processes on this box (the command line) may change it at any
 * time: what is read is never older than the call. Throws when the disk does not take a change.
 */
export interface AccessStore {
  /** By name. */
  accounts(): StoredAccount[];
  account(name: string): StoredAccount | undefined;
  /** Adds it, or replaces the one of this name. */
  saveAccount(account: StoredAccount): void;

  session(digest: string): StoredSession | undefined;
  /** The newest used first; those of one account, or all. */
  sessions(account?: string): StoredSession[];
  addSession(session: StoredSession): void;
  touchSession(id: string, at: Millis): void;
  endSession(id: string): void;

  /** True once this account has signed in from there. */
  isKnownAddress(account: string, address: string): boolean;
  knowAddress(account: string, address: string, at: Millis): void;

  /** By name. */
  tokens(): StoredToken[];
  token(digest: string): StoredToken | undefined;
  addToken(token: StoredToken): void;
  removeToken(name: string): void;

  /** Digest of the code that makes the first admin; null: there is none. */
  setupCode(): string | null;
  saveSetupCode(digest: string | null): void;

  /** Appends to the audit; nothing takes a line of it away or changes one. */
  record(entry: NewAuditEntry): void;
  /** Newest first; `before` is the id of the last one seen. */
  audit(query: { readonly before?: number; readonly limit: number }): StoredAuditEntry[];

  /** Everything that `work` changes, or nothing; nobody else changes anything meanwhile. */
  atomically<T>(work: () => T): T;
  close(): void;
}
