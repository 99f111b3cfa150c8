import { createValue } from './value.ts';

/** Whether this browser keeps the app itself; `refused` where the address is not https, or its certificate not trusted. */
export const shellState = createValue<'unknown' | 'kept' | 'refused'>('unknown');

/**
 * Has the browser keep the app itself, so that its pages open without a line (`src/sw/worker.ts`).
 * Browsers do so over https and from this machine only; without it pages work as long as they are open.
 */
export function keepShell(): void {
  if (!import.meta.env.PROD) return;
  if (!('serviceWorker' in navigator)) return shellState.set('refused');
  const { serviceWorker } = navigator;
  // After the page itself: on a weak line it comes first.
  addEventListener('load', () => {
    serviceWorker
      .register('/sw.js', { updateViaCache: 'none' })
      .catch(
        (error: unknown) =>
          error instanceof DOMException && error.name === 'SecurityError' && shellState.set('refused'),
      );
  });
  void serviceWorker.ready.then(() => shellState.set('kept'));
  if (!serviceWorker.controller) serviceWorker.addEventListener('controllerchange', handOver, { once: true });
}

/** What the first visit had loaded before the worker was there (fonts, for one) it asks for once more, from the cache. */
function handOver(): void {
  for (const { name } of performance.getEntriesByType('resource'))
    if (name.startsWith(`${location.origin}/assets/`)) void fetch(name).catch(() => undefined);
}
