import { describe, expect, test } from 'vitest';
import { isEdgeError } from '../errors.ts';
import { createAccessBench, PASSWORD } from '../testing/access-bench.ts';
import { createFakeClock } from '../testing/fake-clock.ts';

const PHONE = { address: '10.0.0.7', agent: 'phone' };
const ELSEWHERE = { address: '203.0.113.9', agent: 'curl' };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NEXT = 'Regen auf sieben Dächern';

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (isEdgeError(error)) return error.code;
    throw error;
  }
  return undefined;
}

async function bench() {
  const clock = createFakeClock();
  const made = createAccessBench({ clock });
  const { entry, sessions } = made.access;
  const signIn = (name: string, password: string, origin = PHONE) => entry.signIn({ name, password }, origin);
  const kinds = () => made.access.audit.read({ limit: 100 }).map(({ kind }) => kind);
  return { ...made, ...made.access, clock, signIn, kinds, who: sessions.who };
}

/** Signs in and answers the token. */
async function tokenOf({ signIn }: Awaited<ReturnType<typeof bench>>, name: string): Promise<string> {
  const entered = await signIn(name, PASSWORD);
  if (entered.outcome !== 'in') throw new Error(entered.outcome);
  return entered.session.token;
}

describe('signing in', () => {
  test('a name and its password make a session that is known by its token alone', async () => {
    const door = await bench();
    await door.addAccount('li', 'crew', { responder: 'li' });
    const token = await tokenOf(door, 'li');
    expect(door.who(token)).toMatchObject({ kind: 'account', name: 'li', role: 'crew', responder: 'li' });
    expect(door.who(`${token}x`)).toBeNull();
    expect(JSON.stringify(door.store.sessions())).not.toContain(token);
  });

  test('an unknown name, a wrong password, a disabled account and one without a password are the same no, at the same cost', async () => {
    const { addAccount, passwords, signIn } = await bench();
    await addAccount('li', 'crew');
    await addAccount('gone', 'crew', { disabled: true });
    await addAccount('new', 'crew', { passwordHash: null });
    const costs: number[] = [];
    for (const [name, password] of [
      ['nobody', PASSWORD],
      ['li', 'not the password'],
      ['gone', PASSWORD],
      ['new', PASSWORD],
    ] as const) {
      const before = passwords.count();
      expect(await signIn(name, password), name).toEqual({ outcome: 'refused' });
      costs.push(passwords.count() - before);
    }
    expect(costs).toEqual([1, 1, 1, 1]);
  });

  test('an account that is disabled while its password is checked does not come in', async () => {
    const door = await bench();
    const account = await door.addAccount('li', 'crew');
    const entering = door.signIn('li', PASSWORD);
    door.store.saveAccount({ ...account, disabled: true });
    expect(await entering).toEqual({ outcome: 'refused' });
    expect(door.store.sessions()).toEqual([]);
  });

  test('guessing gets slower and slower, is never shut out for good, and does not slow the owner at the usual place', async () => {
    const door = await bench();
    await door.addAccount('li', 'crew');
    await tokenOf(door, 'li');
    const waits: number[] = [];
    for (let i = 0; i < 15; i += 1) {
      const entered = await door.signIn('li', 'a guess', ELSEWHERE);
      if (entered.outcome !== 'later') continue;
      waits.push(entered.retryAfterSeconds);
      door.clock.advance(entered.retryAfterSeconds * 1_000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16]);
    expect(await door.signIn('li', PASSWORD, ELSEWHERE)).toMatchObject({ outcome: 'later' });
    expect(await door.signIn('li', PASSWORD)).toMatchObject({ outcome: 'in' });
    door.clock.advance(60_000);
    expect(await door.signIn('li', PASSWORD, ELSEWHERE)).toMatchObject({ outcome: 'in' });
  });

  test('an unknown name is slowed like a known one, and an address that tries many names too', async () => {
    const { signIn } = await bench();
    const outcomes: string[] = [];
    for (let i = 0; i < 6; i += 1) outcomes.push((await signIn('nobody', 'a guess', ELSEWHERE)).outcome);
    expect(outcomes).toEqual([...Array<string>(5).fill('refused'), 'later']);
    for (let i = 0; i < 15; i += 1) await signIn(`name-${i}`, 'a guess', ELSEWHERE);
    expect(await signIn('yet-another', 'a guess', ELSEWHERE)).toMatchObject({ outcome: 'later' });
    expect(await signIn('yet-another', 'a guess', PHONE)).toMatchObject({ outcome: 'refused' });
  });

  test('a hundred tries at once are a hundred tries', async () => {
    const { addAccount, signIn } = await bench();
    await addAccount('li', 'crew');
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => signIn('li', 'a guess')));
    expect(outcomes.filter(({ outcome }) => outcome === 'refused')).toHaveLength(5);
  });

  test('what was typed where the name belongs is not written down unless it is a name', async () => {
    const { addAccount, signIn, lines, access } = await bench();
    await addAccount('li', 'crew');
    await signIn('my-secret-password', 'li');
    await signIn('li', 'a guess');
    const told = JSON.stringify([lines, access.audit.read({ limit: 10 })]);
    expect(told).not.toContain('my-secret-password');
    expect(access.audit.read({ limit: 10 }).map(({ kind, account }) => [kind, account])).toEqual([
      ['sign_in_failed', 'li'],
      ['sign_in_failed', null],
    ]);
  });
});

