import { z } from 'zod';
import { Address } from './address.ts';
import { InstantText } from './instant.ts';
import { Amount, Balance, Currency, Money } from './money.ts';
import { Id, Name } from './names.ts';

/** A company that may be called without asking: named before anything happens, never on the spot. */
export const Contractor = z.object({ id: Id, name: Name, addresses: z.array(Address).min(1).max(10) });
export type Contractor = z.infer<typeof Contractor>;

export const BUDGET_PERIODS = ['incident', 'month'] as const;
/**
 * Emergency authority (免请示处理权): what a plan may spend with nobody's leave. The budget is one
 * incident's, or one calendar month's of one plan at one site, in the site's zone. What was approved
 * by a person does not use it up.
 */
export const Authority = z.object({
  budget: Money,
  per: z.enum(BUDGET_PERIODS),
  contractors: z.array(Contractor).min(1).max(40),
  /** Ids of crews or persons who may approve what exceeds the budget; asked one after another. */
  approvers: z.array(Id).min(1).max(20),
  /** How long each of them has before the next one is asked too. */
  askNextAfterSeconds: z.number().positive().default(120),
});
export type Authority = z.infer<typeof Authority>;

/** What a step orders by itself: from whom, what, and until when it must be there. */
export const Dispatch = z.object({
  contractor: Id,
  order: Name,
  quantity: z.int().positive().max(10_000).optional(),
  withinMinutes: z.number().positive().max(100_000),
  cost: Amount,
  /** Who is asked for the same, in this order, when the one before does not come; absent cost: the same. */
  otherwise: z
    .array(z.object({ contractor: Id, cost: Amount.optional() }))
    .max(10)
    .optional(),
});
export type Dispatch = z.infer<typeof Dispatch>;

/** The same by a person (`POST /api/incidents/{id}/dispatch`), in the person's own words. */
export const DispatchBody = z.strictObject({
  contractor: Id,
  what: z.string().trim().min(1).max(300),
  quantity: z.int().positive().max(10_000).nullish(),
  withinMinutes: z.number().positive().max(100_000),
  cost: Amount,
});
export type DispatchBody = z.infer<typeof DispatchBody>;

export const ORDER_STATES = [
  'wanted',
  'asked',
  'approved',
  'placed',
  'confirmed',
  'arrived',
  'declined',
  'called_off',
  'turned_down',
] as const;
/**
 * `wanted`: not yet held against the budget. `asked`: somebody must approve it. `placed`: the money is
 * spent and the contractor is told. `confirmed`: the contractor is coming. `declined`: nobody approved it.
 * `turned_down`: the contractor is not coming.
 */
export type OrderState = (typeof ORDER_STATES)[number];

/** What was ordered, as it never changes. */
export const OrderedGoods = z.object({
  id: z.string().min(1).max(300),
  /** The ladder's step that ordered it; null: a person did. */
  step: z.int().nonnegative().nullable(),
  by: z.string().max(200).nullable(),
  contractor: Id,
  contractorName: Name,
  what: z.object({ en: z.string(), zh: z.string() }),
  quantity: z.int().positive().nullable(),
  withinMinutes: z.number().positive(),
  cost: Amount,
  currency: Currency,
  /** The order in whose place it is, because its contractor does not come. */
  instead: z.string().max(300).optional(),
});
export type OrderedGoods = z.infer<typeof OrderedGoods>;

/** One order to a contractor, and how far it has come. */
export const ContractorOrder = OrderedGoods.extend({
  state: z.enum(ORDER_STATES),
  wantedAt: InstantText,
  /** Who was asked to approve it, in this order. */
  asked: z.array(z.object({ person: z.string(), at: InstantText })),
  approvedBy: z.string().nullable(),
  /** Whose budget it was taken from; null: a person approved it, or it was not placed. */
  purse: z.string().nullable(),
  placedAt: InstantText.nullable(),
  /** When it must be there. */
  dueAt: InstantText.nullable(),
  confirmedAt: InstantText.nullable(),
  /** Who said that it is coming: the contractor itself, or somebody who passed it on. */
  confirmedBy: z.string().nullish(),
  /** When the contractor promises to be there. */
  arrivesAt: InstantText.nullish(),
  overdueAt: InstantText.nullable(),
  arrivedAt: InstantText.nullable(),
  /** Who said that it is there. */
  arrivedBy: z.string().nullish(),
  /** Why it was declined, called off or turned down. */
  reason: z.string().nullable(),
});
export type ContractorOrder = z.infer<typeof ContractorOrder>;

const OrderId = z.string().min(1).max(300);
const Who = z.string().min(1).max(200);

