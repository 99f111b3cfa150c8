import type { Millis } from '@keepsite/edge-contract';
import type { IdentityKind, Rights } from './identity.ts';

/** What the edge keeps of a credential. The secret itself is kept nowhere. */
export interface Credential extends Rights {
  /** Also the user name that is shown with the secret. */
  readonly name: string;
  readonly kind: Extract<IdentityKind, 'device' | 'gateway' | 'onboarding'>;
  /** The device that it was made for; null for the other kinds. */
  readonly device: string | null;
  /**
   * The client id to connect with. A gateway may add to it whatever begins with no letter and no
   * digit (`z2m` also connects as `z2m-2`). Null: any id that is nobody's.
   */
  readonly clientId: string | null;
  /** HMAC-SHA-256 of the secret; null: a certificate is shown instead. */
  readonly digest: Uint8Array | null;
  /** SHA-256 of the certificate, upper-case hex pairs with colons; null: a secret is shown instead. */
  readonly fingerprint: string | null;
  readonly issuedAt: Millis;
  readonly lastSeenAt: Millis | null;
  readonly revokedAt: Millis | null;
}

/** Where credentials are kept. Durable when a call returns. */
export interface CredentialStore {
  /** In the order of their names, revoked ones too. */
  all(): Credential[];
  /** In the place of a revoked one of that name. */
  add(credential: Credential): void;
  revoke(name: string, at: Millis): void;
  /** When they connected last, by name. */
  seen(when: ReadonlyMap<string, Millis>): void;
  /** True when another process has changed something since the last call. */
  changedElsewhere(): boolean;
  close(): void;
}
