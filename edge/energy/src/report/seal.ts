import type { EnergyReport } from '@keepsite/cloud-contract';
import type { ReportInputs } from './inputs.ts';
import type { ReckonedReport } from './report.ts';

/** Who vouches for what: the hash of the inputs' canonical JSON, and what reckoned it. */
export interface Seal {
  readonly inputsHash: string;
  readonly software: string;
}

/** Part 11: how to check the report, and who has signed which part. */
export function sealReport(
  reckoned: ReckonedReport,
  { bootstrap, client, period, events }: ReportInputs,
  seal: Seal,
): EnergyReport {
  const approvers = [...new Set(events.map(({ by }) => by))];
  return {
    ...reckoned,
    evidence: {
      ...seal,
      command: `npm run -s energy -- rerun --from energy-${client.id}-${period}.json`,
      bootstrap,
      signatures: [
        { role: { en: 'Reckoned by', zh: '计算' }, name: seal.software },
        ...approvers.map((name) => ({ role: { en: 'Events decided by', zh: '事件审批' }, name })),
        { role: { en: 'Reviewed by', zh: '复核' }, name: null },
        { role: { en: 'Client', zh: '客户' }, name: null },
      ],
    },
  };
}
