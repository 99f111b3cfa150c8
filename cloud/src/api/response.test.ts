import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Heartbeat, ResponseBook } from '@keepsite/edge-contract';
import type { Database } from '../adapters/postgres/database.ts';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { startTestPostgres, type TestPostgres } from '../testing/postgres.ts';
import { batch, EDGE, registry } from '../testing/samples.ts';

// A real database, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let postgres: TestPostgres;
let db: Database;
let tenants = 0;
let cloud: TestCloud;

beforeAll(async () => {
  postgres = startTestPostgres();
  db = await postgres.database();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  cloud = await startTestCloud(db, `t${(tenants += 1)}`);
  await cloud.send('POST', `/api/edges/${EDGE}/batches`, batch({ registry: { ...registry(), ...bookOf('own') } }));
});
afterEach(() => cloud.close());

const HEARTBEAT: Heartbeat = {
  edge: EDGE,
  at: '2026-11-02T08:00:00.000Z',
  startedAt: '2026-11-02T00:00:00.000Z',
  version: '1',
  backlog: { events: 0, blocks: 0 },
  openIncidents: 0,
  quarantined: 0,
  devices: { known: 1, unknown: 0, silent: 0 },
  clock: { scale: 1, offsetMs: 0 },
  simulated: false,
};
const LOCALHOST = { host: 'localhost' };
const HERE = `/api/edges/${EDGE}/response`;
const name = (text: string) => ({ en: text, zh: text });
const DUTY = { id: 'duty', version: 1, name: name('Duty'), zone: 'Asia/Shanghai', calendar: 'china' };

/** A book that puts one person on call. */
function bookOf(who: string, more: object = {}): ResponseBook {
  return ResponseBook.parse({
    people: ['own', 'an', 'bo'].map((id) => ({ id, name: id, addresses: [{ channel: 'mqtt', to: id }] })),
    rosters: [
      {
        ...DUTY,
        layers: [{ id: 'all', members: [who], from: '2025-01-01T08:00' }],
      },
    ],
    plans: [{ id: 'p', version: 1, steps: [{ afterSeconds: 0, page: ['duty'] }], alert: ['own'] }],
    ...more,
  });
}

const put = (book: ResponseBook, after: number | null) => cloud.send('PUT', HERE, { book, after, by: 'lin' });
const queue = async () => (await cloud.get(`/api/edges/${EDGE}/commands?after=0&wait=0`)).body.items;
const answer = (commandId: string, state: 'done' | 'refused', reason: string | null = null) =>
  cloud.send('POST', `/api/edges/${EDGE}/commands/results`, {
    results: [{ commandId, state, modified: state === 'done', reason }],
  });

