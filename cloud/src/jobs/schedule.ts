import type { Millis } from '@keepsite/edge-contract';
import { dayOf } from '../domain/calendar.ts';
import { allEdges } from '../domain/alarm/alarm.ts';
import type { Duty } from '../domain/alarm/duty.ts';
import type { Clock, Jobs, Schedule } from '../ports.ts';
import { rosterLadders } from './alarm-rosters.ts';
import { tendAlarms } from './alarms.ts';
import { closeMonths } from './client-sla.ts';
import { createListening } from './listening.ts';
import type { LivePorts } from './live-scores.ts';
import { scoreClient } from './score-client.ts';

/** An edge that was not heard for this long is blind: what happens there is unknown. */
export const BLIND_AFTER_MS = 30_000;
const WATCH_EVERY_MS = 5_000;

/** The jobs that one replica at a time does, by name. */
export function jobHandlers(ports: LivePorts, keepReportersMs: number): Record<string, () => Promise<void>> {
  return {
    'score-day': () => scoreAll(ports),
    'close-months': () => closeAll(ports),
    'erase-reporters': () => eraseReporters(ports, keepReportersMs),
  };
}

/** Daily, half an hour after local midnight, the months an hour later, and what is to be forgotten after that. */
export function schedules(timeZone: string): Schedule[] {
  return [
    { job: 'score-day', cron: '30 0 * * *', timeZone },
    { job: 'close-months', cron: '30 1 * * *', timeZone },
    { job: 'erase-reporters', cron: '30 2 * * *', timeZone },
  ];
}

async function scoreAll({ store, notices, clock, timeZone }: LivePorts): Promise<void> {
  for (const client of await store.clients.list()) {
    await scoreClient(store, client, clock.now(), timeZone);
    await notices.publish([{ kind: 'client', client: client.id }]);
  }
}

async function eraseReporters({ store, events, clock }: LivePorts, keepMs: number): Promise<void> {
  const now = clock.now();
  const reports = await store.repairs.eraseOverdue(now - keepMs, now);
  if (reports > 0) events.reportersErased({ reports });
}

async function closeAll({ store, events, clock, timeZone }: LivePorts): Promise<void> {
  for (const client of await store.clients.list()) {
    const months = await closeMonths(store, client, clock.now(), timeZone);
    for (const period of months) events.monthClosed({ client: client.id, period });
  }
}

/** Who is told of what the watch finds. */
export interface Guardians {
  /** For edges whose plans go by no roster. */
  readonly duty: Duty;
  /** Channels over which the cloud reaches people of rosters; absent: the duty file alone counts. */
  readonly channels?: ReadonlySet<string>;
  /** Pages are owed. */
  readonly onOwed: () => void;
}

/**
 * What cannot wait for a scheduler that counts in minutes: edges that fall silent, and, where a
 * demo's clock runs fast, its midnights. Every replica watches; the database lets one record it.
 */
export function startWatch(ports: LivePorts, own: Clock, jobs: Jobs, guardians: Guardians): () => Promise<void> {
  const look = createWatch(ports, jobs, guardians);
  let busy: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    busy = busy.then(() => look(own.now(), performance.now()));
  }, WATCH_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await busy;
  };
}

/** One look of the watch, at our own time; `ticks` is a clock that nobody sets, ms. Never rejects. */
export function createWatch(
  ports: LivePorts,
  jobs: Jobs,
  guardians: Guardians,
): (now: Millis, ticks: Millis) => Promise<void> {
  const listening = createListening(WATCH_EVERY_MS);
  let day: string | null = null;
  return async (now, ticks) => {
    try {
      if (now - listening.look(now, ticks) >= BLIND_AFTER_MS) await watchEdges(ports, guardians, now);
      const today = dayOf(ports.clock.now(), ports.timeZone);
      if (day !== null && day !== today) await jobs.wish('score-day', today);
      day = today;
    } catch (cause) {
      listening.deaf();
      ports.events.jobFailed({ job: 'watch', reason: cause instanceof Error ? cause.message : String(cause) });
    }
  };
}

const NO_CHANNELS: ReadonlySet<string> = new Set();

/** Edges that have fallen silent, and the alarms that they and time make. */
async function watchEdges(
  ports: LivePorts,
  { duty, channels = NO_CHANNELS, onOwed }: Guardians,
  now: Millis,
): Promise<void> {
  await markBlind(ports, now);
  const rosters = await rosterLadders(ports.store, channels, ports.clock.now());
  const changed = await tendAlarms({ alarms: ports.store.alarms, duty, rosters }, now);
  for (const alarm of changed) {
    const state = alarm.endedAt !== null ? 'ended' : alarm.acknowledgedAt !== null ? 'acknowledged' : 'open';
    ports.events.alarmChanged({ alarm: alarm.id, edges: allEdges(alarm).length, state });
  }
  await ports.notices.publish(changed.map(({ id }) => ({ kind: 'alarm', id })));
  if (changed.length > 0) onOwed();
}

/** Records edges that have fallen silent, and tells the pages. */
export async function markBlind({ store, notices, events }: LivePorts, now: Millis): Promise<void> {
  for (const edge of await store.edges.markBlind(now - BLIND_AFTER_MS)) {
    events.edgeBlind({ edge });
    await notices.publish([{ kind: 'heartbeat', edge }]);
  }
}
