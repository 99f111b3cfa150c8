import {
  ALIYUN,
  BROWSER,
  DINGTALK_ROBOT,
  FEISHU_BOT,
  NTFY,
  openStandIns,
  PAGERDUTY_KEY,
  PUSH_PATH,
  RECEIVER_TOKEN,
  SLACK_HOOK,
  SMS_ROUTER,
  type StandIns,
  TEAMS_HOOK,
  TELEGRAM_BOT,
  TWILIO,
  WEBHOOK_SECRET,
  WECOM_KEY,
} from '@keepsite/simulators/vendors';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import webPush from 'web-push';
import type { ChannelDeps, Delivery, OutgoingPage } from './channel.ts';
import { CHANNEL_TYPES } from './channels/types.ts';
import { exampleDeps, examplePage } from './testing.ts';

/** A channel, the stand-in of its vendor, and what both must agree on. */
interface Case {
  readonly type: string;
  readonly vendor: string;
  readonly settings: (at: string) => object;
  readonly address: string;
  /** The same account with something wrong about it. */
  readonly wrong: (at: string) => object;
  /** Its yes has no shape of its own: any 2xx that does not say no. */
  readonly plain?: true;
  /** The vendor speaks no words of its own (a relay). */
  readonly silent?: true;
}

const KEYS = webPush.generateVAPIDKeys();

const aliyun = (template: string) => (at: string) => ({
  accessKeyId: ALIYUN.accessKeyId,
  accessKeySecret: ALIYUN.accessKeySecret,
  template,
  server: at,
});
const push = (at: string, path = PUSH_PATH, keys = KEYS) => ({
  subject: 'mailto:duty@example.com',
  ...keys,
  subscriptions: { phone: { endpoint: at + path, keys: { p256dh: BROWSER.p256dh, auth: BROWSER.auth } } },
});

