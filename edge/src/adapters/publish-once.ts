import { connectAsync } from 'mqtt';

const CONNECT_MS = 3_000;

/** Publishes one message, not retained, on a connection of its own; resolves once the broker has it. */
export async function publishOnce(url: string, topic: string, payload: string): Promise<void> {
  const client = await connectAsync(url, { connectTimeout: CONNECT_MS, reconnectPeriod: 0 }, false);
  try {
    await client.publishAsync(topic, payload, { qos: 1 });
  } finally {
    await client.endAsync();
  }
}
