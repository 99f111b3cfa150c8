import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { simulate as run } from './cli.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

describe('the command', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'keepsite-simulate-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const simulate = async (...args: string[]) => {
    const said = { out: '', err: '' };
    const voice = {
      out: (text: string) => void (said.out += `${text}\n`),
      err: (text: string) => void (said.err += `${text}\n`),
    };
    return { code: await run(args, { KEEPSITE_DATA_DIR: dir }, voice), ...said };
  };

  test('world writes a registry and its mappings', async () => {
    const { code, out } = await simulate('world', '--out', join(dir, 'registry.yaml'), '--mappings', join(dir, 'maps'));
    expect([code, out.trim().split('\n')]).toEqual([
      0,
      [join(dir, 'registry.yaml'), join(dir, 'maps', 'qiantang-scada.yaml')],
    ]);
    expect(parse(await readFile(join(dir, 'registry.yaml'), 'utf8')).sites).toHaveLength(3);
  });

  test('has help, and lists the stories', async () => {
    const help = await simulate('--help');
    expect(help.code).toBe(0);
    for (const command of ['world', 'run', 'seed', 'replay', 'scenario']) expect(help.out).toContain(command);
    expect((await simulate('run', '--help')).out).toContain('--chaos');
    expect((await simulate('scenario')).out).toContain('trapped-passenger');
  });

  test.each([
    ['an unknown command', ['dance']],
    ['a missing option', ['world']],
    ['a bad share of chaos', ['run', '--chaos', 'much']],
    ['a bad port', ['run', '--http', '70000']],
    ['an unknown story', ['scenario', 'earthquake']],
    ['a bad day', ['seed', '--end', 'soon']],
    ['a record that is not there', ['replay', 'nothing.csv', '--unit', 'kwh', '--device', 'm']],
  ])('%s ends with 2 and says why', async (_what, args) => {
    const { code, err } = await simulate(...args);
    expect([code, err.trim().length > 0]).toEqual([2, true]);
  });

  test('the door hands its exit code on', async () => {
    const code = await new Promise((resolve) =>
      execFile(process.execPath, [MAIN, 'dance'], (error) => resolve(error?.code)),
    );
    expect(code).toBe(2);
  });

  test('a cloud that is not there ends with 1', async () => {
    const { code, err } = await simulate('seed', '--cloud', 'http://127.0.0.1:9', '--days', '1', '--end', '2026-11-22');
    expect([code, err]).toEqual([1, expect.stringContaining('nobody answers')]);
  });
});
