import { foldIncident, type Incident, type RepairProgress, reportOf } from '@keepsite/edge-contract';
import { afterEach, expect, test } from 'vitest';
import { cookieOf, createAccessBench } from '../testing/access-bench.ts';
import { createHttpBench, incidentOf, REGISTRY } from '../testing/http-bench.ts';
import { commitOf } from '../testing/store-samples.ts';

const REPORT = { commandId: 'report-0001', category: 'plumbing', text: '水管漏水' } as const;
const REPORTER = { name: '吴女士', contact: '13800000000' };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function bench() {
  const house = await createHttpBench();
  closing.push(() => house.api.close());
  const ask = async (method: 'GET' | 'POST', url: string, payload?: object, remoteAddress = '10.0.0.1') => {
    const headers = { host: 'localhost' };
    const response = await house.api.inject({ method, url, headers, remoteAddress, ...(payload && { payload }) });
    return { status: response.statusCode, body: response.json(), headers: response.headers };
  };
  /** The pipeline of the bench decides nothing: what it would have written is put there. */
  const settle = (report: string) => {
    const body = {
      ...REPORT,
      commandId: report,
      asset: 'lift-3',
      urgency: 'urgent',
      channel: 'form',
      photos: [],
    } as const;
    const { repair } = reportOf({ ...body, photos: [], reporter: REPORTER });
    const incident = withRepair(incidentOf('inc-9', 1), repair!);
    house.disk.incidents.set('inc-9', incident);
    const answer = JSON.stringify({
      commandId: report,
      state: 'done',
      modified: true,
      reason: null,
      incident: 'inc-9',
    });
    house.store.commit(commitOf({ commands: [{ commandId: report, answer }] }));
  };
  const { body } = await ask('GET', '/api/repairs/places/lift-3/link');
  return { ...house, ask, settle, form: `/api/repairs/places/${body.path.replace('/repair/', '')}` };
}

function withRepair(incident: Incident, repair: NonNullable<Incident['repair']>): Incident {
  const event = { edge: 'edge-1', seq: 2, incident: incident.id, at: incident.openedAt, recordedAt: incident.openedAt };
  const by = { kind: 'person', id: `report-${repair.id}` } as const;
  return foldIncident(incident, { ...event, by, change: { kind: 'reported_again', repair } });
}

test('the code at a place opens a form for that asset, and nothing else does', async () => {
  const { api, ask, form } = await bench();
  expect((await ask('GET', `${form}/form`)).body).toMatchObject({
    asset: { zh: '3 号梯' },
    place: { zh: '园区 · 塔楼' },
  });
  expect((await ask('GET', '/api/repairs/places/lift-3/form')).status).toBe(404);
  const [body = ''] = form.split('/').at(-1)?.split('.') ?? [];
  expect((await ask('GET', `/api/repairs/places/${body}.AAAAAAAAAAAAAAAAAAAAAA/form`)).status).toBe(404);
  expect((await ask('GET', '/api/repairs/places/no-such/link')).status).toBe(404);
  const code = await api.inject({
    method: 'GET',
    url: '/api/repairs/places/lift-3/code.svg',
    headers: { host: 'localhost' },
  });
  expect([code.headers['content-type'], code.body.slice(0, 4)]).toEqual(['image/svg+xml', '<svg']);
});

test('whoever reports by it gets a link to follow, and neither an incident’s id nor anybody’s name', async () => {
  const { ask, form, settle } = await bench();
  const { status, body } = await ask('POST', form, { ...REPORT, reporter: REPORTER });
  expect([status, Object.keys(body).toSorted()]).toEqual([
    200,
    ['commandId', 'modified', 'progress', 'reason', 'state'],
  ]);
  settle(REPORT.commandId);
  const seen = await ask('GET', `/api/repairs/progress/${body.progress}`);
  expect(seen.headers['referrer-policy']).toBe('no-referrer');
  expect((seen.body as RepairProgress).stages[0]).toMatchObject({ stage: 'received' });
  expect(JSON.stringify(seen.body)).not.toMatch(/吴女士|13800000000|inc-9/);
  const altered = body.progress.replace(/^./, (sign: string) => (sign === 'A' ? 'B' : 'A'));
  expect((await ask('GET', `/api/repairs/progress/${altered}`)).status).toBe(404);
});

