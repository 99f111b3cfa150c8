import type { ContractorOrder, Incident } from '@keepsite/edge-contract';
import { type Channel, NO_SETTINGS, type OutgoingPage } from '@keepsite/edge-notify';
import { expect, test } from 'vitest';
import type { Place } from '../domain/directory.ts';
import type { OwedPage } from '../ports.ts';
import { createNotifier, type NotifierOptions } from './notifier.ts';

const INCIDENT = {
  id: 'inc 1',
  site: 'park',
  asset: 'lift-3',
  severity: 'critical',
  response: 'open',
  rounds: 0,
  clocks: [],
  pages: [],
} as unknown as Incident;
const OWED: OwedPage = {
  incident: 'inc 1',
  attempts: 2,
  notBefore: 0,
  urgency: 0,
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

/** An edge whose channel `bell` (and `horn`) is what the test says. */
function notifier(bell: Channel['send'] | null, over: Partial<NotifierOptions> = {}, horn: Channel | null = null) {
  const channels = [...(bell ? [{ name: 'bell', send: bell }] : []), ...(horn ? [horn] : [])];
  return createNotifier({
    edge: 'edge-1',
    directory: () => ({ asset: () => undefined }),
    people: () => [],
    clock: { now: () => 77 },
    publish: () => Promise.resolve(),
    log: () => undefined,
    settings: { ...NO_SETTINGS, channels: new Map(channels.map((channel) => [channel.name, { type: 'x', channel }])) },
    webhook: { url: null, secret: null },
    demo: true,
    publicUrl: () => 'http://127.0.0.1:7070',
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
  expect(await ring.deliver(OWED, INCIDENT, () => true)).toEqual({ outcome: 'accepted', reference: 'r' });
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
  expect(await ring.deliver(OWED, INCIDENT, () => true)).toMatchObject({
    outcome: 'retry',
    reason: 'out of ink',
    mayHaveArrived: true,
  });
});

test('a channel that this edge does not have fails at once', async () => {
  expect(await notifier(null).deliver(OWED, INCIDENT, () => true)).toEqual({
    outcome: 'failed',
    reason: 'this edge has no channel named bell',
  });
});

test('what fails goes over the person’s next address at once, and an acknowledgement is told to the provider that took it', async () => {
  const told: string[] = [];
  const horn: Channel = {
    name: 'horn',
    send: ({ page }) => Promise.resolve({ outcome: 'accepted', reference: page.to.address }),
    follow: ({ incident }) => {
      told.push(incident.response);
      return Promise.resolve({ outcome: 'accepted', reference: null });
    },
  };
  const addresses = [
    { channel: 'bell', to: '-' },
    { channel: 'horn', to: 'roof' },
  ];
  const people = () => [{ id: 'li', name: 'Li', skills: [], addresses }];
  const ring = notifier(() => Promise.resolve({ outcome: 'failed', reason: 'cracked' }), { people }, horn);
  expect(await ring.deliver(OWED, INCIDENT, () => true)).toEqual({
    outcome: 'accepted',
    reference: 'roof',
    reason: 'sent over horn, because bell did not work: cracked',
  });
  ring.committed({ incidents: [{ ...INCIDENT, response: 'acknowledged' }] });
  expect(told).toEqual(['acknowledged']);
});

test('a test message says that it is one, and its verdict is the provider’s', async () => {
  const heard: OutgoingPage[] = [];
  const ring = notifier((page) => {
    heard.push(page);
    return Promise.resolve({ outcome: 'failed', reason: 'HTTP 403: no_service' });
  });
  const verdict = await ring.test({ channel: 'bell', address: 'tower' });
  expect(verdict).toEqual({ outcome: 'failed', reason: 'HTTP 403: no_service' });
  expect(heard[0]).toMatchObject({ test: true, page: { to: { channel: 'bell', address: 'tower' } } });
});

test('what a group was to be told is too late a minute after the promise broke; a person is told all the same', async () => {
  const T0 = Date.UTC(2026, 2, 2, 8);
  const dueAt = new Date(T0 + 420_000).toISOString();
  const clocks = [{ term: 'on_site', startedAt: OWED.page.at, dueAt, metAt: null, verdict: 'breached', proof: null }];
  const incident = { ...INCIDENT, clocks } as unknown as Incident;
  const robot: Channel = {
    name: 'horn',
    gathersLate: true,
    send: () => Promise.resolve({ outcome: 'accepted', reference: null }),
  };
  const at = (seconds: number) => notifier(null, { clock: { now: () => T0 + seconds * 1000 } }, robot);
  const toRobot = { ...OWED, page: { ...OWED.page, channel: 'horn', to: { ...OWED.page.to, channel: 'horn' } } };
  const after = { ...toRobot, page: { ...toRobot.page, at: new Date(T0 + 421_000).toISOString() } };
  expect(at(420).lateFor?.(toRobot, incident)).toBeNull();
  expect(at(421).lateFor?.(toRobot, incident)).toBe('horn -');
  expect(at(3_600).lateFor?.(after, incident), 'made when it was broken already').toBeNull();
  expect(at(3_600).lateFor?.(OWED, incident), 'no group').toBeNull();
  const pages = [toRobot, toRobot].map((owed) => ({ owed, incident }));
  expect(await at(3_600).deliverLate?.(pages)).toEqual({ outcome: 'accepted', reference: null });
});

test('people in danger are called to together only where a person reads it, site by site, and never in a drill', async () => {
  const heard: OutgoingPage[] = [];
  const ring = notifier(
    (page) => {
      heard.push(page);
      return Promise.resolve({ outcome: 'accepted', reference: null });
    },
    {},
    { name: 'horn', perIncident: true, send: () => Promise.resolve({ outcome: 'failed', reason: '-' }) },
  );
  const trapped = { ...INCIDENT, fault: 'entrapment' } as Incident;
  const key = ring.crowdFor?.(OWED, trapped);
  expect(key).toEqual(expect.any(String));
  expect(ring.crowdFor?.(OWED, { ...trapped, site: 'campus' })).not.toBe(key);
  expect(ring.crowdFor?.(OWED, { ...trapped, drill: true })).toBeNull();
  expect(ring.crowdFor?.(OWED, { ...trapped, fault: 'door_blocked' })).toBeNull();
  expect(ring.crowdFor?.({ ...OWED, page: { ...OWED.page, channel: 'horn' } }, trapped)).toBeNull();
  const pages = ['one', 'two'].map((id) => ({ owed: OWED, incident: { ...trapped, id } }));
  expect(await ring.deliverTogether?.(pages, () => true)).toEqual({ outcome: 'accepted', reference: null });
  expect(heard).toHaveLength(1);
  expect(heard[0]?.together?.map(({ incident }) => incident.id)).toEqual(['one', 'two']);
  expect(heard[0]?.link).toBe('http://127.0.0.1:7070/incidents');
});

test('a contractor gets the link of its order and no page to sign in at; called off, it gets none', async () => {
  const heard: OutgoingPage[] = [];
  const person = { name: 'bell', isPersonal: () => true } as const;
  const send: Channel['send'] = (page) => {
    heard.push(page);
    return Promise.resolve({ outcome: 'accepted', reference: null });
  };
  const ownLink = {
    person: () => 'https://edge.example/l/person',
    contractor: (_: Incident, { id }: { readonly id: string }) => `https://edge.example/o/${id}`,
  };
  const ring = notifier(null, { ownLink }, { ...person, send });
  const incident = { ...INCIDENT, orders: [{ id: 'o-1', contractor: 'pumps' } as ContractorOrder] };
  const to = { ...OWED.page.to, person: 'contractor:pumps', channel: 'bell' };
  for (const kind of ['order', 'overdue', 'called_off'] as const)
    await ring.deliver(
      { ...OWED, page: { ...OWED.page, to, channel: 'bell', about: { kind, order: 'o-1' } } },
      incident,
      () => true,
    );
  expect(heard.map(({ link }) => link)).toEqual(['https://edge.example/o/o-1', 'https://edge.example/o/o-1', null]);
});

test('what the channels of today’s people send with is read before a page needs it, and nothing else', async () => {
  const read: string[] = [];
  const channel = (name: string): Channel => ({
    name,
    ready: () => Promise.resolve(read.push(name)),
    send: () => Promise.resolve({ outcome: 'accepted', reference: null }),
  });
  const addresses = ['mqtt', 'horn', 'log'].map((name) => ({ channel: name, to: 'li' }));
  const all = new Map(['bell', 'horn'].map((name) => [name, { type: 'x', channel: channel(name) }]));
  const made = notifier(null, {
    people: () => [{ id: 'li', name: 'Li', skills: [], addresses }],
    settings: { ...NO_SETTINGS, channels: all },
  });

  await made.ready();

  expect(read).toEqual(['horn']);
  await made.close();
});
