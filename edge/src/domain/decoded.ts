import type { Fault, Millis, Quality, Value } from '@keepsite/edge-contract';

/** One MQTT message as it arrived. The payload's bytes are never changed. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker had kept it: it tells a state, not an event. */
  readonly retain: boolean;
  /** The edge's time; null only in the decode command, where the age of a state is then not judged. */
  readonly receivedAt: Millis | null;
}

/** What one message says. A message says nothing (`[]`) when it was understood and has nothing to say. */
export type Decoded = DecodedReading | DecodedFault | DecodedAvailability | Rejected;

export interface DecodedReading {
  readonly kind: 'reading';
  readonly family: string;
  readonly device: string;
  readonly metric: string;
  readonly part: string | null;
  readonly value: Value;
  readonly at: Millis | null;
  readonly quality: Quality;
  readonly historical: boolean;
}

export interface DecodedFault {
  readonly kind: 'fault';
  readonly family: string;
  readonly device: string;
  readonly fault: Fault;
  readonly vendorCode: string | number | null;
  readonly state: 'raised' | 'cleared';
  readonly at: Millis | null;
  /**
   * Only `good` raises or clears. A retained statement is `cached`; so is one dated back, where the
   * dialect sends faults as fields of a state. A fault sent as an event is news however late it comes.
   */
  readonly quality: Quality;
  readonly historical: boolean;
}

export interface DecodedAvailability {
  readonly kind: 'availability';
  readonly family: string;
  readonly device: string;
  readonly online: boolean;
  readonly at: Millis | null;
}

/** A message, or a part of it, that cannot be trusted. Its good parts still come through. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly family: string | null;
  readonly device: string | null;
  readonly reason: string;
}

/** What a decoder may know beside the message. */
export interface DecodeContext {
  /** Zone of local times without one: the device's, the site's, or `--zone`; undefined: none known. */
  readonly zoneOf: (device: string) => string | undefined;
  /** Remembers between messages (births, aliases, begin/end pairs). What it was told is forgotten again when the message cannot be kept. */
  readonly memory: DecodeMemory;
  /** Takes what a message gives beside its lines; kept apart because it is no statement about the facility. */
  readonly aside: Aside;
}

/** What a decoder may say beside the lines of a message. */
export interface Aside {
  /** Something to publish once the message is on disk, such as Sparkplug's request for a rebirth. */
  ask(publication: Publication): void;
  /** What a birth or a discovery message tells of a device: its name, its maker, its points' names and units. */
  describe(description: Description): void;
}

export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** How a device introduces itself, for whoever adopts it. It never changes what a message means. */
export interface Description {
  readonly family: string;
  readonly device: string;
  readonly name: string | null;
  readonly maker: string | null;
  readonly model: string | null;
  readonly points: readonly PointDescription[];
}

export interface PointDescription {
  /** As the reading's `metric` and `part`. */
  readonly metric: string;
  readonly part: string | null;
  /** The device's own name of the point, and the unit in which it sends it. */
  readonly name: string | null;
  readonly unit: string | null;
}

export interface DecodeMemory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/**
 * One dialect. `recognises` is cheap and looks at the topic first; `decode` never throws for what a
 * device sends, never yields a non-finite number, and returns its lines in the message's order.
 */
export interface Dialect {
  readonly family: string;
  /** 0: not mine; otherwise how sure, the surest dialect decodes. See `devices/index.ts`. */
  readonly recognises: (topic: string, payload: Uint8Array) => number;
  readonly decode: (message: Message, context: DecodeContext) => Decoded[];
  /** Longest silence that is normal for this dialect's devices, seconds. */
  readonly expectEverySeconds: number;
}
