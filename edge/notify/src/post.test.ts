import { expect, test } from 'vitest';
import { MAX_ATTEMPTS, type Channel, type Delivery, type OutgoingPage } from './channel.ts';
import { textOf } from './message.ts';
import type { Way } from './personal.ts';
import { createPost } from './post.ts';
import { createRates } from './rates.ts';
import type { PersonRules } from './settings.ts';
import { exampleDeps, examplePage } from './testing.ts';

const YES: Delivery = { outcome: 'accepted', reference: null };
const NO: Delivery = { outcome: 'failed', reason: 'HTTP 410: channel_is_archived' };
const ALL: readonly Way[] = [
  { channel: 'robot', address: '138' },
  { channel: 'sms', address: '+86138' },
  { channel: 'voice', address: '+86138' },
];

/** A post office whose channels do what the test says, and what they were asked to send. */
function post(
  outcomes: Record<string, Delivery | (() => Promise<Delivery>)>,
  rules: Partial<PersonRules> = {},
  personal: Record<string, Channel['isPersonal']> = {},
) {
  const clock = { now: 0 };
  const sent: OutgoingPage[] = [];
  const channels = Object.entries(outcomes).map(([name, outcome]): [string, Channel] => [
    name,
    {
      name,
      ...(personal[name] && { isPersonal: personal[name] }),
      limits: () => [{ key: name, count: 20, perMs: 60_000 }],
      send(page) {
        sent.push(page);
        return typeof outcome === 'function' ? outcome() : Promise.resolve(outcome);
      },
    },
  ]);
  const own: PersonRules = { language: 'both', rules: [], ...rules };
  const people = new Map([['li', own]]);
  const rates = createRates(() => clock.now);
  const office = createPost({ channels: new Map(channels), people, rates, deps: exampleDeps(), now: () => clock.now });
  return { ...office, sent, clock, ways: () => sent.map(({ page }) => page.to.channel) };
}

/** A page that the ladder has put on the robot. */
function owed(over: Partial<OutgoingPage['incident']> = {}, more: Partial<OutgoingPage> = {}): OutgoingPage {
  const { page, incident, ...rest } = examplePage();
  const to = { ...page.to, channel: 'robot', address: '138' };
  const own = { ...page, id: 'inc-1.0.0.li.robot', to, channel: 'robot' };
  return { ...rest, page: own, incident: { ...incident, pages: [own], ...over }, ...more };
}

test('what works is left at that', async () => {
  const office = post({ robot: YES, sms: YES });
  expect(await office.deliver(owed(), ALL)).toMatchObject({ outcome: 'accepted', over: ALL[0] });
  expect(office.ways()).toEqual(['robot']);
});

test('what fails for good goes over the person’s next channel at once, and says so', async () => {
  const office = post({ robot: NO, sms: YES, voice: YES });
  expect(await office.deliver(owed(), ALL)).toEqual({
    outcome: 'accepted',
    reference: null,
    over: ALL[1],
    reason: 'sent over sms, because robot did not work: HTTP 410: channel_is_archived',
  });
  expect(office.ways()).toEqual(['robot', 'sms']);
  expect(office.sent[1]).toMatchObject({ page: { id: 'inc-1.0.0.li.robot', to: { address: '+86138' } } });
});

test('a page that may have arrived is labelled on its next way', async () => {
  const office = post({
    robot: { outcome: 'retry', reason: 'silent', afterMs: 1_000, mayHaveArrived: true },
    sms: YES,
  });
  await office.deliver(owed(), ALL);
  expect(office.sent.map(({ possibleDuplicate }) => possibleDuplicate)).toEqual([false, true]);
});

test('an urgent page does not wait for its robot, one that nobody hurries for does', async () => {
  const office = post({ robot: { outcome: 'retry', reason: 'HTTP 429', afterMs: 30_000, throttled: true }, sms: YES });
  expect(await office.deliver(owed({ severity: 'minor' }), ALL)).toMatchObject({ outcome: 'retry', afterMs: 30_000 });
  expect(await office.deliver(owed(), ALL)).toMatchObject({ outcome: 'accepted', over: ALL[1] });
  expect(office.ways(), 'the blocked robot is not asked a second time').toEqual(['robot', 'sms']);
  office.clock.now += 30_000;
  await office.deliver(owed(), ALL);
  expect(office.ways()).toEqual(['robot', 'sms', 'robot', 'sms']);
});

