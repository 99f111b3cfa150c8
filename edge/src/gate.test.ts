import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import type { Issued, QuarantineGroupList } from '@keepsite/edge-contract';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openCredentials } from './adapters/sqlite-access/credentials.ts';
import type { RunningEdge } from './compose.ts';
import { isOpenToAll } from './gate.ts';
import { createTestAuthority } from './testing/certificates.ts';
import { createEdgeHome, type EdgeHome } from './testing/whole-edge.ts';
import { waitLonger } from './testing/patience.ts';

waitLonger();

const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: pump-room, zone: tower, kind: sump, name: { en: Pump room, zh: 泵房 } }]
devices:
  - { id: leak-1, family: keepsite, asset: pump-room }
  - { id: leak-2, family: keepsite, asset: pump-room }
`;
const TOKEN = 'a-token-of-sufficient-length';
const WAIT = { timeout: 10_000, interval: 20 } as const;
const topic = (device: string) => `keepsite/park/devices/${device}/reading`;
const WET = JSON.stringify({ metric: 'leak', value: true });

const GUARDED = { KEEPSITE_DEMO: '0', KEEPSITE_API_TOKEN: TOKEN, KEEPSITE_CLOUD_URL: '' };

let home: EdgeHome;
let edge: RunningEdge;
beforeEach(() => {
  home = createEdgeHome(REGISTRY);
});

async function start(settings: Record<string, string> = {}): Promise<void> {
  edge = await home.start({ ...GUARDED, ...settings });
}

async function ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${TOKEN}`, ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(`${edge.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return (await response.json()) as T;
}

const issue = (body: object) => ask<Issued>('POST', '/api/credentials', body);
const revoke = (name: string) => ask('POST', `/api/credentials/${name}/revoke`, {});
const readings = async (device: string) =>
  (await ask<{ items: { value: unknown }[] }>('GET', `/api/readings?device=${device}&from=2020-01-01T00:00:00Z`)).items;
const strangers = async () => (await ask<{ items: { device: string }[] }>('GET', '/api/discovered')).items;

async function connect(clientId: string, shown: IClientOptions): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${edge.mqttPort}`, { clientId, reconnectPeriod: 0, ...shown });
  client.on('error', () => undefined);
  onTestFinished(() => client.endAsync(true));
  return client;
}

const by = ({ credential, secret }: Issued): IClientOptions => ({ username: credential.name, password: secret ?? '' });

