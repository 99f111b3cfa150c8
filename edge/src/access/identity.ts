/** What a client may say and hear. It follows from who the client is, never from what it says. */
export interface Rights {
  /** Topic filters; a topic under one of them may be published on. */
  readonly publish: readonly string[];
  /** Topic filters; whatever lies within one of them may be subscribed to. */
  readonly subscribe: readonly string[];
  /** False: what it wants kept is told to those who listen, and not kept. */
  readonly mayRetain: boolean;
}

/**
 * `device` speaks for one device; `gateway` for all behind it (a zigbee2mqtt bridge, a ChirpStack
 * server, a Sparkplug node) and may open several connections; `onboarding` is shared by devices that
 * nobody has adopted yet and speaks for no other; `own` is the edge itself; `anonymous` has shown nothing.
 */
export type IdentityKind = 'device' | 'gateway' | 'onboarding' | 'own' | 'anonymous';

/** Who a connection is, as its authentication gave it. */
export interface Identity extends Rights {
  readonly kind: IdentityKind;
  /** The credential's name; null: it has none. */
  readonly name: string | null;
  /** The only adopted device that it may speak for; null: of a `device` none is named, others are not bound to one. */
  readonly device: string | null;
}

/** What a connection shows when it comes. */
export interface Knock {
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  /** SHA-256 of the certificate that its TLS handshake proved, upper-case hex pairs with colons; null: none. */
  readonly fingerprint: string | null;
}

/** `client_id`: who it is was proved, but the id that it connects with is not its own. */
export type Admission =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly reason: 'not_authorized' | 'client_id' };

/** Who may come in, and what everybody may do; asked by the broker on every connection. */
export interface Doorkeeper {
  /** In a time that does not tell what was wrong. */
  admit(knock: Knock): Admission;
  /** True where the topic was given to somebody in particular, so that those who share a credential may not speak on it. */
  isGiven(topic: string): boolean;
  /** The credential was not allowed to publish on the topic, or to subscribe to the filter. */
  denied(credential: string, topic: string): void;
  /** Whose client id that is; null: nobody's. */
  ownerOf(clientId: string): string | null;
  /** Grows with every change of what anybody may do. */
  readonly version: number;
}

/** Everybody who comes in without showing anything: in the demo, and where the installer allows it. */
export const ANONYMOUS: Identity = {
  kind: 'anonymous',
  name: null,
  device: null,
  publish: ['#'],
  subscribe: ['#'],
  mayRetain: true,
};

/** The edge's own client. */
export const OWN: Identity = { ...ANONYMOUS, kind: 'own' };
