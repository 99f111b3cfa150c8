import type { Page } from 'playwright-core';
import { until } from './until.ts';

/** What the browser keeps of the app and of what was seen. */
export interface Kept {
  /** Addresses in the worker's caches. */
  readonly cached: readonly string[];
  /** The last answers, as text. */
  readonly seen: string;
}

// Whoever opens a database first makes it: opened before the app has, it would stay without the app's table.
const KEPT = `(async () => {
  const caching = (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url));
  const isMade = (await indexedDB.databases()).some(({ name }) => name === 'keepsite-seen');
  if (!isMade) return { cached: (await Promise.all(caching)).flat(), seen: '[]' };
  const opening = indexedDB.open('keepsite-seen');
  const db = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const asking = db.objectStoreNames.length > 0 && db.transaction('answers').objectStore('answers').getAll();
  const seen = asking ? await new Promise((resolve) => (asking.onsuccess = () => resolve(asking.result))) : [];
  db.close();
  return { cached: (await Promise.all(caching)).flat(), seen: JSON.stringify(seen) };
})()`;

/** What this browser keeps for the page's server just now. */
export function keptBy(page: Page): Promise<Kept> {
  return page.evaluate<Kept>(KEPT);
}

/** Resolves when the worker has the app whole, and the last answers hold `what`. */
export async function isReadyToLeave(page: Page, what: string): Promise<Kept> {
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
  return until(
    async () => {
      const kept = await keptBy(page);
      return kept.seen.includes(what) && kept;
    },
    { for: `${what} among what this browser keeps` },
  );
}

/** Closes the tab and opens the address in another one of the same browser. */
export async function reopen(page: Page, url: string): Promise<Page> {
  const context = page.context();
  // A browser emulates being offline for a tab and leaves off before the page in it ends: the app hears `online` and sends.
  await page.evaluate(`void (window.fetch = () => Promise.reject(new TypeError('this tab is being closed')))`);
  await page.close();
  const next = await context.newPage();
  await next.goto(url);
  return next;
}
