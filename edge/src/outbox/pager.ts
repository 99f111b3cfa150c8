import type { Incident, Millis } from '@keepsite/edge-contract';
import { isOwed } from '../domain/incident-state.ts';
import { sentenceOf } from '../errors.ts';
import type { EdgeEvents } from '../events.ts';
import { createCrowds } from './crowds.ts';
import { inTime } from './in-time.ts';
import type { Clock, Delivery, Notifier, OwedPage, Pipeline, Store } from '../ports.ts';

/** How often the store is asked for pages that became due by themselves, edge time. */
const POLL_MS = 1_000;
/** When an outcome could not be written down, it is tried again after this. */
const RESETTLE_MS = 1_000;

export interface PagerParts {
  readonly store: Pick<Store, 'leasePages' | 'synced' | 'duePages' | 'takeBackLeases' | 'incident'>;
  readonly notifier: Notifier;
  readonly pipeline: Pick<Pipeline, 'settle'>;
  readonly clock: Clock;
  readonly events: Pick<EdgeEvents, 'pageSent' | 'pagesNotSettled' | 'workFailed'>;
  /** Pages on their way at once. Default 8. */
  readonly concurrency?: number;
  /** How long a page waits for its lease to be on the disk, real ms. Default 3 s. */
  readonly leaseMs?: number;
  /** How long one page may be on its way before nobody believes in it, real ms. Default 20 s. */
  readonly timeoutMs?: number;
}

export interface Pager {
  start(): void;
  /** Pages are owed: look at once. */
  nudge(): void;
  /** Takes no more pages; resolves once those on their way are settled. */
  stop(): Promise<void>;
  /** Pages on their way just now, and those whose outcome is not written down yet. */
  readonly inFlight: number;
}

/** Nothing was sent, and the page has its last state already: it only leaves the outbox. */
const ANSWERED: Delivery = { outcome: 'failed', reason: 'answered before it left' };

/** How pages are told in one message, and what their timeline says of it. */
interface Manner {
  readonly how: string;
  readonly send: (told: readonly { readonly owed: OwedPage; readonly incident: Incident }[]) => Promise<Delivery>;
}

type Outcome = { readonly owed: OwedPage; readonly delivery: Delivery; readonly at: Millis };

/**
 * Hands owed pages to their channels. A page is leased on disk before it is sent and settled after:
 * a crash in between brings it back, labelled as a possible duplicate, and never loses it. While the
 * disk takes no lease, pages go out all the same, each labelled: after a crash nobody would know that
 * they went, and they would go again.
 */
