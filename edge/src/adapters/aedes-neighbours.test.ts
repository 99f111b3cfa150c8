import type { MqttClient } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createOpenDoor } from '../access/doorkeeper.ts';
import { ANONYMOUS, type Doorkeeper } from '../access/identity.ts';
import type { InboxMessage } from '../ports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { connectMqtt } from '../testing/mqtt-device.ts';
import { connectRaw, openRaw, said } from '../testing/raw-mqtt.ts';
import { type AedesInbox, type AedesInboxOptions, createAedesInbox } from './aedes-inbox.ts';

const WAIT = { timeout: 20_000, interval: 5 } as const;
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

type Options = Pick<AedesInboxOptions, 'limits' | 'doorkeeper'>;

async function started(handler: (message: InboxMessage) => void, options: Options = {}): Promise<AedesInbox> {
  const inbox = createAedesInbox({ clock: createFakeClock(), port: 0, ...options });
  cleanUps.push(() => inbox.stop());
  await inbox.start(handler);
  return inbox;
}

const acknowledge = (message: InboxMessage) => message.acknowledge();

/** A handler that keeps what it hears until the test lets go of it. */
function holding() {
  const heard: InboxMessage[] = [];
  const release = (): void => {
    for (const message of heard) message.acknowledge();
  };
  return { heard, release, hold: (message: InboxMessage) => void heard.push(message) };
}

async function client(inbox: AedesInbox, options: Parameters<typeof connectMqtt>[1] = {}): Promise<MqttClient> {
  const one = await connectMqtt(inbox.port ?? 0, options);
  cleanUps.push(() => one.endAsync(true));
  return one;
}

async function raw(inbox: AedesInbox, ...connect: Parameters<typeof connectRaw> extends [number, ...infer R] ? R : []) {
  const one = await connectRaw(inbox.port ?? 0, ...connect);
  cleanUps.push(() => one.socket.destroy());
  return one;
}

async function silent(inbox: AedesInbox) {
  const one = await openRaw(inbox.port ?? 0);
  cleanUps.push(() => one.socket.destroy());
  return one;
}

const counted = (inbox: AedesInbox, reason: Parameters<AedesInbox['refused']['get']>[0]) =>
  vi.waitFor(() => expect(inbox.refused.get(reason)).toBe(1), WAIT);

test('while nothing of what it has handed over comes to an end, as on a full disk, an alarm still comes in', async () => {
  const { heard, hold, release } = holding();
  const inbox = await started(hold, { limits: { inWork: 4, inWorkPerClient: 2, inWorkStuck: 100 } });
  const [one, two, lift] = [await client(inbox), await client(inbox), await client(inbox)];
  const said = [one, two].flatMap((device) =>
    ['a', 'b'].map((value) => device.publishAsync('meter/1', value, { qos: 1 })),
  );
  await vi.waitFor(() => expect(heard).toHaveLength(4), WAIT);
  const alarm = lift.publishAsync('lift/3', 'trapped', { qos: 1 });
  await vi.waitFor(() => expect(heard.map(({ topic }) => topic)).toContain('lift/3'), WAIT);
  release();
  await Promise.all([...said, alarm]);
});

