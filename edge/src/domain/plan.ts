import type { FrozenPlan, Person, Plan, PlanStep, Recipient, Registry, Severity } from '@keepsite/edge-contract';

/** What a plan is chosen by. */
export interface Occasion {
  readonly site: string;
  readonly severity: Severity;
  readonly fault: string;
}

/**
 * The response plan for an occasion as it stands now: the first that matches, with crews and
 * addresses resolved, so that a later change of the roster cannot change an incident that is
 * already running. Null when none matches or the severity starts no clock.
 */
export function freezePlan(registry: Registry, occasion: Occasion): FrozenPlan | null {
  const plan = registry.plans.find((candidate) => serves(candidate, occasion));
  if (!plan?.clockSeverities.includes(occasion.severity)) return null;
  return {
    id: plan.id,
    version: plan.version,
    terms: plan.terms,
    proof: plan.proof,
    ...(plan.repeatEverySeconds === undefined ? {} : { repeatEverySeconds: plan.repeatEverySeconds }),
    steps: plan.steps
      .toSorted((a, b) => a.afterSeconds - b.afterSeconds)
      .map((step) => ({ ...step, to: recipients(registry, step) })),
  };
}

function serves(plan: Plan, { site, severity, fault }: Occasion): boolean {
  return (
    (plan.sites?.includes(site) ?? true) &&
    (plan.severities?.includes(severity) ?? true) &&
    (plan.faults?.includes(fault) ?? true)
  );
}

function recipients(registry: Registry, step: PlanStep): Recipient[] {
  const people = [
    ...new Set(step.page.flatMap((id) => registry.crews.find((crew) => crew.id === id)?.members ?? [id])),
  ];
  return people.flatMap((id) => {
    const person = registry.people.find((candidate) => candidate.id === id);
    return person ? addresses(person, step.channels) : [];
  });
}

function addresses(person: Person, channels: readonly string[] | undefined): Recipient[] {
  return person.addresses
    .filter((address) => channels?.includes(address.channel) ?? true)
    .map((address) => ({ person: person.id, name: person.name, channel: address.channel, address: address.to }));
}
