import {
  amountText,
  centsOf,
  type ContractorOrder,
  type Dispatch,
  type FrozenAuthority,
  type Incident,
  type IncidentFact,
  instantMillis,
  instantText,
  type Millis,
  RESPONSES,
} from '@keepsite/edge-contract';
import { Draft } from '../draft.ts';
import { pageAbout, whoHasIt } from './order-pages.ts';
import { movement, purseOf, remainingOf, type Spent } from './purse.ts';

/**
 * What an incident's state says must become of its orders now: steps of the ladder that were taken order
 * what they dispatch, what was ordered is paid from the budget or put before somebody who may approve it,
 * and what nobody decided before the incident was over is dropped. Everything is decided by what stands in
 * the incident, so a second look at the same state finds nothing left to do.
 */
export function settleOrders(incident: Incident, spent: Spent, now: Millis): readonly IncidentFact[] {
  const authority = incident.plan?.authority;
  // A drill calls people, and no contractor: nobody pays for an alarm that was none.
  if (!authority || incident.drill) return [];
  const draft = new Draft(incident, incident.id, incident.edge);
  if (isWorkedOn(incident)) for (const wanted of dispatchesOwed(incident)) orderFor(draft, wanted, authority, now);
  for (const order of draft.incident.orders ?? []) settle(draft, order, authority, withOwn(spent, draft), now);
  return draft.decision().facts;
}

/** When the orders of an incident next need a tick; null: never again. */
export function ordersDueAt(incident: Incident): Millis | null {
  const authority = incident.plan?.authority;
  if (!authority || !incident.orders) return null;
  const all = incident.orders.flatMap((order) => nextAskAt(order, authority) ?? lateAt(order) ?? []);
  return all.length === 0 ? null : Math.min(...all);
}

/** Nobody answered: the next one is asked too. It has not come: that is said, and paged. */
export function ordersTick(draft: Draft, now: Millis): void {
  const authority = draft.incident.plan?.authority;
  if (!authority) return;
  for (const { id } of draft.incident.orders ?? []) {
    let order = orderOf(draft.incident, id);
    while (order && (nextAskAt(order, authority) ?? Infinity) <= now) {
      askNext(draft, order, authority, now);
      order = orderOf(draft.incident, id);
    }
    const late = order && lateAt(order);
    if (order && late !== null && late !== undefined && late <= now) sayLate(draft, order, now);
  }
}

export function orderOf(incident: Incident, id: string | null | undefined): ContractorOrder | undefined {
  return incident.orders?.find((order) => order.id === id);
}

/** Persons who may approve an order: those whom the plan names, and never the one who wants it. */
export function approversOf(order: ContractorOrder, { approvers }: FrozenAuthority): FrozenAuthority['approvers'] {
  return approvers.filter(({ person }) => person !== order.by);
}

// ------------------------------------------------------------------------------------ wanting

interface Owed {
  readonly id: string;
  readonly step: number;
  readonly dispatch: Dispatch;
  /** The order that was turned down. */
  readonly instead?: string | undefined;
}

/** Why a step did not hold. One that came too late to page, or had nobody to page, orders all the same: the water has not gone away. */
const NOT_HELD: readonly unknown[] = [...RESPONSES, 'a channel accepted a page'];

/** By step and place in the step: however often a step is taken, it orders once. Steps of a ladder of before are another plan's. */
function dispatchesOwed(incident: Incident): Owed[] {
  const taken = incident.timeline.filter(
    ({ kind, at, detail }) => kind === 'step' && at >= incident.ladderFrom && !NOT_HELD.includes(detail['reason']),
  );
  const steps = new Set(taken.map(({ detail }) => Number(detail['step'])));
  return [...steps].flatMap((step) =>
    (incident.plan?.steps[step]?.dispatch ?? []).flatMap(
      (dispatch, index) => nextAsked(incident, { id: `${incident.id}.order.${step}.${index}`, step, dispatch }) ?? [],
    ),
  );
}

/** The first whom nobody has asked yet, when all before have turned it down; null: nobody is to be asked. */
function nextAsked(incident: Incident, { id: first, step, dispatch }: Owed): Owed | null {
  const { otherwise = [], ...one } = dispatch;
  const all = [one, ...otherwise.map(({ contractor, cost }) => ({ ...one, contractor, cost: cost ?? one.cost }))];
  let instead: string | undefined;
  for (const [place, asked] of all.entries()) {
    if (!incident.plan?.authority?.contractors.some(({ id }) => id === asked.contractor)) continue;
    const id = place === 0 ? first : `${first}.${place}`;
    const order = orderOf(incident, id);
    if (!order) return { id, step, dispatch: asked, instead };
    if (order.state !== 'turned_down') return null;
    instead = id;
  }
  return null;
}

function orderFor(draft: Draft, { id, step, dispatch, instead }: Owed, authority: FrozenAuthority, now: Millis): void {
  const contractor = authority.contractors.find((each) => each.id === dispatch.contractor);
  if (!contractor) return;
  const { order: what, quantity = null, withinMinutes, cost } = dispatch;
  const { currency } = authority.budget;
  const names = { contractor: contractor.id, contractorName: contractor.name };
  const order = { id, step, by: null, ...names, what, quantity, withinMinutes, cost, currency };
  draft.system({ kind: 'ordered', order: instead === undefined ? order : { ...order, instead } }, now);
}

