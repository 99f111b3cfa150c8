import type { OutgoingPage } from './channel.ts';
import { isToContractor, textOf } from './message.ts';

/** What a machine reads of a page; the webhook, MQTT and PagerDuty send the same. */
export function pageJson(page: OutgoingPage): Record<string, unknown> {
  return {
    page: page.page.id,
    step: page.page.step,
    to: { person: page.page.to.person, name: page.page.to.name, address: page.page.to.address },
    attempt: page.attempt,
    possibleDuplicate: page.possibleDuplicate,
    ...(page.test && { test: true }),
    ...(isToContractor(page) ? orderJson(page) : { incident: incidentJson(page) }),
    place: page.place,
    link: page.link,
    text: textOf(page),
  };
}

/** What a contractor's machine reads: the order. What the client was promised is none of its business. */
function orderJson({ page, incident }: OutgoingPage): Record<string, unknown> {
  const order = incident.orders?.find(({ id }) => id === page.about?.order);
  const { id, simulated } = incident;
  return {
    incident: { id, simulated },
    about: page.about?.kind ?? null,
    order: order && {
      id: order.id,
      what: order.what,
      quantity: order.quantity,
      cost: order.cost,
      currency: order.currency,
      dueAt: order.dueAt,
      state: order.state,
    },
  };
}

function incidentJson({ incident }: OutgoingPage): Record<string, unknown> {
  return {
    id: incident.id,
    edge: incident.edge,
    site: incident.site,
    zone: incident.zone,
    asset: incident.asset,
    device: incident.device,
    fault: incident.fault,
    vendorCode: incident.vendorCode,
    severity: incident.severity,
    summary: incident.summary,
    openedAt: incident.openedAt,
    simulated: incident.simulated,
    ...(incident.drill && { drill: true }),
    ...(incident.group && { group: incident.group }),
    clocks: incident.clocks.map(({ term, dueAt, verdict }) => ({ term, dueAt, verdict })),
  };
}
