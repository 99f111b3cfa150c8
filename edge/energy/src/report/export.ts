import { z } from 'zod';
import { ReportInputs } from './inputs.ts';

/** A report with all that it was reckoned from, as the cloud hands it out and `energy rerun` takes it. */
export const ReportExport = z.object({
  format: z.literal('keepsite-energy-export/1'),
  /** SHA-256 over the report's canonical JSON. */
  hash: z.string(),
  inputs: ReportInputs,
  report: z.looseObject({ evidence: z.looseObject({ inputsHash: z.string(), software: z.string() }) }),
});
export type ReportExport = z.infer<typeof ReportExport>;
