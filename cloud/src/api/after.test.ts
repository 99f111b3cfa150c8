import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyExport } from '@keepsite/edge-evidence';
import { FollowUp, FollowUpList, IncidentReview, ResponseStatistics } from '@keepsite/cloud-contract';
import type { IncidentFact } from '@keepsite/edge-contract';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, chain, EDGE, fact, opened, registry, story, T0 } from '../testing/samples.ts';

const HOUR = 3_600_000;
const database = useTestDatabase();
let cloud: TestCloud;
let sent: IncidentFact[] = [];

beforeEach(async () => {
  sent = [];
  cloud = await startTestCloud(database.db, database.tenant());
  const client = { name: { en: 'Acme', zh: '艾克米' }, kind: 'commercial', since: null, officer: 'chen' };
  for (const id of ['acme', 'globex']) await cloud.send('PUT', `/api/clients/${id}`, { id, ...client });
  await cloud.send('POST', `/api/edges/${EDGE}/batches`, batch({ registry: registry() }));
});
afterEach(() => cloud.close());

/** Delivers everything so far and what follows, as an edge that lost an answer does. */
async function deliver(...facts: readonly IncidentFact[]): Promise<void> {
  sent = [...sent, ...facts];
  await cloud.send('POST', `/api/edges/${EDGE}/batches`, batch({ events: chain(sent) }));
}

async function followUps(query = ''): Promise<FollowUpList> {
  return FollowUpList.parse((await cloud.get(`/api/follow-ups${query}`)).body);
}

