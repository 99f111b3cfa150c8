import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '@keepsite/edge-contract';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { complaintsOf, openWall, shoot } from './src/browser.ts';
import { englishLeftovers, hollowGlyphs } from './src/chinese.ts';
import { until } from './src/until.ts';
import { useWatchedHouse } from './src/watched-house.ts';

const PASSWORD = 'vier Stühle am Fenster';
const CREW_PASSWORD = '门口那两棵枣树又开花了吗';
/** Names of people and gateways are what they are. */
const OWN = /Wang Min|Sun Ting|edge-1|Android|Chrome|Safari|iPhone/g;

const watched = useWatchedHouse({ rooms: ['edge'], logins: true });
let incident: string;

test('the code that the edge printed makes the first admin, who lands where they wanted to go', async () => {
  const { house, wall: desk } = watched;
  await desk.goto(`${house.edge}/accounts`);
  await desk.getByLabel('Setup code').fill(await setupCode());
  await desk.getByLabel('Your name, as others see it').fill('Wang Min');
  await desk.getByLabel('Name', { exact: true }).fill('wang');
  await desk.getByLabel('New password').fill('wang wang wang');
  await desk.getByRole('button', { name: 'Make the admin' }).click();
  await desk.getByText('too much like the name').waitFor();
  await desk.getByLabel('New password').fill(PASSWORD);
  await desk.getByRole('button', { name: 'Make the admin' }).click();
  await desk.getByRole('heading', { name: 'Accounts' }).waitFor();
  await desk.getByRole('article', { name: 'wang' }).waitFor();
  expect(new URL(desk.url()).pathname).toBe('/accounts');
  await expect.poll(() => placesOf(desk, 'Main')).toEqual(['Live', 'Incidents', 'On call', 'Devices', 'Accounts']);
});

test('adds a crew member, whose one-time link chooses a password on a Chinese phone', async () => {
  const { house, wall: desk, phone } = watched;
  await desk.getByText('Add a person').click();
  await desk.getByLabel('Name on the screen').fill('孙婷');
  await desk.getByLabel('Name to sign in with').fill('sun');
  await desk.getByLabel('Person in the registry').selectOption('sun-ting');
  await desk.getByRole('button', { name: 'Add', exact: true }).click();
  const card = desk.getByRole('region', { name: 'Code for sun' });
  const code = await card.locator('.code').innerText();
  await shoot(desk, 'accounts-en-code');
  await card.getByRole('button', { name: 'Done' }).click();
  incident = await reportedFault();

  await phone.goto(`${house.edge}/incidents/${incident}`);
  await phone.getByRole('heading', { name: '登录' }).waitFor();
  await shoot(phone, 'accounts-zh-sign-in');
  await readable(phone);
  await phone.getByRole('button', { name: '我有一次性代码' }).tap();
  await phone.getByLabel('登录名').fill('sun');
  await phone.getByLabel('一次性代码').fill(code.toLowerCase());
  await phone.getByLabel('新密码').fill(CREW_PASSWORD);
  await shoot(phone, 'accounts-zh-welcome');
  await phone.getByRole('button', { name: '保存并登录' }).tap();
  await phone.getByRole('link', { name: '我的账号：孙婷，班组' }).waitFor();
});

test('the crew member acknowledges in the own name, and may not reach accounts', async () => {
  const { house, wall: desk, phone } = watched;
  await phone.getByRole('button', { name: '我来处理' }).tap();
  await phone.locator('.incident-who').getByText('孙婷').waitFor();
  await shoot(phone, 'accounts-zh-acknowledged');
  expect(await get<Incident>(desk, `/api/incidents/${incident}`)).toMatchObject({
    body: { response: 'acknowledged', responder: 'sun-ting' },
  });
  expect(await phone.getByLabel('我是').count()).toBe(0);
  await phone.goto(`${house.edge}/accounts`);
  await phone.getByText('您的角色无权查看。').waitFor();
  await expect.poll(() => placesOf(phone, '主导航')).toEqual(['实时', '事件', '值班']);
  expect((await get(phone, '/api/accounts')).status).toBe(403);
  await phone.goto(`${house.edge}/account`);
  await phone.getByRole('heading', { name: '您的登录位置' }).waitFor();
  await shoot(phone, 'accounts-zh-account');
});

