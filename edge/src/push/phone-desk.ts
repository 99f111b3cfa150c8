import type { Phone, PhoneBody, TestVerdict, PushState } from '@keepsite/edge-contract';
import { type Delivery, PHONES, type Way } from '@keepsite/edge-notify';
import { EdgeError } from '../errors.ts';
import type { PhoneBook, PhoneOwner } from './phone-book.ts';

/** Where people say on which phones they are paged. `person` is whoever is signed in, and nobody else. */
export interface PhoneDesk {
  state(person: string | null): PushState;
  /** Throws PHONE_REFUSED, also for an endpoint that leads inside. */
  add(owner: PhoneOwner, body: PhoneBody): Phone;
  /** Throws PHONE_UNKNOWN. */
  remove(person: string, id: string): Phone;
  /** Pages one phone with a message that is marked as a test. Throws PHONE_UNKNOWN. */
  test(person: string, id: string): Promise<TestVerdict>;
}

/** `assertAllowedUrl` throws for what no channel may reach; `nameOf` is how a test addresses the person. */
export function createPhoneDesk(parts: {
  readonly book: Pick<PhoneBook, 'publicKey' | 'of' | 'add' | 'find' | 'remove'>;
  readonly notifier: {
    readonly test: (way: Way, who: { readonly id: string; readonly name: string }) => Promise<Delivery>;
    readonly assertAllowedUrl: (url: URL) => void;
  };
  readonly nameOf: (person: string) => string;
}): PhoneDesk {
  const { book, notifier, nameOf } = parts;
  return {
    state: (person) => ({ publicKey: book.publicKey, person, phones: person === null ? [] : book.of(person) }),
    add(owner, body) {
      try {
        notifier.assertAllowedUrl(new URL(body.subscription.endpoint));
      } catch (cause) {
        throw new EdgeError('PHONE_REFUSED', 'this is no address of a push service on the internet', { cause });
      }
      return book.add(owner, body);
    },
    remove: (person, id) => book.remove(person, id),
    async test(person, id) {
      const phone = book.find(person, id);
      const delivery = await notifier.test(
        { channel: PHONES, address: phone.id },
        { id: person, name: nameOf(person) },
      );
      return { outcome: delivery.outcome, reason: delivery.reason ?? null };
    },
  };
}
