import type { Millis, Role } from '@keepsite/edge-contract';
import { EdgeError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Audit } from './audit.ts';
import type { AccessStore, StoredToken } from './ports.ts';
import type { Principal } from './roles.ts';
import { digestOf, newToken, sameDigest } from './secrets.ts';

/** So that a token that was published by mistake is recognised for what it is. */
const PREFIX = 'keepsite_';
const NAME = /^[a-z0-9][a-z0-9._-]{1,63}$/;

/** What machines show: `Authorization: Bearer …`. */
export interface Tokens {
  /** Answers the token, this once. Throws ACCOUNT_EXISTS and ACCOUNT_REFUSED. */
  issue(order: { readonly name: string; readonly role: Role; readonly forMs?: number }, by: string): string;
  revoke(name: string, by: string): void;
  list(): Omit<StoredToken, 'digest'>[];
  who(token: string): Principal | null;
  /** The same for what a browser shows: there a token that may do more than look is none. */
  screen(token: string): Principal | null;
}

/** `master` is the one of the configuration, which has every right and no entry. */
export function createTokens(parts: {
  readonly store: AccessStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly audit: Audit;
  readonly master: string | null;
}): Tokens {
  const { store, clock, audit } = parts;
  const master = parts.master === null ? null : digestOf(parts.master);

  function who(token: string): Principal | null {
    const digest = digestOf(token);
    if (master !== null && sameDigest(digest, master)) return MASTER;
    const found = store.token(digest);
    if (!found || isOver(found.expiresAt)) return null;
    const { name, role } = found;
    return { kind: 'token', name, displayName: name, role, responder: null, session: null };
  }

  const isOver = (expiresAt: Millis | null) => expiresAt !== null && clock.now() >= expiresAt;
  return {
    issue({ name, role, forMs }, by) {
      if (!NAME.test(name) || name === MASTER.name)
        throw new EdgeError(
          'ACCOUNT_REFUSED',
          'the name of a token may hold small letters, digits, dot, dash and underscore',
        );
      const token = `${PREFIX}${newToken()}`;
      const now = clock.now();
      store.atomically(() => {
        for (const old of store.tokens()) if (isOver(old.expiresAt)) store.removeToken(old.name);
        if (store.tokens().some((it) => it.name === name))
          throw new EdgeError('ACCOUNT_EXISTS', `there is a token ${name} already; revoke it first`);
        const expiresAt = forMs === undefined ? null : now + forMs;
        store.addToken({ name, digest: digestOf(token), role, createdAt: now, expiresAt });
        audit.record({ kind: 'token_issued', by, account: null, detail: { token: name, role } });
      });
      return token;
    },
    revoke(name, by) {
      if (!store.tokens().some((it) => it.name === name))
        throw new EdgeError('ACCOUNT_UNKNOWN', `there is no token ${name}`);
      store.removeToken(name);
      audit.record({ kind: 'token_revoked', by, account: null, detail: { token: name } });
    },
    list: () =>
      store
        .tokens()
        .filter(({ expiresAt }) => !isOver(expiresAt))
        .map(({ name, role, createdAt, expiresAt }) => ({ name, role, createdAt, expiresAt })),
    who,
    screen(token) {
      const principal = who(token);
      return principal?.role === 'viewer' ? principal : null;
    },
  };
}

/** Who shows the token of the configuration. */
export const MASTER: Principal = {
  kind: 'token',
  name: 'api',
  displayName: 'API token',
  role: 'admin',
  responder: null,
  session: null,
};
