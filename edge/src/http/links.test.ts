import { type Incident, LinkView } from '@keepsite/edge-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActingBench } from '../testing/acting-bench.ts';
import { JPEG, jpegOfAPhone } from '../testing/photo-samples.ts';

let bench: Awaited<ReturnType<typeof createActingBench>>;
beforeEach(async () => {
  bench = await createActingBench({ networks: ['192.168.7.0/24'], photoBytes: 4_000 });
});
afterEach(() => bench.close());

async function linked(person = 'zhao') {
  const incident = await bench.trap();
  return { incident, token: bench.acting.links.issue(incident, person) };
}

const onSite = ({ timeline }: Incident) =>
  timeline.filter(({ kind }) => kind === 'on_site').map(({ detail }) => detail);
const code = (answer: { json(): unknown }) => (answer.json() as { error: { code: string } }).error.code;

describe('a signed link', () => {
  test('shows its one incident without a login, and looking changes nothing', async () => {
    const { incident, token } = await linked();
    for (const path of [`/l/${token}`, `/api/links/${token}`])
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await bench.api.inject({ method, url: path, headers: { host: 'edge.example' } });
        expect(answer.headers['referrer-policy'], path).toBe('no-referrer');
        expect(answer.headers['x-robots-tag']).toContain('noindex');
        expect(answer.headers['cache-control']).toBe('no-store');
      }
    const view = LinkView.parse((await bench.get(`/api/links/${token}`)).json());
    expect(view).toMatchObject({
      incident: { id: incident.id },
      person: { id: 'zhao', name: '赵师傅' },
      place: { zh: '办公园区 · A 座 · 3 号梯' },
      timeZone: 'Asia/Shanghai',
      others: [{ id: 'li' }, { id: 'wang' }],
    });
    expect(bench.now(incident.id)).toEqual(incident);
  });

  test('tells nobody’s address, and nothing but this incident', async () => {
    const { token } = await linked();
    const told = (await bench.get(`/api/links/${token}`)).body;
    expect(told).not.toMatch(/"address":"[^"]/);
    const cookie = { cookie: `keepsite=${token}` };
    for (const url of ['/api/incidents', '/api/registry', '/api/whoami', '/api/events'])
      expect((await bench.get(url, cookie)).statusCode, url).toBe(401);
    expect((await bench.get('/api/incidents', { authorization: `Bearer ${token}` })).statusCode).toBe(401);
  });

  test('acts as a crew may, and no further; a disabled account takes even that', async () => {
    const { incident, token } = await linked('li');
    const cancel = await bench.post(`/api/links/${token}/cancel`, { commandId: 'cancel-01', note: 'no' });
    expect([cancel.statusCode, bench.now(incident.id).response]).toEqual([403, 'open']);
    const may = async (): Promise<readonly string[]> =>
      LinkView.parse((await bench.get(`/api/links/${token}`)).json()).may;
    expect(await may()).toEqual(
      expect.arrayContaining(['acknowledge', 'arrive', 'resolve', 'release', 'escalate', 'note']),
    );
    expect(await may()).not.toContain('cancel');
    bench.access.accounts.change('li', { disabled: true }, 'box');
    expect(await may()).toEqual([]);
    expect((await bench.post(`/api/links/${token}/acknowledge`, { commandId: 'ack-00001' })).statusCode).toBe(403);
  });

  test('names nobody else: who acts stands in the link', async () => {
    const { incident, token } = await linked();
    const other = await bench.post(`/api/links/${token}/acknowledge`, { commandId: 'ack-00001', responder: 'li' });
    expect(other.statusCode).toBe(400);
    await bench.post(`/api/links/${token}/acknowledge`, { commandId: 'ack-00002' });
    expect(bench.now(incident.id)).toMatchObject({ responder: 'zhao', response: 'acknowledged' });
  });

  test.each([
    ['forged', 404, 'LINK_FORGED', () => Promise.resolve('abc.def')],
    [
      'expired',
      410,
      'LINK_EXPIRED',
      async () => {
        const { token } = await linked();
        bench.clock.advance(24 * 3_600_000 + 1_000);
        await bench.pipeline.flush();
        return token;
      },
    ],
    [
      'of an incident that is over',
      410,
      'LINK_OVER',
      async () => {
        const { incident, token } = await linked();
        await bench.order('cancel', incident.id, 'wang');
        return token;
      },
    ],
    [
      'of a claim that was given back',
      410,
      'LINK_REVOKED',
      async () => {
        const { incident, token } = await linked();
        await bench.order('acknowledge', incident.id, 'zhao');
        await bench.order('release', incident.id, 'zhao');
        return token;
      },
    ],
  ] as const)('%s: says so, and does nothing', async (_, status, expected, make) => {
    const token = await make();
    const shown = await bench.get(`/api/links/${token}`);
    expect([shown.statusCode, code(shown)]).toEqual([status, expected]);
    expect(shown.body).not.toContain(token);
    const before = bench.store.incidents({ limit: 1 })[0]?.version;
    const acted = await bench.post(`/api/links/${token}/acknowledge`, { commandId: 'ack-00001' });
    expect([acted.statusCode, code(acted)]).toEqual([status, expected]);
    expect(bench.store.incidents({ limit: 1 })[0]?.version).toBe(before);
  });

  test('who guesses waits longer and longer, and whoever has a link does not wait for him', async () => {
    const { token } = await linked();
    const guess = (address: string) =>
      bench.api.inject({ url: '/api/links/guess.guess', headers: { host: 'edge.example' }, remoteAddress: address });
    const answers = [];
    for (let n = 0; n < 12; n += 1) answers.push((await guess('198.51.100.9')).statusCode);
    expect(answers.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect((await guess('198.51.100.10')).statusCode).toBe(404);
    expect((await bench.get(`/api/links/${token}`)).statusCode).toBe(200);
  });

  test('what the phone had to keep is noted with its own time, and counts from when it was heard', async () => {
    const { incident, token } = await linked();
    await bench.post(`/api/links/${token}/acknowledge`, { commandId: 'ack-00001' });
    bench.clock.advance(90_000);
    await bench.post(`/api/links/${token}/arrive`, { commandId: 'arrive-01', heldMs: 60_000 });
    const [event] = bench.now(incident.id).timeline.filter(({ kind }) => kind === 'on_site');
    expect(Date.parse(event!.at) - Date.parse(incident.openedAt)).toBe(90_000);
    expect(Date.parse(String(event!.detail['saidAt'])) - Date.parse(incident.openedAt)).toBe(30_000);
  });
});

