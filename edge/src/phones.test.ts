import type { Incident, Page as SentPage, Phone } from '@keepsite/edge-contract';
import { BROWSER, GONE_PATH, openStandIns, PUSH_PATH } from '@keepsite/simulators/vendors';
import { expect, onTestFinished, test } from 'vitest';
import { createEdgeHome } from './testing/whole-edge.ts';
import { waitLonger } from './testing/patience.ts';

waitLonger();

const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }]
devices: []
people:
  - { id: li, name: Li Na, addresses: [{ channel: log, to: '-' }] }
  - { id: wang, name: Wang Min, addresses: [] }
plans:
  - { id: all, version: 1, steps: [{ afterSeconds: 0, page: [li, wang], channels: [log] }] }
`;

/** An edge, and the push service of everybody's phones. */
async function house() {
  const standIns = await openStandIns();
  onTestFinished(standIns.close);
  const home = createEdgeHome(REGISTRY);
  const send = async <T>(edge: string, path: string, payload: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(edge + path, { method: 'POST', headers, body: JSON.stringify(payload) });
    return (await answer.json()) as T;
  };
  const add = (edge: string, responder: string, path: string) => {
    const keys = { p256dh: BROWSER.p256dh, auth: BROWSER.auth };
    const subscription = { endpoint: standIns.at('push-service') + path, keys };
    return send<Phone>(edge, '/api/push/phones', { subscription, name: `phone of ${responder}`, responder });
  };
  return { home, standIns, add, send };
}

test('whoever has a phone is paged on it although no plan names it, also after the edge was started anew', async () => {
  const { home, standIns, add, send } = await house();
  const before = await home.start();
  await add(before.url, 'li', PUSH_PATH);
  await add(before.url, 'wang', GONE_PATH);
  await before.stop();

  const { url } = await home.start();
  const report = {
    commandId: 'report-0001',
    asset: 'lift-3',
    fault: 'entrapment',
    severity: 'critical',
    reporter: 'li',
  };
  const { incident } = await send<{ incident: string }>(url, '/api/incidents', report);
  const pages = async () => {
    const { pages: all } = (await (await fetch(`${url}/api/incidents/${incident}`)).json()) as Incident;
    return all.filter(({ channel }) => channel === 'web-push');
  };
  await expect.poll(async () => (await pages()).map(stateOf).toSorted()).toEqual(['li accepted', 'wang failed']);
  expect((await pages()).find(({ to }) => to.person === 'wang')?.reason).toMatch(/phone of wang: HTTP 410.*taken off/);

  const [taken] = standIns.taken('push-service') as { note: object }[];
  expect(taken?.note).toMatchObject({
    incident,
    title: expect.stringContaining('轿厢困人'),
    link: expect.stringMatching(/\/l\//),
  });
  const left = (await (await fetch(`${url}/api/push?responder=wang`)).json()) as { phones: Phone[] };
  expect(left.phones).toMatchObject([{ state: 'gone', trouble: expect.stringContaining('410') }]);
});

function stateOf({ to, state }: SentPage): string {
  return `${to.person} ${state}`;
}
