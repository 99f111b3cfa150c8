import { createHash } from 'node:crypto';
import type { AedesOptions, Client, PublishPacket } from 'aedes';
import type { Clock, InboxMessage } from '../../ports.ts';
import { type AedesInboxLimits, CountedError, type Refuse } from './limits.ts';
import type { Qos2Window } from './qos2.ts';
import { isForPublishing, isForSubscribing } from './topics.ts';

type Done = (error?: Error | null) => void;
type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>;

export interface HookParts {
  readonly limits: AedesInboxLimits;
  readonly clock: Pick<Clock, 'now'>;
  readonly handler: (message: InboxMessage) => void;
  readonly qos2: Qos2Window;
  readonly refuse: Refuse;
  /** True once the broker is being stopped: closing connections then say nothing about devices. */
  readonly isStopping: () => boolean;
  /** Clients of the edge's own: what they say is for others, and never news. */
  readonly ownClients: ReadonlySet<string>;
  /** Topics that only the edge itself may speak on. */
  readonly isOurs: (topic: string) => boolean;
  /** A client's subscriptions, counted. */
  readonly subscriptions: WeakMap<Client, number>;
}

/** CONNACK with return code 2, identifier rejected (MQTT 3.1.1 §3.2.2.3). */
const IDENTIFIER_REJECTED = Uint8Array.of(0x20, 2, 0, 2);
/** Where refused messages go: their sender gets its acknowledgement, and nobody can subscribe there. */
const NOWHERE = '$SYS/refused';

/** What aedes asks before it does something. A hook that breaks denies: in aedes a throw would end the process. */
export function createHooks(parts: HookParts): Hooks {
  const { limits, refuse } = parts;
  const publish = createPublishHook(parts);
  return {
    preConnect: (client, { clientId, clean }, done) => {
      const id = clientId ?? '';
      if (limits.clientId.test(id) && (id !== '' || clean)) return done(null, true);
      refuse('client_id');
      client.conn.write(IDENTIFIER_REJECTED);
      done(new CountedError('client id refused'), false);
    },
    authorizePublish: (client, packet, done) => {
      try {
        publish(client, packet, done);
      } catch {
        refuse('broker_failed');
        done(new CountedError('not now'));
      }
    },
    authorizeSubscribe: (client, subscription, done) => {
      const allowed = mayDo(() => maySubscribe(client, subscription.topic, parts), refuse);
      done(null, allowed ? subscription : null);
    },
    // What was queued before a filter was refused must not slip through.
    authorizeForward: (_client, packet) => (packet.topic.startsWith('$') ? null : packet),
  };
}

function mayDo(ask: () => boolean, refuse: Refuse): boolean {
  try {
    return ask();
  } catch {
    refuse('broker_failed');
    return false;
  }
}

function maySubscribe(client: Client, topic: string, { limits, refuse, subscriptions }: HookParts): boolean {
  if (!isForSubscribing(topic, limits.topicLevels)) {
    refuse('subscribe_topic');
    return false;
  }
  const { subscriptions: known } = client as unknown as { subscriptions: Record<string, unknown> };
  if (topic in known) return true;
  const count = subscriptions.get(client) ?? 0;
  if (count >= limits.subscriptionsPerClient) {
    refuse('too_many_subscriptions');
    return false;
  }
  subscriptions.set(client, count + 1);
  return true;
}

/** Wills and retained messages come this way too; what the edge itself publishes does not. */
function createPublishHook(parts: HookParts): Hooks['authorizePublish'] {
  const { limits, clock, handler, ownClients, isOurs, qos2, refuse, isStopping } = parts;

  function hand(client: string | null, packet: PublishPacket, done: Done, delivery?: Delivery): void {
    const message = new Received(packet, client, clock.now(), done);
    if (delivery) message.delivery = delivery;
    try {
      handler(message);
    } catch {
      refuse('handler_failed');
      message.deny();
    }
  }

  function handQos2(client: string, packet: PublishPacket, messageId: number, done: Done): void {
    const taken = qos2.take(client, messageId, done);
    if (taken.kind === 'repeated') return;
    if (taken.kind === 'full') {
      refuse('too_many_qos2');
      return done(new CountedError('too many QoS 2 messages wait for their PUBREL'));
    }
    const settled: Done = (error) => {
      done(error);
      if (error) qos2.failed(client, messageId, taken.entry, error);
      else qos2.committed(taken.entry);
    };
    hand(client, packet, settled, { id: deliveryId(client, packet), again: packet.dup });
  }

  return (client, packet, done) => {
    if (isStopping()) return done(new CountedError('the broker is stopping'));
    const { topic, qos, messageId } = packet;
    if (!isForPublishing(topic, limits.topicLevels)) return swallow(packet, 'publish_topic');
    if (client && ownClients.has(client.id)) return done(null);
    if (isOurs(topic)) return swallow(packet, 'publish_to_ours');
    if (qos === 2 && client && messageId !== undefined) return handQos2(client.id, packet, messageId, done);
    hand(client?.id ?? null, packet, done);

    function swallow(refused: PublishPacket, reason: 'publish_topic' | 'publish_to_ours'): void {
      refuse(reason);
      Object.assign(refused, { topic: NOWHERE, payload: Buffer.alloc(0), retain: false });
      done(null);
    }
  };
}

type Delivery = NonNullable<InboxMessage['delivery']>;

/** Message ids come round again: with what was said they tell a repetition from a message that is new. */
function deliveryId(client: string, { messageId, topic, payload }: PublishPacket): string {
  const said = createHash('sha256').update(topic).update('\0').update(payload).digest('base64url');
  return `qos2:${client}:${messageId}:${said}`;
}

/** One message on its way through; a class because tens of thousands a second are made of it. */
class Received implements InboxMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain = false;
  readonly receivedAt: number;
  readonly qos: 0 | 1 | 2;
  readonly client: string | null;
  delivery?: Delivery;
  #done: Done | null;

  constructor({ topic, payload, qos }: PublishPacket, client: string | null, receivedAt: number, done: Done) {
    this.topic = topic;
    this.payload = typeof payload === 'string' ? Buffer.from(payload) : payload;
    this.receivedAt = receivedAt;
    this.qos = qos;
    this.client = client;
    this.#done = done;
  }

  acknowledge(): void {
    this.#settle(null);
  }

  deny(): void {
    this.#settle(new CountedError('not taken'));
  }

  #settle(error: Error | null): void {
    const done = this.#done;
    this.#done = null;
    done?.(error);
  }
}
