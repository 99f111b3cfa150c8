import { isOurs } from '../own-topics.ts';

export interface MemoryLimits {
  /** Topics that keep a message, and the bytes of those messages. The edge's own are not counted. */
  readonly retainedTopics: number;
  readonly retainedBytes: number;
  /** Sessions of clients that connect with clean=0; the oldest absent one is forgotten first. */
  readonly sessions: number;
  /** Messages that wait for one such client, and the bytes that wait for all of them. */
  readonly queuedPerSession: number;
  readonly queuedBytesOfSessions: number;
}

interface ClientLike {
  readonly id: string;
  /** Of a connection: whether its session ends with it, and whether it is over. */
  readonly clean?: boolean;
  readonly closed?: boolean;
}
interface PacketLike {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly messageId?: number;
}
interface SubscriptionLike {
  readonly clientId: string;
}

/** The part of aedes-persistence 11 that needs bounds; it has none of its own. */
export interface Persistence {
  storeRetained(packet: PacketLike): Promise<void>;
  addSubscriptions(client: ClientLike, subscriptions: readonly unknown[]): Promise<void>;
  cleanSubscriptions(client: ClientLike): Promise<unknown>;
  outgoingEnqueue(subscription: SubscriptionLike, packet: PacketLike): Promise<void>;
  outgoingEnqueueCombi(subscriptions: readonly SubscriptionLike[], packet: PacketLike): Promise<void>;
  outgoingClearMessageId(client: ClientLike, packet: PacketLike): Promise<PacketLike | undefined>;
  outgoingStream(client: ClientLike): AsyncIterable<PacketLike>;
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

/** What an entry of a queue takes beside its topic and payload, about. */
const ENTRY_BYTES = 300;
const NOTHING = Buffer.alloc(0);

/** Puts bounds around what the broker keeps in memory, and listens for the ends of QoS 2 and of sessions. */
export function boundMemory(persistence: Persistence, limits: MemoryLimits, events: MemoryEvents): void {
  Object.assign(persistence, retainedBounds(persistence, limits, events), sessionBounds(persistence, limits, events));
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
  persistence: Persistence,
  { retainedTopics, retainedBytes }: MemoryLimits,
  { refuse }: MemoryEvents,
): Pick<Persistence, 'storeRetained'> {
  const store = persistence.storeRetained.bind(persistence);
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
      await store({ ...packet, payload: ownBytes(payload) });
    },
  };
}

/** A payload is a view of the 64 KiB that were read with it, or of a shared pool, and would keep all of them. */
function ownBytes(payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}

function sizeOf({ topic, payload }: PacketLike): number {
  return ENTRY_BYTES + (topic?.length ?? 0) + (payload?.length ?? 0);
}

function sessionBounds(
  persistence: Persistence,
  limits: MemoryLimits,
  { refuse, isConnected, forgotten }: MemoryEvents,
): Partial<Persistence> {
  const addSubscriptions = persistence.addSubscriptions.bind(persistence);
  const cleanSubscriptions = persistence.cleanSubscriptions.bind(persistence);
  const cleanIncoming = persistence.cleanIncoming.bind(persistence);
  const enqueue = persistence.outgoingEnqueueCombi.bind(persistence);
  const clear = persistence.outgoingClearMessageId.bind(persistence);
  const storeIncoming = persistence.incomingStorePacket.bind(persistence);
  /** How many messages wait for each session, the oldest session first. */
  const sessions = new Map<string, number>();
  let bytes = 0;

  async function forget(client: ClientLike): Promise<void> {
    if (!sessions.delete(client.id)) return;
    await cleanSubscriptions(client);
    for await (const packet of persistence.outgoingStream(client)) await clearOne(client, packet);
  }

  async function clearOne(client: ClientLike, packet: PacketLike): Promise<PacketLike | undefined> {
    const cleared = await clear(client, packet);
    if (cleared) {
      bytes -= sizeOf(cleared);
      const waiting = sessions.get(client.id);
      if (waiting !== undefined) sessions.set(client.id, Math.max(0, waiting - 1));
    }
    return cleared;
  }

  async function begin({ id }: ClientLike): Promise<void> {
    if (sessions.has(id)) return;
    await makeRoom();
    sessions.set(id, sessions.get(id) ?? 0);
  }

  async function makeRoom(): Promise<void> {
    if (sessions.size < limits.sessions) return;
    const oldest = sessions.keys().find((id) => !isConnected(id));
    if (oldest === undefined) return;
    refuse('session_forgotten');
    forgotten(oldest);
    await forget({ id: oldest });
    await cleanIncoming({ id: oldest });
  }

  function hasRoom({ clientId }: SubscriptionLike, size: number): boolean {
    const waiting = sessions.get(clientId) ?? 0;
    if (waiting >= limits.queuedPerSession || bytes + size > limits.queuedBytesOfSessions) {
      refuse('session_queue_full');
      return false;
    }
    sessions.set(clientId, waiting + 1);
    bytes += size;
    return true;
  }

  return {
    async addSubscriptions(client, subscriptions) {
      await begin(client);
      await addSubscriptions(client, subscriptions);
    },
    async cleanSubscriptions(client) {
      await forget(client);
      return cleanSubscriptions(client);
    },
    outgoingEnqueue: (subscription, packet) => persistence.outgoingEnqueueCombi([subscription], packet),
    async outgoingEnqueueCombi(subscriptions, packet) {
      const size = sizeOf(packet);
      const open = subscriptions.filter((subscription) => hasRoom(subscription, size));
      if (open.length > 0) await enqueue(open, { ...packet, payload: ownBytes(packet.payload) });
    },
    outgoingClearMessageId: clearOne,
    async incomingStorePacket(client, packet) {
      // Its session ended while the message was being committed: nobody would ever take the entry away.
      if (client.clean === true && client.closed === true) return;
      if (client.clean === false) await begin(client);
      // Only that it came is asked again; what it said has been handed over.
      await storeIncoming(client, { ...packet, payload: NOTHING });
    },
  };
}
