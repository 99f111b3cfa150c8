import type { Millis } from '@keepsite/edge-contract';
import type { Message, Publication } from '../domain/decoded.ts';

/** A message whose acknowledgement is in our hands. */
export interface InboxMessage extends Message {
  readonly receivedAt: Millis;
  /** 0, 1 or 2, as published. */
  readonly qos: 0 | 1 | 2;
  /** Who connected with it: the MQTT client id; null through an external broker. */
  readonly client: string | null;
  /**
   * What tells a QoS 2 message from another, and whether it may have been handed over before a restart
   * (its sender says that it repeats it, and this process has not seen it); absent for the others.
   */
  readonly delivery?: { readonly id: string; readonly again: boolean };
  /** The only adopted device that its sender may speak for; null: for none; absent: for whomever it names. */
  readonly onlyDevice?: string | null;
  /** Lets the broker acknowledge. Called exactly once: after the commit, or when a QoS 0 message was dropped. */
  acknowledge(): void;
}

/** Where messages come from: the embedded broker, an external one, or a test. */
export interface Inbox {
  /** Resolves when messages can arrive. The handler must not throw. */
  start(handler: (message: InboxMessage) => void): Promise<void>;
  /** Publishes what the edge itself says. QoS 1; resolves once the broker has it. */
  publish(topic: string, payload: string | Uint8Array, options?: { retain?: boolean }): Promise<void>;
  /** What the broker refused before it was a message, by reason; absent where the broker is not ours. */
  readonly refused?: ReadonlyMap<string, number>;
  /**
   * Ends the connections of a credential that was revoked, without their last wills, and forgets its
   * sessions and what was kept of it; absent where the broker is not ours.
   */
  expel?(credential: string): Promise<void>;
  /** False when the broker cannot be reached. */
  readonly connected: boolean;
  /** Where clients may connect; null for an external broker. */
  readonly port: number | null;
  /** The same by TLS; null or absent: nowhere. */
  readonly tlsPort?: number | null;
  stop(): Promise<void>;
}

/** One connection after another to a broker, each with a last will of its own; what is published is QoS 0. */
export interface WillLink {
  /** Connects, and after every loss again, until it is stopped. */
  start(user: WillLinkUser): void;
  /** In this order. What is published while the link is down is gone. */
  publish(publications: readonly Publication[]): void;
  /** The broker takes less than it is told. */
  readonly isCongested: boolean;
  /** Says the last words with QoS 1, disconnects in good order, and connects again; `lost` is not called. */
  renew(lastWords: Publication): void;
  /** The same for good. */
  stop(lastWords: Publication | null): Promise<void>;
}

/** Who speaks over the link: what it listens to, its last will, and what it is told. */
export interface WillLinkUser {
  /** Subscribed, QoS 1, before `connected` is called. */
  readonly filters: readonly string[];
  /** Asked before every attempt. Published by the broker with QoS 1, not retained. */
  will(): Publication;
  connected(): void;
  lost(reason: string): void;
  heard(topic: string, payload: Uint8Array): void;
}