describe('a version', () => {
  test('begins with what the edge itself told, and is checked on the way', async () => {
    const { body } = await cloud.get(HERE);
    expect(body).toMatchObject({ newest: null, active: null, book: { people: [{ id: 'own' }, {}, {}] }, findings: [] });
  });

  test('waits in the edge’s queue, and is active once the edge says so', async () => {
    const saved = await put(bookOf('an'), null);
    expect(saved.body).toMatchObject({ newest: { version: 1, state: 'pending', by: 'lin' }, active: null });
    const [item] = await queue();
    expect(item).toMatchObject({ kind: 'response', configuration: { version: 1, rosters: [{ id: 'duty' }] } });
    await answer(item.commandId, 'done');
    expect((await cloud.get(HERE)).body).toMatchObject({ newest: { state: 'active' }, active: 1 });
    expect(await queue()).toEqual([]);
  });

  test('that the edge refuses shows why, and the one before it stays active', async () => {
    await put(bookOf('an'), null);
    await answer(`response-${EDGE}-1`, 'done');
    await put(bookOf('bo'), 1);
    await answer(`response-${EDGE}-2`, 'refused', 'the disk is full');
    expect((await cloud.get(HERE)).body).toMatchObject({
      newest: { version: 2, state: 'refused', reason: 'the disk is full' },
      active: 1,
    });
  });

  test('with an empty or an unreachable step is refused with sentences, and nothing is kept', async () => {
    const plans = [
      {
        id: 'p',
        version: 1,
        steps: [
          { afterSeconds: 0, page: [] },
          { afterSeconds: 60, page: ['duty'], channels: ['sms'] },
        ],
      },
    ];
    const { status, body } = await put(bookOf('an', { plans }), null);
    expect(status).toBe(422);
    expect(body.error).toMatchObject({ code: 'CLOUD_RESPONSE_REFUSED', details: { findings: expect.any(Array) } });
    expect(body.error.message).toMatch(/steps\.1: the step is empty.*steps\.2: the step reaches nobody/);
    expect((await cloud.get(`${HERE}/versions`)).body.items).toEqual([]);
    expect(await queue()).toEqual([]);
  });

  test('made from one that is no longer the newest is a conflict', async () => {
    await put(bookOf('an'), null);
    expect((await put(bookOf('bo'), null)).status).toBe(409);
    expect((await put(bookOf('bo'), 1)).status).toBe(200);
  });

  test('of before comes back under a new number', async () => {
    await put(bookOf('an'), null);
    await put(bookOf('bo'), 1);
    const back = await cloud.send('POST', `${HERE}/rollback`, { to: 1 });
    expect(back.body).toMatchObject({ newest: { version: 3, note: 'rollback to 1' } });
    expect(back.body.book.rosters[0].layers[0].members).toEqual(['an']);
    const { items } = (await cloud.get(`${HERE}/versions`)).body;
    expect(items.map((it: { version: number }) => it.version)).toEqual([3, 2, 1]);
    expect((await cloud.send('POST', `${HERE}/rollback`, { to: 9 })).status).toBe(404);
  });

  test('that an edge has lost is sent to it again', async () => {
    await put(bookOf('an'), null);
    await answer(`response-${EDGE}-1`, 'done');
    const beat = (response: number | null) =>
      cloud.send('POST', `/api/edges/${EDGE}/batches`, batch({ heartbeat: { ...HEARTBEAT, response } }));
    await beat(null);
    expect(await queue(), 'the heartbeat may be older than the answer').toEqual([]);
    cloud.time.now += 120_000;
    await beat(1);
    expect(await queue()).toEqual([]);
    await beat(null);
    expect(await queue()).toMatchObject([{ kind: 'response', seq: 2, configuration: { version: 1 } }]);
    expect((await cloud.get(HERE)).body.newest.state).toBe('pending');
    await beat(null);
    expect(await queue()).toHaveLength(1);
  });

  test('can be looked at before it is saved', async () => {
    const { body } = await cloud.send('POST', `${HERE}/check`, { book: bookOf('bo') });
    expect(body).toMatchObject({ findings: [], onCall: { items: [{ roster: 'duty', now: [{ person: 'bo' }] }] } });
    expect((await cloud.get(HERE)).body.newest).toBeNull();
  });

  test('can be rehearsed: whom a plan would page now, and on a holiday at night', async () => {
    const layers = [
      {
        id: 'work',
        members: ['an'],
        from: '2025-01-01T00:00',
        hours: [{ days: ['workday'], from: '08:00', to: '20:00' }],
      },
    ];
    const rosters = [{ ...DUTY, layers }];
    // A Saturday that is worked in lieu, and 3 a.m. on the National Day.
    const at = ['2026-10-10T01:00:00.000Z', '2026-09-30T19:00:00.000Z'];
    const ask = async (book: ResponseBook) =>
      (await cloud.send('POST', `${HERE}/check`, { book, rehearse: { plan: 'p', at } })).body.rehearsed;
    expect(await ask(bookOf('an', { rosters }))).toMatchObject([
      { at: at[0], plan: { steps: [{ to: [{ person: 'an' }] }] } },
      { at: at[1], plan: { steps: [{ to: [], nobody: 'nobody on call: duty' }], alert: [{ person: 'own' }] } },
    ]);
    expect(await ask(bookOf('ghost'))).toEqual(at.map((moment) => ({ at: moment, plan: null })));
  });

  test('shows the week of a roster as it would be worked, while something else is still to be mended', async () => {
    const plans = [{ id: 'p', version: 1, steps: [{ afterSeconds: 0, page: [] }] }];
    const layers = [{ id: 'all', members: ['an', 'bo'], from: '2026-10-01T08:00', unit: 'days' }];
    const of = (more: object) => bookOf('an', { plans, rosters: [{ ...DUTY, layers, ...more }] });
    const week = { roster: 'duty', from: '2026-10-01' };
    const ask = async (book: ResponseBook, asked: object) =>
      (await cloud.send('POST', `${HERE}/check`, { book, week: asked })).body.week;
    const view = await ask(of({}), week);
    expect(view.days).toHaveLength(7);
    expect(view.days[0]).toMatchObject({ day: '2026-10-01', kind: 'holiday' });
    expect(view.shifts.slice(0, 2)).toMatchObject([{ person: 'an', to: '2026-10-02T00:00:00.000Z' }, { person: 'bo' }]);
    expect((await ask(of({}), { roster: 'duty' })).days).toHaveLength(7);
    expect(await ask(of({ zone: 'Asia/Nowhere' }), week)).toBeNull();
    expect(await ask(of({}), { roster: 'ghost' })).toBeNull();
    expect((await cloud.send('POST', `${HERE}/check`, { book: of({}) })).body.week).toBeNull();
  });

  test('stands beside the one in force, until the edge says that it goes by it', async () => {
    const inForce = async () => (await cloud.get(HERE)).body.inForce?.rosters[0]?.layers[0]?.members;
    expect(await inForce()).toEqual(['own']);
    await put(bookOf('an'), null);
    expect(await inForce()).toEqual(['own']);
    await answer((await queue())[0].commandId, 'done');
    expect(await inForce()).toEqual(['an']);
  });

  test('is nothing that an edge’s own token may write or read', async () => {
    const tokens = { api: 'people-people-people', edge: 'edges-edges-edges' };
    const guarded = await startTestCloud(db, `t${(tenants += 1)}`, { demo: false, tokens });
    const edge = { authorization: `Bearer ${tokens.edge}` };
    expect((await guarded.send('POST', `/api/edges/${EDGE}/batches`, batch({}), edge)).status).toBe(200);
    expect((await guarded.send('PUT', HERE, { book: bookOf('an'), after: null }, edge)).status).toBe(403);
    expect((await guarded.get(HERE, edge)).status).toBe(403);
    expect((await guarded.get(HERE, { authorization: `Bearer ${tokens.api}` })).status).toBe(200);
    await guarded.close();
  });

  test('is kept for an edge that is known, and for no other tenant', async () => {
    await put(bookOf('an'), null);
    const other = await startTestCloud(db, `t${(tenants += 1)}`);
    expect((await other.get(HERE)).status).toBe(404);
    await other.close();
    expect((await cloud.get('/api/edges/nobody/response')).status).toBe(404);
  });
});