describe('a session', () => {
  test('ends after twelve hours without use, a crew’s after thirty days', async () => {
    const door = await bench();
    await door.addAccount('desk', 'dispatcher');
    await door.addAccount('li', 'crew');
    const [desk, phone] = [await tokenOf(door, 'desk'), await tokenOf(door, 'li')];
    door.clock.advance(12 * HOUR_MS - 1);
    expect(door.who(desk)).not.toBeNull();
    door.clock.advance(12 * HOUR_MS);
    expect(door.who(desk)).toBeNull();
    door.clock.advance(28 * DAY_MS);
    expect(door.who(phone)).not.toBeNull();
    door.clock.advance(30 * DAY_MS);
    expect(door.who(phone)).toBeNull();
  });

  test('ends for good after a week, a crew’s after ninety days, however much it is used', async () => {
    const door = await bench();
    await door.addAccount('desk', 'dispatcher');
    await door.addAccount('li', 'crew');
    const [desk, phone] = [await tokenOf(door, 'desk'), await tokenOf(door, 'li')];
    /** Uses it every ten hours for so long. */
    const useFor = (token: string, ms: number) => {
      const until = door.clock.now() + ms;
      while (door.clock.now() < until) {
        door.who(token);
        door.clock.advance(Math.min(10 * HOUR_MS, until - door.clock.now()));
      }
      return door.who(token) !== null;
    };
    expect([useFor(desk, 7 * DAY_MS - 1), useFor(desk, 1)]).toEqual([true, false]);
    expect([useFor(phone, 83 * DAY_MS - 1), useFor(phone, 1)]).toEqual([true, false]);
  });

  test('is over at once when it is ended, when its account is disabled or reset, and when the role changes it must be judged anew', async () => {
    const door = await bench();
    await door.addAccount('root', 'admin');
    const ways: ((id: string) => unknown)[] = [
      (id) => door.sessions.end('li', id, 'root'),
      () => door.sessions.endAll('li', 'root'),
      () => door.accounts.change('li', { disabled: true }, 'root'),
      () => door.accounts.reset('li', 'root'),
    ];
    for (const end of ways) {
      await door.addAccount('li', 'crew');
      const token = await tokenOf(door, 'li');
      const principal = door.who(token);
      if (!principal?.session) throw new Error('not signed in');
      expect(door.sessions.stillHolds(principal)).toBe(true);
      end(principal.session);
      expect([door.who(token), door.sessions.stillHolds(principal)]).toEqual([null, false]);
    }
    await door.addAccount('li', 'crew');
    const token = await tokenOf(door, 'li');
    const before = door.who(token);
    door.accounts.change('li', { role: 'viewer' }, 'root');
    expect(door.who(token)?.role).toBe('viewer');
    expect(before && door.sessions.stillHolds(before)).toBe(false);
  });

  test('a disk that takes nothing signs nobody out', async () => {
    const door = await bench();
    await door.addAccount('li', 'crew');
    const token = await tokenOf(door, 'li');
    Object.assign(door.store, {
      touchSession() {
        throw new Error('the disk is full');
      },
    });
    door.clock.advance(HOUR_MS);
    expect(door.who(token)).not.toBeNull();
  });

  test('what a browser calls itself is one line of plain text', async () => {
    const door = await bench();
    const account = await door.addAccount('li', 'crew');
    door.sessions.start(account, { address: '10.0.0.7', agent: 'Phone\n\u{1b}[2J\u{202e}evil\r' + 'x'.repeat(500) });
    const [shown] = door.sessions.of('li');
    expect(shown?.agent).toMatch(/^Phone {2}\[2J evil x+$/);
    expect(shown?.agent).toHaveLength(200);
  });
});

describe('the first admin', () => {
  const BODY = { name: 'root', displayName: 'Root', password: PASSWORD };

  test('is made with the code that was printed, once, and is signed in', async () => {
    const { entry, who, kinds } = await bench();
    const code = entry.makeSetupCode();
    if (code === null) throw new Error('no code');
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(await entry.setUp({ ...BODY, code: 'WRONG-WRONG-WRONG-WRONG' }, PHONE)).toEqual({ outcome: 'refused' });
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    const entered = await entry.setUp({ ...BODY, code: typed }, PHONE);
    expect(entered.outcome === 'in' && who(entered.session.token)?.role).toBe('admin');
    expect(await entry.setUp({ ...BODY, name: 'second', code }, PHONE)).toEqual({ outcome: 'refused' });
    expect([entry.setupNeeded, entry.makeSetupCode()]).toEqual([false, null]);
    expect(kinds()).toEqual(['sign_in_failed', 'signed_in', 'first_admin_added', 'sign_in_failed', 'setup_code_made']);
  });

  test('two people with the same code make one admin', async () => {
    const { entry, accounts } = await bench();
    const code = entry.makeSetupCode() ?? '';
    const both = await Promise.all(['root', 'boss'].map((name) => entry.setUp({ ...BODY, name, code }, PHONE)));
    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['in', 'refused']);
    expect(accounts.list()).toHaveLength(1);
  });

  test('the code is another at each start, and only its digest is kept', async () => {
    const { entry, store } = await bench();
    const first = entry.makeSetupCode() ?? '';
    const second = entry.makeSetupCode() ?? '';
    expect(second).not.toBe(first);
    expect(await entry.setUp({ ...BODY, code: first }, PHONE)).toEqual({ outcome: 'refused' });
    expect(store.setupCode()).not.toContain(second.slice(0, 5));
  });

  test('cannot be disabled, demoted or reset while nobody else could undo it', async () => {
    const { accounts, addAccount } = await bench();
    await addAccount('root', 'admin');
    await addAccount('new', 'admin', { passwordHash: null });
    const ways = [
      () => accounts.change('root', { disabled: true }, 'root'),
      () => accounts.change('root', { role: 'crew' }, 'root'),
      () => accounts.reset('root', 'root'),
    ];
    for (const way of ways) expect(codeOf(way)).toBe('LAST_ADMIN');
    await addAccount('boss', 'admin');
    expect(ways.map(codeOf)).toEqual([undefined, undefined, undefined]);
  });
});

