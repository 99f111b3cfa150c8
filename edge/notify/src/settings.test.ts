import { expect, test } from 'vitest';
import { CHANNEL_TYPES } from './channels/types.ts';
import { newPushKeys } from './channels/web-push.ts';
import { parseChannelSettings } from './settings.ts';

const parse = (text: string, environment = {}) => parseChannelSettings(text, 'channels.yaml', environment);

const SOUND = `
version: 1
allow: ['http://192.168.1.9:8080']
channels:
  duty-robot:
    type: dingtalk
    url: https://oapi.dingtalk.com/robot/send?access_token=\${DINGTALK_TOKEN}
    secret: \${DINGTALK_SECRET}
  mail:
    type: email
    host: smtp.example.com
    from: keepsite@example.com
people:
  li-na:
    language: zh
    fallOver: [duty-robot, mail]
    rules:
      - { channels: [mail], severities: [minor, info] }
      - { channels: [duty-robot], from: '08:00', to: '20:00' }
`;
const SECRETS = { DINGTALK_TOKEN: 't0k3n', DINGTALK_SECRET: 'SEC1' };

test('channels, people and named origins are read, secrets from the environment', () => {
  const parsed = parse(SOUND, SECRETS);
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  const { channels, people, allow } = parsed.settings;
  expect([...channels].map(([name, { type }]) => [name, type])).toEqual([
    ['duty-robot', 'dingtalk'],
    ['mail', 'email'],
  ]);
  expect(people.get('li-na')).toMatchObject({ language: 'zh', fallOver: ['duty-robot', 'mail'] });
  expect(allow).toEqual(['http://192.168.1.9:8080']);
});

test('an empty file is no fault, a missing version is', () => {
  expect(parse('version: 1')).toMatchObject({ ok: true });
  expect(parse('')).toEqual({ ok: false, faults: ['channels.yaml:1: version: must be 1'] });
});

test('every fault is told at once, with its line and its key, and no secret', () => {
  const parsed = parse(
    `version: 1
allow: ['192.168.1.9', 'http://10.0.0.1/path']
channels:
  robot:
    type: dingtalk
    url: https://oapi.dingtalk.com/robot/send
    secret: \${NOT_THERE}
  pigeon:
    type: pigeon
  log:
    type: webhook
  bot:
    type: telegram
    token: s3cret-that-is-no-token
    chatId: 5
people:
  li-na:
    rules:
      - { channels: [robot], from: '20:00' }
`,
  );
  expect(parsed).toEqual({
    ok: false,
    faults: [
      'channels.yaml:7: channels.robot.secret: the environment has no NOT_THERE',
      expect.stringMatching(/^channels\.yaml:2: allow\.0: must be an origin/),
      expect.stringMatching(/^channels\.yaml:2: allow\.1: must be an origin/),
      expect.stringMatching(/^channels\.yaml:19: people\.li-na\.rules\.0: needs both from and to/),
      'channels.yaml:6: channels.robot.url: must hold its access_token',
      expect.stringMatching(/^channels\.yaml:9: channels\.pigeon\.type: must be one of dingtalk, wecom/),
      expect.stringMatching(/^channels\.yaml:11: channels\.log: log is the name of a channel that every edge has/),
      expect.stringMatching(/^channels\.yaml:14: channels\.bot\.token: must be the token/),
      expect.stringMatching(/^channels\.yaml:13: channels\.bot: Unrecognized key: "chatId"/),
    ],
  });
  expect(JSON.stringify(parsed)).not.toContain('s3cret');
});

test.each(['dingtalk', 'wecom', 'feishu', 'slack', 'teams'])(
  'a %s whose URL is none is a fault with its line',
  (type) => {
    const parsed = parse(`version: 1\nchannels:\n  robot:\n    type: ${type}\n    url: \${ROBOT}\n`);
    expect(parsed).toMatchObject({ ok: false });
    expect(!parsed.ok && parsed.faults.join()).toContain('channels.yaml:5: channels.robot.url: must be');
  },
);

test('a person’s rules can only name channels that there are', () => {
  expect(parse('version: 1\npeople:\n  li:\n    fallOver: [log, smoke]')).toEqual({
    ok: false,
    faults: ['channels.yaml:4: people.li.fallOver.1: there is no channel named smoke'],
  });
});

test('broken YAML is told with its line', () => {
  expect(parse('version: 1\nchannels: [')).toEqual({
    ok: false,
    faults: [expect.stringMatching(/^channels\.yaml:2: /)],
  });
});

test.each([...CHANNEL_TYPES.values()].map((kind) => [kind.type, kind] as const))(
  '%s has a name in both languages, a vendor’s document, and refuses a key that nobody knows',
  (_, kind) => {
    expect(Object.values(kind.names).every((name) => name.length > 2)).toBe(true);
    expect(kind.document).toMatch(/^https:\/\//);
    expect(kind.settings.safeParse({ pigeon: 1 }).success).toBe(false);
  },
);

test('web push may be set up under its own name, and its keys are those that phones subscribe with', () => {
  const [mine, other] = [newPushKeys(), newPushKeys()];
  const of = (keys: object) => JSON.stringify({ type: 'web-push', subject: 'mailto:duty@example.com', ...keys });
  const parsed = parse(
    `{ version: 1, channels: { web-push: ${of(mine)}, tablets: ${of({ ...other, subscriptions: {} })} } }`,
  );
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  expect(parsed.settings.pushKeys).toEqual({ subject: 'mailto:duty@example.com', ...mine });
  expect(parse('version: 1')).toMatchObject({ ok: true, settings: { pushKeys: undefined } });
  expect(parse('{ version: 1, channels: { web-push: { type: log } } }')).toMatchObject({ ok: false });
});
