import { ALIYUN, openStandIns, type StandIns } from '@keepsite/simulators/vendors';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OutgoingPage } from '../channel.ts';
import { parseChannelSettings } from '../settings.ts';
import { exampleDeps, examplePage } from '../testing.ts';
import { CHANNEL_TYPES } from './types.ts';

let standIns: StandIns;
beforeAll(async () => {
  standIns = await openStandIns();
});
beforeEach(() => standIns.reset());
afterAll(() => standIns.close());

const ACCOUNT = { accessKeyId: ALIYUN.accessKeyId, accessKeySecret: ALIYUN.accessKeySecret };
const LINK = {
  template: ALIYUN.smsLinkTemplate,
  address: ALIYUN.linkAddress,
  variables: { level: 'severity', title: 'title', place: 'where', reference: 'code' },
};

function sms(page: Partial<OutgoingPage> = {}, over: object = {}) {
  const server = standIns.at('aliyun-sms');
  const settings = { ...ACCOUNT, template: ALIYUN.smsTemplate, sign: ALIYUN.sign, server, ...over };
  return send('aliyun-sms', settings, page);
}

function call(page: Partial<OutgoingPage> = {}, over: object = {}) {
  const settings = { ...ACCOUNT, template: ALIYUN.ttsTemplate, server: standIns.at('aliyun-voice'), ...over };
  return send('aliyun-voice', settings, page);
}

function send(type: string, settings: object, page: Partial<OutgoingPage>) {
  const kind = CHANNEL_TYPES.get(type)!;
  const channel = kind.create('duty', kind.settings.parse(settings));
  return channel.send(examplePage(page, '13800000000'), exampleDeps({ fetch, wallNow: () => Date.now() }));
}

const heard = (vendor: string) => (standIns.taken(vendor) as { text: string }[]).map(({ text }) => text);

const link = `${ALIYUN.linkAddress}edge-1-k3f09xq2ab-17`;

describe('a short message with its link', () => {
  test('has the address in its template, and only the end of it in a variable', async () => {
    expect(await sms({ link }, { link: LINK })).toEqual({ outcome: 'accepted', reference: expect.any(String) });
    expect(heard('aliyun-sms')).toEqual([
      `【${ALIYUN.sign}】紧急事件：3 号梯困人，位置 A 座 3 号梯，请打开 ${link} 响应。`,
    ]);
  });

  test.each([
    ['leads elsewhere', 'https://other.example/incidents/edge-1-17', /leads to https:\/\/other\.example, not to/],
    ['has an end that is too long', `${ALIYUN.linkAddress}${'e'.repeat(36)}`, /36 characters/],
    ['has an end that may pass for an address', `${ALIYUN.linkAddress}evil.example`, /signs/],
  ])('goes without it, and says so, where the link %s', async (_, other, why) => {
    const delivery = await sms({ link: other }, { link: LINK });
    expect(delivery).toMatchObject({ outcome: 'accepted', reason: expect.stringMatching(why) });
    expect(heard('aliyun-sms')).toEqual([expect.stringContaining('请立即响应')]);
  });

  test('goes without it, and without a word, where there is nothing to answer', async () => {
    expect(await sms({ link: null, test: true }, { link: LINK })).not.toHaveProperty('reason');
    expect(heard('aliyun-sms')).toEqual([expect.stringContaining('测试')]);
  });
});

describe('a variable', () => {
  test('may hold several parts, of which the longest gives way first', async () => {
    const place = { en: 'x'.repeat(90), zh: '水'.repeat(90) };
    const variables = { what: 'title', where: ['severity', 'where', 'since'], left: 'left' };
    await sms({ place }, { variables });
    expect(heard('aliyun-sms')[0]).toContain(`位置 紧急，${'水'.repeat(19)}…，03-02 16:15，剩 6:48`);
  });

  test('never holds what the provider takes for an address', async () => {
    const odd = '机房 10.0.0.7 www.pump-house.example.cn https://pump.cn 2.5 m';
    expect(await sms({ place: { en: odd, zh: odd } })).toMatchObject({ outcome: 'accepted' });
    expect(heard('aliyun-sms')[0]).toContain('机房 10 0 0 7 www pump-house exampl');
    expect(await call({ place: { en: odd, zh: odd } })).toMatchObject({ outcome: 'accepted' });
  });

  test('that the template lacks is told in the vendor’s words', async () => {
    expect(await sms({}, { variables: { what: 'what', where: 'where' } })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('isv.TEMPLATE_MISSING_PARAMETERS'),
    });
  });
});

