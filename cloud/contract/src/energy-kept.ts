import { InstantText } from '@keepsite/edge-contract';
import { z } from 'zod';
import { EnergyReport } from './energy-report.ts';
import { Figure, Id } from './energy-shapes.ts';

/** A report as it is kept and listed. */
export const EnergyReportEntry = z.object({
  id: Id,
  kind: z.enum(['day', 'month']),
  period: z.string(),
  version: z.int().positive(),
  madeAt: InstantText,
  /** SHA-256 over the report's canonical JSON. */
  hash: z.string(),
  verdict: EnergyReport.shape.headline.shape.verdict,
  savings: Figure,
  fraction: Figure,
  /** Days or hours of the period that could not be compared; null: none was. */
  missing: z.int().nullable(),
});
export type EnergyReportEntry = z.infer<typeof EnergyReportEntry>;

/** `GET /api/clients/{id}/energy/reports/{report}`: a report with its entry in the list. */
export const KeptEnergyReport = EnergyReportEntry.extend({ report: EnergyReport });
export type KeptEnergyReport = z.infer<typeof KeptEnergyReport>;
