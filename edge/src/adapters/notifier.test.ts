import type { Incident } from '@keepsite/edge-contract';
import type { Channel, OutgoingPage } from '@keepsite/edge-notify';
import { expect, test } from 'vitest';
import type { Place } from '../domain/directory.ts';
import type { OwedPage } from '../ports.ts';
import { createNotifier, type NotifierOptions } from './notifier.ts';

const INCIDENT = { id: 'inc 1', site: 'park', asset: 'lift-3' } as unknown as Incident;
const OWED: OwedPage = {
  incident: 'inc 1',
  attempts: 2,
  notBefore: 0,
  page: {
    id: 'p',
    step: 0,
    to: { person: 'li', name: 'Li', channel: 'bell', address: '-' },
    channel: 'bell',
    state: 'sending',
    at: '2026-03-02T08:00:00.000Z',
    possibleDuplicate: true,
    reason: null,
  },
};

function notifier(send: Channel['send'], over: Partial<NotifierOptions> = {}) {
  return createNotifier({
    directory: () => ({ asset: () => undefined }),
    clock: { now: () => 77 },
    publish: () => Promise.resolve(),
    log: () => undefined,
    webhook: { url: null, secret: null },
    publicUrl: () => 'http://127.0.0.1:7070',
    channels: new Map([['bell', { name: 'bell', send }]]),
    ...over,
  });
}

test('the channel gets the page with its place, its attempt and a link', async () => {
  const heard: OutgoingPage[] = [];
  const name = (text: string) => ({ en: text, zh: `${text}-zh` });
  const place: Place = {
    site: { id: 'park', name: name('Park'), zone: 'Asia/Shanghai', kind: 'office-park' },
    zone: { id: 'a', site: 'park', name: name('Tower A'), clients: [] },
    asset: { id: 'lift-3', zone: 'a', kind: 'elevator', name: name('Lift 3'), traits: {} },
  };
  const ring = notifier(
    (page) => {
      heard.push(page);
      return Promise.resolve({ outcome: 'accepted', reference: 'r' });
    },
    { directory: () => ({ asset: (id) => (id === 'lift-3' ? place : undefined) }) },
  );
  expect(await ring.deliver(OWED, INCIDENT)).toEqual({ outcome: 'accepted', reference: 'r' });
  expect(heard[0]).toMatchObject({
    attempt: 3,
    possibleDuplicate: true,
    place: { en: 'Park · Tower A · Lift 3', zh: 'Park-zh · Tower A-zh · Lift 3-zh' },
    timeZone: 'Asia/Shanghai',
    link: 'http://127.0.0.1:7070/incidents/inc%201',
    now: 77,
  });
});

test('a channel that throws is a retry that may have arrived', async () => {
  const ring = notifier(() => Promise.reject(new Error('out of ink')));
  expect(await ring.deliver(OWED, INCIDENT)).toMatchObject({
    outcome: 'retry',
    reason: 'out of ink',
    mayHaveArrived: true,
  });
});

test('a channel that this edge does not have fails at once', async () => {
  const ring = notifier(() => Promise.reject(new Error('never')), { channels: new Map() });
  expect(await ring.deliver(OWED, INCIDENT)).toEqual({
    outcome: 'failed',
    reason: 'this edge has no channel named bell',
  });
});