describe('presence on site', () => {
  test('from the site’s own network, by whoever acts', async () => {
    const { incident, token } = await linked();
    await bench.post(`/api/links/${token}/arrive`, { commandId: 'arrive-01' }, {}, '192.168.7.31');
    expect(onSite(bench.now(incident.id))).toMatchObject([
      { proof: 'verified', proofBy: 'network', proofNote: '192.168.7.0/24' },
    ]);
  });

  test('a client that says where it came from is not believed', async () => {
    const { incident, token } = await linked();
    const lie = { 'x-forwarded-for': '192.168.7.31' };
    await bench.post(`/api/links/${token}/arrive`, { commandId: 'arrive-01' }, lie);
    expect(onSite(bench.now(incident.id))).toMatchObject([{ proof: 'declared' }]);
  });

  test('the control room on that network does not put the crew there', async () => {
    const { incident } = await linked();
    const url = `/api/incidents/${incident.id}/arrive`;
    const body = { commandId: 'arrive-01', responder: 'zhao' };
    await bench.post(url, body, { cookie: bench.cookies.wang }, '192.168.7.31');
    expect(onSite(bench.now(incident.id))).toMatchObject([{ responder: 'zhao', proof: 'declared' }]);
  });

  test('codes are shown to those who print them, replaced by those who may, and tell what is open there', async () => {
    const { incident } = await linked();
    const [wang, li] = [{ cookie: bench.cookies.wang }, { cookie: bench.cookies.li }];
    const shown = (await bench.get('/api/assets/elevator-3/code', wang)).json<{ code: string; url: string }>();
    expect(shown).toMatchObject({ asset: 'elevator-3', version: 1, url: `https://edge.example/a/${shown.code}` });
    expect((await bench.get('/api/assets/elevator-3/code', li)).statusCode).toBe(403);
    const svg = await bench.get('/api/assets/elevator-3/code.svg', wang);
    expect([svg.headers['content-type'], svg.body.slice(0, 4)]).toEqual(['image/svg+xml', '<svg']);
    const sheet = (await bench.get('/api/codes/sheet', wang)).body;
    for (const text of [shown.code, '3 号梯', 'Pump room']) expect(sheet).toContain(text);
    expect((await bench.get(`/api/codes/${shown.code}`, li)).json()).toMatchObject({
      asset: 'elevator-3',
      isCurrent: true,
      incidents: [{ id: incident.id }],
    });
    expect((await bench.get('/api/codes/0000-0000-0000', li)).statusCode).toBe(404);
    expect((await bench.post('/api/assets/elevator-3/code', {}, wang)).statusCode).toBe(403);
    bench.access.accounts.change('wang', { role: 'installer' }, 'box');
    const next = (await bench.post('/api/assets/elevator-3/code', {}, wang)).json<{ code: string }>();
    expect(next).toMatchObject({ version: 2 });
    expect((await bench.get(`/api/codes/${shown.code}`, li)).json()).toMatchObject({ isCurrent: false });
    expect(bench.lines).toContainEqual(expect.objectContaining({ audit: 'code_replaced', asset: 'elevator-3' }));
  });
});

