import mqtt, { type MqttClient } from 'mqtt';
import { until } from './until.ts';

/** One message as it came. */
export interface Heard {
  readonly topic: string;
  readonly payload: Buffer;
  /** This machine's clock when it came. */
  readonly at: number;
}

/** Somebody on the building's network. */
export interface Wire {
  /** Everything heard on the subscribed topics so far; retained messages are left out. */
  readonly heard: readonly Heard[];
  /** Resolves once the broker has acknowledged it (QoS 1). */
  say(topic: string, payload: string | Uint8Array | object): Promise<void>;
  close(): Promise<void>;
}

/** Connects, says one thing and leaves. Resolves once the broker has acknowledged it or shown it the door. */
export async function sayOnce(
  url: string,
  topic: string,
  payload: string | Uint8Array,
): Promise<'taken' | 'shown out'> {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, connectTimeout: 20_000 });
  client.on('error', () => undefined);
  const closed = new Promise<'shown out'>((resolve) => client.once('close', () => resolve('shown out')));
  const taken = client.publishAsync(topic, payload as Buffer, { qos: 1 }).then(
    () => 'taken' as const,
    () => 'shown out' as const,
  );
  const end = await Promise.race([taken, closed]);
  await client.endAsync(true);
  return end;
}

/** Connects, subscribes, and keeps reconnecting at once when the broker goes away. */
export async function connect(url: string, topics: readonly string[] = []): Promise<Wire> {
  const client: MqttClient = mqtt.connect(url, { reconnectPeriod: 100, connectTimeout: 20_000 });
  const heard: Heard[] = [];
  // The client reconnects by itself; an unhandled event would end the process.
  client.on('error', () => undefined);
  client.on('message', (topic, payload, packet) => {
    if (!packet.retain) heard.push({ topic, payload, at: Date.now() });
  });
  await until(() => client.connected, { for: `the broker at ${url}` });
  if (topics.length > 0) await client.subscribeAsync([...topics], { qos: 1 });
  return {
    heard,
    async say(topic, payload) {
      const isRaw = typeof payload === 'string' || payload instanceof Uint8Array;
      await client.publishAsync(topic, isRaw ? (payload as string | Buffer) : JSON.stringify(payload), { qos: 1 });
    },
    close: () => client.endAsync(true),
  };
}
