import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { Aedes, type Client } from 'aedes';
import mqttPacket from 'mqtt-packet';
import { createOpenDoor } from '../access/doorkeeper.ts';
import type { Doorkeeper } from '../access/identity.ts';
import { EdgeError } from '../errors.ts';
import type { Clock, Inbox, InboxMessage } from '../ports.ts';
import { type Connections, createConnections } from './aedes-inbox/connections.ts';
import { type Doors, openDoors, renewSecrets, type TlsDoor } from './aedes-inbox/doors.ts';
import { countEndings } from './aedes-inbox/endings.ts';
import { createGuests, type Guests } from './aedes-inbox/guests.ts';
import { createHooks, type HookParts } from './aedes-inbox/hooks.ts';
import { type AedesInboxLimits, DEFAULT_LIMITS, type Refusal } from './aedes-inbox/limits.ts';
import { boundMemory } from './aedes-inbox/memory.ts';
import { createQos2Window } from './aedes-inbox/qos2.ts';
import { createConnectRates } from './aedes-inbox/rates.ts';
import { createRetainedLedger, type RetainedLedger } from './aedes-inbox/retained.ts';
import { endSession, innerOf } from './aedes-inbox/sessions.ts';
import { createTurns } from './aedes-inbox/turns.ts';
import { isOurs as isOursByDefault } from './own-topics.ts';

export { type TlsDoor } from './aedes-inbox/doors.ts';
export { type AedesInboxLimits, type Refusal } from './aedes-inbox/limits.ts';

export interface AedesInboxOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Default loopback: whoever opens it to a network decides so. */
  readonly host?: string;
  /** 0 takes any free port. Default 1883. */
  readonly port?: number;
  readonly limits?: Partial<AedesInboxLimits>;
  /** Default: everybody comes in and may do everything that is left to clients. */
  readonly doorkeeper?: Doorkeeper;
  /** A second door behind TLS; absent: there is none. */
  readonly tls?: TlsDoor;
  /** Topics that nobody else may speak on; default `own-topics.ts`. */
  readonly isOurs?: (topic: string) => boolean;
  /** Filters that nobody may subscribe within, whoever it is; what is said there is told to nobody. Default none. */
  readonly denySubscribe?: readonly string[];
  /** Who shows nothing may give orders about incidents too. Default: no. */
  readonly ordersFromAnybody?: boolean;
}

export interface AedesInbox extends Inbox {
  /** Refusals so far, by reason. */
  readonly refused: ReadonlyMap<Refusal, number>;
  /** Clients that are connected now. */
  readonly clients: number;
  /** Where clients connect by TLS; null: nowhere. */
  readonly tlsPort: number | null;
  expel(credential: string): Promise<void>;
  /** Another certificate, key or client CA for the door behind TLS: for whoever connects from now on. */
  renew(tls: TlsDoor): void;
}

interface Running {
  readonly broker: Aedes;
  readonly doors: Doors;
  readonly connections: Connections;
  readonly guests: Guests;
  readonly retained: RetainedLedger;
}

/**
 * The embedded broker: MQTT 3.1.1, QoS 0–2. A message is acknowledged only when its `acknowledge`
 * is called, and only then goes on to subscribers. `retain` is false here throughout: what a client
 * publishes is news when it comes, whatever it asks the broker to keep. Sessions live in memory; a
 * QoS 2 message that is repeated across a restart carries the id by which it is known again. `start` throws EDGE_PORT_IN_USE.
 */
export function createAedesInbox(options: AedesInboxOptions): AedesInbox {
  const limits: AedesInboxLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const refused = new Map<Refusal, number>();
  const refuse = (reason: Refusal): void => void refused.set(reason, (refused.get(reason) ?? 0) + 1);
  let stopping = true;
  let running: Running | null = null;

  function partsFor(handler: (message: InboxMessage) => void): HookParts {
    const { clock, doorkeeper = createOpenDoor(), isOurs = isOursByDefault, denySubscribe = [] } = options;
    const { ordersFromAnybody = false } = options;
    const { topicLevels, sessions, retainedPerCredential, inflightQos2 } = limits;
    const guests = createGuests({
      doorkeeper,
      isOurs,
      denySubscribe,
      ordersFromAnybody,
      topicLevels,
      clock,
      sessions,
    });
    return {
      limits,
      clock,
      handler,
      guests,
      connectRates: createConnectRates(limits),
      turns: createTurns(limits, (client) => guests.of(client)?.identity.kind === 'device'),
      retained: createRetainedLedger(retainedPerCredential),
      qos2: createQos2Window(inflightQos2),
      refuse,
      isStopping: () => stopping,
      subscriptions: new WeakMap(),
    };
  }

  return {
    refused,
    get clients() {
      return running?.broker.connectedClients ?? 0;
    },
    get connected() {
      return running !== null;
    },
    get port() {
      return running?.doors.port ?? null;
    },
    get tlsPort() {
      return running?.doors.tlsPort ?? null;
    },
    async start(handler: (message: InboxMessage) => void) {
      if (running) throw new EdgeError('INBOX_UNREACHABLE', 'The embedded broker is running already.');
      stopping = false;
      running = await launch(partsFor(handler), options);
    },
    publish: (topic, payload, { retain = false } = {}) => publish(running, topic, payload, retain),
    expel: (credential) => (running ? expel(running, credential) : Promise.resolve()),
    renew: (tls) => running && renewSecrets(running.doors, tls),
    async stop() {
      const ending = running;
      stopping = true;
      running = null;
      if (!ending) return;
      await toldOn();
      const closed = new Promise<void>((resolve) => ending.broker.close(resolve));
      await Promise.all([...ending.doors.servers.map((server) => ending.connections.end(server)), closed]);
    },
  };
}

