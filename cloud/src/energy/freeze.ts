import type { EnergyReportEntry } from '@keepsite/cloud-contract';
import { reckonReport, type ReportInputs, sealReport } from '@keepsite/edge-energy';
import { hashOfJson } from '@keepsite/edge-evidence';
import type { FrozenReport } from '../ports/energy.ts';

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
