import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { lastingPort } from '../../../scripts/ports.ts';
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

interface Mosquitto extends Broker {
  /** What it has told so far. */
  readonly log: readonly string[];
  /** Ends it in good order and starts it again, on the same port and with what it had kept. */
  readonly restart: () => Promise<void>;
}

/** mosquitto takes no port 0: one that was free a moment ago, and another when a suite beside this one was faster. */
async function mosquittoBroker(): Promise<Mosquitto> {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-mosquitto-'));
  for (let attempt = 0; ; attempt++) {
    const port = await lastingPort();
    const log: string[] = [];
    let running = await startMosquitto(port, directory, log);
    if (!running && attempt === 3) throw new Error('mosquitto does not start');
    if (!running) continue;
    return {
      port,
      log,
      cut: () => undefined,
      async restart() {
        await running?.end('SIGTERM');
        running = await startMosquitto(port, directory, log);
        if (!running) throw new Error('mosquitto does not start again');
      },
      async stop() {
        await running?.end('SIGKILL');
        rmSync(directory, { recursive: true, force: true });
      },
    };
  }
}

interface Process {
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
}

/** Null when it ends by itself, as it does on a port that is taken. */
async function startMosquitto(port: number, directory: string, log: string[]): Promise<Process | null> {
  const config = join(directory, 'mosquitto.conf');
  const kept = `persistence true\npersistence_location ${directory}/\nuser root\n`;
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n${kept}log_dest stderr\nlog_type all\n`);
  const child: ChildProcess = spawn(MOSQUITTO ?? 'mosquitto', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  if (!child.stderr) throw new Error('mosquitto says nothing');
  const { promise: running, resolve } = Promise.withResolvers<boolean>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line);
    if (line.endsWith('running')) resolve(true);
  });
  void exited.then(() => resolve(false));
  if (!(await running)) return null;
  return {
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
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

if (!MOSQUITTO && process.env['CI'] === 'true')
  test('mosquitto is installed', () => expect.unreachable('install the program mosquitto'));

// npm test needs npm alone, so what a laptop lacks is named and left out; CI has it.
describe.skipIf(!MOSQUITTO)('on a broker that is none of ours (needs the program mosquitto)', onMosquitto);

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

function onMosquitto(): void {
  inboxContract('mqtt.js on mosquitto', () => underTest(mosquittoBroker));

  describe('mosquitto', () => {
    async function brokerOf(): Promise<Mosquitto> {
      const broker = await mosquittoBroker();
      cleanUps.push(broker.stop);
      return broker;
    }
    async function sensorOn({ port }: Broker) {
      const sensor = await connectDevice(port);
      cleanUps.push(sensor.close);
      return sensor;
    }
    const text = ({ payload }: InboxMessage) => Buffer.from(payload).toString();

    test('is spoken to in MQTT 5', async () => {
      const broker = await brokerOf();
      await inboxOn(broker.port).start((message) => message.acknowledge());
      expect(broker.log.find((line) => line.includes('as edge-1'))).toContain('(p5, c0,');
    });

    test(
      'that restarts in the middle loses nothing that it acknowledged, and brings QoS 2 messages to the edge once',
      { timeout: 30_000 },
      async () => {
        const broker = await brokerOf();
        const heard: InboxMessage[] = [];
        const times = (what: string) => heard.filter((message) => text(message) === what).length;
        const inbox = inboxOn(broker.port);
        await inbox.start((message) => void heard.push(message));
        const sensor = await sensorOn(broker);
        for (const [what, qos] of Object.entries({ done: 2, once: 2, twice: 1 } as const))
          await sensor.publish('hall', what, { qos });
        await vi.waitFor(() => expect(heard).toHaveLength(3), WAIT);
        heard.find((message) => text(message) === 'done')?.acknowledge();
        // The way back of this one shows that the acknowledgement before it has arrived.
        await inbox.publish('echo', 'x');
        await broker.restart();
        await vi.waitFor(() => expect(times('twice')).toBe(2), { ...WAIT, timeout: 20_000 });
        const later = await sensorOn(broker);
        await later.publish('hall', 'later', { qos: 2 });
        await vi.waitFor(() => expect(times('later')).toBe(1), WAIT);
        expect([times('done'), times('once')]).toEqual([1, 1]);
        for (const message of heard) message.acknowledge();
        await inbox.publish('echo', 'x');
        await inbox.stop();
        heard.length = 0;
        await inbox.start((message) => void heard.push(message));
        await later.publish('hall', 'new', { qos: 2 });
        await vi.waitFor(() => expect(times('new')).toBe(1), WAIT);
        expect(heard.map(text).filter((what) => what !== 'x')).toEqual(['new']);
      },
    );

    test('brings a QoS 2 message that the edge died over again, under the same id and marked so', async () => {
      const broker = await brokerOf();
      const heard: InboxMessage[] = [];
      const sensor = await sensorOn(broker);
      for (let life = 0; life < 2; life++) {
        const inbox = inboxOn(broker.port);
        await inbox.start((message) => void heard.push(message));
        if (life === 0) await sensor.publish('meter', '1', { qos: 2 });
        await vi.waitFor(() => expect(heard).toHaveLength(life + 1), WAIT);
        await inbox.stop();
      }
      const [first, again] = heard.map(({ delivery }) => delivery);
      expect(first).toMatchObject({ id: expect.stringContaining('edge-1'), again: false });
      expect(again).toEqual({ id: first?.id, again: true });
    });
  });
}

describe('an external broker', () => {
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

  test('that speaks only MQTT 3.1.1 brings no more than may wait for its commit, and all of it in the end', async () => {
    const { port } = await brokerOf();
    const heard: InboxMessage[] = [];
    await inboxOn(port, { receiveMaximum: 3 }).start((message) => void heard.push(message));
    const sensor = await connectDevice(port);
    cleanUps.push(sensor.close);
    const listener: string[] = [];
    await sensor.subscribe('hall', (_topic, payload) => listener.push(payload));
    for (let n = 0; n < 20; n++) await sensor.publish('hall', String(n), { qos: n % 3 === 0 ? 2 : 1 });
    await vi.waitFor(() => expect(listener).toHaveLength(20), WAIT);
    expect(heard).toHaveLength(3);
    for (let n = 0; n < 20; n++) {
      await vi.waitFor(() => expect(heard.length).toBeGreaterThan(n), WAIT);
      expect(heard.length).toBeLessThanOrEqual(n + 3);
      heard[n]?.acknowledge();
    }
    expect(heard.map(({ payload }) => Buffer.from(payload).toString())).toEqual(listener);
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
