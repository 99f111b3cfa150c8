import type { Delivery } from '@keepsite/edge-notify';
import { blindEdges } from '../domain/alarm/alarm.ts';
import type { Events } from '../events.ts';
import type { AlarmNotifier, AlarmStore, LeasedPage } from '../ports/alarms.ts';
import type { Clock } from '../ports.ts';

export interface AlarmPagerParts {
  readonly alarms: AlarmStore;
  readonly notifier: Pick<AlarmNotifier, 'deliver'>;
  readonly clock: Clock;
  readonly events: Pick<Events, 'alarmPaged' | 'jobFailed'>;
  /** How long one page may be on its way, ms. Default 25 s. */
  readonly timeoutMs?: number;
}

/** Pages on their way at once. */
const AT_ONCE = 8;
const TIMEOUT_MS = 25_000;
const POLL_MS = 2_000;

/**
 * Sends what is owed, once: leases pages, hands them to their channels, writes down what became of
 * them. Answers how many it had. A replica that dies in between leaves its lease to run out; the next
 * one sends again and says that it may be a duplicate.
 */
export async function sendAlarmPages(parts: AlarmPagerParts): Promise<number> {
  const { alarms, clock, timeoutMs = TIMEOUT_MS } = parts;
  const now = clock.now();
  const leased = await alarms.lease(now, now + 2 * timeoutMs, AT_ONCE);
  await Promise.all(leased.map((page) => carry(parts, page)));
  return leased.length;
}

async function carry(parts: AlarmPagerParts, page: LeasedPage): Promise<void> {
  const { alarms, clock, events } = parts;
  const delivery = await deliver(parts, page);
  const at = clock.now();
  const settled = await alarms.settle(
    page,
    {
      state: delivery.outcome === 'retry' ? 'queued' : delivery.outcome,
      reason: delivery.reason ?? null,
      notBefore: delivery.outcome === 'retry' ? at + delivery.afterMs : at,
      attempted: !(delivery.outcome === 'retry' && delivery.unsent === true),
      doubtful: delivery.outcome === 'retry' && delivery.mayHaveArrived === true,
    },
    at,
  );
  const { alarm, id, channel } = page;
  const fields = { alarm, page: id, person: page.to.person, channel, outcome: delivery.outcome, settled };
  events.alarmPaged({ ...fields, reason: delivery.reason ?? null });
}

type Outcome = Delivery | { readonly outcome: 'withdrawn'; readonly reason: string };

/** Nobody is sent anywhere about a site that is heard; whether that lasts shows within a minute. */
const HEARD_AGAIN: Outcome = {
  outcome: 'retry',
  reason: 'heard again; it goes if that does not last',
  afterMs: 5_000,
  unsent: true,
};

async function deliver(
  { alarms, notifier, timeoutMs = TIMEOUT_MS }: AlarmPagerParts,
  page: LeasedPage,
): Promise<Outcome> {
  try {
    const known = await alarms.get(page.alarm);
    if (!known) return { outcome: 'failed', reason: `alarm ${page.alarm} is not known here` };
    const { acknowledgedAt, endedAt } = known.alarm;
    if (page.kind === 'blind' && (acknowledgedAt !== null || endedAt !== null))
      return { outcome: 'withdrawn', reason: endedAt === null ? 'somebody has it' : 'it is over' };
    if (page.kind === 'blind' && blindEdges(known.alarm).length === 0) return HEARD_AGAIN;
    return await inTime(notifier.deliver(page, known.alarm, known.pages), timeoutMs);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { outcome: 'retry', reason, afterMs: 5_000, mayHaveArrived: true };
  }
}

async function inTime(delivery: Promise<Delivery>, timeoutMs: number): Promise<Delivery> {
  const { promise, resolve } = Promise.withResolvers<Delivery>();
  const reason = `no answer within ${timeoutMs / 1000} s`;
  const timer = setTimeout(
    () => resolve({ outcome: 'retry', reason, afterMs: 1_000, mayHaveArrived: true }),
    timeoutMs,
  );
  try {
    return await Promise.race([delivery, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends for as long as it runs; `nudge` when pages are owed. Every replica has one. */
export function startAlarmPager(parts: AlarmPagerParts): { nudge(): void; stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  let wanted = false;
  let stopped = false;

  async function run(): Promise<void> {
    while (wanted) {
      wanted = false;
      try {
        const sent = await sendAlarmPages(parts);
        wanted ||= sent === AT_ONCE && !stopped;
      } catch (cause) {
        parts.events.jobFailed({ job: 'alarm pages', reason: cause instanceof Error ? cause.message : String(cause) });
      }
    }
    running = null;
  }

  function nudge(): void {
    if (stopped) return;
    wanted = true;
    running ??= run();
  }

  const timer = setInterval(nudge, POLL_MS);
  return {
    nudge,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
