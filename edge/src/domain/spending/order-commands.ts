import {
  centsOf,
  type Command,
  type ContractorOrder,
  type Incident,
  instantMillis,
  isContractorPerson,
  type Verb,
} from '@keepsite/edge-contract';
import type { CommandInHand } from '../command-in-hand.ts';
import type { Draft } from '../draft.ts';
import { promiseOf, turnDown } from './contractor-word.ts';
import { pageAbout, withdraw } from './order-pages.ts';
import { approversOf, contractorAddresses, orderOf } from './settle-orders.ts';

type OrderVerb = Extract<
  Verb,
  'dispatch' | 'approve' | 'decline' | 'confirm_order' | 'receive_order' | 'call_off_order'
>;

const NO_AUTHORITY = 'the plan of this incident lets nobody spend anything';

/** One function a verb; it answers why it refuses, or null. Money is not counted here: see `settleOrders`. */
export const ORDER_COMMANDS: Record<OrderVerb, (word: CommandInHand) => string | null> = {
  dispatch(word) {
    const { draft, command, by, at } = word;
    const { plan, id, response } = draft.incident;
    const body = command.dispatch;
    if (!plan?.authority) return NO_AUTHORITY;
    if (draft.incident.drill) return 'a drill orders nothing';
    if (!body) return 'say what to order: contractor, what, cost, withinMinutes';
    if (!['open', 'acknowledged', 'on_site'].includes(response)) return `the incident is already ${response}`;
    if (!mayOrder(draft.incident, command.responder))
      return 'take the incident first: only who has it, or who may approve, orders on its budget';
    const contractor = plan.authority.contractors.find((each) => each.id === body.contractor);
    if (!contractor) return `${body.contractor} is no contractor of this plan`;
    if (centsOf(body.cost) === 0) return 'an order has a cost';
    draft.add(
      {
        kind: 'ordered',
        order: {
          id: `${id}.order.${command.commandId}`,
          step: null,
          by: command.responder,
          contractor: contractor.id,
          contractorName: contractor.name,
          what: { en: body.what, zh: body.what },
          quantity: body.quantity ?? null,
          withinMinutes: body.withinMinutes,
          cost: body.cost,
          currency: plan.authority.budget.currency,
        },
      },
      by,
      at,
    );
    return null;
  },
  approve: (word) =>
    decided(word, (order) => ({
      kind: 'approved',
      order: order.id,
      responder: word.command.responder,
      note: word.command.note,
    })),
  decline(word) {
    const { draft, command } = word;
    if (isContractorPerson(command.responder)) {
      const order = orderOf(draft.incident, command.order);
      return order && isAwaited(order) ? turnDown(word, order) : notNow(order, command);
    }
    return decided(word, (order) => ({
      kind: 'declined',
      order: order.id,
      responder: command.responder,
      reason: command.note ?? 'declined',
    }));
  },
  confirm_order: ({ draft, command, by, at }) => {
    const order = orderOf(draft.incident, command.order);
    if (!order || !isAwaited(order)) return notNow(order, command);
    const promise = promiseOf(order, command);
    if (!promise.ok) return promise.why;
    const { arrivesAt } = promise;
    if (order.state === 'confirmed' && (arrivesAt === null || arrivesAt === order.arrivesAt))
      return notNow(order, command);
    const { responder, note } = command;
    const promised = arrivesAt === null ? {} : { arrivesAt };
    draft.add({ kind: 'order_confirmed', order: order.id, responder, note, ...promised }, by, at);
    return null;
  },
  receive_order: ({ draft, command, by, at }) => {
    const order = orderOf(draft.incident, command.order);
    if (!order || !isAwaited(order)) return notNow(order, command);
    const inTime = order.dueAt === null || at <= instantMillis(order.dueAt);
    draft.add({ kind: 'order_arrived', order: order.id, responder: command.responder, inTime }, by, at);
    return null;
  },
  call_off_order: ({ draft, command, by, at, now }) => {
    const order = orderOf(draft.incident, command.order);
    const authority = draft.incident.plan?.authority;
    if (!authority || !order || !isAwaited(order)) return notNow(order, command);
    if (!command.note) return 'a reason is needed to call an order off';
    const { id, cost, currency, purse } = order;
    const { responder, note: reason } = command;
    draft.add({ kind: 'order_called_off', order: id, responder, reason, cost, currency, purse }, by, at);
    pageAbout(draft, order, { kind: 'called_off', to: contractorAddresses(order, authority) }, now);
    return null;
  },
};

/** Whoever has the incident stands before the damage; whoever may approve need not ask himself. */
function mayOrder({ responder, plan }: Incident, person: string): boolean {
  return responder === person || (plan?.authority?.approvers.some((each) => each.person === person) ?? false);
}

type Verdict = Parameters<Draft['add']>[0] & { kind: 'approved' | 'declined' };

function decided(
  { draft, command, by, at, now }: CommandInHand,
  verdict: (order: ContractorOrder) => Verdict,
): string | null {
  const authority = draft.incident.plan?.authority;
  const order = orderOf(draft.incident, command.order);
  if (!authority || order?.state !== 'asked') return notNow(order, command);
  if (!approversOf(order, authority).some(({ person }) => person === command.responder))
    return order.by === command.responder
      ? 'who wants an order may not approve it'
      : `${command.responder} may not approve orders of this plan`;
  draft.add(verdict(order), by, at);
  withdraw(draft, order.id, ['approval'], now);
  return null;
}

function isAwaited({ state }: ContractorOrder): boolean {
  return state === 'placed' || state === 'confirmed';
}

function notNow(order: ContractorOrder | undefined, command: Command): string {
  if (order) return `the order is ${order.state}`;
  return command.order ? `this incident has no order ${command.order}` : 'say which order';
}
