import { createServer } from 'node:net';
import { once } from 'node:events';
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

test('a broker that is away is tried again until it is there, and a stop ends that', async () => {
  let tries = 0;
  const deaf = createServer((socket) => {
    tries += 1;
    socket.destroy();
  });
  deaf.listen(0, '127.0.0.1');
  await once(deaf, 'listening');
  cleanUps.push(() => new Promise((resolve) => deaf.close(resolve)));
  const { user, events } = userOf();
  const link = linkOn(`mqtt://127.0.0.1:${(deaf.address() as { port: number }).port}`);
  link.start(user);
  await vi.waitFor(() => expect(tries).toBeGreaterThan(2), WAIT);
  await link.stop(say('to nobody'));
  const before = events.length;
  expect(events.every((event) => event === 'lost')).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toHaveLength(before);
});
