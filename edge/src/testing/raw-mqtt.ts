import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet';
import { expect, vi } from 'vitest';

/** A client that says exactly what a test wants, byte by byte, and keeps what it hears. */
export interface RawClient {
  readonly socket: Socket;
  readonly heard: readonly Packet[];
  readonly closed: Promise<unknown>;
  say(...packets: Packet[]): void;
  /** Resolves once it has heard so many packets of a kind. */
  hears(cmd: Packet['cmd'], count?: number): Promise<void>;
}

const WAIT = { timeout: 10_000, interval: 5 } as const;

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
  const reader = parser();
  reader.on('packet', (packet) => heard.push(packet));
  socket.on('data', (bytes: Buffer) => reader.parse(bytes));
  await once(socket, 'connect');
  return {
    socket,
    heard,
    closed,
    say: (...packets) => void socket.write(Buffer.concat(packets.map((packet) => generate(packet)))),
    hears: (cmd, count = 1) =>
      vi.waitFor(() => expect(heard.filter((packet) => packet.cmd === cmd)).toHaveLength(count), WAIT),
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
