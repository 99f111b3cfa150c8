import { once } from 'node:events';
import { request } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ClientSummary, CommandList, RetentionReport, SlaReport } from '@keepsite/cloud-contract';
import { Incident, packReadings, type Heartbeat } from '@keepsite/edge-contract';
import { hashOf, verifyChain } from '@keepsite/edge-evidence';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, chain, contract, EDGE, fact, opened, registry, story, T0 } from '../testing/samples.ts';

const database = useTestDatabase();
let tenant: string;
let cloud: TestCloud;
const others: TestCloud[] = [];

beforeEach(async () => {
  tenant = database.tenant();
  cloud = await startTestCloud(database.db, tenant);
});
afterEach(async () => {
  for (const each of [cloud, ...others.splice(0)]) await each.close();
});

const ACME = {
  id: 'acme',
  name: { en: 'Acme', zh: '艾克米' },
  kind: 'commercial',
  since: '2024-01-01',
  officer: 'chen',
};
const BATCHES = `/api/edges/${EDGE}/batches`;
const order = (commandId: string, more = {}) => ({ commandId, responder: 'li', ...more });

async function seed(): Promise<void> {
  await cloud.send('PUT', '/api/clients/acme', ACME);
  await cloud.send('PUT', '/api/clients/acme/contracts/c-1', contract());
  await cloud.send('POST', BATCHES, batch({ registry: registry(), events: chain(story('i-1', 300)) }));
}

describe('incidents', () => {
  test('come newest first, page by page, none twice and none left out', async () => {
    const facts = [1, 2, 3, 4, 5].map((n) => fact(`i-${n}`, n * 10, opened(T0 + n * 10_000)));
    await cloud.send('POST', BATCHES, batch({ events: chain(facts) }));
    const seen: string[] = [];
    for (let url: string | null = '/api/incidents?limit=2'; url;) {
      const { body }: { body: { items: Incident[]; next: string | null } } = await cloud.get(url);
      seen.push(...body.items.map((incident) => Incident.parse(incident).id));
      url = body.next && `/api/incidents?limit=2&before=${encodeURIComponent(body.next)}`;
    }

    expect(seen).toEqual(['i-5', 'i-4', 'i-3', 'i-2', 'i-1']);
    expect((await cloud.get('/api/incidents?before=nonsense')).status).toBe(400);
  });

  test('are told apart by state and client', async () => {
    const open = chain([...story('i-1', 300), fact('i-2', 9000, opened(T0 + 9e6, { clients: ['other'] }))]);
    await cloud.send('POST', BATCHES, batch({ events: open }));
    const ids = async (query: string) =>
      (await cloud.get(`/api/incidents?${query}`)).body.items.map(({ id }: Incident) => id);

    expect(await ids('state=open')).toEqual(['i-2']);
    expect(await ids('state=closed')).toEqual(['i-1']);
    expect(await ids('client=acme')).toEqual(['i-1']);
  });

  test('hand out evidence that verifies as the edge made it', async () => {
    await seed();
    const { body } = await cloud.get('/api/incidents/i-1/events');
    const events = body.items.map((item: { event: unknown }) => item.event);

    expect(verifyChain(events)).toMatchObject({ ok: true, checked: events.length });
    expect(events.every((event: Parameters<typeof hashOf>[0] & { hash: string }) => hashOf(event) === event.hash)).toBe(
      true,
    );
    expect((await cloud.get('/api/incidents/nobody/events')).status).toBe(404);
  });
});