describe('a subscriber that stops reading', () => {
  const PAYLOAD = Buffer.alloc(100_000);
  const ROUNDS = 150;

  test.each([
    ['of one topic, QoS 0', 'load/x', { qos: 0, clean: true }],
    ['of one topic, QoS 1', 'load/x', { qos: 1, clean: true }],
    ['of everything', '#', { qos: 0, clean: true }],
    ['of everything, QoS 1 with a session to keep', '#', { qos: 1, clean: false }],
  ] as const)('%s is ended, and all others get every answer and every message meanwhile', async (_, filter, how) => {
    const inbox = await started(acknowledge, { limits: { queuedPerSession: 100_000 } });
    const [stalled, panel, sensor] = [
      await client(inbox, { clean: how.clean }),
      await client(inbox),
      await client(inbox),
    ];
    await stalled.subscribeAsync(filter, { qos: how.qos });
    stalled.stream.pause?.();
    const ticks: string[] = [];
    panel.on('message', (_topic, payload) => ticks.push(payload.toString()));
    await panel.subscribeAsync('tick', { qos: 0 });
    // Each answer is awaited before the next message: one that never comes ends the test.
    for (let n = 0; n < ROUNDS; n++) {
      await sensor.publishAsync('load/x', PAYLOAD, { qos: 1 });
      await sensor.publishAsync('tick', String(n), { qos: 1 });
    }
    await vi.waitFor(() => expect(ticks).toEqual(Array.from({ length: ROUNDS }, (__, n) => String(n))), WAIT);
    await counted(inbox, 'queue_too_long');
    await vi.waitFor(() => expect(inbox.clients).toBe(2), WAIT);
  });

  test('and goes on publishing is ended once it has read nothing for too long, its own answers neither', async () => {
    const limits = { queuedBytes: Infinity, unreadMs: 50, lookEveryMs: 10 };
    const inbox = await started(acknowledge, { limits });
    const deaf = await raw(inbox);
    deaf.say({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'own', qos: 0 }] });
    await deaf.hears('suback');
    deaf.socket.pause();
    const sensor = await client(inbox);
    for (let n = 1; !deaf.socket.destroyed && !inbox.refused.has('peer_does_not_read'); n++) {
      deaf.say(said('own', { messageId: (n % 65_535) + 1, payload: PAYLOAD }));
      await sensor.publishAsync('hall', 'wet', { qos: 1 });
    }
    await counted(inbox, 'peer_does_not_read');
    await sensor.publishAsync('hall', 'dry', { qos: 1 });
  });

  test('very many peers that each hold a little are bounded together, the greediest ended first', async () => {
    const limits = { connectionBytes: 500_000, lookEveryMs: 10 };
    const inbox = await started(acknowledge, { limits });
    const sensor = await client(inbox);
    const modest = await raw(inbox, { clientId: 'modest' });
    modest.socket.write(generate(said('m', { payload: Buffer.alloc(200_000) })).subarray(0, 1_000));
    const greedy = [];
    for (const clientId of ['one', 'two', 'three']) {
      const one = await raw(inbox, { clientId });
      one.socket.write(generate(said('g', { payload: Buffer.alloc(250_000) })).subarray(0, 200_000));
      greedy.push(one);
    }
    await Promise.race(greedy.map(({ closed }) => closed));
    await counted(inbox, 'too_many_bytes');
    modest.socket.write(generate(said('m', { payload: Buffer.alloc(200_000) })).subarray(1_000));
    await modest.hears('puback');
    await sensor.publishAsync('hall', 'wet', { qos: 1 });
  });
});

describe('absent sessions', () => {
  test('of everything, very many of them, are given up once they have too much to catch up with', async () => {
    const inbox = await started(acknowledge, { limits: { queuedPerSession: 20 } });
    for (let n = 0; n < 100; n++) {
      const absent = await raw(inbox, { clientId: `absent-${n}`, clean: false });
      absent.say({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 1 }] });
      await absent.hears('suback');
      absent.socket.destroy();
    }
    await vi.waitFor(() => expect(inbox.clients).toBe(0), WAIT);
    const [panel, sensor] = [await client(inbox), await client(inbox)];
    const shown: string[] = [];
    panel.on('message', (_topic, payload) => shown.push(payload.toString()));
    await panel.subscribeAsync('#', { qos: 1 });
    for (let n = 0; n < 100; n++) await sensor.publishAsync('hall', String(n), { qos: 1 });
    await vi.waitFor(() => expect(shown).toHaveLength(100), WAIT);
    // Once each, not once for every message from then on.
    expect(inbox.refused.get('session_queue_full')).toBe(100);
  });

  test('share what may wait for all of them: the one with most is given up first', async () => {
    const inbox = await started(acknowledge, { limits: { queuedBytesOfSessions: 100_000 } });
    for (const [clientId, filter] of [
      ['much', 'load'],
      ['few', 'hall'],
    ] as const) {
      const absent = await raw(inbox, { clientId, clean: false });
      absent.say({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos: 1 }] });
      await absent.hears('suback');
      absent.socket.destroy();
      await absent.closed;
    }
    const sensor = await client(inbox);
    for (const topic of ['load', 'load', 'hall']) await sensor.publishAsync(topic, Buffer.alloc(40_000), { qos: 1 });
    await counted(inbox, 'session_queue_full');
    const few = await raw(inbox, { clientId: 'few', clean: false });
    await few.hears('publish');
    expect(few.heard).toMatchObject([{ sessionPresent: true }, { topic: 'hall' }]);
  });
});

test('a session that is there and acknowledges nothing is ended once too much waits for it, and counted once', async () => {
  const inbox = await started(acknowledge, { limits: { queuedPerSession: 3 } });
  const panel = await raw(inbox, { clean: false });
  panel.say({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'hall', qos: 1 }] });
  await panel.hears('suback');
  const sensor = await client(inbox);
  for (let n = 0; n < 4; n++) await sensor.publishAsync('hall', String(n), { qos: 1 });
  await panel.closed;
  await vi.waitFor(() => expect(inbox.clients).toBe(1), WAIT);
  expect([...inbox.refused]).toEqual([['session_queue_full', 1]]);
});

