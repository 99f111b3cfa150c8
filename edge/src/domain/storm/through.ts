import { type IncidentChangeKind, type IncidentFact } from '@keepsite/edge-contract';

const ANSWERS: ReadonlySet<IncidentChangeKind> = new Set([
  'acknowledged',
  'released',
  'handed_over',
  'on_site',
  'resolved',
  'cancelled',
]);

/** The same facts; those that are somebody's answer say through which incident it was given. */
export function through(facts: readonly IncidentFact[], head: string): IncidentFact[] {
  return facts.map((fact) =>
    ANSWERS.has(fact.change.kind) ? ({ ...fact, change: { ...fact.change, through: head } } as IncidentFact) : fact,
  );
}
