import { randomUUID } from 'node:crypto';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';

/** A device or listener on a broker, as a test plays it. */
export interface TestDevice {
  /** Resolves when the broker has acknowledged it (QoS 0: when it was sent). */
  publish(topic: string, payload: string, options?: { qos?: 0 | 1 | 2; retain?: boolean }): Promise<void>;
  subscribe(filter: string, listener: (topic: string, payload: string, retain: boolean) => void): Promise<void>;
  close(): Promise<void>;
}

/** Connects an mqtt.js client that never reconnects by itself; its connection errors stay with the test. */
export async function connectMqtt(port: number, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: `device-${randomUUID()}`,
    reconnectPeriod: 0,
    protocolVersion: 4,
    ...options,
  });
  client.on('error', () => undefined);
  return client;
}

/** A {@link TestDevice} on a real broker. */
export async function connectDevice(port: number): Promise<TestDevice> {
  const client = await connectMqtt(port);
  return {
    async publish(topic, payload, { qos = 1, retain = false } = {}) {
      await client.publishAsync(topic, payload, { qos, retain });
    },
    async subscribe(filter, listener) {
      client.on('message', (topic, payload, packet) => listener(topic, payload.toString(), packet.retain));
      await client.subscribeAsync(filter, { qos: 1 });
    },
    close: () => client.endAsync(true),
  };
}
