import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { InboxMessage } from '../ports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { inboxContract, type InboxUnderTest } from '../testing/inbox-contract.ts';
import { connectDevice } from '../testing/mqtt-device.ts';
import { createMqttInbox, type MqttInboxOptions } from './mqtt-inbox.ts';

const WAIT = { timeout: 10_000, interval: 5 } as const;
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Broker {
  readonly port: number;
  /** Ends every connection without a word. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

async function aedesBroker(): Promise<Broker> {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  });
  const port = await listen(server);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port,
    cut,
    async stop() {
      cut();
      await new Promise<void>((resolve) => broker.close(resolve));
      await new Promise<unknown>((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const MOSQUITTO = ['mosquitto', '/usr/sbin/mosquitto'].find((program) => !spawnSync(program, ['-h']).error);

/** mosquitto takes no port 0: one that was free a moment ago, and another when somebody was faster. */
async function mosquittoBroker(): Promise<Broker> {
  for (let attempt = 0; ; attempt++) {
    const probe = createServer();
    const port = await listen(probe);
    await new Promise((resolve) => probe.close(resolve));
    const broker = await startMosquitto(port);
    if (broker) return broker;
    if (attempt === 3) throw new Error('mosquitto does not start');
  }
}

async function startMosquitto(port: number): Promise<Broker | null> {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-mosquitto-'));
  const config = join(directory, 'mosquitto.conf');
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\nlog_dest stderr\n`,
  );
  const child: ChildProcess = spawn(MOSQUITTO ?? 'mosquitto', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  const { stderr } = child;
  if (!stderr) throw new Error('mosquitto says nothing');
  const lines = createInterface({ input: stderr });
  for await (const line of lines) {
    if (line.includes('running')) {
      stderr.resume();
      return { port, cut: () => undefined, stop };
    }
  }
  await stop();
  return null;
}

async function underTest(makeBroker: () => Promise<Broker>): Promise<InboxUnderTest> {
  const broker = await makeBroker();
  const clock = createFakeClock();
  return {
    inbox: createMqttInbox({ clock, url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'edge-1' }),
    clock,
    acknowledgedBy: 'broker',
    device: () => connectDevice(broker.port),
    remove: broker.stop,
  };
}

inboxContract('mqtt.js on aedes', () => underTest(aedesBroker));

if (MOSQUITTO) inboxContract('mqtt.js on mosquitto', () => underTest(mosquittoBroker));
else if (process.env['CI'] === 'true') test('mosquitto is installed', () => expect.unreachable('install mosquitto'));
else test.skip('inbox contract on mosquitto: the program mosquitto is not installed', () => undefined);

describe('an external broker', () => {
  function inboxOn(port: number, options: Partial<MqttInboxOptions> = {}) {
    const inbox = createMqttInbox({
      clock: createFakeClock(),
      url: `mqtt://127.0.0.1:${port}`,
      clientId: 'edge-1',
      ...options,
    });
    cleanUps.push(() => inbox.stop());
    return inbox;
  }
  async function brokerOf(): Promise<Broker> {
    const broker = await aedesBroker();
    cleanUps.push(broker.stop);
    return broker;
  }

  test('what the broker had kept comes marked so', async () => {
    const { port } = await brokerOf();
    const sensor = await connectDevice(port);
    cleanUps.push(sensor.close);
    await sensor.publish('hall/state', 'old', { retain: true });
    const heard: InboxMessage[] = [];
    await inboxOn(port).start((message) => {
      heard.push(message);
      message.acknowledge();
    });
    await vi.waitFor(() => expect(heard).toHaveLength(1), WAIT);
    await sensor.publish('hall/state', 'new', { retain: true });
    await vi.waitFor(() => expect(heard).toHaveLength(2), WAIT);
    expect(heard.map(({ retain }) => retain)).toEqual([true, false]);
  });

  test('its last will speaks when the edge is gone without a word, and not when it stops in good order', async () => {
    const broker = await brokerOf();
    const will = { topic: 'keepsite/tower/bridge/state', payload: '{"state":"offline"}' };
    const said: string[] = [];
    const inbox = inboxOn(broker.port, { will });
    await inbox.start((message) => message.acknowledge());
    await inbox.stop();
    await inbox.start((message) => message.acknowledge());
    broker.cut();
    const panel = await connectDevice(broker.port);
    cleanUps.push(panel.close);
    await panel.subscribe('keepsite/#', (_topic, payload) => said.push(payload));
    await vi.waitFor(() => expect(said).toEqual([will.payload]), WAIT);
  });

  test(
    'a connection that breaks is made again, and what was not acknowledged comes again',
    { timeout: 30_000 },
    async () => {
      const broker = await brokerOf();
      const heard: InboxMessage[] = [];
      const onConnected = vi.fn();
      const inbox = inboxOn(broker.port, { onConnected });
      await inbox.start((message) => void heard.push(message));
      const sensor = await connectDevice(broker.port);
      await sensor.publish('hall', 'wet');
      await vi.waitFor(() => expect(heard).toHaveLength(1), WAIT);
      broker.cut();
      await vi.waitFor(() => expect(inbox.connected).toBe(false), WAIT);
      expect(inbox.problem).not.toBeNull();
      await vi.waitFor(() => expect(heard).toHaveLength(2), WAIT);
      await vi.waitFor(() => expect(onConnected).toHaveBeenCalledTimes(2), WAIT);
      expect([inbox.connected, inbox.problem]).toEqual([true, null]);
      // The first one belongs to the connection that broke: acknowledging it says nothing on the new one.
      heard[0]?.acknowledge();
      await inbox.publish('echo', 'x');
      await inbox.stop();
      heard.length = 0;
      await inbox.start((message) => void heard.push(message));
      await vi.waitFor(() => expect(heard.map(({ topic }) => topic)).toContain('hall'), WAIT);
    },
  );

  test('a start that never reaches its broker ends with the stop', async () => {
    const server = createServer((socket) => socket.destroy());
    const port = await listen(server);
    cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
    const inbox = inboxOn(port);
    const starting = inbox.start((message) => message.acknowledge());
    const settled = expect(starting).rejects.toMatchObject({ code: 'INBOX_UNREACHABLE' });
    await vi.waitFor(() => expect(inbox.problem).not.toBeNull(), WAIT);
    await inbox.stop();
    await settled;
  });

  test('hundreds of messages wait for one commit together', async () => {
    const { port } = await brokerOf();
    const heard: InboxMessage[] = [];
    await inboxOn(port).start((message) => void heard.push(message));
    const sensor = await connectDevice(port);
    cleanUps.push(sensor.close);
    await Promise.all(Array.from({ length: 300 }, (_, n) => sensor.publish('hall', String(n))));
    await vi.waitFor(() => expect(heard).toHaveLength(300), WAIT);
    for (const message of heard) message.acknowledge();
  });
});
