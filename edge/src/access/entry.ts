import {
  type CodeBody,
  createThrottle,
  neighbourhoodOf,
  type PasswordBody,
  type SetupBody,
  type SignInBody,
} from '@keepsite/edge-contract';
import { EdgeError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { isAdmin } from './accounts.ts';
import type { Audit } from './audit.ts';
import { LEAST_CHARACTERS, type Weakness, weaknessOf } from './password-rules.ts';
import type { Passwords } from './passwords.ts';
import type { AccessStore, StoredAccount } from './ports.ts';
import type { Principal } from './roles.ts';
import { codeDigestOf, newCode, sameDigest } from './secrets.ts';
import type { NewSession, Origin, Sessions } from './sessions.ts';

const MINUTE_MS = 60_000;
/** A crew that shares one address is many people; a person mistypes a few times. */
const BY_ADDRESS = { free: 20, firstMs: 1_000, mostMs: 15 * MINUTE_MS, forgetMs: 60 * MINUTE_MS };
const BY_ACCOUNT = { free: 5, firstMs: 1_000, mostMs: MINUTE_MS, forgetMs: 60 * MINUTE_MS };

/** `refused`: name, password or code is wrong, and which is not told. `later`: too many tries. */
export type Entered =
  | { readonly outcome: 'in'; readonly session: NewSession }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'later'; readonly retryAfterSeconds: number };

/** The door: how people come in and how they get their password. A weak password throws PASSWORD_WEAK. */
export interface Entry {
  signIn(body: SignInBody, origin: Origin): Promise<Entered>;
  /** With the one-time code of an admin: the password is chosen, and the person is in. */
  redeem(body: CodeBody, origin: Origin): Promise<Entered>;
  /** With the code that the edge printed: the first admin. */
  setUp(body: SetupBody, origin: Origin): Promise<Entered>;
  /** Every other session ends, and this one gets a new token. */
  changePassword(principal: Principal, body: PasswordBody, origin: Origin): Promise<Entered>;
  signOut(principal: Principal, origin: Origin): void;
  readonly setupNeeded: boolean;
  /** A new setup code, the old one no longer holds; null where there is an admin. */
  makeSetupCode(): string | null;
}

