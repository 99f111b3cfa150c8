import type { RetentionReport, SlaReport } from '@keepsite/cloud-contract';
import type { Incident } from '@keepsite/edge-contract';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { complaintsOf, shoot } from './src/browser.ts';
import { get } from './src/http.ts';
import { entrapment, incident, incidents } from './src/stories.ts';
import { until } from './src/until.ts';
import { useWatchedHouse } from './src/watched-house.ts';

/** Lift 3 of Binjiang Park stands in this client's building. */
const CLIENT = 'qiming-design';

const watched = useWatchedHouse({ rooms: ['cloud', 'edge', 'simulators'], historyDays: 4 });

test('the first minute: trapped, counting, acknowledged on a phone, on site, resolved, and the promise is kept', async () => {
  const { house, wall, phone } = watched;
  const before = await standing();
  await wall.goto(`${house.edge}/simulator`);
  await wall.getByRole('button', { name: 'I am the crew' }).click();
  await wall.getByRole('button', { name: 'I am the crew', pressed: true }).waitFor();
  await wall.goto(house.edge);
  await wall.getByText('No open incident').waitFor();
  const appeared = firstCardOf(wall);
  await wall.getByRole('button', { name: 'Trap a passenger' }).click();
  const shownAt = await appeared;
  const opened = await entrapment(house.edge, 'bj-lift-3');
  expect(shownAt - Date.parse(opened.openedAt), 'ms from the event to the wall').toBeLessThan(2_000);

  const card = wall.locator('.card', { hasText: 'Lift 3, Building B' });
  const left = await secondsTicking(card.locator('.digits'));
  expect(left[0]).toBeGreaterThan(360);
  expect(left[0]).toBeLessThanOrEqual(420);
  expect(left).toEqual([...left].toSorted((a, b) => b - a));
  await card.getByText('nobody yet').waitFor();
  await shoot(wall, 'wall-en-counting');

  await phone.goto(`${house.edge}/incidents`);
  await phone.getByLabel('我是').first().selectOption('li-na');
  await phone
    .getByRole('link', { name: /电梯困人.*B座3号梯/ })
    .first()
    .tap();
  await phone.getByRole('button', { name: '我来处理' }).tap();
  await card.getByText('李娜 Li Na').waitFor();
  await card.getByText('Acknowledged').first().waitFor();
  await shoot(wall, 'wall-en-acknowledged');
  await shoot(phone, 'phone-zh-acknowledged');
  await phone.getByRole('button', { name: '我已到场' }).tap();
  await card.locator('.digits-label', { hasText: 'Met' }).waitFor();
  await phone.getByRole('button', { name: '处理完毕' }).tap();
  const over = await until(
    async () => {
      const now = await incident(house.edge, opened.id);
      return now.resolvedAt !== null && now.condition === 'cleared' && now;
    },
    { for: 'the repair and the open doors' },
  );
  expect(over).toMatchObject({ sla: 'met', responder: 'li-na' });
  expect(['resolved', 'closed']).toContain(over.response);
  expect(over.clocks.map(({ term, verdict }) => [term, verdict])).toEqual([
    ['acknowledge', 'met'],
    ['on_site', 'met'],
    ['resolve', 'met'],
  ]);
  await shoot(phone, 'phone-zh-resolved');

  const after = await until(
    async () => {
      const now = await standing();
      return now.onSite.met > before.onSite.met && now;
    },
    { for: 'the client’s attainment' },
  );
  expect(after.onSite).toMatchObject({ met: before.onSite.met + 1, breached: before.onSite.breached });
  expect(after.onSite.attainment ?? 0).toBeGreaterThanOrEqual(before.onSite.attainment ?? 0);
  expect(lossOf(after.retention, opened.id)).toBe(0);
  await wall.goto(`${house.cloud}/clients/${CLIENT}`);
  const promise = wall.locator('.term', { hasText: 'On site' }).first();
  await promise.getByText(percent(after.onSite.attainment)).first().waitFor();
  await wall.locator(`a[href="/incidents/${opened.id}"]`).first().waitFor({ state: 'attached' });
  const kept = wall.locator('.loss-list li', { has: wall.locator(`a[href="/incidents/${opened.id}"]`) });
  for (const points of await kept.locator('b').first().allInnerTexts()) expect(points).toBe('0');
  await shoot(wall, 'client-en-kept');
  expect(complaintsOf(wall)).toEqual([]);
  expect(complaintsOf(phone)).toEqual([]);
});

