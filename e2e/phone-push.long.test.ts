import type { Incident } from '@keepsite/edge-contract';
import { BROWSER, openStandIns, PUSH_PATH, type StandIns } from '@keepsite/simulators/vendors';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complaintsOf, openBrowser, openPhone, shoot } from './src/browser.ts';
import { englishLeftovers } from './src/chinese.ts';
import { type House, startHouse } from './src/house.ts';
import { until } from './src/until.ts';

const PASSWORD = '门口那两棵枣树又开花了吗';
const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3号梯 } }]
devices: []
people: [{ id: sun-ting, name: 孙婷, addresses: [{ channel: web-push, to: sun-ting }] }]
plans: [{ id: all, version: 1, steps: [{ afterSeconds: 0, page: [sun-ting] }] }]
`;
/** The browser’s own words for itself. */
const OWN = /iPhone|Chrome|Safari|Android|Edge|Firefox|Keepsite|Google|iPad|iOS/g;

/** What a browser has lost on a busy machine it has not acknowledged. */
const DELIVER_AGAIN_MS = 5_000;

let standIns: StandIns;
let house: House;
let browser: Browser;
let phone: Page;

beforeAll(async () => {
  standIns = await openStandIns();
  const opening = openBrowser();
  [house, browser] = await Promise.all([startHouse({ rooms: [], logins: true }), opening]);
  writeFileSync(join(house.dataDir, 'edge/registry.yaml'), REGISTRY);
  writeFileSync(join(house.dataDir, 'edge/channels.yaml'), `version: 1\nallow: ['${standIns.url}']\n`);
  await house.start('edge');
  phone = await openPhone(browser, 'zh-CN');
  await subscribesAt(phone, standIns.at('push-service') + PUSH_PATH);
  await signIn();
});

afterAll(async () => {
  await browser?.close();
  await house?.close();
  await standIns?.close();
});

test('one press on the phone in one’s hand, and a test comes up on it', async () => {
  await phone.goto(house.edge);
  await phone.getByText('对您的呼叫还不会出现在这部手机上').waitFor();
  await shoot(phone, 'phone-zh-hint');
  await phone.getByRole('link', { name: '本机接收呼叫' }).tap();
  await phone.getByRole('heading', { name: '本机接收呼叫' }).waitFor();
  await shoot(phone, 'phone-zh-before');
  await phone.getByRole('button', { name: '本机接收呼叫' }).tap();
  await phone.locator('.phones .tag').getByText('本机').waitFor();
  await phone.getByRole('button', { name: /^向 .* 发送测试$/ }).tap();
  await phone.getByText('推送服务已收下测试消息').waitFor();
  await shoot(phone, 'phone-zh-on');
  expect((await englishLeftovers(phone)).filter((text) => /[A-Za-z]{2,}/.test(text.replaceAll(OWN, '')))).toEqual([]);
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  expect(await pushed(taken(0))).toMatchObject([{ tag: 'test', title: expect.stringContaining('测试') }]);
});

test('a call comes up on it, once however often it is repeated, and the incident says that it was taken', async () => {
  const { incident } = await posted<{ incident: string }>('/api/incidents', {
    commandId: 'report-0001',
    asset: 'lift-3',
    fault: 'entrapment',
    severity: 'critical',
  });
  await until(() => standIns.taken('push-service').length > 1, { for: 'the push' });
  const note = taken(1);
  expect(note.title).toMatch(/^\[紧急\] 轿厢困人/);
  await pushed(note);
  const shown = await pushed({ ...note, title: `可能重复 · ${note.title}` });
  const call = shown.filter(({ tag }) => tag === incident);
  expect(call).toMatchObject([{ title: `可能重复 · ${note.title}`, stays: true }]);
  expect(call[0]?.opens).toMatch(/\/l\//);

  const pages = async () => (await asked<Incident>(`/api/incidents/${incident}`)).pages;
  // The push service has it before the gateway has written down that it was taken.
  await expect.poll(pages).toMatchObject([{ channel: 'web-push', state: 'accepted', to: { person: 'sun-ting' } }]);
  await phone.goto(call[0]?.opens ?? '');
  await phone.getByRole('button', { name: '我来处理' }).waitFor();
  expect(complaintsOf(phone)).toEqual([]);
});

test('taken off the list it is called no more, also after the app was opened again', async () => {
  await phone.goto(`${house.edge}/account`);
  await phone.getByRole('button', { name: /不再接收呼叫$/ }).tap();
  await phone.getByText('还没有接收呼叫的手机').waitFor();
  await phone.reload();
  await phone.getByText('还没有接收呼叫的手机').waitFor();
  await phone.getByRole('button', { name: '本机接收呼叫' }).waitFor();
});

/** No push service can be reached from here: the browser subscribes at the stand-in, with keys that it knows. */
async function subscribesAt(page: Page, endpoint: string): Promise<void> {
  await page.context().grantPermissions(['notifications'], { origin: house.edge });
  await page.addInitScript(
    `{
      const keys = ${JSON.stringify({ p256dh: BROWSER.p256dh, auth: BROWSER.auth })};
      let made = null;
      PushManager.prototype.getSubscription = async () => made;
      PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
        const text = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
        const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
        const endpoint = ${JSON.stringify(endpoint)};
        const toJSON = () => ({ endpoint, expirationTime: null, keys });
        const unsubscribe = async () => ((made = null), true);
        return (made = { endpoint, options: { applicationServerKey: bytes.buffer }, toJSON, unsubscribe });
      };
    }`,
  );
}

async function signIn(): Promise<void> {
  const who = ['--name', 'sun', '--role', 'crew', '--responder', 'sun-ting', '--display-name', '孙婷'];
  const code = /(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}/.exec(await house.command('accounts', 'add', ...who))?.[0];
  await phone.goto(house.edge);
  await posted('/api/session/code', { name: 'sun', code, password: PASSWORD });
}

interface Note {
  readonly title: string;
}

interface ShownCall {
  readonly title: string;
  readonly tag: string;
  readonly stays: boolean;
  readonly opens: string;
}

/** Brings a push to the browser, and again while it does not show it, as its push service would; answers what the phone then shows. */
async function pushed(note: Note): Promise<readonly ShownCall[]> {
  let deliverAt = 0;
  const shown = async () => {
    if (performance.now() >= deliverAt) {
      await deliver(note);
      deliverAt = performance.now() + DELIVER_AGAIN_MS;
    }
    const now = await shownCalls();
    return now.some(({ title }) => title === note.title) && now;
  };
  return until(shown, { for: `the notification ${note.title}` });
}

async function deliver(note: Note): Promise<void> {
  const cdp = await phone.context().newCDPSession(phone);
  const registrationId = await workerOf(cdp);
  await cdp.send('ServiceWorker.deliverPushMessage', {
    origin: house.edge,
    registrationId,
    data: JSON.stringify(note),
  });
  await cdp.detach();
}

/** What the push service has taken, and the phone’s browser has decrypted. */
function taken(nth: number): Note {
  return (standIns.taken('push-service')[nth] as { note: Note }).note;
}

function workerOf(cdp: CDPSession): Promise<string> {
  return new Promise((resolve, reject) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [own] = registrations.filter(({ isDeleted }) => !isDeleted);
      if (own) resolve(own.registrationId);
    });
    cdp.send('ServiceWorker.enable').catch(reject);
  });
}

function shownCalls(): Promise<readonly ShownCall[]> {
  return phone.evaluate<readonly ShownCall[]>(
    `navigator.serviceWorker.ready
      .then((worker) => worker.getNotifications())
      .then((all) => all.map(({ title, tag, requireInteraction: stays, data }) => ({ title, tag, stays, ...data })))`,
  );
}

function asked<T>(path: string): Promise<T> {
  return phone.evaluate<T>(`fetch(${JSON.stringify(path)}).then((response) => response.json())`);
}

function posted<T>(path: string, body: object): Promise<T> {
  return phone.evaluate<T>(
    `fetch(${JSON.stringify(path)}, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ${JSON.stringify(JSON.stringify(body))},
    }).then((response) => response.json())`,
  );
}