/** What may happen to orders: part of {@link IncidentChange}. */
export const ORDER_CHANGES = [
  z.object({ kind: z.literal('ordered'), order: OrderedGoods }),
  /** It exceeds what is left: a person must decide. Once for each person who is asked. */
  z.object({
    kind: z.literal('approval_asked'),
    order: OrderId,
    person: Who,
    cost: Amount,
    currency: Currency,
    remaining: Balance,
  }),
  z.object({ kind: z.literal('approved'), order: OrderId, responder: Who, note: z.string().nullable() }),
  /** `responder` null: nobody could be asked, or the incident was over first. */
  z.object({ kind: z.literal('declined'), order: OrderId, responder: Who.nullable(), reason: z.string() }),
  /** The money is spent and the contractor is told: one of these for each order, ever. */
  z.object({
    kind: z.literal('spent'),
    order: OrderId,
    contractor: Id,
    contractorName: Name,
    what: z.object({ en: z.string(), zh: z.string() }),
    quantity: z.int().positive().nullable(),
    cost: Amount,
    currency: Currency,
    /** Whose budget it is taken from: the incident, or `plan@site/YYYY-MM`; null: a person approved it. */
    purse: z.string().nullable(),
    /** What is left of that budget. */
    remaining: Balance,
    approvedBy: Who.nullable(),
    dueAt: InstantText,
  }),
  z.object({
    kind: z.literal('order_confirmed'),
    order: OrderId,
    responder: Who,
    note: z.string().nullable(),
    /** When the contractor promises to be there. */
    arrivesAt: InstantText.optional(),
  }),
  z.object({ kind: z.literal('order_overdue'), order: OrderId }),
  z.object({ kind: z.literal('order_arrived'), order: OrderId, responder: Who, inTime: z.boolean() }),
  /** Its cost goes back to the budget that it was taken from. */
  z.object({
    kind: z.literal('order_called_off'),
    order: OrderId,
    responder: Who,
    reason: z.string(),
    cost: Amount,
    currency: Currency,
    purse: z.string().nullable(),
    /** The contractor itself does not come. */
    turnedDown: z.literal(true).optional(),
  }),
] as const;
export const OrderChange = z.discriminatedUnion('kind', ORDER_CHANGES);
export type OrderChange = z.infer<typeof OrderChange>;

/** The orders of an incident after a change; one that names no order of it changes nothing. */
export function foldOrders(orders: readonly ContractorOrder[], change: OrderChange, at: string): ContractorOrder[] {
  if (change.kind === 'ordered') return [...orders, newOrder(change.order, at)];
  return orders.map((order) => (order.id === change.order ? moved(order, change, at) : order));
}

function newOrder(goods: OrderedGoods, at: string): ContractorOrder {
  return {
    ...goods,
    state: 'wanted',
    wantedAt: at,
    asked: [],
    approvedBy: null,
    purse: null,
    placedAt: null,
    dueAt: null,
    confirmedAt: null,
    overdueAt: null,
    arrivedAt: null,
    reason: null,
  };
}

function moved(order: ContractorOrder, change: Exclude<OrderChange, { kind: 'ordered' }>, at: string): ContractorOrder {
  switch (change.kind) {
    case 'approval_asked':
      return { ...order, state: 'asked', asked: [...order.asked, { person: change.person, at }] };
    case 'approved':
      return { ...order, state: 'approved', approvedBy: change.responder };
    case 'declined':
      return { ...order, state: 'declined', reason: change.reason };
    case 'spent':
      return { ...order, state: 'placed', purse: change.purse, placedAt: at, dueAt: change.dueAt };
    case 'order_confirmed':
      return {
        ...order,
        state: 'confirmed',
        confirmedAt: order.confirmedAt ?? at,
        confirmedBy: change.responder,
        arrivesAt: change.arrivesAt ?? order.arrivesAt ?? null,
      };
    case 'order_overdue':
      return { ...order, overdueAt: at };
    case 'order_arrived':
      return { ...order, state: 'arrived', arrivedAt: at, arrivedBy: change.responder };
    case 'order_called_off':
      return { ...order, state: change.turnedDown ? 'turned_down' : 'called_off', reason: change.reason };
  }
}

const CONTRACTOR = 'contractor:';

/** Who is meant on a page to a contractor: nobody of the registry. */
export function contractorPerson(contractor: string): string {
  return CONTRACTOR + contractor;
}

/** Whether a page goes to a contractor: somebody outside, who sees his order and nothing else. */
export function isContractorPerson(person: string): boolean {
  return person.startsWith(CONTRACTOR);
}
