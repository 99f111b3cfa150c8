import { LINK_LIVES_MS } from '@keepsite/edge-contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Duty } from '../domain/alarm/duty.ts';
import { tendAlarms } from '../jobs/alarms.ts';
import { sendAlarmPages } from '../jobs/alarm-pager.ts';
import { silentEvents } from '../events.ts';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, registry } from '../testing/samples.ts';
import { createAlarmLinks } from './alarm-token.ts';

const S = 1000;
const API = 'the-api-token-of-people';
const TOKENS = { api: API, edge: 'the-token-of-edges' };
const DUTY = Duty.parse({
  version: 1,
  people: [
    { id: 'wang', name: '王磊', addresses: [{ channel: 'sms', to: '13800000000' }] },
    { id: 'li', name: '李娜', addresses: [{ channel: 'sms', to: '13800000001' }] },
  ],
  steps: [
    { afterSeconds: 0, page: ['wang'] },
    { afterSeconds: 300, page: ['li'] },
  ],
});
const links = createAlarmLinks(TOKENS.api);

const database = useTestDatabase();
let cloud: TestCloud;
let id: string;
let start: number;

/** A cloud with logins, and a site of which nothing has been heard for 30 seconds. */
beforeEach(async () => {
  cloud = await startTestCloud(database.db, database.tenant(), { demo: false, tokens: TOKENS });
  const headers = { authorization: `Bearer ${TOKENS.edge}` };
  await cloud.send('POST', '/api/edges/edge-1/batches', batch({ registry: registry() }, 'edge-1'), headers);
  start = cloud.time.now;
  await at(35);
  id = (await cloud.ports.store.alarms.list({ limit: 1 }))[0]!.id;
});
afterEach(() => cloud.close());

/** What happens until so many seconds after the edge was heard: the watch looks, and sends. */
async function at(seconds: number): Promise<void> {
  cloud.time.now = start + seconds * S;
  const { alarms, edges } = cloud.ports.store;
  await edges.markBlind(cloud.time.now - 30 * S);
  await tendAlarms({ alarms, duty: DUTY }, cloud.time.now);
  const deliver = async () => ({ outcome: 'accepted', reference: null }) as const;
  await sendAlarmPages({ alarms, notifier: { deliver }, clock: cloud.ports.own, events: silentEvents() });
}

const tokenOf = (person: string) => links!.issue(id, person, cloud.time.now);
const show = (token: string) => cloud.get(`/api/alarm-links/${token}`);
const take = (token: string) => cloud.send('POST', `/api/alarm-links/${token}/acknowledge`, {});

test('whoever was paged reads by their link alone what is silent, since when, and who was told, without anybody’s number', async () => {
  const answer = await show(tokenOf('wang'));
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  expect(answer.body).toMatchObject({
    person: { id: 'wang', name: '王磊' },
    place: { en: 'Tower (edge-1)', zh: '塔楼 (edge-1)' },
    acknowledgedBy: null,
    endedAt: null,
    timeline: [
      { kind: 'silent', edge: 'edge-1' },
      { kind: 'paged', who: '王磊', channel: 'sms', state: 'accepted', step: 0 },
    ],
  });
  expect(JSON.stringify(answer.body)).not.toContain('138');
  expect((await cloud.ports.store.alarms.get(id))?.alarm.acknowledgedAt, 'looking takes nothing').toBeNull();
});

test('one tap takes it in that person’s name: nobody else is paged, and the next one reads who has it', async () => {
  expect((await take(tokenOf('wang'))).body).toMatchObject({ acknowledgedBy: { id: 'wang', name: '王磊' } });
  await at(400);
  expect((await take(tokenOf('li'))).body).toMatchObject({ acknowledgedBy: { id: 'wang', name: '王磊' } });
  const { body } = await show(tokenOf('li'));
  expect(body.timeline.map(({ kind, who }: { kind: string; who?: string }) => [kind, who])).toEqual([
    ['silent', undefined],
    ['paged', '王磊'],
    ['acknowledged', '王磊'],
    ['told', '王磊'],
  ]);
});

test('while nobody answers, the next step is paged; when the site is heard again, all of it is on the timeline', async () => {
  await at(340);
  cloud.time.now += S;
  const headers = { authorization: `Bearer ${TOKENS.edge}` };
  await cloud.send('POST', '/api/edges/edge-1/batches', batch({}, 'edge-1'), headers);
  for (const later of [350, 380, 405]) {
    await cloud.send('POST', '/api/edges/edge-1/batches', batch({}, 'edge-1'), headers);
    await at(later);
  }
  const full = (await cloud.get(`/api/alarms/${id}`, { authorization: `Bearer ${API}` })).body;
  expect(full.timeline.map(({ kind, who }: { kind: string; who?: string }) => [kind, who])).toEqual([
    ['silent', undefined],
    ['paged', '王磊'],
    ['paged', '李娜'],
    ['heard', undefined],
    ['ended', undefined],
    ['told', '李娜'],
    ['told', '王磊'],
  ]);
  expect((await take(tokenOf('li'))).body).toMatchObject({ acknowledgedBy: null, endedAt: full.endedAt });
});

test('a link that is forged, another person’s, too old, or of another cloud is none', async () => {
  const token = tokenOf('wang');
  const [body, seal] = token.split('.');
  const others = Buffer.from(JSON.stringify([id, 'li', cloud.time.now + LINK_LIVES_MS])).toString('base64url');
  for (const wrong of [`${body}.x`, `${others}.${seal}`, 'x', createAlarmLinks('another')!.issue(id, 'wang', start)])
    expect((await show(wrong)).body).toMatchObject({ error: { code: 'LINK_FORGED' } });
  expect((await take(`${others}.${seal}`)).status).toBe(404);
  cloud.time.now += LINK_LIVES_MS + 1;
  expect((await show(token)).body).toMatchObject({ error: { code: 'LINK_EXPIRED' } });
});

test('whoever guesses waits longer and longer', async () => {
  for (let n = 0; n < 20; n += 1) await show(`guess-${n}.x`);
  expect((await show('guess.x')).status).toBe(429);
});

test('without a token of people, as in the demo, there are no such links', () => {
  expect(createAlarmLinks(null)).toBeNull();
});