export function createEntry(parts: {
  readonly store: AccessStore;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly audit: Audit;
  readonly clock: Pick<Clock, 'now'>;
}): Entry {
  const { store, sessions, passwords, audit, clock } = parts;
  const byAddress = createThrottle(BY_ADDRESS);
  const byAccount = createThrottle(BY_ACCOUNT);

  /** Counts the try, lets `check` judge it, and takes the count back when it was good. */
  async function attempt(
    what: 'password' | 'code' | 'setup code',
    name: string,
    origin: Origin,
    check: () => Promise<NewSession | null>,
  ): Promise<Entered> {
    const now = clock.now();
    const [address, account] = [neighbourhoodOf(origin.address), accountKey(name, origin.address)];
    const waitMs = Math.max(byAddress.wait(address, now), byAccount.wait(account, now));
    if (waitMs > 0) return { outcome: 'later', retryAfterSeconds: Math.ceil(waitMs / 1000) };
    byAddress.tried(address, now);
    byAccount.tried(account, now);
    const session = await check().catch((error: unknown) => {
      // It was not a guess: the code was right, or nobody looked at the password at all.
      byAddress.forgive(address);
      byAccount.forgive(account);
      throw error;
    });
    if (session === null) {
      const detail = { what };
      audit.record({ kind: 'sign_in_failed', by: 'nobody', account: knownName(name), address: origin.address, detail });
      return { outcome: 'refused' };
    }
    byAddress.forgive(address);
    byAccount.forget(account);
    return { outcome: 'in', session };
  }

  /** Whoever guesses elsewhere must not make the owner wait at the place from which the owner has come before. */
  function accountKey(name: string, address: string): string {
    return store.isKnownAddress(name, address) ? `${name} ${address}` : name;
  }

  /** What was typed where the name belongs may be a password. */
  function knownName(name: string): string | null {
    return store.account(name)?.name ?? null;
  }

  function signIn({ name, password }: SignInBody, origin: Origin): Promise<Entered> {
    return attempt('password', name, origin, async () => {
      const account = usable(name);
      const isRight = await passwords.verify(password, account?.passwordHash ?? null);
      return account && isRight ? enter(name, account.passwordHash, origin) : null;
    });
  }

  function usable(name: string): StoredAccount | null {
    const account = store.account(name);
    return account && !account.disabled ? account : null;
  }

  /** The account may have changed while the password was checked. */
  function enter(name: string, hash: string | null, origin: Origin): NewSession | null {
    return store.atomically(() => {
      const account = usable(name);
      if (!account || hash === null || account.passwordHash !== hash) return null;
      const now = clock.now();
      store.saveAccount({ ...account, lastSignedInAt: now });
      store.knowAddress(name, origin.address, now);
      audit.record({ kind: 'signed_in', by: name, account: name, address: origin.address });
      return sessions.start(account, origin);
    });
  }

  function redeem({ name, code, password }: CodeBody, origin: Origin): Promise<Entered> {
    const digest = codeDigestOf(code);
    const isRight = (account: StoredAccount | null): account is StoredAccount => {
      const kept = account?.code ?? null;
      return kept !== null && clock.now() < kept.expiresAt && sameDigest(kept.digest, digest);
    };
    return attempt('code', name, origin, async () => {
      const account = usable(name);
      // Whether the code is right shows neither in what is answered nor in how long that takes.
      const weakness = isRight(account) ? weaknessOf(password, [name, account.displayName]) : null;
      if (weakness) throw weak(weakness);
      const hash = await passwords.hash(password);
      return store.atomically(() => {
        const now = usable(name);
        if (!isRight(now)) return null;
        store.saveAccount({ ...now, passwordHash: hash, code: null });
        audit.record({ kind: 'password_chosen', by: name, account: name, address: origin.address });
        return enter(name, hash, origin);
      });
    });
  }

  function setUp({ code, name, displayName, password }: SetupBody, origin: Origin): Promise<Entered> {
    const isRight = () => {
      const digest = store.setupCode();
      return setupNeeded() && digest !== null && sameDigest(digest, codeDigestOf(code));
    };
    return attempt('setup code', '', origin, async () => {
      const weakness = isRight() ? weaknessOf(password, [name, displayName]) : null;
      if (weakness) throw weak(weakness);
      const passwordHash = await passwords.hash(password);
      return store.atomically(() => {
        if (!isRight()) return null;
        if (store.account(name)) throw new EdgeError('ACCOUNT_EXISTS', `there is an account ${name} already`);
        const createdAt = clock.now();
        const admin = { name, displayName, role: 'admin', responder: null, disabled: false } as const;
        store.saveAccount({ ...admin, passwordHash, code: null, createdAt, lastSignedInAt: null });
        store.saveSetupCode(null);
        audit.record({ kind: 'first_admin_added', by: name, account: name, address: origin.address });
        return enter(name, passwordHash, origin);
      });
    });
  }

  function changePassword(principal: Principal, { current, password }: PasswordBody, origin: Origin): Promise<Entered> {
    const { name, displayName, session } = principal;
    return attempt('password', name, origin, async () => {
      const account = usable(name);
      if (!account || !(await passwords.verify(current, account.passwordHash))) return null;
      const weakness = weaknessOf(password, [name, displayName]);
      if (weakness) throw weak(weakness);
      const passwordHash = await passwords.hash(password);
      return store.atomically(() => {
        const now = usable(name);
        if (!now || now.passwordHash !== account.passwordHash) return null;
        store.saveAccount({ ...now, passwordHash });
        audit.record({ kind: 'password_changed', by: name, account: name, address: origin.address });
        sessions.endAll(name, name, session);
        if (session !== null) store.endSession(session);
        return sessions.start(now, origin);
      });
    });
  }

  function setupNeeded(): boolean {
    return !store.accounts().some(isAdmin);
  }

  return {
    signIn,
    redeem,
    setUp,
    changePassword,
    signOut({ name, session }, { address }) {
      if (session === null) return;
      store.endSession(session);
      audit.record({ kind: 'signed_out', by: name, account: name, address });
    },
    get setupNeeded() {
      return setupNeeded();
    },
    makeSetupCode() {
      if (!setupNeeded()) return null;
      const code = newCode();
      store.saveSetupCode(codeDigestOf(code));
      audit.record({ kind: 'setup_code_made', by: 'box' });
      return code;
    },
  };
}

function weak(weakness: Weakness): EdgeError {
  const sentence = {
    too_short: `the password needs at least ${LEAST_CHARACTERS} characters`,
    too_common: 'this password is among the first that are guessed; take several words that do not belong together',
    like_your_name: 'the password is too much like the name; take several words that do not belong together',
  }[weakness];
  return new EdgeError('PASSWORD_WEAK', sentence, { details: [weakness] });
}
