import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch, Incident, IncidentEvent } from '@keepsite/edge-contract';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEdge, type RunningEdge } from './compose.ts';
import { readConfig, type EdgeConfig } from './config.ts';

const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }]
devices: [{ id: monitor-3, family: keepsite, asset: lift-3 }]
people: [{ id: li, name: Li Na, addresses: [{ channel: mqtt, to: li }] }]
crews: [{ id: crew, name: { en: Crew, zh: 班组 }, members: [li] }]
plans:
  - id: seven
    version: 1
    terms: { acknowledge: 120, on_site: 420 }
    steps: [{ afterSeconds: 0, page: [crew] }]
`;
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepsite-edge-'));
  mkdirSync(join(folder, 'edge'));
  writeFileSync(join(folder, 'edge', 'registry.yaml'), REGISTRY);
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

function config(cloudUrl: string): EdgeConfig {
  const read = readConfig({
    KEEPSITE_DATA_DIR: folder,
    KEEPSITE_EDGE_HTTP_PORT: '0',
    KEEPSITE_EDGE_MQTT_PORT: '0',
    KEEPSITE_CLOUD_URL: cloudUrl,
  });
  if (!read.ok) throw new Error(read.faults.join(' '));
  return read.config;
}

async function start(cloudUrl: string): Promise<RunningEdge> {
  const edge = await startEdge(config(cloudUrl), QUIET);
  closing.push(edge.stop);
  return edge;
}

async function client(edge: RunningEdge): Promise<MqttClient> {
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${edge.mqttPort}`);
  closing.push(() => mqtt.endAsync(true));
  return mqtt;
}

/** A cloud that takes everything and keeps the events; `opened` resolves with the first one. */
async function cloud() {
  const events: IncidentEvent[] = [];
  let tell: (event: IncidentEvent) => void = () => undefined;
  const first = new Promise<IncidentEvent>((resolve) => (tell = resolve));
  const server = createServer((request, response) => {
    // The long poll stays open: nobody orders anything here.
    if (request.method === 'GET') return;
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('latin1')));
    request.on('end', () => {
      const batch = JSON.parse(Buffer.from(body, 'latin1').toString()) as Batch;
      events.push(...batch.events);
      for (const event of batch.events) tell(event);
      const results = [
        ...batch.events.map(({ seq }) => ({ kind: 'event', seq, verdict: 'accepted' })),
        ...batch.blocks.map(({ seq }) => ({ kind: 'block', seq, verdict: 'accepted' })),
      ];
      response.end(JSON.stringify({ results }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, events, first };
}

test('a fault pages the crew, the crew’s answer counts, the cloud hears of it, and a restart remembers it all', async () => {
  const up = await cloud();
  const edge = await start(up.url);
  const crew = await client(edge);
  const paged = new Promise<{ incident: { id: string }; text: string; link: string }>((resolve) =>
    crew.on('message', (_, payload) => resolve(JSON.parse(payload.toString()) as never)),
  );
  await crew.subscribeAsync('keepsite/park/pages/li', { qos: 1 });
  const monitor = await client(edge);
  await monitor.publishAsync('keepsite/park/devices/monitor-3/fault', '{"fault":"entrapment","state":"raised"}', {
    qos: 1,
  });

  const page = await paged;
  expect(page.text).toContain('Park · Tower · Lift 3');
  expect(page.link).toMatch(/\/l\/[\w-]+\.[\w-]+$/);
  const shown = await fetch(page.link.replace('/l/', '/api/links/'));
  expect(await shown.json()).toMatchObject({ incident: { id: page.incident.id }, person: { id: 'li' } });
  const order = { commandId: 'order-0001', responder: 'li' };
  const answer = await post(`${edge.url}/api/incidents/${page.incident.id}/acknowledge`, order);
  expect(answer).toMatchObject({
    state: 'done',
    modified: true,
    incident: { response: 'acknowledged', responder: 'li' },
  });
  const topic = `keepsite/park/incidents/${page.incident.id}`;
  const panel = await client(edge);
  const told = new Promise((resolve) => panel.on('message', (_, payload) => resolve(JSON.parse(payload.toString()))));
  await panel.subscribeAsync(`${topic}/answers/+`, { qos: 1 });
  const note = { commandId: 'panel-0001', verb: 'note', responder: 'li', note: 'on the way' };
  await panel.publishAsync(`${topic}/commands`, JSON.stringify(note), { qos: 1 });
  expect(await told).toEqual({ commandId: 'panel-0001', state: 'done', modified: true, reason: null });
  expect(await up.first).toMatchObject({
    edge: 'edge-1',
    seq: 1,
    incident: page.incident.id,
    change: { kind: 'opened' },
  });

  await edge.stop();
  closing.splice(closing.indexOf(edge.stop), 1);
  const again = await start(up.url);
  expect(again.port).not.toBe(0);
  const kept = (await (await fetch(`${again.url}/api/incidents/${page.incident.id}`)).json()) as Incident;
  expect(kept).toMatchObject({
    response: 'acknowledged',
    responder: 'li',
    pages: [{ state: 'accepted', channel: 'mqtt' }],
  });
  expect(await post(`${again.url}/api/incidents/${page.incident.id}/acknowledge`, order)).toMatchObject({
    state: 'done',
    modified: true,
  });
});

test('a port that is taken is a sentence that names it, and the disk is closed in order', async () => {
  const edge = await start('http://127.0.0.1:1');
  const second = {
    ...config('http://127.0.0.1:1'),
    dataDir: join(folder, 'second'),
    http: { host: '127.0.0.1', port: edge.port, publicUrl: null, trustedProxies: [], siteNetworks: [] },
  };
  await expect(startEdge(second, QUIET)).rejects.toMatchObject({
    code: 'EDGE_PORT_IN_USE',
    message: expect.stringContaining(String(edge.port)),
  });
  // SQLite takes its log away when the last connection closes in order.
  expect(readdirSync(join(folder, 'second', 'edge'))).toEqual([
    'access.key',
    'access.sqlite',
    'acting.key',
    'demo-clock.json',
    'store.sqlite',
  ]);
});

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}
