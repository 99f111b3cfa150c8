import type { PhoneStore, StoredPhone } from '../push/ports.ts';

/** The twin of the phones in the access file. */
export function createMemoryPhones(): PhoneStore {
  let phones: readonly StoredPhone[] = [];
  return {
    all: () => phones.toSorted((a, b) => a.addedAt - b.addedAt),
    save(phone) {
      const others = phones.filter(({ id, endpoint }) => id === phone.id || endpoint !== phone.endpoint);
      const isKnown = others.some(({ id }) => id === phone.id);
      phones = isKnown ? others.map((it) => (it.id === phone.id ? phone : it)) : [...others, phone];
    },
    remove: (id) => void (phones = phones.filter((it) => it.id !== id)),
    close: () => undefined,
  };
}
