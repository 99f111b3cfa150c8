import { CloudLinkView } from '@keepsite/cloud-contract';
import { type Incident, instantText, type Verb, withoutAddresses } from '@keepsite/edge-contract';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSign } from '../../../edge/src/acting/acting-key.ts';
import { createLinks } from '../../../edge/src/acting/links.ts';
import { startTestCloud } from '../testing/cloud.ts';
import {
  API_TOKEN,
  createLinkedEdge,
  EDGE_TOKEN,
  type LinkedHouse,
  useLinkedHouse,
  WITH_LOGINS,
} from '../testing/linked-edge.ts';
import { batch } from '../testing/samples.ts';

const HOUR = 3_600_000;

const house = useLinkedHouse();
let db: LinkedHouse['db'];
let tenant: LinkedHouse['tenant'];
let cloud: LinkedHouse['cloud'];
let edge: LinkedHouse['edge'];
beforeEach(() => void ({ db, tenant, cloud, edge } = house()));

async function linked(person = 'zhao') {
  const incident = await edge.trapped();
  return { incident, token: edge.linkOf(incident, person) };
}

const act = (token: string, verb: Verb, commandId: string, words: object = {}) =>
  cloud.send('POST', `/api/links/${token}/${verb}`, { commandId, ...words });
const show = (token: string) => cloud.get(`/api/links/${token}`);
const view = async (token: string) => CloudLinkView.parse((await show(token)).body);
const told = ({ timeline }: Incident, kind: string) => timeline.filter((entry) => entry.kind === kind);

describe('a signed link through the cloud', () => {
  test('shows what the edge knows of this one incident, and looking changes nothing', async () => {
    const { incident, token } = await linked();
    const { body, headers } = await show(token);
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(headers['x-robots-tag']).toContain('noindex');
    expect(CloudLinkView.parse(body)).toMatchObject({
      incident: withoutAddresses(incident),
      person: { id: 'zhao', name: '赵师傅' },
      place: { zh: '办公园区 · A 座 · 3 号梯' },
      timeZone: 'Asia/Shanghai',
      others: [{ id: 'li' }, { id: 'wang' }],
      orders: [],
    });
    expect(JSON.stringify(body)).not.toMatch(/"address":"[^"]/);
    await edge.come();
    expect(edge.now(incident.id)).toEqual(incident);
  });

  test('opens its page, uncached and without a referrer, and nothing else of the cloud', async () => {
    const { incident, token } = await linked();
    const webDir = mkdtempSync(join(tmpdir(), 'keepsite-web-'));
    writeFileSync(join(webDir, 'index.html'), '<title>Keepsite</title>');
    const served = await startTestCloud(db, tenant, { ...WITH_LOGINS, webDir });
    const page = await served.get(`/l/${token}`);
    expect([page.status, page.body]).toEqual([200, '<title>Keepsite</title>']);
    const sticker = await served.get('/a/K7QF-2M9X-0000', { accept: 'text/html' });
    for (const { headers } of [page, sticker])
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    await served.close();
    rmSync(webDir, { recursive: true });
    for (const headers of [{}, { authorization: `Bearer ${token}` }])
      expect((await cloud.get(`/api/incidents/${incident.id}`, headers)).status).toBe(401);
  });

  test('about something that the cloud has not heard of yet asks to look again', async () => {
    const { id } = await edge.trap();
    await edge.tell();
    const { id: unheard } = await edge.pipeline
      .report(
        { commandId: 'report-9', asset: 'pump-room', fault: 'leak', severity: 'major', reporter: 'guard' },
        edge.clock.now(),
        'edge',
      )
      .then(({ incident }) => edge.now(incident ?? ''));
    const token = edge.linkOf(edge.now(unheard));
    expect(await show(token)).toMatchObject({ status: 503, body: { error: { code: 'LINK_EARLY' } } });
    expect((await act(token, 'acknowledge', 'too-early')).status).toBe(503);
    await edge.tell();
    expect((await view(token)).incident.id).toBe(unheard);
    // The release that brought a newer link is still on its way.
    await edge.order('acknowledge', id, 'li');
    await edge.order('release', id, 'li');
    expect(await show(edge.linkOf(edge.now(id), 'li'))).toMatchObject({ body: { error: { code: 'LINK_EARLY' } } });
  });
});

