import {
  ALIYUN,
  BROWSER,
  DINGTALK_KEYWORD_ROBOT,
  DINGTALK_ROBOT,
  FEISHU_BOT,
  GONE_PATH,
  NTFY,
  openStandIns,
  PAGERDUTY_KEY,
  RECEIVER_TOKEN,
  type StandIns,
  TEAMS_HOOK,
  TELEGRAM_BOT,
  TWILIO,
} from '@keepsite/simulators/vendors';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import webPush from 'web-push';
import type { Channel, ChannelDeps, OutgoingPage } from './channel.ts';
import { CHANNEL_TYPES } from './channels/types.ts';
import { exampleDeps, examplePage } from './testing.ts';

let standIns: StandIns;
beforeAll(async () => {
  standIns = await openStandIns();
});
beforeEach(() => standIns.reset());
afterAll(() => standIns.close());

const HOUR_MS = 3_600_000;
const at = (vendor: string) => standIns.at(vendor);

function make(type: string, settings: object): Channel {
  const kind = CHANNEL_TYPES.get(type)!;
  return kind.create('duty', kind.settings.parse(settings));
}

function page(address: string, over: Partial<OutgoingPage> = {}): OutgoingPage {
  return examplePage(over, address);
}

const deps = (over: Partial<ChannelDeps> = {}) => exampleDeps({ fetch, wallNow: () => Date.now(), ...over });

const robot = () =>
  make('dingtalk', {
    url: `${at('dingtalk')}/robot/send?access_token=${DINGTALK_ROBOT.token}`,
    secret: DINGTALK_ROBOT.secret,
  });
const bot = () =>
  make('feishu', { url: `${at('feishu')}/open-apis/bot/v2/hook/${FEISHU_BOT.id}`, secret: FEISHU_BOT.secret });

describe('a clock that is wrong', () => {
  const sms = () =>
    make('aliyun-sms', {
      accessKeyId: ALIYUN.accessKeyId,
      accessKeySecret: ALIYUN.accessKeySecret,
      template: ALIYUN.smsTemplate,
      sign: ALIYUN.sign,
      server: at('aliyun-sms'),
    });

  test.each([
    ['dingtalk', robot],
    ['feishu', bot],
    ['aliyun-sms', sms],
  ])('%s: the vendor’s Date is learnt from its refusal, and the page signed anew', async (vendor, make) => {
    for (const skew of [-2 * HOUR_MS, 30 * HOUR_MS]) {
      standIns.reset();
      standIns.setClock(skew);
      const channel = make();
      expect(await channel.send(page('13800000000'), deps())).toMatchObject({ outcome: 'accepted' });
      expect(standIns.calls(vendor)).toHaveLength(2);
      expect(await channel.send(page('13800000000'), deps())).toMatchObject({ outcome: 'accepted' });
      expect(standIns.calls(vendor), 'it is known by now').toHaveLength(3);
    }
  });

  test('a signature that is wrong while the clock is right is asked once', async () => {
    standIns.misbehave('dingtalk', 'refused');
    expect(await robot().send(page('-'), deps())).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('310000'),
    });
    expect(standIns.calls('dingtalk')).toHaveLength(1);
  });
});

describe('DingTalk', () => {
  test('a person is called by mobile number, by user id, everybody or nobody', async () => {
    for (const address of ['+86 138-0000-0000', 'manager123', '@all', '-']) await robot().send(page(address), deps());
    expect(standIns.taken('dingtalk')).toMatchObject([
      { content: expect.stringMatching(/@13800000000$/), at: { atMobiles: ['13800000000'], isAtAll: false } },
      { content: expect.stringMatching(/@manager123$/), at: { atUserIds: ['manager123'], isAtAll: false } },
      { at: { atMobiles: [], atUserIds: [], isAtAll: true } },
      { content: expect.not.stringContaining('@'), at: { atMobiles: [], atUserIds: [], isAtAll: false } },
    ]);
  });

  test('a robot that is guarded by a keyword gets it, and says so when it is missing', async () => {
    const url = `${at('dingtalk')}/robot/send?access_token=${DINGTALK_KEYWORD_ROBOT.token}`;
    const { keyword } = DINGTALK_KEYWORD_ROBOT;
    expect(await make('dingtalk', { url, keyword }).send(page('-'), deps())).toMatchObject({ outcome: 'accepted' });
    expect(await make('dingtalk', { url }).send(page('-'), deps())).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('keywords not in content'),
    });
  });

  test('too many are not sent again for the ten minutes that DingTalk says', async () => {
    standIns.misbehave('dingtalk', 'throttled');
    expect(await robot().send(page('-'), deps())).toMatchObject({ throttled: true, afterMs: 600_000 });
  });
});