describe('commands', () => {
  test('a verb is stored, handed to the edge, and its answer is shown', async () => {
    await seed();
    const sent = await cloud.send('POST', '/api/incidents/i-1/note', order('command-1', { note: 'on my way' }));
    expect([sent.status, sent.body]).toEqual([
      202,
      { commandId: 'command-1', state: 'pending', modified: false, reason: null },
    ]);

    const list = CommandList.parse((await cloud.get(`/api/edges/${EDGE}/commands?after=0&wait=0`)).body);
    expect(list.items).toMatchObject([
      {
        kind: 'command',
        seq: 1,
        command: { verb: 'note', via: 'cloud', note: 'on my way', receivedAt: '2026-03-02T10:00:00.000Z' },
      },
    ]);
    expect(list.next).toBe(1);
    expect((await cloud.get('/api/incidents/i-1')).body.commands).toMatchObject([
      { commandId: 'command-1', state: 'delivered', verb: 'note' },
    ]);

    const answer = { commandId: 'command-1', state: 'done', modified: true, reason: null };
    await cloud.send('POST', `/api/edges/${EDGE}/commands/results`, { results: [answer] });
    expect(
      await cloud.send('POST', '/api/incidents/i-1/note', order('command-1', { note: 'on my way' })),
    ).toMatchObject({ status: 200, body: answer });
    expect((await cloud.get(`/api/edges/${EDGE}/commands?after=0&wait=0`)).body.items).toEqual([]);
  });

  test('the same order sent fifty times at once is one order, and keeps the instant of the first', async () => {
    await seed();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => cloud.send('POST', '/api/incidents/i-1/acknowledge', order('command-1'))),
    );
    cloud.time.now += 60_000;
    await cloud.send('POST', '/api/incidents/i-1/acknowledge', order('command-1'));

    expect(answers.every(({ status }) => status === 202)).toBe(true);
    const { items } = (await cloud.get(`/api/edges/${EDGE}/commands?wait=0`)).body;
    expect(items.map(({ command }: { command: { receivedAt: string } }) => command.receivedAt)).toEqual([
      '2026-03-02T10:00:00.000Z',
    ]);
  });

  test('another order under a used id is a conflict', async () => {
    await seed();
    await cloud.send('POST', '/api/incidents/i-1/acknowledge', order('command-1'));

    expect((await cloud.send('POST', '/api/incidents/i-1/resolve', order('command-1'))).status).toBe(409);
  });

  test('what the edge decided first stands', async () => {
    await seed();
    await cloud.send('POST', '/api/incidents/i-1/acknowledge', order('command-1'));
    const decide = (state: string) =>
      cloud.send('POST', `/api/edges/${EDGE}/commands/results`, {
        results: [{ commandId: 'command-1', state, modified: false, reason: null }],
      });
    await decide('refused');
    await decide('done');

    expect((await cloud.get('/api/incidents/i-1')).body.commands[0].state).toBe('refused');
  });

  test('a waiting edge is woken at once by an order that another replica took', async () => {
    await seed();
    // Nobody who is not woken gets an answer before the test is given up.
    const patient = await startTestCloud(database.db, tenant, { pollMs: 3_600_000 });
    others.push(patient);
    const asked = vi.spyOn(patient.ports.store.commands, 'take');
    const url = await patient.listen();
    const waiting = fetch(`${url}/api/edges/${EDGE}/commands?after=0`).then((response) => response.json());
    await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce(), { timeout: 30_000 });
    expect(await asked.mock.results[0]?.value).toEqual([]);
    await cloud.send(
      'POST',
      '/api/incidents/i-1/arrive',
      order('command-1', { proof: 'verified', code: 'A1B2-C3D4-E5F6', heldMs: 60_000 }),
    );

    expect(CommandList.parse(await waiting).items).toMatchObject([
      { command: { verb: 'arrive', proof: 'verified', code: 'A1B2-C3D4-E5F6', saidAt: expect.any(String) } },
    ]);
  });

  test('a report goes to the edge that serves the asset, and an unknown asset is refused', async () => {
    await seed();
    const report = { commandId: 'report-1', asset: 'lift-1', fault: 'entrapment', reporter: 'guard' };

    expect((await cloud.send('POST', '/api/incidents', report)).status).toBe(202);
    expect((await cloud.get(`/api/edges/${EDGE}/commands?wait=0`)).body.items).toMatchObject([
      { kind: 'report', report: { asset: 'lift-1', severity: 'major' } },
    ]);
    expect(
      (await cloud.send('POST', '/api/incidents', { ...report, commandId: 'report-2', asset: 'nowhere' })).status,
    ).toBe(404);
  });
});