describe('an account', () => {
  const BODY = { name: 'li', displayName: '李娜', role: 'crew', responder: 'li' } as const;

  test('is added without a password, and its code chooses one, once', async () => {
    const { accounts, entry, signIn, access } = await bench();
    const { account, code } = accounts.add(BODY, 'root');
    expect(account).toMatchObject({ hasPassword: false, sessions: 0, lastSignedInAt: null });
    const redeem = (password: string, typed = code.code) => entry.redeem({ name: 'li', code: typed, password }, PHONE);
    expect(await redeem(PASSWORD, 'WRONG')).toEqual({ outcome: 'refused' });
    expect(await redeem(PASSWORD)).toMatchObject({ outcome: 'in' });
    expect(await redeem(NEXT)).toEqual({ outcome: 'refused' });
    expect(await signIn('li', PASSWORD)).toMatchObject({ outcome: 'in' });
    expect(accounts.list()[0]).toMatchObject({ hasPassword: true, sessions: 2 });
    expect(JSON.stringify(access.audit.read({ limit: 50 }))).not.toContain(code.code);
  });

  test('a code is over after seven days', async () => {
    const { accounts, entry, clock } = await bench();
    const { code } = accounts.add(BODY, 'root');
    clock.advance(7 * DAY_MS);
    expect(await entry.redeem({ name: 'li', code: code.code, password: PASSWORD }, PHONE)).toEqual({
      outcome: 'refused',
    });
  });

  test('a reset ends its password and its sessions, and leads to a new password', async () => {
    const door = await bench();
    await door.addAccount('li', 'crew');
    const token = await tokenOf(door, 'li');
    const { code } = door.accounts.reset('li', 'root');
    expect(door.who(token)).toBeNull();
    expect(await door.signIn('li', PASSWORD)).toEqual({ outcome: 'refused' });
    expect(await door.entry.redeem({ name: 'li', code, password: NEXT }, PHONE)).toMatchObject({ outcome: 'in' });
    expect(await door.signIn('li', NEXT)).toMatchObject({ outcome: 'in' });
  });

  test('changing one’s own password asks for the old one, ends every other session and renews the token', async () => {
    const door = await bench();
    await door.addAccount('li', 'crew');
    const [here, there] = [await tokenOf(door, 'li'), await tokenOf(door, 'li')];
    const principal = door.who(here);
    if (principal === null) throw new Error('not signed in');
    const change = (current: string, password: string) =>
      door.entry.changePassword(principal, { current, password }, PHONE);
    expect(await change('a guess', NEXT)).toEqual({ outcome: 'refused' });
    const changed = await change(PASSWORD, NEXT);
    expect(changed.outcome === 'in' && door.who(changed.session.token)?.name).toBe('li');
    expect([door.who(here), door.who(there)]).toEqual([null, null]);
    expect(await door.signIn('li', PASSWORD)).toEqual({ outcome: 'refused' });
  });

  test('nobody comes to stand in the evidence for somebody else', async () => {
    const { accounts } = await bench();
    expect(codeOf(() => accounts.add({ ...BODY, responder: 'nobody' }, 'root'))).toBe('ACCOUNT_REFUSED');
    expect(codeOf(() => accounts.add({ ...BODY, responder: null }, 'root'))).toBe('ACCOUNT_REFUSED');
    expect(codeOf(() => accounts.add({ ...BODY, responder: 'zhang' }, 'root'))).toBe('ACCOUNT_REFUSED');
    accounts.add(BODY, 'root');
    expect(codeOf(() => accounts.add(BODY, 'root'))).toBe('ACCOUNT_EXISTS');
    expect(codeOf(() => accounts.change('li', { responder: null }, 'root'))).toBe('ACCOUNT_REFUSED');
    expect(codeOf(() => accounts.change('nobody', {}, 'root'))).toBe('ACCOUNT_UNKNOWN');
  });

  test('every change of it is in the audit, with who did it', async () => {
    const { accounts, addAccount, access } = await bench();
    await addAccount('li', 'crew');
    accounts.change('li', { role: 'dispatcher', displayName: 'Li' }, 'root');
    accounts.change('li', { disabled: true }, 'box');
    accounts.change('li', { disabled: false }, 'box');
    const told = access.audit.read({ limit: 10 }).map(({ kind, by, account, detail }) => [kind, by, account, detail]);
    expect(told.toReversed()).toEqual([
      ['role_changed', 'root', 'li', { from: 'crew', to: 'dispatcher' }],
      ['account_changed', 'root', 'li', { displayName: 'Li', responder: null }],
      ['account_disabled', 'box', 'li', {}],
      ['account_enabled', 'box', 'li', {}],
    ]);
  });
});

describe('a machine’s token', () => {
  test('opens the door with its role until it is revoked or over', async () => {
    const { tokens, clock, store } = await bench();
    const token = tokens.issue({ name: 'grafana', role: 'viewer' }, 'box');
    const brief = tokens.issue({ name: 'brief', role: 'admin', forMs: 1_000 }, 'box');
    expect(tokens.who(token)).toMatchObject({ kind: 'token', name: 'grafana', role: 'viewer' });
    expect(JSON.stringify(store.tokens())).not.toContain(token);
    clock.advance(1_000);
    expect(tokens.who(brief)).toBeNull();
    expect(tokens.list().map(({ name }) => name)).toEqual(['grafana']);
    expect(codeOf(() => tokens.issue({ name: 'grafana', role: 'admin' }, 'box'))).toBe('ACCOUNT_EXISTS');
    expect(codeOf(() => tokens.issue({ name: 'a\nb', role: 'admin' }, 'box'))).toBe('ACCOUNT_REFUSED');
    tokens.revoke('grafana', 'box');
    expect(tokens.who(token)).toBeNull();
    expect(codeOf(() => tokens.revoke('grafana', 'box'))).toBe('ACCOUNT_UNKNOWN');
  });
});
