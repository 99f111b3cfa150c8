import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { WillLinkUser } from '../ports.ts';
import { startTestBroker, type TestBroker } from '../testing/aedes-broker.ts';
import { createSparkplugLink } from './sparkplug-link.ts';

const WAIT = { timeout: 10_000, interval: 5 } as const;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function brokerOf(): Promise<TestBroker> {
  const broker = await startTestBroker();
  cleanUps.push(broker.stop);
  return broker;
}

/** Whoever uses the link: its wills are numbered from 1. */
function userOf() {
  const events: string[] = [];
  let wills = 0;
  const user: WillLinkUser = {
    filters: ['order/#'],
    will: () => ({ topic: 'will', payload: Buffer.from(String((wills += 1))) }),
    connected: () => events.push('connected'),
    lost: () => events.push('lost'),
    heard: (topic, payload) => events.push(`${topic} ${Buffer.from(payload).toString()}`),
  };
  return { user, events };
}

function linkOn(url: string) {
  const link = createSparkplugLink({ url, clientId: 'node-1', firstRetryMs: 1 });
  cleanUps.push(() => link.stop(null));
  return link;
}

const said = ({ heard }: TestBroker) => heard.map(({ topic, payload }) => `${topic} ${payload.toString()}`);
const say = (text: string) => ({ topic: 'say', payload: Buffer.from(text) });

test('a connection that breaks has its own will spoken, and the next one has another', async () => {
  const broker = await brokerOf();
  const { user, events } = userOf();
  linkOn(broker.url).start(user);
  await vi.waitFor(() => expect(events).toEqual(['connected']), WAIT);
  broker.cut();
  await vi.waitFor(() => expect(events).toEqual(['connected', 'lost', 'connected']), WAIT);
  broker.cut();
  await vi.waitFor(() => expect(events).toHaveLength(5), WAIT);
  expect(said(broker)).toEqual(['will 1', 'will 2']);
  expect(broker.heard).toMatchObject([
    { qos: 1, retain: false },
    { qos: 1, retain: false },
  ]);
});

test('whoever is connected is subscribed already, and is heard in order', async () => {
  const broker = await brokerOf();
  await broker.publish('order/kept', 'x', true);
  const { user, events } = userOf();
  const link = linkOn(broker.url);
  link.start(user);
  await vi.waitFor(() => expect(events.toSorted()).toEqual(['connected', 'order/kept x']), WAIT);
  link.publish([say('a'), say('b'), say('c')]);
  await vi.waitFor(() => expect(said(broker).slice(1)).toEqual(['say a', 'say b', 'say c']), WAIT);
  expect(broker.heard[1]).toMatchObject({ qos: 0, retain: false });
  expect(link.isCongested).toBe(false);
});

test('who leaves with last words leaves no will; who only renews comes back', async () => {
  const broker = await brokerOf();
  const { user, events } = userOf();
  const link = linkOn(broker.url);
  link.start(user);
  await vi.waitFor(() => expect(events).toEqual(['connected']), WAIT);
  link.renew(say('until soon'));
  await vi.waitFor(() => expect(events).toEqual(['connected', 'connected']), WAIT);
  await link.stop(say('farewell'));
  link.publish([say('nobody hears this')]);
  expect(said(broker)).toEqual(['say until soon', 'say farewell']);
  expect(broker.heard).toMatchObject([{ qos: 1 }, { qos: 1 }]);
});

test('a stop right after a renewal is for good', async () => {
  const broker = await brokerOf();
  const { user, events } = userOf();
  const link = linkOn(broker.url);
  link.start(user);
  await vi.waitFor(() => expect(events).toEqual(['connected']), WAIT);
  link.renew(say('until soon'));
  await link.stop(null);
  // Long enough for another try, were there one.
  for (let round = 0; round < 20; round += 1) {
    const other = userOf();
    const marker = linkOn(broker.url);
    marker.start(other.user);
    await vi.waitFor(() => expect(other.events).toEqual(['connected']), WAIT);
    await marker.stop(null);
  }
  expect(events).toEqual(['connected']);
  expect(said(broker)).toEqual(['say until soon']);
});

/** A server that answers nobody properly; `visits` are the bytes that came, connection by connection. */
async function strangeServer(answer: (bytes: Buffer, socket: Socket) => void) {
  const visits: string[] = [];
  const server = createServer((socket) => {
    const visit = visits.push('') - 1;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      visits[visit] += bytes.toString('hex');
      answer(bytes, socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return { visits, port, url: `mqtt://127.0.0.1:${port}` };
}

test('a broker that is away is tried again until it is there, and a stop ends that', async () => {
  const { visits, port, url } = await strangeServer((_, socket) => socket.destroy());
  const { user, events } = userOf();
  const link = linkOn(url);
  link.start(user);
  await vi.waitFor(() => expect(visits.length).toBeGreaterThan(2), WAIT);
  await vi.waitFor(() => expect(events.length).toBe(visits.length), WAIT);
  await link.stop(say('to nobody'));
  expect(new Set(events)).toEqual(new Set(['lost']));
  const visit = async () => {
    const visitor = connect(port, '127.0.0.1');
    visitor.write('x');
    await once(visitor, 'close');
  };
  // Connections are taken in their order: one that the link had begun before its stop has been counted after this.
  await visit();
  const before = visits.length;
  for (let visits = 0; visits < 100; visits += 1) await visit();
  expect(visits).toHaveLength(before + 100);
});

test('a subscription that is refused is no connection, and is left without a DISCONNECT', async () => {
  const { visits, url } = await strangeServer((bytes, socket) => {
    if (bytes[0] === 0x10) socket.write(Uint8Array.of(0x20, 2, 0, 0));
    // SUBSCRIBE: its number again, and 0x80 for "failure".
    else if (bytes[0] === 0x82) socket.write(Uint8Array.of(0x90, 3, bytes[2] ?? 0, bytes[3] ?? 0, 0x80));
  });
  const { user, events } = userOf();
  linkOn(url).start(user);
  await vi.waitFor(() => expect(events.length).toBeGreaterThan(1), WAIT);
  expect(new Set(events)).toEqual(new Set(['lost']));
  expect(visits[0]).toMatch(/^10.*82.*6f726465722f2301$/);
});
