import {
  AlarmView,
  ActionLine,
  EdgeResponse,
  EnergyReportEntry,
  FollowUpList,
  IncidentReview,
  KeptEnergyReport,
  RepairReport,
  ResponseStatistics,
  ResponseVersion,
  ReviewLine,
  SpendingStatement,
} from '@keepsite/cloud-contract';
import {
  Account,
  CodePlace,
  Incident,
  LinkView,
  MaintenanceWindow,
  OnCallList,
  RepairProgress,
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
  '/api/repairs/progress/token': RepairProgress,
  '/api/clients/yunqi-park/repairs?period=2026-10': RepairReport,
  '/api/clients/yunqi-park/spending?period=2026-10': SpendingStatement,
  '/api/clients/yunqi-park/energy/reports': list(EnergyReportEntry),
  '/api/links/token': LinkView,
  '/api/codes/code': CodePlace,
  '/api/accounts': list(Account),
};

let mock: Awaited<ReturnType<typeof startMock>>;

beforeAll(async () => {
  mock = await startMock({ server: 'cloud' });
});

afterAll(() => mock.close());

async function ask(path: string): Promise<unknown> {
  const response = await fetch(mock.url + path);
  expect(response.status, path).toBe(200);
  return response.json();
}

test.each(Object.entries(ANSWERS))('the mock answers %s as the contract says', async (path, shape) => {
  expect(shape.safeParse(await ask(path)).error?.issues ?? []).toEqual([]);
});

test('every energy report that the mock lists can be opened', async () => {
  const { items } = (await ask('/api/clients/yunqi-park/energy/reports')) as { items: EnergyReportEntry[] };
  for (const { id } of items) {
    const kept = await ask(`/api/clients/yunqi-park/energy/reports/${id}`);
    expect(KeptEnergyReport.safeParse(kept).error?.issues ?? []).toEqual([]);
  }
});
