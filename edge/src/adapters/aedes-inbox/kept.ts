import { createFilterTree } from '../../access/filter-tree.ts';
import type { OutgoingPacket } from './outgoing.ts';

/** A message that is kept, as the broker wants it back. */
interface KeptPacket extends OutgoingPacket {
  readonly cmd: 'publish';
  readonly qos: number;
}

/** The newest retained message of each topic. */
export interface KeptMessages {
  /** In the place of the one that was kept; an empty one is not kept, and what was is forgotten (MQTT 3.1.1 §3.3.1.3). */
  keep(packet: OutgoingPacket): void;
  /** For each filter those that it matches. */
  under(filters: readonly string[]): Iterable<KeptPacket>;
}

interface Kept {
  readonly qos: number;
  /** A byte a character: buffers of its few hundred bytes would take three times as much, and there are assets by the ten thousand. */
  readonly text: string;
}

export function createKeptMessages(): KeptMessages {
  const messages = new Map<string, Kept>();
  return {
    keep({ topic, payload, qos = 0 }) {
      if (payload.length === 0) messages.delete(topic);
      else messages.set(topic, { qos, text: bytesOf(payload).toString('latin1') });
    },
    *under(filters) {
      for (const filter of filters) {
        const { matches } = createFilterTree([filter]);
        for (const [topic, { qos, text }] of messages)
          if (matches(topic)) yield { cmd: 'publish', topic, qos, payload: Buffer.from(text, 'latin1') };
      }
    },
  };
}

function bytesOf(payload: string | Uint8Array): Buffer {
  if (typeof payload === 'string') return Buffer.from(payload);
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}