describe('a packet that does not come to its end', () => {
  /** Says one byte after the other until it is hung up on. */
  async function trickle(inbox: AedesInbox, clientId: string): Promise<unknown> {
    const loris = await raw(inbox, { clientId });
    loris.socket.write(generate(said('x', { payload: Buffer.alloc(10_000) })).subarray(0, 10));
    const drip = setInterval(() => loris.socket.write('x'), 5);
    return loris.closed.finally(() => clearInterval(drip));
  }
  const limits = { packetMs: 60, lookEveryMs: 10 };

  test('ends its connection, however busily it trickles', async () => {
    const inbox = await started(acknowledge, { limits });
    await trickle(inbox, 'loris');
    expect([...inbox.refused]).toEqual([['packet_too_slow', 1]]);
  });

  test('but the broker’s own delay is not its sender’s', async () => {
    const { heard, hold, release } = holding();
    const inbox = await started(hold, { limits });
    const sensor = await raw(inbox);
    const firsts = [1, 2, 3].map((messageId) => generate(said('a', { messageId })));
    const last = generate(said('b', { messageId: 4, payload: 'x'.repeat(1_000) }));
    sensor.socket.write(Buffer.concat([...firsts, last.subarray(0, 100)]));
    await vi.waitFor(() => expect(heard).toHaveLength(3), WAIT);
    // It comes, and lies unread: the broker reads no further while what was said before is not committed.
    sensor.socket.write(last.subarray(100));
    // Began later, and is ended: so the time of a packet is over.
    await trickle(inbox, 'loris');
    release();
    await vi.waitFor(() => expect(heard).toHaveLength(4), WAIT);
    release();
    await sensor.hears('puback', 4);
  });
});

describe('a flood', () => {
  const FLOOD = 3_000;
  const flood = (qos: 0 | 1) =>
    Array.from({ length: FLOOD }, (_, n) => said('noise', { qos, messageId: n + 1, payload: '' }));

  test.each([0, 1] as const)('of QoS %d from one connection goes behind another device’s leak', async (qos) => {
    const { heard, hold, release } = holding();
    const inbox = await started(hold, { limits: { inWorkPerClient: 100 } });
    const noisy = await raw(inbox, { clientId: 'noisy' });
    noisy.say(...flood(qos));
    await vi.waitFor(() => expect(heard).toHaveLength(100), WAIT);
    const sensor = await raw(inbox, { clientId: 'sensor' });
    sensor.say(said('leak'));
    await vi.waitFor(() => expect(heard).toHaveLength(101), WAIT);
    expect(heard[100]).toMatchObject({ topic: 'leak', client: 'sensor' });
    heard[100]?.acknowledge();
    await sensor.hears('puback');
    expect(noisy.heard.filter(({ cmd }) => cmd === 'puback')).toEqual([]);
    await vi.waitFor(() => {
      release();
      expect(heard).toHaveLength(FLOOD + 1);
    }, WAIT);
    release();
    await noisy.hears('puback', qos * FLOOD);
    expect([...inbox.refused]).toEqual([]);
  });

  test('from many connections at once goes behind another device’s leak, but for two commits’ worth of it', async () => {
    const { heard, hold } = holding();
    const inbox = await started(hold);
    const noisy = ['n1', 'n2', 'n3', 'n4'];
    for (const clientId of noisy) (await raw(inbox, { clientId })).say(...flood(1).slice(0, 400));
    await vi.waitFor(() => expect(heard).toHaveLength(512), WAIT);
    const sensor = await raw(inbox, { clientId: 'sensor' });
    sensor.say(said('leak'), { cmd: 'pingreq' });
    await sensor.hears('pingresp');
    expect(heard).toHaveLength(512);
    // A turn for each of the others at most, and then it is the sensor's.
    for (const message of heard.slice(0, noisy.length + 1)) message.acknowledge();
    await vi.waitFor(() => expect(heard).toHaveLength(512 + noisy.length + 1), WAIT);
    expect(heard.slice(512)).toContainEqual(expect.objectContaining({ topic: 'leak', client: 'sensor' }));
  });

  test('of QoS 0 beyond what may wait costs the one who floods its messages, and nobody else', async () => {
    const { heard, hold, release } = holding();
    const inbox = await started(hold, { limits: { inWorkPerClient: 5, waitingPerClient: 10 } });
    const [noisy, sensor] = [await raw(inbox, { clientId: 'noisy' }), await raw(inbox, { clientId: 'sensor' })];
    noisy.say(...flood(0));
    await vi.waitFor(() => expect(inbox.refused.get('message_rate')).toBeGreaterThan(0), WAIT);
    sensor.say(...[1, 2, 3].map((n) => said('level', { qos: 0, payload: String(n) })));
    await vi.waitFor(() => expect(heard.filter(({ topic }) => topic === 'level')).toHaveLength(3), WAIT);
    release();
  });

  test('of which much still waits when the broker is stopped is not handed over any more', async () => {
    const { heard, hold, release } = holding();
    const inbox = await started(hold, { limits: { inWorkPerClient: 5 } });
    const noisy = await raw(inbox);
    noisy.say(...flood(1));
    await vi.waitFor(() => expect(heard).toHaveLength(5), WAIT);
    await inbox.stop();
    release();
    expect(heard).toHaveLength(5);
  });

  test('of QoS 1 that lasts is slowed down to what the edge can do, and all of it is taken', async () => {
    const inbox = await started((message) => void setImmediate(() => message.acknowledge()), {
      limits: { inWorkPerClient: 2, waitingPerClient: 200 },
    });
    const busy = await raw(inbox);
    // A few dozen of these are read at a time; the sender waits for none of its answers.
    const payload = Buffer.alloc(1_500);
    busy.say(...Array.from({ length: 10_000 }, (_, n) => said('load', { messageId: n + 1, payload })));
    await busy.hears('puback', 10_000);
    expect([...inbox.refused]).toEqual([]);
  });

  test('of QoS 1 whose sender ignores that no answer comes ends its connection', async () => {
    const { hold } = holding();
    const inbox = await started(hold, { limits: { inWorkPerClient: 5, waitingPerClient: 10 } });
    const noisy = await raw(inbox);
    noisy.say(...flood(1));
    await noisy.closed;
    expect([...inbox.refused]).toEqual([['too_many_waiting', 1]]);
  });
});

