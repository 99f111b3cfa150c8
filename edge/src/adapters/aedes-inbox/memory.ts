import { Readable } from 'node:stream';
import { isOurs } from '../own-topics.ts';
import { createKeptMessages } from './kept.ts';
import { createOutgoing, entryBytes, type OutgoingPacket } from './outgoing.ts';

export interface MemoryLimits {
  /** Topics that keep a message, and the bytes of those messages. The edge's own are not counted. */
  readonly retainedTopics: number;
  readonly retainedBytes: number;
  /** Sessions of clients that connect with clean=0; the oldest absent one is forgotten first. */
  readonly sessions: number;
  /** Messages that wait for one such client, and the bytes that wait for all of them. Beyond, a session ends. */
  readonly queuedPerSession: number;
  readonly queuedBytesOfSessions: number;
}

interface ClientLike {
  readonly id: string;
  /** Of a connection: whether its session ends with it, and whether it is over. */
  readonly clean?: boolean;
  readonly closed?: boolean;
}
type PacketLike = OutgoingPacket;
interface SubscriptionLike {
  readonly clientId: string;
}

/** The part of aedes-persistence 11 that needs bounds; it has none of its own. */
export interface Persistence {
  storeRetained(packet: PacketLike): Promise<void>;
  createRetainedStream(filter: string): Readable;
  createRetainedStreamCombi(filters: readonly string[]): Readable;
  addSubscriptions(client: ClientLike, subscriptions: readonly unknown[]): Promise<void>;
  cleanSubscriptions(client: ClientLike): Promise<unknown>;
  outgoingEnqueue(subscription: SubscriptionLike, packet: PacketLike): Promise<void>;
  outgoingEnqueueCombi(subscriptions: readonly SubscriptionLike[], packet: PacketLike): Promise<void>;
  outgoingUpdate(client: ClientLike, packet: PacketLike): Promise<void>;
  outgoingClearMessageId(client: ClientLike, packet: PacketLike): Promise<PacketLike | undefined>;
  outgoingStream(client: ClientLike): Readable;
  incomingStorePacket(client: ClientLike, packet: PacketLike): Promise<void>;
  incomingDelPacket(client: ClientLike, packet: { readonly messageId: number }): Promise<void>;
  cleanIncoming(client: ClientLike): Promise<void>;
}

export interface MemoryEvents {
  readonly refuse: (reason: 'retained_full' | 'session_queue_full' | 'session_forgotten') => void;
  readonly isConnected: (client: string) => boolean;
  /** A client's PUBREL was dealt with. */
  readonly released: (client: string, messageId: number) => void;
  /** A client's session ended. */
  readonly forgotten: (client: string) => void;
}

const NOTHING = Buffer.alloc(0);

/** Puts bounds around what the broker keeps in memory, and listens for the ends of QoS 2 and of sessions. */
export function boundMemory(persistence: Persistence, limits: MemoryLimits, events: MemoryEvents): void {
  Object.assign(persistence, retainedBounds(limits, events), sessionBounds(persistence, limits, events));
  const incomingDelPacket = persistence.incomingDelPacket.bind(persistence);
  const cleanIncoming = persistence.cleanIncoming.bind(persistence);
  persistence.incomingDelPacket = async (client, packet) => {
    await incomingDelPacket(client, packet);
    events.released(client.id, packet.messageId);
  };
  persistence.cleanIncoming = (client) => {
    events.forgotten(client.id);
    return cleanIncoming(client);
  };
}

function retainedBounds(
  { retainedTopics, retainedBytes }: MemoryLimits,
  { refuse }: MemoryEvents,
): Pick<Persistence, 'storeRetained' | 'createRetainedStream' | 'createRetainedStreamCombi'> {
  const kept = createKeptMessages();
  const sizes = new Map<string, number>();
  let bytes = 0;

  function hasRoom(topic: string, size: number): boolean {
    const before = sizes.get(topic);
    if (before === undefined && sizes.size >= retainedTopics) return false;
    return bytes - (before ?? 0) + size <= retainedBytes;
  }

  return {
    async storeRetained(packet) {
      const { topic, payload } = packet;
      if (!isOurs(topic)) {
        const size = payload.length === 0 ? 0 : topic.length + payload.length;
        if (size > 0 && !hasRoom(topic, size)) return refuse('retained_full');
        bytes += size - (sizes.get(topic) ?? 0);
        if (size > 0) sizes.set(topic, size);
        else sizes.delete(topic);
      }
      kept.keep(packet);
    },
    createRetainedStream: (filter) => Readable.from(kept.under([filter])),
    createRetainedStreamCombi: (filters) => Readable.from(kept.under(filters)),
  };
}

