import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import type {
  Adopted,
  DiscoveredList,
  ErrorBody,
  Heartbeat,
  MappingPreview,
  Places,
  QuarantineGroupList,
  Registry,
  SavedMapping,
} from '@keepsite/edge-contract';
import type { MqttClient } from 'mqtt';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { RunningEdge } from '../compose.ts';
import { startCloudStandIn } from '../testing/cloud-stand-in.ts';
import { connectMqtt } from '../testing/mqtt-device.ts';
import { createEdgeHome, type EdgeHome } from '../testing/whole-edge.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

const REGISTRY = `
# Written by hand: stays as it is.
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 }, clients: [{ client: north }] }]
assets:
  - { id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }
  - { id: pump-room, zone: tower, kind: sump, name: { en: Pump room, zh: 泵房 } }
devices: [{ id: monitor-3, family: keepsite, asset: lift-3 }]
`;
const MAPPING = `
family: acme-sump
topic: plant/{device}/data
readings:
  - { path: level, metric: water_level_m, unit: cm }
  - { path: wet, metric: leak }
`;

let home: EdgeHome;
let edge: RunningEdge;
let mqtt: MqttClient;

beforeEach(async () => {
  home = createEdgeHome(REGISTRY);
  await start();
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  edge = await home.start(settings);
  const client = await connectMqtt(edge.mqttPort ?? 0);
  onTestFinished(() => client.endAsync(true));
  mqtt = client;
}

async function stop(): Promise<void> {
  await mqtt.endAsync(true);
  await edge.stop();
}

/** Acknowledged is on disk: nothing has to be waited for. */
async function say(topic: string, body: object | string): Promise<void> {
  await mqtt.publishAsync(topic, typeof body === 'string' ? body : JSON.stringify(body), { qos: 1 });
}

async function get<T>(path: string): Promise<T> {
  return (await fetch(`${edge.url}${path}`)).json() as Promise<T>;
}

async function send<T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<T & Partial<ErrorBody>> {
  const sent = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${edge.url}${path}`, { method, ...sent });
  return { status: response.status, ...((await response.json()) as T) };
}

/** The newest heartbeat, as a page gets it when it begins to listen. */
async function firstHeartbeat(): Promise<Heartbeat> {
  const { body } = await fetch(`${edge.url}/api/events`);
  const decoder = new TextDecoder();
  let heard = '';
  for await (const bytes of body as ReadableStream<Uint8Array>) {
    heard += decoder.decode(bytes, { stream: true });
    const [, beat] = /event: heartbeat\ndata: (.*)\n/.exec(heard) ?? [];
    if (beat !== undefined) return JSON.parse(beat) as Heartbeat;
  }
  throw new Error('the stream ended without a heartbeat');
}

async function readings(
  device: string,
): Promise<{ metric: string; value: unknown; historical: boolean; receivedAt: string }[]> {
  return (await get<{ items: never[] }>(`/api/readings?device=${device}&from=2020-01-01T00:00:00Z`)).items;
}

const discovered = async (device = '') =>
  (await get<DiscoveredList>(`/api/discovered${device && `?device=${encodeURIComponent(device)}`}`)).items;
const adopt = (body: object) =>
  send<Adopted>('POST', '/api/discovered/adopt', { name: 'New', asset: 'pump-room', ...body });

describe('a device that no dialect knows', () => {
  test('is heard, described, adopted and read while the edge runs, and nothing that it said before is lost', async () => {
    await say('plant/sump-3/data', { level: 40, wet: true });
    await say('plant/sump-3/data', { level: 41, wet: true });
    const [unknown] = await discovered();
    expect(unknown).toMatchObject({
      device: 'plant/sump-3/data',
      family: null,
      messages: 2,
      kept: 2,
      reason: expect.stringContaining('recognises'),
      samples: [{ topic: 'plant/sump-3/data', text: '{"level":41,"wet":true}', retain: false, size: 23 }, {}],
    });
    expect(await adopt({ device: 'plant/sump-3/data' })).toMatchObject({
      status: 422,
      error: { code: 'ADOPTION_REFUSED', message: expect.stringContaining('write a mapping') },
    });

    const draft = { yaml: MAPPING, device: 'plant/sump-3/data' };
    const wrong = { ...draft, yaml: MAPPING.replace('water_level_m', 'water level') };
    expect(await send('POST', '/api/mappings/preview', wrong)).toMatchObject({
      ok: false,
      errors: [{ line: 5, message: expect.stringContaining('metric') }],
    });
    const preview = await send<MappingPreview>('POST', '/api/mappings/preview', draft);
    expect(preview.messages.map(({ family, lines }) => [family, lines.length])).toEqual([
      ['acme-sump', 2],
      ['acme-sump', 2],
    ]);
    expect(preview.messages[0]?.lines[0]).toMatchObject({ device: 'sump-3', metric: 'water_level_m', value: 0.41 });

    expect(await send('PUT', '/api/mappings/acme', { yaml: wrong.yaml })).toMatchObject({
      status: 422,
      error: { code: 'MAPPING_INVALID', details: [{ line: 5, column: expect.any(Number) }] },
    });
    expect(await get('/api/mappings')).toEqual({ items: [], next: null });
    const saved = await send<SavedMapping>('PUT', '/api/mappings/acme', { yaml: MAPPING });
    expect(saved).toMatchObject({ status: 200, name: 'acme', family: 'acme-sump', devices: ['sump-3'] });
    expect(
      (await discovered()).map(({ device, family, kept, points }) => [device, family, kept, points.length]),
    ).toEqual([['sump-3', 'acme-sump', 2, 2]]);

    const before = await discovered('sump-3');
    const asset = { id: 'sump-east', kind: 'sump', name: { en: 'East sump', zh: '东集水井' }, zone: 'tower' };
    const answer = await adopt({ device: 'sump-3', name: 'Float in the east', asset });
    expect(answer).toMatchObject({
      status: 200,
      device: { id: 'sump-3', family: 'acme-sump', asset: 'sump-east', name: 'Float in the east' },
      retried: { tried: 2, decoded: 2, stillRejected: 0, readings: 4 },
    });
    expect(await discovered()).toEqual([]);
    const past = await readings('sump-3');
    expect(past.map(({ metric, value, historical }) => [metric, value, historical]).toSorted()).toEqual([
      ['leak', true, true],
      ['leak', true, true],
      ['water_level_m', 0.4, true],
      ['water_level_m', 0.41, true],
    ]);
    expect(past.map(({ receivedAt }) => receivedAt)).toContain(before[0]?.samples[1]?.at);

    await say('plant/sump-3/data', { level: 42, wet: false });
    expect((await readings('sump-3')).filter(({ historical }) => !historical)).toHaveLength(2);
    expect(await get('/api/incidents?state=all')).toMatchObject({ items: [] });

    await stop();
    await start();
    await say('plant/sump-3/data', { level: 43, wet: false });
    expect((await readings('sump-3')).filter(({ historical }) => !historical)).toHaveLength(4);
    const registry = await get<Registry>('/api/registry');
    expect(registry.assets.map(({ id }) => id)).toEqual(['lift-3', 'pump-room', 'sump-east']);
    expect(readFileSync(home.file('registry.yaml'), 'utf8')).toBe(REGISTRY);
  });

  test('may speak a dialect on a topic of its own: the dialect is named, and its topic is read by force', async () => {
    const topic = 'my house/cellar';
    await say(topic, '"hello"');
    await say(topic, { temperature: 20.5 });
    expect((await discovered())[0]).toMatchObject({ device: topic, family: null });
    expect(await adopt({ device: topic, family: 'tasmota' })).toMatchObject({
      error: { code: 'ADOPTION_REFUSED', message: expect.stringContaining('name no device') },
    });
    expect(await adopt({ device: topic, family: 'milesight' })).toMatchObject({
      device: { id: 'cellar', family: 'milesight', topics: [topic] },
      retried: { tried: 2, readings: 1 },
    });
    await say(topic, { temperature: 21 });
    expect((await readings('cellar')).map(({ value, historical }) => [value, historical])).toEqual([
      [20.5, true],
      [21, false],
    ]);
    expect(await discovered()).toEqual([]);
  });

  test('is described anew until it fits: what was kept is read by the newest mapping', async () => {
    await say('plant/sump-3/data', { level: 40, wet: true });
    await send('PUT', '/api/mappings/acme', { yaml: MAPPING.replace('unit: cm', 'unit: mm') });
    expect((await discovered('sump-3'))[0]?.points[0]).toMatchObject({ value: 0.04 });
    await send('PUT', '/api/mappings/acme', { yaml: MAPPING });
    expect((await discovered('sump-3'))[0]?.points[0]).toMatchObject({ value: 0.4 });
    const renamed = MAPPING.replace('readings:', 'device: "sump-{device}"\nreadings:');
    expect(await send('PUT', '/api/mappings/acme', { yaml: renamed })).toMatchObject({ devices: ['sump-sump-3'] });
    expect((await discovered()).map(({ device, kept }) => [device, kept])).toEqual([['sump-sump-3', 1]]);
  });
});

describe('a device whose dialect is known', () => {
  const topic = 'keepsite/park/devices/leak-9/reading';

  test('shows what it says, is adopted, moved and released, and each takes effect at once', async () => {
    await say(topic, { metric: 'leak', value: true });
    await say('keepsite/park/devices/leak-9/fault', { fault: 'leak', state: 'raised' });
    await say('keepsite/park/devices/leak-9/availability', { online: true });
    expect(await discovered()).toMatchObject([
      {
        device: 'leak-9',
        family: 'keepsite',
        online: true,
        messages: 3,
        kept: 3,
        reason: null,
        points: [{ metric: 'leak', value: true, quality: 'good' }],
        faults: [{ fault: 'leak', state: 'raised' }],
      },
    ]);
    expect(await get('/api/quarantine')).toMatchObject({ total: 0 });
    expect(await get('/api/devices')).toMatchObject({
      items: [{ device: 'leak-9', asset: null }, { device: 'monitor-3' }],
    });

    expect(await adopt({ device: 'leak-9' })).toMatchObject({ retried: { tried: 3, decoded: 3, readings: 1 } });
    expect(await adopt({ device: 'leak-9' })).toMatchObject({ status: 409, error: { code: 'DEVICE_ADOPTED' } });
    expect(await get('/api/incidents?state=all')).toMatchObject({ items: [] });
    await say('keepsite/park/devices/leak-9/fault', { fault: 'leak', state: 'raised' });
    expect(await get('/api/incidents?state=open')).toMatchObject({ items: [{ asset: 'pump-room', fault: 'leak' }] });

    const moved = await send('POST', '/api/devices/move', { device: 'leak-9', asset: 'lift-3', name: 'Pit' });
    expect(moved).toMatchObject({ device: { asset: 'lift-3', name: 'Pit' } });
    await say('keepsite/park/devices/leak-9/fault', { fault: 'pit_flooding', state: 'raised' });
    expect(await get('/api/incidents?state=open')).toMatchObject({
      items: [{ asset: 'lift-3' }, { asset: 'pump-room' }],
    });

    await send('POST', '/api/devices/move', { device: 'monitor-3', name: 'Only the name' });
    await send('POST', '/api/devices/move', { device: 'monitor-3', asset: 'pump-room' });
    const { devices } = await get<Registry>('/api/registry');
    expect(devices.filter(({ id }) => id === 'monitor-3')).toMatchObject([
      { asset: 'lift-3', name: 'Only the name', to: expect.any(String) },
      { asset: 'pump-room', name: 'Only the name', from: expect.any(String) },
    ]);

    expect(await send('POST', '/api/devices/release', { device: 'leak-9' })).toMatchObject({ status: 200 });
    await say(topic, { metric: 'leak', value: false });
    expect((await discovered()).map(({ device, kept }) => [device, kept])).toEqual([['leak-9', 1]]);
    expect(await readings('leak-9')).toHaveLength(1);
    // The same day again: the old bindings stay closed, what was kept meanwhile comes in.
    expect(await adopt({ device: 'leak-9' })).toMatchObject({ status: 200, retried: { tried: 1, readings: 1 } });
    expect(await send('POST', '/api/devices/release', { device: 'nobody' })).toMatchObject({
      status: 404,
      error: { code: 'DEVICE_UNKNOWN' },
    });
  });

  test('is kept over a restart, and a device that a person wrote into the registry meanwhile is read from the start', async () => {
    await say(topic, { metric: 'leak', value: true });
    await say('keepsite/park/devices/leak-8/reading', { metric: 'leak', value: false });
    await stop();
    const line = '{ id: leak-8, family: keepsite, asset: pump-room }';
    home.write('registry.yaml', REGISTRY.replace('devices: [', `devices: [${line}, `));
    await start();
    await say(topic, { metric: 'leak', value: false });
    // It waits for its turn: by then what was kept has been read.
    await send('POST', '/api/quarantine/retry', { all: true });
    expect(await discovered()).toMatchObject([{ device: 'leak-9', messages: 2, kept: 2 }]);
    expect((await readings('leak-8')).map(({ value, historical }) => [value, historical])).toEqual([[false, true]]);
  });

  test('is shown with the names and units by which it introduced itself', async () => {
    const config = {
      name: 'Water temperature',
      unique_id: 'boiler_t',
      state_topic: 'cellar/boiler/t',
      device_class: 'temperature',
      unit_of_measurement: '°F',
      device: { identifiers: ['boiler'], name: 'Boiler 锅炉', manufacturer: 'Acme', model: 'B-1' },
    };
    await say('homeassistant/sensor/boiler/t/config', config);
    await say('cellar/boiler/t', '68');
    const [boiler] = (await discovered()).filter(({ family }) => family === 'home-assistant');
    expect(boiler).toMatchObject({ name: 'Boiler 锅炉', maker: 'Acme', model: 'B-1', kept: 1 });
    expect(boiler?.points).toMatchObject([
      { metric: 'temperature_c', value: 20, name: 'Water temperature', unit: '°F' },
    ]);
  });

  test('whose message was too large to be kept whole is adopted all the same; that one cannot be read again', async () => {
    const big = { metric: 'people', value: 1, note: 'x'.repeat(70_000) };
    await say(topic, big);
    await say(topic, { metric: 'people', value: 2 });
    expect((await discovered('leak-9'))[0]?.samples.map(({ size }) => size > 65_536)).toEqual([false, true]);
    expect(await adopt({ device: 'leak-9' })).toMatchObject({ retried: { tried: 2, decoded: 1, stillRejected: 1 } });
    expect((await get<QuarantineGroupList>('/api/quarantine/groups')).items).toMatchObject([
      { device: 'leak-9', reason: expect.stringContaining('only its beginning'), retryable: false },
    ]);
    expect(await discovered()).toEqual([]);
  });

  test('needs a disk that takes what is written down: otherwise nothing has changed', async () => {
    await say(topic, { metric: 'leak', value: true });
    mkdirSync(home.file('.adopted.yaml.new'));
    expect(await adopt({ device: 'leak-9' })).toMatchObject({
      status: 503,
      error: { code: 'SETUP_READ_ONLY', message: expect.stringContaining('adopted.yaml') },
    });
    expect(await discovered()).toHaveLength(1);
    rmSync(home.file('.adopted.yaml.new'), { recursive: true });
    expect(await adopt({ device: 'leak-9' })).toMatchObject({ status: 200 });
  });

  test('needs a place that exists, in a setup that holds together; a refusal writes nothing', async () => {
    await say(topic, { metric: 'leak', value: true });
    const refused = async (body: object) => (await adopt({ device: 'leak-9', ...body })).error;
    expect(await refused({ asset: 'cellar' })).toMatchObject({
      code: 'PLACE_UNKNOWN',
      message: expect.stringContaining('lift-3, pump-room'),
    });
    expect(await refused({ device: 'ghost' })).toMatchObject({ code: 'DEVICE_UNKNOWN' });
    expect(await refused({ family: 'klingon' })).toMatchObject({ code: 'ADOPTION_REFUSED' });
    expect(await refused({ mapping: 'none' })).toMatchObject({ code: 'MAPPING_UNKNOWN' });
    expect(await refused({ timeZone: 'Moon/Base' })).toMatchObject({
      code: 'SETUP_INVALID',
      details: [expect.stringContaining('Moon/Base')],
    });
    const made = {
      id: 'a b',
      kind: 'sump',
      name: { en: 'A', zh: 'A' },
      zone: { id: 'z', name: { en: 'A' }, site: 'park' },
    };
    expect(await refused({ asset: made })).toMatchObject({
      code: 'INVALID_REQUEST',
      details: [
        { path: '/asset/id', message: expect.stringContaining('white space') },
        { path: '/asset/zone/name/zh', message: expect.any(String) },
      ],
    });
    const asset = { id: 'lift-3', kind: 'sump', name: { en: 'A', zh: 'A' }, zone: 'tower' };
    expect(await refused({ asset })).toMatchObject({ code: 'ADOPTION_REFUSED' });
    expect(() => readFileSync(home.file('adopted.yaml'))).toThrow(/ENOENT/);
    expect(await discovered()).toHaveLength(1);
  });

  test('is adopted once, however many press the button at the same time', async () => {
    await say(topic, { metric: 'leak', value: true });
    const asset = { id: 'pit', kind: 'sump', name: { en: 'Pit', zh: '底坑' }, zone: 'tower' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => adopt({ device: 'leak-9', asset })));
    expect(answers.map(({ error }) => error?.code ?? 'adopted').toSorted()).toEqual([
      'DEVICE_ADOPTED',
      'DEVICE_ADOPTED',
      'DEVICE_ADOPTED',
      'adopted',
    ]);
    expect(await readings('leak-9')).toHaveLength(1);
  });

  test('is adopted in a flood of messages, and not one of them is lost', async () => {
    const beat = (device: string, n: number) =>
      say(`keepsite/park/devices/${device}/reading`, {
        metric: 'people',
        value: n,
        at: new Date(1.79e12 + n).toISOString(),
      });
    await beat('leak-9', 0);
    const adopting = { done: false };
    const flood = (async () => {
      let n = 1;
      for (; !adopting.done || n < 200; n += 1) await Promise.all([beat('monitor-3', n), beat('leak-9', n)]);
      return n;
    })();
    const one = adopt({ device: 'leak-9' });
    const two = adopt({ device: 'later-1', family: 'keepsite' });
    expect(await Promise.all([one, two])).toMatchObject([{ status: 200 }, { status: 200 }]);
    adopting.done = true;
    const sent = await flood;
    const all = async (device: string) =>
      (await get<{ items: object[] }>(`/api/readings?device=${device}&from=2020-01-01T00:00:00Z&limit=10000`)).items;
    expect([(await all('monitor-3')).length, (await all('leak-9')).length]).toEqual([sent - 1, sent]);
    expect(readFileSync(home.file('adopted.yaml'), 'utf8').match(/id: /g)).toHaveLength(2);
  });
});

test('an edge that knows no place yet gets its first site with its first device', async () => {
  await stop();
  rmSync(home.file('registry.yaml'));
  await start();
  await say('keepsite/park/devices/leak-9/reading', { metric: 'leak', value: true });
  const name = { en: 'A', zh: '甲' };
  const site = { id: 'park', name, zone: 'Asia/Shanghai', kind: 'office-park' };
  const asset = { id: 'pit', kind: 'sump', name, zone: { id: 'cellar', name, site, clients: [{ client: 'north' }] } };
  expect(await adopt({ device: 'leak-9', asset })).toMatchObject({ status: 200 });
  expect(await get('/api/places')).toMatchObject({
    sites: [{ id: 'park' }],
    zones: [{ id: 'cellar', site: 'park' }],
    assets: [{ id: 'pit', site: 'park', devices: ['leak-9'] }],
    clients: ['north'],
  });
});

test('the cloud learns of the new asset at once', async () => {
  await stop();
  const cloud = await startCloudStandIn();
  onTestFinished(cloud.close);
  const learnt = new Promise<Registry>((resolve) => {
    cloud.onBatch = ({ registry }) => registry?.assets.some(({ id }) => id === 'pit') && resolve(registry);
  });
  await start({ KEEPSITE_CLOUD_URL: cloud.url });
  const asset = { id: 'pit', kind: 'sump', name: { en: 'Pit', zh: '底坑' }, zone: 'tower' };
  await adopt({ device: 'leak-9', family: 'keepsite', asset });
  expect((await learnt).devices.at(-1)).toMatchObject({ id: 'leak-9', asset: 'pit' });
});

test('outside the demo nobody looks or adopts without the token', async () => {
  await stop();
  const token = 'a-token-of-some-length';
  await start({ KEEPSITE_DEMO: '0', KEEPSITE_MQTT_ANONYMOUS: '1', KEEPSITE_API_TOKEN: token });
  for (const path of ['/api/discovered', '/api/places', '/api/mappings', '/api/quarantine/groups'])
    expect((await fetch(`${edge.url}${path}`)).status, path).toBe(401);
  for (const path of ['/api/discovered/adopt', '/api/devices/move', '/api/devices/release', '/api/quarantine/retry'])
    expect(await send('POST', path, {}), path).toMatchObject({ status: 401 });
  expect(await send('PUT', '/api/mappings/acme', { yaml: MAPPING })).toMatchObject({ status: 401 });
  const shown = await fetch(`${edge.url}/api/discovered`, { headers: { authorization: `Bearer ${token}` } });
  expect(shown.status).toBe(200);
});

describe('what could not be trusted', () => {
  test('stands in few groups, and what a mended mapping understands enters history once', async () => {
    await send('PUT', '/api/mappings/acme', { yaml: MAPPING });
    await adopt({ device: 'sump-3', family: 'acme-sump' });
    for (const level of ['4x', '5x', '6x']) await say('plant/sump-3/data', { level, wet: false });
    const { items, total } = await get<QuarantineGroupList>('/api/quarantine/groups');
    expect(total).toBe(3);
    expect(items).toMatchObject([
      {
        device: 'sump-3',
        family: 'acme-sump',
        count: 3,
        retryable: true,
        sample: { text: '{"level":"6x","wet":false}' },
      },
    ]);
    const key = { key: items[0]?.key };
    expect(await send('POST', '/api/quarantine/retry', key)).toMatchObject({ tried: 3, stillRejected: 3, readings: 0 });
    expect(await readings('sump-3')).toHaveLength(3);

    const mended = MAPPING.replace('unit: cm }', 'unit: cm, words: { 4x: 4, 5x: 5 } }');
    expect(await send('PUT', '/api/mappings/acme', { yaml: mended })).toMatchObject({
      retried: { tried: 3, decoded: 2, stillRejected: 1, readings: 2 },
    });
    expect((await readings('sump-3')).filter(({ historical }) => historical).map(({ value }) => value)).toEqual([4, 5]);
    expect(await get('/api/quarantine')).toMatchObject({ total: 1 });
    expect(await send('POST', '/api/quarantine/retry', { all: true })).toMatchObject({ tried: 1, stillRejected: 1 });
    expect(await send('POST', '/api/quarantine/retry', {})).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
    expect(await send('POST', '/api/quarantine/retry', { key: 'rubbish' })).toMatchObject({
      error: { code: 'INVALID_REQUEST', message: expect.stringContaining('groups') },
    });
  });
});

describe('what its users met', () => {
  const beat = { metric: 'people', value: 1 };

  test('the figures after an adoption are of that device alone', async () => {
    for (let n = 0; n < 5; n++) await say(`odd/${n}`, '"hello"');
    for (let n = 0; n < 4; n++) await say('keepsite/park/devices/leak-9/reading', { ...beat, value: n });
    expect(await adopt({ device: 'leak-9' })).toMatchObject({ retried: { tried: 4, decoded: 4, stillRejected: 0 } });
    await say('my house/cellar', { temperature: 20.5 });
    await say('my house/attic', { temperature: 20.5 });
    expect(await adopt({ device: 'my house/cellar', family: 'milesight' })).toMatchObject({
      device: { id: 'cellar' },
      retried: { tried: 1, decoded: 1, stillRejected: 0 },
    });
    expect(await send('POST', '/api/devices/move', { device: 'cellar', name: 'Other' })).toMatchObject({
      retried: { tried: 0 },
    });
    expect(await discovered()).toHaveLength(6);
  });

  test('messages of topics that nobody recognises stand apart by topic, and each can be tried alone', async () => {
    for (const topic of ['odd/1', 'odd/2', 'odd/1']) await say(topic, '"hello"');
    const { items } = await get<QuarantineGroupList>('/api/quarantine/groups');
    expect(items.map(({ topic, device, count }) => [topic, device, count])).toEqual([
      ['odd/1', null, 2],
      ['odd/2', null, 1],
    ]);
    const long = 'odd/' + 'x'.repeat(990);
    await say(long, '"hello"');
    const [longest] = (await get<QuarantineGroupList>('/api/quarantine/groups')).items;
    expect(longest).toMatchObject({ topic: long, count: 1 });
    expect(await send('POST', '/api/quarantine/retry', { key: longest?.key })).toMatchObject({ tried: 1 });
    expect(await send('POST', '/api/quarantine/retry', { key: items[0]?.key })).toMatchObject({ tried: 2 });
  });

  test('being read again is not being heard again, and a message that was cut stays known as long as it was', async () => {
    const topic = 'plant/sump-3/data';
    for (let n = 0; n < 7; n++) await say(topic, { level: `${n}x`, wet: true });
    await say(topic, { level: 1, wet: true, note: '测'.repeat(70_000) });
    const size = Buffer.byteLength(JSON.stringify({ level: 1, wet: true, note: '测'.repeat(70_000) }));
    for (const unit of ['unit: cm', 'unit: mm', 'unit: cm, words: { 1x: 1 }'])
      await send('PUT', '/api/mappings/acme', { yaml: MAPPING.replace('unit: cm', unit) });
    await send('POST', '/api/quarantine/retry', { all: true });
    expect((await discovered()).map((it) => [it.device, it.messages, it.kept])).toEqual([['sump-3', 7, 7]]);
    const { items } = await get<QuarantineGroupList>('/api/quarantine/groups');
    const cut = items.find(({ sample }) => sample.size === size);
    expect(cut).toMatchObject({
      topic,
      count: 1,
      retryable: false,
      reason: expect.stringContaining('only its beginning'),
    });
    expect(items.filter(({ retryable }) => retryable)).toHaveLength(1);
  });

  test('who waits is counted alike in the list, in the heartbeat and in the metrics', async () => {
    for (const topic of ['odd/1', 'odd/2', 'keepsite/park/devices/leak-9/reading']) await say(topic, beat);
    const list = await get<DiscoveredList>('/api/discovered?limit=1');
    expect([list.total, list.items.length]).toEqual([3, 1]);
    expect(await get<DiscoveredList>('/api/discovered?device=odd%2F1')).toMatchObject({ total: 3, items: [{}] });
    expect(await (await fetch(`${edge.url}/metrics`)).text()).toMatch(/devices\{state="unknown"\} 3\n/);
    // An edge that starts tells of itself at once.
    await stop();
    await start();
    expect(await firstHeartbeat()).toMatchObject({ devices: { known: 1, unknown: 3 } });
  });

  test('a preview of a mapping with mistakes shows the messages all the same', async () => {
    await say('plant/sump-3/data', { level: 40 });
    const sample = { topic: 'plant/x/data', text: '{}' };
    const wrong = { yaml: 'family: x', device: 'plant/sump-3/data', samples: [sample] };
    expect(await send('POST', '/api/mappings/preview', wrong)).toMatchObject({
      ok: false,
      family: null,
      errors: [{}, {}],
      messages: [
        { topic: 'plant/x/data', text: '{}', size: 2, family: null, lines: [] },
        { topic: 'plant/sump-3/data', text: '{"level":40}', family: null, lines: [] },
      ],
    });
  });

  test('the usual silence of each dialect and mapping is told with the places', async () => {
    await send('PUT', '/api/mappings/acme', { yaml: `${MAPPING}expectEverySeconds: 120\n` });
    const { expectEverySeconds } = await get<Places>('/api/places');
    expect(expectEverySeconds).toMatchObject({ 'acme-sump': 120, tasmota: 300 });
  });

  test('a mapping is removed once no device is read by it; what it had read waits as a topic again', async () => {
    const remove = () => send('DELETE', '/api/mappings/acme');
    expect(await remove()).toMatchObject({ status: 404, error: { code: 'MAPPING_UNKNOWN' } });
    await send('PUT', '/api/mappings/acme', { yaml: MAPPING });
    for (const device of ['sump-3', 'sump-4']) await say(`plant/${device}/data`, { level: 40, wet: true });
    await adopt({ device: 'sump-3' });
    expect(await remove()).toMatchObject({
      status: 409,
      error: { code: 'MAPPING_IN_USE', message: expect.stringContaining('sump-3') },
    });
    await send('POST', '/api/devices/release', { device: 'sump-3' });
    expect(await remove()).toMatchObject({ status: 200, name: 'acme' });
    expect(await get('/api/mappings')).toEqual({ items: [], next: null });
    expect((await discovered()).map(({ device, family, kept }) => [device, family, kept])).toEqual([
      ['plant/sump-4/data', null, 1],
    ]);
    expect(await get<Places>('/api/places')).not.toMatchObject({ families: expect.arrayContaining(['acme-sump']) });
    await stop();
    await start();
    expect(await get('/api/mappings')).toEqual({ items: [], next: null });
  });
});
