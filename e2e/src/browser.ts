import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import bundled from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium, devices, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const MACHINES_OWN = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** What a busy machine may take for a tap, a page or a picture. */
const PATIENCE_MS = 60_000;
const SHOTS = process.env['KEEPSITE_E2E_SHOTS'];

/** The machine's own Chromium, else the one from npm; with a profile of its own that is thrown away. */
export async function openBrowser(): Promise<Browser> {
  const own = MACHINES_OWN.find((path) => existsSync(path));
  const args = own ? FLAGS : [...bundled.args, ...FLAGS];
  // Without a language of the machine Chromium cannot name a file in Chinese.
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  const executablePath = own ?? (await bundled.executablePath());
  return chromium.launch({ executablePath, args, env, timeout: PATIENCE_MS });
}

/** A screen of 1280 × 720. */
export function openWall(browser: Browser, locale: 'en-GB' | 'zh-CN'): Promise<Page> {
  return firstPage(browser.newContext({ viewport: { width: 1280, height: 720 }, locale, timezoneId: 'Asia/Shanghai' }));
}

/** A crew's phone of 390 × 844, held in a hand. */
export function openPhone(browser: Browser, locale: 'en-GB' | 'zh-CN'): Promise<Page> {
  const { viewport: _, ...phone } = devices['iPhone 13'];
  const size = { width: 390, height: 844 };
  const held = { ...phone, viewport: size, screen: size, deviceScaleFactor: 2, locale, timezoneId: 'Asia/Shanghai' };
  return firstPage(browser.newContext(held));
}

/** Keeps a picture when `KEEPSITE_E2E_SHOTS` names a directory. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

/** What the page complained about so far: scripts that threw, and anything its policy refused. */
const complaints = new WeakMap<Page, string[]>();

/** What went wrong inside the page so far. */
export function complaintsOf(page: Page): readonly string[] {
  return complaints.get(page) ?? [];
}

const inVain = new WeakMap<Page, string[]>();

/** Paths that the page asked for and its server answered with 404. For a link that is over that is the right answer; pages without one have none. */
export function askedInVain(page: Page): readonly string[] {
  return inVain.get(page) ?? [];
}

async function firstPage(opening: Promise<BrowserContext>): Promise<Page> {
  const context = await opening;
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const heard: string[] = [];
  complaints.set(page, heard);
  page.on('pageerror', (error) => heard.push(error.message));
  const vain: string[] = [];
  inVain.set(page, vain);
  page.on('response', (response) => {
    if (response.status() === 404) vain.push(new URL(response.url()).pathname);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|-src'|Uncaught|React/.test(message.text()))
      heard.push(message.text());
  });
  return page;
}
