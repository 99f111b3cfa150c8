import { retryOrGiveUp, type Channel } from '../channel.ts';
import { pageJson } from '../page-json.ts';

/**
 * Publishes `keepsite/<site>/pages/<person>` on the edge's own broker: works with the internet
 * gone, for wall panels and phones on the local network. Accepted means that the broker has it.
 */
export const mqtt: Channel = {
  name: 'mqtt',
  isPersonal: () => true,
  perIncident: true,
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
