import { useEffect } from 'react';
import { serverTime } from '../api/live.ts';
import { freshnessOf } from '../time/server-time.ts';

const DAY_MS = 24 * 3_600_000;

/** A screen on a wall (`?kiosk=1`): no chrome, bigger, and never asked to sign in or to be touched. */
export const isKiosk = new URLSearchParams(location.search).get('kiosk') === '1';

/** Keeps a kiosk awake and young: the display stays on, and the page reloads once a day while the server answers. */
export function useKiosk(): void {
  useEffect(() => {
    if (!isKiosk) return;
    document.documentElement.toggleAttribute('data-kiosk', true);
    const since = performance.now();
    const timer = setInterval(() => {
      const live = freshnessOf(serverTime.get(), performance.now()) === 'live';
      if (live && performance.now() - since > DAY_MS) location.reload();
    }, 60_000);
    const awake = (): void => {
      if (document.visibilityState === 'visible') void navigator.wakeLock?.request('screen').catch(() => {});
    };
    awake();
    document.addEventListener('visibilitychange', awake);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', awake);
    };
  }, []);
}
