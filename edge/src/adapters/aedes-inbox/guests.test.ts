import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import type { IClientOptions } from 'mqtt';
import { generate, type Packet, parser } from 'mqtt-packet';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Credential } from '../../access/credentials.ts';
import type { Doorkeeper } from '../../access/identity.ts';
import {
  answerTo,
  closing,
  connectAs,
  credential,
  gateway,
  granted,
  startCredentialed,
} from '../../testing/credentialed-broker.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import type { InboxMessage } from '../../ports.ts';
import { createAedesInbox } from '../aedes-inbox.ts';

const WAIT = { timeout: 10_000, interval: 5 } as const;
const NOTHING = { username: undefined, password: undefined } as unknown as IClientOptions;
const topicsOf = (heard: readonly InboxMessage[]) => heard.map(({ topic }) => topic);

describe('who comes in', () => {
  test('a rogue sensor is refused and nothing of it is handed over: no secret, a guess, a borrowed one', async () => {
    const { inbox, heard } = await startCredentialed([credential('meter-7'), credential('meter-8')]);
    expect(await answerTo(inbox, 'meter-7', NOTHING)).toBe(5);
    expect(await answerTo(inbox, 'meter-7', { password: 'a guess' })).toBe(5);
    expect(await answerTo(inbox, 'nobody')).toBe(5);
    expect(await answerTo(inbox, 'meter-7', { username: 'meter-8', password: 'secret of meter-8' })).toBe(2);
    // Whoever publishes without waiting for the answer is not heard either.
    const socket = connectSocket({ host: '127.0.0.1', port: inbox.port ?? 0 });
    const connect = {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'meter-7',
      clean: true,
    } as const;
    const publish = {
      cmd: 'publish',
      topic: 'plant/meter-7/x',
      payload: '1',
      qos: 0,
      retain: true,
      dup: false,
    } as const;
    socket.resume().write(Buffer.concat([generate(connect), generate(publish)]));
    await once(socket, 'close');
    expect(heard).toEqual([]);
    expect([...inbox.refused]).toEqual([
      ['not_authorized', 4],
      ['client_id', 1],
    ]);
    expect(inbox.clients).toBe(0);
  });

  test('revoked, unknown and wrong look the same on the wire, byte for byte', async () => {
    const { inbox } = await startCredentialed([credential('meter-7'), credential('gone', { revokedAt: 5 })]);
    const said = async (username: string, password: string) => {
      const socket = connectSocket({ host: '127.0.0.1', port: inbox.port ?? 0 });
      const bytes: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => bytes.push(chunk));
      const closed = once(socket, 'close');
      const connect = {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: username,
        clean: true,
      } as const;
      socket.write(generate({ ...connect, username, password: Buffer.from(password) }));
      await closed;
      return Buffer.concat(bytes).toString('hex');
    };
    for (const [username, password] of [
      ['gone', 'secret of gone'],
      ['nobody', 'x'],
      ['meter-7', 'x'],
      ['__proto__', 'secret of __proto__'],
      ['constructor', ''],
    ] as const)
      expect(await said(username, password), username).toBe('20020005');
  });

  test('names of the language are names like any other: as client, as user, as topic', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const { inbox, heard } = await startCredentialed(names.map((name) => credential(name)));
    for (const name of names) {
      const device = await connectAs(inbox, name);
      expect(await granted(device, `plant/${name}/#`)).toBe(1);
      await device.publishAsync(`plant/${name}/__proto__`, '1', { qos: 1, retain: true });
      await device.publishAsync('__proto__', '1', { qos: 1 });
    }
    expect(topicsOf(heard)).toEqual(names.map((name) => `plant/${name}/__proto__`));
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  test('who connects as another is refused, and the other stays as it was', async () => {
    const { inbox, heard } = await startCredentialed([credential('meter-7'), credential('meter-8')]);
    const device = await connectAs(inbox, 'meter-7');
    const closed = vi.fn();
    device.on('close', closed);
    for (const shown of [{ username: 'meter-8', password: 'secret of meter-8' }, { password: 'a guess' }, NOTHING])
      expect(await answerTo(inbox, 'meter-7', shown)).not.toBe(0);
    await device.publishAsync('plant/meter-7/x', 'still here', { qos: 1 });
    expect(topicsOf(heard)).toEqual(['plant/meter-7/x']);
    expect(closed).not.toHaveBeenCalled();
    const again = await connectAs(inbox, 'meter-7');
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), WAIT);
    await again.publishAsync('plant/meter-7/x', 'its own second connection', { qos: 1 });
  });

  test('a refused namesake does not touch the session: a QoS 2 message that is repeated stays one', async () => {
    const { inbox, heard } = await startCredentialed([credential('meter-7')]);
    const shown = { username: 'meter-7', password: Buffer.from('secret of meter-7') };
    const connect = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'meter-7' } as const;
    const publish = {
      cmd: 'publish',
      topic: 'plant/meter-7/x',
      payload: '1',
      qos: 2,
      messageId: 9,
      retain: false,
    } as const;
    for (const dup of [false, true]) {
      const socket = connectSocket({ host: '127.0.0.1', port: inbox.port ?? 0 });
      const said: Packet[] = [];
      const reader = parser().on('packet', (packet) => said.push(packet));
      socket.on('data', (bytes: Buffer) => reader.parse(bytes));
      const saw = (cmd: string) => vi.waitFor(() => expect(said.map((it) => it.cmd as string)).toContain(cmd), WAIT);
      socket.write(generate({ ...connect, ...shown, clean: false }));
      await saw('connack');
      socket.write(generate({ ...publish, dup }));
      await saw('pubrec');
      socket.destroy();
      expect(await answerTo(inbox, 'meter-7', { ...NOTHING, clean: true })).toBe(5);
    }
    expect(heard).toHaveLength(1);
  });

  test('an id in use is taken over by the same somebody alone, and by whose id it is', async () => {
    const roamer = credential('roamer', { clientId: null });
    const { inbox, change } = await startCredentialed([roamer, gateway('wanderer', { clientId: null })]);
    const first = await connectAs(inbox, 'roamer', { clientId: 'panel' });
    expect(await answerTo(inbox, 'wanderer', { clientId: 'panel' })).toBe(2);
    const closed = closing(first);
    expect(await answerTo(inbox, 'roamer', { clientId: 'panel' })).toBe(0);
    await closed;
    await change((list) => [...list, credential('panel')]);
    expect(await answerTo(inbox, 'panel')).toBe(0);
  });

  test('who gets a client id that another had before gets nothing of the other’s session', async () => {
    const wanderer = gateway('wanderer', { clientId: null });
    const { inbox, heard, change } = await startCredentialed([wanderer]);
    const connect = {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'meter-7',
      clean: false,
    } as const;
    const publish = {
      cmd: 'publish',
      topic: 'plant/meter-7/x',
      qos: 2,
      messageId: 9,
      retain: false,
      dup: false,
    } as const;
    for (const username of ['wanderer', 'meter-7']) {
      const socket = connectSocket({ host: '127.0.0.1', port: inbox.port ?? 0 });
      const said: Packet[] = [];
      const reader = parser().on('packet', (packet) => said.push(packet));
      socket.on('data', (bytes: Buffer) => reader.parse(bytes));
      const saw = (cmd: string) => vi.waitFor(() => expect(said.map((it) => it.cmd as string)).toContain(cmd), WAIT);
      socket.write(generate({ ...connect, username, password: Buffer.from(`secret of ${username}`) }));
      await saw('connack');
      socket.write(generate({ ...publish, payload: username }));
      await saw('pubrec');
      socket.destroy();
      if (username === 'wanderer') await change((list) => [...list, credential('meter-7')]);
    }
    expect(heard.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['wanderer', 'meter-7']);
  });

  test('a doorkeeper that breaks lets nobody in and ends nothing', async () => {
    const broken: Doorkeeper = {
      admit: () => {
        throw new Error('broken on purpose');
      },
      isGiven: () => false,
      denied: () => undefined,
      ownerOf: () => null,
      version: 1,
    };
    const inbox = createAedesInbox({ clock: createFakeClock(), port: 0, doorkeeper: broken });
    onTestFinished(() => inbox.stop());
    await inbox.start((message) => message.acknowledge());
    expect(await answerTo(inbox, 'meter-7')).toBe(5);
    expect([...inbox.refused]).toEqual([['broker_failed', 1]]);
  });
});

