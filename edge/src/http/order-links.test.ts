import { type ContractorOrder, type Incident, instantText, LINK_ORDERS, OrderLinkView } from '@keepsite/edge-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pumpedPark } from '../domain/testing/pumped-park.ts';
import { createActingBench } from '../testing/acting-bench.ts';

const MINUTE = 60_000;
const EAST = 'contractor:pumps-east';

let bench: Awaited<ReturnType<typeof createActingBench>>;
beforeEach(async () => {
  bench = await createActingBench({ registry: pumpedPark });
});
afterEach(() => bench.close());

/** Three pumps are ordered; the link is what the contractor was sent. */
async function ordered(): Promise<{ incident: Incident; order: ContractorOrder; token: string }> {
  const { id } = await bench.trap();
  bench.clock.advance(61_000);
  await bench.pipeline.flush();
  const incident = bench.now(id);
  const order = incident.orders![0]!;
  return { incident, order, token: bench.acting.orderLinks.issue(incident, order) };
}

const root = '/api/order-links';
const say = (token: string, verb: string, commandId: string, words: object = {}) =>
  bench.post(`${root}/${token}/${verb}`, { commandId, ...words });
const code = (answer: { json(): unknown }) => (answer.json() as { error: { code: string } }).error.code;
const orderOf = (id: string, place = 0) => bench.now(id).orders![place]!;
const entry = (id: string, kind: string) => bench.now(id).timeline.findLast((told) => told.kind === kind)!;

