import type { FrozenPlan, Incident, Page, Recipient, TimelineEntry } from '@keepsite/edge-contract';

/**
 * An incident as it is told to whoever holds a link: what happened and who did what. Telephone numbers
 * and other addresses are left out, and of the plan whatever is not about its steps and terms.
 */
export function withoutAddresses(incident: Incident): Incident {
  const { plan, pages, timeline } = incident;
  return { ...incident, plan: plan && planOf(plan), pages: pages.map(pageOf), timeline: timeline.map(entryOf) };
}

/** Everybody whom the incident's plan names, once each. */
export function peopleOf({ plan }: Pick<Incident, 'plan'>): { readonly id: string; readonly name: string }[] {
  const named = plan?.steps.flatMap(({ to }) => to.map(({ person, name }) => [person, name] as const)) ?? [];
  return [...new Map(named)].map(([id, name]) => ({ id, name }));
}

function planOf({ id, version, terms, proof, repeatEverySeconds, steps }: FrozenPlan): FrozenPlan {
  const repeat = repeatEverySeconds === undefined ? {} : { repeatEverySeconds };
  return {
    id,
    version,
    terms,
    proof,
    ...repeat,
    steps: steps.map((step) => ({ ...step, to: step.to.map(unaddressed) })),
  };
}

function pageOf(page: Page): Page {
  return { ...page, to: unaddressed(page.to) };
}

function entryOf(entry: TimelineEntry): TimelineEntry {
  if (entry.kind !== 'paged') return entry;
  return { ...entry, detail: { ...entry.detail, page: pageOf(entry.detail['page'] as Page) } };
}

function unaddressed(to: Recipient): Recipient {
  return { ...to, address: '' };
}
