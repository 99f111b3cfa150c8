import { instantText, instantTextOrNull, type Phone, type PhoneBody } from '@keepsite/edge-contract';
import type { Phones } from '@keepsite/edge-notify';
import { ECDH, randomUUID } from 'node:crypto';
import type { AccessStore } from '../access/ports.ts';
import { EdgeError, sentenceOf } from '../errors.ts';
import type { Log } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { PhoneStore, StoredPhone } from './ports.ts';

/** A person has a phone or two, perhaps a tablet and a desk; more is a mistake. */
const MOST_PHONES = 10;
/** What ended is remembered for so long: its owner reads why, and it does not come back by itself. */
const REMEMBERED_MS = 30 * 24 * 3_600_000;
/** How old the answer to "who has a phone" may be, real ms; in a storm it is asked for each incident. */
const FRESH_MS = 1_000;

/** Whose phone it is, and by which sign-in. */
export interface PhoneOwner {
  readonly person: string;
  readonly account: string | null;
  readonly session: string | null;
}

/** The phones on which people are paged. Each counts as long as its owner, account and sign-in do. */
export interface PhoneBook extends Phones {
  readonly publicKey: string;
  /** Who has a phone that is reached. */
  people(): readonly string[];
  /** The person's phones, with those that their push service has ended lately. */
  of(person: string): Phone[];
  /** Throws PHONE_REFUSED. */
  add(owner: PhoneOwner, body: PhoneBody): Phone;
  /** Throws PHONE_UNKNOWN for one that is not this person's. */
  find(person: string, id: string): Phone;
  /** Throws PHONE_UNKNOWN. */
  remove(person: string, id: string): Phone;
  /** Forgets whose owner, account or sign-in is no more, and what ended long ago. */
  tidy(): void;
}

export interface PhoneBookParts {
  readonly store: PhoneStore;
  /** The VAPID public key of today. */
  readonly publicKey: string;
  /** Null in the demo, which has no logins. */
  readonly accounts: Pick<AccessStore, 'account' | 'sessions'> | null;
  /** Ids of the people of the registry, as they are now. */
  readonly people: () => readonly string[];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info' | 'error'>;
}

