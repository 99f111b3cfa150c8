import { clientsClaim } from 'workbox-core';
import { getCacheKeyForURL, matchPrecache, precache, type PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst, NetworkOnly } from 'workbox-strategies';
import { openFrom, renew, shownOf } from './push.ts';

declare const self: ServiceWorkerGlobalScope;
/** The app itself: what every page needs, whole or not at all. Filled in by the build. */
declare const SHELL: PrecacheEntry[];
/** Fonts and heavy pages, by path: kept from when they were first used. Filled in by the build. */
declare const LATER: readonly string[];

const USED = 'keepsite-used';
/** A server that says nothing for this long does not hold back somebody who has seconds. */
const PATIENCE_SECONDS = 4;
const NOT_PAGES = [/^\/(api|metrics|openapi|healthz|readyz)\b/];

// The new worker takes over at once: pages come from the server while it answers, so that what is
// kept here is only ever needed without a line, and must then be the newest that was seen.
void self.skipWaiting();
clientsClaim();
precache(SHELL);
self.addEventListener('activate', (event) => event.waitUntil(forgetUnused()));

/**
 * Every page is asked for at the server first and never kept: its address may be a secret (`/l/…`).
 * Without an answer, or when a proxy answers that nobody is behind it, the app opens from here.
 */
const pages = new NetworkOnly({
  networkTimeoutSeconds: PATIENCE_SECONDS,
  plugins: [{ fetchDidSucceed: async ({ response }) => assertServed(response), handlerDidError: openShell }],
});

registerRoute(new NavigationRoute(pages, { denylist: NOT_PAGES }));
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && getCacheKeyForURL(url.pathname) !== undefined,
  async ({ url, request }) => (await matchPrecache(url.pathname)) ?? fetch(request),
);
registerRoute(({ url, sameOrigin }) => sameOrigin && LATER.includes(url.pathname), new CacheFirst({ cacheName: USED }));

self.addEventListener('push', (event) => {
  const { title, options } = shownOf(event.data?.text() ?? null);
  event.waitUntil(self.registration.showNotification(title, options));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openFrom(event.notification.data, self.clients, self.location.origin));
});
self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(
    renew({
      before: event.oldSubscription,
      after: event.newSubscription,
      subscribe: (applicationServerKey) =>
        self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }),
      fetch: (path, init) => fetch(path, init),
    }),
  );
});

function assertServed(response: Response): Response {
  if (response.status >= 500) throw new Error(`HTTP ${response.status}`);
  return response;
}

/** As the server sends it, but for the referrer: nobody downstream learns the address of a secret page. */
async function openShell(): Promise<Response | undefined> {
  const shell = await matchPrecache('/index.html');
  if (!shell) return undefined;
  const headers = new Headers(shell.headers);
  headers.set('referrer-policy', 'no-referrer');
  return new Response(shell.body, { headers });
}

/** What this build does not know any more. */
async function forgetUnused(): Promise<void> {
  const used = await caches.open(USED);
  for (const request of await used.keys())
    if (!LATER.includes(new URL(request.url).pathname)) await used.delete(request);
}
