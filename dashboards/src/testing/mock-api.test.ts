import {
  AlarmLinkView,
  AlarmView,
  ActionLine,
  EdgeResponse,
  EnergyReportEntry,
  FollowUpList,
  IncidentReview,
  KeptEnergyReport,
  RepairReport,
  ResponseCheck,
  ResponseStatistics,
  ResponseVersion,
  ReviewLine,
  SpendingStatement,
} from '@keepsite/cloud-contract';
import {
  Account,
  CodePlace,
  Incident,
  InstantText,
  LinkView,
  OrderLinkView,
  MaintenanceWindow,
  OnCallList,
  RepairProgress,
  type ResponseBook,
  ResponseState,
  RosterView,
  WhoAmI,
} from '@keepsite/edge-contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startMock } from './mock-api.ts';

const list = (item: z.ZodType): z.ZodType => z.object({ items: z.array(item).min(1), next: z.null() });

/** What the pages ask, and what the contracts say is answered. */
const ANSWERS: Record<string, z.ZodType> = {
  '/api/whoami': WhoAmI,
  '/api/incidents?state=open': list(Incident),
  '/api/maintenance': list(MaintenanceWindow),
  '/api/on-call': OnCallList,
  '/api/edges/edge-1/on-call': OnCallList,
  '/api/rosters/lifts': RosterView,
  '/api/response': ResponseState,
  '/api/edges/edge-1/response': EdgeResponse,
  '/api/edges/edge-1/response/versions': list(ResponseVersion),
  '/api/follow-ups?state=open': FollowUpList,
  '/api/response/statistics?by=site&from=2026-01-01': ResponseStatistics,
  '/api/reviews': list(ReviewLine),
  '/api/review-actions': list(ActionLine),
  '/api/incidents/inc-1044/review': IncidentReview,
  '/api/alarms': list(AlarmView),
  '/api/alarms/alarm-2': AlarmView,
  '/api/alarm-links/token': AlarmLinkView,
  '/api/repairs/progress/token': RepairProgress.extend({ now: InstantText }),
  '/api/clients/yunqi-park/repairs?period=2026-10': RepairReport,
  '/api/clients/yunqi-park/spending?period=2026-10': SpendingStatement,
  '/api/clients/yunqi-park/energy/reports': list(EnergyReportEntry),
  '/api/links/token': LinkView,
  '/api/order-links/token': OrderLinkView,
  '/api/codes/code': CodePlace,
  '/api/accounts': list(Account),
};

let mock: Awaited<ReturnType<typeof startMock>>;

beforeAll(async () => {
  mock = await startMock({ server: 'cloud' });
});

afterAll(() => mock.close());

/** With a body it is an order. */
async function ask(path: string, body?: object): Promise<unknown> {
  const order = body && { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(mock.url + path, order);
  expect(response.status, path).toBe(200);
  return response.json();
}

/** Neither wrong nor short of anything, and nothing in it that the contract does not know: a page could lean on that. */
function expectAsContracted(shape: z.ZodType, answer: unknown): void {
  const read = shape.safeParse(answer);
  expect(read.error?.issues ?? []).toEqual([]);
  expect(answer).toEqual(read.data);
}

test.each(Object.entries(ANSWERS))('the mock answers %s as the contract says', async (path, shape) => {
  expectAsContracted(shape, await ask(path));
});

test('a book that is being written is checked and rehearsed as the contract says', async () => {
  const { book } = EdgeResponse.parse(await ask('/api/edges/edge-1/response'));
  const [plan] = book.plans;
  const rehearse = { plan: plan?.id, at: ['2026-10-01T04:00:00.000Z', '2026-09-30T19:00:00.000Z'] };
  const check = async (asked: ResponseBook): Promise<ResponseCheck> => {
    const answer = await ask('/api/edges/edge-1/response/check', { book: asked, rehearse });
    expectAsContracted(ResponseCheck, answer);
    return ResponseCheck.parse(answer);
  };
  const { rehearsed } = await check(book);
  expect(rehearsed.map((one) => one.plan?.steps[0]?.to.length)).toEqual([2, 0]);
  const empty = { ...book, plans: [{ ...plan!, steps: [{ ...plan!.steps[0]!, page: [] }] }] };
  expect((await check(empty)).rehearsed.map((one) => one.plan)).toEqual([null, null]);
});

test('the mock shows the week of a roster as it is being written', async () => {
  const { book } = EdgeResponse.parse(await ask('/api/edges/edge-1/response'));
  const [roster] = book.rosters;
  const layers = roster!.layers.map((layer) => ({ ...layer, members: ['liu-yang'] }));
  const asked = { book: { ...book, rosters: [{ ...roster!, layers }] }, week: { roster: 'lifts', from: '2026-10-01' } };
  const answer = await ask('/api/edges/edge-1/response/check', asked);
  expectAsContracted(ResponseCheck, answer);
  const { week } = ResponseCheck.parse(answer);
  expect(week?.days[0]?.day).toBe('2026-10-01');
  expect(new Set(week?.shifts.map(({ person }) => person))).toEqual(new Set(['liu-yang']));
});

test('a review that somebody has written is told as the contract says, with its versions', async () => {
  const action = { id: 'a1', text: '换门机', owner: 'li', due: '2026-12-01', doneAt: null };
  const words = { whatHappened: '困人', causes: ['门机磨损'], actions: [action] };
  await ask('/api/incidents/inc-1044/review', { version: 1, state: 'agreed', by: 'li', ...words });
  const review = await ask('/api/incidents/inc-1044/review');
  expectAsContracted(IncidentReview, review);
  expect(review).toMatchObject({ state: 'agreed', versions: [{ version: 1, causes: ['门机磨损'] }] });
});

test('every energy report that the mock lists can be opened', async () => {
  const { items } = (await ask('/api/clients/yunqi-park/energy/reports')) as { items: EnergyReportEntry[] };
  for (const { id } of items) {
    const kept = await ask(`/api/clients/yunqi-park/energy/reports/${id}`);
    expectAsContracted(KeptEnergyReport, kept);
  }
});
