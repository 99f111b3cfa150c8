import type { Notice, Notices } from '../ports.ts';

/** Notices within one process: the twin of LISTEN and NOTIFY. */
export function localNotices(): Notices & { readonly told: Notice[] } {
  const listeners = new Set<(notice: Notice) => void>();
  const told: Notice[] = [];
  return {
    told,
    async publish(notices) {
      for (const notice of notices) {
        told.push(notice);
        for (const listener of listeners) listener(notice);
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
}
