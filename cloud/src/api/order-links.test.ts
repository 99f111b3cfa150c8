import { CloudOrderLinkView } from '@keepsite/cloud-contract';
import { type ContractorOrder, type Incident, instantText, LINK_ORDERS } from '@keepsite/edge-contract';
import { beforeEach, describe, expect, test } from 'vitest';
import { pumpedPark } from '../../../edge/src/domain/testing/pumped-park.ts';
import { createLinkedEdge, EDGE_TOKEN, type LinkedHouse, useLinkedHouse } from '../testing/linked-edge.ts';
import { batch } from '../testing/samples.ts';

const MINUTE = 60_000;
const EAST = 'contractor:pumps-east';

const house = useLinkedHouse(pumpedPark);
let cloud: LinkedHouse['cloud'];
let edge: LinkedHouse['edge'];
beforeEach(() => void ({ cloud, edge } = house()));

async function ordered(): Promise<{ incident: Incident; order: ContractorOrder; token: string }> {
  const { id } = await edge.trap();
  edge.advance(61_000);
  await edge.tell();
  const incident = edge.now(id);
  const order = incident.orders![0]!;
  return { incident, order, token: edge.acting.orderLinks.issue(incident, order, 'cloud') };
}

const say = (token: string, verb: string, commandId: string, words: object = {}) =>
  cloud.send('POST', `/api/order-links/${token}/${verb}`, { commandId, ...words });
const show = (token: string) => cloud.get(`/api/order-links/${token}`);
const orderOf = (id: string, place = 0) => edge.now(id).orders![place]!;
const code = ({ body }: { readonly body: unknown }) => (body as { error: { code: string } }).error.code;

