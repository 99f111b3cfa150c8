import type { Client, EnergyReportEntry } from '@keepsite/cloud-contract';
import { differencesOf, reckonReport, type ReportInputs, sealReport } from '@keepsite/edge-energy';
import { hashOfJson } from '@keepsite/edge-evidence';
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
  const frozen = freeze(inputs, (last?.entry.version ?? 0) + 1, ports.software);
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

/** Reckons and seals a report. */
export function freeze(inputs: ReportInputs, version: number, software: string): FrozenReport {
  const report = sealReport(reckonReport(inputs), inputs, { inputsHash: hashOfJson(inputs), software });
  const { kind, period, madeAt, headline } = report;
  const entry: EnergyReportEntry = {
    id: `${period}-v${version}`,
    kind,
    period,
    version,
    madeAt,
    hash: hashOfJson(report),
    verdict: headline.verdict,
    savings: headline.figures?.savings ?? null,
    fraction: headline.figures?.fraction ?? null,
    missing: headline.figures?.missing ?? null,
  };
  return { entry, report, inputs };
}

/** A report with all that it was reckoned from, as `npm run -s energy -- rerun` takes it. */
export function exported({ entry, report, inputs }: FrozenReport): Record<string, unknown> {
  return { format: 'keepsite-energy-export/1', hash: entry.hash, report, inputs };
}