describe('an edge outside the demo', () => {
  test('hears a device that shows its credential, and of a rogue sensor nothing at all', async () => {
    await start();
    const first = await issue({ kind: 'device', device: 'leak-1', publish: ['keepsite/park/devices/leak-1/#'] });
    for (const shown of [{}, { username: 'leak-1', password: 'a guess' }, { ...by(first), username: 'leak-2' }])
      await expect(connect('leak-1', shown)).rejects.toMatchObject({ code: 5 });
    await expect(connect('leak-2', by(first))).rejects.toMatchObject({ code: 2 });
    expect([await readings('leak-1'), await strangers()]).toEqual([[], []]);
    const device = await connect('leak-1', by(first));
    await device.publishAsync(topic('leak-1'), WET, { qos: 1 });
    await device.publishAsync(topic('leak-2'), WET, { qos: 1 });
    await device.publishAsync('anything/else', WET, { qos: 1 });
    expect(await readings('leak-1')).toMatchObject([{ value: true }]);
    expect([await readings('leak-2'), await strangers()]).toEqual([[], []]);
    // The broker tells what it refused a moment later.
    await vi.waitFor(async () => {
      expect(await ask('GET', '/api/credentials')).toMatchObject({
        items: [{ name: 'leak-1', denied: { count: 2, topic: 'anything/else' } }],
      });
      const metrics = await (
        await fetch(`${edge.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
      ).text();
      expect(metrics).toMatch(/broker_refused_total\{reason="not_authorized"\} 3/);
      expect(metrics).toMatch(/broker_refused_total\{reason="publish_not_granted"\} 2/);
    }, WAIT);
  });

  test('a credential of one device speaks for no other, whatever its topics: the word is kept and counts for nothing', async () => {
    await start();
    const first = await issue({ kind: 'device', device: 'leak-1', publish: ['keepsite/park/devices/#'] });
    const device = await connect('leak-1', by(first));
    await device.publishAsync(topic('leak-2'), WET, { qos: 1 });
    await device.publishAsync(topic('leak-3'), WET, { qos: 1 });
    expect([await readings('leak-2'), (await strangers()).map((it) => it.device)]).toEqual([[], ['leak-3']]);
    const { items } = await ask<QuarantineGroupList>('GET', '/api/quarantine/groups');
    expect(items).toMatchObject([
      { device: 'leak-2', count: 1, reason: expect.stringContaining('speaks for no other') },
    ]);
    expect(await ask('GET', '/api/incidents?state=all')).toMatchObject({ items: [] });
  });

  test('a newcomer with the site’s credential is kept until it is adopted, and then needs one of its own', async () => {
    await start();
    const site = await issue({ kind: 'onboarding', name: 'site' });
    const newcomer = await connect('a-new-float', by(site));
    await newcomer.publishAsync(topic('leak-9'), WET, { qos: 1 });
    await newcomer.publishAsync(topic('leak-1'), WET, { qos: 1 });
    expect([(await strangers()).map((it) => it.device), await readings('leak-1')]).toEqual([['leak-9'], []]);
    await ask('POST', '/api/discovered/adopt', { device: 'leak-9', name: 'Float', asset: 'pump-room' });
    expect(await readings('leak-9')).toMatchObject([{ value: true }]);
    await newcomer.publishAsync(topic('leak-9'), WET, { qos: 1 });
    expect(await readings('leak-9')).toHaveLength(1);
    const { items } = await ask<QuarantineGroupList>('GET', '/api/quarantine/groups');
    expect(items.map(({ device, reason }) => [device, reason])).toEqual(
      expect.arrayContaining([['leak-9', expect.stringContaining('issue one of its own')]]),
    );
    const own = await issue({ kind: 'device', device: 'leak-9' });
    expect(own.credential.publish).toEqual(['keepsite/park/devices/leak-9/#']);
    const device = await connect('leak-9', by(own));
    await device.publishAsync(topic('leak-9'), WET, { qos: 1 });
    expect(await readings('leak-9')).toHaveLength(2);
  });

  test('revoking cuts a live device off, over HTTP at once and by another process’s hand soon', async () => {
    await start();
    for (const [name, hand] of [
      ['leak-1', () => revoke('leak-1')],
      ['leak-2', () => revokeOnFile('leak-2')],
    ] as const) {
      const issued = await issue({ kind: 'device', device: name, publish: [topic(name)] });
      const device = await connect(name, by(issued));
      let isClosed = false;
      device.on('close', () => (isClosed = true));
      await hand();
      await vi.waitFor(() => expect(isClosed).toBe(true), WAIT);
      await expect(connect(name, by(issued))).rejects.toMatchObject({ code: 5 });
    }
  });

  /** As the command does it where it has no token to show. */
  function revokeOnFile(name: string): void {
    const store = openCredentials(home.file('access.sqlite'));
    store.revoke(name, Date.now());
    store.close();
  }

  test('a restart keeps credentials, and who was seen when', async () => {
    await start();
    const issued = await issue({ kind: 'gateway', name: 'z2m', publish: ['zigbee2mqtt/#'] });
    await connect('z2m-2', by(issued));
    await edge.stop();
    await start();
    expect(await ask('GET', '/api/credentials')).toMatchObject({
      items: [{ name: 'z2m', kind: 'gateway', lastSeenAt: expect.any(String), revokedAt: null }],
    });
    await connect('z2m', by(issued));
  });

  test('opens a door behind TLS, where a certificate is a credential', async () => {
    const authority = await createTestAuthority();
    const [broker, leak] = [await authority.issue('edge'), await authority.issue('leak-1')];
    const files = { cert: broker.cert, key: broker.key, ca: authority.ca };
    for (const [name, text] of Object.entries(files)) home.write(`${name}.pem`, text);
    await start({
      KEEPSITE_EDGE_MQTTS_PORT: '0',
      KEEPSITE_EDGE_MQTTS_CERT: home.file('cert.pem'),
      KEEPSITE_EDGE_MQTTS_KEY: home.file('key.pem'),
      KEEPSITE_EDGE_MQTTS_CLIENT_CA: home.file('ca.pem'),
    });
    await issue({ kind: 'device', device: 'leak-1', publish: [topic('leak-1')], certificate: leak.cert });
    const options = { clientId: 'leak-1', reconnectPeriod: 0, ca: authority.ca, cert: leak.cert, key: leak.key };
    const device = await connectAsync(`mqtts://127.0.0.1:${edge.mqttsPort}`, options);
    onTestFinished(() => device.endAsync(true));
    await device.publishAsync(topic('leak-1'), WET, { qos: 1 });
    expect(await readings('leak-1')).toHaveLength(1);
  });

  test('a renewed certificate counts for whoever connects from then on, and who is connected stays; a bad one changes nothing and is said', async () => {
    const authority = await createTestAuthority();
    const [first, second] = [await authority.issue('edge'), await authority.issue('edge')];
    const leak = await authority.issue('leak-1');
    const put = (cert: string, key: string) => (home.write('cert.pem', cert), home.write('key.pem', key));
    put(first.cert, first.key);
    await start({
      KEEPSITE_EDGE_MQTTS_PORT: '0',
      KEEPSITE_EDGE_MQTTS_CERT: home.file('cert.pem'),
      KEEPSITE_EDGE_MQTTS_KEY: home.file('key.pem'),
    });
    await issue({ kind: 'device', device: 'leak-1', publish: [topic('leak-1')], certificate: leak.cert });
    const options = { clientId: 'leak-1', reconnectPeriod: 0, ca: authority.ca, cert: leak.cert, key: leak.key };
    const device = await connectAsync(`mqtts://127.0.0.1:${edge.mqttsPort}`, options);
    onTestFinished(() => device.endAsync(true));
    const shown = () => certificateShown(edge.mqttsPort ?? 0, authority.ca);
    const trouble = async () =>
      (await ask<{ degraded: Record<string, string | null> }>('GET', '/readyz')).degraded['certificate'];
    expect(await shown()).toBe(first.fingerprint);

    for (const [cert, key] of [
      [second.cert, first.key],
      ['no certificate', second.key],
    ] as const) {
      put(cert, key);
      edge.reloadCertificates();
      expect(await trouble()).toMatch(/cannot be used.*goes on/);
      expect(await shown()).toBe(first.fingerprint);
    }
    put(second.cert, second.key);
    edge.reloadCertificates();
    await vi.waitFor(async () => expect(await shown()).toBe(second.fingerprint), WAIT);
    expect(await trouble()).toBeNull();

    await device.publishAsync(topic('leak-1'), WET, { qos: 1 });
    expect(await readings('leak-1')).toHaveLength(1);
    await revoke('leak-1');
    await vi.waitFor(() => expect(device.connected).toBe(false), WAIT);
  });

  test('lets everybody in where the installer says so, and denies a filter to all', async () => {
    await start({ KEEPSITE_MQTT_ANONYMOUS: '1', KEEPSITE_EDGE_MQTT_DENY_SUBSCRIBE: 'test/nosubscribe, hidden/#' });
    const device = await connect('whoever', {});
    await device.publishAsync(topic('leak-1'), WET, { qos: 1 });
    expect(await readings('leak-1')).toHaveLength(1);
    await expect(device.subscribeAsync('test/nosubscribe')).rejects.toThrow();
    expect(await device.subscribeAsync('test/other')).toMatchObject([{ qos: 0 }]);
  });
});

/** The fingerprint of the certificate that a door shows to a newcomer. */
async function certificateShown(port: number, ca: string): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port, ca });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

test('knows when anybody on the network may speak as any device', () => {
  const open = { KEEPSITE_MQTT_ANONYMOUS: '1', KEEPSITE_EDGE_MQTT_HOST: '0.0.0.0' };
  const cases: [Record<string, string>, boolean][] = [
    [open, true],
    [{ ...open, KEEPSITE_MQTT_ANONYMOUS: '0' }, false],
    [{ ...open, KEEPSITE_EDGE_MQTT_HOST: '127.0.0.1' }, false],
    [{ ...open, KEEPSITE_MQTT_URL: 'mqtt://127.0.0.1:1' }, false],
  ];
  for (const [settings, isSaid] of cases) {
    expect(isOpenToAll(home.config({ ...GUARDED, ...settings }).mqtt), JSON.stringify(settings)).toBe(isSaid);
  }
});
