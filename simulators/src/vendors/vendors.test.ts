import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  DINGTALK_ROBOT,
  FEISHU_BOT,
  MOODS,
  NTFY,
  openStandIns,
  PAGERDUTY_KEY,
  SLACK_HOOK,
  type StandIns,
  TELEGRAM_BOT,
  WECOM_KEY,
} from './index.ts';

/** The instant for which the signatures below were computed, with openssl. */
const AT = 1_767_225_600_000;
// printf '%s\n%s' 1767225600000 "$SECRET" | openssl dgst -sha256 -hmac "$SECRET" -binary | base64
const DINGTALK_SIGN = '7dg7bbysFRJzclBtcAQ7YL/L6exC+M76yrzXhNlH6E0=';
// printf '' | openssl dgst -sha256 -hmac "$(printf '1767225600\n%s' "$SECRET")" -binary | base64
const FEISHU_SIGN = '6OZgNe3OLAf/mFv9nGu9YCBWow2rCzfG9clzknYaRJs=';

let standIns: StandIns;
beforeAll(async () => {
  standIns = await openStandIns();
});
beforeEach(() => {
  standIns.reset();
  setTime(AT);
});
afterAll(() => standIns.close());

function setTime(at: number): void {
  standIns.stopClock(at);
}

async function post(vendor: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(standIns.at(vendor) + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
  });
  const text = await response.text();
  const said: unknown = text.startsWith('{') ? JSON.parse(text) : text;
  return { status: response.status, said, headers: response.headers };
}

const text = (content: string) => ({ msgtype: 'text', text: { content } });

describe('DingTalk', () => {
  const say = (content = 'hello', sign = DINGTALK_SIGN, at = AT) =>
    post(
      'dingtalk',
      `/robot/send?access_token=${DINGTALK_ROBOT.token}&timestamp=${at}&sign=${encodeURIComponent(sign)}`,
      text(content),
    );

  test('takes what is signed over the time and its secret', async () => {
    expect(await say()).toMatchObject({ status: 200, said: { errcode: 0 } });
    expect(standIns.taken('dingtalk')).toMatchObject([{ content: 'hello' }]);
  });

  test('refuses another signature, another token, and a time that is an hour off, all inside a 200', async () => {
    expect(await say('hello', DINGTALK_SIGN.replace(/^./, 'A'))).toMatchObject({
      status: 200,
      said: { errcode: 310000 },
    });
    setTime(AT + 3_601_000);
    expect((await say()).said).toMatchObject({ errcode: 310000, errmsg: 'invalid timestamp' });
    setTime(AT + 3_599_000);
    expect((await say()).said).toMatchObject({ errcode: 0 });
    expect((await post('dingtalk', '/robot/send?access_token=x', text('x'))).said).toMatchObject({ errcode: 300001 });
  });

  test('refuses the twenty-first in a minute and more than 20 000 bytes', async () => {
    expect((await say('水'.repeat(6_700))).said).toMatchObject({ errcode: 460101 });
    for (let n = 1; n < 20; n += 1) expect((await say()).said).toMatchObject({ errcode: 0 });
    expect((await say()).said).toMatchObject({ errcode: 130101 });
    setTime(AT + 61_000);
    expect((await say()).said).toMatchObject({ errcode: 0 });
  });
});

test('Feishu takes what is signed with key and message as it wants them, within an hour', async () => {
  const path = `/open-apis/bot/v2/hook/${FEISHU_BOT.id}`;
  const card = { elements: [{ tag: 'div' }] };
  const say = (sign: string) =>
    post('feishu', path, { timestamp: String(AT / 1000), sign, msg_type: 'interactive', card });
  expect((await say(FEISHU_SIGN)).said).toMatchObject({ code: 0 });
  expect((await say(DINGTALK_SIGN)).said).toMatchObject({ code: 19021 });
  setTime(AT + 3_601_000);
  expect((await say(FEISHU_SIGN)).said).toMatchObject({ code: 19021 });
});