test('Feishu’s 9499 is a throttle when its words say so, and final when they do not', async () => {
  standIns.stopClock(Date.now());
  const channel = bot();
  const outcomes = [];
  for (let n = 0; n < 6; n += 1) outcomes.push(await channel.send(page('-'), deps()));
  expect(outcomes.slice(0, 5).every(({ outcome }) => outcome === 'accepted')).toBe(true);
  expect(outcomes[5]).toMatchObject({
    outcome: 'retry',
    throttled: true,
    reason: expect.stringContaining('too many request'),
  });
});

test('an id that is none is not put into Feishu’s markup', async () => {
  await bot().send(page('x></at><at id=all'), deps());
  expect(JSON.stringify(standIns.taken('feishu'))).not.toContain('<at');
});

test('WeCom is given its 2048 bytes, to the last character', async () => {
  const { incident } = examplePage();
  const summary = { en: 'x', zh: '水'.repeat(2_000) };
  const channel = make('wecom', {
    url: `${at('wecom')}/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa`,
  });
  expect(await channel.send(page('-', { incident: { ...incident, summary } }), deps())).toMatchObject({
    outcome: 'accepted',
  });
  const [{ content }] = standIns.taken('wecom') as [{ content: string }];
  expect(Buffer.byteLength(content)).toBeGreaterThan(2_048 - 4);
  expect(content).toMatch(/^\[紧急\].*水…$/);
});

test('a name in a Teams mention cannot be markup', async () => {
  const example = page('li.na@example.com');
  const to = { ...example.page.to, name: '<at>boss</at> **Li** [x](y)' };
  await make('teams', { url: at('teams') + TEAMS_HOOK }).send({ ...example, page: { ...example.page, to } }, deps());
  const [card] = standIns.taken('teams') as [{ msteams: { entities: object[] } }];
  expect(card.msteams.entities).toEqual([
    {
      type: 'mention',
      text: '<at>atboss/at Li xy</at>',
      mentioned: { id: 'li.na@example.com', name: 'atboss/at Li xy' },
    },
  ]);
});

describe('PagerDuty', () => {
  const channel = () => make('pagerduty', { routingKey: PAGERDUTY_KEY, server: at('pagerduty') });

  test('one incident of ours is one of theirs, from trigger to resolve', async () => {
    const { incident } = examplePage();
    await channel().send(page('duty'), deps());
    await channel().send(page('duty', { attempt: 2 }), deps());
    for (const response of ['acknowledged', 'resolved'] as const)
      await channel().follow?.(page('duty', { incident: { ...incident, response } }), deps());
    expect(standIns.taken('pagerduty')).toMatchObject([
      { action: 'trigger', key: 'inc-1', payload: { severity: 'critical', summary: expect.stringContaining('6:48') } },
      { action: 'trigger', key: 'inc-1' },
      { action: 'acknowledge', key: 'inc-1' },
      { action: 'resolve', key: 'inc-1' },
    ]);
  });

  test('a test opens none of ours', async () => {
    await channel().send(page('duty', { test: true }), deps());
    expect(standIns.taken('pagerduty')).toMatchObject([{ key: 'inc-1:0:li:webhook', payload: { severity: 'info' } }]);
  });
});

test('Alertmanager’s receivers hear when it ends, and nothing in between', async () => {
  const channel = make('alertmanager', { url: `${at('alertmanager')}/hook`, token: RECEIVER_TOKEN });
  const { incident } = examplePage();
  await channel.send(page('duty'), deps());
  await channel.follow?.(page('duty', { incident: { ...incident, response: 'acknowledged' } }), deps());
  const resolvedAt = '2026-03-02T08:30:00.000Z';
  await channel.follow?.(page('duty', { incident: { ...incident, response: 'resolved', resolvedAt } }), deps());
  expect(standIns.taken('alertmanager')).toMatchObject([
    { status: 'firing', alerts: [{ endsAt: '0001-01-01T00:00:00Z', labels: { alertname: 'entrapment' } }] },
    { status: 'resolved', alerts: [{ endsAt: resolvedAt, fingerprint: 'inc-1' }] },
  ]);
});