test('a short wait is waited for', async () => {
  const office = post({ robot: { outcome: 'retry', reason: 'HTTP 503', afterMs: 1_000 }, sms: YES });
  expect(await office.deliver(owed(), ALL)).toMatchObject({ outcome: 'retry', afterMs: 1_000 });
});

test('a robot with no token left is not asked, and the wait is no attempt', async () => {
  const office = post({ robot: YES });
  for (let n = 0; n < 20; n += 1) await office.deliver(owed(), [ALL[0]!]);
  const delivery = await office.deliver(owed({}, { attempt: MAX_ATTEMPTS }), [ALL[0]!]);
  expect(delivery).toMatchObject({ outcome: 'retry', unsent: true, afterMs: 60_000 });
  expect(office.sent).toHaveLength(20);
});

test('a storm: new critical pages pass, lesser ones wait', async () => {
  const office = post({ robot: YES });
  const outcome = async (over: object) => (await office.deliver(owed(over), [ALL[0]!])).outcome;
  const minor = await Promise.all(Array.from({ length: 30 }, () => outcome({ severity: 'minor' })));
  expect(minor.filter((it) => it === 'accepted')).toHaveLength(12);
  expect(await outcome({})).toBe('accepted');
});

test('nobody is paged twice over a channel that the same step pages anyway', async () => {
  const office = post({ robot: NO, sms: YES, voice: YES });
  const page = owed();
  const sms = { ...page.page, id: 'inc-1.0.0.li.sms', channel: 'sms', state: 'queued' } as const;
  const earlier = { ...page.page, id: 'inc-1.0.9.li.voice', channel: 'voice', state: 'accepted' } as const;
  await office.deliver({ ...page, incident: { ...page.incident, pages: [page.page, sms, earlier] } }, ALL);
  expect(office.ways()).toEqual(['robot', 'voice']);
});

test('when nothing works, what may still work is tried again', async () => {
  const office = post({ robot: NO, sms: { outcome: 'retry', reason: 'HTTP 503', afterMs: 2_000 }, voice: NO });
  expect(await office.deliver(owed(), ALL)).toMatchObject({ outcome: 'retry', reason: 'HTTP 503' });
  expect(office.ways()).toEqual(['robot', 'sms', 'voice']);
  const hopeless = post({ robot: NO });
  expect(await hopeless.deliver(owed(), ALL)).toEqual(NO);
});

test('a doubt about any way labels the next attempt', async () => {
  const office = post({
    robot: { outcome: 'retry', reason: 'HTTP 503', afterMs: 10_000 },
    sms: { outcome: 'retry', reason: 'silent', afterMs: 1_000, mayHaveArrived: true },
  });
  expect(await office.deliver(owed(), ALL)).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
});

test('a channel that breaks is a retry that may have arrived', async () => {
  const office = post({ robot: () => Promise.reject(new Error('out of ink')) });
  expect(await office.deliver(owed(), [])).toMatchObject({
    outcome: 'retry',
    reason: 'out of ink',
    mayHaveArrived: true,
  });
});

test('a storm does not wait for a silent channel once for every page', async () => {
  const office = post({
    robot: { outcome: 'retry', reason: 'silent', afterMs: 1_000, mayHaveArrived: true },
    sms: YES,
  });
  for (let n = 0; n < 5; n += 1) expect(await office.deliver(owed(), ALL)).toMatchObject({ outcome: 'accepted' });
  expect(office.ways()).toEqual(['robot', 'sms', 'sms', 'sms', 'sms', 'sms']);
  expect(await office.deliver(owed(), [ALL[0]!]), 'whoever has no other way is tried').toMatchObject({
    reason: 'silent',
  });
  office.clock.now += 15_000;
  await office.deliver(owed(), ALL);
  expect(office.ways().slice(-2)).toEqual(['robot', 'sms']);
});

test('a silent channel is tried after all when the others do not work', async () => {
  let answers = false;
  const silent: Delivery = { outcome: 'retry', reason: 'silent', afterMs: 1_000, mayHaveArrived: true };
  const office = post({ robot: () => Promise.resolve(answers ? YES : silent), sms: NO });
  const two = ALL.slice(0, 2);
  await office.deliver(owed(), two);
  answers = true;
  expect(await office.deliver(owed(), two)).toMatchObject({ outcome: 'accepted', over: ALL[0] });
  expect(office.ways()).toEqual(['robot', 'sms', 'sms', 'robot']);
});

