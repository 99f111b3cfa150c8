import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { connect, connectAsync, type IClientOptions } from 'mqtt';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTestAuthority, type TestAuthority, type TestCertificate } from '../../testing/certificates.ts';
import { closing, credential, type CredentialedBroker, startCredentialed } from '../../testing/credentialed-broker.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { type AedesInbox, type AedesInboxOptions, createAedesInbox } from '../aedes-inbox.ts';

const WAIT = { timeout: 10_000, interval: 5 } as const;
let ours: TestAuthority;
let broker: TestCertificate;
let meter: TestCertificate;
let stranger: TestCertificate;
let expired: TestCertificate;
let foreign: TestCertificate;

beforeAll(async () => {
  ours = await createTestAuthority();
  [broker, meter, stranger, expired] = await Promise.all([
    ours.issue('broker'),
    ours.issue('meter-7'),
    ours.issue('stranger'),
    ours.issue('expired', -1),
  ]);
  foreign = await (await createTestAuthority('Another authority')).issue('foreign');
});

/** A broker behind TLS that knows three certificates and one secret. */
function start(clientCa: string | null, limits: AedesInboxOptions['limits'] = {}): Promise<CredentialedBroker> {
  const known = Object.entries({ 'meter-7': meter, expired, foreign }).map(([name, { fingerprint }]) =>
    credential(name, { digest: null, fingerprint }),
  );
  const tls = { host: '127.0.0.1', port: 0, certificate: broker.cert, key: broker.key, clientCa };
  return startCredentialed([...known, credential('by-secret')], { clock: createFakeClock(Date.now()), tls, limits });
}

/** Says something in its own name; `code` is the CONNACK's, or that of a failed handshake. */
async function say(inbox: AedesInbox, name: string, shown: IClientOptions): Promise<string> {
  const options = { clientId: name, protocolVersion: 4, reconnectPeriod: 0, ca: ours.ca, ...shown } as const;
  const client = connect(`mqtts://127.0.0.1:${inbox.tlsPort}`, options);
  onTestFinished(() => client.endAsync(true));
  // With TLS 1.3 a client learns only afterwards, and by nothing but the end, that it is not wanted.
  const end = await new Promise<string>((resolve) => {
    client.once('connect', () => resolve('connected'));
    client.once('close', () => resolve('no handshake'));
    client.on('error', (error) => {
      const { code } = error as { code?: number | string };
      if (typeof code === 'number') resolve(`refused ${code}`);
    });
  });
  if (end !== 'connected') return end;
  await client.publishAsync(`plant/${name}/x`, '1', { qos: 1 });
  return 'heard';
}