export function createPager(parts: PagerParts): Pager {
  const { store, notifier, pipeline, clock, events } = parts;
  const concurrency = parts.concurrency ?? 8;
  const timeoutMs = parts.timeoutMs ?? 20_000;
  const leaseMs = parts.leaseMs ?? 3_000;
  /** On their way, or sent and not yet written down: never to be sent again by this process. */
  const held = new Map<string, Promise<void>>();
  /** Leased, and too late to be pages: who is to be told of them together. */
  const late = new Map<string, OwedPage[]>();
  /** The same of what follows a call to people in danger. */
  const crowds = createCrowds(clock, callTogether);
  /** Tried while the disk took no lease, and not taken by the channel: when each may be tried again. */
  const unwritten = new Map<string, Millis>();
  const LATE: Manner = { how: 'told late', send: async (told) => (await notifier.deliverLate?.(told)) ?? ANSWERED };
  const TOGETHER: Manner = {
    how: 'told together',
    send: async (told) =>
      (await notifier.deliverTogether?.(told, () => told.some(({ owed }) => stillOwed(owed)))) ?? ANSWERED,
  };
  const tooLate = () => unanswered(timeoutMs);
  let sending = 0;
  let leasing = true;
  let looking = false;
  /** Somebody nudged while leases were on their way to the disk. */
  let nudged = false;
  let cancelWake: () => void = () => undefined;
  let started = false;

  function look(): void {
    nudged = true;
    if (!started || looking) return;
    looking = true;
    // Not within the caller's turn: the pipeline nudges while it announces a commit.
    setImmediate(() => void lookNow());
  }

  /** Never rejects. */
  async function lookNow(): Promise<void> {
    nudged = false;
    if (started) await takeDue();
    looking = false;
    if (!started) return;
    cancelWake();
    cancelWake = clock.wake(clock.now() + POLL_MS, look);
    if (nudged) look();
  }

  async function takeDue(): Promise<void> {
    const free = concurrency - sending;
    if (free <= 0) return;
    try {
      const due = await leased(free);
      // They were not sent: whoever starts next takes their leases back.
      if (!started) return;
      for (const owed of due) if (!gathers(owed) && !follows(owed)) hold(owed, 'leased');
      // More may be late: a group is told of all of them at once.
      if (due.length === free) look();
      else tellLate();
    } catch (error) {
      if (leasing) events.workFailed('lease pages', error);
      leasing = false;
      sendUnleased(free);
    }
  }

  /** The lease runs in edge time, the channel takes real time. */
  async function leased(limit: number): Promise<OwedPage[]> {
    const found = store.leasePages(clock.now(), 2 * timeoutMs * clock.scale, limit);
    if (found.length > 0) await synced();
    leasing = true;
    return found.map((owed) => (unwritten.delete(owed.page.id) ? labelled(owed) : owed));
  }

  /** Rejects when the disk takes too long: who is to be paged cannot wait for it, and of the next even less. */
  async function synced(): Promise<void> {
    const ms = leasing ? leaseMs : leaseMs / 10;
    await inTime(store.synced(), ms, () => {
      throw new Error(`the disk took no lease within ${ms / 1000} s`);
    });
  }

  function sendUnleased(free: number): void {
    const now = clock.now();
    try {
      const due = store
        .duePages(now, free + held.size + unwritten.size)
        .filter(({ page }) => !held.has(page.id) && (unwritten.get(page.id) ?? now) <= now);
      for (const owed of due.slice(0, free)) hold(labelled(owed), 'unleased');
    } catch (error) {
      events.workFailed('read what is owed', error);
    }
  }

  function hold(owed: OwedPage, how: 'leased' | 'unleased'): void {
    if (!held.has(owed.page.id)) held.set(owed.page.id, carry(owed, how));
  }

  /** True when it came too late and its group is to hear of it together with others. */
  function gathers(owed: OwedPage): boolean {
    const incident = notifier.deliverLate && store.incident(owed.incident);
    const key = incident && notifier.lateFor?.(owed, incident);
    if (!key || held.has(owed.page.id)) return false;
    late.set(key, [...(late.get(key) ?? []), owed]);
    held.set(owed.page.id, Promise.resolve());
    return true;
  }

  function tellLate(): void {
    for (const [key, pages] of late) {
      late.delete(key);
      const telling = carryMany(pages, LATE);
      for (const { page } of pages) held.set(page.id, telling);
    }
  }

  /** True when its person has just been called to that site: he hears of it in a moment, with whatever else comes. */
  function follows(owed: OwedPage): boolean {
    const incident = notifier.deliverTogether && store.incident(owed.incident);
    const key = incident && notifier.crowdFor?.(owed, incident);
    if (!key || held.has(owed.page.id)) return false;
    if (!crowds.follows(key, owed)) return false;
    held.set(owed.page.id, Promise.resolve());
    return true;
  }

  function callTogether(pages: readonly OwedPage[]): void {
    const [one] = pages;
    const calling = pages.length === 1 && one ? carry(one, 'leased') : carryMany(pages, TOGETHER);
    for (const { page } of pages) held.set(page.id, calling);
  }

  /** Never rejects. */
  async function carryMany(pages: readonly OwedPage[], { send, how }: Manner): Promise<void> {
    const startedAt = performance.now();
    sending += 1;
    const told = pages.flatMap((owed) => {
      const incident = store.incident(owed.incident);
      return incident && isOwed(incident, owed.page.id) ? [{ owed, incident }] : [];
    });
    const sent = told.length > 0 ? inTime(send(told), timeoutMs, tooLate) : ANSWERED;
    const delivery = await Promise.resolve(sent).catch(broken);
    sending -= 1;
    const reason = `${how}, ${told.length} in one message`;
    const at = clock.now();
    const outcomes = pages.map((owed): Outcome => {
      const isTold = told.some((one) => one.owed === owed);
      const own: Delivery = delivery.outcome === 'accepted' ? { ...delivery, reason } : delivery;
      if (isTold) events.pageSent(owed, own, performance.now() - startedAt);
      const doubtful = delivery.outcome === 'retry' && delivery.mayHaveArrived === true;
      return { owed: doubtful ? labelled(owed) : owed, delivery: isTold ? own : ANSWERED, at };
    });
    await settle(outcomes);
    for (const { page } of pages) held.delete(page.id);
    if (delivery.outcome === 'retry') clock.wake(at + delivery.afterMs, look);
    look();
  }

  /** Never rejects. */
  async function carry(owed: OwedPage, how: 'leased' | 'unleased'): Promise<void> {
    const startedAt = performance.now();
    sending += 1;
    const delivery = await deliver(owed);
    sending -= 1;
    if (delivery !== ANSWERED) events.pageSent(owed, delivery, performance.now() - startedAt);
    const at = clock.now();
    // What a channel did not take must not wait for the disk to be tried again.
    if (how === 'unleased' && delivery.outcome === 'retry') unwritten.set(owed.page.id, at + delivery.afterMs);
    else {
      look();
      const doubtful = delivery.outcome === 'retry' && delivery.mayHaveArrived === true;
      await settle([{ owed: doubtful ? labelled(owed) : owed, delivery, at }]);
      unwritten.delete(owed.page.id);
    }
    held.delete(owed.page.id);
    if (delivery.outcome === 'retry') clock.wake(at + delivery.afterMs, look);
    look();
  }

  async function deliver(owed: OwedPage): Promise<Delivery> {
    try {
      const incident = store.incident(owed.incident);
      if (!incident) return { outcome: 'failed', reason: `incident ${owed.incident} is not known here` };
      // The last look before it leaves: whoever answered while it was leased or waited for its retry is not paged for it.
      if (!isOwed(incident, owed.page.id)) return ANSWERED;
      return await inTime(
        notifier.deliver(owed, incident, () => stillOwed(owed)),
        timeoutMs,
        tooLate,
      );
    } catch (error) {
      return broken(error);
    }
  }

  function stillOwed({ incident, page }: OwedPage): boolean {
    const now = store.incident(incident);
    return now !== undefined && isOwed(now, page.id);
  }

  /** A page was sent: that must be written down, however long the disk takes. */
  async function settle(outcomes: readonly Outcome[]): Promise<void> {
    for (;;) {
      try {
        await pipeline.settle(outcomes);
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
      // They were not sent: whoever starts next takes their leases back.
      for (const { page } of crowds.close()) held.delete(page.id);
      await Promise.all(held.values());
    },
    get inFlight() {
      return held.size;
    },
  };
}

/** Nobody knows how far it came. */
function broken(error: unknown): Delivery {
  return { outcome: 'retry', reason: sentenceOf(error), afterMs: 5_000, mayHaveArrived: true };
}

/** It may be the second that the person gets, or a second may follow: the page says so. */
function labelled(owed: OwedPage): OwedPage {
  return { ...owed, page: { ...owed.page, possibleDuplicate: true } };
}

function unanswered(timeoutMs: number): Delivery {
  const reason = `no answer within ${timeoutMs / 1000} s`;
  return { outcome: 'retry', reason, afterMs: 1_000, mayHaveArrived: true };
}
