import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { readReach } from './duty-file.ts';
import { CloudError } from './errors.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keepsite-duty-'));
  mkdirSync(join(directory, 'cloud'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const CHANNELS = 'version: 1\nchannels:\n  robot: { type: dingtalk, url: "${ROBOT}", secret: "SEC0123456789abcdef" }\n';
const DUTY = `version: 1
people:
  - { id: wang, name: 王磊, addresses: [{ channel: robot, to: '@all' }] }
steps:
  - { afterSeconds: 0, page: [wang] }
`;
const ROBOT = { ROBOT: 'https://oapi.dingtalk.com/robot/send?access_token=x' };

function read(files: Readonly<Record<string, string>>, environment: Record<string, string> = ROBOT, settings = {}) {
  for (const name of ['channels.yaml', 'duty.yaml']) rmSync(join(directory, 'cloud', name), { force: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'cloud', name), text);
  const config = readConfig({ KEEPSITE_DATA_DIR: directory, ...settings });
  if (!config.ok) throw new Error(config.faults.join(' '));
  return readReach(config.config, environment);
}

function faults(...asked: Parameters<typeof read>): string {
  try {
    read(...asked);
  } catch (cause) {
    if (cause instanceof CloudError && cause.code === 'CLOUD_CONFIG_INVALID') return cause.message;
    throw cause;
  }
  return '';
}

test('who is on duty and how they are reached is read; repeats come every quarter of an hour unless said otherwise', () => {
  const { duty, channels } = read({ 'channels.yaml': CHANNELS, 'duty.yaml': DUTY });
  expect([...channels.channels.keys()]).toEqual(['robot']);
  expect(duty).toMatchObject({ severity: 'major', repeatEverySeconds: 900, people: [{ id: 'wang' }] });
});

test('without files nobody is on duty, and the cloud starts all the same', () => {
  expect(read({}).duty).toMatchObject({ people: [], steps: [] });
});

test('every fault is told at once: both files, and names that nobody has', () => {
  const wrong = DUTY.replace('page: [wang]', 'page: [zhao]');
  const told = faults({ 'channels.yaml': CHANNELS, 'duty.yaml': wrong }, {});
  expect(told).toContain('the environment has no ROBOT');
  expect(told).toContain('there is no person zhao');
  expect(faults({ 'duty.yaml': DUTY })).toContain('there is no channel named robot');
});

test('a step that comes before the one above it, and a file that is no YAML, are faults', () => {
  const twice = `${DUTY}  - { afterSeconds: 0, page: [wang] }\n`;
  expect(faults({ 'channels.yaml': CHANNELS, 'duty.yaml': twice })).toContain('must come one after the other');
  expect(faults({ 'duty.yaml': 'people: [' })).toContain('duty.yaml:');
});

test('a path that somebody wrote down leads to a file, or the cloud does not start', () => {
  expect(faults({}, ROBOT, { KEEPSITE_CLOUD_DUTY: join(directory, 'elsewhere.yaml') })).toContain('there is no');
});
