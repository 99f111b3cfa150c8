import { MessageChannel, Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { BrokerSettings } from '../broker.ts';
import type { InboxMessage } from '../ports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { inboxContract } from '../testing/inbox-contract.ts';
import { connectDevice, connectMqtt } from '../testing/mqtt-device.ts';
import { createThreadedInbox, type Doors, type NearEnd } from './inbox-thread/near.ts';
import { type Heard, HeardReader, HeardWriter, type Numbered } from './inbox-thread/wire.ts';

const WAIT = { timeout: 10_000, interval: 5 } as const;
const BROKER = new URL('../broker.ts', import.meta.url);
const SETTINGS: BrokerSettings = {
  host: '127.0.0.1',
  port: 0,
  tls: null,
  denySubscribe: [],
  ordersFromAnybody: false,
  sparkplug: null,
  guests: { credentials: [], key: new Uint8Array(32), anonymous: true, ownClients: [] },
};

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Threads {
  readonly inbox: NearEnd;
  /** All that were opened, the newest last. */
  readonly opened: Worker[];
  readonly lost: unknown[];
}

function threaded(clock = createFakeClock()): Threads {
  const opened: Worker[] = [];
  const lost: unknown[] = [];
  const open = ({ port }: Doors) => {
    const worker = new Worker(BROKER, { workerData: { ...SETTINGS, port: port ?? 0 } });
    opened.push(worker);
    return worker;
  };
  return { inbox: createThreadedInbox({ clock, open, onLost: (reason) => lost.push(reason) }), opened, lost };
}

inboxContract('the embedded broker in its thread', async () => {
  const clock = createFakeClock();
  const { inbox } = threaded(clock);
  const device = () => connectDevice(inbox.port ?? 0);
  return { inbox, clock, acknowledgedBy: 'edge', device, remove: async () => undefined };
});

describe('the broker’s thread', () => {
  test('is replaced on the same port when it is lost; a message without its acknowledgement is said again', async () => {
    const { inbox, opened, lost } = threaded();
    cleanUps.push(() => inbox.stop());
    const heard: InboxMessage[] = [];
    await inbox.start((message) => void heard.push(message));
    const { port } = inbox;
    const sensor = await connectMqtt(port ?? 0, { reconnectPeriod: 50, clean: false, clientId: 'leak-1' });
    cleanUps.push(() => sensor.endAsync(true));
    const sent = sensor.publishAsync('hall/leak', 'wet', { qos: 1 });
    await vi.waitFor(() => expect(heard).toHaveLength(1), WAIT);
    await opened[0]?.terminate();
    await vi.waitFor(() => expect(heard).toHaveLength(2), WAIT);
    expect(lost).toHaveLength(1);
    expect(inbox.port).toBe(port);
    heard[0]?.acknowledge();
    heard[1]?.acknowledge();
    await sent;
    expect(heard.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['wet', 'wet']);
  });

  test('what it refuses is counted here, beyond the thread that counted it', async () => {
    const { inbox, opened } = threaded();
    cleanUps.push(() => inbox.stop());
    await inbox.start((message) => message.acknowledge());
    const forge = async () => {
      const sensor = await connectDevice(inbox.port ?? 0);
      await sensor.publish('keepsite/tower/incidents', 'forged');
      await sensor.close();
    };
    await forge();
    await vi.waitFor(() => expect(inbox.refused.get('publish_to_ours')).toBe(1), WAIT);
    await opened[0]?.terminate();
    await vi.waitFor(() => expect(opened).toHaveLength(2), WAIT);
    await vi.waitFor(() => expect(inbox.connected).toBe(true), WAIT);
    await forge();
    await vi.waitFor(() => expect(inbox.refused.get('publish_to_ours')).toBe(2), WAIT);
  });

  test('a port that is taken is said with its code, and nothing is left running', async () => {
    const holder = threaded().inbox;
    cleanUps.push(() => holder.stop());
    await holder.start(() => undefined);
    const other = createThreadedInbox({
      clock: createFakeClock(),
      open: () => new Worker(BROKER, { workerData: { ...SETTINGS, port: holder.port } }),
      onLost: () => undefined,
    });
    await expect(other.start(() => undefined)).rejects.toMatchObject({ code: 'EDGE_PORT_IN_USE' });
    expect(other.connected).toBe(false);
  });
});

const anyMessage = fc.record({
  topic: fc.constantFrom('a', 'b/c', 'd/e/f', '水'),
  payload: fc.uint8Array({ maxLength: 20 }),
  qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
  retain: fc.boolean(),
  client: fc.constantFrom(null, 'one', 'two', '__proto__'),
  onlyDevice: fc.constantFrom(undefined, null, 'lift-1'),
  delivery: fc.option(fc.record({ id: fc.string(), again: fc.boolean() }), { nil: undefined }),
});

test('whatever messages come in whatever turns, the other thread reads them as they were', async () => {
  const turns = fc.array(fc.array(anyMessage, { minLength: 1, size: 'max', maxLength: 20 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(turns, async (said) => {
      const writer = new HeardWriter();
      const { port1, port2 } = new MessageChannel();
      const told: Heard[] = [];
      port2.on('message', (heard: Heard) => void told.push(heard));
      const numbered = said.map((turn, t) => turn.map((message, n) => ({ number: t * 100 + n, ...message })));
      for (const turn of numbered) {
        for (const { number, ...message } of turn)
          writer.add(number, { ...message, receivedAt: 0, acknowledge: () => undefined } as InboxMessage);
        port1.postMessage(writer.take());
      }
      await vi.waitFor(() => expect(told).toHaveLength(said.length), { timeout: 10_000, interval: 1 });
      port1.close();
      const reader = new HeardReader();
      const read: Numbered[] = [];
      for (const heard of told) reader.read(heard, (message) => void read.push(message));
      expect(read.map((it) => ({ ...it, payload: [...it.payload] }))).toEqual(
        numbered.flat().map((it) => ({ ...it, payload: [...it.payload] })),
      );
    }),
    { numRuns: 50 },
  );
});
