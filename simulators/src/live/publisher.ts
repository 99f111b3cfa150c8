import mqtt, { type MqttClient } from 'mqtt';
import type { OutMessage } from '../devices/message.ts';

/** The devices' way to the broker. */
export interface Publisher {
  publish(messages: readonly OutMessage[]): void;
  /** Calls back for every page, with its payload. */
  onPage(handler: (payload: Uint8Array) => void): void;
  /** Calls back whenever the broker has been reached (again). */
  onConnect(handler: () => void): void;
  readonly connected: boolean;
  /** Messages handed to the broker so far. */
  readonly sent: number;
  readonly lost: number;
  close(): Promise<void>;
}

const MOST_WAITING = 2000;
const PAGES = 'keepsite/+/pages/+';

/**
 * Connects and keeps reconnecting. Without a broker QoS 0 messages are lost, as real devices lose
 * them; of QoS 1 messages the newest 2000 wait.
 */
export function publisherTo(url: string, will?: OutMessage): Publisher {
  const client: MqttClient = mqtt.connect(url, {
    clientId: `keepsite-simulators-${process.pid}`,
    reconnectPeriod: 1000,
    queueQoSZero: false,
    ...(will
      ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain } }
      : {}),
  });
  let waiting: OutMessage[] = [];
  let unanswered = 0;
  let sent = 0;
  let lost = 0;

  function send(message: OutMessage): void {
    const { topic, payload, qos, retain } = message;
    sent += 1;
    unanswered += 1;
    client.publish(topic, payload, { qos, retain }, () => {
      unanswered -= 1;
    });
  }

  function wait(message: OutMessage): void {
    if (message.qos === 0) lost += 1;
    else waiting.push(message);
    if (waiting.length > MOST_WAITING) lost += waiting.splice(0, waiting.length - MOST_WAITING).length;
  }

  client.on('connect', () => {
    const held = waiting;
    waiting = [];
    for (const message of held) send(message);
  });
  // The client reconnects by itself; an unhandled event would end the process.
  client.on('error', () => undefined);

  return {
    publish(messages) {
      // A broker that withholds its answers is not buried.
      for (const message of messages) (client.connected && unanswered < MOST_WAITING ? send : wait)(message);
    },
    onPage(handler) {
      client.subscribe(PAGES, { qos: 1 });
      client.on('message', (_topic, payload, packet) => {
        if (!packet.retain) handler(payload);
      });
    },
    onConnect(handler) {
      client.on('connect', handler);
    },
    get connected() {
      return client.connected;
    },
    get sent() {
      return sent;
    },
    get lost() {
      return lost;
    },
    close: () => client.endAsync(),
  };
}