describe('rates', () => {
  /** Everybody is a device. */
  const DEVICES: Doorkeeper = {
    ...createOpenDoor(),
    admit: () => ({ ok: true, identity: { ...ANONYMOUS, kind: 'device', name: 'sensor' } }),
  };

  test('a device above its rate loses QoS 0 messages and waits with QoS 1 ones, none of which is lost', async () => {
    const heard: string[] = [];
    const limits = { deviceMessageRate: { perSecond: 200, burst: 5 } };
    const inbox = await started(
      (message) => {
        heard.push(Buffer.from(message.payload).toString());
        message.acknowledge();
      },
      { limits, doorkeeper: DEVICES },
    );
    const sensor = await raw(inbox);
    const numbers = Array.from({ length: 30 }, (_, n) => n + 1);
    sensor.say(...numbers.map((n) => said('level', { messageId: n, payload: String(n) })));
    sensor.say(...numbers.map(() => said('level', { qos: 0, payload: 'unasked' })));
    await sensor.hears('puback', 30);
    expect(heard.filter((text) => text !== 'unasked')).toEqual(numbers.map(String));
    await vi.waitFor(() => expect(inbox.refused.get('message_rate')).toBeGreaterThan(0), WAIT);
  });

  test('who connects again and again under one name is refused with code 3 for a while, its neighbour is not', async () => {
    const inbox = await started(acknowledge, { limits: { clientConnectRate: { perSecond: 0.001, burst: 2 } } });
    const codes: unknown[] = [];
    for (let n = 0; n < 3; n++) {
      const flapping = await raw(inbox, { clientId: 'flapping' });
      codes.push(flapping.heard.map((packet) => packet.cmd === 'connack' && packet.returnCode));
      flapping.socket.destroy();
      await flapping.closed;
    }
    expect(codes).toEqual([[0], [0], [3]]);
    expect([...inbox.refused]).toEqual([['connect_rate', 1]]);
    await raw(inbox, { clientId: 'steady' });
  });

  test('an address that connects too often is hung up on, and who is connected stays', async () => {
    const inbox = await started(acknowledge, { limits: { connectRate: { perSecond: 0.001, burst: 2 } } });
    const sensor = await client(inbox);
    await silent(inbox);
    const third = await silent(inbox);
    await third.closed;
    expect([...inbox.refused]).toEqual([['connect_rate', 1]]);
    await sensor.publishAsync('hall', 'wet', { qos: 1 });
  });
});