describe('a person who is gone is told at once', () => {
  test('Telegram: who has blocked the bot', async () => {
    const channel = make('telegram', { token: TELEGRAM_BOT.token, server: at('telegram') });
    expect(await channel.send(page(TELEGRAM_BOT.blocked), deps())).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('blocked by the user'),
    });
  });

  test('Twilio: who has answered STOP', async () => {
    const { accountSid, authToken, from, gone } = TWILIO;
    const channel = make('twilio-sms', { accountSid, authToken, from, server: at('twilio') });
    expect(await channel.send(page(gone), deps())).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('21610'),
    });
  });

  test('web push: whose browser has taken its yes back', async () => {
    const endpoint = at('push-service') + GONE_PATH;
    const channel = make('web-push', {
      subject: 'mailto:duty@example.com',
      ...webPush.generateVAPIDKeys(),
      subscriptions: { phone: { endpoint, keys: { p256dh: BROWSER.p256dh, auth: BROWSER.auth } } },
    });
    expect(await channel.send(page('phone'), deps())).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('410'),
    });
    expect(await channel.send(page('nobody'), deps())).toMatchObject({ outcome: 'failed' });
  });

  test('ntfy: a topic that is not ours', async () => {
    const channel = make('ntfy', { server: at('ntfy'), token: NTFY.token });
    expect(await channel.send(page('somebody-else'), deps())).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('40301'),
    });
  });
});

test('Telegram’s wait stands in its body', async () => {
  standIns.misbehave('telegram', 'throttled');
  const channel = make('telegram', { token: TELEGRAM_BOT.token, server: at('telegram') });
  expect(await channel.send(page(TELEGRAM_BOT.chat), deps())).toMatchObject({ afterMs: 35_000, throttled: true });
});

test('a limit of the day is not waited for, one of the minute is', async () => {
  const channel = make('aliyun-voice', {
    accessKeyId: ALIYUN.accessKeyId,
    accessKeySecret: ALIYUN.accessKeySecret,
    template: ALIYUN.ttsTemplate,
    server: at('aliyun-voice'),
  });
  for (let n = 0; n < 50; n += 1) await channel.send(page('13800000000'), deps());
  expect(await channel.send(page('13800000000'), deps())).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('天级'),
  });
  standIns.misbehave('aliyun-voice', 'throttled');
  expect(await channel.send(page('13800000001'), deps())).toMatchObject({ outcome: 'retry', afterMs: 60_000 });
});

test('an SMS is one segment: what, where and the time left', async () => {
  const { accountSid, authToken, from } = TWILIO;
  const channel = make('twilio-sms', { accountSid, authToken, from, server: at('twilio') });
  await channel.send(page('+8613800000000', { languages: ['zh'] }), deps());
  await channel.send(page('+8613800000000', { languages: ['en'] }), deps());
  const place = { en: 'x'.repeat(300), zh: '水'.repeat(300) };
  await channel.send(page('+8613800000000', { languages: ['zh'], place }), deps());
  await channel.send(page('+8613800000000', { languages: ['en'], place }), deps());
  const bodies = (standIns.taken('twilio') as { body: string }[]).map(({ body }) => body);
  expect(bodies.slice(0, 2)).toEqual([
    '[紧急] 3 号梯困人 · A 座 3 号梯 · 剩 6:48',
    '[CRITICAL] Passenger trapped in Lift 3 - Tower A, Lift 3 - 6:48 left',
  ]);
  // Two of the 160 signs, the brackets, count twice.
  expect(bodies.map(({ length }) => length).slice(2)).toEqual([70, 158]);
  for (const body of bodies.slice(2)) expect(body).toMatch(/6:48/);
});

test('a gateway with a voice is given whole sentences', async () => {
  const heard: string[] = [];
  const listen = ((url: URL) => {
    heard.push(url.searchParams.get('say') ?? '');
    return Promise.resolve(new Response('OK'));
  }) as unknown as typeof fetch;
  const channel = make('gateway', { url: 'https://gateway.example/call?say={spoken}' });
  await channel.send(page('100', { languages: ['zh'] }), { ...deps(), fetch: listen });
  expect(heard).toEqual([expect.stringMatching(/^紧急，3 号梯困人。位置，.*16点15分开始。.*应答。$/)]);
});

