import type { Aedes, AedesOptions, Client, ConnectPacket, PublishPacket } from 'aedes';
import type { Clock, InboxMessage } from '../../ports.ts';
import { deliveryId } from '../delivery-id.ts';
import type { Guest, Guests } from './guests.ts';
import { type AedesInboxLimits, CountedError, type Refusal, type Refuse } from './limits.ts';
import { createPatience } from './patience.ts';
import type { Qos2Window } from './qos2.ts';
import type { ConnectRates } from './rates.ts';
import type { RetainedLedger } from './retained.ts';
import { endSession, innerOf } from './sessions.ts';
import type { Turns } from './turns.ts';

type Done = (error?: Error | null) => void;
type ComeIn = (error: Error | null, mayComeIn: boolean) => void;
type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>;

export interface HookParts {
  readonly limits: AedesInboxLimits;
  readonly clock: Pick<Clock, 'now'>;
  readonly handler: (message: InboxMessage) => void;
  readonly guests: Guests;
  readonly retained: RetainedLedger;
  readonly qos2: Qos2Window;
  readonly connectRates: ConnectRates;
  readonly turns: Turns;
  readonly refuse: Refuse;
  /** True once the broker is being stopped: closing connections then say nothing about devices. */
  readonly isStopping: () => boolean;
  /** A client's subscriptions, counted. */
  readonly subscriptions: WeakMap<Client, number>;
}

/** Why a connection is refused, in the broker's words (MQTT 3.1.1 §3.2.2.3); 5, not authorized, when it is none of these. */
const RETURN_CODES: Partial<Record<Refusal, number>> = { client_id: 2, connect_rate: 3 };
/** Protocol levels of MQTT 3.1 and 3.1.1; what speaks another is told so by the broker itself. */
const SPOKEN: readonly (number | undefined)[] = [3, 4];
/** Where refused messages go: their sender gets its acknowledgement, and nobody can subscribe there. */
const NOWHERE = '$SYS/refused';

/**
 * What aedes asks before it does something. A hook that breaks denies: in aedes a throw would end the
 * process. Who somebody is gets decided before aedes knows the connection's client id, because what it
 * does for a connection that it refuses later would already touch the session of the id's true owner.
 */
