import type { Client } from '@keepsite/cloud-contract';
import { differencesOf, type ReportInputs } from '@keepsite/edge-energy';
import { dayOf } from '../domain/calendar.ts';
import type { Due } from '../domain/energy/due.ts';
import { CloudError } from '../errors.ts';
import type { FrozenReport } from '../ports/energy.ts';
import { gatherInputs, type Reading } from './gather.ts';
import type { EnergyPorts } from './ports.ts';
import { zoneOf } from './zone.ts';

/** The newest report of a period, made and kept when there is none. Rejects with CLOUD_CONFLICT before the period is over. */
export async function reportOf(ports: EnergyPorts, client: Client, due: Due): Promise<FrozenReport> {
  return (
    (await ports.store.energy.newestReport(client.id, due.kind, due.period)) ?? (await makeReport(ports, client, due))
  );
}

/**
 * Makes a period's report from what is known now and keeps it. Where nothing but the time has changed since
 * the last one, that one stands; else the new one is its next version. Two replicas make it once.
 */
export async function makeReport(
  ports: EnergyPorts,
  client: Client,
  due: Due,
  reading: Reading = 'everything',
): Promise<FrozenReport> {
  const { store, clock, events } = ports;
  const zone = await zoneOf(ports, client.id);
  if (due.to > dayOf(clock.now(), zone)) throw new CloudError('CLOUD_CONFLICT', `${due.period} is not over yet`);
  const last = await store.energy.newestReport(client.id, due.kind, due.period);
  const inputs = await gatherInputs(ports, client, due, { zone, reading });
  if (last && sameButTime(last.inputs, inputs)) return last;
  const frozen = await ports.reckoner.report(inputs, (last?.entry.version ?? 0) + 1, ports.software);
  if (await store.energy.saveReport(client.id, frozen)) {
    events.energyReported({ client: client.id, period: due.period, verdict: frozen.entry.verdict });
    return frozen;
  }
  return (await store.energy.newestReport(client.id, due.kind, due.period)) ?? frozen;
}

/** A setup that was changed and changed back has a new number and says the same. */
function sameButTime(before: ReportInputs, after: ReportInputs): boolean {
  return differencesOf(before, { ...after, madeAt: before.madeAt, setup: before.setup }).length === 0;
}

/** A report with all that it was reckoned from, as `npm run -s energy -- rerun` takes it. */
export function exported({ entry, report, inputs }: FrozenReport): Record<string, unknown> {
  return { format: 'keepsite-energy-export/1', hash: entry.hash, report, inputs };
}
