import type { SpendingLine, SpendingStatement } from '@keepsite/cloud-contract';
import { amountText, centsOf, type ContractorOrder, type Incident, type IncidentEvent } from '@keepsite/edge-contract';

/** An event that moved money, with what a statement says of its incident. */
export interface Movement {
  readonly event: IncidentEvent;
  readonly incident: Pick<Incident, 'id' | 'site' | 'asset' | 'fault' | 'simulated' | 'clients'>;
  readonly orders: readonly ContractorOrder[];
}

/** The lines of a statement, in the order of the events. What moved no money has none. */
export function spendingLines(movements: readonly Movement[]): SpendingLine[] {
  return movements.flatMap((movement) => lineOf(movement) ?? []);
}

function lineOf({ event, incident, orders }: Movement): SpendingLine | null {
  const { change } = event;
  if (change.kind !== 'spent' && change.kind !== 'order_called_off') return null;
  const order = orders.find(({ id }) => id === change.order);
  const goods = change.kind === 'spent' ? change : order;
  const cents = centsOf(change.cost);
  const { id, site, asset, fault, simulated, clients } = incident;
  return {
    incident: id,
    edge: event.edge,
    seq: event.seq,
    at: event.at,
    site,
    asset,
    fault,
    kind: change.kind === 'spent' ? 'spent' : 'given_back',
    order: change.order,
    contractor: goods?.contractorName ?? { en: '', zh: '' },
    what: goods?.what ?? { en: '', zh: '' },
    quantity: goods?.quantity ?? null,
    amount: amountText(change.kind === 'spent' ? cents : -cents),
    currency: change.currency,
    approvedBy: change.kind === 'spent' ? change.approvedBy : (order?.approvedBy ?? null),
    remaining: change.kind === 'spent' ? change.remaining : null,
    ...saidOf(order),
    reason: change.kind === 'spent' ? null : change.reason,
    givenBackBy: change.kind === 'spent' ? null : change.responder,
    clients: clients.length,
    simulated,
  };
}

/** How far its contractor has come, as of now: a statement of a month that is over may still learn of it. */
function saidOf(order: ContractorOrder | undefined) {
  const { dueAt = null, confirmedAt = null, confirmedBy, arrivesAt, arrivedAt = null, arrivedBy } = order ?? {};
  return {
    dueAt,
    confirmedAt,
    confirmedBy: confirmedBy ?? null,
    arrivesAt: arrivesAt ?? null,
    arrivedAt,
    arrivedBy: arrivedBy ?? null,
  };
}

/** Sums by currency, exact to the cent. What was called off counts in the month in which it was. */
export function spendingTotals(lines: readonly SpendingLine[]): SpendingStatement['totals'] {
  const currencies = Map.groupBy(lines, ({ currency }) => currency);
  return [...currencies].map(([currency, own]) => {
    const sum = (of: (line: SpendingLine) => boolean) =>
      own.filter(of).reduce((cents, { amount }) => cents + centsOf(amount), 0);
    const isSpent = ({ kind }: SpendingLine) => kind === 'spent';
    return {
      currency,
      withoutApproval: amountText(sum((line) => isSpent(line) && line.approvedBy === null)),
      approved: amountText(sum((line) => isSpent(line) && line.approvedBy !== null)),
      givenBack: amountText(-sum((line) => !isSpent(line))),
      total: amountText(sum(() => true)),
    };
  });
}
