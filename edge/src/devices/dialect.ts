import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, DecodeMemory, Dialect, Message } from '../domain/decoded.ts';
import type { JsonObject } from './json.ts';

/** What an envelope holds: a device's frame, and the object that a LoRaWAN server's codec made of it. */
export interface Uplink {
  readonly device: string;
  /** Null when no codec read the frame. */
  readonly object: JsonObject | null;
  /** The frame in base64, as it came; empty when the envelope does not carry it. */
  readonly frame: string;
  /** When the network heard it. */
  readonly at: Millis | null;
  /** Hexadecimal, lower case; empty when the envelope does not tell. Its first six digits name the maker. */
  readonly eui: string;
  /** Brand, model and profile names as the server knows them, lower case, for telling models apart. */
  readonly model: string;
}

/** What an envelope says of its own, and what it carries for a device's dialect. */
export interface Opened {
  readonly lines: Decoded[];
  readonly uplink: Uplink | null;
  /** What the envelope itself makes of the uplink: for when no dialect is sure of the object. */
  readonly otherwise?: readonly Decoded[] | undefined;
  /** The sender's idempotency key; null when it gives none. */
  readonly sourceId: string | null;
}

/** How a dialect understands what an envelope held. */
export interface UplinkReader {
  /** As {@link Dialect.recognises}: 0 not mine, otherwise how sure. */
  readonly recognises: (uplink: Uplink) => number;
  readonly decode: (uplink: Uplink, context: DecodeContext) => Decoded[];
}

/**
 * A dialect with what `devices/index.ts` may use beside the plain decoding. How sure `recognises`
 * is: 1 the topic belongs to this dialect alone, 0.9 the vendor's topic layout, 0.7 a word in the
 * payload that only this vendor uses, 0.5 a layout that others could share.
 */
export interface DeviceDialect extends Dialect {
  /** An envelope: opens it; the inner object goes to the dialect that recognises it. */
  readonly open?: (message: Message, context: DecodeContext) => Opened;
  /** Understands inner objects of envelopes. */
  readonly uplink?: UplinkReader;
  /** The sender's idempotency key of a plain message. */
  readonly sourceId?: (message: Message) => string | null;
  /** Its faults are fields of a state, so an old state's faults are as old; otherwise they are events. */
  readonly faultsAreStates?: boolean;
  /** True for a topic that devices announced to this dialect; asked only when nobody recognises the message. */
  readonly claims?: (topic: string, memory: DecodeMemory) => boolean;
  /** Hears that a retained message was taken away (an empty payload): what it announced holds no longer. */
  readonly takesBack?: (topic: string, memory: DecodeMemory) => void;
}
