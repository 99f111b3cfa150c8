import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MqttClient } from 'mqtt';
import { generate, type Packet } from 'mqtt-packet';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { InboxMessage } from '../ports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { inboxContract } from '../testing/inbox-contract.ts';
import { connectDevice, connectMqtt } from '../testing/mqtt-device.ts';
import { CONNECT, openRaw, type RawClient } from '../testing/raw-mqtt.ts';
import { type AedesInbox, type AedesInboxOptions, createAedesInbox } from './aedes-inbox.ts';

const WAIT = { timeout: 10_000, interval: 5 } as const;
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

inboxContract('aedes', async () => {
  const clock = createFakeClock();
  const inbox = createAedesInbox({ clock, port: 0 });
  return {
    inbox,
    clock,
    acknowledgedBy: 'edge',
    device: () => connectDevice(inbox.port ?? 0),
    remove: async () => undefined,
  };
});

async function started(
  handler: (message: InboxMessage) => void,
  limits: NonNullable<AedesInboxOptions['limits']> = {},
): Promise<AedesInbox> {
  const inbox = createAedesInbox({ clock: createFakeClock(), port: 0, limits });
  cleanUps.push(() => inbox.stop());
  await inbox.start(handler);
  return inbox;
}

async function client(inbox: AedesInbox, options: Parameters<typeof connectMqtt>[1] = {}): Promise<MqttClient> {
  const one = await connectMqtt(inbox.port ?? 0, options);
  cleanUps.push(() => one.endAsync(true));
  return one;
}

async function raw(inbox: AedesInbox): Promise<RawClient> {
  const one = await openRaw(inbox.port ?? 0);
  cleanUps.push(() => one.socket.destroy());
  return one;
}

const saidTo = (heard: readonly Packet[], cmd: Packet['cmd'], count = 1) =>
  vi.waitFor(() => expect(heard.filter((packet) => packet.cmd === cmd)).toHaveLength(count), WAIT);
const acknowledge = (message: InboxMessage) => message.acknowledge();

