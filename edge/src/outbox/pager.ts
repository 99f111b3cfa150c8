import type { Millis } from '@keepsite/edge-contract';
import { sentenceOf } from '../errors.ts';
import type { EdgeEvents } from '../events.ts';
import type { Clock, Delivery, Notifier, OwedPage, Pipeline, Store } from '../ports.ts';

/** How often the store is asked for pages that became due by themselves, edge time. */
const POLL_MS = 1_000;
/** When an outcome could not be written down, it is tried again after this. */
const RESETTLE_MS = 1_000;

export interface PagerParts {
  readonly store: Pick<Store, 'leasePages' | 'takeBackLeases' | 'incident'>;
  readonly notifier: Notifier;
  readonly pipeline: Pick<Pipeline, 'settle'>;
  readonly clock: Clock;
  readonly events: Pick<EdgeEvents, 'pageSent' | 'pagesNotSettled' | 'workFailed'>;
  /** Pages on their way at once. Default 8. */
  readonly concurrency?: number;
  /** How long one page may be on its way before nobody believes in it, real ms. Default 20 s. */
  readonly timeoutMs?: number;
}

export interface Pager {
  start(): void;
  /** Pages are owed: look at once. */
  nudge(): void;
  /** Takes no more pages; resolves once those on their way are settled. */
  stop(): Promise<void>;
  /** Pages on their way just now. */
  readonly inFlight: number;
}

type Outcome = { readonly owed: OwedPage; readonly delivery: Delivery; readonly at: Millis };

/**
 * Hands owed pages to their channels. A page is leased on disk before it is sent and settled after:
 * a crash in between brings it back, labelled as a possible duplicate, and never loses it.
 */
export function createPager(parts: PagerParts): Pager {
  const { store, notifier, pipeline, clock, events } = parts;
  const concurrency = parts.concurrency ?? 8;
  const timeoutMs = parts.timeoutMs ?? 20_000;
  /** On their way, or sent and not yet written down: never to be sent again by this process. */
  const held = new Map<string, Promise<void>>();
  let cancelWake: () => void = () => undefined;
  let looking = false;
  let started = false;

  function look(): void {
    if (!started || looking) return;
    looking = true;
    // Not within the caller's turn: the pipeline nudges while it announces a commit.
    setImmediate(() => {
      looking = false;
      if (!started) return;
      takeDue();
      cancelWake();
      cancelWake = clock.wake(clock.now() + POLL_MS, look);
    });
  }

  function takeDue(): void {
    const free = concurrency - held.size;
    if (free <= 0) return;
    try {
      // The lease runs in edge time, the channel takes real time.
      const leased = store.leasePages(clock.now(), 2 * timeoutMs * clock.scale, free);
      for (const owed of leased) if (!held.has(owed.page.id)) held.set(owed.page.id, carry(owed));
    } catch (error) {
      events.workFailed('lease pages', error);
    }
  }

  /** Never rejects. */
  async function carry(owed: OwedPage): Promise<void> {
    const startedAt = performance.now();
    const delivery = await deliver(owed);
    events.pageSent(owed, delivery, performance.now() - startedAt);
    const at = clock.now();
    await settle({ owed: labelled(owed, delivery), delivery, at });
    held.delete(owed.page.id);
    if (delivery.outcome === 'retry') clock.wake(at + delivery.afterMs, look);
    look();
  }

  async function deliver(owed: OwedPage): Promise<Delivery> {
    try {
      const incident = store.incident(owed.incident);
      if (!incident) return { outcome: 'failed', reason: `incident ${owed.incident} is not known here` };
      return await inTime(notifier.deliver(owed, incident), timeoutMs);
    } catch (error) {
      return { outcome: 'retry', reason: sentenceOf(error), afterMs: 5_000, mayHaveArrived: true };
    }
  }

  /** A page was sent: that must be written down, however long the disk takes. */
  async function settle(outcome: Outcome): Promise<void> {
    for (;;) {
      try {
        await pipeline.settle([outcome]);
        return;
      } catch (error) {
        events.pagesNotSettled(held.size, error);
        if (!started) return;
        await new Promise((resolve) => setTimeout(resolve, RESETTLE_MS));
      }
    }
  }

  return {
    start() {
      started = true;
      try {
        store.takeBackLeases();
      } catch (error) {
        events.workFailed('take leases back', error);
      }
      look();
    },
    nudge: look,
    async stop() {
      started = false;
      cancelWake();
      await Promise.all(held.values());
    },
    get inFlight() {
      return held.size;
    },
  };
}

/** A retry after a silence may be the second page that the person gets: the next attempt says so. */
function labelled(owed: OwedPage, delivery: Delivery): OwedPage {
  if (delivery.outcome !== 'retry' || !delivery.mayHaveArrived) return owed;
  return { ...owed, page: { ...owed.page, possibleDuplicate: true } };
}

async function inTime(delivery: Promise<Delivery>, timeoutMs: number): Promise<Delivery> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Delivery>((resolve) => {
    const reason = `no answer within ${timeoutMs / 1000} s`;
    timer = setTimeout(() => resolve({ outcome: 'retry', reason, afterMs: 1_000, mayHaveArrived: true }), timeoutMs);
  });
  try {
    return await Promise.race([delivery, late]);
  } finally {
    clearTimeout(timer);
  }
}
