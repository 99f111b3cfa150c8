import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';

/** A broker somebody else runs, as a test plays it. */
export interface TestBroker {
  readonly url: string;
  /** All that was published by clients and by their wills, in order. */
  readonly heard: readonly AedesPublishPacket[];
  publish(topic: string, payload: string | Uint8Array, retain?: boolean): Promise<void>;
  /** Ends every connection without a word. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startTestBroker(): Promise<TestBroker> {
  const broker = await Aedes.createBroker();
  const heard: AedesPublishPacket[] = [];
  const sockets = new Set<Socket>();
  broker.on('publish', (packet) => {
    if (!packet.topic.startsWith('$SYS')) heard.push(packet);
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    heard,
    publish: (topic, payload, retain = false) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain, dup: false } as const;
        broker.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    cut,
    async stop() {
      cut();
      await new Promise<void>((resolve) => broker.close(resolve));
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  };
}
