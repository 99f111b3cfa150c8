import { openStandIns, type StandIns } from '@keepsite/simulators/vendors';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { judge, refusalIn, waitOf } from '../answer.ts';
import { MAX_ATTEMPTS } from '../channel.ts';
import { verifySignature } from '../signature.ts';
import { exampleDeps, examplePage } from '../testing.ts';
import { log } from './log.ts';
import { mqtt } from './mqtt.ts';
import { webhookChannel } from './webhook.ts';

test('mqtt publishes the page for its person and is accepted once the broker has it', async () => {
  const published: [string, string][] = [];
  const publish = (topic: string, payload: string) => Promise.resolve(void published.push([topic, payload]));
  const delivery = await mqtt.send(examplePage(), exampleDeps({ publish }));
  expect(delivery).toEqual({ outcome: 'accepted', reference: 'keepsite/park/pages/li' });
  expect(published[0]?.[0]).toBe('keepsite/park/pages/li');
  expect(JSON.parse(published[0]?.[1] ?? '')).toMatchObject({
    page: 'inc-1:0:li:webhook',
    incident: { id: 'inc-1', fault: 'entrapment' },
    text: expect.stringContaining('Lift 3'),
  });
});

test('mqtt without a broker is a retry', async () => {
  expect(await mqtt.send(examplePage(), exampleDeps())).toMatchObject({ outcome: 'retry' });
});

test('log writes the title and is accepted', async () => {
  const lines: unknown[] = [];
  const deps = exampleDeps({ log: (fields) => void lines.push(fields) });
  expect(await log.send(examplePage(), deps)).toMatchObject({ outcome: 'accepted' });
  expect(lines).toMatchObject([{ person: 'li', title: '[CRITICAL] Passenger trapped in Lift 3' }]);
});

describe('the webhook', () => {
  let standIns: StandIns;
  beforeAll(async () => {
    standIns = await openStandIns();
  });
  beforeEach(() => standIns.reset());
  afterAll(() => standIns.close());
  const deps = () => exampleDeps({ fetch, wallNow: () => 1_767_225_600_000 });
  const url = () => `${standIns.at('receiver')}/hook`;

  test('is signed over time and body, and every attempt carries the same idempotency key', async () => {
    const channel = webhookChannel('webhook', { secret: 'a-secret-for-testing' });
    for (const attempt of [1, 2]) await channel.send(examplePage({ attempt }, url()), deps());
    const [first, second] = standIns.calls('receiver');
    const signature = first?.headers['x-keepsite-signature'] ?? '';
    expect(verifySignature('a-secret-for-testing', signature, first!.body.toString(), 1_767_225_600_000)).toBe(true);
    expect([first, second].map((call) => call?.headers['idempotency-key'])).toEqual([
      'inc-1:0:li:webhook',
      'inc-1:0:li:webhook',
    ]);
  });

  test('an address that is no URL goes to the configured receiver, or fails when there is none', async () => {
    await webhookChannel('webhook', { url: url() }).send(examplePage({}, 'li'), deps());
    expect(JSON.parse(standIns.calls('receiver')[0]!.body.toString())).toMatchObject({ to: { address: 'li' } });
    expect(await webhookChannel('webhook', {}).send(examplePage({}, 'li'), deps())).toMatchObject({
      outcome: 'failed',
    });
  });

  test('without a secret nothing is signed', async () => {
    await webhookChannel('webhook', { url: url() }).send(examplePage({}, 'li'), deps());
    expect(Object.keys(standIns.calls('receiver')[0]!.headers).join()).not.toContain('signature');
  });

  test('is given up after the last attempt; a refused connection cannot have arrived', async () => {
    standIns.misbehave('receiver', 'outage');
    const channel = webhookChannel('webhook', { url: url() });
    expect(await channel.send(examplePage({ attempt: MAX_ATTEMPTS }, 'li'), deps())).toMatchObject({
      outcome: 'failed',
    });
    const gone = await openStandIns();
    await gone.close();
    const page = examplePage({ attempt: MAX_ATTEMPTS }, `${gone.url}/hook`);
    const refused = await channel.send(page, deps());
    expect(refused, 'without a line nothing was tried').toMatchObject({ outcome: 'retry', unsent: true });
    expect(refused).not.toHaveProperty('mayHaveArrived');
    const aDayLater = { ...page, now: page.now + 25 * 3_600_000 };
    expect(await channel.send(aDayLater, deps())).toMatchObject({ outcome: 'failed' });
  });
});

describe('an answer of which nothing else is known', () => {
  test.each(['', 'ok', '{"errcode":0,"errmsg":"ok"}', '{"code":0,"msg":"success"}', '{"ok":true}', '{"id":"17"}'])(
    'is a yes in a 200: %s',
    (body) => expect(judge(200, 0, body)).toEqual({ kind: 'yes', reference: null }),
  );

  test.each([
    ['{"errcode":310000,"errmsg":"sign not match"}'],
    ['{"errcode":"45009"}'],
    ['{"code":9499,"msg":"too many request"}'],
    ['{"StatusCode":19021}'],
    ['{"ok":false,"description":"chat not found"}'],
    ['{"success":false}'],
    ['{"error":"nobody here"}'],
    ['{"status":"error"}'],
    ['<!doctype html><title>Log in</title>'],
  ])('is a no inside a 200: %s', (body) => {
    expect(refusalIn(body)).not.toBeNull();
    expect(judge(200, 0, body)).toMatchObject({ kind: 'later' });
  });

  test('waits as long as it asks, in seconds or until a date, but not for ever', () => {
    const now = 1_767_225_600_000;
    expect(waitOf('7', now)).toBe(7_000);
    expect(waitOf(new Date(now + 20_000).toUTCString(), now)).toBe(20_000);
    expect(waitOf('99999', now)).toBe(120_000);
    expect(waitOf('soon', now)).toBe(0);
  });
});