describe('follow-ups', () => {
  test('every client that an incident touched is asked once it is resolved, however often its events come', async () => {
    await deliver(...story('i-1', 300, 0, { clients: ['acme', 'globex'] }).slice(0, 5));
    expect((await followUps()).items).toEqual([]);
    await deliver(...story('i-1', 300, 0, { clients: ['acme', 'globex'] }).slice(5));
    await deliver();

    const { items, summary } = await followUps();
    expect(items.map(({ client, state, kind, officer }) => [client, state, kind, officer])).toEqual([
      ['acme', 'open', 'incident', 'chen'],
      ['globex', 'open', 'incident', 'chen'],
    ]);
    expect(items[0]).toMatchObject({
      id: 'follow_up:i-1:acme',
      openedAt: new Date(T0 + 900_000).toISOString(),
      dueAt: new Date(T0 + 900_000 + 24 * HOUR).toISOString(),
      incidents: [{ id: 'i-1', site: 'site-1', sla: 'met' }],
    });
    expect(summary).toMatchObject({ open: 2, overdue: 0, done: 0 });
  });

  test('nobody is asked about what was cancelled, simulated, or a drill', async () => {
    await deliver(
      ...story('simulated', 300, 0, { simulated: true }),
      ...story('drill', 300, 0, { drill: true }),
      fact('cancelled', 0, opened(T0)),
      fact('cancelled', 5, { kind: 'cancelled', reason: 'test' }),
    );
    expect((await followUps('?state=all')).items).toEqual([]);
  });

  test('an incident that is cancelled after it was resolved takes its question back', async () => {
    await deliver(...story('i-1', 300).slice(0, -1));
    expect((await followUps()).items).toHaveLength(1);
    await deliver(fact('i-1', 2000, { kind: 'cancelled', reason: 'a false alarm after all' }));
    expect((await followUps()).items).toEqual([]);
    expect((await followUps('?state=all')).items).toMatchObject([{ state: 'withdrawn', outcome: null }]);
  });

  test('a storm is one question for each client, and lasts as long as its last incident asks', async () => {
    const held = (incident: string): IncidentFact =>
      fact(incident, 1, {
        kind: 'held',
        reason: 'grouped',
        by: 'leader',
        text: { en: 'Storm', zh: '风暴' },
        until: null,
      });
    const member = (id: string, start: number): IncidentFact[] => {
      const [first, ...rest] = story(id, 300, start);
      return [first!, held(id), ...rest];
    };
    await deliver(...story('leader', 300), ...member('m1', 60), ...member('m2', 7200));

    const { items } = await followUps();
    expect(items.map(({ id, incidents }) => [id, incidents.map((each) => each.id)])).toEqual([
      ['follow_up:leader:acme', ['leader', 'm1', 'm2']],
    ]);
    expect(items[0]?.dueAt).toBe(new Date(T0 + 8_100_000 + 24 * HOUR).toISOString());
  });

  test('one of a storm that is resolved after the question was answered is asked about anew', async () => {
    await deliver(...story('leader', 300));
    await ask('follow_up:leader:acme', { outcome: 'satisfied' });
    const [first, ...rest] = story('late', 300, 3600);
    const held = { kind: 'held', reason: 'explained', by: 'leader', text: { en: '-', zh: '-' }, until: null } as const;
    await deliver(first!, fact('late', 3601, held), ...rest);
    expect((await followUps()).items.map(({ id }) => id)).toEqual(['follow_up:leader:acme:2']);
  });

  test('what is said of an incident after the client was asked asks nobody anew', async () => {
    await deliver(...story('i-1', 300));
    await ask('follow_up:i-1:acme', { outcome: 'satisfied' });
    await deliver(fact('i-1', 4000, { kind: 'noted', text: '已归档' }));
    expect((await followUps('?state=all')).items.map(({ id, state }) => [id, state])).toEqual([
      ['follow_up:i-1:acme', 'done'],
    ]);
  });

  test('whoever cannot be reached is tried again; an answer finishes it, and the first one stands', async () => {
    await deliver(...story('i-1', 300));
    const tried = await ask('follow_up:i-1:acme', { outcome: 'unreachable', note: '无人接听' });
    expect(tried).toMatchObject({ state: 'open', outcome: 'unreachable', attempts: [{ note: '无人接听' }] });
    expect(tried.nextAt).toBe(new Date(cloud.time.now + 24 * HOUR).toISOString());

    const done = await ask('follow_up:i-1:acme', { outcome: 'satisfied', score: 5 });
    expect(done).toMatchObject({ state: 'done', outcome: 'satisfied', score: 5, doneBy: 'chen', nextAt: null });
    expect(await ask('follow_up:i-1:acme', { outcome: 'unsatisfied' })).toEqual(done);
    expect((await followUps()).summary).toEqual({
      open: 0,
      overdue: 0,
      done: 1,
      onTime: 1,
      satisfied: 1,
      unsatisfied: 0,
      meanScore: 5,
    });
  });

  test('a client who is not satisfied becomes a task to take it up as a complaint; no complaint is invented', async () => {
    await deliver(...story('i-1', 300));
    await ask('follow_up:i-1:acme', { outcome: 'unsatisfied', score: 2, note: '又停了' });
    const tasks: { kind: string }[] = (await cloud.get('/api/care-tasks?client=acme')).body.items;
    expect(tasks.filter(({ kind }) => kind === 'complaint_draft')).toMatchObject([
      { reason: { zh: '又停了' }, officer: 'chen' },
    ]);
    expect((await followUps('?state=unsatisfied')).items).toHaveLength(1);
    expect((await cloud.get('/api/clients/acme/complaints')).body.items).toEqual([]);
  });

  test('it is late once its time has passed, and cannot be ticked off without an answer', async () => {
    await deliver(...story('i-1', 300));
    expect((await followUps('?state=overdue')).items).toEqual([]);
    cloud.time.now = T0 + 900_000 + 24 * HOUR + 1;
    expect((await followUps('?state=overdue')).items).toMatchObject([{ overdue: true }]);
    expect((await cloud.get('/metrics')).body).toContain('keepsite_cloud_follow_ups_overdue 1');
    const { status } = await cloud.send('POST', '/api/care-tasks/follow_up:i-1:acme/done', { by: 'chen' });
    expect(status).toBe(409);
  });

  test('what is no answer is refused', async () => {
    await deliver(...story('i-1', 300));
    const post = (body: object) => cloud.send('POST', '/api/follow-ups/follow_up:i-1:acme/attempts', body);
    expect((await post({ by: 'chen', outcome: 'satisfied', score: 6 })).status).toBe(400);
    expect((await post({ by: 'chen', outcome: 'fine' })).status).toBe(400);
    expect((await cloud.send('POST', '/api/follow-ups/none/attempts', { by: 'c', outcome: 'satisfied' })).status).toBe(
      404,
    );
  });

  async function ask(id: string, attempt: object): Promise<FollowUp> {
    const { body } = await cloud.send('POST', `/api/follow-ups/${id}/attempts`, { by: 'chen', ...attempt });
    return FollowUp.parse(body);
  }
});

describe('an incident as a file', () => {
  test('verifies without the cloud, with what lies between its events, and is read in both languages', async () => {
    const [first, ...rest] = story('i-1', 300, 0, { clients: ['acme'] });
    await deliver(first!, ...story('other', 300, 10, { clients: ['globex'] }), ...rest);
    const { body, headers } = await cloud.get('/api/incidents/i-1/export.json');
    expect(verifyExport(body)).toMatchObject({ ok: true, events: 7, links: 7, gaps: [] });
    expect(headers['content-disposition']).toBe('attachment; filename="incident-i-1.json"');
    expect(body.story[0]).toMatchObject({
      en: 'Opened (critical): Trapped; the clock starts',
      zh: '发生（紧急）：困人，开始计时',
    });
    expect(JSON.stringify(body)).not.toContain('globex');

    const csv = await cloud.get('/api/incidents/i-1/export.csv');
    expect([csv.headers['content-type'], csv.body.split('\r\n').length]).toEqual(['text/csv; charset=utf-8', 9]);
    expect((await cloud.get('/api/incidents/none/export.json')).status).toBe(404);
  });
});