describe('a contractor’s link', () => {
  test('shows its order, where, until when and whom to call, without a login, and looking changes nothing', async () => {
    const { incident, order, token } = await ordered();
    for (const path of [`/o/${token}`, `${root}/${token}`]) {
      const answer = await bench.get(path);
      expect(answer.headers['referrer-policy'], path).toBe('no-referrer');
      expect(answer.headers['x-robots-tag']).toContain('noindex');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    expect(OrderLinkView.parse((await bench.get(`${root}/${token}`)).json())).toMatchObject({
      order: { what: { zh: '三台水泵' }, quantity: 3, cost: '12000', state: 'placed', dueAt: order.dueAt },
      contractor: { zh: '东区水泵' },
      place: { zh: '办公园区 · A 座 · 3 号梯' },
      contact: { phone: '+8613800000000' },
      timeZone: 'Asia/Shanghai',
    });
    expect(bench.now(incident.id)).toEqual(incident);
  });

  test('asks for whoever has the incident', async () => {
    const { incident, token } = await ordered();
    await bench.order('acknowledge', incident.id, 'zhao');
    const view = OrderLinkView.parse((await bench.get(`${root}/${token}`)).json());
    expect(view.contact).toEqual({ name: '赵师傅', phone: '+8613800000001' });
  });

  test('tells nothing of the contract, the budget, other pages or other orders, and opens nothing else', async () => {
    const { incident, token } = await ordered();
    const { body } = await bench.get(`${root}/${token}`);
    expect(body).not.toMatch(
      /\b50000|\b38000|remaining|budget|clocks|timeline|pages|steps|clients|pumps-west|acknowledge/,
    );
    expect(body).not.toContain(incident.id);
    for (const url of [`/api/links/${token}`, `/api/incidents/${incident.id}`, '/api/registry', '/api/events'])
      expect((await bench.get(url, { authorization: `Bearer ${token}` })).statusCode, url).toBeGreaterThan(400);
  });

  test('confirms with a promised time; the timeline has it as the contractor’s own word', async () => {
    const { incident, token } = await ordered();
    const arrivesAt = instantText(bench.clock.now() + 25 * MINUTE);
    expect((await say(token, 'confirm_order', 'word-0001', { arrivesAt })).json()).toMatchObject({ modified: true });
    expect(orderOf(incident.id)).toMatchObject({ state: 'confirmed', arrivesAt, confirmedBy: EAST });
    expect(entry(incident.id, 'order_confirmed').by).toEqual({ kind: 'person', id: EAST, via: 'link' });
  });

  test('declines: the next contractor is asked in the same moment, and the crew hears why', async () => {
    const { incident, token } = await ordered();
    expect((await say(token, 'decline', 'word-0001')).statusCode).toBe(409);
    expect((await say(token, 'decline', 'word-0002', { note: 'all pumps are out' })).statusCode).toBe(200);
    expect(bench.now(incident.id).orders).toMatchObject([
      { state: 'turned_down', reason: 'all pumps are out' },
      { state: 'placed', contractor: 'pumps-west', cost: '13000' },
    ]);
    expect(bench.now(incident.id).pages.filter(({ about }) => about?.kind === 'turned_down')).not.toEqual([]);
  });

  test('the same word again gets the first answer, also when it has ended its own link', async () => {
    const { incident, token } = await ordered();
    const first = (await say(token, 'receive_order', 'word-0001')).json();
    const { version } = bench.now(incident.id);
    expect((await say(token, 'receive_order', 'word-0001')).json()).toEqual(first);
    expect(bench.now(incident.id).version).toBe(version);
    expect(entry(incident.id, 'order_arrived').detail).toMatchObject({ responder: EAST, inTime: true });
  });

  test('acts on its own order alone, whatever is asked of it', async () => {
    const { incident, token } = await ordered();
    await say(token, 'decline', 'word-0001', { note: 'no' });
    const second = orderOf(incident.id, 1);
    const other = bench.acting.orderLinks.issue(bench.now(incident.id), second);
    const named = await say(other, 'receive_order', 'word-0002', { order: orderOf(incident.id).id });
    expect(named.statusCode).toBe(400);
    for (const verb of ['acknowledge', 'approve', 'call_off_order', 'note'])
      expect((await say(other, verb, 'word-0003', { note: 'x' })).statusCode, verb).toBe(401);
    expect(second).toMatchObject({ state: 'placed' });
  });

  test('of one incident is no link of another', async () => {
    const { incident, order, token } = await ordered();
    const [body = '', seal = ''] = token.split('.');
    const text = Buffer.from(body, 'base64url').toString();
    const forged = `${Buffer.from(text.replace(incident.id, `${incident.id}0`)).toString('base64url')}.${seal}`;
    const elsewhere = bench.acting.orderLinks.issue({ ...incident, id: 'i-9' }, order);
    const foreign = bench.acting.orderLinks.issue(incident, { ...order, contractor: 'pumps-west' });
    const guessed = bench.acting.orderLinks.issue(incident, { ...order, id: `${incident.id}.order.9.9` });
    for (const bad of [forged, elsewhere, foreign, guessed, bench.acting.links.issue(incident, 'zhao'), 'abc.def']) {
      const acted = await say(bad, 'receive_order', 'word-0001');
      expect([acted.statusCode, code(acted)]).toEqual([404, 'LINK_FORGED']);
    }
    expect(orderOf(incident.id).state).toBe('placed');
  });

  test('nor is a contractor’s link a person’s, whichever door it was made for', async () => {
    const { incident, order } = await ordered();
    for (const door of ['edge', 'cloud'] as const) {
      const token = bench.acting.orderLinks.issue(incident, order, door);
      expect(bench.acting.orderLinks.read(token).ok).toBe(true);
      expect(bench.acting.links.read(token)).toMatchObject({ ok: false, why: 'forged' });
      const persons = bench.acting.links.issue(incident, EAST, door);
      expect(bench.acting.orderLinks.read(persons)).toMatchObject({ ok: false, why: 'forged' });
    }
  });

  test.each([
    ['called off', 'ORDER_CALLED_OFF', (id: string) => aboutOrder('call_off_order', id)],
    ['received by the crew', 'ORDER_RECEIVED', (id: string) => aboutOrder('receive_order', id)],
    ['of an incident that is over', 'LINK_OVER', (id: string) => bench.order('cancel', id, 'wang')],
  ])('%s: says so kindly, and does nothing', async (_, expected, end) => {
    const { incident, token } = await ordered();
    await end(incident.id);
    const { version } = bench.now(incident.id);
    const shown = await bench.get(`${root}/${token}`);
    expect([shown.statusCode, code(shown)]).toEqual([410, expected]);
    expect(shown.json()).toMatchObject({ error: { details: { what: { zh: '三台水泵' }, quantity: 3 } } });
    expect(code(await say(token, 'confirm_order', 'word-0001'))).toBe(expected);
    expect(bench.now(incident.id).version).toBe(version);
  });

  test('that was declined is not confirmed any more', async () => {
    const { token } = await ordered();
    await say(token, 'decline', 'word-0001', { note: 'no' });
    expect(code(await say(token, 'confirm_order', 'word-0002'))).toBe('ORDER_TURNED_DOWN');
  });

  test('lasts for a day after it is due', async () => {
    const { order, token } = await ordered();
    const left = Date.parse(order.dueAt!) + 24 * 60 * MINUTE - bench.clock.now();
    bench.clock.advance(left - 1_000);
    expect(bench.acting.orderLinks.read(token).ok).toBe(true);
    bench.clock.advance(2_000);
    expect(code(await bench.get(`${root}/${token}`))).toBe('LINK_EXPIRED');
  });

  test('who says one word after the other about an order waits, and a true link is no guess', async () => {
    const { token } = await ordered();
    const answers = [];
    for (let n = 0; n <= LINK_ORDERS.free; n += 1)
      answers.push(await say(token, 'confirm_order', `word-${String(n).padStart(4, '0')}`));
    expect(answers[0]?.statusCode).toBe(200);
    expect(answers.at(-1)?.statusCode).toBe(429);
    expect((await bench.get(`${root}/${token}`)).statusCode).toBe(200);
  });

  test('who guesses waits longer and longer', async () => {
    const answers = [];
    for (let n = 0; n < 14; n += 1) answers.push(await bench.get(`${root}/abc.def`));
    expect(answers.at(-1)?.statusCode).toBe(429);
  });
});

test('nobody speaks for a contractor at the edge’s own doors', async () => {
  const { incident, order } = await ordered();
  for (const door of ['api', 'mqtt', 'cloud'] as const) {
    const told = await bench.doors[door].order('confirm_order', incident.id, `word-${door}`, {
      responder: EAST,
      order: order.id,
    });
    expect(told, door).toMatchObject({ state: 'refused', reason: 'a contractor speaks by its own link' });
  }
  expect(orderOf(incident.id).state).toBe('placed');
});

/** The dispatcher's own order. */
function aboutOrder(verb: 'call_off_order' | 'receive_order', id: string) {
  return bench.doors.page.order(verb, id, `desk-${verb}`, { order: orderOf(id).id, note: 'the rain stopped' });
}