/** The store is asked each time, since the command line may change it; `people` alone may be a second old. */
export function createPhoneBook(parts: PhoneBookParts): PhoneBook {
  const { store, publicKey, accounts, people, clock, log } = parts;
  let reached: { readonly people: readonly string[]; readonly at: number } | null = null;

  /** Another process (the command line) may have ended the sign-in a moment ago: it is looked at each time. */
  function stands({ person, account: name, session }: PhoneOwner): boolean {
    if (!people().includes(person)) return false;
    if (accounts === null) return name === null;
    const account = name === null ? undefined : accounts.account(name);
    if (!account || account.disabled || account.responder !== person) return false;
    return accounts.sessions(account.name).some(({ id }) => id === session);
  }

  function live(): StoredPhone[] {
    return store.all().filter((phone) => phone.ended === null && stands(phone));
  }

  function save(phone: StoredPhone): void {
    reached = null;
    store.save(phone);
  }

  /** What became of a page is worth a line, and no page. */
  function note(id: string, change: Partial<StoredPhone>): void {
    try {
      const phone = store.all().find((it) => it.id === id);
      if (phone?.ended === null) save({ ...phone, ...change });
    } catch (error) {
      log.error({ phone: id, reason: sentenceOf(error) }, 'what a push service said of a phone could not be kept');
    }
  }

  function known(person: string, id: string): StoredPhone {
    const phone = store.all().find((it) => it.id === id && it.person === person && it.ended !== 'removed');
    if (!phone) throw new EdgeError('PHONE_UNKNOWN', 'this phone is not on your list');
    return phone;
  }

  function end(phone: StoredPhone, ended: 'removed' | 'gone', trouble: string | null): StoredPhone {
    return { ...phone, p256dh: '', auth: '', ended, endedAt: clock.now(), trouble };
  }

  function assertMayAdd(owner: PhoneOwner, { subscription, renew }: PhoneBody, before: StoredPhone | undefined): void {
    if (!isOnCurve(subscription.keys.p256dh)) throw refused('the browser’s key is none of the curve P-256');
    if (renew && before && before.person !== owner.person) throw refused('this phone is somebody else’s now');
    const others = live().filter((it) => it.person === owner.person && it.endpoint !== subscription.endpoint);
    if (others.length >= MOST_PHONES) throw refused(`there are ${MOST_PHONES} phones already; remove one first`);
  }

  function shown(phone: StoredPhone): Phone {
    const { id, name, addedAt, acceptedAt, trouble, ended } = phone;
    const state = ended === null ? (phone.publicKey === publicKey ? 'on' : 'stale') : 'gone';
    return { id, name, state, addedAt: instantText(addedAt), acceptedAt: instantTextOrNull(acceptedAt), trouble };
  }

  return {
    publicKey,
    at: (address) =>
      live()
        .filter(({ id, person }) => id === address || person === address)
        .map(({ id, name, endpoint, p256dh, auth, publicKey: key }) => ({
          id,
          name,
          subscription: { endpoint, keys: { p256dh, auth } },
          publicKey: key,
        })),
    accepted: (id) => note(id, { acceptedAt: clock.now(), trouble: null }),
    refused: (id, reason) => note(id, { trouble: reason }),
    gone(id, reason) {
      const phone = store.all().find((it) => it.id === id);
      if (!phone) return;
      log.info({ phone: id, person: phone.person, reason }, 'a phone was taken off the list by its push service');
      note(id, end(phone, 'gone', reason));
    },
    people() {
      if (reached === null || performance.now() - reached.at > FRESH_MS)
        reached = { people: [...new Set(live().map(({ person }) => person))].toSorted(), at: performance.now() };
      return reached.people;
    },
    of: (person) =>
      store
        .all()
        .filter((it) => it.person === person && (it.ended === null ? stands(it) : it.ended === 'gone'))
        .map(shown),
    add(owner, body) {
      const { endpoint, keys } = body.subscription;
      const all = store.all();
      const before = all.find((it) => it.endpoint === endpoint);
      assertMayAdd(owner, body, before);
      const replaced = all.find((it) => it.endpoint === body.replaces && it.person === owner.person);
      // A new subscription may take the place of one that is gone, and of none that was taken off by hand.
      const ended = before?.ended ?? (replaced?.ended === 'removed' ? 'removed' : null);
      if (ended === 'gone' || (body.renew && ended !== null)) throw refused(ENDED[ended], ended);
      const phone: StoredPhone = {
        ...owner,
        id: before?.person === owner.person ? before.id : randomUUID(),
        name: body.name ?? before?.name ?? replaced?.name ?? 'Web push',
        endpoint,
        ...keys,
        publicKey,
        addedAt: before?.ended === null && before.person === owner.person ? before.addedAt : clock.now(),
        acceptedAt: null,
        trouble: null,
        ended: null,
        endedAt: null,
      };
      if (replaced && replaced.id !== phone.id) store.remove(replaced.id);
      save(phone);
      return shown(phone);
    },
    find: (person, id) => shown(known(person, id)),
    remove(person, id) {
      const phone = known(person, id);
      save(end(phone, 'removed', null));
      return shown(phone);
    },
    tidy() {
      const longAgo = clock.now() - REMEMBERED_MS;
      const isOver = (phone: StoredPhone) => (phone.endedAt === null ? !stands(phone) : phone.endedAt < longAgo);
      for (const { id } of store.all().filter(isOver)) store.remove(id);
      reached = null;
    },
  };
}

const ENDED = {
  removed: 'its owner took this phone off the list; it comes back when somebody presses the button on it',
  gone: 'the push service has ended this subscription; subscribe anew',
} as const;

function refused(message: string, ...details: string[]): EdgeError {
  return new EdgeError('PHONE_REFUSED', message, { details });
}

/** Whoever sends 65 bytes that are no point would make every page to them fail. */
function isOnCurve(p256dh: string): boolean {
  try {
    ECDH.convertKey(Buffer.from(p256dh, 'base64url'), 'prime256v1');
    return true;
  } catch {
    return false;
  }
}