describe('clients', () => {
  test('an incident moves the client’s SLA and score at once, and the numbers name the incident', async () => {
    await seed();
    await cloud.ports.live.settled();
    const before = RetentionReport.parse((await cloud.get('/api/clients/acme/retention')).body);
    const last = (await cloud.ports.store.incidents.events('i-1')).at(-1)!.event;
    await cloud.send('POST', BATCHES, batch({ events: chain(story('i-2', 1320, 1800), last) }));
    await cloud.ports.live.settled();

    const after = RetentionReport.parse((await cloud.get('/api/clients/acme/retention')).body);
    const sla = SlaReport.parse((await cloud.get('/api/clients/acme/sla?period=2026-03')).body);
    expect(sla.terms.find(({ term }) => term === 'on_site')).toMatchObject({
      met: 1,
      breached: 1,
      attainment: 0.5,
      targetSeconds: 420,
    });
    expect(before.incidents.find(({ id }) => id === 'i-1')).toMatchObject({ pointsLost: 0 });
    expect(after.incidents.find(({ id }) => id === 'i-2')?.pointsLost).toBeGreaterThan(0);
    expect(after.score!).toBeLessThan(before.score!);
    expect(after.history.at(-1)?.score).toBe(after.score);
  });

  test('the list is worst first and agrees with the stored scorecards', async () => {
    await seed();
    await cloud.send('PUT', '/api/clients/zeta', { ...ACME, id: 'zeta' });
    await cloud.send('POST', '/api/clients/zeta/vetoes', {
      items: [{ id: 'v-1', at: '2026-03-01T00:00:00.000Z', kind: 'non_renewal_notice' }],
    });
    await cloud.ports.live.settled();
    const { items } = (await cloud.get('/api/clients')).body;

    expect(items.map((item: unknown) => ClientSummary.parse(item).id)).toEqual(['zeta', 'acme']);
    expect(items[0].colour).toBe('red');
    expect(items[1]).toMatchObject({
      sites: ['site-1'],
      attainment: 1,
      openIncidents: 0,
      contractEnds: '2027-01-01',
      annualValue: 480_000,
    });
  });

  test('a red client opens one care task, and the first who does it is remembered', async () => {
    await seed();
    await cloud.send('POST', '/api/clients/acme/vetoes', {
      items: [{ id: 'v-1', at: '2026-03-01T00:00:00.000Z', kind: 'injury' }],
    });
    await cloud.ports.live.settled();
    cloud.ports.live.touch(['acme']);
    await cloud.ports.live.settled();
    const { items } = (await cloud.get('/api/care-tasks?client=acme')).body;
    const red = items.filter(({ kind }: { kind: string }) => kind === 'turned_red');
    expect(red).toHaveLength(1);

    const url = `/api/care-tasks/${encodeURIComponent(red[0].id)}/done`;
    expect((await cloud.send('POST', url, { by: 'chen', note: 'visited' })).body).toMatchObject({
      doneBy: 'chen',
      note: 'visited',
    });
    expect((await cloud.send('POST', url, { by: 'zhou' })).body.doneBy).toBe('chen');
    expect((await cloud.get('/api/care-tasks')).body.items.map(({ id }: { id: string }) => id)).not.toContain(
      red[0].id,
    );
  });

  test('a signed version cannot be rewritten, and a higher one can be added', async () => {
    await seed();
    const changed = contract('acme', { annualValue: 1 });

    expect((await cloud.send('PUT', '/api/clients/acme/contracts/c-1', contract())).status).toBe(200);
    expect((await cloud.send('PUT', '/api/clients/acme/contracts/c-1', changed)).status).toBe(409);
    expect((await cloud.send('PUT', '/api/clients/acme/contracts/c-1', { ...changed, version: 2 })).status).toBe(200);
    expect((await cloud.get('/api/clients/acme/contracts')).body.items).toHaveLength(2);
  });

  test('facts come as JSON or CSV, a repeated import changes nothing, a fault names its row and imports nothing', async () => {
    await seed();
    const csv =
      'id,amount,issuedOn,dueOn,paidOn\r\n"a,1",1200.5,2026-01-01,2026-01-31,\r\nb,80,2026-02-01,2026-02-28,2026-02-20\r\n';
    const post = (body: unknown, type = 'application/json') =>
      cloud.send('POST', '/api/clients/acme/invoices', body, { 'content-type': type });

    expect((await post(csv, 'text/csv')).body).toEqual({ received: 2, changed: 2 });
    expect((await post(csv, 'text/csv')).body).toEqual({ received: 2, changed: 0 });
    expect(
      (await post({ items: [{ id: 'b', amount: 80, issuedOn: '2026-02-01', dueOn: '2026-02-28', paidOn: null }] }))
        .body,
    ).toEqual({ received: 1, changed: 1 });
    const refused = await post(
      'id,amount,issuedOn,dueOn\nc,many,2026-01-01,2026-01-31\nd,1,2026-01-01,2026-01-31\n',
      'text/csv',
    );
    expect([refused.status, refused.body.error.details[0]]).toMatchObject([400, { item: 1, path: 'amount' }]);
    expect((await cloud.get('/api/clients/acme/invoices')).body.items).toMatchObject([
      { id: 'a,1', amount: 1200.5, currency: 'CNY', paidOn: null },
      { id: 'b', paidOn: null },
    ]);
  });

  test('what is not there is a 404 with the house’s error, whatever is asked of it', async () => {
    for (const path of ['', '/sla', '/retention', '/energy', '/contracts', '/invoices'])
      expect(await cloud.get(`/api/clients/nobody${path}`), path).toMatchObject({
        status: 404,
        body: { error: { code: 'CLOUD_NOT_FOUND' } },
      });
  });

  test('daily energy reaches the client that uses the zone on that day, and no other', async () => {
    await seed();
    const day = {
      asset: 'lift-1',
      device: 'device-1',
      day: '2026-03-01',
      kwh: 12.5,
      peakKw: null,
      peakAt: null,
      nightShare: 0.2,
      usualKwh: 11,
      coverage: 0.9,
    };
    await cloud.send('POST', BATCHES, batch({ daily: [day] }));
    await cloud.send('POST', BATCHES, batch({ daily: [{ ...day, kwh: 13 }] }));

    expect((await cloud.get('/api/clients/acme/energy?from=2026-03-01&to=2026-03-02')).body.days).toEqual([
      { day: '2026-03-01', asset: 'lift-1', kwh: 13, usualKwh: 11, peakKw: null, nightShare: 0.2, coverage: 0.9 },
    ]);
    expect((await cloud.get('/api/clients/acme/energy?from=2026-03-02&to=2026-03-09')).body.days).toEqual([]);
  });
});

