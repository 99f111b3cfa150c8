import {
  centsOf,
  type ContractorOrder,
  type FrozenAuthority,
  type Incident,
  type IncidentChange,
  type Millis,
} from '@keepsite/edge-contract';

/** Cents that were taken from a purse so far, and not given back. */
export type Spent = (purse: string) => number;

/** A plan's authority, and the incident that may draw on it. */
export interface Drawer {
  readonly authority: FrozenAuthority;
  readonly incident: Incident;
}

/**
 * Whose budget an order of now is taken from: the incident's own, or that of its plan, site and
 * calendar month. The name stands in the event, so that the events alone tell what is left.
 */
export function purseOf({ authority, incident }: Drawer, now: Millis): string {
  if (authority.per === 'incident') return incident.id;
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(authority.timeZone);
  return `${incident.plan?.id}@${incident.site}/${local.toPlainDate().toPlainYearMonth().toString()}`;
}

/** Cents that are left of the budget; below nought when it was made smaller since. */
export function remainingOf(drawer: Drawer, purse: string, spent: Spent): number {
  const { authority, incident } = drawer;
  const taken = purse === incident.id ? takenBy(incident, purse) : spent(purse);
  return centsOf(authority.budget.amount) - taken;
}

/** What an event takes from a purse, or gives back to it: cents, negative when it gives. Null: money is not what it is about. */
export function movement(change: IncidentChange): { readonly purse: string; readonly cents: number } | null {
  if (change.kind !== 'spent' && change.kind !== 'order_called_off') return null;
  if (change.purse === null) return null;
  const cents = centsOf(change.cost);
  return { purse: change.purse, cents: change.kind === 'spent' ? cents : -cents };
}

const PAID: readonly ContractorOrder['state'][] = ['placed', 'confirmed', 'arrived'];

function takenBy(incident: Incident, purse: string): number {
  const paid = (incident.orders ?? []).filter((order) => order.purse === purse && PAID.includes(order.state));
  return paid.reduce((sum, { cost }) => sum + centsOf(cost), 0);
}
