import {
  type Command,
  type ContractorOrder,
  CONTRACTOR_VERBS,
  contractorPerson,
  type Incident,
  instantMillis,
  isContractorPerson,
} from '@keepsite/edge-contract';
import type { CommandInHand } from '../command-in-hand.ts';
import { pageAbout, whoHasIt, withdraw } from './order-pages.ts';

const DAY_MS = 24 * 3_600_000;
/** A promise that was held for want of a line may be past already; nothing is promised for next year. */
const PROMISE = { beforeMs: DAY_MS, afterMs: 30 * DAY_MS };

/**
 * Why a contractor may not say this; null: it may, or no contractor speaks. It speaks of its own orders
 * alone, and by its own link: what somebody passes on for it stands under that somebody's name.
 */
export function refusedToContractor(incident: Incident, command: Command): string | null {
  const { responder, verb, via } = command;
  if (!isContractorPerson(responder)) return null;
  if (!CONTRACTOR_VERBS.some((own) => own === verb)) return 'a contractor speaks of its orders, and of nothing else';
  if (via !== 'link') return 'a contractor speaks by its own link';
  const order = incident.orders?.find(({ id }) => id === command.order);
  return order && contractorPerson(order.contractor) !== responder ? 'this order is another contractor’s' : null;
}

type Promise = { readonly ok: true; readonly arrivesAt: string | null } | { readonly ok: false; readonly why: string };

/** When the contractor says to be there; null: it did not say. */
export function promiseOf(order: Pick<ContractorOrder, 'placedAt'>, { arrivesAt }: Command): Promise {
  if (!arrivesAt) return { ok: true, arrivesAt: null };
  const after = instantMillis(arrivesAt) - instantMillis(order.placedAt ?? arrivesAt);
  if (after < -PROMISE.beforeMs || after > PROMISE.afterMs)
    return { ok: false, why: `${arrivesAt} is no time to be there for this order` };
  return { ok: true, arrivesAt };
}

/**
 * The contractor does not come: its cost goes back, and whoever has the incident hears of it at once. Who is
 * asked next is `settleOrders`’ to say, as it is who orders.
 */
export function turnDown({ draft, command, by, at, now }: CommandInHand, order: ContractorOrder): string | null {
  const { responder, note: reason } = command;
  if (!reason) return 'a reason is needed to decline an order';
  const { id, cost, currency, purse } = order;
  const turned = { kind: 'order_called_off', order: id, responder, reason, cost, currency, purse } as const;
  draft.add({ ...turned, turnedDown: true }, by, at);
  withdraw(draft, id, ['order', 'overdue'], now);
  pageAbout(draft, order, { kind: 'turned_down', to: whoHasIt(draft.incident) }, now);
  return null;
}