describe('rosters of an edge', () => {
  test('who is on call is what the edge told that it goes by', async () => {
    await put(bookOf('an'), null);
    const { body } = await cloud.get(`/api/edges/${EDGE}/on-call`);
    expect(body.items).toMatchObject([{ roster: 'duty', now: [{ person: 'own' }] }]);
  });

  test('an override made in the cloud is a new version', async () => {
    const at = (hours: number) => new Date(cloud.time.now + hours * 3_600_000).toISOString();
    const change = { kind: 'override', from: at(-1), to: at(8), off: ['own'], on: ['bo'], reason: 'ill' };
    const { status, body } = await cloud.send('POST', `/api/edges/${EDGE}/rosters/duty/changes`, change);
    expect([status, body.findings]).toEqual([200, []]);
    const [{ configuration }] = await queue();
    expect(configuration).toMatchObject({ version: 1, rosters: [{ overrides: [{ id: body.id, on: ['bo'] }] }] });
    const { body: week } = await cloud.get(`/api/edges/${EDGE}/rosters/duty`);
    expect(week.local).toEqual([body.id]);
    const path = `/api/edges/${EDGE}/rosters/duty/changes`;
    expect((await cloud.api.inject({ method: 'DELETE', url: `${path}/local-7`, headers: LOCALHOST })).statusCode).toBe(
      404,
    );
    expect(
      (await cloud.api.inject({ method: 'DELETE', url: `${path}/${body.id}`, headers: LOCALHOST })).statusCode,
    ).toBe(200);
    expect((await cloud.get(HERE)).body).toMatchObject({
      newest: { version: 2 },
      book: { rosters: [{ overrides: [] }] },
    });
    const ghost = await cloud.send('POST', `/api/edges/${EDGE}/rosters/duty/changes`, { ...change, on: ['ghost'] });
    expect(ghost.status).toBe(422);
  });

  test('a week of a roster shows its days and its shifts', async () => {
    const { body } = await cloud.get(`/api/edges/${EDGE}/rosters/duty?from=2026-02-09`);
    expect(body.days.map(({ kind }: { kind: string }) => kind)).toEqual([
      ...Array.from({ length: 5 }, () => 'workday'),
      'workday',
      'holiday',
    ]);
    expect(body.shifts).toMatchObject([{ person: 'own' }]);
    expect(body.gaps).toEqual([]);
  });
});