const CASES: readonly Case[] = [
  {
    type: 'dingtalk',
    vendor: 'dingtalk',
    settings: (at) => ({ url: `${at}/robot/send?access_token=${DINGTALK_ROBOT.token}`, secret: DINGTALK_ROBOT.secret }),
    address: '13800000000',
    wrong: (at) => ({ url: `${at}/robot/send?access_token=${DINGTALK_ROBOT.token}`, secret: 'SECnot-this-one' }),
  },
  {
    type: 'wecom',
    vendor: 'wecom',
    settings: (at) => ({ url: `${at}/cgi-bin/webhook/send?key=${WECOM_KEY}` }),
    address: '13800000000',
    wrong: (at) => ({ url: `${at}/cgi-bin/webhook/send?key=another` }),
  },
  {
    type: 'feishu',
    vendor: 'feishu',
    settings: (at) => ({ url: `${at}/open-apis/bot/v2/hook/${FEISHU_BOT.id}`, secret: FEISHU_BOT.secret }),
    address: 'ou_7d8a6e6df7621556ce0d21922b676706ccs',
    wrong: (at) => ({ url: `${at}/open-apis/bot/v2/hook/${FEISHU_BOT.id}`, secret: 'not-this-one' }),
  },
  {
    type: 'slack',
    vendor: 'slack',
    settings: (at) => ({ url: at + SLACK_HOOK }),
    address: 'U012AB3CD',
    wrong: (at) => ({ url: `${at}/services/T0/B0/gone` }),
  },
  {
    type: 'teams',
    vendor: 'teams',
    settings: (at) => ({ url: at + TEAMS_HOOK }),
    address: 'li.na@example.com',
    wrong: (at) => ({ url: at + TEAMS_HOOK.replace(/sig=.*/, 'sig=another') }),
    plain: true,
  },
  {
    type: 'pagerduty',
    vendor: 'pagerduty',
    settings: (at) => ({ routingKey: PAGERDUTY_KEY, server: at }),
    address: 'duty',
    wrong: (at) => ({ routingKey: 'too-short', server: at }),
  },
  {
    type: 'telegram',
    vendor: 'telegram',
    settings: (at) => ({ token: TELEGRAM_BOT.token, server: at }),
    address: TELEGRAM_BOT.chat,
    wrong: (at) => ({ token: '1:another', server: at }),
  },
  {
    type: 'ntfy',
    vendor: 'ntfy',
    settings: (at) => ({ server: at, token: NTFY.token }),
    address: NTFY.topic,
    wrong: (at) => ({ server: at, token: 'tk_another' }),
  },
  {
    type: 'alertmanager',
    vendor: 'alertmanager',
    settings: (at) => ({ url: `${at}/hook`, token: RECEIVER_TOKEN }),
    address: 'duty',
    wrong: (at) => ({ url: `${at}/hook`, token: 'another' }),
    plain: true,
  },
  {
    type: 'webhook',
    vendor: 'receiver',
    settings: (at) => ({ url: `${at}/hook`, secret: WEBHOOK_SECRET }),
    address: 'duty',
    wrong: (at) => ({ url: `${at}/hook`, secret: 'whsec_YW5vdGhlciBzZWNyZXQ=' }),
    plain: true,
  },
  {
    type: 'aliyun-sms',
    vendor: 'aliyun-sms',
    settings: (at) => ({ ...aliyun(ALIYUN.smsTemplate)(at), sign: ALIYUN.sign }),
    address: '13800000000',
    wrong: (at) => ({ ...aliyun(ALIYUN.smsTemplate)(at), sign: ALIYUN.sign, accessKeySecret: 'another' }),
  },
  {
    type: 'aliyun-voice',
    vendor: 'aliyun-voice',
    settings: aliyun(ALIYUN.ttsTemplate),
    address: '13800000000',
    wrong: (at) => ({ ...aliyun(ALIYUN.ttsTemplate)(at), accessKeySecret: 'another' }),
  },
  {
    type: 'twilio-sms',
    vendor: 'twilio',
    settings: (at) => ({ accountSid: TWILIO.accountSid, authToken: TWILIO.authToken, from: TWILIO.from, server: at }),
    address: '+8613800000000',
    wrong: (at) => ({ accountSid: TWILIO.accountSid, authToken: 'another', from: TWILIO.from, server: at }),
  },
  {
    type: 'twilio-voice',
    vendor: 'twilio',
    settings: (at) => ({ accountSid: TWILIO.accountSid, authToken: TWILIO.authToken, from: TWILIO.from, server: at }),
    address: '+8613800000000',
    wrong: (at) => ({ accountSid: TWILIO.accountSid, authToken: 'another', from: TWILIO.from, server: at }),
  },
  {
    type: 'gateway',
    vendor: 'sms-router',
    settings: (at) => ({
      url: `${at}/cgi-bin/sms_send?username=${SMS_ROUTER.user}&password=${SMS_ROUTER.password}&number={to}&text={text}`,
      yes: 'OK',
    }),
    address: '008613800000000',
    wrong: (at) => ({ url: `${at}/cgi-bin/sms_send?username=x&password=y&number={to}&text={text}`, yes: 'OK' }),
  },
  {
    type: 'web-push',
    vendor: 'push-service',
    settings: (at) => push(at),
    address: 'phone',
    wrong: (at) => push(at, '/push/unknown'),
  },
  {
    type: 'siren',
    vendor: 'shelly-relay',
    settings: (at) => ({ model: 'shelly', url: at }),
    address: 'roof',
    wrong: (at) => ({ model: 'shelly', url: `${at}/elsewhere` }),
    silent: true,
  },
  {
    type: 'siren',
    vendor: 'tasmota-relay',
    settings: (at) => ({ model: 'tasmota', url: at }),
    address: 'roof',
    wrong: (at) => ({ model: 'tasmota', url: `${at}/elsewhere` }),
    silent: true,
  },
];

let standIns: StandIns;
beforeAll(async () => {
  standIns = await openStandIns();
});
beforeEach(() => standIns.reset());
afterAll(() => standIns.close());

interface Sent {
  readonly page?: Partial<OutgoingPage>;
  readonly deps?: Partial<ChannelDeps>;
  readonly wrong?: true;
}

/** One page over the channel of the case, addressed as its vendor wants it; the vendor's clock is right. */
function send(of: Case, { page = {}, deps = {}, wrong }: Sent = {}): Promise<Delivery> {
  const kind = CHANNEL_TYPES.get(of.type)!;
  const settings = kind.settings.parse((wrong ? of.wrong : of.settings)(standIns.at(of.vendor)));
  const outgoing = examplePage(page, of.address);
  return kind.create('duty', settings).send(outgoing, exampleDeps({ fetch, wallNow: () => Date.now(), ...deps }));
}

function takenText(of: Case): string {
  return JSON.stringify(standIns.taken(of.vendor));
}

