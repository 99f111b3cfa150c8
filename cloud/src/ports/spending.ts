import type { ContractorOrder, Incident, IncidentEvent, Millis } from '@keepsite/edge-contract';

/** An event that moved money, and what a statement says of its incident. */
export interface MoneyEvent {
  readonly event: IncidentEvent;
  readonly incident: Pick<Incident, 'id' | 'site' | 'asset' | 'fault' | 'simulated' | 'clients'>;
  readonly orders: readonly ContractorOrder[];
}

/** Whose money: a client’s incidents, or a site’s. */
export type Payer = { readonly client: string } | { readonly site: string };

/** What emergencies cost, read from the evidence itself. */
export interface SpendingStore {
  /** Of [from, to), in the order of time. */
  moneyEvents(payer: Payer, from: Millis, to: Millis): Promise<MoneyEvent[]>;
}
