import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { EdgeError } from '../errors.ts';
import type { Clock, Inbox, InboxMessage } from '../ports.ts';
import { isOurs as isOursByDefault } from './own-topics.ts';

export interface MqttInboxOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, with user and password where the broker wants them. */
  readonly url: string;
  /** Stable: the broker keeps what was not acknowledged under this name while the edge is away. */
  readonly clientId: string;
  /** What is subscribed; default everything. */
  readonly filters?: readonly string[];
  /** Said by the broker when this edge is gone without a word. */
  readonly will?: { readonly topic: string; readonly payload: string };
  /** Topics on which only the edge itself speaks: its own words are no news; default `own-topics.ts`. */
  readonly isOurs?: (topic: string) => boolean;
  /** Each time the broker is back and subscribed: time to say `online` again. */
  readonly onConnected?: () => void;
}

export interface MqttInbox extends Inbox {
  /** Why the broker cannot be reached; null while it can. */
  readonly problem: string | null;
}

type Handler = (message: InboxMessage) => void;

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const END_WITHIN_MS = 2_000;
/** Tells mqtt.js to go on to the next packet without acknowledging this one. */
const HELD = new Error('acknowledged later');

/**
 * An external broker, MQTT 3.1.1, with acknowledgement in our hands. Everything is subscribed with
 * QoS 1, so a broker brings QoS 2 messages as QoS 1 (one that does not is answered just as late).
 * The session outlives this process (`clean` false), so what was not acknowledged comes again.
 * `start` resolves once the broker has accepted the subscription, however long that takes; `publish`
 * rejects with INBOX_UNREACHABLE while the broker is away.
 */
export function createMqttInbox(options: MqttInboxOptions): MqttInbox {
  let client: MqttClient | null = null;
  let subscribed = false;
  let problem: string | null = null;
  let abandon: ((error: Error) => void) | null = null;

  const state = {
    lost(reason: string) {
      subscribed = false;
      problem = reason;
    },
    found() {
      subscribed = true;
      problem = null;
      options.onConnected?.();
    },
  };

  return {
    port: null,
    get connected() {
      return subscribed && client?.connected === true;
    },
    get problem() {
      return problem;
    },
    async start(handler) {
      if (client) throw unreachable('The connection to the broker is in use already.');
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      abandon = reject;
      const found = (): void => {
        state.found();
        resolve();
      };
      client = open(options, handler, { lost: state.lost, found });
      await promise;
    },
    async publish(topic, payload, { retain = false } = {}) {
      if (!client?.connected)
        throw unreachable('The MQTT broker cannot be reached. Check KEEPSITE_MQTT_URL and the network.');
      await client.publishAsync(topic, typeof payload === 'string' ? payload : Buffer.from(payload), {
        qos: 1,
        retain,
      });
    },
    async stop() {
      const ending = client;
      client = null;
      state.lost('stopped');
      abandon?.(unreachable('The connection to the broker was stopped before it came about.'));
      if (ending) await end(ending);
    },
  };
}

function unreachable(message: string): EdgeError {
  return new EdgeError('INBOX_UNREACHABLE', message);
}

interface Link {
  lost(reason: string): void;
  found(): void;
}

function open(options: MqttInboxOptions, handler: Handler, link: Link): MqttClient {
  const client = connect(options.url, clientOptions(options));
  client.handleMessage = createReceiver(client, options, handler);
  const filters = [...(options.filters ?? ['#'])];
  client.on('connect', () => {
    client.subscribe(filters, { qos: 1 }, (error, granted) => {
      const denied = granted?.filter(({ qos }) => qos > 2).map(({ topic }) => topic) ?? [];
      if (error || denied.length > 0) link.lost(error?.message ?? `the broker refused to subscribe ${denied.join()}`);
      else link.found();
    });
  });
  client.on('error', (error) => link.lost(error.message));
  client.on('close', () => link.lost('the connection to the broker is closed'));
  backOff(client);
  return client;
}

