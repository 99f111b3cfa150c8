import type { AssetCode } from '@keepsite/edge-contract';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complaintsOf, openBrowser, openPhone, shoot } from './src/browser.ts';
import { englishLeftovers } from './src/chinese.ts';
import { type House, startHouse } from './src/house.ts';
import { get, post } from './src/http.ts';
import { aMinutePasses, MINUTE_MS } from './src/minute.ts';
import { connect, type Wire } from './src/mqtt.ts';
import { type Phones, type RungPage, startPhones } from './src/phones.ts';
import { clockOf, entrapment, free, has, incident, trap } from './src/stories.ts';
import { until } from './src/until.ts';

const LIFT = 'bj-lift-3';

let phones: Phones;
let house: House;
let wire: Wire;
let browser: Browser;
let phone: Page;

beforeAll(async () => {
  phones = await startPhones();
  const opening = openBrowser();
  [house, browser] = await Promise.all([startHouse({ rooms: [], webhook: phones.url }), opening]);
  onlyProofCounts(house);
  await house.start('edge');
  [wire, phone] = await Promise.all([connect(house.mqtt), openPhone(browser, 'zh-CN')]);
  await phone.clock.install();
});

afterAll(async () => {
  await browser?.close();
  await wire?.close();
  await house?.close();
  await phones?.close();
});

/** The contracts of this house count nobody as on site who only says so. */
function onlyProofCounts({ dataDir }: House): void {
  const file = join(dataDir, 'edge/registry.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('proof: declared', 'proof: verified'));
}

test('paged, opened, taken; a minute without a line; on site by the code; and the promise is kept', async () => {
  const ringing = new Promise<RungPage>((resolve) => {
    phones.beforeAnswer = (page) => Promise.resolve(resolve(page));
  });
  await trap(wire, LIFT);
  const { link } = await ringing;
  const opened = await entrapment(house.edge, LIFT);
  const now = () => incident(house.edge, opened.id);
  const { code } = await get<AssetCode>(`${house.edge}/api/assets/${LIFT}/code`);

  // A messenger that previews the link takes nothing.
  await fetch(link);
  await fetch(link.replace('/l/', '/api/links/'));
  expect((await now()).response).toBe('open');

  await phone.goto(link);
  await phone.getByRole('button', { name: '我来处理' }).tap();
  const taken = await until(async () => has(await now(), 'acknowledged'), { for: 'the acknowledgement' });
  expect(taken.timeline.find(({ kind }) => kind === 'acknowledged')?.by).toMatchObject({ kind: 'person', via: 'link' });
  await phone.getByRole('button', { name: '我已到场' }).waitFor();
  await looksRight('link-zh-acknowledged');

  const sticker = await pictureOf(`${house.edge}/api/assets/${LIFT}/code.svg`);
  await phone.context().setOffline(true);
  const camera = phone.waitForEvent('filechooser');
  await phone.getByRole('button', { name: '扫码' }).tap();
  await (await camera).setFiles({ name: 'sticker.png', mimeType: 'image/png', buffer: sticker });
  await until(async () => (await phone.getByLabel('设备上的现场码').inputValue()) === code, {
    for: 'the scanned code',
  });
  await phone.getByRole('button', { name: '我已到场' }).tap();
  await phone.getByText('本机有 1 项待发送').waitFor();
  await looksRight('link-zh-offline');
  await aMinutePasses(house.edge, phone);
  expect((await now()).response).toBe('acknowledged');
  expect(clockOf(await now(), 'on_site').verdict).toBe('running');

  await phone.context().setOffline(false);
  const there = await until(async () => has(await now(), 'on_site'), { for: 'the order that was kept' });
  const arrival = there.timeline.find(({ kind }) => kind === 'on_site');
  expect(arrival?.detail).toMatchObject({ proof: 'verified', proofBy: 'code' });
  const held = Date.parse(arrival?.at ?? '') - Date.parse(String(arrival?.detail['saidAt']));
  expect(held, 'ms that the phone kept it').toBeGreaterThanOrEqual(MINUTE_MS);
  expect(clockOf(there, 'on_site')).toMatchObject({ verdict: 'met', metAt: arrival?.at, proof: 'verified' });
  expect(there.sla).toBe('met');
  expect(there.timeline.filter(({ kind }) => kind === 'on_site')).toHaveLength(1);

  await phone.getByText('已到场（已核实 · 现场扫码）').waitFor();
  await phone.getByText('无网络时操作').first().waitFor();
  const chooser = phone.waitForEvent('filechooser');
  await phone.getByRole('button', { name: '拍照' }).tap();
  await (await chooser).setFiles({ name: 'door.png', mimeType: 'image/png', buffer: await phone.screenshot() });
  const shown = await until(async () => has(await now(), 'photo'), { for: 'the photograph' });
  expect(shown.timeline.find(({ kind }) => kind === 'photo')?.detail).toMatchObject({ type: 'image/jpeg' });
  await phone.locator('.photo img').waitFor();
  await looksRight('link-zh-on-site');

  await phone.getByRole('button', { name: '处理完毕' }).tap();
  await until(async () => has(await now(), 'resolved'), { for: 'the repair' });
  await free(wire, LIFT);
  await post(`${house.edge}/api/incidents/${opened.id}/close`, { commandId: 'close-0001', responder: 'li-na' });
  await phone.clock.runFor(5_000);
  await phone.getByText('事件已结束').waitFor();
  await looksRight('link-zh-over');
  expect(complaintsOf(phone)).toEqual([]);
});

test('a scanned sticker opens what is open there, and says that somebody is there', async () => {
  await trap(wire, 'bj-lift-2');
  const opened = await entrapment(house.edge, 'bj-lift-2');
  const { code } = await get<AssetCode>(`${house.edge}/api/assets/bj-lift-2/code`);
  await phone.goto(`${house.edge}/a/${code}`);
  await phone.getByRole('heading', { name: '2号梯' }).waitFor();
  await looksRight('code-zh');
  await phone.getByRole('button', { name: '我已到场：电梯困人' }).tap();
  const there = await until(async () => has(await incident(house.edge, opened.id), 'on_site'), { for: 'the arrival' });
  expect(there.clocks.find(({ term }) => term === 'on_site')).toMatchObject({ verdict: 'met', proof: 'verified' });
  await phone.waitForURL(`${house.edge}/incidents/**`);
  await phone.getByText('已核实 · 现场扫码').first().waitFor();
  await phone.goto(`${house.edge}/a/0000-0000-0000`);
  await phone.getByText('本网关没有这个现场码').waitFor();
});

/** In Chinese throughout, and no wider than a phone. */
async function looksRight(name: string): Promise<void> {
  await shoot(phone, name);
  expect(await englishLeftovers(phone), name).toEqual([]);
  expect(await phone.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(390);
}

/** A photograph of what a URL shows. */
async function pictureOf(url: string): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 500, height: 500 } });
  await page.goto(url);
  const picture = await page.screenshot();
  await page.close();
  return picture;
}