// ------------------------------------------------------------------------------------ paying or asking

function settle(draft: Draft, order: ContractorOrder, authority: FrozenAuthority, spent: Spent, now: Millis): void {
  const isUndecided = order.state === 'wanted' || order.state === 'asked' || order.state === 'approved';
  if (isUndecided && !isWorkedOn(draft.incident)) return drop(draft, order, draft.incident.response, now);
  if (order.state === 'approved') return pay(draft, order, { authority, purse: null, spent }, now);
  if (order.state !== 'wanted') return;
  const purse = purseOf({ authority, incident: draft.incident }, now);
  const remaining = remainingOf({ authority, incident: draft.incident }, purse, spent);
  if (centsOf(order.cost) <= remaining) return pay(draft, order, { authority, purse, spent }, now);
  askNext(draft, order, authority, now, remaining);
}

interface Payment {
  readonly authority: FrozenAuthority;
  readonly purse: string | null;
  readonly spent: Spent;
}

function pay(draft: Draft, order: ContractorOrder, { authority, purse, spent }: Payment, now: Millis): void {
  const drawer = { authority, incident: draft.incident };
  const before = remainingOf(drawer, purse ?? purseOf(drawer, now), spent);
  const { id, contractor, contractorName, what, quantity, cost, currency, approvedBy } = order;
  draft.system(
    {
      kind: 'spent',
      order: id,
      contractor,
      contractorName,
      what,
      quantity,
      cost,
      currency,
      purse,
      remaining: amountText(purse === null ? before : before - centsOf(cost)),
      approvedBy,
      dueAt: instantText(now + order.withinMinutes * 60_000),
    },
    now,
  );
  pageAbout(draft, order, { kind: 'order', to: contractorAddresses(order, authority) }, now);
}

export function contractorAddresses({ contractor }: ContractorOrder, { contractors }: FrozenAuthority) {
  return contractors.find(({ id }) => id === contractor)?.to ?? [];
}

/** Whoever cannot be reached is asked all the same, and the next one with him. */
function askNext(
  draft: Draft,
  order: ContractorOrder,
  authority: FrozenAuthority,
  now: Millis,
  remaining = remainingTold(draft.incident, order),
): void {
  const approvers = approversOf(order, authority);
  const first = order.asked.length;
  if (approvers.length === 0) return drop(draft, order, 'nobody may approve it', now);
  const reachable = approvers.findIndex(({ to }, index) => index >= first && to.length > 0);
  const asked = approvers.slice(first, reachable < 0 ? undefined : reachable + 1);
  const { id, cost, currency } = order;
  for (const { person, to } of asked) {
    const left = amountText(remaining);
    draft.system({ kind: 'approval_asked', order: id, person, cost, currency, remaining: left }, now);
    pageAbout(draft, order, { kind: 'approval', to }, now);
  }
}

function drop(draft: Draft, { id }: ContractorOrder, reason: string, now: Millis): void {
  draft.system({ kind: 'declined', order: id, responder: null, reason }, now);
}

/** What was left when the first of them was asked: who is asked later is told the same. */
function remainingTold({ timeline }: Incident, { id }: ContractorOrder): number {
  const asked = timeline.find(({ kind, detail }) => kind === 'approval_asked' && detail['order'] === id);
  return centsOf(String(asked?.detail['remaining'] ?? '0'));
}

/** What this draft has taken counts too, before anybody has written it down. */
function withOwn(spent: Spent, draft: Draft): Spent {
  return (purse) =>
    draft
      .decision()
      .facts.map(({ change }) => movement(change))
      .reduce((sum, moved) => sum + (moved?.purse === purse ? moved.cents : 0), spent(purse));
}

// ------------------------------------------------------------------------------------ time

function nextAskAt(order: ContractorOrder, authority: FrozenAuthority): Millis | null {
  const last = order.asked.at(-1);
  if (order.state !== 'asked' || !last || order.asked.length >= approversOf(order, authority).length) return null;
  return instantMillis(last.at) + authority.askNextAfterSeconds * 1000;
}

/** There at exactly the due instant is in time. */
function lateAt({ state, dueAt, overdueAt }: ContractorOrder): Millis | null {
  const isAwaited = state === 'placed' || state === 'confirmed';
  return isAwaited && dueAt !== null && overdueAt === null ? instantMillis(dueAt) + 1 : null;
}

function sayLate(draft: Draft, order: ContractorOrder, now: Millis): void {
  const { plan } = draft.incident;
  const contractor = plan?.authority ? contractorAddresses(order, plan.authority) : [];
  draft.system({ kind: 'order_overdue', order: order.id }, now);
  pageAbout(draft, order, { kind: 'overdue', to: [...whoHasIt(draft.incident), ...contractor] }, now);
}

function isWorkedOn({ response }: Incident): boolean {
  return response === 'open' || response === 'acknowledged' || response === 'on_site';
}
