import { readFileSync, writeFileSync } from 'node:fs';
import { type Incident, type OnCallList, ResponseConfiguration, type ResponseState } from '@keepsite/edge-contract';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { RunningEdge } from './compose.ts';
import { startCloudStandIn } from './testing/cloud-stand-in.ts';
import { createEdgeHome, type EdgeHome } from './testing/whole-edge.ts';
import { waitLonger } from './testing/patience.ts';

waitLonger();

const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }]
devices: []
people: [{ id: li, name: Li Na, addresses: [{ channel: log, to: li }] }]
plans: [{ id: own, version: 1, steps: [{ afterSeconds: 0, page: [li] }] }]
`;

let home: EdgeHome;
beforeEach(() => {
  home = createEdgeHome(REGISTRY);
});

/** An edge and the cloud that it asks. */
async function startWithCloud() {
  const cloud = await startCloudStandIn();
  onTestFinished(cloud.close);
  return { cloud, edge: await home.start({ KEEPSITE_CLOUD_URL: cloud.url }) };
}

/** A version that pages one person whom only the cloud knows. */
function version(number: number, page: string[] = ['zhao']) {
  return ResponseConfiguration.parse({
    version: number,
    people: [{ id: 'zhao', name: 'Zhao', addresses: [{ channel: 'log', to: 'zhao' }] }],
    plans: [{ id: 'sent', version: number, steps: [{ afterSeconds: 0, page }] }],
  });
}

async function get<T>(edge: RunningEdge, path: string): Promise<T> {
  return (await (await fetch(`${edge.url}${path}`)).json()) as T;
}

let reports = 0;
/** Somebody reports a fault; resolves with the incident. */
async function report(edge: RunningEdge, fault: string): Promise<Incident> {
  const body = {
    commandId: `report-${(reports += 1)}-000`,
    asset: 'lift-3',
    fault,
    severity: 'critical',
    reporter: 'li',
  };
  const response = await fetch(`${edge.url}/api/incidents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { incident } = (await response.json()) as { incident: string };
  return get(edge, `/api/incidents/${incident}`);
}

const paged = ({ pages }: Incident) => [...new Set(pages.map(({ to }) => to.person))];

test('a version from the cloud answers the next incident, one that runs keeps its plan, a bad one changes nothing', async () => {
  const { cloud, edge } = await startWithCloud();
  const before = await report(edge, 'entrapment');
  expect(paged(before)).toEqual(['li']);

  expect(await cloud.order(version(1))).toMatchObject({ state: 'done', modified: true });
  expect(paged(await report(edge, 'overspeed'))).toEqual(['zhao']);
  expect((await get<Incident>(edge, `/api/incidents/${before.id}`)).plan?.id).toBe('own');

  const refused = await cloud.order(version(2, []));
  expect(refused).toMatchObject({ state: 'refused', reason: expect.stringContaining('steps.1: the step is empty') });
  expect(paged(await report(edge, 'brake'))).toEqual(['zhao']);

  await edge.stop();
  const alone = await home.start();
  expect(await get<ResponseState>(alone, '/api/response')).toMatchObject({
    source: 'cloud',
    version: 1,
    trouble: null,
  });
  expect(paged(await report(alone, 'overrun_top'))).toEqual(['zhao']);
});

test('a kept version that is damaged falls back to the one before it, and the edge says so', async () => {
  const { cloud, edge } = await startWithCloud();
  await cloud.order(version(1));
  await cloud.order({ ...version(2), people: [...version(2).people, { id: 'wang', name: 'Wang', addresses: [] }] });
  await edge.stop();
  const file = home.file('response.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 200));

  const after = await home.start();
  const state = await get<ResponseState>(after, '/api/response');
  expect(state).toMatchObject({ source: 'cloud', version: 1, trouble: expect.stringContaining('version 1 count') });
  const { degraded } = await get<{ degraded: Record<string, string | null> }>(after, '/readyz');
  expect(degraded['response']).toContain('damaged');
  expect(paged(await report(after, 'entrapment'))).toEqual(['zhao']);
});

test('the targets are those of the contract of the client whose zone it touches', async () => {
  const text = REGISTRY.replace(
    'zones: [{ id: tower,',
    'zones: [{ id: tower, clients: [{ client: bank, contract: gold }],',
  );
  const gold = 'contracts: [{ id: gold, version: 3, terms: { on_site: 300 } }]';
  home.write('registry.yaml', `${text}${gold}\n`);
  const edge = await home.start();
  const { clocks, plan, openedAt } = await report(edge, 'entrapment');
  expect(clocks.map(({ term, dueAt }) => [term, Date.parse(dueAt) - Date.parse(openedAt)])).toEqual([
    ['on_site', 300_000],
  ]);
  expect(plan?.madeOf?.contracts).toEqual([{ id: 'gold', version: 3 }]);
});

test('an override made at the edge counts for the next incident, offline and after a restart', async () => {
  const duty = `
rosters:
  - id: duty
    version: 1
    name: { en: Duty, zh: 值班 }
    zone: Asia/Shanghai
    layers: [{ id: all, members: [li], from: 2026-01-01T08:00 }]
`;
  const wang = '{ id: wang, name: Wang, addresses: [{ channel: log, to: wang }] }';
  const text = REGISTRY.replace('page: [li]', 'page: [duty]').replace('people: [', `people: [${wang}, `);
  home.write('registry.yaml', text + duty);
  const edge = await home.start();
  expect(paged(await report(edge, 'entrapment'))).toEqual(['li']);
  const { items } = await get<OnCallList>(edge, '/api/on-call');
  const now = Date.parse((await get<OnCallList>(edge, '/api/on-call')).at);
  expect(items).toMatchObject([{ roster: 'duty', now: [{ person: 'li' }] }]);
  const span = { from: new Date(now - 3_600_000).toISOString(), to: new Date(now + 3_600_000).toISOString() };
  const made = await fetch(`${edge.url}/api/rosters/duty/changes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'override', ...span, off: ['li'], on: ['wang'] }),
  });
  expect(made.status).toBe(200);
  expect(paged(await report(edge, 'overspeed'))).toEqual(['wang']);
  await edge.stop();
  const again = await home.start();
  expect(paged(await report(again, 'brake'))).toEqual(['wang']);
});
