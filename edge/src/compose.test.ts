import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident, IncidentEvent } from '@keepsite/edge-contract';
import type { MqttClient } from 'mqtt';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { RunningEdge } from './compose.ts';
import { startCloudStandIn } from './testing/cloud-stand-in.ts';
import { connectMqtt } from './testing/mqtt-device.ts';
import { createEdgeHome, type EdgeHome } from './testing/whole-edge.ts';
import { waitLonger } from './testing/patience.ts';

waitLonger();

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

let home: EdgeHome;
beforeEach(() => {
  home = createEdgeHome(REGISTRY);
});

async function client(edge: RunningEdge): Promise<MqttClient> {
  const mqtt = await connectMqtt(edge.mqttPort ?? 0);
  onTestFinished(() => mqtt.endAsync(true));
  return mqtt;
}

test('a fault pages the crew, the crew’s answer counts, the cloud hears of it, and a restart remembers it all', async () => {
  const cloud = await startCloudStandIn();
  onTestFinished(cloud.close);
  const toldCloud = new Promise<IncidentEvent>((resolve) => {
    cloud.onBatch = ({ events: [event] }) => event && resolve(event);
  });
  const edge = await home.start({ KEEPSITE_CLOUD_URL: cloud.url });
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
  expect(await toldCloud).toMatchObject({
    edge: 'edge-1',
    seq: 1,
    incident: page.incident.id,
    change: { kind: 'opened' },
  });

  await edge.stop();
  const again = await home.start({ KEEPSITE_CLOUD_URL: cloud.url });
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
  const edge = await home.start();
  const second = createEdgeHome(REGISTRY);
  await expect(second.start({ KEEPSITE_EDGE_HTTP_PORT: String(edge.port) })).rejects.toMatchObject({
    code: 'EDGE_PORT_IN_USE',
    message: expect.stringContaining(String(edge.port)),
  });
  // SQLite takes its log away when the last connection closes in order.
  expect(readdirSync(join(second.folder, 'edge'))).toEqual([
    'access.key',
    'access.sqlite',
    'acting.key',
    'demo-clock.json',
    'push-keys.json',
    'registry.yaml',
    'store.sqlite',
    'store.sqlite.reserve',
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