const revoke = (name: string) => (list: readonly Credential[]) =>
  list.map((it) => (it.name === name ? { ...it, revokedAt: 9 } : it));

describe('revocation', () => {
  test('cuts the connection without its last will, and leaves nothing of it: no session, nothing retained', async () => {
    const { inbox, heard, change } = await startCredentialed([
      credential('meter-7', { publish: ['hall/#'], subscribe: ['hall/#'] }),
      gateway('panel'),
    ]);
    const will = { topic: 'hall/lwt', payload: Buffer.from('gone'), qos: 1, retain: true } as const;
    const device = await connectAs(inbox, 'meter-7', { clean: false, will });
    await device.subscribeAsync('hall/orders', { qos: 1 });
    await device.publishAsync('hall/state', 'kept', { qos: 1, retain: true });
    const panel = await connectAs(inbox, 'panel');
    await panel.publishAsync('hall/of-the-panel', 'kept', { qos: 1, retain: true });
    const closed = closing(device);
    await change(revoke('meter-7'));
    await closed;
    expect(await answerTo(inbox, 'meter-7')).toBe(5);
    await panel.publishAsync('hall/orders', 'for whoever waits', { qos: 1 });
    expect(topicsOf(heard)).not.toContain('hall/lwt');
    const kept: string[] = [];
    panel.on('message', (topic) => kept.push(topic));
    await panel.subscribeAsync('hall/#', { qos: 1 });
    await panel.publishAsync('hall/last', 'x', { qos: 1 });
    await vi.waitFor(() => expect(kept).toEqual(['hall/of-the-panel', 'hall/last']), WAIT);
    // Issued again, it finds no session of the one before.
    await change((list) => [...list.filter(({ name }) => name !== 'meter-7'), credential('meter-7', { issuedAt: 10 })]);
    const missed: string[] = [];
    const again = await connectAs(inbox, 'meter-7', { clean: false, onMessage: (topic) => missed.push(topic) });
    await again.subscribeAsync('plant/meter-7/x', { qos: 1 });
    await again.publishAsync('plant/meter-7/x', 'its own', { qos: 1 });
    await vi.waitFor(() => expect(missed).toEqual(['plant/meter-7/x']), WAIT);
  });

  test('an absent client’s session goes too, and another’s stays', async () => {
    const { inbox, change } = await startCredentialed([gateway('one'), gateway('two'), gateway('source')]);
    for (const name of ['one', 'two']) {
      const panel = await connectAs(inbox, name, { clean: false });
      await panel.subscribeAsync('hall', { qos: 1 });
      await panel.endAsync();
    }
    await change(revoke('one'));
    await change((list) => list.map((it) => (it.name === 'one' ? { ...it, revokedAt: null, issuedAt: 7 } : it)));
    await (await connectAs(inbox, 'source')).publishAsync('hall', 'x', { qos: 1 });
    const present = async (name: string) => {
      const socket = connectSocket({ host: '127.0.0.1', port: inbox.port ?? 0 });
      const connect = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: name, clean: false } as const;
      socket.write(generate({ ...connect, username: name, password: Buffer.from(`secret of ${name}`) }));
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return bytes[2];
    };
    expect([await present('one'), await present('two')]).toEqual([0, 1]);
  });
});
