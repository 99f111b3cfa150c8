import { connect, type MqttClient } from 'mqtt';
import type { Publication } from '../domain/decoded.ts';
import type { WillLink, WillLinkUser } from '../ports.ts';

export interface SparkplugLinkOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, with user and password where the broker wants them. */
  readonly url: string;
  readonly clientId: string;
  /** The first pause before another try, ms; each further one is twice as long, up to half a minute. */
  readonly firstRetryMs?: number;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const END_WITHIN_MS = 2_000;
/** Unsent bytes from which on the broker counts as slow. */
const CONGESTED_BYTES = 1_048_576;

/**
 * A connection of its own to the broker of Sparkplug hosts: MQTT 3.1.1, clean, the will with QoS 1 and not
 * retained. Every connection is a new client, because each has a will of its own.
 */
export function createSparkplugLink({ url, clientId, firstRetryMs = FIRST_RETRY_MS }: SparkplugLinkOptions): WillLink {
  let user: WillLinkUser | null = null;
  let client: MqttClient | null = null;
  let timer: NodeJS.Timeout | undefined;
  let wait = firstRetryMs;
  let leaving = Promise.resolve();

  function open(listener: WillLinkUser): void {
    const { topic, payload } = listener.will();
    const mine = connect(url, {
      clientId,
      clean: true,
      protocolVersion: 4,
      keepalive: 30,
      connectTimeout: 10_000,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic, payload: Buffer.from(payload), qos: 1, retain: false },
    });
    client = mine;

    function fail(reason: string): void {
      if (client !== mine) return;
      client = null;
      // Without a DISCONNECT, so that the broker speaks the will.
      mine.end(true);
      listener.lost(reason);
      openLater(listener);
    }

    mine.on('connect', () => {
      mine.subscribe([...listener.filters], { qos: 1 }, (error, granted) => {
        if (client !== mine) return;
        const denied = granted?.filter(({ qos }) => qos > 2).map((grant) => grant.topic) ?? [];
        if (error || denied.length > 0)
          return fail(error?.message ?? `the broker refused to subscribe ${denied.join()}`);
        wait = firstRetryMs;
        listener.connected();
      });
    });
    mine.on('message', (heardOn, bytes) => {
      if (client === mine) listener.heard(heardOn, bytes);
    });
    mine.on('error', (error) => fail(error.message));
    mine.on('close', () => fail('the connection to the broker is closed'));
  }

  function openLater(listener: WillLinkUser): void {
    clearTimeout(timer);
    timer = setTimeout(() => open(listener), jittered(wait)).unref();
    wait = Math.min(wait * 2, LONGEST_RETRY_MS);
  }

  async function leave(lastWords: Publication | null): Promise<void> {
    const ending = client;
    client = null;
    clearTimeout(timer);
    if (ending) await end(ending, lastWords);
  }

  return {
    get isCongested() {
      return (client?.stream.writableLength ?? 0) > CONGESTED_BYTES;
    },
    start(listener) {
      user = listener;
      open(listener);
    },
    publish(publications) {
      if (!client?.connected) return;
      for (const { topic, payload } of publications) client.publish(topic, Buffer.from(payload), { qos: 0 }, unheard);
    },
    renew(lastWords) {
      leaving = leave(lastWords).then(() => {
        if (user) openLater(user);
      });
    },
    async stop(lastWords) {
      user = null;
      await leaving;
      await leave(lastWords);
    },
  };
}

/** What a broken connection swallows is told by the births of the next one. */
function unheard(): void {}

/** Half to one and a half times: edges that lost their broker together do not come back together. */
function jittered(ms: number): number {
  return Math.round(ms * (0.5 + Math.random()));
}

/** In good order, so that the will stays unsaid; by force when the broker does not answer. */
async function end(client: MqttClient, lastWords: Publication | null): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const forced = setTimeout(() => client.end(true, () => resolve()), END_WITHIN_MS);
  if (lastWords && client.connected) {
    const { topic, payload } = lastWords;
    client.publish(topic, Buffer.from(payload), { qos: 1 }, () => client.end(false, () => resolve()));
  } else client.end(!client.connected, () => resolve());
  await promise;
  clearTimeout(forced);
}
