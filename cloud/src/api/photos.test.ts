import { type Incident, instantText } from '@keepsite/edge-contract';
import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { JPEG, jpegOfAPhone } from '../../../edge/src/testing/photo-samples.ts';
import { startTestCloud } from '../testing/cloud.ts';
import { API_TOKEN, EDGE_TOKEN, type LinkedHouse, useLinkedHouse, WITH_LOGINS } from '../testing/linked-edge.ts';

const house = useLinkedHouse();
let db: LinkedHouse['db'];
let tenant: LinkedHouse['tenant'];
let cloud: LinkedHouse['cloud'];
let edge: LinkedHouse['edge'];
beforeEach(() => void ({ db, tenant, cloud, edge } = house()));

async function linked() {
  const incident = await edge.trapped();
  return { incident, token: edge.linkOf(incident) };
}

const told = ({ timeline }: Incident, kind: string) => timeline.filter((entry) => entry.kind === kind);
const send = (token: string, body: Buffer, commandId = 'photo-0001') =>
  cloud.send('POST', `/api/links/${token}/photos?commandId=${commandId}&caption=door`, body, {
    'content-type': 'image/jpeg',
  });
const hash = createHash('sha256').update(JPEG).digest('hex');

test('a photograph goes through the link into the edge’s evidence, once, without where it was taken', async () => {
  const { incident, token } = await linked();
  expect((await send(token, jpegOfAPhone())).body).toMatchObject({ state: 'pending' });
  expect((await send(token, jpegOfAPhone())).status).toBe(202);
  await edge.come();
  expect(told(edge.now(incident.id), 'photo').map(({ detail }) => detail)).toMatchObject([
    { sha256: hash, type: 'image/jpeg', bytes: JPEG.length, caption: 'door' },
  ]);
  expect(Buffer.from(edge.acting.photos.read(edge.now(incident.id), hash)!.bytes).equals(JPEG)).toBe(true);
  const shown = await cloud.api.inject({ url: `/api/links/${token}/photos/${hash}`, headers: { host: 'localhost' } });
  expect([shown.headers['content-type'], shown.rawPayload.equals(JPEG)]).toEqual(['image/jpeg', true]);
  expect(shown.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
});

test('a photograph does not keep the orders behind it waiting', async () => {
  const { incident, token } = await linked();
  await send(token, JPEG);
  await cloud.send('POST', `/api/links/${token}/acknowledge`, { commandId: 'order-0001' });
  await edge.come();
  const kinds = edge.now(incident.id).timeline.map(({ kind }) => kind);
  expect(kinds.indexOf('photo')).toBeGreaterThan(kinds.indexOf('acknowledged'));
});

test('what is no photograph, or one too many, is refused, and nothing of it is kept', async () => {
  const { token } = await linked();
  expect(await send(token, Buffer.from('GIF89a'))).toMatchObject({
    status: 422,
    body: { error: { code: 'PHOTO_REFUSED' } },
  });
  expect((await send(token, Buffer.alloc(8 * 1024 * 1024 + 1))).status).toBe(413);
  for (let n = 0; n < 60; n += 1) {
    // Nobody takes them faster.
    cloud.time.now += 10_000;
    expect((await send(token, JPEG, `photo-1${n}-0`)).status).toBe(202);
  }
  cloud.time.now += 10_000;
  expect(await send(token, JPEG, 'photo-too-many')).toMatchObject({ body: { error: { code: 'PHOTO_REFUSED' } } });
});

test('a photograph that was taken at the edge is seen in the cloud by whoever may see the incident, and by nobody else', async () => {
  const { incident, token } = await linked();
  const order = { commandId: 'photo-0009', responder: 'li', via: 'edge', note: null } as const;
  await edge.acting.photos.add(incident, { ...order, receivedAt: instantText(edge.clock.now()) }, jpegOfAPhone());
  await edge.tell();
  const url = `/api/incidents/${incident.id}/photos/${hash}`;
  const api = { authorization: `Bearer ${API_TOKEN}` };
  expect((await cloud.get(url, api)).status, 'not handed in yet').toBe(404);
  await edge.handInPhotos();
  expect((await cloud.get(url, api)).status).toBe(200);
  expect((await cloud.get(`/api/links/${token}/photos/${hash}`)).status).toBe(200);
  expect((await cloud.get(url)).status).toBe(401);
  expect((await cloud.get(url, { authorization: `Bearer ${EDGE_TOKEN}` })).status).toBe(403);
  const other = await startTestCloud(db, `${tenant}-b`, WITH_LOGINS);
  expect((await other.get(`/api/edges/edge-1/photos/${hash}`, api)).status).toBe(404);
  await other.close();
});

test('a photograph is kept under its own hash alone', async () => {
  const put = (sha256: string, bytes: Buffer) =>
    cloud.send('PUT', `/api/edges/edge-1/photos/${sha256}`, bytes, {
      'content-type': 'image/jpeg',
      authorization: `Bearer ${EDGE_TOKEN}`,
    });
  expect((await put('0'.repeat(64), JPEG)).status).toBe(422);
  expect((await put(hash, JPEG)).status).toBe(200);
});
