import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { DeviceStatus, Reading } from '@keepsite/edge-contract';
import { connectAsync, type MqttClient } from 'mqtt';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createSparkplugLink } from './adapters/sparkplug-link.ts';
import type { RunningEdge } from './compose.ts';
import { readPayload } from './devices/sparkplug/payload.ts';
import { rebirthCommand } from './devices/sparkplug/rebirth.ts';
import { createDirectory } from './domain/directory.ts';
import { createSparkplug } from './outbox/sparkplug/edge-node.ts';
import { parseRegistry } from './registry.ts';
import { startTestBroker, type TestBroker } from './testing/aedes-broker.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createMemoryStore } from './testing/memory-store.ts';
import { createEdgeHome, type EdgeHome, QUIET } from './testing/whole-edge.ts';
import { waitLonger } from './testing/patience.ts';

waitLonger();

const WAIT = { timeout: 10_000, interval: 5 } as const;
const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets:
  - { id: board-1, zone: tower, kind: switchboard, name: { en: Board 1, zh: 1 号配电 } }
  - { id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }
devices:
  - { id: meter-1, family: keepsite, asset: board-1 }
  - { id: monitor-3, family: keepsite, asset: lift-3 }
`;
const TOKEN = 'a-token-of-sufficient-length';

interface Told {
  readonly topic: string;
  readonly seq: number | null;
  readonly bdSeq: unknown;
  readonly values: readonly unknown[];
}

const NO_PAYLOAD = { seq: null, metrics: [] } as const;

function told({ topic, payload }: { readonly topic: string; readonly payload: string | Uint8Array }): Told {
  const { seq, metrics } = topic.includes('NCMD') ? NO_PAYLOAD : readPayload(Buffer.from(payload));
  const bdSeq = metrics.find(({ name }) => name === 'bdSeq')?.value;
  return { topic: topic.replace('spBv1.0/Keepsite/', ''), seq, bdSeq, values: metrics.map(({ value }) => value) };
}

describe('an edge as a Sparkplug node on a broker', () => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await startTestBroker();
    onTestFinished(broker.stop);
  });

  const heard = () => broker.heard.filter(({ topic }) => !topic.includes('STATE') && !topic.includes('NCMD')).map(told);
  const topics = () => heard().map(({ topic }) => topic);
  const until = (...expected: readonly string[]) => vi.waitFor(() => expect(topics()).toEqual(expected), WAIT);

  let devices: DeviceStatus[] = [];
  beforeEach(() => {
    devices = [];
  });

  function nodeOf(host: string | null = null, store = createMemoryStore()) {
    const parsed = parseRegistry(REGISTRY, 'registry');
    if (!parsed.ok) throw new Error(parsed.faults.join(' '));
    const directory = createDirectory(parsed.registry);
    const clock = createFakeClock();
    const link = createSparkplugLink({ url: broker.url, clientId: 'keepsite-x', firstRetryMs: 1 });
    const sparkplug = createSparkplug({
      group: 'Keepsite',
      edge: 'edge-1',
      host,
      link,
      store,
      clock,
      directory: () => directory,
      devices: () => devices,
      log: QUIET,
      events: { workFailed: (work, error) => expect.unreachable(`${work}: ${String(error)}`) },
    });
    onTestFinished(sparkplug.stop);
    sparkplug.start();
    const hear = (device: string, metric: string, value: Reading['value']) =>
      sparkplug.readings([
        { device, metric, value, part: null, at: null, receivedAt: clock.now(), quality: 'good', historical: false },
      ]);
    return { ...sparkplug, hear, clock };
  }

  test('is born, tells what changes without a gap, and ignores who stands nowhere', async () => {
    const node = nodeOf();
    await until('NBIRTH/edge-1');
    node.hear('meter-1', 'active_power_w', 1);
    node.hear('monitor-3', 'door', 'open');
    node.hear('stranger', 'door', 'open');
    node.flush();
    node.hear('meter-1', 'active_power_w', 2);
    node.flush();
    await until('NBIRTH/edge-1', 'DBIRTH/edge-1/board-1', 'DBIRTH/edge-1/lift-3', 'DDATA/edge-1/board-1');
    expect(heard().map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    expect(heard().map(({ values }) => values.at(-1))).toEqual([false, 1, 'open', 2]);
    const { topic, payload } = rebirthCommand('Keepsite', 'edge-1', 0);
    await broker.publish(topic, payload);
    await vi.waitFor(() => expect(heard()).toHaveLength(7), WAIT);
    expect(heard().slice(4)).toMatchObject([
      { topic: 'NBIRTH/edge-1', seq: 0, bdSeq: 0 },
      { topic: 'DBIRTH/edge-1/board-1', seq: 1, values: [2] },
      { topic: 'DBIRTH/edge-1/lift-3', seq: 2 },
    ]);
  });

  test('each connection has the next number, in its birth and in its death, also after a restart', async () => {
    const store = createMemoryStore();
    const node = nodeOf(null, store);
    await until('NBIRTH/edge-1');
    broker.cut();
    await until('NBIRTH/edge-1', 'NDEATH/edge-1', 'NBIRTH/edge-1');
    await node.stop();
    const again = nodeOf(null, store);
    await until('NBIRTH/edge-1', 'NDEATH/edge-1', 'NBIRTH/edge-1', 'NDEATH/edge-1', 'NBIRTH/edge-1');
    expect(heard().map(({ bdSeq, seq }) => [bdSeq, seq])).toEqual([
      [0, 0],
      [0, null],
      [1, 0],
      [1, null],
      [2, 0],
    ]);
    await again.stop();
    store.saveCursor('sparkplug.bdSeq', '255');
    nodeOf(null, store);
    await vi.waitFor(() => expect(heard().at(-1)).toMatchObject({ topic: 'NBIRTH/edge-1', bdSeq: 0 }), WAIT);
  });

  test('an asset whose devices are all silent or offline dies, until one of them is back', async () => {
    const status = (device: string, asset: string, online: boolean | null, silent: boolean): DeviceStatus => {
      const lastHeardAt = '2026-03-02T08:00:00.000Z';
      return { device, family: 'keepsite', asset, site: 'park', lastHeardAt, online, silent };
    };
    const node = nodeOf();
    await until('NBIRTH/edge-1');
    node.hear('meter-1', 'active_power_w', 1);
    node.hear('monitor-3', 'door', 'open');
    node.flush();
    devices = [status('meter-1', 'board-1', null, true), status('meter-2', 'board-1', false, false)];
    devices.push(status('monitor-3', 'lift-3', null, true), status('camera-3', 'lift-3', null, false));
    node.clock.advance(10_000);
    node.flush();
    devices = [status('meter-1', 'board-1', true, false)];
    node.clock.advance(10_000);
    node.flush();
    const births = ['DBIRTH/edge-1/board-1', 'DBIRTH/edge-1/lift-3'];
    await until('NBIRTH/edge-1', ...births, 'DDEATH/edge-1/board-1', 'DBIRTH/edge-1/board-1');
    expect(heard().map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
  });

  test('waits for its primary host, leaves with it and comes back with it', async () => {
    const state = (online: boolean, timestamp: number) =>
      broker.publish('spBv1.0/STATE/scada', JSON.stringify({ online, timestamp }), true);
    await state(false, 1);
    const node = nodeOf('scada');
    node.hear('meter-1', 'active_power_w', 1);
    await state(true, 2);
    await until('NBIRTH/edge-1', 'DBIRTH/edge-1/board-1');
    await state(false, 3);
    await until('NBIRTH/edge-1', 'DBIRTH/edge-1/board-1', 'NDEATH/edge-1');
    node.hear('meter-1', 'active_power_w', 5);
    node.flush();
    await state(true, 4);
    await vi.waitFor(() => expect(heard()).toHaveLength(5), WAIT);
    expect(heard().slice(2)).toMatchObject([
      { topic: 'NDEATH/edge-1', bdSeq: 0 },
      { topic: 'NBIRTH/edge-1', bdSeq: 1 },
      { topic: 'DBIRTH/edge-1/board-1', values: [5] },
    ]);
  });
});

describe('an edge whose Sparkplug hosts listen where its devices speak', () => {
  let home: EdgeHome;
  beforeEach(() => {
    home = createEdgeHome(REGISTRY);
  });

  const edgeOn = (settings: Record<string, string>): Promise<RunningEdge> =>
    home.start({
      KEEPSITE_DEMO: '0',
      KEEPSITE_MQTT_ANONYMOUS: '1',
      KEEPSITE_API_TOKEN: TOKEN,
      KEEPSITE_CLOUD_URL: '',
      ...settings,
    });

  async function hostOn(url: string) {
    const client = await connectAsync(url, { reconnectPeriod: 0, protocolVersion: 4 });
    onTestFinished(() => client.endAsync(true));
    const heard: Told[] = [];
    client.on('message', (topic, payload) => heard.push(told({ topic, payload })));
    await client.subscribeAsync('spBv1.0/Keepsite/#', { qos: 1 });
    return { client, heard };
  }

  /** How many messages the edge took, of whomever. */
  async function taken(edge: RunningEdge): Promise<number> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const text = await (await fetch(`${edge.url}/metrics`, { headers })).text();
    return Number(/^\w*_messages_total (\d+)$/m.exec(text)?.[1]);
  }

  const MEASURED = '{"metric":"active_power_w","value":1200}';
  const speak = (client: MqttClient) =>
    client.publishAsync('keepsite/park/devices/meter-1/reading', MEASURED, { qos: 1 });

  test('on the edge’s own broker: hosts hear it, it does not hear itself, and nobody speaks in its name', async () => {
    const ahead = await addressAhead();
    const edge = await edgeOn({ KEEPSITE_SPARKPLUG_URL: ahead.url, KEEPSITE_SPARKPLUG_HOST: 'scada' });
    ahead.leadTo(edge.mqttPort ?? 0);
    const { client, heard } = await hostOn(`mqtt://127.0.0.1:${edge.mqttPort}`);
    await client.publishAsync('spBv1.0/Keepsite/NDEATH/edge-1', 'not so', { qos: 1 });
    await client.publishAsync('spBv1.0/STATE/scada', '{"online":true,"timestamp":1}', { qos: 1, retain: true });
    await vi.waitFor(() => expect(heard).toMatchObject([{ topic: 'NBIRTH/edge-1', seq: 0, bdSeq: 0 }]), WAIT);
    await speak(client);
    const birth = { topic: 'DBIRTH/edge-1/board-1', seq: 1, values: [1200] };
    await vi.waitFor(() => expect(heard.slice(1)).toMatchObject([birth]), WAIT);
    const { topic, payload } = rebirthCommand('Keepsite', 'edge-1', 0);
    await client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
    await vi.waitFor(() => expect(heard.slice(4)).toMatchObject([birth]), WAIT);
    // The host's state, the reading and the order.
    expect(await taken(edge)).toBe(3);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await edge.stop();
    await closed;
    expect(heard.map((one) => one.topic)).toEqual([
      'NBIRTH/edge-1',
      'DBIRTH/edge-1/board-1',
      'NCMD/edge-1',
      'NBIRTH/edge-1',
      'DBIRTH/edge-1/board-1',
      'NDEATH/edge-1',
    ]);
  });

  test('on one external broker for all: it does not hear itself', async () => {
    const broker = await startTestBroker();
    onTestFinished(broker.stop);
    const edge = await edgeOn({ KEEPSITE_MQTT_URL: broker.url, KEEPSITE_SPARKPLUG_URL: broker.url });
    const { client, heard } = await hostOn(broker.url);
    // Until the edge listens its readings are lost on a broker that keeps nothing for it yet.
    await vi.waitFor(async () => expect((await fetch(`${edge.url}/readyz`)).status).toBe(200), WAIT);
    await speak(client);
    await vi.waitFor(() => expect(heard.at(-1)?.topic).toBe('DBIRTH/edge-1/board-1'), WAIT);
    await speak(client);
    await vi.waitFor(async () => expect(await taken(edge)).toBe(2), WAIT);
    expect(heard.filter((one) => one.topic.startsWith('NCMD'))).toEqual([]);
  });
});

/** An address that can be told to a broker's client before the broker has a port: who connects there waits for it. */
async function addressAhead() {
  const { promise: broker, resolve: leadTo } = Promise.withResolvers<number>();
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    sockets.push(near.on('error', () => undefined));
    void broker.then((port) => {
      const far = connect({ host: '127.0.0.1', port }).on('error', () => near.destroy());
      sockets.push(far);
      near.pipe(far).pipe(near);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, leadTo };
}
