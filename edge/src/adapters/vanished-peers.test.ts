import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { InboxMessage } from '../ports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { connectMqtt } from '../testing/mqtt-device.ts';
import { connectRaw, said } from '../testing/raw-mqtt.ts';
import { type AedesInbox, type AedesInboxOptions, createAedesInbox } from './aedes-inbox.ts';
import { createMqttInbox } from './mqtt-inbox.ts';

// A peer whose power or radio is gone sends no FIN: its connection stays open and nothing comes of it any more.

const WAIT = { timeout: 15_000, interval: 5 } as const;
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const acknowledge = (message: InboxMessage) => message.acknowledge();

async function started(handler = acknowledge, limits: AedesInboxOptions['limits'] = {}): Promise<AedesInbox> {
  const inbox = createAedesInbox({ clock: createFakeClock(), port: 0, limits });
  cleanUps.push(() => inbox.stop());
  await inbox.start(handler);
  return inbox;
}

async function panelOf(inbox: AedesInbox) {
  const panel = await connectMqtt(inbox.port ?? 0);
  cleanUps.push(() => panel.endAsync(true));
  return panel;
}

/** Connected, and from here on as good as gone: it reads nothing and says nothing. */
async function vanishing(inbox: AedesInbox, ...how: [Parameters<typeof connectRaw>[1]]) {
  const client = await connectRaw(inbox.port ?? 0, ...how);
  cleanUps.push(() => client.socket.destroy());
  return Object.assign(client, { vanish: () => void client.socket.pause() });
}

describe('a device that vanishes without a word', () => {
  test('is given up after one and a half times its keep-alive, its will is told, and it is counted', async () => {
    const heard: string[] = [];
    const inbox = await started((message) => {
      heard.push(message.topic);
      message.acknowledge();
    });
    const will = { topic: 'lift/3/state', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
    const lift = await vanishing(inbox, { clientId: 'lift-3', keepalive: 1, will });
    lift.vanish();
    await vi.waitFor(() => expect(heard).toEqual(['lift/3/state']), WAIT);
    expect([inbox.clients, inbox.refused.get('timed_out')]).toEqual([0, 1]);
  });

  test('and comes back before anybody has noticed takes its old connection’s place, and gets what it has missed', async () => {
    const inbox = await started();
    const before = await vanishing(inbox, { clientId: 'panel-1', clean: false });
    before.say({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'hall', qos: 1 }] });
    await before.hears('suback');
    before.vanish();
    const sensor = await panelOf(inbox);
    await sensor.publishAsync('hall', 'wet', { qos: 1 });

    const after = await connectRaw(inbox.port ?? 0, { clientId: 'panel-1', clean: false });
    cleanUps.push(() => after.socket.destroy());
    await after.hears('publish');
    expect(after.heard).toMatchObject([
      { cmd: 'connack', sessionPresent: true },
      { cmd: 'publish', topic: 'hall' },
    ]);
    before.socket.resume();
    await before.closed;
  });

  test('while much is owed to it is ended by what may wait for it, and its neighbours hear everything meanwhile', async () => {
    const inbox = await started(acknowledge, { unreadMs: 50, lookEveryMs: 10 });
    const gone = await vanishing(inbox, { clientId: 'panel-1' });
    gone.say({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] });
    await gone.hears('suback');
    gone.vanish();
    const panel = await panelOf(inbox);
    const ticks: string[] = [];
    panel.on('message', (_, payload) => ticks.push(payload.toString()));
    await panel.subscribeAsync('tick');
    let rounds = 0;
    for (; inbox.refused.size === 0; rounds += 1) {
      await panel.publishAsync('load', Buffer.alloc(100_000), { qos: 1 });
      await panel.publishAsync('tick', String(rounds), { qos: 1 });
    }
    await vi.waitFor(() => expect(ticks).toEqual(Array.from({ length: rounds }, (_, n) => String(n))), WAIT);
    expect(['queue_too_long', 'peer_does_not_read']).toContain([...inbox.refused.keys()][0]);
    await vi.waitFor(() => expect(inbox.clients).toBe(1), WAIT);
  });

  test('in the middle of a packet is ended, and what it had not finished was never heard', async () => {
    const heard: InboxMessage[] = [];
    const inbox = await started((message) => void heard.push(message), { packetMs: 50, lookEveryMs: 10 });
    const lift = await vanishing(inbox, { clientId: 'lift-3' });
    lift.socket.write(Buffer.from([0x32, 20, 0, 4]));
    lift.vanish();
    await vi.waitFor(() => expect(inbox.refused.get('packet_too_slow')).toBe(1), WAIT);
    await vi.waitFor(() => expect(inbox.clients).toBe(0), WAIT);
    expect(heard).toEqual([]);
  });

  test('after it spoke has been heard all the same: what it said is acknowledged to nobody, and is kept', async () => {
    const heard: InboxMessage[] = [];
    const inbox = await started((message) => void heard.push(message));
    const lift = await vanishing(inbox, { clientId: 'lift-3', keepalive: 1 });
    lift.say(said('hall'));
    lift.vanish();
    await vi.waitFor(() => expect(inbox.refused.get('timed_out')).toBe(1), WAIT);
    for (const message of heard) message.acknowledge();
    expect(heard).toMatchObject([{ topic: 'hall' }]);
  });
});

test('a broker of one’s own that vanishes is noticed by its silence, said, and connected to again; what came meanwhile is heard', async () => {
  const broker = await started();
  const line = await lineTo(broker.port ?? 0);
  const heard: string[] = [];
  const url = `mqtt://127.0.0.1:${line.port}`;
  const edge = createMqttInbox({ clock: createFakeClock(), url, clientId: 'keepsite-edge-1', keepaliveSeconds: 1 });
  cleanUps.push(() => edge.stop());
  await edge.start((message) => {
    heard.push(Buffer.from(message.payload).toString());
    message.acknowledge();
  });
  line.freeze();
  const sensor = await panelOf(broker);
  await sensor.publishAsync('hall', 'said into the silence', { qos: 1 });

  await vi.waitFor(() => expect(edge.connected).toBe(false), WAIT);
  expect(edge.problem).not.toBeNull();
  await vi.waitFor(() => expect(heard).toEqual(['said into the silence']), WAIT);
  await vi.waitFor(() => expect([edge.connected, edge.problem]).toEqual([true, null]), WAIT);
});

/** A line that can go dead: what is connected stays so and carries nothing any more; new connections are good. */
async function lineTo(port: number) {
  const ends: Socket[] = [];
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port });
    for (const end of [near, far]) end.on('error', () => undefined);
    near.pipe(far);
    far.pipe(near);
    ends.push(near, far);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    for (const end of ends) end.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    freeze() {
      for (const end of ends.splice(0)) {
        cleanUps.push(() => end.destroy());
        end.unpipe();
        end.pause();
      }
    },
  };
}
