import type { AssetCode, Incident } from '@keepsite/edge-contract';
import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complaintsOf, openBrowser, openPhone, shoot } from './src/browser.ts';
import { englishLeftovers } from './src/chinese.ts';
import { type House, startHouse } from './src/house.ts';
import { get } from './src/http.ts';
import { connect, type Wire } from './src/mqtt.ts';
import { type Phones, type RungPage, startPhones } from './src/phones.ts';
import { clockOf, entrapment, has, incident, incidents, trap } from './src/stories.ts';
import { until } from './src/until.ts';

let phones: Phones;
let house: House;
let wire: Wire;
let browser: Browser;
let phone: Page;
/** Whom the phone asked for anything, ever. */
const asked = new Set<string>();

beforeAll(async () => {
  phones = await startPhones();
  const opening = openBrowser();
  [house, browser] = await Promise.all([
    startHouse({ rooms: ['cloud', 'edge'], webhook: phones.url, linksThroughCloud: true }),
    opening,
  ]);
  [wire, phone] = await Promise.all([connect(house.mqtt), openPhone(browser, 'zh-CN')]);
  phone.context().on('request', (request) => asked.add(new URL(request.url()).origin));
  await phone.context().route(
    ({ origin }) => origin === house.edge,
    (route) => route.abort('addressunreachable'),
  );
});

afterAll(async () => {
  await browser?.close();
  await wire?.close();
  await house?.close();
  await phones?.close();
});

test('from any mobile network: taken, on site by the code, a photograph, resolved; all of it in the evidence of the edge', async () => {
  const { link, opened } = await paged('bj-lift-3');
  const now = () => incident(house.edge, opened.id);
  expect(link).toMatch(new RegExp(`^${house.cloud}/l/`));
  await fetch(link.replace('/l/', '/api/links/'));
  expect((await now()).response, 'a preview takes nothing').toBe('open');

  await phone.goto(link);
  await phone.getByRole('button', { name: '我来处理' }).tap();
  const taken = await until(async () => has(await now(), 'acknowledged'), { for: 'the acknowledgement' });
  expect(by(taken, 'acknowledged')).toMatchObject({ kind: 'person', via: 'link' });
  await phone.getByRole('button', { name: '我已到场' }).waitFor();

  const { code } = await get<AssetCode>(`${house.edge}/api/assets/bj-lift-3/code`);
  await phone.getByLabel('设备上的现场码').fill(code);
  await phone.getByRole('button', { name: '我已到场' }).tap();
  const there = await until(async () => has(await now(), 'on_site'), { for: 'the arrival' });
  expect(clockOf(there, 'on_site')).toMatchObject({ verdict: 'met', proof: 'verified' });
  await phone.getByText('已到场（已核实 · 现场扫码）').waitFor();

  const chooser = phone.waitForEvent('filechooser');
  await phone.getByRole('button', { name: '拍照' }).tap();
  await (await chooser).setFiles({ name: 'door.png', mimeType: 'image/png', buffer: await phone.screenshot() });
  const shown = await until(async () => has(await now(), 'photo'), { for: 'the photograph' });
  const photo = shown.timeline.find(({ kind }) => kind === 'photo');
  expect(photo?.by).toEqual(by(taken, 'acknowledged'));
  const kept = await fetch(`${house.edge}/api/incidents/${opened.id}/photos/${String(photo?.detail['sha256'])}`);
  expect(kept.headers.get('content-type')).toBe('image/jpeg');
  expect(
    createHash('sha256')
      .update(await kept.bytes())
      .digest('hex'),
  ).toBe(photo?.detail['sha256']);
  await phone.locator('.photo img').waitFor();
  await looksRight('link-cloud-zh-on-site');

  await phone.getByRole('button', { name: '处理完毕' }).tap();
  await until(async () => has(await now(), 'resolved'), { for: 'the repair' });
  expect((await now()).sla).toBe('met');
});

test('while the edge is away the order waits, says so, and counts from when the cloud had it', async () => {
  const { link, opened } = await paged('bj-lift-2');
  await phone.goto(link);
  await phone.getByRole('button', { name: '我来处理' }).waitFor();
  await house.stop('edge');
  await phone.getByRole('button', { name: '我来处理' }).tap();
  await phone.getByText('已发出，等待边缘确认').first().waitFor();
  await phone.reload();
  await phone.getByText('已发出，等待边缘确认').first().waitFor();
  await looksRight('link-cloud-zh-waiting');
  const given = Date.now();
  await house.start('edge');
  const taken = await until(async () => has(await incident(house.edge, opened.id), 'acknowledged'), {
    for: 'the order that waited',
  });
  expect(Date.parse(taken.acknowledgedAt ?? '')).toBeLessThanOrEqual(given);
  await phone.getByRole('button', { name: '我已到场' }).waitFor();
});

test('whoever is signed in at the cloud sends a photograph there, and it is in the evidence of the edge', async () => {
  const { opened } = await paged('bj-lift-1');
  await until(async () => (await incidents(house.cloud, 'open')).some(({ id }) => id === opened.id), {
    for: 'the incident in the cloud',
  });
  const { user } = await get<{ user: { id: string } }>(`${house.cloud}/api/whoami`);
  await phone.goto(`${house.cloud}/incidents/${opened.id}`);
  const chooser = phone.waitForEvent('filechooser');
  await phone.getByRole('button', { name: '拍照' }).tap();
  await (await chooser).setFiles({ name: 'door.png', mimeType: 'image/png', buffer: await phone.screenshot() });
  const shown = await until(async () => has(await incident(house.edge, opened.id), 'photo'), {
    for: 'the photograph',
  });
  expect(by(shown, 'photo')).toMatchObject({ kind: 'person', id: user.id, via: 'cloud' });
  await phone.locator('.photo img').waitFor();
  await looksRight('incident-cloud-zh-photo');
  expect([...asked]).toEqual([house.cloud]);
  expect(complaintsOf(phone)).toEqual([]);
});

/** Somebody is trapped, and a phone has rung. */
async function paged(lift: string): Promise<{ readonly link: string; readonly opened: Incident }> {
  const ringing = new Promise<RungPage>((resolve) => {
    phones.beforeAnswer = (page) => Promise.resolve(resolve(page));
  });
  await trap(wire, lift);
  const { link } = await ringing;
  return { link, opened: await entrapment(house.edge, lift) };
}

function by({ timeline }: Incident, what: string) {
  return timeline.find(({ kind }) => kind === what)?.by;
}

/** In Chinese throughout, and no wider than a phone. */
async function looksRight(name: string): Promise<void> {
  await shoot(phone, name);
  expect(await englishLeftovers(phone), name).toEqual([]);
  expect(await phone.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(390);
}
