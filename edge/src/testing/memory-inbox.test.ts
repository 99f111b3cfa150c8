import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { inboxContract } from './inbox-contract.ts';
import { createMemoryInbox } from './memory-inbox.ts';

inboxContract('memory', async () => {
  const clock = createFakeClock();
  const inbox = createMemoryInbox(clock);
  const stops: (() => void)[] = [];
  return {
    inbox,
    clock,
    acknowledgedBy: 'edge',
    async device() {
      return {
        publish: (topic, payload, { qos = 1, retain = false } = {}) =>
          inbox.deliver(topic, payload, { qos, keep: retain }),
        async subscribe(filter, listener) {
          stops.push(inbox.listen(filter, ({ topic, payload, retain }) => listener(topic, payload, retain)));
        },
        async close() {},
      };
    },
    async remove() {
      for (const stop of stops) stop();
    },
  };
});

test('a broker that is away can be played', async () => {
  const inbox = createMemoryInbox(createFakeClock());
  await inbox.start((message) => message.acknowledge());
  inbox.setReachable(false);
  expect(inbox.connected).toBe(false);
  await expect(inbox.publish('a', 'b')).rejects.toMatchObject({ code: 'INBOX_UNREACHABLE' });
  inbox.setReachable(true);
  await inbox.publish('a', 'b');
  expect(inbox.published).toEqual([{ topic: 'a', payload: 'b', retain: false }]);
});

test('a message that the broker had kept comes marked so', async () => {
  const inbox = createMemoryInbox(createFakeClock());
  const marks: boolean[] = [];
  await inbox.start((message) => {
    marks.push(message.retain);
    message.acknowledge();
  });
  await inbox.deliver('a', 'old', { retain: true });
  await inbox.deliver('a', 'new');
  expect(marks).toEqual([true, false]);
});
