import type { Channel, ChannelDeps, Delivery, OutgoingPage } from '../channel.ts';
import { push, type PushKeys, pushLibrary, type PushSubscription } from './web-push.ts';

/** The channel by which people's own phones are reached, as addresses and plans call it. */
export const PHONES = 'web-push';

/** A browser whose owner wants to be paged on it. */
export interface Phone {
  readonly id: string;
  /** What its owner knows it by. */
  readonly name: string;
  readonly subscription: PushSubscription;
  /** The VAPID public key that it subscribed with. */
  readonly publicKey: string;
}

/** The phones that are reached just now; asked at every page. */
export interface Phones {
  /** All phones of a person, or the one phone of this id. */
  at(address: string): readonly Phone[];
  /** The push service has taken a page for it. */
  accepted(id: string): void;
  /** The push service has not; the reason is for its owner. */
  refused(id: string, reason: string): void;
  /** The push service does not know it any more: it is never asked again. */
  gone(id: string, reason: string): void;
}

/** What became of the page in one place. */
interface Told {
  readonly name: string;
  readonly delivery: Delivery;
}

/**
 * Web push to the phones of a person (`to` is the person, or one phone), all at once: one phone that
 * takes the page is a yes, and the reason tells what became of the others. A 404 or 410 (RFC 8030 §7.3)
 * takes the phone off the list. `named`: subscriptions of the configuration, where `to` may be one of
 * them; then the person's phones are told as well.
 */
export function phonesChannel(parts: {
  readonly keys: PushKeys;
  readonly phones: Phones;
  readonly named: Channel | null;
}): Channel {
  const { keys, phones, named } = parts;

  async function tell(phone: Phone, page: OutgoingPage, deps: ChannelDeps): Promise<Told> {
    const { name } = phone;
    if (phone.publicKey !== keys.publicKey) return { name, delivery: OLD_KEYS };
    const { delivery, isGone } = await push(page, phone.subscription, keys, deps);
    if (delivery.outcome === 'accepted') phones.accepted(phone.id);
    else if (isGone) phones.gone(phone.id, delivery.reason);
    else phones.refused(phone.id, delivery.reason);
    return { name, delivery: isGone ? takenOff(delivery) : delivery };
  }

  return {
    name: PHONES,
    isPersonal: () => true,
    ready: pushLibrary,
    async send(page, deps) {
      const { address, person, name } = page.page.to;
      const meant = phones.at(address);
      const own = meant.length > 0 ? meant : phones.at(person);
      const telling = own.map((phone) => tell(phone, page, deps));
      if (meant.length === 0 && named)
        telling.push(named.send(page, deps).then((delivery) => ({ name: address, delivery })));
      const told = await Promise.all(telling);
      return told.length > 0 ? together(told) : { outcome: 'failed', reason: `${name} has no phone that takes pages` };
    },
  };
}

const OLD_KEYS: Delivery = {
  outcome: 'failed',
  reason: 'it subscribed under earlier keys of this edge: open Keepsite on it once',
};

function takenOff(delivery: Delivery): Delivery {
  return { outcome: 'failed', reason: `${delivery.reason ?? ''}; the phone was taken off the list` };
}

/** One verdict for all phones of a person: the best that there is. */
function together(told: readonly Told[]): Delivery {
  const reason = reasonOf(told);
  const accepted = told.map(({ delivery }) => delivery).find(({ outcome }) => outcome === 'accepted');
  if (accepted?.outcome === 'accepted') return reason === null ? accepted : { ...accepted, reason };
  const retries = told.flatMap(({ delivery }) => (delivery.outcome === 'retry' ? [delivery] : []));
  const [first] = retries.toSorted((a, b) => a.afterMs - b.afterMs);
  if (!first) return { outcome: 'failed', reason: reason ?? '' };
  return {
    outcome: 'retry',
    reason: reason ?? '',
    afterMs: first.afterMs,
    ...(retries.some(({ mayHaveArrived }) => mayHaveArrived) && { mayHaveArrived: true }),
    ...(retries.every(({ throttled }) => throttled) && { throttled: true }),
    ...(retries.every(({ unsent }) => unsent) && { unsent: true }),
  };
}

/** What did not work, phone by phone; null: all of it did. */
function reasonOf(told: readonly Told[]): string | null {
  const bad = told.filter(({ delivery }) => delivery.outcome !== 'accepted');
  if (bad.length === 0) return null;
  return bad.map(({ name, delivery }) => `${name}: ${delivery.reason ?? ''}`).join('; ');
}
