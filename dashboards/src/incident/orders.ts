import { centsOf, type ContractorOrder, type Incident } from '@keepsite/edge-contract';

/** Orders that somebody must approve. */
export function waitingOrders({ orders }: Incident): ContractorOrder[] {
  return orders?.filter(({ state }) => state === 'asked') ?? [];
}

/**
 * Cents that are left of an incident's emergency budget, by its newest event that says so; the whole budget
 * before any. Null: its plan lets nobody spend anything.
 */
export function budgetLeft({ plan, timeline }: Incident): number | null {
  if (!plan?.authority) return null;
  const told = timeline.findLast(({ kind, detail }) => kind === 'spent' && typeof detail['remaining'] === 'string');
  return told ? centsOf(told.detail['remaining'] as string) : centsOf(plan.authority.budget.amount);
}