describe('a contractor’s link through the cloud', () => {
  test('shows the one order, and looking changes nothing', async () => {
    const { incident, order, token } = await ordered();
    const { body, headers } = await show(token);
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(CloudOrderLinkView.parse(body)).toMatchObject({
      order: { what: { zh: '三台水泵' }, state: 'placed', dueAt: order.dueAt },
      place: { zh: '办公园区 · A 座 · 3 号梯' },
      contact: { phone: '+8613800000000' },
      orders: [],
    });
    expect(JSON.stringify(body)).not.toMatch(/\b50000|\b38000|remaining|clocks|timeline|pages|pumps-west/);
    await edge.come();
    expect(edge.now(incident.id)).toEqual(incident);
  });

  test('hands a word on; the edge decides, and it stands as the contractor’s own', async () => {
    const { incident, token } = await ordered();
    const arrivesAt = instantText(edge.clock.now() + 20 * MINUTE);
    const given = edge.clock.now();
    expect((await say(token, 'confirm_order', 'word-0001', { arrivesAt, heldMs: 5_000 })).status).toBe(202);
    const handedOn = await cloud.ports.store.commands.find('word-0001');
    expect(handedOn?.item).toMatchObject({ order: { saidAt: instantText(given - 5_000) } });
    expect(CloudOrderLinkView.parse((await show(token)).body).orders).toMatchObject([
      { verb: 'confirm_order', state: 'pending' },
    ]);
    await edge.come();
    expect(orderOf(incident.id)).toMatchObject({ state: 'confirmed', arrivesAt, confirmedBy: EAST });
    expect((await say(token, 'confirm_order', 'word-0001', { arrivesAt })).body).toMatchObject({ state: 'done' });
    expect(CloudOrderLinkView.parse((await show(token)).body).order).toMatchObject({ state: 'confirmed', arrivesAt });
  });

  test('shows the words about its own order alone, and answers by none of another', async () => {
    const { incident, token } = await ordered();
    const receivedAt = edge.clock.now();
    const word = { commandId: 'word-0009', verb: 'decline', order: `${incident.id}.order.9.0`, note: 'no' } as const;
    const said = { ...word, token, incident: incident.id, person: EAST, receivedAt: instantText(receivedAt) };
    const item = { kind: 'link', order: said } as const;
    const { store } = cloud.ports;
    await store.commands.place('edge-1', word.commandId, incident.id, item, receivedAt);
    await say(token, 'confirm_order', 'word-0001');
    expect(CloudOrderLinkView.parse((await show(token)).body).orders).toMatchObject([{ verb: 'confirm_order' }]);
  });

  test('a word counts from when the cloud had it, however late the edge comes for it', async () => {
    const { incident, order, token } = await ordered();
    edge.advance(29 * MINUTE);
    await say(token, 'receive_order', 'word-0001');
    edge.advance(40 * MINUTE);
    await edge.come();
    expect(order.dueAt).not.toBeNull();
    expect(orderOf(incident.id)).toMatchObject({ state: 'arrived', arrivedBy: EAST });
    const arrived = edge.now(incident.id).timeline.findLast(({ kind }) => kind === 'order_arrived');
    expect(arrived?.detail).toMatchObject({ inTime: true });
  });

  test('declined, the next contractor is asked; the link says that it has ended, and of what', async () => {
    const { incident, token } = await ordered();
    await say(token, 'decline', 'word-0001', { note: 'all pumps are out' });
    await edge.come();
    expect(edge.now(incident.id).orders).toMatchObject([{ state: 'turned_down' }, { contractor: 'pumps-west' }]);
    const ended = await show(token);
    expect([ended.status, code(ended)]).toEqual([410, 'ORDER_TURNED_DOWN']);
    expect(ended.body).toMatchObject({ error: { details: { what: { zh: '三台水泵' } } } });
    expect(code(await say(token, 'receive_order', 'word-0002'))).toBe('ORDER_TURNED_DOWN');
    expect(await cloud.ports.store.commands.find('word-0002'), 'nothing is handed on').toBeNull();
    expect((await say(token, 'decline', 'word-0001', { note: 'all pumps are out' })).body).toMatchObject({
      state: 'done',
    });
  });

  test('who guesses waits, and so does who says one word after the other', async () => {
    const { token } = await ordered();
    const words = [];
    for (let n = 0; n <= LINK_ORDERS.free; n += 1)
      words.push((await say(token, 'confirm_order', `word-1${n}-0`)).status);
    expect([words[0], words.at(-1)]).toEqual([202, 429]);
    const guesses = [];
    for (let n = 0; n < 14; n += 1) guesses.push((await show('abc.def')).status);
    expect([guesses[0], guesses.at(-1)]).toEqual([404, 429]);
  });

  test('that the cloud made up, or another edge signed, is refused', async () => {
    const { incident, order, token } = await ordered();
    const own = edge.acting.orderLinks.issue(incident, order);
    const stranger = createLinkedEdge(cloud, 'http://127.0.0.1:9', 10, pumpedPark);
    const foreign = stranger.acting.orderLinks.issue(incident, order, 'cloud');
    const [body = '', seal = ''] = token.split('.');
    const text = Buffer.from(body, 'base64url').toString().replace('.order.1.0', '.order.1.1');
    const guessed = `${Buffer.from(text).toString('base64url')}.${seal}`;
    const persons = edge.acting.links.issue(incident, EAST, 'cloud');
    for (const bad of [own, foreign, guessed, persons, 'abc.def']) {
      const answer = await say(bad, 'receive_order', 'word-0001');
      expect([answer.status, code(answer)]).toEqual([404, 'LINK_FORGED']);
    }
    expect((await cloud.get(`/api/links/${token}`)).status).toBe(404);
    await stranger.close();
  });

  test('of another gateway shows nothing of this one’s', async () => {
    const { incident, order } = await ordered();
    const stranger = createLinkedEdge(cloud, 'http://127.0.0.1:9', 10, pumpedPark);
    const { linkKey: _, ...heard } = (await cloud.ports.store.edges.heartbeats())[0]!.heartbeat;
    const heartbeat = { ...heard, edge: 'edge-2', linkKey: stranger.acting.links.publicKey };
    const shown = { authorization: `Bearer ${EDGE_TOKEN}` };
    const told = await cloud.send('POST', '/api/edges/edge-2/batches', batch({ heartbeat }, 'edge-2'), shown);
    expect(told.status).toBe(200);
    const claimed = stranger.acting.orderLinks.issue({ ...incident, edge: 'edge-2' }, order, 'cloud');
    expect(code(await show(claimed))).toBe('LINK_FORGED');
    expect(code(await say(claimed, 'receive_order', 'word-0001'))).toBe('LINK_FORGED');
    await stranger.close();
  });

  test('an order that the cloud wrote under a contractor’s name is refused by the edge without a true link', async () => {
    const { incident, token } = await ordered();
    const answer = await edge.throughCloud.take(
      {
        commandId: 'word-0001',
        token: `${token.slice(0, -4)}AAAA`,
        incident: incident.id,
        person: EAST,
        verb: 'receive_order',
        order: orderOf(incident.id).id,
        receivedAt: instantText(edge.clock.now()),
      },
      { receivedAt: edge.clock.now() },
    );
    expect(answer).toMatchObject({ state: 'refused' });
    const wrongVerb = await edge.throughCloud.take(
      {
        commandId: 'word-0002',
        token,
        incident: incident.id,
        person: EAST,
        verb: 'cancel',
        note: 'x',
        receivedAt: instantText(edge.clock.now()),
      },
      { receivedAt: edge.clock.now() },
    );
    expect(wrongVerb).toMatchObject({
      state: 'refused',
      reason: 'a contractor speaks of its orders, and of nothing else',
    });
    expect(orderOf(incident.id).state).toBe('placed');
  });

  test('about what the cloud has not heard of yet asks to look again', async () => {
    const { id } = await edge.trap();
    await edge.tell();
    edge.advance(61_000);
    await edge.pipeline.flush();
    const incident = edge.now(id);
    const token = edge.acting.orderLinks.issue(incident, incident.orders![0]!, 'cloud');
    expect(code(await show(token))).toBe('LINK_EARLY');
    cloud.time.now += 48 * 60 * MINUTE;
    expect(code(await show(token))).toBe('LINK_EXPIRED');
    cloud.time.now -= 48 * 60 * MINUTE;
    await edge.tell();
    expect((await show(token)).status).toBe(200);
  });
});
