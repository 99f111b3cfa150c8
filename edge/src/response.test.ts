import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandAnswer, CommandList, CommandResults } from '@keepsite/cloud-contract';
import {
  type Batch,
  type Incident,
  type OnCallList,
  ResponseConfiguration,
  type ResponseState,
} from '@keepsite/edge-contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEdge, type RunningEdge } from './compose.ts';
import { readConfig } from './config.ts';

const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }]
devices: []
people: [{ id: li, name: Li Na, addresses: [{ channel: log, to: li }] }]
plans: [{ id: own, version: 1, steps: [{ afterSeconds: 0, page: [li] }] }]
`;
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const NOWHERE = 'http://127.0.0.1:1';

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepsite-response-'));
  mkdirSync(join(folder, 'edge'));
  writeFileSync(join(folder, 'edge', 'registry.yaml'), REGISTRY);
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(cloudUrl: string): Promise<RunningEdge> {
  const read = readConfig({
    KEEPSITE_DATA_DIR: folder,
    KEEPSITE_EDGE_HTTP_PORT: '0',
    KEEPSITE_EDGE_MQTT_PORT: '0',
    KEEPSITE_CLOUD_URL: cloudUrl,
  });
  if (!read.ok) throw new Error(read.faults.join(' '));
  const edge = await startEdge(read.config, QUIET);
  closing.push(edge.stop);
  return edge;
}

async function stop(edge: RunningEdge): Promise<void> {
  await edge.stop();
  closing.splice(closing.indexOf(edge.stop), 1);
}

/** A version that pages one person whom only the cloud knows. */
function version(number: number, page: string[] = ['zhao']) {
  return ResponseConfiguration.parse({
    version: number,
    people: [{ id: 'zhao', name: 'Zhao', addresses: [{ channel: 'log', to: 'zhao' }] }],
    plans: [{ id: 'sent', version: number, steps: [{ afterSeconds: 0, page }] }],
  });
}

/** A cloud with a long poll: `send` places a version in the queue and resolves with what the edge said to it. */
async function cloud() {
  const items: CommandList['items'] = [];
  const told = new Map<string, (answer: CommandAnswer) => void>();
  let waiting: (() => void) | null = null;
  const answer = (after: number, response: ServerResponse) => {
    const fresh = items.filter(({ seq }) => seq > after);
    response.end(JSON.stringify({ items: fresh, next: fresh.at(-1)?.seq ?? after, now: new Date().toISOString() }));
  };
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://cloud');
    if (request.method === 'GET') {
      const after = Number(url.searchParams.get('after'));
      if (items.some(({ seq }) => seq > after)) answer(after, response);
      else waiting = () => answer(after, response);
      return;
    }
    const chunks = await request.toArray();
    const body = JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as CommandResults & Batch;
    for (const result of body.results ?? []) told.get(result.commandId)?.(result);
    const accepted = { verdict: 'accepted', reason: null };
    const events = (body.events ?? []).map(({ seq }) => ({ kind: 'event', seq, ...accepted }));
    const blocks = (body.blocks ?? []).map(({ seq }) => ({ kind: 'block', seq, ...accepted }));
    response.end(JSON.stringify({ results: [...events, ...blocks] }));
  }
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send(configuration: object): Promise<CommandAnswer> {
      const seq = items.length + 1;
      const commandId = `response-${seq}`;
      const answered = new Promise<CommandAnswer>((resolve) => told.set(commandId, resolve));
      items.push({
        kind: 'response',
        seq,
        commandId,
        configuration: { ...configuration },
        receivedAt: new Date().toISOString(),
      });
      waiting?.();
      waiting = null;
      return answered;
    },
  };
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
  const up = await cloud();
  const edge = await start(up.url);
  const before = await report(edge, 'entrapment');
  expect(paged(before)).toEqual(['li']);

  expect(await up.send(version(1))).toMatchObject({ state: 'done', modified: true });
  expect(paged(await report(edge, 'overspeed'))).toEqual(['zhao']);
  expect((await get<Incident>(edge, `/api/incidents/${before.id}`)).plan?.id).toBe('own');

  const refused = await up.send(version(2, []));
  expect(refused).toMatchObject({ state: 'refused', reason: expect.stringContaining('steps.1: the step is empty') });
  expect(paged(await report(edge, 'brake'))).toEqual(['zhao']);

  await stop(edge);
  const alone = await start(NOWHERE);
  expect(await get<ResponseState>(alone, '/api/response')).toMatchObject({
    source: 'cloud',
    version: 1,
    trouble: null,
  });
  expect(paged(await report(alone, 'overrun_top'))).toEqual(['zhao']);
});

test('a kept version that is damaged falls back to the one before it, and the edge says so', async () => {
  const up = await cloud();
  const edge = await start(up.url);
  await up.send(version(1));
  await up.send({ ...version(2), people: [...version(2).people, { id: 'wang', name: 'Wang', addresses: [] }] });
  await stop(edge);
  const file = join(folder, 'edge', 'response.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 200));

  const after = await start(NOWHERE);
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
  writeFileSync(join(folder, 'edge', 'registry.yaml'), `${text}${gold}\n`);
  const edge = await start(NOWHERE);
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
  writeFileSync(join(folder, 'edge', 'registry.yaml'), text + duty);
  const edge = await start(NOWHERE);
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
  await stop(edge);
  const again = await start(NOWHERE);
  expect(paged(await report(again, 'brake'))).toEqual(['wang']);
});
