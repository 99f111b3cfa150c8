// A process of its own that publishes with QoS 1 and counts acknowledgements. Speaks through its
// standard input and output: one JSON line of orders in, `ready`, then `go` in, and one JSON line out.
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { generate } from 'mqtt-packet';
import { loadDevices, manyDevices } from './devices.ts';

/** What a load does. */
export interface LoadOrders {
  readonly port: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly messages: number;
  readonly devices: number;
  /** Who speaks; absent: `loadDevices`. */
  readonly crowd?: 'many';
  /** Messages a second over all connections; null: as fast as acknowledgements come. */
  readonly rate: number | null;
  /** When the devices said their turn 0, by their own clocks; a turn a second. */
  readonly startAt: number;
  /** Default 0. */
  readonly firstTurn?: number;
}

export interface LoadResult {
  readonly acknowledged: number;
  readonly ms: number;
}

const TURN_MS = 5;

if (import.meta.main) {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const orders = JSON.parse((await lines.next()).value as string) as LoadOrders;
  const publishers = await Promise.all(
    packets(orders).map((own) => openPublisher(orders.port, own, Math.max(1, orders.inFlight))),
  );
  console.log('ready');
  await lines.next();
  const start = performance.now();
  const pace = orders.rate === null ? null : orders.rate / orders.connections / 1000;
  await Promise.all(publishers.map((publish) => publish(pace)));
  const result: LoadResult = { acknowledged: orders.messages, ms: performance.now() - start };
  console.log(JSON.stringify(result));
  process.exit(0);
}

/** Every message as bytes, made before the clock runs; a device speaks on one connection, in its order. */
function packets({ connections, messages, devices, crowd, startAt, firstTurn = 0 }: LoadOrders): Buffer[][] {
  const spoken: Buffer[][] = Array.from({ length: connections }, () => []);
  const all = crowd === 'many' ? manyDevices(devices) : loadDevices(devices);
  for (let n = 0; n < messages; n += 1) {
    const device = all[n % all.length] as (typeof all)[number];
    const own = spoken[(n % all.length) % connections] as Buffer[];
    const turn = firstTurn + Math.floor(n / all.length);
    const { topic, payload } = device.says(startAt + turn * 1000, turn);
    own.push(
      generate({
        cmd: 'publish',
        topic,
        payload,
        qos: 1,
        messageId: (own.length % 65_535) + 1,
        dup: false,
        retain: false,
      }),
    );
  }
  return spoken;
}

type Publish = (perMs: number | null) => Promise<void>;

async function openPublisher(port: number, own: readonly Buffer[], inFlight: number): Promise<Publish> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      const clientId = `load-${process.pid}-${Math.random().toString(16).slice(2)}`;
      socket.write(
        generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId, keepalive: 60 }),
      );
      socket.once('data', () => resolve());
    });
  });
  return (perMs) => publishAll(socket, own, inFlight, perMs);
}

/** Resolves once the last message is acknowledged; rejects when the broker hangs up before. */
function publishAll(socket: Socket, own: readonly Buffer[], inFlight: number, perMs: number | null): Promise<void> {
  return new Promise((resolve, reject) => {
    let [sent, acknowledged, rest] = [0, 0, 0];
    const start = performance.now();
    const allowed = () =>
      perMs === null ? own.length : Math.min(own.length, Math.floor((performance.now() - start) * perMs));
    function send(): void {
      const until = Math.min(allowed(), acknowledged + inFlight);
      if (until <= sent) return;
      socket.write(Buffer.concat(own.slice(sent, until)));
      sent = until;
    }
    const timer = perMs === null ? undefined : setInterval(send, TURN_MS);
    socket.on('data', (bytes) => {
      // Nothing but PUBACKs of four bytes comes.
      rest += bytes.length;
      acknowledged += Math.floor(rest / 4);
      rest %= 4;
      if (acknowledged < own.length) return send();
      clearInterval(timer);
      return resolve();
    });
    socket.on('close', () => reject(new Error('the broker hung up')));
    if (own.length === 0) resolve();
    send();
  });
}