test('a gateway gets a text that cannot end the place that it is put in', async () => {
  const evil = '"}&x=1\n{id}';
  const heard: (string | undefined)[] = [];
  const listen = ((url: URL, init: { body?: string }) => {
    heard.push(init.body ?? url.search);
    return Promise.resolve(new Response('{"ok":true}'));
  }) as unknown as typeof fetch;
  const url = 'https://gateway.example/send';
  const post = (type: string, body: string) => ({ url, method: 'POST', headers: { 'Content-Type': type }, body });
  for (const settings of [
    { url: `${url}?to={to}` },
    post('application/x-www-form-urlencoded', 'to={to}'),
    post('application/json', '{"to":"{to}","page":"{id}"}'),
    post('text/plain', '{to}: {headline}'),
  ])
    await make('gateway', settings).send(page(evil, { languages: ['en'] }), deps({ fetch: listen }));
  expect(heard).toEqual([
    '?to=%22%7D%26x%3D1%0A%7Bid%7D',
    'to=%22%7D%26x%3D1%0A%7Bid%7D',
    JSON.stringify({ to: evil, page: 'inc-1:0:li:webhook' }),
    `${evil}: [CRITICAL] Passenger trapped in Lift 3 · Tower A, Lift 3 · 6:48 left`,
  ]);
  for (const wrong of ['https://{to}/', 'https://{to}.example/', 'ftp://x/'])
    expect(CHANNEL_TYPES.get('gateway')!.settings.safeParse({ url: wrong }).success).toBe(false);
});

test('a siren sounds for as long as it should, over the air or the broker, and falls silent when somebody answers', async () => {
  const published: [string, string][] = [];
  const publish = (topic: string, payload: string) => Promise.resolve(void published.push([topic, payload]));
  for (const model of ['shelly', 'tasmota', 'zigbee2mqtt']) {
    const channel = make('siren', { model, seconds: 30 });
    await channel.send(page('siren-a'), deps({ publish }));
    await channel.follow?.(page('siren-a'), deps({ publish }));
  }
  expect(published).toEqual([
    ['siren-a/rpc', '{"id":1,"src":"keepsite","method":"Switch.Set","params":{"id":0,"on":true,"toggle_after":30}}'],
    ['siren-a/rpc', '{"id":1,"src":"keepsite","method":"Switch.Set","params":{"id":0,"on":false}}'],
    ['cmnd/siren-a/Backlog', 'PulseTime1 130; Power1 1'],
    ['cmnd/siren-a/Backlog', 'PulseTime1 0; Power1 0'],
    ['zigbee2mqtt/siren-a/set', '{"warning":{"mode":"emergency","level":"high","strobe":true,"duration":30}}'],
    ['zigbee2mqtt/siren-a/set', '{"warning":{"mode":"stop","level":"high","strobe":false,"duration":0}}'],
  ]);
  expect(await make('siren', { model: 'shelly' }).send(page('a/+'), deps({ publish }))).toMatchObject({
    outcome: 'failed',
  });
  for (const model of ['shelly', 'tasmota'])
    await make('siren', { model, seconds: 8, url: at(`${model}-relay`) }).send(page('roof'), deps());
  expect([...standIns.taken('shelly-relay'), ...standIns.taken('tasmota-relay')]).toEqual([
    { on: true, seconds: 8 },
    { on: true, seconds: 8 },
  ]);
});

test('a call says what, where, since when and how to answer three times, and a name in it gives no orders', async () => {
  const { accountSid, authToken, from } = TWILIO;
  const channel = make('twilio-voice', { accountSid, authToken, from, server: at('twilio') });
  const place = { en: '</Say><Hangup/>', zh: '梯' };
  await channel.send(page('+8613800000000', { languages: ['en'], place }), deps());
  const words =
    'Critical: Passenger trapped in Lift 3. Where: </Say><Hangup/>. Since 16:15. 6 minutes 48 seconds left. ' +
    'Answer in the message that you were sent; keys on this call do nothing.';
  expect(standIns.taken('twilio')).toMatchObject([
    { said: Array.from({ length: 3 }, () => ({ language: 'en-US', words })) },
  ]);
});
