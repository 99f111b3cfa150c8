import type { InboxMessage } from '../../ports.ts';

/** What the edge asks of the thread in which its broker lives. */
export type Asked =
  | { readonly kind: 'start' }
  | { readonly kind: 'settled'; readonly numbers: Int32Array }
  | {
      readonly kind: 'publish';
      readonly id: number;
      readonly topic: string;
      readonly payload: string | Uint8Array;
      readonly retain: boolean;
    }
  | { readonly kind: 'expel'; readonly id: number; readonly credential: string }
  | { readonly kind: 'tell'; readonly word: unknown }
  | { readonly kind: 'stop' };

/** What that thread tells. */
export type Told =
  | Heard
  | { readonly kind: 'started'; readonly port: number | null; readonly tlsPort: number | null }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** An order was carried out; `error`: it was not. */
  | { readonly kind: 'done'; readonly id: number; readonly error: string | null }
  | { readonly kind: 'refused'; readonly counts: readonly (readonly [reason: string, count: number])[] }
  | { readonly kind: 'word'; readonly word: unknown }
  | { readonly kind: 'stopped' };

/** What came in one turn of that thread, in its order; flat, so that a thousand messages are handed over as one. */
export interface Heard {
  readonly kind: 'heard';
  /** Topics and senders that were not named before. They are numbered on from the last; `anew`: from 0. */
  readonly topics: readonly string[];
  readonly senders: readonly Sender[];
  readonly anew: boolean;
  /** {@link HEAD} numbers a message: its number, topic, sender, payload's length, flags, place in `deliveries`. */
  readonly heads: Int32Array;
  /** One after the other. */
  readonly payloads: Uint8Array;
  readonly deliveries: readonly NonNullable<InboxMessage['delivery']>[];
}

/** Who said it: the parts of a message that stay the same for a connection. */
export interface Sender {
  readonly client: string | null;
  readonly onlyDevice: string | null | undefined;
}

const NOBODY: Sender = { client: null, onlyDevice: undefined };

const HEAD = 6;
const QOS = 3;
const RETAIN = 4;
/** Names kept on both sides; beyond, numbering begins anew. */
const NAMES = 50_000;

/** Gathers messages into {@link Heard}. */
export class HeardWriter {
  readonly #topics = new Map<string, number>();
  readonly #senders = new Map<string | null, Map<string | null | undefined, number>>();
  /** Of senders. */
  #count = 0;
  #heads: number[] = [];
  #payloads: Uint8Array[] = [];
  #deliveries: NonNullable<InboxMessage['delivery']>[] = [];
  #newTopics: string[] = [];
  #newSenders: Sender[] = [];
  #anew = true;

  get isEmpty(): boolean {
    return this.#heads.length === 0;
  }

  add(number: number, message: InboxMessage): void {
    const { topic, payload, qos, retain, delivery } = message;
    const place = delivery ? this.#deliveries.push(delivery) - 1 : -1;
    const flags = qos | (retain ? RETAIN : 0);
    this.#heads.push(number, this.#topic(topic), this.#sender(message), payload.length, flags, place);
    this.#payloads.push(payload);
  }

  /** All that was added since the last time. */
  take(): Heard {
    const heard: Heard = {
      kind: 'heard',
      topics: this.#newTopics,
      senders: this.#newSenders,
      anew: this.#anew,
      heads: Int32Array.from(this.#heads),
      payloads: joined(this.#payloads),
      deliveries: this.#deliveries,
    };
    this.#heads = [];
    this.#payloads = [];
    this.#deliveries = [];
    this.#newTopics = [];
    this.#newSenders = [];
    this.#anew = this.#topics.size + this.#count > NAMES;
    if (this.#anew) this.#forget();
    return heard;
  }

  #topic(topic: string): number {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    this.#newTopics.push(topic);
    this.#topics.set(topic, this.#topics.size);
    return this.#topics.size - 1;
  }

  #sender({ client, onlyDevice }: InboxMessage): number {
    const devices = this.#senders.get(client) ?? new Map<string | null | undefined, number>();
    const known = devices.get(onlyDevice);
    if (known !== undefined) return known;
    this.#newSenders.push({ client, onlyDevice });
    this.#senders.set(client, devices.set(onlyDevice, this.#count));
    this.#count += 1;
    return this.#count - 1;
  }

  #forget(): void {
    this.#topics.clear();
    this.#senders.clear();
    this.#count = 0;
  }
}

/** One copy, in memory of its own that can be handed over. */
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A message as it was written, with its number. */
export interface Numbered extends Sender {
  readonly number: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly delivery: InboxMessage['delivery'];
}

/** Reads what a {@link HeardWriter} wrote, all of it and in its order. */
export class HeardReader {
  #topics: string[] = [];
  #senders: Sender[] = [];

  read({ topics, senders, anew, heads, payloads, deliveries }: Heard, take: (message: Numbered) => void): void {
    if (anew) [this.#topics, this.#senders] = [[], []];
    this.#topics.push(...topics);
    this.#senders.push(...senders);
    const { buffer, byteOffset } = payloads;
    let from = byteOffset;
    for (let at = 0; at < heads.length; at += HEAD) {
      const length = heads[at + 3] ?? 0;
      const flags = heads[at + 4] ?? 0;
      const { client, onlyDevice } = this.#senders[heads[at + 2] ?? 0] ?? NOBODY;
      take({
        number: heads[at] ?? 0,
        topic: this.#topics[heads[at + 1] ?? 0] ?? '',
        payload: Buffer.from(buffer, from, length),
        qos: (flags & QOS) as 0 | 1 | 2,
        retain: (flags & RETAIN) !== 0,
        client,
        onlyDevice,
        delivery: deliveries[heads[at + 5] ?? -1],
      });
      from += length;
    }
  }
}