test('on a lost phone the sign-in page comes by itself; whoever may sign in again finds what was typed', async () => {
  const { house, wall: desk, phone } = watched;
  await phone.goto(`${house.edge}/report`);
  await phone.getByLabel('您看到了什么').fill('电梯门口有水');
  await desk.reload();
  const card = desk.getByRole('article', { name: 'sun' });
  await card.getByText('More about 孙婷').click();
  await card.getByRole('button', { name: 'End all sessions' }).click();
  await phone.getByText('您已退出登录。').waitFor();
  await shoot(phone, 'accounts-zh-signed-out');
  expect((await get(phone, '/api/incidents')).status).toBe(401);
  await phone.getByLabel('登录名').fill('sun');
  await phone.getByRole('textbox', { name: '密码' }).fill(CREW_PASSWORD);
  await phone.getByRole('button', { name: '登录', exact: true }).tap();
  await phone.getByRole('button', { name: '登录', exact: true }).waitFor({ state: 'detached' });
  await expect.poll(() => phone.getByLabel('您看到了什么').inputValue()).toBe('电梯门口有水');

  await phone.goto(`${house.edge}/account`);
  await phone.getByRole('button', { name: '退出登录' }).tap();
  await phone.getByRole('heading', { name: '登录' }).waitFor();
  await desk.reload();
  await desk.getByRole('region', { name: 'What was written down' }).getByText('signed out').waitFor();
  await shoot(desk, 'accounts-en-list');
  expect([...complaintsOf(desk), ...complaintsOf(phone)]).toEqual([]);
});

test('a screen on a wall needs one address and nobody’s password', async () => {
  const { house, browser } = watched;
  const token = (await house.command('tokens', 'issue', '--role', 'viewer', '--name', 'lobby')).trim();
  const screen = await openWall(browser, 'zh-CN');
  await screen.goto(`${house.edge}/?kiosk=1#token=${token}`);
  await screen.getByText('孙婷').first().waitFor();
  expect(await screen.getByRole('button', { name: '到场' }).count()).toBe(0);
  await shoot(screen, 'accounts-zh-screen');
  await screen.close();
});

test('the header stays one line on a desk, however narrow, and on a phone the places stand at its foot', async () => {
  const { wall: desk } = watched;
  for (const width of [1280, 1024]) {
    await desk.setViewportSize({ width, height: 800 });
    expect(await desk.evaluate("document.querySelector('.top').offsetHeight")).toBeLessThan(64);
    expect(await desk.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  }
  await desk.setViewportSize({ width: 390, height: 844 });
  const bar = await desk.getByRole('navigation', { name: 'Main', exact: true }).boundingBox();
  expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBe(844);
  await shoot(desk, 'accounts-en-places');
});

test('an admin’s accounts page is Chinese on a phone, and no wider than it', async () => {
  const { house, phone } = watched;
  await phone.goto(`${house.edge}/accounts`);
  await phone.getByLabel('登录名').fill('wang');
  await phone.getByRole('textbox', { name: '密码' }).fill(PASSWORD);
  await phone.getByRole('button', { name: '登录', exact: true }).tap();
  await phone.getByRole('article', { name: 'sun' }).waitFor();
  await shoot(phone, 'accounts-zh-list');
  await phone.getByText('添加人员').tap();
  await phone.getByRole('button', { name: '添加', exact: true }).waitFor();
  await shoot(phone, 'accounts-zh-add');
  await readable(phone);
});

/** What the edge said on its console. */
async function setupCode(): Promise<string> {
  const log = (): string => readFileSync(join(watched.house.dataDir, 'logs', 'edge.log'), 'utf8');
  const said = (): string | undefined => /with the code ((?:[0-9A-Z]{5}-){3}[0-9A-Z]{5})/.exec(log())?.[1];
  await until(() => said() !== undefined, { for: 'the setup code', withinMs: 20_000 });
  return said() ?? '';
}

/** A fault that the admin reports; the page's own cookie lets it in. */
async function reportedFault(): Promise<string> {
  const body = { commandId: 'report-0001', asset: 'bj-lift-1', fault: 'entrapment', severity: 'critical' };
  const answer = await watched.wall.evaluate<{ incident: string }>(
    `fetch('/api/incidents', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ${JSON.stringify(JSON.stringify(body))},
    }).then((response) => response.json())`,
  );
  return answer.incident;
}

/** What a page's own session gets. */
function get<T>(page: Page, path: string): Promise<{ status: number; body: T }> {
  return page.evaluate<{ status: number; body: T }>(
    `fetch(${JSON.stringify(path)}).then(async (response) => ({ status: response.status, body: await response.json() }))`,
  );
}

/** The groups of places that somebody is shown, without what is counted there. */
async function placesOf(page: Page, navigation: string): Promise<string[]> {
  const links = page.getByRole('navigation', { name: navigation, exact: true }).getByRole('link');
  return (await links.allInnerTexts()).map((text) => text.replace(/[\d,][^]*/, '').trim());
}

/** In Chinese, in characters, and no wider than the phone. */
async function readable(page: Page): Promise<void> {
  const english = (await englishLeftovers(page)).filter((text) => /[A-Za-z]{2,}/.test(text.replaceAll(OWN, '')));
  expect(english).toEqual([]);
  const { hollow, seen } = await hollowGlyphs(page);
  expect(hollow.length / seen, hollow.join('')).toBeLessThan(0.3);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
}
