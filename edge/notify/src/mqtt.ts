import { retryOrGiveUp, type Channel, type OutgoingPage } from './channel.ts';
import { textOf } from './message.ts';

/**
 * Publishes `keepsite/<site>/pages/<person>` on the edge's own broker: works with the internet
 * gone, for wall panels, sirens and phones on the local network. Accepted means that the broker
 * has it.
 */
export const mqtt: Channel = {
  name: 'mqtt',
  async send(page, deps) {
    const topic = `keepsite/${page.incident.site}/pages/${page.page.to.person}`;
    try {
      await deps.publish(topic, JSON.stringify(pageJson(page)));
      return { outcome: 'accepted', reference: topic };
    } catch (error) {
      return retryOrGiveUp(page, `the broker did not take it: ${String(error)}`, deps.random);
    }
  },
};

/** What a machine reads of a page; the webhook sends the same. */
export function pageJson(page: OutgoingPage): Record<string, unknown> {
  const { incident } = page;
  return {
    page: page.page.id,
    step: page.page.step,
    to: { person: page.page.to.person, name: page.page.to.name, address: page.page.to.address },
    attempt: page.attempt,
    possibleDuplicate: page.possibleDuplicate,
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
      clocks: incident.clocks.map(({ term, dueAt, verdict }) => ({ term, dueAt, verdict })),
    },
    place: page.place,
    link: page.link,
    text: textOf(page),
  };
}