function clientOptions({ clientId, will }: MqttInboxOptions): IClientOptions {
  return {
    clientId,
    clean: false,
    protocolVersion: 4,
    keepalive: 30,
    connectTimeout: 10_000,
    reconnectPeriod: jittered(FIRST_RETRY_MS),
    reconnectOnConnackError: true,
    resubscribe: false,
    queueQoSZero: false,
    ...(will ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } } : {}),
  };
}

/** Doubles the wait from try to try; mqtt.js reads the period anew at every close. */
function backOff(client: MqttClient): void {
  let wait = FIRST_RETRY_MS;
  client.on('connect', () => {
    wait = FIRST_RETRY_MS;
    client.options.reconnectPeriod = jittered(wait);
  });
  client.on('reconnect', () => {
    wait = Math.min(wait * 2, LONGEST_RETRY_MS);
    client.options.reconnectPeriod = jittered(wait);
  });
}

/** Half to one and a half times: edges that lost their broker together do not come back together. */
function jittered(ms: number): number {
  return Math.round(ms * (0.5 + Math.random()));
}

/**
 * mqtt.js sends the PUBACK when `handleMessage` calls back without an error, and takes the next
 * packet only after that call: waiting for the commit there would make every commit hold one message.
 * So it is called back at once with an error, which only skips the PUBACK (lib/handlers/publish.js,
 * 5.16), and the PUBACK is written when the message is acknowledged. QoS 2 it would answer before
 * anybody has seen the message: shown to it as QoS 1, it leaves that answer (PUBREC) to us too, and
 * answers the PUBREL by itself.
 */
function createReceiver(
  client: MqttClient,
  { clock, isOurs = isOursByDefault }: MqttInboxOptions,
  handler: Handler,
): MqttClient['handleMessage'] {
  const acknowledger = createAcknowledger(client);
  const sentTwice = new WeakSet<object>();
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'publish' || packet.qos !== 2) return;
    sentTwice.add(packet);
    packet.qos = 1;
  });
  return (packet, callback) => {
    if (client.disconnecting) return callback(HELD);
    const qos = sentTwice.has(packet) ? 2 : packet.qos;
    const acknowledge = qos === 0 ? nothing : acknowledger(packet, qos === 2 ? PUBREC : PUBACK);
    if (isOurs(packet.topic)) acknowledge();
    else hand({ packet, qos, receivedAt: clock.now(), acknowledge, handler });
    if (qos === 0) callback();
    else callback(HELD);
  };
}

/** Fixed headers of MQTT 3.1.1 §3.4 and §3.5; both are followed by the message id alone. */
const PUBACK = 0x40;
const PUBREC = 0x50;

function nothing(): void {}

function hand(delivery: {
  readonly packet: IPublishPacket;
  readonly qos: 0 | 1 | 2;
  readonly receivedAt: number;
  readonly acknowledge: () => void;
  readonly handler: Handler;
}): void {
  const { packet, qos, receivedAt, acknowledge, handler } = delivery;
  const { topic, payload, retain } = packet;
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  try {
    handler({ topic, payload: bytes, retain, receivedAt, qos, client: null, acknowledge });
  } catch {
    // Not acknowledged: the broker keeps it and brings it again with the next connection.
  }
}

/** Writes acknowledgements, those of one turn together. */
function createAcknowledger(client: MqttClient): (packet: IPublishPacket, header: number) => () => void {
  let corked = false;

  function write(header: number, messageId: number): void {
    const { stream } = client;
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    stream.write(Uint8Array.of(header, 2, messageId >> 8, messageId & 0xff));
  }

  return ({ messageId = 0 }, header) => {
    const { stream } = client;
    let owed = true;
    return () => {
      // On another connection the id may mean another message; the broker brings this one again.
      if (owed && client.connected && client.stream === stream) write(header, messageId);
      owed = false;
    };
  };
}

/** In good order, so that the will stays unsaid; by force when the broker does not answer. */
async function end(client: MqttClient): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const forced = setTimeout(() => client.end(true, () => resolve()), END_WITHIN_MS);
  client.end(!client.connected, () => resolve());
  await promise;
  clearTimeout(forced);
}