test('ways that take their time are not gone through until whoever asked has lost patience', async () => {
  const silent: Delivery = { outcome: 'retry', reason: 'silent', afterMs: 1_000, mayHaveArrived: true };
  const office = post({
    robot: () => {
      office.clock.now += 6_000;
      return Promise.resolve(silent);
    },
    sms: () => {
      office.clock.now += 6_000;
      return Promise.resolve(silent);
    },
    voice: YES,
  });
  expect(await office.deliver(owed(), ALL)).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
  expect(office.ways()).toEqual(['robot', 'sms']);
});

test('a test goes over its channel alone', async () => {
  const office = post({ robot: NO, sms: YES });
  expect(await office.deliver(owed({}, { test: true }), ALL)).toEqual(NO);
  expect(office.ways()).toEqual(['robot']);
});

test('a person’s own order and language count', async () => {
  const office = post({ robot: NO, sms: YES, voice: YES }, { fallOver: ['voice'], language: 'zh' });
  await office.deliver(owed(), ALL);
  expect(office.ways()).toEqual(['robot', 'voice']);
  expect(office.sent.every(({ languages }) => languages.join() === 'zh')).toBe(true);
});

const NIGHT: PersonRules['rules'][number] = { channels: ['robot'], from: '08:00', to: '20:00' };
// 16:15 in Shanghai on the example's day.
const AT_NIGHT = { now: Date.parse('2026-03-02T18:00:00Z') };

test('a person’s hours hold a page back, unless it is critical and nothing else is left', async () => {
  const office = post({ robot: YES, sms: YES }, { rules: [NIGHT] });
  expect(await office.deliver(owed({ severity: 'major' }), ALL)).toMatchObject({ outcome: 'accepted' });
  expect(await office.deliver(owed({ severity: 'major' }, AT_NIGHT), ALL)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('own rules'),
  });
  expect(await office.deliver(owed({}, AT_NIGHT), [ALL[0]!])).toMatchObject({ outcome: 'accepted' });
});

test('a rule by severity, and hours over midnight', async () => {
  const rule: PersonRules['rules'][number] = {
    channels: ['robot'],
    severities: ['critical'],
    from: '22:00',
    to: '07:00',
  };
  const office = post({ robot: YES, sms: YES }, { rules: [rule] });
  expect((await office.deliver(owed({}, AT_NIGHT), ALL)).outcome).toBe('accepted');
  expect((await office.deliver(owed({ severity: 'major' }, AT_NIGHT), ALL)).outcome).toBe('failed');
  expect((await office.deliver(owed(), ALL)).outcome, 'by day, with SMS left').toBe('failed');
});

test('who answers while the first way fails is not bothered over the second', async () => {
  let isOwed = true;
  const office = post({
    robot: () => {
      isOwed = false;
      return Promise.resolve(NO);
    },
    sms: YES,
  });
  expect(await office.deliver(owed(), ALL, () => isOwed)).toEqual(NO);
  expect(office.ways()).toEqual(['robot']);
});

test('a link that acts in a person’s name goes to that person alone, and whoever else reads is asked to sign in', async () => {
  const office = post({ robot: NO, sms: YES }, {}, { sms: () => true });
  await office.deliver(owed({}, { link: 'https://site/incidents/1', ownLink: 'https://site/l/secret' }), ALL);
  expect(office.sent.map(({ link }) => link)).toEqual(['https://site/incidents/1', 'https://site/l/secret']);
  expect(JSON.stringify(office.sent[0])).not.toContain('secret');
});

test('without a line a page waits without end, but not where another way is really tried each time', async () => {
  const noLine: Delivery = { outcome: 'retry', reason: 'ENETUNREACH', afterMs: 8_000, unsent: true };
  const office = post({
    robot: noLine,
    sms: { outcome: 'retry', reason: 'silent', afterMs: 8_000, mayHaveArrived: true },
  });
  expect(await office.deliver(owed(), [])).toMatchObject({ outcome: 'retry', unsent: true });
  const tried = await office.deliver(owed(), ALL.slice(0, 2));
  expect(tried).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
  expect(tried).not.toHaveProperty('unsent');
});

test('what came too late is told in one message that says so, and that nobody has to run for', async () => {
  const office = post({ robot: YES });
  const pages = [owed({}, { now: 9e12 }), owed({ severity: 'major' })] as const;
  expect(await office.deliverLate(pages)).toEqual(YES);
  expect(office.sent).toHaveLength(1);
  const text = textOf(office.sent[0]!);
  expect(text).toContain('[迟到汇总] 2 条呼叫未能及时发出');
  expect(text).toContain('[LATE, summary] 2 pages could not be sent in time');
  expect(text).not.toMatch(/left|剩/);
});
