import type { OutgoingPage } from './channel.ts';
import { textOf } from './message.ts';

/** What a machine reads of a page; the webhook, MQTT and PagerDuty send the same. */
export function pageJson(page: OutgoingPage): Record<string, unknown> {
  const { incident } = page;
  return {
    page: page.page.id,
    step: page.page.step,
    to: { person: page.page.to.person, name: page.page.to.name, address: page.page.to.address },
    attempt: page.attempt,
    possibleDuplicate: page.possibleDuplicate,
    ...(page.test && { test: true }),
    incident: {
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
    },
    place: page.place,
    link: page.link,
    text: textOf(page),
  };
}
