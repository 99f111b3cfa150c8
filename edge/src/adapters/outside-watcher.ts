import { ask, createEgress } from '@keepsite/edge-notify';

/** Tells a watcher outside that this edge lives: one GET to the URL that it gave us. */
export interface OutsideWatcher {
  /** Rejects unless the answer is a 2xx. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** The URL was written down by the operator, so its origin may be reached whatever it is; a redirect is not followed. */
export function createOutsideWatcher(url: string): OutsideWatcher {
  const egress = createEgress({ allow: [new URL(url).origin], demo: false });
  const deps = { ...egress, wallNow: () => Date.now(), timeoutMs: TIMEOUT_MS };
  return {
    async ping() {
      const asked = await ask({ url, method: 'GET' }, deps);
      if (asked.kind !== 'heard') throw new Error(asked.reason);
      const { status } = asked.heard;
      if (status < 200 || status > 299) throw new Error(`${new URL(url).host} answered ${status}`);
    },
    close: () => egress.close(),
  };
}
