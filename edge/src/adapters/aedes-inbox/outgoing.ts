import { CountedError } from './limits.ts';

/** A publication on its way to a session, or the PUBREL that takes its place. */
export interface OutgoingPacket {
  readonly cmd?: string;
  /** The broker's own count of packets: what a publication is known by before it was sent. */
  readonly brokerCounter?: number;
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos?: number;
  readonly messageId?: number | undefined;
}

/** What waits for sessions until their clients have acknowledged it, in its order. */
export interface Outgoing {
  /** Bytes of all sessions together. */
  readonly bytes: number;
  countOf(client: string): number;
  /** The session that most bytes wait for among those that `may`; undefined when nothing waits for any of them. */
  greediest(may: (client: string) => boolean): string | undefined;
  add(client: string, packet: OutgoingPacket): void;
  /**
   * Notes the message id under which a publication was sent, or puts a PUBREL in its place. Throws when
   * there is none; that a publication had no room has been counted.
   */
  update(client: string, packet: OutgoingPacket): void;
  /** Takes one away: it was acknowledged, or is not to be sent after all. */
  clear(client: string, packet: OutgoingPacket): OutgoingPacket | undefined;
  of(client: string): OutgoingPacket[];
  forget(client: string): void;
}

interface Entry {
  packet: OutgoingPacket;
  messageId: number | undefined;
}

interface Queue {
  readonly entries: Map<number, Entry>;
  readonly sentAs: Map<number, number>;
  bytes: number;
}

/** What an entry takes beside its topic and payload, about. */
const ENTRY_BYTES = 300;

/**
 * Takes the place of the queues in aedes-persistence 11, which look through all that waits for a client
 * whenever one entry is sent or acknowledged: there one slow client costs everybody time.
 */
export function createOutgoing(): Outgoing {
  const queues = new Map<string, Queue>();
  let all = 0;

  function grow(queue: Queue, bytes: number): void {
    queue.bytes += bytes;
    all += bytes;
  }

  function queueOf(client: string): Queue {
    const queue = queues.get(client) ?? { entries: new Map(), sentAs: new Map(), bytes: 0 };
    queues.set(client, queue);
    return queue;
  }

  function find(client: string, { brokerCounter, messageId }: OutgoingPacket): Found | null {
    const queue = queues.get(client);
    const sent = messageId === undefined ? undefined : queue?.sentAs.get(messageId);
    for (const counter of [brokerCounter, sent]) {
      const entry = counter === undefined ? undefined : queue?.entries.get(counter);
      if (queue && entry && counter !== undefined) return { queue, counter, entry };
    }
    return null;
  }

  return {
    get bytes() {
      return all;
    },
    countOf: (client) => queues.get(client)?.entries.size ?? 0,
    greediest(may) {
      let [found, most]: [string | undefined, number] = [undefined, 0];
      for (const [client, { bytes }] of queues) if (bytes > most && may(client)) [found, most] = [client, bytes];
      return found;
    },
    add(client, packet) {
      const queue = queueOf(client);
      queue.entries.set(packet.brokerCounter ?? 0, { packet, messageId: undefined });
      grow(queue, entryBytes(packet));
    },
    update(client, packet) {
      const found = find(client, packet);
      if (!found && packet.cmd === 'publish') throw new CountedError('the session had no room for it');
      if (!found) throw new Error('no such packet');
      const { queue, counter, entry } = found;
      entry.messageId = packet.messageId;
      if (packet.messageId !== undefined) queue.sentAs.set(packet.messageId, counter);
      if (packet.cmd === 'publish') return;
      const release = { cmd: 'pubrel', topic: '', payload: '' };
      grow(queue, entryBytes(release) - entryBytes(entry.packet));
      entry.packet = release;
    },
    clear(client, packet) {
      const found = find(client, packet);
      if (!found) return undefined;
      const { queue, counter, entry } = found;
      queue.entries.delete(counter);
      if (entry.messageId !== undefined) queue.sentAs.delete(entry.messageId);
      grow(queue, -entryBytes(entry.packet));
      if (queue.entries.size === 0) queues.delete(client);
      return asSent(entry);
    },
    of: (client) => [...(queues.get(client)?.entries.values() ?? [])].map(asSent),
    forget(client) {
      all -= queues.get(client)?.bytes ?? 0;
      queues.delete(client);
    },
  };
}

interface Found {
  readonly queue: Queue;
  readonly counter: number;
  readonly entry: Entry;
}

function asSent({ packet, messageId }: Entry): OutgoingPacket {
  return { ...packet, messageId };
}

export function entryBytes({ topic, payload }: OutgoingPacket): number {
  return ENTRY_BYTES + topic.length + payload.length;
}
