import type { Millis } from '@keepsite/edge-contract';
import { useSyncExternalStore } from 'react';
import { serverTime } from '../api/live.ts';
import { ageOf, freshnessOf, serverNow, type Freshness } from './server-time.ts';

const TICK_MS = 200;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((tell) => tell()), TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The server's time, rounded down to `stepMs` so that a component renders only when it shows something else. */
export function useServerNow(stepMs = 200): Millis | null {
  return useSyncExternalStore(subscribe, () => {
    const time = serverTime.get();
    return time && Math.floor(serverNow(time, performance.now()) / stepMs) * stepMs;
  });
}

/** How far the page can be trusted just now. */
export function useFreshness(): Freshness {
  return useSyncExternalStore(subscribe, () => freshnessOf(serverTime.get(), performance.now()));
}

/** Whole seconds since the last word of the server; null before the first. */
export function useAgeSeconds(): number | null {
  return useSyncExternalStore(subscribe, () => {
    const time = serverTime.get();
    return time && Math.floor(ageOf(time, performance.now()) / 1000);
  });
}

/** How fast the server's clock runs; 1 outside the demo. */
export function useScale(): number {
  return useSyncExternalStore(serverTime.subscribe, () => serverTime.get()?.scale ?? 1);
}

/** The browser's monotonic clock in steps of `stepMs`: only for how long ago something was heard. */
export function useMonotonic(stepMs: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor(performance.now() / stepMs) * stepMs);
}