test('where the cloud serves links, printed codes lead there: a phone keeps its links where it opened them', async () => {
  const served = await createActingBench({ settings: { linksUrl: 'https://cloud.example' } });
  const shown = await served.get('/api/assets/elevator-3/code', { cookie: served.cookies.wang });
  const { code } = shown.json<{ code: string }>();
  expect(shown.json()).toMatchObject({ url: `https://cloud.example/a/${code}` });
  await served.close();
});

describe('a photograph', () => {
  const send = (url: string, body: Buffer, headers: Record<string, string> = {}) =>
    bench.api.inject({
      method: 'POST',
      url,
      payload: body,
      headers: { host: 'edge.example', 'content-type': 'image/jpeg', ...headers },
    });
  const photos = (id: string) => bench.now(id).timeline.filter(({ kind }) => kind === 'photo');

  test('by a link is kept without its place, once however often it is sent, and stands in the evidence', async () => {
    const { incident, token } = await linked();
    const url = `/api/links/${token}/photos?commandId=photo-0001&caption=${encodeURIComponent('门缝')}&heldMs=5000`;
    for (let n = 0; n < 2; n += 1) expect((await send(url, jpegOfAPhone())).statusCode).toBe(200);
    const [event, ...more] = photos(incident.id);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      by: { kind: 'person', id: 'zhao', via: 'link' },
      detail: { id: 'photo-0001', type: 'image/jpeg', bytes: JPEG.length, caption: '门缝' },
    });
    const sha256 = String(event!.detail['sha256']);
    const shown = await bench.get(`/api/links/${token}/photos/${sha256}`);
    expect(shown.rawPayload.equals(JPEG)).toBe(true);
    expect(shown.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const page = await bench.get(`/api/incidents/${incident.id}/photos/${sha256}`, { cookie: bench.cookies.li });
    expect(page.statusCode).toBe(200);
    expect((await bench.get(`/api/links/${token}/photos/${'0'.repeat(64)}`)).statusCode).toBe(404);
  });

  test('by the page is the account’s own', async () => {
    const { incident } = await linked();
    const url = `/api/incidents/${incident.id}/photos?commandId=photo-0001`;
    expect((await send(url, JPEG, { cookie: bench.cookies.li })).statusCode).toBe(200);
    expect(photos(incident.id)[0]?.by).toMatchObject({ id: 'li', via: 'edge' });
  });

  test('that is none, or too large, or one too many for the disk, is refused and nothing is written', async () => {
    const { incident, token } = await linked();
    const url = (n: number) => `/api/links/${token}/photos?commandId=photo-000${n}`;
    const page = Buffer.from('<script>alert(1)</script>');
    expect(code(await send(url(1), page))).toBe('PHOTO_REFUSED');
    expect((await send(url(2), JPEG, { 'content-type': 'image/svg+xml' })).statusCode).toBe(415);
    expect((await send(url(3), Buffer.alloc(9 * 1024 * 1024))).statusCode).toBe(413);
    const profile = Buffer.concat([
      JPEG.subarray(0, 2),
      Buffer.from([0xff, 0xdb, 0x0f, 0xa2]),
      Buffer.alloc(4_000),
      JPEG.subarray(2),
    ]);
    expect(code(await send(url(4), profile))).toBe('STORE_FULL');
    expect(photos(incident.id)).toEqual([]);
  });
});