describe('what comes before anybody is known', () => {
  test('a CONNECT that announces 256 MB is ended for its length alone, before any more of it has come', async () => {
    const inbox = await started(acknowledge);
    const { socket, closed } = await raw(inbox);
    socket.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f));
    await closed;
    expect([...inbox.refused]).toEqual([['connect_too_large', 1]]);
  });

  test('a connection that says nothing is ended in time', async () => {
    const inbox = await started(acknowledge, { connectTimeoutMs: 50 });
    const { closed } = await raw(inbox);
    await closed;
    expect([...inbox.refused]).toEqual([['timed_out', 1]]);
  });

  test.each<[string, Uint8Array[]]>([
    ['says CONNECT twice', [generate(CONNECT), generate(CONNECT)]],
    ['names another protocol', [Buffer.from([0x10, 12, 0, 4, ...Buffer.from('HTTP'), 4, 2, 0, 0, 0, 0])]],
    ['sends QoS 3', [generate(CONNECT), Uint8Array.of(0x36, 5, 0, 1, 0x61, 0, 1)]],
    ['publishes on a wildcard', [generate(CONNECT), Uint8Array.of(0x30, 3, 0, 1, 0x23)]],
  ])('who %s is ended and counted once', async (_, packets) => {
    const inbox = await started(acknowledge);
    const { socket, closed } = await raw(inbox);
    socket.write(Buffer.concat(packets));
    await closed;
    await vi.waitFor(() => expect([...inbox.refused]).toEqual([['protocol_error', 1]]), WAIT);
  });

  test('who leaves in the middle of a word is not counted, nor that nobody is there to be answered', async () => {
    const heard: InboxMessage[] = [];
    const inbox = await started((message) => void heard.push(message));
    const { socket, heard: said, closed } = await raw(inbox);
    socket.write(generate(CONNECT));
    await saidTo(said, 'connack');
    const publish = Uint8Array.of(0x32, 5, 0, 1, 0x61, 0, 1);
    socket.write(Buffer.concat([publish, publish.subarray(0, 3)]));
    await vi.waitFor(() => expect(heard).toHaveLength(1), WAIT);
    socket.end();
    await closed;
    await vi.waitFor(() => expect(inbox.clients).toBe(0), WAIT);
    heard[0]?.acknowledge();
    // What there is to say of it has been said by the time a newcomer is answered.
    await client(inbox);
    expect([...inbox.refused]).toEqual([]);
  });

  test('connections are capped, and room comes back when one leaves', async () => {
    const inbox = await started(acknowledge, { connections: 10, connectionsPerAddress: 2 });
    const first = await client(inbox);
    await client(inbox);
    const third = await raw(inbox);
    await third.closed;
    expect(inbox.refused.get('too_many_connections')).toBe(1);
    await first.endAsync();
    await vi.waitFor(() => expect(inbox.clients).toBe(1), WAIT);
    await client(inbox);
  });

  test('an empty id with a session to keep is refused with code 2, and so is an id with control characters', async () => {
    const inbox = await started(acknowledge);
    // CONNECT, MQTT 3.1.1, clean 0, keep-alive 0, id of no characters: mqtt-packet would not write it.
    const anonymous = Buffer.from([0x10, 12, 0, 4, ...Buffer.from('MQTT'), 4, 0, 0, 0, 0, 0]);
    for (const connect of [anonymous, generate({ ...CONNECT, clientId: 'a\nb' })]) {
      const { socket, heard, closed } = await raw(inbox);
      socket.write(connect);
      await closed;
      expect(heard).toMatchObject([{ cmd: 'connack', returnCode: 2 }]);
    }
    expect(inbox.refused.get('client_id')).toBe(2);
    await client(inbox, { clientId: '', clean: true });
  });

  test('MQTT 5 is refused politely', async () => {
    const inbox = await started(acknowledge);
    await expect(connectMqtt(inbox.port ?? 0, { protocolVersion: 5 })).rejects.toThrow(/protocol version/i);
  });
});