test('every channel that can be set up stands in this table, except mail, which is not spoken to over HTTP', () => {
  const covered = new Set([...CASES.map(({ type }) => type), 'email']);
  expect([...CHANNEL_TYPES.keys()].filter((type) => !covered.has(type))).toEqual([]);
});

describe.each(CASES)('$type against its stand-in $vendor', (of) => {
  test('a page is accepted and arrives', async () => {
    expect(await send(of)).toMatchObject({ outcome: 'accepted' });
    expect(standIns.taken(of.vendor)).toHaveLength(1);
    if (!of.silent) expect(takenText(of)).toMatch(/困人/);
  });

  test('one that is throttled waits and leaves the robot alone', async () => {
    standIns.misbehave(of.vendor, 'throttled');
    const delivery = await send(of);
    expect(delivery).toMatchObject({ outcome: 'retry', ...(of.silent ? {} : { throttled: true }) });
    expect(delivery).not.toHaveProperty('mayHaveArrived');
  });

  test('a no, however politely wrapped, is no yes', async () => {
    standIns.misbehave(of.vendor, 'refused');
    const delivery = await send(of);
    expect(delivery.outcome).not.toBe('accepted');
    expect(delivery).toHaveProperty('reason', expect.stringMatching(/.{8}/));
  });

  test('a wrong key, secret or path is told in the vendor’s words and not tried again for ever', async () => {
    expect(await send(of, { wrong: true })).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/.{8}/) });
    expect(standIns.taken(of.vendor)).toEqual([]);
  });

  test('an outage is tried again', async () => {
    standIns.misbehave(of.vendor, 'outage');
    expect(await send(of)).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('503') });
  });

  test('a web page in a 200 is nobody’s yes', async () => {
    standIns.misbehave(of.vendor, 'web-page');
    expect(await send(of)).toMatchObject({ outcome: 'retry' });
  });

  test('an answer without end is cut off', async () => {
    standIns.misbehave(of.vendor, 'endless');
    expect((await send(of)).outcome).toBe(of.plain ? 'accepted' : 'retry');
  });

  test('a redirect is not followed', async () => {
    standIns.misbehave(of.vendor, 'redirect');
    expect(await send(of)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('302') });
    expect(standIns.canary()).toBe(0);
  });

  test.each(['silent', 'hang-up'] as const)('nobody knows whether it arrived when the vendor goes %s', async (mood) => {
    standIns.misbehave(of.vendor, mood);
    expect(await send(of, { deps: { timeoutMs: 150 } })).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
    expect(standIns.calls(of.vendor).length, 'nobody asks twice').toBeLessThanOrEqual(1);
  });

  test('a slow vendor is waited for', async () => {
    standIns.misbehave(of.vendor, 'slow', 80);
    expect(await send(of)).toMatchObject({ outcome: 'accepted' });
  });

  test('a URL that must not be reached is never asked', async () => {
    const assertAllowedUrl = () => {
      throw new Error('this address is inside');
    };
    const delivery = await send(of, { deps: { assertAllowedUrl } });
    expect(delivery).toEqual({ outcome: 'failed', reason: 'this address is inside' });
    expect(standIns.calls(of.vendor)).toEqual([]);
  });

  test('names that look like markup arrive as they are, and break nothing', async () => {
    const nasty = '*x*<b>&"\'[y](http://evil)`_~@all<!channel>${z}';
    const { incident } = examplePage();
    const page = {
      incident: { ...incident, summary: { en: nasty, zh: nasty } },
      place: { en: nasty, zh: nasty },
      languages: ['en'],
    } as const;
    expect(await send(of, { page })).toMatchObject({ outcome: 'accepted' });
    const taken = takenText(of);
    expect(taken).not.toContain('"parse_mode"');
    // A short message has no room for all of it.
    if (!of.silent) expect(taken.replaceAll(/\\+"/g, '"')).toMatch(/\*x\*(<|&lt;)b(>|&gt;)(&|&amp;)"'\[y\]/);
  });

  test('a text without end is cut to what the vendor takes', async () => {
    const { incident } = examplePage();
    const endless = { en: 'flood '.repeat(6_000), zh: '水浸'.repeat(6_000) };
    const page = { incident: { ...incident, summary: endless }, place: endless };
    expect(await send(of, { page })).toMatchObject({ outcome: 'accepted' });
  });

  test('a test message is marked as one', async () => {
    expect(await send(of, { page: { test: true } })).toMatchObject({ outcome: 'accepted' });
    if (!of.silent) expect(takenText(of)).toMatch(/测试|TEST/);
  });
});
