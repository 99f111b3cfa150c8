import { DINGTALK_ROBOT, openStandIns, type StandIns } from '@keepsite/simulators/vendors';
import { rmSync } from 'node:fs';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createCommandHome, runEdgeCommand } from '../testing/command-line.ts';
import type { EdgeHome } from '../testing/whole-edge.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

let home: EdgeHome;
let standIns: StandIns;
beforeEach(async () => {
  standIns = await openStandIns();
  onTestFinished(standIns.close);
  home = createCommandHome(REGISTRY, { TEST_DINGTALK_SECRET: DINGTALK_ROBOT.secret });
  vi.stubEnv('KEEPSITE_EDGE_CHANNELS', home.file('our-channels.yaml'));
  home.write('our-channels.yaml', channels());
});

const REGISTRY = `
version: 1
sites: []
zones: []
assets: []
devices: []
people:
  - { id: li-na, name: 李娜, addresses: [{ channel: duty-robot, to: '13800000000' }, { channel: log, to: '-' }, { channel: pigeon, to: '-' }] }
`;

const channels = () => `
version: 1
channels:
  duty-robot:
    type: dingtalk
    url: ${standIns.at('dingtalk')}/robot/send?access_token=${DINGTALK_ROBOT.token}
    secret: \${TEST_DINGTALK_SECRET}
`;

const run = (...words: string[]) => runEdgeCommand('channels', ...words);

test('the channels are listed with who is reached over them, without their secrets', async () => {
  const { code, out } = await run('list');
  expect(code).toBe(0);
  expect(out).toMatch(/duty-robot +dingtalk +DingTalk robot +li-na/);
  expect(out).toMatch(/log +log +built in +li-na/);
  expect(out).toMatch(/pigeon +– +not set up +li-na/);
  expect(out).not.toContain(DINGTALK_ROBOT.secret);
  expect(JSON.parse((await run('list', '--json')).out)).toContainEqual(expect.objectContaining({ name: 'duty-robot' }));
});

test('a test reaches the person, is marked as one, and its verdict is the vendor’s', async () => {
  expect(await run('test', 'duty-robot', '--person', 'li-na')).toMatchObject({
    code: 0,
    out: expect.stringContaining('has taken the test message'),
  });
  expect(standIns.taken('dingtalk')).toEqual([
    {
      content: expect.stringMatching(/测试[\s\S]*@13800000000$/),
      at: expect.objectContaining({ atMobiles: ['13800000000'] }),
    },
  ]);
  vi.stubEnv('TEST_DINGTALK_SECRET', 'SECanother');
  expect(await run('test', 'duty-robot', '--to', '-')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/refused it.*310000.*sign not match/),
  });
});

test('a test without an address, or of nobody, is bad input', async () => {
  expect(await run('test', 'duty-robot')).toMatchObject({ code: 2, err: expect.stringContaining('--to') });
  expect(await run('test', 'duty-robot', '--person', 'nobody')).toMatchObject({ code: 2 });
  expect(await run('test', 'pigeon', '--to', '-')).toMatchObject({
    code: 1,
    out: expect.stringContaining('no channel named pigeon'),
  });
});

test('a file that was named and is not there is a fault: nobody would be paged', async () => {
  rmSync(home.file('our-channels.yaml'));
  expect(await run('list')).toMatchObject({ code: 2, err: expect.stringMatching(/there is no .*channels\.yaml/) });
  vi.stubEnv('KEEPSITE_EDGE_CHANNELS', '');
  expect(await run('list')).toMatchObject({ code: 0 });
});

test('a file with faults names them with their lines, here and in the check of the configuration', async () => {
  home.write('our-channels.yaml', 'version: 1\nchannels:\n  duty-robot:\n    type: pigeon\n');
  for (const words of [
    ['channels', 'list'],
    ['config', 'check'],
  ]) {
    expect(await runEdgeCommand(...words)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/channels\.yaml:4: channels\.duty-robot\.type/),
    });
  }
});

test('the phones of a person are tried out like every other channel', async () => {
  expect(await run('test', 'web-push', '--person', 'li-na')).toMatchObject({
    code: 1,
    out: expect.stringContaining('李娜 has no phone that takes pages'),
  });
});