describe('the past', () => {
  test('a range is scored day by day as things were on each day, and a second time gives the same', async () => {
    await seed();
    await cloud.send('POST', '/api/clients/acme/visits', {
      items: [{ id: 'x', at: '2026-02-20T02:00:00.000Z', with: 'Wu', decisionMaker: true }],
    });
    await cloud.ports.live.settled();
    const rescore = () => cloud.send('POST', '/api/demo/rescore', { from: '2026-02-18', to: '2026-03-01' });
    expect((await rescore()).body).toEqual({ clients: 1, days: 12 });
    const first = (await cloud.get('/api/clients/acme/retention')).body.history;
    await rescore();

    expect((await cloud.get('/api/clients/acme/retention')).body.history).toEqual(first);
    expect(first.map(({ at }: { at: string }) => at.slice(0, 10))).toEqual([
      ...Array.from({ length: 11 }, (_, n) => `2026-02-${18 + n}`),
      '2026-03-01',
      '2026-03-02',
    ]);
    const early = await cloud.ports.store.scores.before('acme', '2026-02-20');
    expect(early?.report.indicators.find(({ name }) => name === 'contact_gap')?.value).not.toBe(0);
    expect(early?.report.incidents).toEqual([]);
  });
});

describe('the live stream', () => {
  test('an incident, and after it its client, reach an open page, whichever replica took them', async () => {
    await seed();
    await cloud.ports.live.settled();
    const other = await startTestCloud(database.db, tenant);
    others.push(other);
    const page = await openStream(await cloud.listen());
    await page.until('clock');
    await other.send(
      'POST',
      BATCHES,
      batch({
        events: chain(
          [fact('i-9', 600, opened(T0 + 600_000))],
          (await cloud.ports.store.incidents.events('i-1')).at(-1)!.event,
        ),
        heartbeat: heartbeat(),
      }),
    );

    expect(await page.until('incident')).toMatchObject({ id: 'i-9', response: 'open', timeline: [] });
    expect(await page.until('client')).toEqual({ client: 'acme' });
    page.close();
  });

  test('readings and orders are told, the clock ticks in the edge’s time', async () => {
    await seed();
    const page = await openStream(await cloud.listen());
    const reading = {
      device: 'device-1',
      metric: 'leak',
      part: null,
      value: true,
      at: T0,
      receivedAt: T0,
      quality: 'good' as const,
      historical: false,
    };
    cloud.ports.clock.heard(heartbeat(), cloud.time.now);
    await cloud.send('POST', BATCHES, batch({ blocks: [packReadings(1, [reading])] }));
    await cloud.send('POST', '/api/incidents/i-1/note', order('command-1', { note: 'x' }));

    expect(await page.until('reading')).toMatchObject({
      device: 'device-1',
      metric: 'leak',
      value: true,
      at: '2026-03-02T08:00:00.000Z',
    });
    expect(await page.until('command')).toEqual({ commandId: 'command-1', incident: 'i-1', state: 'pending' });
    let clock: unknown;
    do clock = await page.until('clock');
    while ((clock as { scale: number }).scale === 1);
    expect(clock).toEqual({ now: '2026-03-03T00:00:00.000Z', scale: 60 });
    page.close();
  });
});