test('a token for one thing opens no other', async () => {
  const { ask, form, settle } = await bench();
  const { body } = await ask('POST', form, REPORT);
  settle(REPORT.commandId);
  expect((await ask('GET', `/api/repairs/places/${body.progress}/form`)).status).toBe(404);
  expect((await ask('GET', `/api/repairs/progress/${form.split('/').at(-1)}`)).status).toBe(404);
});

test('a fourth report of one visitor waits, another visitor does not, and after ten the place itself is slow', async () => {
  const { ask, form } = await bench();
  const report = (n: number, address: string) =>
    ask('POST', form, { ...REPORT, commandId: `report-${1000 + n}` }, address);
  for (const n of [1, 2, 3]) expect((await report(n, '10.0.0.1')).status).toBe(200);
  const fourth = await report(4, '10.0.0.1');
  expect([fourth.status, Number(fourth.headers['retry-after'])]).toEqual([429, 60]);
  for (let n = 5; n < 12; n += 1) expect((await report(n, `10.0.1.${n}`)).status).toBe(200);
  expect((await report(12, '10.0.2.1')).status).toBe(429);
});

test('a dispatcher calls the reporter back by what he left, which stands in no list of incidents', async () => {
  const { ask, settle } = await bench();
  const body = { ...REPORT, asset: 'lift-3', channel: 'call', urgency: 'urgent', reporter: REPORTER };
  expect((await ask('POST', '/api/repairs', body)).body).toMatchObject({ state: 'done', incident: 'inc-9' });
  settle(REPORT.commandId);
  expect((await ask('GET', '/api/repairs/inc-9/reporters')).body.items).toEqual([
    { report: REPORT.commandId, ...REPORTER },
  ]);
  expect(JSON.stringify((await ask('GET', '/api/incidents')).body)).not.toMatch(/吴女士|13800000000/);
});

test.each([
  ['an asset that nobody knows', { asset: 'lift-99' }, 404],
  ['a category that is none', { category: 'magic' }, 400],
  ['no words', { text: '   ' }, 400],
])('%s is refused', async (_, more, status) => {
  const { ask } = await bench();
  expect((await ask('POST', '/api/repairs', { ...REPORT, asset: 'lift-3', ...more })).status).toBe(status);
});

test('the form offers what the settings offer for such an asset', async () => {
  const repairs = {
    ...SETTINGS,
    categories: { elevator: { assetKinds: ['elevator' as const] }, plumbing: { assetKinds: ['room' as const] } },
  };
  const house = await createHttpBench({ parts: { registry: () => ({ ...REGISTRY, repairs }) } });
  closing.push(() => house.api.close());
  const get = (url: string) => house.api.inject({ method: 'GET', url, headers: { host: 'localhost' } });
  const { path } = (await get('/api/repairs/places/lift-3/link')).json();
  const { categories } = (await get(`/api/repairs/places/${path.replace('/repair/', '')}/form`)).json();
  expect(categories).toContain('elevator');
  expect(categories).toContain('cleaning');
  expect(categories).not.toContain('plumbing');
});

const SETTINGS = { urgentAnswerMinutes: 30, ordinaryArrangeHours: 24, firstTimeFixDays: 14 };

test('whoever erases reporters stands in the audit: of which incident, how many, and no name', async () => {
  const door = createAccessBench();
  const { api, disk } = await createHttpBench({ parts: { access: door.access }, settings: { demo: false } });
  closing.push(() => api.close());
  const cookie = cookieOf(door.access, await door.addAccount('mei', 'supervisor'));
  const ask = (method: 'POST' | 'DELETE', url: string, payload?: object) =>
    api.inject({ method, url, headers: { host: 'edge.example', cookie }, ...(payload && { payload }) });
  const said = { ...REPORT, asset: 'lift-3', urgency: 'urgent', channel: 'form', photos: [] } as const;
  await ask('POST', '/api/repairs', { ...REPORT, asset: 'lift-3', urgency: 'urgent', reporter: REPORTER });
  const { repair } = reportOf({ ...said, photos: [], reporter: REPORTER });
  disk.incidents.set('inc-9', withRepair(incidentOf('inc-9', 1), repair!));

  expect((await ask('DELETE', '/api/repairs/inc-9/reporters')).json()).toEqual({ incident: 'inc-9', erased: 1 });
  const [entry] = door.access.audit.read({ limit: 99 }).filter(({ kind }) => kind === 'reporters_erased');
  expect(entry).toMatchObject({ by: 'mei', detail: { incident: 'inc-9', reporters: 1 } });
  expect(JSON.stringify(entry)).not.toContain(REPORTER.name);
});
