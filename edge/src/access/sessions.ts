import { type AccountSession, instantText, type Millis, type Role } from '@keepsite/edge-contract';
import { randomUUID } from 'node:crypto';
import { EdgeError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Audit } from './audit.ts';
import type { AccessStore, StoredAccount, StoredSession } from './ports.ts';
import type { Principal } from './roles.ts';
import { digestOf, newToken } from './secrets.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A crew's phone must not ask for a password in the minute in which it matters. */
const CREW = { idleMs: 30 * DAY_MS, wholeMs: 90 * DAY_MS };
const DESK = { idleMs: 12 * HOUR_MS, wholeMs: 7 * DAY_MS };
/** More than so many browsers of one account are not kept; the one unused for longest ends. */
const MOST_SESSIONS = 20;
/** The disk need not know to the second when somebody was here last. */
const TOUCH_EVERY_MS = 60_000;
const AGENT_CHARACTERS = 200;

/** Whence a request comes. */
export interface Origin {
  readonly address: string;
  readonly agent: string;
}

/** A session that has just begun; the token is told this once. */
export interface NewSession {
  readonly token: string;
  /** How long the browser may keep it. */
  readonly keepForMs: number;
}

/** Browsers in which people are signed in. */
export interface Sessions {
  start(account: StoredAccount, origin: Origin): NewSession;
  /** The browser that shows this token has another session now, or none. */
  leave(token: string): void;
  /** Who shows this token; null once it has ended, has not been used for too long, or the account is disabled. */
  who(token: string): Principal | null;
  /** True while a principal may go on as it is: same role, session or token not ended. */
  stillHolds(principal: Principal): boolean;
  /** Those that are open now, of one account, the newest used first. */
  of(account: string, current?: string | null): AccountSession[];
  /** How many are open now, by account. */
  counts(): ReadonlyMap<string, number>;
  /** Ends one; throws SESSION_UNKNOWN where the account has none of this id. */
  end(account: string, id: string, by: string): void;
  /** Ends all but `keep`; answers how many there were. */
  endAll(account: string, by: string, keep?: string | null): number;
}

export function createSessions(parts: {
  readonly store: AccessStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly audit: Audit;
}): Sessions {
  const { store, clock, audit } = parts;

  function start(account: StoredAccount, { address, agent }: Origin): NewSession {
    const token = newToken();
    const now = clock.now();
    const kept = { address, agent: oneLine(agent), startedAt: now, lastSeenAt: now };
    store.addSession({ id: randomUUID(), digest: digestOf(token), account: account.name, ...kept });
    for (const old of store.sessions(account.name).slice(MOST_SESSIONS)) store.endSession(old.id);
    return { token, keepForMs: limitsOf(account.role).wholeMs };
  }

  function who(token: string): Principal | null {
    const session = store.session(digestOf(token));
    const account = session && holderOf(session);
    if (!session || !account) return null;
    if (clock.now() - session.lastSeenAt >= TOUCH_EVERY_MS) touch(session.id);
    const { name, displayName, role, responder } = account;
    return { kind: 'account', name, displayName, role, responder, session: session.id };
  }

  /** A full disk must sign nobody out. */
  function touch(id: string): void {
    try {
      store.touchSession(id, clock.now());
    } catch {
      // The session keeps its older time, which is the safe one.
    }
  }

  function holderOf(session: StoredSession): StoredAccount | null {
    const account = store.account(session.account);
    return account && !account.disabled && clock.now() < endOf(session, account.role) ? account : null;
  }

  function open(account?: string): StoredSession[] {
    return store.sessions(account).filter((session) => holderOf(session) !== null);
  }

  function stillHolds(principal: Principal): boolean {
    if (principal.kind === 'demo') return true;
    if (principal.kind === 'token')
      return store.tokens().some((it) => it.name === principal.name && !isOver(it.expiresAt));
    const session = store.sessions(principal.name).find(({ id }) => id === principal.session);
    return session !== undefined && holderOf(session)?.role === principal.role;
  }

  function isOver(expiresAt: Millis | null): boolean {
    return expiresAt !== null && clock.now() >= expiresAt;
  }

  function end(account: string, id: string, by: string): void {
    if (!store.sessions(account).some((session) => session.id === id))
      throw new EdgeError('SESSION_UNKNOWN', 'this session has ended already');
    store.endSession(id);
    audit.record({ kind: 'session_ended', by, account, detail: { sessions: 1 } });
  }

  function endAll(account: string, by: string, keep: string | null = null): number {
    const ended = store.sessions(account).filter(({ id }) => id !== keep);
    for (const { id } of ended) store.endSession(id);
    if (ended.length > 0) audit.record({ kind: 'session_ended', by, account, detail: { sessions: ended.length } });
    return ended.length;
  }

  return {
    start,
    leave(token) {
      const session = store.session(digestOf(token));
      if (session) store.endSession(session.id);
    },
    who,
    stillHolds,
    of: (account, current = null) => open(account).map((session) => shown(session, roleOf(account), current)),
    counts: () => new Map([...Map.groupBy(open(), (it) => it.account)].map(([name, list]) => [name, list.length])),
    end,
    endAll,
  };

  function roleOf(account: string): Role {
    return store.account(account)?.role ?? 'viewer';
  }
}

function limitsOf(role: Role): { readonly idleMs: number; readonly wholeMs: number } {
  return role === 'crew' ? CREW : DESK;
}

function endOf({ startedAt, lastSeenAt }: StoredSession, role: Role): Millis {
  const { idleMs, wholeMs } = limitsOf(role);
  return Math.min(lastSeenAt + idleMs, startedAt + wholeMs);
}

function shown(session: StoredSession, role: Role, current: string | null): AccountSession {
  const { id, startedAt, lastSeenAt, address, agent } = session;
  return {
    id,
    current: id === current,
    startedAt: instantText(startedAt),
    lastSeenAt: instantText(lastSeenAt),
    endsAt: instantText(endOf(session, role)),
    address,
    agent,
  };
}

/** What a browser calls itself is shown to people and printed on terminals. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, AGENT_CHARACTERS);
}
