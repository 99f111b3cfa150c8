import type { Incident, PlanStep } from '@keepsite/edge-contract';

export interface LadderStep {
  readonly index: number;
  readonly afterSeconds: number;
  readonly state: 'taken' | 'skipped' | 'next' | 'later';
  readonly names: readonly string[];
  readonly note: PlanStep['note'] | null;
}

export interface Ladder {
  readonly steps: readonly LadderStep[];
  /** How many steps lie behind (taken or skipped). */
  readonly reached: number;
  /** The next step, counted from 1, and its offset from T0 in milliseconds; null when none is owed. */
  readonly next: { readonly step: number; readonly afterMs: number } | null;
}

/** What a step is for, as the reader is told; one that was written in one language is told in that. */
export function noteText(note: PlanStep['note'] | null, name: (both: Incident['summary']) => string): string | null {
  return typeof note === 'object' && note !== null ? name(note) : (note ?? null);
}

/** The escalation ladder of a frozen plan, with what became of each step; null without a plan. */
export function ladderOf(incident: Incident): Ladder | null {
  if (!incident.plan) return null;
  const skipped = skippedSteps(incident);
  const next = incident.next;
  const steps = incident.plan.steps.map((step, index): LadderStep => ({
    index,
    afterSeconds: step.afterSeconds,
    state: stateOf(index, incident, skipped),
    names: [...new Set(step.to.map((recipient) => recipient.name))],
    note: step.note ?? null,
  }));
  return {
    steps,
    reached: incident.stepsDone,
    next: next && { step: next.step + 1, afterMs: Date.parse(next.at) - Date.parse(incident.openedAt) },
  };
}

function stateOf(index: number, incident: Incident, skipped: ReadonlySet<number>): LadderStep['state'] {
  if (index < incident.stepsDone) return skipped.has(index) ? 'skipped' : 'taken';
  return incident.next?.step === index ? 'next' : 'later';
}

/** A list carries no timeline: there, a skipped step cannot be told from a taken one. */
function skippedSteps(incident: Incident): ReadonlySet<number> {
  const skipped = new Set<number>();
  for (const { kind, detail } of incident.timeline) {
    if (kind === 'step' && detail['skipped'] === true && typeof detail['step'] === 'number')
      skipped.add(detail['step']);
  }
  return skipped;
}
