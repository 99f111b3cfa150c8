import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Aedes, type Client } from 'aedes';
import { EdgeError, sentenceOf } from '../errors.ts';
import type { Clock, Inbox, InboxMessage } from '../ports.ts';
import { createConnections, type Connections } from './aedes-inbox/connections.ts';
import { countEndings } from './aedes-inbox/endings.ts';
import { createHooks, type HookParts } from './aedes-inbox/hooks.ts';
import { type AedesInboxLimits, DEFAULT_LIMITS, type Refusal } from './aedes-inbox/limits.ts';
import { boundMemory, type Persistence } from './aedes-inbox/memory.ts';
import { createQos2Window } from './aedes-inbox/qos2.ts';
import { guardSocket } from './frame-guard.ts';
import { isOurs as isOursByDefault } from './own-topics.ts';

export { type AedesInboxLimits, type Refusal } from './aedes-inbox/limits.ts';

export interface AedesInboxOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Default loopback: whoever opens it to a network decides so. */
  readonly host?: string;
  /** 0 takes any free port. Default 1883. */
  readonly port?: number;
  readonly limits?: Partial<AedesInboxLimits>;
  /** Ids that the edge's own clients connect with. Nobody else may know them. */
  readonly ownClients?: ReadonlySet<string>;
  /** Topics that nobody else may speak on; default `own-topics.ts`. */
  readonly isOurs?: (topic: string) => boolean;
}

export interface AedesInbox extends Inbox {
  /** Refusals so far, by reason. */
  readonly refused: ReadonlyMap<Refusal, number>;
  /** Clients that are connected now. */
  readonly clients: number;
}

interface Running {
  readonly broker: Aedes;
  readonly server: Server;
  readonly connections: Connections;
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

  return {
    refused,
    get clients() {
      return running?.broker.connectedClients ?? 0;
    },
    get connected() {
      return running !== null;
    },
    get port() {
      const address = running?.server.address();
      return address && typeof address === 'object' ? address.port : null;
    },
    async start(handler: (message: InboxMessage) => void) {
      if (running) throw new EdgeError('INBOX_UNREACHABLE', 'The embedded broker is running already.');
      stopping = false;
      const qos2 = createQos2Window(limits.inflightQos2);
      const { clock, ownClients = new Set<string>(), isOurs = isOursByDefault } = options;
      const parts = { limits, handler, ownClients, isOurs, qos2, refuse, clock, isStopping: () => stopping };
      running = await launch({ ...parts, subscriptions: new WeakMap() }, options);
    },
    publish: (topic, payload, { retain = false } = {}) => publish(running, topic, payload, retain),
    async stop() {
      const ending = running;
      stopping = true;
      running = null;
      if (!ending) return;
      const closed = new Promise<void>((resolve) => ending.broker.close(resolve));
      await Promise.all([ending.connections.end(ending.server), closed]);
    },
  };
}

async function launch(parts: HookParts, { host = '127.0.0.1', port = 1883 }: AedesInboxOptions): Promise<Running> {
  const { limits, refuse } = parts;
  const connections = createConnections(limits);
  const broker = await createBroker(parts);
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => {
    socket.on('error', () => undefined);
    if (connections.admit(socket)) {
      broker.handle(guardSocket(socket, { limits, maxQueuedBytes: limits.queuedBytes, onFault: refuse }));
    } else {
      refuse('too_many_connections');
      socket.destroy();
    }
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    broker.close();
    const what = `The broker cannot listen on ${host}:${port} (${sentenceOf(error)}).`;
    throw new EdgeError('EDGE_PORT_IN_USE', `${what} Stop what uses it, or set KEEPSITE_EDGE_MQTT_PORT.`, {
      cause: error,
    });
  }
  return { broker, server, connections };
}

/** Beyond these a topic costs the broker's own trees too much, and its sender is not kept. */
const TOPIC_LEVELS = 200;

async function createBroker(parts: HookParts): Promise<Aedes> {
  const { limits, refuse, qos2, subscriptions } = parts;
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
  // Neither is in aedes' types; both are what its own handlers use.
  const inner = broker as unknown as { readonly persistence: Persistence; readonly clients: Record<string, unknown> };
  boundMemory(inner.persistence, limits, {
    refuse,
    isConnected: (client) => client in inner.clients,
    released: qos2.released,
    forgotten: qos2.forgotten,
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