test('left to expire at 20×, the ladder climbs, the promise breaks at T0 + 420.000 s, and the client page says why', async () => {
  const { house, wall } = watched;
  const before = await standing();
  await wall.goto(`${house.cloud}/simulator`);
  await wall.getByRole('button', { name: 'Let it expire at 20×' }).click();
  const opened = await entrapment(house.edge, 'bj-lift-3');
  await wall.goto(house.edge);
  await wall.getByText('time runs ×20').first().waitFor();
  const broken = await until(
    async () => {
      const now = await incident(house.edge, opened.id);
      return now.sla === 'breached' && now.stepsDone === now.plan?.steps.length && now;
    },
    { for: 'the broken promise', withinMs: 120_000 },
  );
  expect(breachOf(broken)).toBe(420_000);
  expect(ladderOf(broken)).toEqual([
    [0, 0, 'pages'],
    [1, 20, acceptedBy(broken, 1) ? 'a channel accepted a page' : 'pages'],
    [2, 60, 'pages'],
    [3, 120, 'pages'],
    [4, 210, 'pages'],
    [5, 300, 'pages'],
    [6, 360, 'pages'],
  ]);
  // The car's monitor and the controller's readings tell of one and the same passenger.
  expect(broken.activeSources).toEqual(['device:EL-BJ-0003:entrapment:1', 'rule:elevator.entrapment']);
  const open = await incidents(house.edge, 'open');
  expect(open.filter(({ asset, response }) => asset === 'bj-lift-3' && response === 'open')).toHaveLength(1);
  await wall.locator('.card.is-late').first().waitFor();
  await shoot(wall, 'wall-en-expired');

  const after = await until(
    async () => {
      const now = await standing();
      return now.onSite.breached > before.onSite.breached && lossOf(now.retention, opened.id) > 0 && now;
    },
    { for: 'the points that it cost' },
  );
  expect(after.onSite).toMatchObject({ met: before.onSite.met, breached: before.onSite.breached + 1 });
  const why = after.retention.incidents.find(({ id }) => id === opened.id)?.sentence;
  expect(why?.en).toMatch(/\d/);
  await wall.goto(`${house.cloud}/clients/${CLIENT}`);
  const loss = wall.locator('.loss-list li', { has: wall.locator(`a[href="/incidents/${opened.id}"]`) });
  await loss.first().waitFor();
  expect(await loss.locator('.points').innerText()).toMatch(/^−\d/);
  expect(await loss.locator('p').innerText()).toMatch(/[a-z]{3}.*\d/);
  await shoot(wall, 'client-en-broken');
});

/** This month's on-site promise and today's score of the client, as the cloud's API tells them. */
async function standing() {
  const { house } = watched;
  const [sla, retention] = await Promise.all([
    get<SlaReport>(`${house.cloud}/api/clients/${CLIENT}/sla`),
    get<RetentionReport>(`${house.cloud}/api/clients/${CLIENT}/retention`),
  ]);
  const onSite = sla.terms.find(({ term }) => term === 'on_site');
  if (!onSite) throw new Error('the client was promised nobody on site');
  return { onSite, retention };
}

function lossOf(report: RetentionReport, id: string): number {
  return report.incidents.find((each) => each.id === id)?.pointsLost ?? 0;
}

function percent(share: number | null): string {
  return new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 }).format(share ?? 0);
}

/** Resolves to this machine's time at which the page first showed a card. */
function firstCardOf(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const look = () => document.querySelector('.card') && resolve(Date.now());
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  })`);
}

/** Three different countdowns, one after the other, in seconds. */
async function secondsTicking(digits: ReturnType<Page['locator']>): Promise<number[]> {
  const seen: number[] = [];
  await until(
    async () => {
      const [minutes = Number.NaN, seconds = Number.NaN] = (await digits.innerText()).split(':').map(Number);
      const now = minutes * 60 + seconds;
      if (now !== seen.at(-1)) seen.push(now);
      return seen.length >= 3;
    },
    { for: 'a countdown that counts' },
  );
  return seen;
}

/** Milliseconds of edge time from T0 to the recorded breach of the on-site promise. */
function breachOf({ openedAt, timeline }: Incident): number {
  const told = timeline.find(
    ({ kind, detail }) => kind === 'clock' && detail['term'] === 'on_site' && detail['verdict'] === 'breached',
  );
  return Date.parse(told?.at ?? '') - Date.parse(openedAt);
}

/** Each step that was taken: which, when it was due in seconds, and whether it paged or why not. */
function ladderOf({ timeline, plan, pages, openedAt }: Incident): [number, number, string][] {
  return timeline
    .filter(({ kind }) => kind === 'step')
    .map(({ detail, at }) => {
      const step = Number(detail['step']);
      const due = plan?.steps[step]?.afterSeconds ?? Number.NaN;
      if (Date.parse(at) < Date.parse(openedAt) + due * 1000) return [step, due, 'too early'];
      const next = plan?.steps[step + 1]?.afterSeconds ?? Number.POSITIVE_INFINITY;
      const isLate = Date.parse(at) >= Date.parse(openedAt) + next * 1000;
      // At 20× two steps are seconds apart: on a machine that stood still that long only the higher one pages.
      if (detail['reason'] === 'overdue' && isLate) return [step, due, 'pages'];
      if (detail['skipped'] === true) return [step, due, String(detail['reason'])];
      return [step, due, pages.some((page) => page.step === step) ? 'pages' : 'paged nobody'];
    });
}

/** Whether a channel had accepted a page by the time of that step: at 20× a slow machine may need longer. */
function acceptedBy({ timeline }: Incident, step: number): boolean {
  const taken = timeline.findIndex(({ kind, detail }) => kind === 'step' && detail['step'] === step);
  return timeline.slice(0, taken).some(({ kind, detail }) => kind === 'page' && detail['state'] === 'accepted');
}
