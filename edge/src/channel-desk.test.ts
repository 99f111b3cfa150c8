import type { Person } from '@keepsite/edge-contract';
import type { Delivery, Way } from '@keepsite/edge-notify';
import { expect, test } from 'vitest';
import { createChannelDesk } from './channel-desk.ts';

const person = (id: string, ...channels: string[]): Person => ({
  id,
  name: `the ${id}`,
  skills: [],
  addresses: channels.map((channel) => ({ channel, to: `${channel}:${id}` })),
});

function createBench(verdict: Delivery = { outcome: 'accepted', reference: null }) {
  const sent: [Way, string][] = [];
  const desk = createChannelDesk({
    channels: new Map([['office', { type: 'wecom' }]]),
    people: () => [person('an', 'office', 'log'), person('li', 'office'), person('wu', 'fax')],
    notifier: {
      test(way, { id }) {
        sent.push([way, id]);
        return Promise.resolve(verdict);
      },
    },
  });
  return { desk, sent };
}

test('every way is told with whom it reaches, one that is not set up too', () => {
  const rows = createBench().desk.list();
  const told = Object.fromEntries(rows.map(({ name, type, people }) => [name, [type, people.map(({ id }) => id)]]));

  expect(told).toMatchObject({ log: ['log', ['an']], office: ['wecom', ['an', 'li']], fax: [null, ['wu']] });
});

test('a test goes to that person’s own address, and what the provider says is told', async () => {
  const { desk, sent } = createBench({ outcome: 'failed', reason: 'the robot is gone' });

  expect(await desk.test('office', 'li')).toEqual({ outcome: 'failed', reason: 'the robot is gone' });
  expect(sent).toEqual([[{ channel: 'office', address: 'office:li' }, 'li']]);
});

test('nobody gets a test over what does not reach them', async () => {
  const { desk, sent } = createBench();

  await expect(desk.test('log', 'li')).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' });
  await expect(desk.test('office', 'nobody')).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' });
  expect(sent).toEqual([]);
});