describe('the door behind TLS', () => {
  test('a certificate is an identity: it is known by its fingerprint, whoever signed it', async () => {
    const { inbox, heard } = await start(null);
    expect(await say(inbox, 'meter-7', meter)).toBe('heard');
    expect(await say(inbox, 'foreign', foreign)).toBe('heard');
    expect(await say(inbox, 'stranger', stranger)).toBe('refused 5');
    expect(await say(inbox, 'by-secret', meter)).toBe('refused 2');
    expect(heard.map(({ client, topic }) => `${client} ${topic}`)).toEqual([
      'meter-7 plant/meter-7/x',
      'foreign plant/foreign/x',
    ]);
    expect([...inbox.refused]).toEqual([
      ['not_authorized', 1],
      ['client_id', 1],
    ]);
  });

  test('a secret counts there too, with a certificate of nobody beside it or without any', async () => {
    const { inbox } = await start(null);
    const secret = { username: 'by-secret', password: 'secret of by-secret' };
    expect(await say(inbox, 'by-secret', secret)).toBe('heard');
    expect(await say(inbox, 'by-secret', { ...secret, ...stranger })).toBe('heard');
    expect(await say(inbox, 'by-secret', { ...secret, password: 'a guess' })).toBe('refused 5');
  });

  test('a certificate that has expired is refused, known or not', async () => {
    const { inbox, heard } = await start(null);
    expect(await say(inbox, 'expired', expired)).toBe('refused 5');
    expect(inbox.refused.get('certificate_expired')).toBe(1);
    expect(heard).toEqual([]);
  });

  test('with authorities of one’s own nobody else gets through the handshake, and is counted', async () => {
    const { inbox, heard } = await start(ours.ca);
    expect(await say(inbox, 'meter-7', meter)).toBe('heard');
    for (const shown of [foreign, expired, {}]) expect(await say(inbox, 'foreign', shown)).toBe('no handshake');
    expect(await say(inbox, 'stranger', stranger)).toBe('refused 5');
    expect(heard).toHaveLength(1);
    await vi.waitFor(() => expect(inbox.refused.get('tls_failed')).toBe(3), WAIT);
  });

  test('a certificate that was revoked here is cut off and stays out', async () => {
    const { inbox, change } = await start(ours.ca);
    const options = { clientId: 'meter-7', protocolVersion: 4, reconnectPeriod: 0, ca: ours.ca, ...meter } as const;
    const client = await connectAsync(`mqtts://127.0.0.1:${inbox.tlsPort}`, options);
    client.on('error', () => undefined);
    const closed = closing(client);
    await change((list) => list.map((it) => ({ ...it, revokedAt: 9 })));
    await closed;
    expect(await say(inbox, 'meter-7', meter)).toBe('refused 5');
  });

  test('speaks TLS 1.2 and 1.3, nothing older, and no plain MQTT', async () => {
    const { inbox } = await start(null);
    expect(await say(inbox, 'meter-7', { ...meter, maxVersion: 'TLSv1.2' } as IClientOptions)).toBe('heard');
    const port = inbox.tlsPort ?? 0;
    const old = connectTls({
      host: '127.0.0.1',
      port,
      ca: ours.ca,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    await expect(once(old, 'secureConnect')).rejects.toThrow();
    const plain = connectSocket({ host: '127.0.0.1', port });
    plain.on('error', () => undefined).resume();
    plain.write(Uint8Array.of(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 0));
    await once(plain, 'close');
    await vi.waitFor(() => expect(inbox.refused.get('tls_failed')).toBeGreaterThanOrEqual(1), WAIT);
    expect(inbox.clients).toBeLessThanOrEqual(1);
  });

  test('the bounds of a connection stand before the handshake and behind it', async () => {
    const { inbox } = await start(null, { connectionsPerAddress: 1 });
    const first = connectTls({ host: '127.0.0.1', port: inbox.tlsPort ?? 0, ca: ours.ca });
    first.on('error', () => undefined).resume();
    await once(first, 'secureConnect');
    const second = connectSocket({ host: '127.0.0.1', port: inbox.tlsPort ?? 0 });
    second.on('error', () => undefined).resume();
    await once(second, 'close');
    expect(inbox.refused.get('too_many_connections')).toBe(1);
    const closed = once(first, 'close');
    first.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f));
    await closed;
    expect(inbox.refused.get('connect_too_large')).toBe(1);
  });

  test('what is no certificate or not its key is said, and no door is open', async () => {
    for (const wrong of [{ certificate: 'PEM' }, { key: meter.key }, { clientCa: 'PEM' }]) {
      const tls = { host: '127.0.0.1', port: 0, certificate: broker.cert, key: broker.key, clientCa: null, ...wrong };
      const inbox = createAedesInbox({ clock: createFakeClock(), port: 0, tls });
      await expect(inbox.start(() => undefined)).rejects.toMatchObject({ code: 'EDGE_CONFIG_INVALID' });
      expect([inbox.connected, inbox.port]).toEqual([false, null]);
    }
  });

  test('a port that is taken is said with the setting that changes it, and the other door is closed again', async () => {
    const { inbox } = await start(null);
    const tls = {
      host: '127.0.0.1',
      port: inbox.tlsPort ?? 0,
      certificate: broker.cert,
      key: broker.key,
      clientCa: null,
    };
    const second = createAedesInbox({ clock: createFakeClock(), port: 0, tls });
    await expect(second.start(() => undefined)).rejects.toMatchObject({
      code: 'EDGE_PORT_IN_USE',
      message: expect.stringContaining('KEEPSITE_EDGE_MQTTS_PORT'),
    });
    expect([second.connected, second.port, second.tlsPort]).toEqual([false, null, null]);
  });
});