describe('edges', () => {
  test('an edge that falls silent is blind until it is heard again, and the spell is recorded once', async () => {
    await cloud.send('POST', BATCHES, batch({ heartbeat: heartbeat() }));
    expect((await cloud.get('/api/edges')).body.items[0]).toMatchObject({
      id: EDGE,
      state: 'live',
      heartbeat: { version: '1' },
    });
    const at = cloud.time.now;

    expect(await cloud.ports.store.edges.markBlind(at)).toEqual([]);
    expect(await cloud.ports.store.edges.markBlind(at + 1)).toEqual([EDGE]);
    expect(await cloud.ports.store.edges.markBlind(at + 1)).toEqual([]);
    expect((await cloud.get('/api/edges')).body.items[0]).toMatchObject({
      state: 'blind',
      blindSince: '2026-03-02T10:00:00.000Z',
    });

    cloud.time.now += 45_000;
    await cloud.send('POST', BATCHES, batch({ heartbeat: heartbeat() }));
    expect((await cloud.get('/api/edges')).body.items[0]).toMatchObject({ state: 'live', blindSince: null });
  });

  test('a body may be gzipped, and a bomb ends as 413', async () => {
    const gzip = { 'content-encoding': 'gzip' };
    const body = gzipSync(JSON.stringify(batch({ events: chain(story('i-1', 300)) })));
    const bomb = gzipSync(JSON.stringify({ edge: EDGE, padding: 'x'.repeat(70 << 20) }));

    expect((await cloud.send('POST', BATCHES, body, gzip)).body.results[0].verdict).toBe('accepted');
    expect((await cloud.send('POST', BATCHES, bomb, gzip)).status).toBe(413);
    expect((await cloud.send('POST', BATCHES, Buffer.from('no gzip'), gzip)).status).toBe(400);
    expect((await cloud.send('POST', BATCHES, body, { 'content-encoding': 'br' })).status).toBe(400);
  });

  test('readings come back by device, metric and time', async () => {
    const rows = [0, 1, 2].map((n) => ({
      device: 'd',
      metric: 'temperature_c',
      part: null,
      value: 20 + n,
      at: T0 + n * 1000,
      receivedAt: T0 + n * 1000,
      quality: 'good' as const,
      historical: false,
    }));
    await cloud.send('POST', BATCHES, batch({ blocks: [packReadings(1, rows)] }));
    const url = '/api/readings?device=d&metric=temperature_c&from=2026-03-02T08:00:00.000Z&to=2026-03-02T08:00:03.000Z';

    expect((await cloud.get(url)).body).toMatchObject({
      items: [{ value: 20 }, { value: 21 }, { value: 22, at: '2026-03-02T08:00:02.000Z' }],
      next: null,
    });
    expect((await cloud.get(`${url}&limit=2`)).body).toMatchObject({
      items: [{ value: 20 }, { value: 21 }],
      next: '2026-03-02T08:00:01.001Z',
    });
  });
});

