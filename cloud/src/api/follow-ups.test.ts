import { afterEach, beforeEach, expect, test } from 'vitest';
import { Roster, type Calendar } from '@keepsite/edge-contract';
import { FollowUpList } from '@keepsite/cloud-contract';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, chain, contract, EDGE, registry, story, T0 } from '../testing/samples.ts';

const DAY = 24 * 3_600_000;
const DONE = T0 + 900_000;
const name = { en: 'Ours', zh: '本园区' };
/** T0 is a Monday; the Tuesday after it is a day off here. */
const CALENDAR: Calendar = {
  id: 'ours',
  version: 1,
  name,
  weekend: ['sat', 'sun'],
  from: '2026-01-01',
  to: '2026-12-31',
  days: [{ from: '2026-03-03', kind: 'holiday', name }],
};
const ROSTER = Roster.parse({
  id: 'duty',
  version: 1,
  name,
  zone: 'Asia/Shanghai',
  calendar: 'ours',
  layers: [{ id: 'all', members: ['an'], from: '2026-01-01T00:00' }],
});

const database = useTestDatabase();
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await startTestCloud(database.db, database.tenant());
  for (const id of ['acme', 'globex'])
    await cloud.send('PUT', `/api/clients/${id}`, { id, name, kind: 'commercial', since: null, officer: 'chen' });
  await cloud.ports.store.clients.saveContract(contract('acme', { followUpDays: 'working_days' }));
  await cloud.ports.store.clients.saveContract(contract('globex', { id: 'c-2' }));
  const book = { calendars: [CALENDAR], rosters: [ROSTER] };
  await cloud.send('POST', `/api/edges/${EDGE}/batches`, batch({ registry: { ...registry(), ...book } }));
  const events = chain(story('i-1', 300, 0, { clients: ['acme', 'globex'] }));
  await cloud.send('POST', `/api/edges/${EDGE}/batches`, batch({ events }));
});
afterEach(() => cloud.close());

test('a day off of the site does not count where the contract says working days, and does elsewhere', async () => {
  const { items } = FollowUpList.parse((await cloud.get('/api/follow-ups')).body);
  const due = Object.fromEntries(items.map(({ client, dueAt }) => [client, Date.parse(dueAt)]));
  expect(due).toEqual({ acme: DONE + 2 * DAY, globex: DONE + DAY });
});

test('whoever could not be reached is tried again on the next day that counts', async () => {
  const next = async (client: string) => {
    const body = { by: 'chen', outcome: 'unreachable' };
    const after = await cloud.send('POST', `/api/follow-ups/follow_up:i-1:${client}/attempts`, body);
    return Date.parse(after.body.nextAt);
  };
  expect(await next('acme')).toBe(cloud.time.now + 2 * DAY);
  expect(await next('globex')).toBe(cloud.time.now + DAY);
});