describe('response times', () => {
  beforeEach(() =>
    deliver(...story('fast', 200), ...story('slow', 600, 3600), ...story('drill', 5, 7000, { drill: true })),
  );

  test('a month of a client: how long it took, what was left out, and which incidents say so', async () => {
    const found = ResponseStatistics.parse((await cloud.get('/api/clients/acme/response?period=2026-03')).body);
    expect(found).toMatchObject({ incidents: 2, leftOut: { drills: 1 }, timeZone: 'Asia/Shanghai' });
    const onSite = found.times.find(({ term }) => term === 'on_site');
    expect(onSite).toMatchObject({
      seconds: { p50: 400, p95: 580 },
      counted: 2,
      incidents: [{ id: 'slow' }, { id: 'fast' }],
    });
    expect((await cloud.get('/api/clients/globex/response?period=2026-03')).body.incidents).toBe(0);
    expect((await cloud.get('/api/clients/nobody/response')).status).toBe(404);
  });

  test('everything, by fault, within days; and what came back', async () => {
    const { body } = await cloud.get('/api/response/statistics?from=2026-03-01&to=2026-03-31&by=fault&site=site-1');
    expect(body.groups).toMatchObject([{ key: 'entrapment', incidents: 2, repeated: 1, closed: 2 }]);
    expect(body.repeats.items).toMatchObject([{ first: 'fast', again: 'slow' }]);
    expect((await cloud.get('/api/response/statistics?site=elsewhere')).body.incidents).toBe(0);
    expect((await cloud.get('/api/response/statistics?from=2026-03-02&to=2026-03-01')).status).toBe(400);
  });
});

describe('reviews', () => {
  const draft = { version: 1, state: 'draft', by: 'wang', whatHappened: '', causes: [], actions: [] };
  const action = { id: 'a1', text: '换门机', owner: 'li', due: '2026-03-01', doneAt: null };

  test('critical incidents and broken promises need one; a cancelled one does not', async () => {
    await deliver(
      ...story('critical', 300),
      ...story('late', 900, 60, { severity: 'minor' }),
      ...story('fine', 300, 120, { severity: 'minor' }),
    );
    const { body } = await cloud.get('/api/reviews');
    expect(body.items.map((line: { incident: string }) => line.incident)).toEqual(['late', 'critical']);
    expect((await cloud.get('/api/incidents/fine/review')).body).toEqual({
      incident: 'fine',
      required: false,
      state: 'missing',
      versions: [],
    });
  });

  test('every version is kept, and two people cannot write the same one', async () => {
    await deliver(...story('i-1', 300));
    const put = (body: object) => cloud.send('PUT', '/api/incidents/i-1/review', body);
    expect((await put(draft)).status).toBe(200);
    const both = await Promise.all([
      put({ ...draft, version: 2, by: 'wang' }),
      put({ ...draft, version: 2, by: 'li' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await put({ ...draft, version: 9 })).status).toBe(409);

    const agreed = {
      ...draft,
      version: 3,
      state: 'agreed',
      whatHappened: '门机卡滞',
      causes: ['缺润滑'],
      actions: [action],
    };
    const review = IncidentReview.parse((await put(agreed)).body);
    expect([review.state, review.versions.map(({ version }) => version)]).toEqual(['agreed', [3, 2, 1]]);
    expect((await cloud.get('/api/reviews')).body.items).toEqual([]);
  });

  test('none is agreed without a cause, and the words of another incident are not its own', async () => {
    await deliver(...story('i-1', 300));
    const put = (id: string, body: object) => cloud.send('PUT', `/api/incidents/${id}/review`, body);
    expect((await put('i-1', { ...draft, state: 'agreed', whatHappened: 'x' })).status).toBe(400);
    expect((await put('i-1', { ...draft, actions: [action, action] })).status).toBe(400);
    expect((await put('i-2', draft)).status).toBe(404);
  });

  test('open actions are listed, the overdue ones are seen, and done ones leave', async () => {
    await deliver(...story('i-1', 300));
    const later = { ...action, id: 'a2', due: '2026-06-01' };
    const put = (body: object) => cloud.send('PUT', '/api/incidents/i-1/review', body);
    await put({ ...draft, actions: [later, action] });
    const open = (await cloud.get('/api/review-actions')).body.items;
    expect(open.map((each: { id: string; overdue: boolean }) => [each.id, each.overdue])).toEqual([
      ['a1', true],
      ['a2', false],
    ]);
    expect((await cloud.get('/api/reviews')).body.items).toMatchObject([{ openActions: 2, overdueActions: 1 }]);

    await put({ ...draft, version: 2, actions: [later, { ...action, doneAt: '2026-03-02T10:00:00.000Z' }] });
    expect((await cloud.get('/api/review-actions?state=overdue')).body.items).toEqual([]);
    expect((await cloud.get('/api/review-actions?state=done')).body.items).toMatchObject([{ id: 'a1' }]);
  });
});