describe('publishing', () => {
  test('a QoS 2 message that is sent again before its PUBREL is handed over once and answered each time', async () => {
    const heard: InboxMessage[] = [];
    const inbox = await started((message) => void heard.push(message));
    const { socket, heard: said } = await raw(inbox);
    const publish = {
      cmd: 'publish',
      topic: 'meter',
      payload: '1',
      qos: 2,
      messageId: 9,
      retain: false,
      dup: false,
    } as const;
    const listener = await client(inbox);
    const shown: string[] = [];
    listener.on('message', (_topic, payload) => shown.push(payload.toString()));
    await listener.subscribeAsync('meter', { qos: 1 });
    socket.write(generate(CONNECT));
    await saidTo(said, 'connack');
    socket.write(Buffer.concat([generate(publish), generate({ ...publish, dup: true })]));
    await vi.waitFor(() => expect(heard).toHaveLength(1), WAIT);
    expect(said.filter(({ cmd }) => cmd === 'pubrec')).toEqual([]);
    heard[0]?.acknowledge();
    await saidTo(said, 'pubrec', 2);
    socket.write(generate({ ...publish, dup: true }));
    await saidTo(said, 'pubrec', 3);
    socket.write(generate({ cmd: 'pubrel', messageId: 9 }));
    await saidTo(said, 'pubcomp');
    expect(heard).toHaveLength(1);
    expect(shown).toEqual(['1']);
    socket.write(generate({ ...publish, payload: '2' }));
    await vi.waitFor(() => expect(heard).toHaveLength(2), WAIT);
  });

  test('a QoS 2 session that is taken up again still knows what it had handed over', async () => {
    const heard: InboxMessage[] = [];
    const inbox = await started((message) => {
      heard.push(message);
      message.acknowledge();
    });
    const publish = {
      cmd: 'publish',
      topic: 'meter',
      payload: '1',
      qos: 2,
      messageId: 9,
      retain: false,
      dup: false,
    } as const;
    for (const dup of [false, true]) {
      const { socket, heard: said, closed } = await raw(inbox);
      socket.write(generate({ ...CONNECT, clean: false }));
      await saidTo(said, 'connack');
      socket.write(generate({ ...publish, dup }));
      await saidTo(said, 'pubrec');
      socket.destroy();
      await closed;
    }
    expect(heard).toHaveLength(1);
    const { socket, heard: said } = await raw(inbox);
    socket.write(generate(CONNECT));
    await saidTo(said, 'connack');
    socket.write(generate(publish));
    await vi.waitFor(() => expect(heard).toHaveLength(2), WAIT);
  });

  test('after a restart a QoS 2 message that is repeated is known by its id and its bytes', async () => {
    const publish = { cmd: 'publish', topic: 'meter', payload: '1', qos: 2, messageId: 9, retain: false } as const;
    const heard: InboxMessage[] = [];
    for (const [dup, payload] of [
      [false, '1'],
      [true, '1'],
      [false, '2'],
    ] as const) {
      const inbox = await started((message) => {
        heard.push(message);
        message.acknowledge();
      });
      const { socket, heard: said } = await raw(inbox);
      socket.write(generate({ ...CONNECT, clean: false }));
      await saidTo(said, 'connack');
      socket.write(generate({ ...publish, dup, payload }));
      await saidTo(said, 'pubrec');
    }
    const [first, repeated, other] = heard.map(({ delivery }) => delivery);
    expect([first?.again, repeated?.again, other?.again]).toEqual([false, true, false]);
    expect(repeated?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
  });

  test('who leaves too many QoS 2 messages half done is disconnected before the next is handed over', async () => {
    let heard = 0;
    const inbox = await started(
      (message) => {
        heard += 1;
        message.acknowledge();
      },
      { inflightQos2: 3 },
    );
    const { socket, heard: said, closed } = await raw(inbox);
    socket.write(generate(CONNECT));
    await saidTo(said, 'connack');
    for (let messageId = 1; messageId <= 5; messageId++)
      socket.write(
        generate({ cmd: 'publish', topic: 'm', payload: 'x', qos: 2, messageId, retain: false, dup: false }),
      );
    await closed;
    expect(heard).toBe(3);
    expect(inbox.refused.get('too_many_qos2')).toBeGreaterThan(0);
  });

  test('a forged word on the edge’s topics is acknowledged, counted, and reaches nobody', async () => {
    const heard: string[] = [];
    const inbox = await started((message) => {
      heard.push(message.topic);
      message.acknowledge();
    });
    const [panel, forger] = [await client(inbox), await client(inbox)];
    const shown: string[] = [];
    panel.on('message', (topic) => shown.push(topic));
    await panel.subscribeAsync('#', { qos: 1 });
    for (const topic of ['keepsite/tower/incidents', 'keepsite/tower/bridge/state', '$SYS/broker', '$other/x'])
      await forger.publishAsync(topic, 'forged', { qos: 1, retain: true });
    await forger.publishAsync('hall', 'true', { qos: 1 });
    await vi.waitFor(() => expect(shown).toEqual(['hall']), WAIT);
    expect(heard).toEqual(['hall']);
    expect([inbox.refused.get('publish_to_ours'), inbox.refused.get('publish_topic')]).toEqual([2, 2]);
    const late = await client(inbox);
    late.on('message', (topic) => shown.push(`late ${topic}`));
    await late.subscribeAsync('keepsite/#');
    await late.subscribeAsync('hall');
    await forger.publishAsync('hall', 'again', { qos: 1 });
    await vi.waitFor(() => expect(shown).toContain('late hall'), WAIT);
    expect(shown.filter((topic) => topic.startsWith('late keepsite'))).toEqual([]);
  });

  test('a topic of too many levels is acknowledged and counted, and its sender stays: else it would come back for ever', async () => {
    const handed: string[] = [];
    const inbox = await started((message) => {
      handed.push(message.topic);
      message.acknowledge();
    });
    const device = await client(inbox);
    await device.publishAsync(Array(40).fill('level').join('/'), '1', { qos: 1 });
    await device.publishAsync('short', '1', { qos: 1 });
    expect(handed).toEqual(['short']);
    expect(inbox.refused.get('publish_topic')).toBe(1);
  });

  test('a will is handed over like any message, unless it is forged or the broker itself is stopping', async () => {
    const heard: string[] = [];
    const inbox = await started((message) => {
      heard.push(`${message.topic} ${message.client}`);
      message.acknowledge();
    });
    const will = (topic: string) =>
      ({
        clientId: topic.replaceAll('/', '-'),
        will: { topic, payload: Buffer.from('gone'), qos: 1, retain: true },
      }) as const;
    const forged = await client(inbox, will('keepsite/tower/bridge/state'));
    const sensor = await client(inbox, will('hall/lwt'));
    await client(inbox, will('stays/lwt'));
    forged.stream.destroy();
    await vi.waitFor(() => expect(inbox.refused.get('publish_to_ours')).toBe(1), WAIT);
    sensor.stream.destroy();
    await vi.waitFor(() => expect(heard).toEqual(['hall/lwt hall-lwt']), WAIT);
    await inbox.stop();
    expect(heard).toEqual(['hall/lwt hall-lwt']);
  });

  test.each([0, 1, 2] as const)('a broker that stops still tells what it acknowledged: QoS %i', async (qos) => {
    const handed: InboxMessage[] = [];
    const inbox = await started((message) => handed.push(message));
    const board = await client(inbox);
    const heard: string[] = [];
    board.on('message', (topic) => heard.push(topic));
    await board.subscribeAsync('hall/#', { qos: 1 });
    const sensor = await client(inbox);
    for (const topic of ['hall/a', 'hall/b', 'hall/c']) sensor.publish(topic, '1', { qos });
    await vi.waitFor(() => expect(handed).toHaveLength(3), WAIT);
    const ended = new Promise<void>((resolve) => board.once('close', () => resolve()));
    for (const message of handed) message.acknowledge();
    await inbox.stop();
    await ended;
    expect(heard).toEqual(['hall/a', 'hall/b', 'hall/c']);
  });

  test('retained messages are kept up to a bound, the edge’s own always', async () => {
    const inbox = await started(acknowledge, { retainedTopics: 2 });
    const sensor = await client(inbox);
    for (const topic of ['a', 'b', 'c']) await sensor.publishAsync(topic, topic, { qos: 1, retain: true });
    await inbox.publish('keepsite/tower/incidents', 'ours', { retain: true });
    await sensor.publishAsync('a', '', { qos: 1, retain: true });
    await sensor.publishAsync('d', 'd', { qos: 1, retain: true });
    const late = await client(inbox);
    const kept: string[] = [];
    late.on('message', (_topic, payload) => kept.push(payload.toString()));
    await late.subscribeAsync('#', { qos: 1 });
    await vi.waitFor(() => expect(kept.toSorted()).toEqual(['b', 'd', 'ours']), WAIT);
    expect(inbox.refused.get('retained_full')).toBe(1);
  });

  test('a broken handler costs its sender the connection and nobody else anything', async () => {
    const inbox = await started((message) => {
      if (message.topic === 'boom') throw new Error('broken on purpose');
      message.acknowledge();
    });
    const { socket, heard, closed } = await raw(inbox);
    socket.write(generate(CONNECT));
    await saidTo(heard, 'connack');
    socket.write(
      generate({ cmd: 'publish', topic: 'boom', payload: 'x', qos: 1, messageId: 1, retain: false, dup: false }),
    );
    await closed;
    expect(heard.map(({ cmd }) => cmd)).toEqual(['connack']);
    expect(inbox.refused.get('handler_failed')).toBe(1);
    await (await client(inbox)).publishAsync('hall', 'x', { qos: 1 });
  });
});

describe('subscribing', () => {
  test.each(['$SYS/#', '$SYS/broker/clients', 'a/b+', 'a#', 'a/#/b', '++', 'x/\u0001', '1/'.repeat(20)])(
    'the filter %j is refused',
    async (filter) => {
      const inbox = await started(acknowledge);
      const { socket, heard, closed } = await raw(inbox);
      socket.write(generate(CONNECT));
      await saidTo(heard, 'connack');
      socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos: 1 }] }));
      const refused = vi.waitFor(
        () => expect(heard.find(({ cmd }) => cmd === 'suback')).toMatchObject({ granted: [128] }),
        WAIT,
      );
      // What is malformed beyond doubt aedes answers by ending the connection.
      await Promise.race([refused, closed]);
      expect(heard.some((packet) => packet.cmd === 'suback' && packet.granted[0] !== 128)).toBe(false);
    },
  );

  test('one client’s subscriptions are capped, and giving one up makes room', async () => {
    const inbox = await started(acknowledge, { subscriptionsPerClient: 2 });
    const panel = await client(inbox);
    const granted = async (filter: string) => (await panel.subscribeAsync(filter).catch(() => [{ qos: 128 }]))[0]?.qos;
    expect([await granted('a'), await granted('b'), await granted('b'), await granted('c')]).toEqual([0, 0, 0, 128]);
    await panel.unsubscribeAsync('a');
    expect(await granted('c')).toBe(0);
  });

  test('a subscriber that stops reading keeps nobody waiting, not even while it is not ended', async () => {
    const inbox = await started(acknowledge, { queuedBytes: Infinity });
    const [frozen, panel, sensor] = [await client(inbox), await client(inbox), await client(inbox)];
    await frozen.subscribeAsync('load/#', { qos: 0 });
    frozen.stream.pause?.();
    let ticks = 0;
    panel.on('message', () => (ticks += 1));
    await panel.subscribeAsync('tick', { qos: 0 });
    const payload = Buffer.alloc(100_000);
    for (let n = 0; n < 200; n++) {
      await sensor.publishAsync('load/x', payload, { qos: 1 });
      await sensor.publishAsync('tick', 'x', { qos: 1 });
    }
    await vi.waitFor(() => expect(ticks).toBe(200), WAIT);
    expect([inbox.clients, ...inbox.refused]).toEqual([3]);
  });

  test('what waits for an absent client is bounded, and so are absent clients; one that lost something is told', async () => {
    const inbox = await started(acknowledge, { sessions: 3, queuedPerSession: 3 });
    const sensor = await client(inbox);
    for (const clientId of ['oldest', 'missed', 'caught', 'newest']) {
      const panel = await client(inbox, { clean: false, keepalive: 0, clientId });
      await panel.subscribeAsync(clientId === 'caught' ? 'hall/3' : 'hall/+', { qos: 1 });
      await panel.endAsync();
      await vi.waitFor(() => expect(inbox.clients).toBe(1), WAIT);
    }
    expect(inbox.refused.get('session_forgotten')).toBe(1);
    for (const n of [1, 2, 3]) await sensor.publishAsync(`hall/${n}`, String(n), { qos: 1 });
    expect(inbox.refused.get('session_queue_full')).toBeUndefined();
    const [newest] = await takenUp(inbox, 'newest', 3);
    await sensor.publishAsync('hall/4', '4', { qos: 1 });
    // The two that were there and the one that came back without acknowledging.
    expect(newest).toMatchObject({ sessionPresent: true });
    expect(inbox.refused.get('session_queue_full')).toBe(2);
    for (const [clientId, kept] of Object.entries({ oldest: 0, missed: 0, caught: 1, newest: 0 })) {
      const [connack] = await takenUp(inbox, clientId, kept);
      expect([clientId, connack]).toMatchObject([clientId, { sessionPresent: kept > 0 }]);
    }
  });

  /** Comes back, and hears what had waited for it. */
  async function takenUp(inbox: AedesInbox, clientId: string, kept: number): Promise<readonly Packet[]> {
    const { socket, heard, closed } = await raw(inbox);
    socket.write(generate({ ...CONNECT, clean: false, clientId }));
    await saidTo(heard, 'connack');
    socket.write(generate({ cmd: 'pingreq' }));
    await saidTo(heard, 'pingresp');
    await saidTo(heard, 'publish', kept);
    socket.destroy();
    await closed;
    return heard;
  }
});