test('WeCom counts bytes, 2048 of text and 4096 of markdown', async () => {
  const say = (kind: string, bytes: number) =>
    post('wecom', `/cgi-bin/webhook/send?key=${WECOM_KEY}`, { msgtype: kind, [kind]: { content: 'x'.repeat(bytes) } });
  const codes = [
    await say('text', 2_048),
    await say('text', 2_049),
    await say('markdown', 4_096),
    await say('markdown', 4_097),
  ];
  expect(codes.map(({ said }) => (said as { errcode: number }).errcode)).toEqual([0, 40058, 0, 40058]);
});

test('Slack refuses a whole message for one block that is too long, and the second in a second', async () => {
  const section = (length: number) => ({ type: 'section', text: { type: 'plain_text', text: 'x'.repeat(length) } });
  const say = (length: number) => post('slack', SLACK_HOOK, { text: 'x', blocks: [section(length)] });
  expect(await say(3_001)).toMatchObject({ status: 400, said: 'invalid_blocks' });
  expect(await say(3_000)).toMatchObject({ status: 429, said: 'rate_limited' });
  setTime(AT + 2_000);
  expect(await say(3_000)).toMatchObject({ status: 200, said: 'ok' });
});

test('PagerDuty names what is wrong with an event', async () => {
  const say = (event: object) => post('pagerduty', '/v2/enqueue', event);
  const payload = { summary: 's', source: 'x', severity: 'critical' };
  const sound = { routing_key: PAGERDUTY_KEY, event_action: 'trigger', payload };
  expect(await say(sound)).toMatchObject({ status: 202, said: { status: 'success' } });
  for (const wrong of [
    { routing_key: 'short' },
    { event_action: 'acknowledge' },
    { payload: { ...payload, severity: 'major' } },
    { payload: { ...payload, summary: 'x'.repeat(1_025) } },
  ])
    expect(await say({ ...sound, ...wrong })).toMatchObject({ status: 400, said: { status: 'invalid event' } });
});

test('Telegram knows one person who has blocked the bot, and a longest message', async () => {
  const say = (chat_id: string, words: string) =>
    post('telegram', `/bot${TELEGRAM_BOT.token}/sendMessage`, { chat_id, text: words });
  expect(await say(TELEGRAM_BOT.blocked, 'x')).toMatchObject({ status: 403, said: { ok: false } });
  expect(await say(TELEGRAM_BOT.chat, 'x'.repeat(4_097))).toMatchObject({ status: 400, said: { ok: false } });
  expect(await say(TELEGRAM_BOT.chat, 'x'.repeat(4_096))).toMatchObject({ status: 200, said: { ok: true } });
});

test('ntfy turns what is too long into an attachment', async () => {
  const say = (message: string) =>
    post('ntfy', '/', { topic: NTFY.topic, message }, { authorization: `Bearer ${NTFY.token}` });
  expect((await say('x'.repeat(4_096))).said).not.toHaveProperty('attachment');
  expect((await say('x'.repeat(4_097))).said).toHaveProperty('attachment');
});

test('moods are set by hand as well', async () => {
  const ask = (path: string, method = 'POST') => fetch(standIns.url + path, { method });
  expect((await ask('/vendors/dingtalk/throttled')).status).toBe(200);
  expect((await post('dingtalk', '/robot/send', {})).said).toMatchObject({ errcode: 130101 });
  expect((await ask('/vendors/dingtalk/happy')).status).toBe(422);
  expect((await ask('/vendors/pigeon/well')).status).toBe(404);
  const list = (await (await ask('/vendors', 'GET')).json()) as { name: string; mood: string }[];
  expect(list.find(({ name }) => name === 'dingtalk')).toMatchObject({ mood: 'throttled' });
});

test.each(MOODS.filter((mood) => !['silent', 'hang-up', 'endless', 'slow'].includes(mood)))(
  'somebody who is %s answers',
  async (mood) => {
    standIns.misbehave('wecom', mood);
    const { status } = await post('wecom', `/cgi-bin/webhook/send?key=${WECOM_KEY}`, text('x'));
    const expected = { outage: 503, redirect: 302 }[mood as string] ?? 200;
    expect(status).toBe(expected);
  },
);
