import type { PhoneBody } from '@keepsite/edge-contract';
import { BROWSER } from '@keepsite/simulators/vendors';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAccessBench } from '../testing/access-bench.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createMemoryPhones } from '../testing/memory-phones.ts';
import { createPhoneBook, type PhoneBook, type PhoneBookParts, type PhoneOwner } from './phone-book.ts';

const DAY_MS = 24 * 3_600_000;
const SILENT = { info: () => undefined, error: () => undefined };

let door: ReturnType<typeof createAccessBench>;
let clock: ReturnType<typeof createFakeClock>;
let people: string[];
let li: PhoneOwner;
let parts: PhoneBookParts;
let book: PhoneBook;

beforeEach(async () => {
  clock = createFakeClock();
  door = createAccessBench({ clock });
  people = ['li', 'zhang'];
  await door.addAccount('na.li', 'crew', { responder: 'li' });
  li = signIn('na.li', 'li');
  parts = {
    store: createMemoryPhones(),
    publicKey: 'today',
    accounts: door.store,
    people: () => people,
    clock,
    log: SILENT,
  };
  book = createPhoneBook(parts);
});

/** A new session of the account, as a browser has it. */
function signIn(account: string, person: string): PhoneOwner {
  const known = door.store.account(account);
  if (!known) throw new Error(`no account ${account}`);
  door.access.sessions.start(known, { address: '10.0.0.7', agent: 'phone' });
  return { person, account, session: door.store.sessions(account)[0]?.id ?? null };
}

/** As another process may have left it. */
function disableAlone(name: string): void {
  const account = door.store.account(name);
  if (account) door.store.saveAccount({ ...account, disabled: true });
}

function body(name = 'a', over: Partial<PhoneBody> = {}): PhoneBody {
  const keys = { p256dh: BROWSER.p256dh, auth: BROWSER.auth };
  return {
    subscription: { endpoint: `https://push.example/${name}`, keys },
    name: `phone ${name}`,
    renew: false,
    ...over,
  };
}

const reached = () => book.at('li').map(({ name }) => name);

describe('a phone', () => {
  test('is reached under its person, and alone under its id', () => {
    const one = book.add(li, body('a'));
    book.add(li, body('b'));
    expect(reached()).toEqual(['phone a', 'phone b']);
    expect(book.at(one.id).map(({ name }) => name)).toEqual(['phone a']);
    expect(book.people()).toEqual(['li']);
    expect(book.at('zhang')).toEqual([]);
  });

  test('that is added again is the same phone', () => {
    const first = book.add(li, body('a'));
    expect(book.add(li, body('a', { name: 'the blue one' }))).toMatchObject({ id: first.id, name: 'the blue one' });
    expect(reached()).toEqual(['the blue one']);
  });

  test('takes the place of the one whose subscription has changed, and keeps its name', () => {
    book.add(li, body('a'));
    const { name: _, ...nameless } = body('b', { replaces: body('a').subscription.endpoint, renew: true });
    book.add(li, nameless);
    expect(reached()).toEqual(['phone a']);
    expect(book.at('li')[0]?.subscription.endpoint).toBe('https://push.example/b');
  });

  test('shows when its push service last took a page, and what it said last when it did not', () => {
    const { id } = book.add(li, body());
    book.refused(id, 'HTTP 503');
    expect(book.of('li')).toMatchObject([{ acceptedAt: null, trouble: 'HTTP 503' }]);
    book.accepted(id);
    expect(book.of('li')).toMatchObject([{ acceptedAt: new Date(clock.now()).toISOString(), trouble: null }]);
  });

  test('that subscribed under other keys is stale, until it comes by', () => {
    book.add(li, body());
    book = createPhoneBook({ ...parts, publicKey: 'tomorrow' });
    expect(book.of('li')).toMatchObject([{ state: 'stale' }]);
    book.add(li, body('a', { renew: true }));
    expect(book.of('li')).toMatchObject([{ state: 'on' }]);
  });

  test('with a key that no browser makes is refused: every page to its owner would fail', () => {
    const keys = {
      p256dh: Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)]).toString('base64url'),
      auth: BROWSER.auth,
    };
    const evil = body('a', { subscription: { endpoint: 'https://push.example/a', keys } });
    expect(() => book.add(li, evil)).toThrow('P-256');
  });

  test('is one of ten at most', () => {
    for (let n = 0; n < 10; n += 1) book.add(li, body(`p${n}`));
    expect(() => book.add(li, body('p10'))).toThrow('10 phones');
    book.add(li, body('p3'));
    expect(reached()).toHaveLength(10);
  });

  test('in other hands is the other person’s, once they press the button on it, and not by itself', async () => {
    await door.addAccount('zhang', 'crew', { responder: 'zhang' });
    const zhang = signIn('zhang', 'zhang');
    book.add(li, body());
    expect(() => book.add(zhang, body('a', { renew: true }))).toThrow('somebody else');
    book.add(zhang, body());
    expect(reached()).toEqual([]);
    expect(book.at('zhang')).toHaveLength(1);
  });
});

