import { connect, type Socket } from 'node:net';
import mqtt from 'mqtt';
import { generate, type Packet, parser } from 'mqtt-packet';
import { figure, type Figures } from './figures.ts';
import { run } from './processes.ts';
import { type Letter, openPublisher } from './publisher.ts';

const RUNS = 5;
const SECONDS = 4;
/** Enough to fill the buffers of both machines and the broker's own bound behind them within the run. */
const LOAD = { rate: 400, bytes: 50_000 } as const;
const HEALTHY_RATE = 200;
const STALLED = 5;

/**
 * The longest time that a healthy publisher waits between two acknowledgements, and a healthy subscriber
 * between two messages, while subscribers of everything and publishers read nothing of what they are told.
 */
export async function neighbours(tell: (line: string) => void): Promise<Figures> {
  const [alone, beside]: [number[], number[]] = [[], []];
  for (let i = 0; i < RUNS; i += 1) {
    alone.push(await longestGap(0));
    beside.push(await longestGap(STALLED));
    tell(`longest gap ${beside.at(-1)?.toFixed(0)} ms beside stalled peers, ${alone.at(-1)?.toFixed(0)} ms without`);
  }
  const without = figure(alone, 'ms');
  const against = `without stalled peers ${without.median} (${without.min} … ${without.max})`;
  return { stalled_subscriber_gap_ms: figure(beside, 'ms', against) };
}

async function longestGap(stalled: number): Promise<number> {
  const broker = await run<{ mqttPort: number }>('embedded-broker.ts');
  const port = broker.said.mqttPort;
  const sockets: Socket[] = [];
  try {
    for (let i = 0; i < stalled; i += 1)
      sockets.push(await stallSubscriber(port, i, 0), await stallSubscriber(port, i, 1), await stallPublisher(port, i));
    return await watched(port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await broker.stop();
  }
}

/** Milliseconds of the longest gap that the healthy ones see under a load of large messages. */
async function watched(port: number): Promise<number> {
  const [acknowledgements, deliveries] = [new Gaps(), new Gaps()];
  const panel = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  panel.on('message', () => deliveries.next());
  await panel.subscribeAsync('tick', { qos: 1 });
  const letter = (topic: string, payload: string) => (): Letter => ({ topic, payload, sent: 0, acknowledged: false });
  const shape = { port, again: [] } as const;
  const load = await openPublisher({
    ...shape,
    inFlight: 20,
    rate: LOAD.rate,
    next: letter('load', 'x'.repeat(LOAD.bytes)),
  });
  const healthy = await openPublisher({
    ...shape,
    inFlight: 1_000,
    rate: HEALTHY_RATE,
    next: letter('tick', '1'),
    onAcknowledged: () => acknowledgements.next(),
  });
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  for (const gaps of [acknowledgements, deliveries]) gaps.next();
  for (const publisher of [load, healthy]) publisher.end();
  await panel.endAsync(true);
  return Math.max(acknowledgements.longest, deliveries.longest);
}

class Gaps {
  longest = 0;
  #last = performance.now();

  next(): void {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.#last);
    this.#last = now;
  }
}

async function stallSubscriber(port: number, number: number, qos: 0 | 1): Promise<Socket> {
  const socket = await greeted(port, `stalled-${number}-${qos}`);
  await told(socket, { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos }] }, 'suback');
  return socket.pause();
}

/** Publishes for ever and never reads an acknowledgement. */
async function stallPublisher(port: number, number: number): Promise<Socket> {
  const socket = (await greeted(port, `deaf-${number}`)).pause();
  const packet = { cmd: 'publish', topic: 'noise', payload: 'x', qos: 1, retain: false, dup: false } as const;
  const packets = Array.from({ length: 1_000 }, (_, n) => generate({ ...packet, messageId: n + 1 }));
  const bytes = Buffer.concat(packets);
  const write = (): void => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', write);
  write();
  return socket;
}

async function greeted(port: number, clientId: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('error', () => undefined);
  const hello = {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId,
    clean: true,
    keepalive: 0,
  } as const;
  await told(socket, hello, 'connack');
  return socket;
}

/** Says it and waits for the answer. Rejects when the broker hangs up instead. */
function told(socket: Socket, packet: Packet, answer: Packet['cmd']): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = parser();
    const read = (bytes: Buffer) => void reader.parse(bytes);
    socket.once('close', () => reject(new Error('the broker hung up')));
    socket.on('data', read);
    reader.on('packet', ({ cmd }) => {
      if (cmd !== answer) return;
      socket.off('data', read);
      resolve();
    });
    socket.write(generate(packet));
  });
}
