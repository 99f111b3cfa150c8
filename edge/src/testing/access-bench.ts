import type { Role } from '@keepsite/edge-contract';
import { type Access, createAccess } from '../access/access.ts';
import { createPasswords, type Derive, type Passwords } from '../access/passwords.ts';
import type { AccessStore, StoredAccount } from '../access/ports.ts';
import type { Clock } from '../ports.ts';
import { createFakeClock } from './fake-clock.ts';
import { createMemoryAccess } from './memory-access.ts';

export const PASSWORD = 'vier Stühle am Fenster';
export const MASTER_TOKEN = 'a-token-of-sufficient-length';

/** Deriving a key takes as long as a test can spare: none. `count` tells how often it was done. */
export function quickPasswords(): Passwords & { readonly count: () => number } {
  let count = 0;
  const derive: Derive = (password, salt) => {
    count += 1;
    return Promise.resolve(Buffer.concat([Buffer.from(password), salt]));
  };
  return { ...createPasswords(derive), count: () => count };
}

/** Access over the twin in memory, with quick passwords; `lines` is what went to the log. */
export function createAccessBench(over: { clock?: Clock; people?: readonly string[] } = {}) {
  const clock = over.clock ?? createFakeClock();
  const store = createMemoryAccess();
  const passwords = quickPasswords();
  const lines: object[] = [];
  const access = createAccess({
    store,
    clock,
    passwords,
    people: () => over.people ?? ['li', 'zhang'],
    master: MASTER_TOKEN,
    log: { info: (fields) => void lines.push(fields) },
  });
  const addAccount = accountAdder(store, passwords);
  return { access, store, passwords, lines, clock, addAccount };
}

/** Adds an account that has its password already. */
function accountAdder(store: AccessStore, passwords: Passwords) {
  return async (name: string, role: Role, more: Partial<StoredAccount> = {}): Promise<StoredAccount> => {
    const account: StoredAccount = {
      name,
      displayName: name.toUpperCase(),
      role,
      responder: null,
      disabled: false,
      passwordHash: await passwords.hash(PASSWORD),
      code: null,
      createdAt: 0,
      lastSignedInAt: null,
      ...more,
    };
    store.saveAccount(account);
    return account;
  };
}

/** A session of an account, as its cookie. */
export function cookieOf(access: Access, account: StoredAccount): string {
  return `keepsite=${access.sessions.start(account, { address: '127.0.0.1', agent: 'test' }).token}`;
}
