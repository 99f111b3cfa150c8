import {
  type Account,
  type AccountBody,
  type AccountChange,
  instantText,
  instantTextOrNull,
  type OneTimeCode,
} from '@keepsite/edge-contract';
import { EdgeError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Audit } from './audit.ts';
import type { AccessStore, StoredAccount } from './ports.ts';
import { codeDigestOf, newCode } from './secrets.ts';
import type { Sessions } from './sessions.ts';

/** A one-time code is handed over in person or by telephone; a few days must do. */
const CODE_FOR_MS = 7 * 24 * 3_600_000;

/** The people who may sign in, as an admin keeps them. `by` is who does it, for the audit. */
export interface Accounts {
  list(): Account[];
  /** Answers the code with which the person chooses a password. Throws ACCOUNT_EXISTS and ACCOUNT_REFUSED. */
  add(body: AccountBody, by: string): { readonly account: Account; readonly code: OneTimeCode };
  /** Throws ACCOUNT_UNKNOWN, ACCOUNT_REFUSED, and LAST_ADMIN when nobody could undo it. */
  change(name: string, change: AccountChange, by: string): Account;
  /** The password no longer holds, every session ends; the code leads to a new one. */
  reset(name: string, by: string): OneTimeCode;
}

export function createAccounts(parts: {
  readonly store: AccessStore;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly clock: Pick<Clock, 'now'>;
  /** Ids of the people of the registry. */
  readonly people: () => readonly string[];
}): Accounts {
  const { store, sessions, audit, clock, people } = parts;

  function known(name: string): StoredAccount {
    const account = store.account(name);
    if (!account) throw new EdgeError('ACCOUNT_UNKNOWN', `there is no account ${name}`);
    return account;
  }

  /** Nobody may come to stand in the evidence for somebody else by what the account is called. */
  function checkPerson({ name, responder }: Pick<StoredAccount, 'name' | 'responder'>): void {
    if (responder !== null && !people().includes(responder))
      throw new EdgeError('ACCOUNT_REFUSED', `no person ${responder} is in the registry`);
    if (responder !== name && people().includes(name))
      throw new EdgeError(
        'ACCOUNT_REFUSED',
        `${name} is a person of the registry: name that responder, or call the account something else`,
      );
  }

  function add(body: AccountBody, by: string): { account: Account; code: OneTimeCode } {
    checkPerson(body);
    const account: StoredAccount = {
      ...body,
      disabled: false,
      passwordHash: null,
      code: null,
      createdAt: clock.now(),
      lastSignedInAt: null,
    };
    return store.atomically(() => {
      if (store.account(body.name)) throw new EdgeError('ACCOUNT_EXISTS', `there is an account ${body.name} already`);
      const { name, role, responder } = body;
      audit.record({ kind: 'account_added', by, account: name, detail: { role, responder } });
      const code = issueCode(account, by);
      return { account: shown(known(name), 0), code };
    });
  }

  function change(name: string, changes: AccountChange, by: string): Account {
    return store.atomically(() => {
      const before = known(name);
      const after: StoredAccount = { ...before, ...given(changes) };
      if (after.responder !== before.responder) checkPerson(after);
      if (isAdmin(before) && !isAdmin(after)) assertAnotherAdmin(name);
      store.saveAccount(after);
      tellChange(before, after, by);
      if (after.disabled && !before.disabled) sessions.endAll(name, by);
      return shown(after, sessions.counts().get(name) ?? 0);
    });
  }

  function tellChange(before: StoredAccount, after: StoredAccount, by: string): void {
    const tell = (kind: Parameters<Audit['record']>[0]['kind'], detail: Record<string, string | null> = {}) =>
      audit.record({ kind, by, account: after.name, detail });
    if (after.role !== before.role) tell('role_changed', { from: before.role, to: after.role });
    if (after.disabled !== before.disabled) tell(after.disabled ? 'account_disabled' : 'account_enabled');
    const { displayName, responder } = after;
    if (displayName !== before.displayName || responder !== before.responder)
      tell('account_changed', { displayName, responder });
  }

  function reset(name: string, by: string): OneTimeCode {
    return store.atomically(() => {
      const account = known(name);
      if (isAdmin(account)) assertAnotherAdmin(name);
      sessions.endAll(name, by);
      return issueCode({ ...account, passwordHash: null }, by);
    });
  }

  function issueCode(account: StoredAccount, by: string): OneTimeCode {
    const code = newCode();
    const expiresAt = clock.now() + CODE_FOR_MS;
    store.saveAccount({ ...account, code: { digest: codeDigestOf(code), expiresAt } });
    audit.record({ kind: 'code_issued', by, account: account.name });
    return { name: account.name, code, expiresAt: instantText(expiresAt) };
  }

  function assertAnotherAdmin(name: string): void {
    if (store.accounts().some((it) => it.name !== name && isAdmin(it))) return;
    throw new EdgeError('LAST_ADMIN', `${name} is the only admin who can sign in; make another one first`);
  }

  return {
    list() {
      const open = sessions.counts();
      return store.accounts().map((account) => shown(account, open.get(account.name) ?? 0));
    },
    add,
    change,
    reset,
  };
}

/** An admin who can sign in: whoever has not yet chosen a password is none. */
export function isAdmin({ role, disabled, passwordHash }: StoredAccount): boolean {
  return role === 'admin' && !disabled && passwordHash !== null;
}

function given(changes: AccountChange): Partial<StoredAccount> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** Without hashes and digests. */
function shown(account: StoredAccount, sessions: number): Account {
  const { name, displayName, role, responder, disabled } = account;
  return {
    name,
    displayName,
    role,
    responder,
    disabled,
    hasPassword: account.passwordHash !== null,
    createdAt: instantText(account.createdAt),
    lastSignedInAt: instantTextOrNull(account.lastSignedInAt),
    sessions,
  };
}
