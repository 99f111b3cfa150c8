import type { Client } from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';
import cron from 'node-cron';
import { dayOf } from '../domain/calendar.ts';
import { duePeriods, isToBeMade } from '../domain/energy/due.ts';
import type { Jobs } from '../ports.ts';
import { learnIfDue } from './learn-due.ts';
import type { EnergyPorts } from './ports.ts';
import { makeReport } from './report.ts';
import { setupOf } from './setup.ts';
import { tellEdges } from './tell-edges.ts';
import { zoneOf } from './zone.ts';

export const ENERGY_JOB = 'energy-reports';
/** Reports of half a year of days: more than what can be due. */
const LOOKED_AT = 200;
/** A quarter past every hour: whichever zone's night is over then. */
const HOURLY = '15 * * * *';

/**
 * Wishes for the reports that are due, every hour and once at the start: what was missed is
 * made up for. Every replica wishes; pg-boss lets one of them do it.
 */
export function scheduleReports(ports: EnergyPorts, jobs: Jobs, started: Promise<unknown>): () => Promise<void> {
  const wish = () => jobs.wish(ENERGY_JOB, `hour ${Math.floor(ports.clock.now() / 3_600_000)}`);
  const task = cron.schedule(HOURLY, () =>
    wish().catch((cause: unknown) => ports.events.jobFailed({ job: ENERGY_JOB, reason: String(cause) })),
  );
  void started.then(wish).catch(() => undefined);
  return async () => {
    await task.destroy();
  };
}

/**
 * Learns the baselines that are due, and makes every day's and month's report that is due by its client's clock and
 * not there; answers how many.
 */
export async function makeDueReports(ports: EnergyPorts): Promise<number> {
  const { store, clock, events } = ports;
  let made = 0;
  for (const client of await store.clients.list()) {
    await learnIfDue(ports, client, clock.now());
    try {
      await tellEdges(ports, client.id);
      made += await makeForClient(ports, client, clock.now());
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      events.jobFailed({ job: `${ENERGY_JOB} ${client.id}`, reason });
    }
  }
  return made;
}

async function makeForClient(ports: EnergyPorts, client: Client, now: Millis): Promise<number> {
  const { energy } = ports.store;
  const zone = await zoneOf(ports, client.id);
  const { version, setup } = await setupOf(ports.store, client.id, dayOf(now, zone));
  const begun = version > 0 || (await energy.baselines(client.id)).length > 0;
  if (!begun || setup.meters.length === 0) return 0;
  let made = 0;
  const known = new Map((await energy.reports(client.id, LOOKED_AT)).map((entry) => [entry.period, entry]));
  for (const due of duePeriods(now, zone)) {
    const last = known.get(due.period);
    if (!isToBeMade(due, last, now, zone)) continue;
    const { entry } = await makeReport(ports, client, due, 'news');
    if (entry.id !== last?.id) made += 1;
  }
  return made;
}
