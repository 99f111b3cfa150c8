import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openPhone, shoot } from './src/browser.ts';
import { englishLeftovers } from './src/chinese.ts';
import { type House, startHouse } from './src/house.ts';
import { aMinutePasses, MINUTE_MS } from './src/minute.ts';
import { isReadyToLeave, keptBy, reopen } from './src/offline.ts';
import { connect, type Wire } from './src/mqtt.ts';
import { type Phones, type RungPage, startPhones } from './src/phones.ts';
import { entrapment, incident, trap } from './src/stories.ts';
import { until } from './src/until.ts';
import { startWebCopy } from './src/web-copy.ts';

const LOST = '与服务器的连接已断开';

let phones: Phones;
let house: House;
let wire: Wire;
let browser: Browser;

beforeAll(async () => {
  phones = await startPhones();
  const opening = openBrowser();
  [house, browser] = await Promise.all([startHouse({ rooms: ['edge'], webhook: phones.url }), opening]);
  wire = await connect(house.mqtt);
});

afterAll(async () => {
  await browser?.close();
  await wire?.close();
  await house?.close();
  await phones?.close();
});

test('a link opens without a line, says how old it is, and what is tapped counts once, with the time it was said', async () => {
  const ringing = new Promise<RungPage>((resolve) => {
    phones.beforeAnswer = (page) => Promise.resolve(resolve(page));
  });
  await trap(wire, 'bj-lift-3');
  const { link } = await ringing;
  const { id } = await entrapment(house.edge, 'bj-lift-3');
  const token = new URL(link).pathname.replace('/l/', '');
  let phone = await openPhone(browser, 'zh-CN');
  await phone.clock.install();
  await phone.goto(link);
  await phone.getByRole('button', { name: '我来处理' }).waitFor();
  const kept = await isReadyToLeave(phone, id);
  expect(kept.cached.map((url) => new URL(url).pathname)).toContain('/index.html');
  expect(kept.cached.filter((url) => /\/(api|l)\//.test(url))).toEqual([]);
  expect(JSON.stringify(kept)).not.toContain(token);

  await phone.context().setOffline(true);
  phone = await reopen(phone, link);
  await phone.getByText(LOST).waitFor();
  await phone.getByText('最后一次收到：').waitFor();
  await phone.getByRole('timer').and(phone.locator('.guess')).waitFor();
  await phone.getByRole('button', { name: '我来处理' }).tap();
  for (const note of ['第一句', '第二句']) {
    await phone.getByLabel('备注').fill(note);
    await phone.getByRole('button', { name: '发送', exact: true }).tap();
  }
  await phone.getByText('本机有 3 项待发送').waitFor();
  await looksRight(phone, 'offline-zh-link');
  await aMinutePasses(house.edge, phone);
  phone = await reopen(phone, link);
  await phone.getByText('本机有 3 项待发送').waitFor();
  expect((await incident(house.edge, id)).response).toBe('open');

  await phone.context().setOffline(false);
  const story = await until(
    async () => {
      const { timeline } = await incident(house.edge, id);
      const told = timeline.filter(({ kind }) => kind === 'acknowledged' || kind === 'noted');
      return told.length === 3 && told;
    },
    { for: 'what was kept' },
  );
  expect(story.map(({ kind }) => kind)).toEqual(['acknowledged', 'noted', 'noted']);
  expect(story.flatMap(({ detail }) => detail['text'] ?? [])).toEqual(['第一句', '第二句']);
  for (const { at, detail } of story)
    expect(Date.parse(at) - Date.parse(String(detail['saidAt'])), 'ms that the phone kept it').toBeGreaterThan(
      MINUTE_MS - 1,
    );
  await phone.getByText('无网络时操作').first().waitFor();
  await phone.getByText(LOST).waitFor({ state: 'detached' });
  await phone.getByText('本机有').waitFor({ state: 'detached' });
  expect((await incident(house.edge, id)).timeline.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
  await phone.context().close();
});

test('wall and incident open while the gateway is down, never as current, and are current again by themselves', async () => {
  await trap(wire, 'bj-lift-2');
  const { id } = await entrapment(house.edge, 'bj-lift-2');
  let phone = await openPhone(browser, 'zh-CN');
  await phone.goto(house.edge);
  const { cached } = await isReadyToLeave(phone, id);
  expect(cached.filter((url) => new URL(url).pathname.startsWith('/api'))).toEqual([]);
  await house.stop('edge');

  phone = await reopen(phone, house.edge);
  await phone.getByText(LOST).waitFor();
  await phone.getByRole('timer').and(phone.locator('.guess')).first().waitFor();
  await phone.locator('.chip.is-live').first().waitFor({ state: 'detached' });
  await looksRight(phone, 'offline-zh-wall');
  phone = await reopen(phone, `${house.edge}/incidents/${id}`);
  await phone.getByText(LOST).waitFor();
  await phone.getByRole('heading', { name: '电梯困人' }).waitFor();
  await looksRight(phone, 'offline-zh-incident');
  await phone.getByRole('button', { name: '我来处理' }).tap();
  await phone.getByText('1 条待发送').first().waitFor();

  await house.start('edge');
  await phone.getByText(LOST).waitFor({ state: 'detached' });
  const taken = await until(
    async () => {
      const now = await incident(house.edge, id);
      return now.response === 'acknowledged' && now;
    },
    { for: 'the acknowledgement that was kept' },
  );
  expect(taken.timeline.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
  await phone.context().close();
});

test('a new build is there on the next visit, and is then what opens without a line', async () => {
  const copy = await startWebCopy('first build');
  let page = await openPhone(browser, 'en-GB');
  const title = () => page.locator('meta[name=build]').getAttribute('content');
  await page.goto(copy.url);
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  copy.release('second build');
  page = await reopen(page, copy.url);
  expect(await title()).toBe('second build');
  await until(
    async () => {
      const shells = (await keptBy(page)).cached.filter((url) => url.includes('/index.html'));
      return shells.length === 1 && shells[0]?.includes(copy.revision());
    },
    { for: 'the shell of the second build, and no other' },
  );
  await copy.close();
  page = await reopen(page, copy.url);
  expect(await title()).toBe('second build');
  await page.context().close();
});

/** In Chinese throughout, and no wider than a phone. */
async function looksRight(phone: Page, name: string): Promise<void> {
  await shoot(phone, name);
  expect(await englishLeftovers(phone), name).toEqual([]);
  expect(await phone.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(390);
}