/** What must have happened before, what the order says, and what it then reads in the evidence. */
const VERBS: Readonly<
  Partial<Record<Verb, { readonly after: readonly Verb[]; readonly words?: object; readonly event: string }>>
> = {
  acknowledge: { after: [], event: 'acknowledged' },
  arrive: { after: ['acknowledge'], event: 'on_site' },
  resolve: { after: ['acknowledge', 'arrive'], words: { note: 'door freed' }, event: 'resolved' },
  close: { after: ['resolve'], event: 'closed' },
  release: { after: ['acknowledge'], event: 'released' },
  handover: { after: ['acknowledge'], words: { to: 'zhao' }, event: 'handed_over' },
  escalate: { after: [], event: 'step' },
  cancel: { after: [], words: { note: 'a drill' }, event: 'cancelled' },
  note: { after: [], words: { note: 'doctor called' }, event: 'noted' },
};

describe('an order by it', () => {
  test.each(Object.entries(VERBS))('%s: pending until the edge decides, and done once', async (name, story) => {
    const verb = name as Verb;
    const { incident, token } = await linked('wang');
    for (const before of story.after) await edge.order(before, incident.id, 'wang');
    await edge.tell();
    const already = told(edge.now(incident.id), story.event).length;

    const first = await act(token, verb, 'order-0001', story.words);
    expect([first.status, first.body]).toMatchObject([202, { commandId: 'order-0001', state: 'pending' }]);
    expect((await view(token)).orders).toMatchObject([{ commandId: 'order-0001', verb, state: 'pending' }]);
    expect((await act(token, verb, 'order-0001', story.words)).status).toBe(202);
    await edge.come();
    const { version } = edge.now(incident.id);
    const events = told(edge.now(incident.id), story.event).slice(already);
    expect(events).toHaveLength(1);
    if (verb !== 'escalate') expect(events[0]?.by).toEqual({ kind: 'person', id: 'wang', via: 'link' });

    // Also where this very order has ended the link.
    const again = await act(token, verb, 'order-0001', story.words);
    expect([again.status, again.body]).toMatchObject([200, { state: 'done', modified: true }]);
    await edge.come();
    expect(edge.now(incident.id).version, 'nothing happened a second time').toBe(version);
  });

  test('waits for an edge that is away, and counts from when the cloud had it', async () => {
    const { incident, token } = await linked();
    edge.advance(60_000);
    expect((await act(token, 'acknowledge', 'order-0001')).body).toMatchObject({ state: 'pending' });
    edge.advance(30_000);
    await act(token, 'arrive', 'order-0002', { heldMs: 10_000 });
    edge.advance(210_000);
    expect((await view(token)).orders.map(({ state }) => state)).toEqual(['pending', 'pending']);
    await edge.come();
    const after = (ms: number) => instantText(Date.parse(incident.openedAt) + ms);
    expect((await view(token)).incident).toMatchObject({
      response: 'on_site',
      responder: 'zhao',
      acknowledgedAt: after(60_000),
      onSiteAt: after(90_000),
    });
    expect(told(edge.now(incident.id), 'on_site')[0]?.detail).toMatchObject({ saidAt: after(80_000) });
    expect((await view(token)).orders.map(({ state }) => state)).toEqual(['done', 'done']);
  });

  test('counts although its link ended before the edge came for it', async () => {
    const { incident, token } = await linked();
    await edge.order('acknowledge', incident.id, 'zhao');
    edge.advance(60_000);
    await act(token, 'note', 'order-0001', { note: 'the door is stuck' });
    edge.advance(60_000);
    await edge.order('release', incident.id, 'zhao');
    await act(token, 'note', 'order-0002', { note: 'after I gave it back' });
    edge.advance(24 * HOUR);
    await edge.come();
    expect(told(edge.now(incident.id), 'noted').map(({ detail }) => detail['text'])).toEqual(['the door is stuck']);
    const { body } = await act(token, 'note', 'order-0002', { note: 'after I gave it back' });
    expect(body).toMatchObject({ error: { code: 'LINK_EXPIRED' } });
    const rows = await cloud.ports.store.commands.ofIncident(incident.id);
    expect(rows.map(({ state, reason }) => [state, reason])).toEqual([
      ['done', null],
      ['refused', expect.stringContaining('you gave the incident back')],
    ]);
  });

  test('fifty at once: one has it, the others read who', async () => {
    const incident = await edge.trapped();
    const [li, zhao] = [edge.linkOf(incident, 'li'), edge.linkOf(incident, 'zhao')];
    const ids = Array.from({ length: 50 }, (_, n) => `at-once-${String(n).padStart(4, '0')}`);
    const statuses = await Promise.all(
      ids.map(async (id, n) => (await act(n % 2 ? li : zhao, 'acknowledge', id)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([202]));
    await edge.come();
    const { responder, timeline } = edge.now(incident.id);
    expect(timeline.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
    const { orders } = await view(responder === 'li' ? li : zhao);
    expect(orders.filter(({ modified }) => modified)).toHaveLength(1);
    const others = await view(responder === 'li' ? zhao : li);
    expect(others.orders.map(({ state, modified }) => [state, modified])).toEqual(
      Array.from({ length: 25 }, () => ['refused', false]),
    );
    expect(others.orders[0]?.reason).toContain(`${responder} has it already`);
  });

  test('puts somebody on site by the asset’s code, and by no network, whatever the order says', async () => {
    const { incident, token } = await linked();
    await act(token, 'arrive', 'order-0001');
    await edge.come();
    const proofs = () => told(edge.now(incident.id), 'on_site').map(({ detail }) => detail);
    expect(proofs()).toMatchObject([{ proof: 'declared' }]);
    expect((await act(token, 'arrive', 'order-0002', { proof: 'verified' })).status).toBe(400);
    await act(token, 'arrive', 'order-0003', { code: edge.acting.codes.of(incident.asset).code });
    await edge.come();
    expect(proofs()).toMatchObject([{ proof: 'declared' }, { proof: 'verified', proofBy: 'code' }]);
  });

  test('that the person may not give is refused by the edge; a disabled account gives none', async () => {
    const { incident, token } = await linked('zhao');
    expect((await view(token)).may).toEqual(expect.arrayContaining(['acknowledge', 'arrive', 'resolve', 'note']));
    expect((await view(token)).may).not.toContain('cancel');
    await act(token, 'cancel', 'order-0001', { note: 'no' });
    edge.accounts.push({ name: 'zhao', responder: 'zhao', role: 'crew', disabled: true });
    await act(token, 'acknowledge', 'order-0002');
    await edge.come();
    expect(edge.now(incident.id).response).toBe('open');
    expect((await view(token)).orders.map(({ state, reason }) => [state, reason])).toEqual([
      ['refused', 'this link may not cancel the incident'],
      ['refused', 'this link may not acknowledge the incident'],
    ]);
  });
});

describe('a link that does not hold', () => {
  test.each([
    ['forged', 404, 'LINK_FORGED', () => Promise.resolve('abc.def')],
    [
      'changed',
      404,
      'LINK_FORGED',
      async () => {
        const { token } = await linked();
        const [body = '', seal = ''] = token.split('.');
        const said = Buffer.from(body, 'base64url').toString().replace('\nzhao\n', '\nwang\n');
        return `${Buffer.from(said).toString('base64url')}.${seal}`;
      },
    ],
    [
      'meant for the edge’s own door',
      404,
      'LINK_FORGED',
      async () => edge.acting.links.issue(await edge.trapped(), 'zhao'),
    ],
    [
      'expired',
      410,
      'LINK_EXPIRED',
      async () => {
        const { token } = await linked();
        edge.advance(24 * HOUR + 1_000);
        return token;
      },
    ],
    [
      'of an incident that is over',
      410,
      'LINK_OVER',
      async () => {
        const { incident, token } = await linked();
        await edge.order('cancel', incident.id, 'wang');
        return token;
      },
    ],
    [
      'of a claim that was given back',
      410,
      'LINK_REVOKED',
      async () => {
        const { incident, token } = await linked();
        await edge.order('acknowledge', incident.id, 'zhao');
        await edge.order('release', incident.id, 'zhao');
        return token;
      },
    ],
  ] as const)('%s: says so, tells no secret, and hands nothing on', async (_, status, code, make) => {
    const token = await make();
    await edge.tell();
    for (const answer of [await show(token), await act(token, 'acknowledge', 'order-0001')]) {
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      expect(JSON.stringify(answer.body)).not.toContain(token);
    }
    expect((await cloud.ports.store.commands.take('edge-1', 0, 9, cloud.time.now)).length).toBe(0);
  });

  test('of another tenant shows nothing there, though its edge has the same name', async () => {
    const { token } = await linked();
    const other = await startTestCloud(db, `${tenant}-b`, WITH_LOGINS);
    expect((await other.get(`/api/links/${token}`)).body).toMatchObject({ error: { code: 'LINK_FORGED' } });
    const theirs = createLinkedEdge(other, await other.listen(), 8);
    await theirs.trapped();
    expect((await other.get(`/api/links/${token}`)).body).toMatchObject({ error: { code: 'LINK_FORGED' } });
    await theirs.close();
    await other.close();
  });

  test('that another edge has signed shows nothing of this one', async () => {
    const incident = await edge.trapped();
    const links = createLinks({ ...edge, sign: createSign(new Uint8Array(32).fill(7)) });
    const heartbeat = { ...(await cloud.ports.store.edges.heartbeats())[0]!.heartbeat, edge: 'edge-2' };
    const token = { authorization: `Bearer ${EDGE_TOKEN}` };
    const told = batch({ heartbeat: { ...heartbeat, linkKey: links.publicKey } }, 'edge-2');
    expect((await cloud.send('POST', '/api/edges/edge-2/batches', told, token)).status).toBe(200);
    for (const named of ['edge-1', 'edge-2'])
      expect(await show(links.issue({ ...incident, edge: named }, 'zhao', 'cloud'))).toMatchObject({
        body: { error: { code: 'LINK_FORGED' } },
      });
  });

  test('is found out by the edge, even where the cloud hands it on', async () => {
    const { incident, token } = await linked();
    const receivedAt = instantText(cloud.time.now);
    const order = { verb: 'acknowledge', incident: incident.id, person: 'wang', receivedAt } as const;
    const place = (commandId: string, seal: string) =>
      cloud.ports.store.commands.place(
        'edge-1',
        commandId,
        incident.id,
        { kind: 'link', order: { ...order, commandId, token: seal } },
        cloud.time.now,
      );
    await place('order-0001', `${token.split('.')[0]}.${'A'.repeat(86)}`);
    await place('order-0002', token);
    await edge.come();
    expect(edge.now(incident.id), 'who acts stands in the link').toMatchObject({ responder: 'zhao' });
    expect(told(edge.now(incident.id), 'acknowledged')).toHaveLength(1);
  });

  test('once its order is decided stands nowhere in the cloud any more', async () => {
    const { incident, token } = await linked();
    await act(token, 'acknowledge', 'order-0001');
    const kept = async () =>
      (
        await sql<{ n: number }>`SELECT count(*) AS n FROM commands WHERE body::text LIKE ${`%${token}%`}`.execute(
          db.owner,
        )
      ).rows[0]?.n;
    expect(Number(await kept())).toBe(1);
    await edge.come();
    expect(Number(await kept())).toBe(0);
    const { body } = await cloud.get(`/api/incidents/${incident.id}`, { authorization: `Bearer ${API_TOKEN}` });
    expect(body.commands).toMatchObject([{ verb: 'acknowledge', responder: 'zhao', state: 'done' }]);
  });

  test('makes whoever guesses wait longer and longer, and no neighbour', async () => {
    const proxied = await startTestCloud(db, tenant, { ...WITH_LOGINS, trustedProxies: ['127.0.0.1'] });
    proxied.time.now = cloud.time.now;
    const { token } = await linked();
    const from = async (address: string, shown = 'guess.guess') =>
      (await proxied.get(`/api/links/${shown}`, { 'x-forwarded-for': address })).status;
    const guessed = [];
    for (let n = 0; n < 12; n += 1) guessed.push(await from('2001:db8:1:2::9'));
    expect(guessed.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(await from('2001:db8:1:2:3::1'), 'of the same line').toBe(429);
    expect(await from('2001:db8:1:3::9')).toBe(404);
    expect(await from('198.51.100.10', token)).toBe(200);
    await proxied.close();
  });
});