describe('the door', () => {
  test('the demo answers to local names only and takes no orders from another origin’s page', async () => {
    expect((await cloud.get('/api/clients', { host: 'evil.example' })).status).toBe(403);
    expect((await cloud.get('/api/clients', { host: '127.0.0.1:7000' })).status).toBe(200);
    const put = (headers: Record<string, string>) => cloud.send('PUT', '/api/clients/acme', ACME, headers);
    expect((await put({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await put({ origin: 'null' })).status).toBe(403);
    expect((await put({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await put({ origin: 'http://localhost' })).status).toBe(200);
  });

  test('without the demo nothing but health is open, and an edge’s token opens the edges’ routes alone', async () => {
    const closed = await startTestCloud(database.db, tenant, {
      demo: false,
      tokens: { api: 'people-people-people', edge: 'edges-edges-edges' },
    });
    others.push(closed);
    const status = async (url: string, token?: string) =>
      (await closed.get(url, { host: 'cloud.example', ...(token ? { authorization: `Bearer ${token}` } : {}) })).status;

    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
    for (const url of ['/api/clients', '/api/edges', '/metrics', '/api/events', `/api/edges/${EDGE}/commands?wait=0`]) {
      expect(await status(url), url).toBe(401);
      expect(await status(url, 'wrong-wrong-wrong'), url).toBe(401);
    }
    expect(await status('/api/clients', 'people-people-people')).toBe(200);
    expect(await status(`/api/edges/${EDGE}/commands?wait=0`, 'edges-edges-edges')).toBe(200);
    expect([
      await status('/api/clients', 'edges-edges-edges'),
      await status('/api/edges', 'edges-edges-edges'),
    ]).toEqual([403, 403]);
    expect(
      (await closed.send('POST', '/api/demo/rescore', {}, { authorization: 'Bearer people-people-people' })).status,
    ).toBe(404);
  });

  test('two tenants in one database do not see each other', async () => {
    await seed();
    const stranger = await startTestCloud(database.db, `${tenant}-stranger`);
    others.push(stranger);

    for (const url of ['/api/incidents', '/api/clients', '/api/edges', '/api/care-tasks', '/api/devices'])
      expect((await stranger.get(url)).body.items, url).toEqual([]);
    for (const url of [
      '/api/incidents/i-1',
      '/api/clients/acme',
      '/api/clients/acme/retention',
      '/api/incidents/i-1/events',
    ])
      expect((await stranger.get(url)).status, url).toBe(404);
    expect((await stranger.send('POST', '/api/incidents/i-1/acknowledge', order('command-x'))).status).toBe(404);
    expect((await stranger.get('/api/registry')).body).toEqual({ sites: [], zones: [], assets: [], clients: [] });
  });

  test('the description is OpenAPI 3.1 and names every route', async () => {
    const { body } = await cloud.get('/openapi.json');

    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/edges/{edge}/batches',
        '/api/incidents/{id}/{verb}',
        '/api/clients/{id}/sla',
        '/api/events',
        '/readyz',
      ]),
    );
    expect(body.paths['/api/clients'].get.responses['200'].content['application/json'].schema).toBeDefined();
  });

  test('who is asking, what is counted, and what is not there', async () => {
    expect((await cloud.get('/api/whoami')).body).toMatchObject({
      server: 'cloud',
      demo: true,
      links: { cloud: 'http://localhost' },
    });
    await cloud.send('POST', BATCHES, batch({ events: chain(story('i-1', 300)) }));
    expect((await cloud.get('/metrics')).body).toMatch(/keepsite_cloud_records_total\{verdict="accepted"\} 7/);
    expect(await cloud.get('/api/nothing')).toMatchObject({
      status: 404,
      body: { error: { code: 'CLOUD_NOT_FOUND' } },
    });
    expect((await cloud.get('/api/whoami')).headers['content-security-policy']).toContain("default-src 'self'");
  });

  test('a built web app is served, and its own paths lead to its first page', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keepsite-web-'));
    mkdirSync(join(directory, 'assets'));
    writeFileSync(join(directory, 'index.html'), '<!doctype html><title>app</title>');
    for (const script of ['sw.js', 'assets/app-1a2b.js']) writeFileSync(join(directory, script), '1');
    const served = await startTestCloud(database.db, tenant, { webDir: directory });
    others.push(served);

    expect((await served.get('/')).body).toContain('<title>app');
    const cached = async (path: string) => (await served.get(path)).headers['cache-control'];
    expect([await cached('/'), await cached('/sw.js')]).toEqual(['no-cache', 'no-cache']);
    expect(await cached('/assets/app-1a2b.js')).toContain('immutable');
    expect((await served.get('/clients/acme', { accept: 'text/html' })).body).toContain('<title>app');
    expect((await served.get('/api/nothing', { accept: 'text/html' })).status).toBe(404);
    rmSync(directory, { recursive: true });
  });
});

