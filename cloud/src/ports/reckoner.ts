import type { EnergyBaseline, EnergySetup } from '@keepsite/cloud-contract';
import type { EnergyLanguage } from '@keepsite/cloud-contract/energy-view';
import type { HourSpan, ReportInputs } from '@keepsite/edge-energy';
import type { FrozenReport } from './energy.ts';

/** What was learned of a baseline's hours, or why nothing could be. */
export type Learned = Pick<
  EnergyBaseline,
  'usable' | 'reasons' | 'warnings' | 'formula' | 'coefficients' | 'r2' | 'cvrmse' | 'n'
>;

/**
 * The work on reports that takes a second of a processor. Wherever it is done, requests are answered
 * meanwhile. Rejects with CLOUD_BUSY when too much is wanted at once, with CLOUD_WORK_FAILED when it broke
 * down over this piece.
 */
export interface Reckoner {
  /** Learns a baseline from its hours. */
  learn(method: EnergySetup['method'], meters: ReportInputs['meters'], span: HourSpan, zone: string): Promise<Learned>;
  /** Reckons a report and seals it. */
  report(inputs: ReportInputs, version: number, software: string): Promise<FrozenReport>;
  /** Sets a kept report as a PDF. */
  pdf(report: Pick<FrozenReport, 'entry' | 'report'>, language: EnergyLanguage): Promise<Uint8Array>;
}