/** Turns of the event loop in which an acknowledged message is written to its subscribers: QoS 2 takes four. */
const TURNS_TO_TELL = 16;

/**
 * aedes acknowledges a message of QoS 1 a turn before it publishes it, and writes it a turn after that: what ends
 * with its acknowledgement, like the last words of a client, would be lost with a broker that stops on it.
 */
async function toldOn(): Promise<void> {
  for (let turn = 0; turn < TURNS_TO_TELL; turn += 1) await setImmediate();
}

async function launch(parts: HookParts, { host = '127.0.0.1', port = 1883, tls }: AedesInboxOptions): Promise<Running> {
  const { refuse, guests, retained } = parts;
  const connections = createConnections(parts);
  const broker = await createBroker(parts);
  const welcome = (socket: Socket): void => void broker.handle(connections.guard(socket));
  const onTlsFailed = () => refuse('tls_failed');
  try {
    const doors = await openDoors({ host, port, tls, admit: connections.admit, welcome, onTlsFailed });
    return { broker, doors, connections, guests, retained };
  } catch (error) {
    broker.close();
    throw error;
  }
}

/** In this order: whoever is still connected could leave something behind. */
async function expel({ broker, guests, retained }: Running, credential: string): Promise<void> {
  const sessions = await guests.expel(credential);
  const inner = innerOf(broker);
  await Promise.all(sessions.map((id) => endSession(inner, id)));
  const nothing = Buffer.alloc(0);
  await Promise.all(
    retained.release(credential).map((topic) => inner.persistence.storeRetained({ topic, payload: nothing })),
  );
}

/** Beyond these a topic costs the broker's own trees too much, and its sender is not kept. */
const TOPIC_LEVELS = 200;

// A buffer for each of 65,536 numbers, made when the first packet is written, takes 7 MB and saves nothing to speak of.
mqttPacket.writeToStream.cacheNumbers = false;

async function createBroker(parts: HookParts): Promise<Aedes> {
  const { limits, refuse, qos2, guests, subscriptions } = parts;
  const broker = await Aedes.createBroker({
    ...createHooks(parts),
    connectTimeout: limits.connectTimeoutMs,
    keepaliveLimit: limits.keepaliveSeconds,
    // Ours are checked in the hooks, which acknowledge and count; aedes itself would hang up.
    maxTopicLevels: TOPIC_LEVELS,
    maxInflightInbound: limits.inflightQos2,
    queueLimit: limits.earlyPackets,
    // Never reached: a guarded socket does not push back. Should it ever, ten seconds and not sixty.
    drainTimeout: 10_000,
  });
  const events: EventEmitter = broker;
  // Without a listener an error of the broker's own would end the process.
  events.on('error', () => refuse('broker_failed'));
  countEndings(broker, refuse, parts.isStopping);
  broker.on('unsubscribe', (filters: string[], client: Client) => {
    subscriptions.set(client, Math.max(0, (subscriptions.get(client) ?? 0) - filters.length));
  });
  const inner = innerOf(broker);
  boundMemory(inner.persistence, limits, {
    refuse,
    isConnected: (client) => client in inner.clients,
    released: qos2.released,
    forgotten(client) {
      qos2.forgotten(client);
      guests.forgotten(client);
    },
  });
  return broker;
}

function publish(running: Running | null, topic: string, content: string | Uint8Array, retain: boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (!running) {
    reject(new EdgeError('INBOX_UNREACHABLE', 'The embedded broker is not running.'));
    return promise;
  }
  const payload = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  const packet = { cmd: 'publish', topic, payload, qos: 1, retain, dup: false } as const;
  running.broker.publish(packet, (error) => (error ? reject(error) : resolve()));
  return promise;
}
