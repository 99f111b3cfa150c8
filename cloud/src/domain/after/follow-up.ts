import { type Calendar, instantMillis, type Incident, type Millis } from '@keepsite/edge-contract';
import { type CountedDays, workingDue } from './working-time.ts';

type Words = Incident['summary'];

/** A client that is to be asked how an incident went; `occasion` is the incident, or the storm that it was part of. */
export interface FollowUpDraft {
  readonly client: string;
  readonly incident: string;
  readonly occasion: string;
  readonly kind: 'incident' | 'repair';
  readonly title: Words;
  readonly openedAt: Millis;
  readonly dueAt: Millis;
}

/** When an answer is due; the zone where a contract says nothing of its days, and the calendars that everybody has. */
export interface FollowUpRules {
  readonly hours: number;
  readonly timeZone: string;
  readonly calendars: readonly Calendar[];
}

/**
 * Who is to be asked about an incident once it is resolved, and until when: every client that it
 * touched; `daysOf` says which days count for it. Nobody is
 * asked about what was cancelled, about a drill, or about what a maintenance window had announced.
 * Simulated incidents are nobody's experience either. Asked again about the same incident the answer
 * is the same, so that a second delivery of its events makes no second task.
 */
export function followUps(incident: Incident, hours: number, daysOf: (client: string) => CountedDays): FollowUpDraft[] {
  const openedAt = askedFrom(incident);
  if (openedAt === null) return [];
  const kind = incident.repair ? 'repair' : 'incident';
  return [...new Set(incident.clients)].map((client) => ({
    client,
    incident: incident.id,
    occasion: occasionOf(incident),
    kind,
    title: titleOf(incident, kind),
    openedAt,
    dueAt: workingDue(openedAt, hours, daysOf(client)),
  }));
}

/** When what is to be asked about it began; null: nobody is to be asked. */
export function askedFrom(incident: Incident): Millis | null {
  const doneAt = incident.resolvedAt ?? incident.closedAt;
  if (doneAt === null || !AFTER.has(incident.response) || isNobodysBusiness(incident)) return null;
  return instantMillis(doneAt);
}

const AFTER: ReadonlySet<string> = new Set(['resolved', 'closed']);

function isNobodysBusiness({ simulated, drill, hold }: Incident): boolean {
  return simulated || drill === true || hold?.reason === 'maintenance';
}

/** The incident that led the storm, where this one was gathered under it or explained by it; else itself. */
function occasionOf({ id, timeline }: Incident): string {
  const held = timeline.findLast(({ kind, detail }) => kind === 'held' && STORM.has(String(detail['reason'])));
  const leader = held?.detail['by'];
  return typeof leader === 'string' ? leader : id;
}

const STORM: ReadonlySet<string> = new Set(['grouped', 'explained']);

function titleOf({ summary }: Incident, kind: FollowUpDraft['kind']): Words {
  return kind === 'repair'
    ? { en: `Ask the client about the repair: ${summary.en}`, zh: `报修回访：${summary.zh}` }
    : { en: `Ask the client how it went: ${summary.en}`, zh: `事件回访：${summary.zh}` };
}

/** What is opened when a client was not satisfied: somebody is to take it up as a complaint. */
export function complaintTitle(followUp: Words): Words {
  return {
    en: `Not satisfied: take it up as a complaint (${followUp.en})`,
    zh: `回访不满意，请按投诉处理（${followUp.zh}）`,
  };
}
