import type { Millis } from '@keepsite/edge-contract';

/** A browser whose owner wants to be paged on it, as it is kept. */
export interface StoredPhone {
  readonly id: string;
  /** The person of the registry who is paged on it. */
  readonly person: string;
  /** The account and the session in which it was added; null in the demo, which has no logins. */
  readonly account: string | null;
  readonly session: string | null;
  readonly name: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** The VAPID public key that it subscribed with. */
  readonly publicKey: string;
  readonly addedAt: Millis;
  readonly acceptedAt: Millis | null;
  readonly trouble: string | null;
  /** `removed`: by its owner; `gone`: by its push service. Kept for a while, so that it does not come back by itself. */
  readonly ended: 'removed' | 'gone' | null;
  readonly endedAt: Millis | null;
}

/** Phones on the disk. One endpoint is one phone. Throws when the disk does not take a change. */
export interface PhoneStore {
  /** The oldest first. */
  all(): StoredPhone[];
  /** Adds it, or replaces the one of this id, and any other of the same endpoint. */
  save(phone: StoredPhone): void;
  remove(id: string): void;
  close(): void;
}