/** A payload is a view of the 64 KiB that were read with it, or of a shared pool, and would keep all of them. */
function ownBytes(payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}

function sessionBounds(
  persistence: Persistence,
  limits: MemoryLimits,
  { refuse, isConnected, forgotten }: MemoryEvents,
): Partial<Persistence> {
  const addSubscriptions = persistence.addSubscriptions.bind(persistence);
  const cleanSubscriptions = persistence.cleanSubscriptions.bind(persistence);
  const cleanIncoming = persistence.cleanIncoming.bind(persistence);
  const storeIncoming = persistence.incomingStorePacket.bind(persistence);
  const outgoing = createOutgoing();
  /** The oldest session first. */
  const sessions = new Set<string>();

  function drop(id: string): void {
    sessions.delete(id);
    outgoing.forget(id);
  }

  function discard(id: string, reason: 'session_queue_full' | 'session_forgotten'): Promise<unknown> {
    refuse(reason);
    forgotten(id);
    drop(id);
    return Promise.all([cleanSubscriptions({ id }), cleanIncoming({ id })]);
  }

  async function begin({ id }: ClientLike): Promise<void> {
    if (sessions.has(id)) return;
    const oldest = sessions.size < limits.sessions ? undefined : sessions.keys().find((other) => !isConnected(other));
    sessions.add(id);
    if (oldest !== undefined) await discard(oldest, 'session_forgotten');
  }

  /**
   * A session with too much to catch up with is ended as a whole: a gap inside it would stay unseen, while
   * `session present 0` says that something is missing, and a queue that nobody fetches costs every
   * message something (MQTT 3.1.1 §4.1 allows it as an automated response to defined conditions).
   * Returns what is still to be tidied away.
   */
  function enqueue(id: string, packet: PacketLike, size: number): Promise<unknown>[] {
    const ended: Promise<unknown>[] = [];
    const end = (other: string) => ended.push(discard(other, 'session_queue_full'));
    while (sessions.has(id) && outgoing.bytes + size > limits.queuedBytesOfSessions)
      end(outgoing.greediest((other) => !isConnected(other)) ?? id);
    if (outgoing.countOf(id) >= limits.queuedPerSession) end(id);
    if (sessions.has(id)) outgoing.add(id, packet);
    return ended;
  }

  return {
    async addSubscriptions(client, subscriptions) {
      await begin(client);
      await addSubscriptions(client, subscriptions);
    },
    async cleanSubscriptions(client) {
      drop(client.id);
      return cleanSubscriptions(client);
    },
    outgoingEnqueue: (subscription, packet) => persistence.outgoingEnqueueCombi([subscription], packet),
    async outgoingEnqueueCombi(subscriptions, packet) {
      if (subscriptions.length === 0) return;
      const own = { ...packet, payload: ownBytes(packet.payload) };
      const size = entryBytes(own);
      await Promise.all(subscriptions.flatMap(({ clientId }) => enqueue(clientId, own, size)));
    },
    outgoingUpdate: async (client, packet) => outgoing.update(client.id, packet),
    outgoingClearMessageId: async (client, packet) => outgoing.clear(client.id, packet),
    outgoingStream: (client) => Readable.from(outgoing.of(client.id)),
    async incomingStorePacket(client, packet) {
      // Its session ended while the message was being committed: nobody would ever take the entry away.
      if (client.clean === true && client.closed === true) return;
      if (client.clean === false) await begin(client);
      // Only that it came is asked again; what it said has been handed over.
      await storeIncoming(client, { ...packet, payload: NOTHING });
    },
  };
}
