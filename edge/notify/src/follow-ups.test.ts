import { expect, test } from 'vitest';
import type { Channel, Delivery } from './channel.ts';
import { createFollowUps } from './follow-ups.ts';
import { exampleDeps, examplePage } from './testing.ts';

const WAY = { channel: 'pager', address: 'duty' };

function followUps(outcomes: Delivery[] = []) {
  const told: string[] = [];
  const waiting: (() => void)[] = [];
  const logged: unknown[] = [];
  const pager: Channel = {
    name: 'pager',
    send: () => Promise.resolve({ outcome: 'accepted', reference: null }),
    follow({ incident }) {
      told.push(incident.response);
      return Promise.resolve(outcomes.shift() ?? { outcome: 'accepted', reference: null });
    },
  };
  const bell: Channel = { name: 'bell', send: pager.send };
  const parts = createFollowUps({
    channels: new Map([pager, bell].map((channel) => [channel.name, channel])),
    deps: exampleDeps({ log: (fields) => void logged.push(fields) }),
    pageOf: (incident) => examplePage({ incident }),
    later: (_, work) => void waiting.push(work),
  });
  return { ...parts, told, logged, waiting };
}

const incident = (over: object) => ({ ...examplePage().incident, pages: [], ...over });
/** Until everything that was promised has been kept. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('each stage is told once, to every provider that had taken a page', () => {
  const follow = followUps();
  follow.reached('inc-1', WAY);
  follow.reached('inc-1', { channel: 'bell', address: '-' });
  for (const response of ['open', 'acknowledged', 'on_site', 'acknowledged', 'resolved', 'closed'] as const)
    follow.committed(incident({ response }));
  expect(follow.told).toEqual(['acknowledged', 'resolved']);
});

test('an acknowledgement that was given back and taken anew is told anew', () => {
  const follow = followUps();
  follow.reached('inc-1', WAY);
  for (const response of ['acknowledged', 'open', 'acknowledged'] as const) follow.committed(incident({ response }));
  expect(follow.told).toEqual(['acknowledged', 'acknowledged']);
});

test('after a restart the incident’s own pages tell who was reached', () => {
  const follow = followUps();
  const { page } = examplePage();
  const to = { ...page.to, ...WAY };
  follow.committed(incident({ response: 'resolved', pages: [{ ...page, to, state: 'accepted' }] }));
  follow.committed(incident({ id: 'other', response: 'resolved', pages: [{ ...page, to, state: 'failed' }] }));
  expect(follow.told).toEqual(['resolved']);
});

test('what cannot be told is tried again, until it is no longer true or hopeless', async () => {
  const later: Delivery = { outcome: 'retry', reason: 'HTTP 503', afterMs: 1_000 };
  const follow = followUps([later, later, { outcome: 'failed', reason: 'HTTP 400' }]);
  follow.reached('inc-1', WAY);
  follow.committed(incident({ response: 'acknowledged' }));
  await settled();
  follow.waiting.shift()?.();
  await settled();
  follow.committed(incident({ response: 'resolved' }));
  await settled();
  expect(follow.told).toEqual(['acknowledged', 'acknowledged', 'resolved']);
  expect(follow.logged).toMatchObject([{ channel: 'pager', reason: 'HTTP 400' }]);
});
