import type { CloudLinkView, CommandAnswer } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import type { FastifyReply } from 'fastify';
import type { StoredCommand } from '../ports/commands.ts';
import type { ApiPorts } from './context.ts';
import { answerOf, DECIDED } from './incidents.ts';

/** An order that came by a signed link, and waits for the edge or was decided by it. */
export type ByLink = StoredCommand & { readonly item: { readonly kind: 'link' } };

/** All of one incident, oldest first. */
async function ordersByLink({ store }: Pick<ApiPorts, 'store'>, incident: string): Promise<ByLink[]> {
  return (await store.commands.ofIncident(incident)).filter(isByLink);
}

/** Those that one person, or one contractor, gave. */
export async function ordersBy(ports: Pick<ApiPorts, 'store'>, incident: string, person: string): Promise<ByLink[]> {
  const all = await ordersByLink(ports, incident);
  return all.filter(({ item }) => item.order.person === person);
}

/** As a link's page tells what became of them. */
export function toldOrders(orders: readonly ByLink[]): CloudLinkView['orders'] {
  return orders.map((stored) => ({
    ...answerOf(stored),
    verb: stored.item.order.verb,
    receivedAt: instantText(stored.receivedAt),
  }));
}

/** 202 while the edge has not decided. */
export function answer(reply: FastifyReply, stored: StoredCommand): CommandAnswer {
  void reply.status(DECIDED.includes(stored.state) ? 200 : 202);
  return answerOf(stored);
}

function isByLink(command: StoredCommand): command is ByLink {
  return command.item.kind === 'link';
}
