import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet';

/** A client that says exactly what a test wants, byte by byte, and keeps what it hears. */
export interface RawClient {
  readonly socket: Socket;
  readonly heard: readonly Packet[];
  readonly closed: Promise<unknown>;
  say(...packets: Packet[]): void;
  /** Resolves once it has heard so many packets of a kind; rejects when the connection ends before. */
  hears(cmd: Packet['cmd'], count?: number): Promise<void>;
}

export const CONNECT: IConnectPacket = {
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clientId: 'raw',
  clean: true,
  keepalive: 0,
};

/** Connects, and says nothing yet. */
export async function openRaw(port: number): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const heard: Packet[] = [];
  // Counted as they come: to look through ten thousand of them again and again takes longer than to hear them.
  const counts = new Map<Packet['cmd'], number>();
  const waiting = new Set<() => void>();
  const reader = parser();
  reader.on('packet', (packet) => {
    heard.push(packet);
    counts.set(packet.cmd, (counts.get(packet.cmd) ?? 0) + 1);
    for (const look of waiting) look();
  });
  socket.on('data', (bytes: Buffer) => reader.parse(bytes));
  await once(socket, 'connect');
  return {
    socket,
    heard,
    closed,
    say: (...packets) => void socket.write(Buffer.concat(packets.map((packet) => generate(packet)))),
    hears(cmd, count = 1) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = (): void => {
        if ((counts.get(cmd) ?? 0) < count) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void closed.then(() => reject(new Error(`it ended after ${counts.get(cmd) ?? 0} ${cmd} of ${count}`)));
      return promise;
    },
  };
}

/** A client that is connected. */
export async function connectRaw(port: number, connectPacket: Partial<IConnectPacket> = {}): Promise<RawClient> {
  const client = await openRaw(port);
  client.say({ ...CONNECT, ...connectPacket });
  await client.hears('connack');
  return client;
}

/** A message as a sensor says it. */
export function said(topic: string, { qos = 1, messageId = 1, payload = 'on' }: Said = {}): Packet {
  const packet = { cmd: 'publish', topic, payload, qos, retain: false, dup: false } as const;
  return qos === 0 ? packet : { ...packet, messageId };
}

interface Said {
  readonly qos?: 0 | 1 | 2;
  readonly messageId?: number;
  readonly payload?: string | Buffer;
}
