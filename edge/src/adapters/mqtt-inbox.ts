import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { EdgeError } from '../errors.ts';
import type { Clock, Inbox, InboxMessage } from '../ports.ts';
import { createReceiver } from './mqtt-inbox/receiver.ts';
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
  /** Messages that may wait for their commit at a time; default 1,000. */
  readonly receiveMaximum?: number;
  /** A broker that answers nothing for one and a half times as long is gone; default 30. */
  readonly keepaliveSeconds?: number;
}

export interface MqttInbox extends Inbox {
  /** Why the broker cannot be reached; null while it can. */
  readonly problem: string | null;
}

type Handler = (message: InboxMessage) => void;

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const END_WITHIN_MS = 2_000;
const RECEIVE_MAXIMUM = 1_000;
const KEEPALIVE_SECONDS = 30;
/** As long as a session of MQTT 3.1.1 lives: until it is ended (MQTT 5 §3.1.2.11.2). */
const NEVER_EXPIRES = 0xffff_ffff;
/** CONNACK of a broker that does not speak MQTT 5: in the words of MQTT 3.1.1 (§3.2.2.3), and of MQTT 5 itself (§3.2.2.2). */
const NO_SUCH_VERSION: readonly unknown[] = [1, 132];

/**
 * An external broker, with acknowledgement in our hands: MQTT 5, and 3.1.1 where the broker does not
 * speak it. Everything is subscribed with QoS 2, so a message keeps the quality that its sender chose; a
 * QoS 2 message that the broker repeats, also after a restart of it or of this process, carries the id by
 * which it is known again. The session outlives this process, so what was not acknowledged comes again.
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
  const { clock, clientId: session, isOurs = isOursByDefault, receiveMaximum = RECEIVE_MAXIMUM } = options;
  client.handleMessage = createReceiver(client, { clock, session, isOurs, handler, receiveMaximum });
  const filters = [...(options.filters ?? ['#'])];
  client.on('connect', () => {
    client.subscribe(filters, { qos: 2 }, (error, granted) => {
      const denied = granted?.filter(({ qos }) => qos > 2).map(({ topic }) => topic) ?? [];
      if (error || denied.length > 0) link.lost(error?.message ?? `the broker refused to subscribe ${denied.join()}`);
      else link.found();
    });
  });
  client.on('error', (error) => link.lost(error.message));
  client.on('close', () => link.lost('the connection to the broker is closed'));
  backOff(client);
  settleVersion(client);
  return client;
}

function clientOptions(options: MqttInboxOptions): IClientOptions {
  const { clientId, will, receiveMaximum = RECEIVE_MAXIMUM, keepaliveSeconds = KEEPALIVE_SECONDS } = options;
  return {
    clientId,
    clean: false,
    protocolVersion: 5,
    properties: { sessionExpiryInterval: NEVER_EXPIRES, receiveMaximum },
    keepalive: keepaliveSeconds,
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

/** Who refuses MQTT 5 is spoken to in MQTT 3.1.1 at once, and from then on. */
function settleVersion(client: MqttClient): void {
  client.on('error', (error) => {
    if (client.options.protocolVersion !== 5 || !('code' in error) || !NO_SUCH_VERSION.includes(error.code)) return;
    client.options.protocolVersion = 4;
    client.options.reconnectPeriod = 1;
  });
}

/** Half to one and a half times: edges that lost their broker together do not come back together. */
function jittered(ms: number): number {
  return Math.round(ms * (0.5 + Math.random()));
}

/** In good order, so that the will stays unsaid; by force when the broker does not answer. */
async function end(client: MqttClient): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const forced = setTimeout(() => client.end(true, () => resolve()), END_WITHIN_MS);
  client.end(!client.connected, () => resolve());
  await promise;
  clearTimeout(forced);
}