describe('it dies', () => {
  test.each([
    ['its sign-in is ended', () => void door.access.sessions.endAll('na.li', 'root')],
    ['its account is disabled, while its session stands', () => disableAlone('na.li')],
    ['its account is disabled', () => void door.access.accounts.change('na.li', { disabled: true }, 'root')],
    [
      'its account is somebody else’s now',
      () => void door.access.accounts.change('na.li', { responder: 'zhang' }, 'root'),
    ],
    ['its account is reset', () => void door.access.accounts.reset('na.li', 'root')],
    ['its person is removed', () => void (people = ['zhang'])],
  ])('when %s, at once, and is forgotten', async (_, happens) => {
    // Somebody else must be able to undo it.
    await door.addAccount('root', 'admin');
    book.add(li, body());
    expect(reached()).toHaveLength(1);
    happens();
    expect(reached()).toEqual([]);
    expect(book.of('li')).toEqual([]);
    book.tidy();
    expect(parts.store.all()).toEqual([]);
    expect(book.people()).toEqual([]);
  });

  test('not because nobody has opened it for long: whoever is on call is paged', () => {
    book.add(li, body());
    clock.advance(120 * DAY_MS);
    expect(door.access.sessions.of('na.li')).toEqual([]);
    expect(reached()).toHaveLength(1);
  });

  test('when its owner takes it off the list, and does not come back by itself', () => {
    const { id } = book.add(li, body());
    expect(book.people()).toEqual(['li']);
    book.remove('li', id);
    expect(reached()).toEqual([]);
    expect(book.people(), 'at once').toEqual([]);
    expect(book.of('li')).toEqual([]);
    expect(parts.store.all(), 'what it decrypts with is forgotten').toMatchObject([{ p256dh: '', auth: '' }]);
    expect(() => book.add(li, body('a', { renew: true }))).toThrow('its owner');
    book.add(li, body());
    expect(reached()).toHaveLength(1);
  });

  test('when its push service has ended it; its owner reads that for a month', () => {
    const { id } = book.add(li, body());
    book.gone(id, 'HTTP 410');
    expect(reached()).toEqual([]);
    expect(book.people()).toEqual([]);
    expect(book.of('li')).toMatchObject([{ id, state: 'gone', trouble: 'HTTP 410' }]);
    for (const renew of [true, false])
      expect(() => book.add(li, body('a', { renew })), 'it is gone for ever').toThrow('subscribe anew');
    clock.advance(31 * DAY_MS);
    book.tidy();
    expect(book.of('li')).toEqual([]);
  });

  test('and what it is replaced by comes back by itself after the push service has ended it, not after its owner has', () => {
    const replaces = body().subscription.endpoint;
    book.gone(book.add(li, body()).id, 'HTTP 410');
    book.add(li, body('b', { replaces, renew: true }));
    expect(book.of('li')).toMatchObject([{ name: 'phone b', state: 'on' }]);
    book.remove('li', book.of('li')[0]?.id ?? '');
    const after = body('c', { replaces: body('b').subscription.endpoint, renew: true });
    expect(() => book.add(li, after)).toThrow('its owner');
  });

  test('only by the hand of its owner', () => {
    const { id } = book.add(li, body());
    expect(() => book.remove('zhang', id)).toThrow('not on your list');
    expect(reached()).toHaveLength(1);
  });
});

test('where nobody signs in phones need no account, and those of a house with logins do', () => {
  const demo = createPhoneBook({ ...parts, accounts: null });
  demo.add({ person: 'zhang', account: null, session: null }, body());
  expect(demo.at('zhang')).toHaveLength(1);
  demo.add(li, body('b'));
  expect(demo.at('li'), 'nobody is signed in here').toEqual([]);
  expect(book.at('zhang')).toEqual([]);
});

test('what a push service said is not worth a page: a disk that takes nothing stops none', () => {
  const { id } = book.add(li, body());
  const full = createPhoneBook({
    ...parts,
    store: {
      ...parts.store,
      save: () => {
        throw new Error('disk full');
      },
    },
  });
  expect(() => full.accepted(id)).not.toThrow();
  expect(() => full.gone(id, 'HTTP 410')).not.toThrow();
});
