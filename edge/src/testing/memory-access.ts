import type { AccessStore, StoredAccount, StoredAuditEntry, StoredSession, StoredToken } from '../access/ports.ts';

/** The access file's twin: the same promises, in memory. */
export function createMemoryAccess(): AccessStore {
  let accounts = new Map<string, StoredAccount>();
  let sessions: readonly StoredSession[] = [];
  let known: readonly string[] = [];
  let tokens: readonly StoredToken[] = [];
  let setupCode: string | null = null;
  let audit: readonly StoredAuditEntry[] = [];
  let isInside = false;

  const byName = <T extends { readonly name: string }>(items: Iterable<T>) =>
    [...items].toSorted((a, b) => (a.name < b.name ? -1 : 1));

  return {
    accounts: () => byName(accounts.values()),
    account: (name) => accounts.get(name),
    saveAccount(account) {
      const { createdAt } = accounts.get(account.name) ?? account;
      accounts = new Map(accounts).set(account.name, { ...account, createdAt });
    },
    session: (digest) => sessions.find((it) => it.digest === digest),
    sessions: (account) =>
      sessions
        .filter((it) => account === undefined || it.account === account)
        .toReversed()
        .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt),
    addSession(session) {
      if (!accounts.has(session.account)) throw new Error(`no account ${session.account}`);
      sessions = [...sessions, session];
    },
    touchSession: (id, at) => void (sessions = sessions.map((it) => (it.id === id ? { ...it, lastSeenAt: at } : it))),
    endSession: (id) => void (sessions = sessions.filter((it) => it.id !== id)),
    isKnownAddress: (account, address) => known.includes(`${account} ${address}`),
    knowAddress(account, address) {
      const others = known.filter((it) => it !== `${account} ${address}`);
      const own = others.filter((it) => it.startsWith(`${account} `));
      const oldest = own.length >= 20 ? own[0] : undefined;
      known = [...others.filter((it) => it !== oldest), `${account} ${address}`];
    },
    tokens: () => byName(tokens),
    token: (digest) => tokens.find((it) => it.digest === digest),
    addToken(token) {
      if (tokens.some((it) => it.name === token.name)) throw new Error(`there is a token ${token.name}`);
      tokens = [...tokens, token];
    },
    removeToken: (name) => void (tokens = tokens.filter((it) => it.name !== name)),
    setupCode: () => setupCode,
    saveSetupCode: (digest) => void (setupCode = digest),
    record: (entry) => void (audit = [...audit, { ...entry, id: (audit.at(-1)?.id ?? 0) + 1 }]),
    audit: ({ before = Infinity, limit }) =>
      audit
        .filter(({ id }) => id < before)
        .toReversed()
        .slice(0, limit),
    atomically(work) {
      if (isInside) return work();
      const before = { accounts, sessions, known, tokens, setupCode, audit };
      isInside = true;
      try {
        return work();
      } catch (error) {
        ({ accounts, sessions, known, tokens, setupCode, audit } = before);
        throw error;
      } finally {
        isInside = false;
      }
    },
    close: () => undefined,
  };
}
