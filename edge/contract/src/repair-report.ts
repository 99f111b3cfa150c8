import type { ReportBody } from './command.ts';
import type { Incident } from './incident.ts';
import type { Repair, RepairBody, Urgency } from './repair.ts';
import type { Severity } from './vocabulary.ts';

/** An urgent repair is worked on like a major fault; an ordinary one can wait for working hours. */
const SEVERITY: Readonly<Record<Urgency, Severity>> = { urgent: 'major', ordinary: 'minor' };

/**
 * A repair as the report of a fault; which fault a category is taken for is the edge's to say. Who reported
 * it stays behind: in the evidence stands the report's own id, so that a name and a number can be erased.
 */
export function reportOf(body: RepairBody): ReportBody {
  const { commandId, asset, category, urgency, channel, text, photos } = body;
  const repair: Repair = { id: commandId, category, urgency, channel, text, photos };
  const fault = `repair_${category}` as const;
  return { commandId, asset, fault, severity: SEVERITY[urgency], reporter: `report-${commandId}`, repair };
}

/** Nothing but a repair's own promise, to answer or to arrange, was made for it: no sensor raised it, or made more of it. */
export function isOnlyRepair({ repair, clocks }: Pick<Incident, 'repair' | 'clocks'>): boolean {
  return repair !== undefined && clocks.every(({ term }) => term === 'acknowledge');
}
