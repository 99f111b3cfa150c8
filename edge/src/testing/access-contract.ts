import { describe, expect, test } from 'vitest';
import type { AccessStore, StoredAccount, StoredSession } from '../access/ports.ts';

const LI: StoredAccount = {
  name: 'li',
  displayName: '李娜',
  role: 'crew',
  responder: 'li',
  disabled: false,
  passwordHash: null,
  code: { digest: 'code-digest', expiresAt: 2_000 },
  createdAt: 1_000,
  lastSignedInAt: null,
};

function sessionOf(account: string, id: string, lastSeenAt: number): StoredSession {
  const where = { address: '10.0.0.7', agent: 'phone' };
  return { id, digest: `digest of ${id}`, account, startedAt: 1_000, lastSeenAt, ...where };
}

/** What every access store promises; run against the file and its twin. */
export function accessContract(name: string, open: () => AccessStore): void {
  describe(`${name}, as an access store`, () => {
    test('keeps an account as it was saved last, and when it was made for ever', () => {
      const store = open();
      store.saveAccount({ ...LI, name: 'wang', responder: null });
      store.saveAccount(LI);
      expect(store.accounts().map((it) => it.name)).toEqual(['li', 'wang']);
      expect(store.account('li')).toEqual(LI);
      const later = {
        ...LI,
        role: 'admin',
        disabled: true,
        passwordHash: 'hash',
        code: null,
        lastSignedInAt: 3_000,
      } as const;
      store.saveAccount({ ...later, createdAt: 9_000 });
      expect(store.account('li')).toEqual(later);
      expect(store.account('nobody')).toBeUndefined();
    });

    test('finds a session by its digest, lists the newest used first, and forgets one that ended', () => {
      const store = open();
      for (const account of ['li', 'wang']) store.saveAccount({ ...LI, name: account });
      store.addSession(sessionOf('li', 'a', 1_000));
      store.addSession(sessionOf('li', 'b', 2_000));
      store.addSession(sessionOf('wang', 'c', 1_500));
      expect(store.session('digest of b')).toEqual(sessionOf('li', 'b', 2_000));
      store.touchSession('a', 3_000);
      expect(store.sessions('li').map((it) => [it.id, it.lastSeenAt])).toEqual([
        ['a', 3_000],
        ['b', 2_000],
      ]);
      expect(store.sessions().map((it) => it.id)).toEqual(['a', 'b', 'c']);
      store.endSession('a');
      expect(store.session('digest of a')).toBeUndefined();
    });

    test('no session stands without its account', () => {
      expect(() => open().addSession(sessionOf('nobody', 'a', 1_000))).toThrow();
    });

    test('remembers the twenty addresses that an account came from last', () => {
      const store = open();
      for (let i = 0; i < 21; i += 1) store.knowAddress('li', `10.0.0.${i}`, i);
      store.knowAddress('wang', '10.0.0.0', 5);
      expect(store.isKnownAddress('li', '10.0.0.0')).toBe(false);
      expect(store.isKnownAddress('li', '10.0.0.1')).toBe(true);
      expect(store.isKnownAddress('wang', '10.0.0.0')).toBe(true);
    });

    test('keeps tokens by name, one of each', () => {
      const store = open();
      const token = { name: 'grafana', digest: 'd1', role: 'viewer', createdAt: 1, expiresAt: null } as const;
      store.addToken(token);
      expect(() => store.addToken({ ...token, digest: 'd2' })).toThrow();
      expect(store.token('d1')).toEqual(token);
      expect(store.tokens()).toEqual([token]);
      store.removeToken('grafana');
      expect(store.token('d1')).toBeUndefined();
    });

    test('keeps one setup code, or none', () => {
      const store = open();
      expect(store.setupCode()).toBeNull();
      store.saveSetupCode('one');
      store.saveSetupCode('two');
      expect(store.setupCode()).toBe('two');
      store.saveSetupCode(null);
      expect(store.setupCode()).toBeNull();
    });

    test('the audit is read newest first, in pages', () => {
      const store = open();
      for (const at of [1, 2, 3])
        store.record({ at, kind: 'signed_in', by: 'li', account: 'li', address: null, detail: { n: at } });
      const first = store.audit({ limit: 2 });
      expect(first.map(({ at, detail }) => [at, detail])).toEqual([
        [3, { n: 3 }],
        [2, { n: 2 }],
      ]);
      expect(store.audit({ before: first[1]?.id ?? 0, limit: 2 }).map(({ at }) => at)).toEqual([1]);
    });

    test('all of a change is kept, or nothing', () => {
      const store = open();
      const work = (): never => {
        store.saveAccount(LI);
        store.atomically(() => store.saveSetupCode('code'));
        throw new Error('no');
      };
      expect(() => store.atomically(work)).toThrow('no');
      expect([store.accounts(), store.setupCode()]).toEqual([[], null]);
      expect(store.atomically(() => (store.saveAccount(LI), store.accounts().length))).toBe(1);
    });
  });
}
