import type { Channel } from '../channel.ts';
import { messageOf } from '../message.ts';

/** Writes the page into the edge's own log: for trying out, and for a person without a phone. */
export const log: Channel = {
  name: 'log',
  send(page, deps) {
    const { title } = messageOf(page, 'en');
    deps.log({ page: page.page.id, incident: page.incident.id, person: page.page.to.person, title }, 'page');
    return Promise.resolve({ outcome: 'accepted', reference: null });
  },
};