export function createHooks(parts: HookParts): Hooks {
  const { refuse, guests } = parts;
  const publish = createPublishHook(parts);
  return {
    preConnect: (client, packet, done) => {
      const entry = enter(client, packet, parts);
      if (entry.ok) return takeUp(client, packet, entry.isHeir, done);
      refuse(entry.reason);
      // Only once it is written: the connection is ended with what still waits in it.
      client.conn.write(Uint8Array.of(0x20, 2, 0, RETURN_CODES[entry.reason] ?? 5), () =>
        done(new CountedError('not let in'), false),
      );
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
    authorizeForward: (client, packet) =>
      mayDo(() => isLive(guests.of(client))?.verdicts.hear(packet.topic) ?? false, refuse) ? packet : null,
  };

  /** A session is whose it was: what another left behind under this client id is no business of the one who has it now. */
  function takeUp(client: Client, packet: ConnectPacket, isHeir: boolean, done: ComeIn): void {
    const comeIn = () => {
      guests.keepsSession(client, packet);
      done(null, true);
    };
    if (!isHeir) return comeIn();
    const { broker } = client as unknown as { readonly broker: Aedes };
    endSession(innerOf(broker), packet.clientId).then(comeIn, () => {
      refuse('broker_failed');
      client.conn.destroy();
    });
  }
}

function mayDo(ask: () => boolean, refuse: Refuse): boolean {
  try {
    return ask();
  } catch {
    refuse('broker_failed');
    return false;
  }
}

function isLive(guest: Guest | undefined): Guest | undefined {
  return guest?.isExpelled ? undefined : guest;
}

type Entering = { readonly ok: true; readonly isHeir: boolean } | { readonly ok: false; readonly reason: Refusal };

/** Lets a connection in, or says why not. */
function enter(client: Client, packet: ConnectPacket, { limits, guests, connectRates }: HookParts): Entering {
  const { clientId: id, clean, protocolVersion } = packet;
  const { remoteAddress = '' } = client.conn as { remoteAddress?: string };
  try {
    if (!SPOKEN.includes(protocolVersion)) return { ok: true, isHeir: false };
    if (!limits.clientId.test(id) || (id === '' && !clean)) return no('client_id');
    if (id !== '' && !connectRates.admitsClient(id, remoteAddress, performance.now())) return no('connect_rate');
    return guests.admit(client, packet);
  } catch {
    return no('broker_failed');
  }
}

function no(reason: Refusal): Entering {
  return { ok: false, reason };
}

function maySubscribe(client: Client, topic: string, { limits, guests, refuse, subscriptions }: HookParts): boolean {
  const guest = isLive(guests.of(client));
  const reason = guest ? guest.verdicts.subscribe(topic) : 'subscribe_not_granted';
  if (reason !== null) {
    if (guest) guests.denied(guest, topic);
    refuse(reason);
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

/**
 * Wills and retained messages come this way too; what the edge itself publishes does not. What is not
 * allowed is acknowledged, counted and goes nowhere: MQTT 3.1.1 (§3.3.5) leaves a server only that or
 * hanging up, and a device that is hung up on comes back for ever, with what it may say lost as well.
 */
function createPublishHook(parts: HookParts): Hooks['authorizePublish'] {
  const { limits, clock, handler, guests, retained, qos2, turns, refuse, isStopping } = parts;
  const patience = createPatience(limits);

  function hand({ client, guest, packet, done }: Said, delivery?: Delivery): void {
    const message = new Received(packet, client.id, clock.now(), done);
    const { kind, device } = guest.identity;
    if (kind === 'onboarding' || device !== null) message.onlyDevice = device;
    if (delivery) message.delivery = delivery;
    try {
      handler(message);
    } catch {
      refuse('handler_failed');
      message.deny();
    }
  }

  /** Hands it over when it is its client's turn. */
  function inTurn(said: Said, delivery?: Delivery): void {
    const { client, guest, packet } = said;
    const { length: bytes } = packet.payload;
    const done: Done = (error) => {
      patience.settled(client, bytes);
      said.done(error);
      turns.over(client);
    };
    patience.taken(client, bytes);
    const turn = turns.take(client, packet.qos, () => {
      if (isStopping()) done(new CountedError('the broker is stopping'));
      else if (guest.isExpelled) swallow(packet, 'publish_not_granted', done);
      else hand({ ...said, done }, delivery);
    });
    if (turn === 'taken') return;
    patience.settled(client, bytes);
    if (turn === 'dropped') return swallow(packet, 'message_rate', said.done);
    refuse('too_many_waiting');
    said.done(new CountedError('too many messages wait for their acknowledgement'));
  }

  function handQos2(said: Said, messageId: number): void {
    const { packet, done } = said;
    const client = said.client.id;
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
    inTurn({ ...said, done: settled }, { id: deliveryId(client, packet), again: packet.dup });
  }

  /** What may not be kept is told all the same: an alarm that asks to be kept is an alarm. */
  function keepOrNot({ guest, packet, done }: Said): Done {
    const { name, mayRetain } = guest.identity;
    const { topic, payload } = packet;
    const isOver = payload.length === 0;
    if (!mayRetain || (!isOver && !retained.keep(name, topic))) {
      refuse(mayRetain ? 'retained_full' : 'retain_not_granted');
      packet.retain = false;
    } else if (isOver) retained.drop(topic);
    return (error) => {
      // Revoked while it was being committed: it is heard, and nothing of it stays.
      if (guest.isExpelled) packet.retain = false;
      done(error);
    };
  }

  function swallow(refused: PublishPacket, why: Refusal, done: Done): void {
    refuse(why);
    Object.assign(refused, { topic: NOWHERE, payload: Buffer.alloc(0), retain: false });
    done(null);
  }

  return (client, packet, done) => {
    if (isStopping()) return done(new CountedError('the broker is stopping'));
    const guest = isLive(guests.of(client));
    if (!client || !guest) return swallow(packet, 'publish_not_granted', done);
    const reason = guest.verdicts.publish(packet.topic);
    if (reason !== null) {
      guests.denied(guest, packet.topic);
      return swallow(packet, reason, done);
    }
    if (guest.identity.kind === 'own') return done(null);
    const said: Said = { client, guest, packet, done };
    if (packet.retain) said.done = keepOrNot(said);
    const { qos, messageId } = packet;
    if (qos === 2 && messageId !== undefined) return handQos2(said, messageId);
    inTurn(said);
  };
}

/** A message, and whose it is. */
interface Said {
  readonly client: Client;
  readonly guest: Guest;
  readonly packet: PublishPacket;
  done: Done;
}

type Delivery = NonNullable<InboxMessage['delivery']>;

/** One message on its way through; a class because tens of thousands a second are made of it. */
class Received implements InboxMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain = false;
  readonly receivedAt: number;
  readonly qos: 0 | 1 | 2;
  readonly client: string | null;
  delivery?: Delivery;
  onlyDevice?: string | null;
  #done: Done | null;

  constructor({ topic, payload, qos }: PublishPacket, client: string, receivedAt: number, done: Done) {
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