describe('a call', () => {
  test('says what, where, since when and how to answer, in two variables, for shared numbers have no more', async () => {
    const variables = { event: ['what', 'where'], time: ['since', 'left'] };
    expect(await call({}, { template: ALIYUN.sharedTtsTemplate, variables })).toMatchObject({ outcome: 'accepted' });
    expect(heard('aliyun-voice')).toEqual([
      '您好，紧急，3 号梯困人，A 座 3 号梯，16点15分开始，还剩6分48秒，请在收到的消息中应答，本电话不能按键应答。',
    ]);
  });

  test('is not in danger of having nothing to read', async () => {
    expect(await call({ test: true, place: { en: '', zh: '' } })).toMatchObject({ outcome: 'accepted' });
  });
});

describe('settings that cannot work are refused with the reason', () => {
  const parse = (text: string) => {
    const parsed = parseChannelSettings(`version: 1\nchannels:\n${text}`, 'channels.yaml', {});
    return parsed.ok ? [] : parsed.faults;
  };
  const head = (type: string) =>
    `  duty:\n    type: ${type}\n    accessKeyId: a\n    accessKeySecret: b\n    template: ${type === 'aliyun-sms' ? 'SMS_1\n    sign: x' : 'TTS_1'}\n`;
  const withLink = (rest: string) => parse(`${head('aliyun-sms')}    link:\n      template: SMS_2\n${rest}`);

  test('what works is taken', () => {
    expect(withLink('      address: https://keepsite.example/incidents/\n')).toEqual([]);
    expect(parse(`${head('aliyun-voice')}    variables: { event: [what, where], time: since }\n`)).toEqual([]);
    expect(
      parse(`${head('aliyun-voice')}    from: '05718888'\n    variables: { a: what, b: where, c: how }\n`),
    ).toEqual([]);
  });

  test.each([
    ['http://keepsite.example/incidents/', /channels\.duty\.link\.address: must be the https address/],
    ['https://10.0.0.7/incidents/', /must lead to a domain/],
    ['https://localhost/incidents/', /must lead to a domain/],
    ['https://keepsite.example/l/', /longer than the 35 characters that a variable may have/],
    ['https://keepsite.example/incidents', /must end with \/incidents\//],
    ['https://keepsite.example/?incidents/', /must end with \/incidents\//],
  ])('an address %s', (address, why) => {
    expect(withLink(`      address: ${address}\n`)).toEqual([expect.stringMatching(why)]);
  });

  test.each([
    ['{ title: title }', /exactly one variable must hold code/],
    ['{ a: code, b: code }', /exactly one variable must hold code/],
    ['{ a: [title, code] }', /code stands in a variable by itself/],
    ['{ email: code }', /channels\.yaml:12: channels\.duty\.link\.variables.*email.*name of a variable/],
    ['{ 手机: code }', /name of a variable/],
    ['{ id2: code, b: weather }', /must be one of what, title, severity, where, since, left, code/],
  ])('variables %s of a template with an address', (variables, why) => {
    const faults = withLink(`      address: https://keepsite.example/incidents/\n      variables: ${variables}\n`);
    expect(faults).toEqual([expect.stringMatching(why)]);
  });

  test('a code without an address, the same template twice, a code that is read aloud, and a third variable of a shared number', () => {
    expect(parse(`${head('aliyun-sms')}    variables: { a: code }\n`)).toEqual([
      expect.stringMatching(/must be one of what, title, severity, where, since, left$/),
    ]);
    expect(
      parse(`${head('aliyun-sms')}    link: { template: SMS_1, address: 'https://keepsite.example/incidents/' }\n`),
    ).toEqual([expect.stringMatching(/link\.template: must be another template/)]);
    expect(parse(`${head('aliyun-voice')}    variables: { a: code }\n`)).toEqual([
      expect.stringMatching(/must be one of what, title, severity, where, since, left, how$/),
    ]);
    expect(parse(`${head('aliyun-voice')}    variables: { a: what, b: where, c: since }\n`)).toEqual([
      expect.stringMatching(/duty\.variables: may be two at most.*without a number of one’s own/),
    ]);
  });
});