/** The demo's edge: sixty times as fast, and at midnight UTC already. */
function heartbeat(): Heartbeat {
  return {
    edge: EDGE,
    at: '2026-03-03T00:00:00.000Z',
    startedAt: '2026-03-02T00:00:00.000Z',
    version: '1',
    backlog: { events: 0, blocks: 0 },
    openIncidents: 0,
    quarantined: 0,
    devices: { known: 1, unknown: 0, silent: 0 },
    clock: { scale: 60, offsetMs: 0 },
    simulated: true,
  };
}

/** A page with an open stream; `until` waits for the next event of a name, past those of others. */
async function openStream(url: string): Promise<{ until(event: string): Promise<unknown>; close(): void }> {
  const call = request(`${url}/api/events`);
  call.end();
  const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream];
  const heard: { event: string; data: unknown }[] = [];
  let wake = (): void => undefined;
  let rest = '';
  response.on('data', (chunk: Buffer) => {
    const blocks = (rest + chunk.toString('utf8')).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data] = /^event: (.+)\ndata: (.+)$/s.exec(block) ?? [];
      if (event && data) heard.push({ event, data: JSON.parse(data) });
    }
    wake();
  });
  return {
    async until(event) {
      for (;;) {
        const at = heard.findIndex((each) => each.event === event);
        if (at >= 0) return heard.splice(at, 1)[0]?.data;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    close: () => call.destroy(),
  };
}
