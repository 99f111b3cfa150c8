import { expect, test } from 'vitest';
import { signed } from './channels/aliyun.ts';
import { dingtalkSign } from './channels/dingtalk.ts';
import { feishuSign } from './channels/feishu.ts';
import { signBody, standardHeaders, verifySignature } from './signature.ts';

// DingTalk and Feishu print no worked example. These two are the test vectors of open libraries that
// have spoken to them for years, and were computed once more with another program:
//   printf '%s\n%s' 1577262236757 'this is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64
test('DingTalk: the vector of CatchZeng/dingtalk', () => {
  expect(dingtalkSign('this is secret', 1_577_262_236_757)).toBe('hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=');
});

//   printf '' | openssl dgst -sha256 -hmac "$(printf '1661860880\nxxx')" -binary | base64
test('Feishu: the vector of go-lark/lark', () => {
  expect(feishuSign('xxx', 1_661_860_880)).toBe('QnWVTSBe6FmQDE0bG6X0mURbI+DnvVyu1h+j5dHOjrU=');
});

test('Alibaba Cloud: the example with fixed parameters of the document on its signature, version 3', () => {
  const { headers } = signed({
    server: 'https://ecs.cn-shanghai.aliyuncs.com',
    accessKeyId: 'YourAccessKeyId',
    accessKeySecret: 'YourAccessKeySecret',
    action: 'RunInstances',
    version: '2014-05-26',
    parameters: {
      RegionId: 'cn-shanghai',
      ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
    },
    now: Date.parse('2023-10-26T10:22:32Z'),
    nonce: '3156853299f313e23d1673dc12e1703d',
  });
  expect(headers?.['authorization']).toBe(
    'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
  );
});

test('Standard Webhooks: the example of its specification and libraries', () => {
  const body = '{"test": 2432232314}';
  const headers = standardHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: 1_614_265_330_000,
    body,
  });
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('our own signature is HMAC-SHA-256 of "<ms>.<body>", as computed with another program', () => {
  expect(signBody('a-secret-for-testing', 1_767_225_600_000, '{"page":"p1"}')).toBe(
    't=1767225600000,v1=a0fe3c9eabe14dbcc2d5cb00d0e7acf4acb1349f331818ce25d3e3f99ec72811',
  );
});

test('our own signature fits one body, one secret and five minutes', () => {
  const now = 1_767_225_600_000;
  const header = signBody('a-secret-for-testing', now, 'body');
  expect(verifySignature('a-secret-for-testing', header, 'body', now + 299_000)).toBe(true);
  expect(verifySignature('a-secret-for-testing', header, 'body', now + 301_000)).toBe(false);
  expect(verifySignature('a-secret-for-testing', header, 'bodY', now)).toBe(false);
  expect(verifySignature('another-secret', header, 'body', now)).toBe(false);
  expect(verifySignature('a-secret-for-testing', 'nonsense', 'body', now)).toBe(false);
});
