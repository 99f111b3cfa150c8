import type { Log } from '../events.ts';
import type { Clock } from '../ports.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { type Audit, createAudit } from './audit.ts';
import { createEntry, type Entry } from './entry.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import type { AccessStore } from './ports.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** Who may come in, who is in, and what was written down about it. */
export interface Access {
  readonly entry: Entry;
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly audit: Audit;
}

export function createAccess(parts: {
  readonly store: AccessStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info'>;
  readonly people: () => readonly string[];
  /** The token of the configuration. */
  readonly master: string | null;
  readonly passwords?: Passwords;
}): Access {
  const { store, clock, log, people, master, passwords = createPasswords() } = parts;
  const audit = createAudit({ store, clock, log });
  const sessions = createSessions({ store, clock, audit });
  return {
    entry: createEntry({ store, sessions, passwords, audit, clock }),
    sessions,
    accounts: createAccounts({ store, sessions, audit, clock, people }),
    tokens: createTokens({ store, clock, audit, master }),
    audit,
  };
}