describe('memory', () => {
  const MESSAGES = 150;
  /** As small as a sensor's word, and read from the network together with much else. */
  const small = (topic: string, messageId: number, qos: 1 | 2) =>
    generate({ cmd: 'publish', topic, payload: 'on', qos, messageId, retain: false, dup: false });

  test('what waits for an absent client keeps its own bytes, not all that were read with them', async () => {
    const inbox = await started(acknowledge);
    const absent = await client(inbox, { clean: false, keepalive: 0, clientId: 'absent' });
    await absent.subscribeAsync('hall', { qos: 1 });
    await absent.endAsync();
    const { socket, heard } = await raw(inbox);
    socket.write(generate(CONNECT));
    await saidTo(heard, 'connack');
    const ballast = generate({
      cmd: 'publish',
      topic: 'x',
      payload: 'x'.repeat(60_000),
      qos: 0,
      retain: false,
      dup: false,
    });
    const before = await buffersInUse();
    for (let n = 1; n <= MESSAGES; n++) {
      socket.write(Buffer.concat([small('hall', n, 1), ballast]));
      await saidTo(heard, 'puback', n);
    }
    expect((await buffersInUse()) - before).toBeLessThan(4 * 1024 * 1024);
  }, 30_000);

  test.each([true, false])(
    'QoS 2 messages of clients that never come back are bounded, clean %s',
    async (clean) => {
      const inbox = await started((message) => setTimeout(() => message.acknowledge(), 5), { sessions: 5 });
      const before = await buffersInUse();
      for (let n = 0; n < 40; n++) {
        const { socket, heard, closed } = await raw(inbox);
        socket.write(generate({ ...CONNECT, clean, clientId: `gone-${n}` }));
        const packets = [1, 2, 3].map((messageId) =>
          generate({
            cmd: 'publish',
            topic: 'x',
            payload: 'x'.repeat(100_000),
            qos: 2,
            messageId,
            retain: false,
            dup: false,
          }),
        );
        await saidTo(heard, 'connack');
        socket.write(Buffer.concat(packets));
        if (n % 2 === 0) await saidTo(heard, 'pubrec', 3);
        socket.destroy();
        await closed;
      }
      await vi.waitFor(() => expect(inbox.clients).toBe(0), WAIT);
      expect((await buffersInUse()) - before).toBeLessThan(4 * 1024 * 1024);
      expect(inbox.refused.get('session_forgotten') ?? 0).toBeGreaterThanOrEqual(clean ? 0 : 10);
    },
    30_000,
  );
});

/** Bytes outside the heap after a collection. */
async function buffersInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
  }
  return process.memoryUsage().arrayBuffers;
}

test('a port that is taken is said with its number', async () => {
  const first = await started(acknowledge);
  const second = createAedesInbox({ clock: createFakeClock(), port: first.port ?? 0 });
  await expect(second.start(acknowledge)).rejects.toMatchObject({
    code: 'EDGE_PORT_IN_USE',
    message: expect.stringContaining(String(first.port)),
  });
  expect(second.connected).toBe(false);
});
