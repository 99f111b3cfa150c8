import { type Incident, instantText } from '@keepsite/edge-contract';
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { EdgeError } from '../../../edge/src/errors.ts';
import { JPEG, jpegOfAPhone, PNG } from '../../../edge/src/testing/photo-samples.ts';
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

test('a photograph is shown with its own incident, and with no other of that gateway', async () => {
  const { incident } = await linked();
  const order = { commandId: 'photo-0009', responder: 'li', via: 'edge', note: null } as const;
  await edge.acting.photos.add(incident, { ...order, receivedAt: instantText(edge.clock.now()) }, JPEG);
  await edge.order('cancel', incident.id, 'wang');
  await edge.tell();
  await edge.handInPhotos();
  const next = await edge.trapped();
  const api = { authorization: `Bearer ${API_TOKEN}` };
  const ofIncident = async ({ id }: Incident) => (await cloud.get(`/api/incidents/${id}/photos/${hash}`, api)).status;
  expect([next.id === incident.id, await ofIncident(incident), await ofIncident(next)]).toEqual([false, 200, 404]);
  expect((await cloud.get(`/api/links/${edge.linkOf(next)}/photos/${hash}`)).status).toBe(404);
});

describe('of people who are signed in', () => {
  const api = { authorization: `Bearer ${API_TOKEN}` };
  const post = (incident: string, body: Buffer, words: string, headers: Record<string, string> = api) =>
    cloud.send('POST', `/api/incidents/${incident}/photos?${words}`, body, {
      'content-type': 'image/jpeg',
      ...headers,
    });
  const WORDS = 'commandId=photo-0001&responder=zhao&caption=door';

  test('a photograph becomes the edge’s evidence, once, without where it was taken', async () => {
    const incident = await edge.trapped();
    edge.advance(10_000);
    const sent = await post(incident.id, jpegOfAPhone(), `${WORDS}&heldMs=5000`);
    expect([sent.status, sent.body]).toMatchObject([202, { state: 'pending', commandId: 'photo-0001' }]);
    expect((await post(incident.id, jpegOfAPhone(), WORDS)).status).toBe(202);
    edge.advance(2_000);
    await edge.come();
    const [photo, ...more] = told(edge.now(incident.id), 'photo');
    expect(more).toEqual([]);
    expect(photo).toMatchObject({
      by: { kind: 'person', id: 'zhao', via: 'cloud' },
      detail: { sha256: hash, type: 'image/jpeg', bytes: JPEG.length, caption: 'door' },
    });
    expect(Date.parse(photo?.at ?? '') - Date.parse(String(photo?.detail['saidAt']))).toBe(5_000);
    expect(Buffer.from(edge.acting.photos.read(edge.now(incident.id), hash)!.bytes).equals(JPEG)).toBe(true);
    expect((await post(incident.id, jpegOfAPhone(), WORDS)).body).toMatchObject({ state: 'done', modified: true });
    const url = `/api/incidents/${incident.id}/photos/${hash}`;
    expect((await cloud.get(url, api)).headers['content-type']).toBe('image/jpeg');
    const shown = await cloud.get(`/api/incidents/${incident.id}`, api);
    expect(shown.body.commands).toMatchObject([{ verb: 'note', responder: 'zhao', state: 'done' }]);
  });

  test('the first photograph of an id stands, and another order of the incident is no photograph', async () => {
    const { id } = await edge.trapped();
    const order = { commandId: 'order-0001', responder: 'zhao' };
    await cloud.send('POST', `/api/incidents/${id}/acknowledge`, order, api);
    await post(id, JPEG, WORDS);
    expect((await post(id, PNG, WORDS)).status).toBe(202);
    await edge.come();
    expect((await post(id, PNG, WORDS)).body).toMatchObject({ state: 'done', modified: true });
    await edge.come();
    expect(told(edge.now(id), 'photo').map(({ detail }) => detail)).toMatchObject([{ sha256: hash }]);
  });

  test('the edge was away: the orders behind it do not wait for its bytes, and it is kept once it is there', async () => {
    const incident = await edge.trapped();
    await post(incident.id, JPEG, WORDS);
    const order = { commandId: 'order-0001', responder: 'zhao' };
    await cloud.send('POST', `/api/incidents/${incident.id}/acknowledge`, order, api);
    await edge.come();
    const kinds = edge.now(incident.id).timeline.map(({ kind }) => kind);
    expect(kinds.indexOf('photo')).toBeGreaterThan(kinds.indexOf('acknowledged'));
  });

  test.each([
    ['without a token', WORDS, {}, 401, 'CLOUD_UNAUTHENTICATED'],
    ['by an edge', WORDS, { authorization: `Bearer ${EDGE_TOKEN}` }, 403, 'CLOUD_FORBIDDEN'],
    ['from a page of another origin', WORDS, { ...api, origin: 'https://elsewhere.example' }, 403, 'CLOUD_FORBIDDEN'],
    ['in nobody’s name', 'commandId=photo-0001', api, 400, 'CLOUD_BAD_INPUT'],
    ['without an id of its own', 'responder=zhao', api, 400, 'CLOUD_BAD_INPUT'],
  ])('%s it is refused', async (_, words, headers, status, code) => {
    const { id } = await edge.trapped();
    const { status: is, body } = await post(id, JPEG, words, headers);
    expect([is, body.error.code]).toEqual([status, code]);
    await edge.come();
    expect(told(edge.now(id), 'photo')).toEqual([]);
  });

  test('of an incident that is not there, or too large, or none at all, it is refused', async () => {
    const { id } = await edge.trapped();
    expect((await post('nothing', JPEG, WORDS)).status).toBe(404);
    expect((await post(id, Buffer.alloc(8 * 1024 * 1024 + 1), WORDS)).status).toBe(413);
    expect((await post(id, Buffer.from('GIF89a'), WORDS)).body.error.code).toBe('PHOTO_REFUSED');
    expect((await cloud.get(`/api/incidents/${id}`, api)).body.commands).toEqual([]);
  });

  test('an incident takes no more than it keeps, by links or not, and the same one again is no other one', async () => {
    const { id } = await edge.trapped();
    for (let n = 0; n < 60; n += 1)
      expect((await post(id, JPEG, `commandId=photo-1${n}-0&responder=zhao`)).status).toBe(202);
    expect((await post(id, JPEG, WORDS)).body.error.code).toBe('PHOTO_REFUSED');
    expect((await send(edge.linkOf(edge.now(id)), JPEG, 'photo-by-link')).body.error.code).toBe('PHOTO_REFUSED');
    expect((await post(id, JPEG, 'commandId=photo-10-0&responder=zhao')).status).toBe(202);
  });

  test('what the edge cannot keep is told, and stops nothing behind it', async () => {
    const { id } = await edge.trapped();
    await post(id, JPEG, WORDS);
    edge.acting.photos.add = () => Promise.reject(new EdgeError('STORE_FULL', 'there is no room for photographs'));
    await edge.come();
    expect((await cloud.get(`/api/incidents/${id}`, api)).body.commands).toMatchObject([
      { state: 'refused', reason: 'there is no room for photographs' },
    ]);
  });
});

test('a gateway hands in photographs alone, no larger than any, each under its own hash', async () => {
  const put = (sha256: string, bytes: Buffer) =>
    cloud.send('PUT', `/api/edges/edge-1/photos/${sha256}`, bytes, {
      'content-type': 'image/jpeg',
      authorization: `Bearer ${EDGE_TOKEN}`,
    });
  expect((await put('0'.repeat(64), JPEG)).status).toBe(422);
  expect((await put(hash, Buffer.from('GIF89a'))).body.error.code).toBe('PHOTO_REFUSED');
  expect((await put(hash, Buffer.alloc(8 * 1024 * 1024 + 1))).status).toBe(413);
  expect((await put(hash, JPEG)).status).toBe(200);
  const fetched = async (by: string) =>
    (await cloud.get(`/api/edges/${by}/photos/${hash}`, { authorization: `Bearer ${EDGE_TOKEN}` })).status;
  expect([await fetched('edge-1'), await fetched('edge-2')]).toEqual([200, 404]);
});
