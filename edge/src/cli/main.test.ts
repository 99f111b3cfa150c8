import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { createCommandHome, runEdgeCommand as run } from '../testing/command-line.ts';
import type { EdgeHome } from '../testing/whole-edge.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

let home: EdgeHome;
beforeEach(() => {
  home = createCommandHome();
});

function file(name: string, text: string): string {
  home.write(name, text);
  return home.file(name);
}

test('help is no error, a word that nobody knows is bad usage', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('energy-summary') });
  expect(await run('fly')).toMatchObject({ code: 2 });
  expect(await run('incidents', '--state', 'asleep')).toMatchObject({
    code: 2,
    err: expect.stringContaining('open, closed, all'),
  });
  expect(await run('energy-summary', '--day', '2026-02-30')).toMatchObject({ code: 2 });
});

test('a configuration with faults names them all, one that is sound is shown without its secrets', async () => {
  expect(await run('config', 'check')).toMatchObject({ code: 0, out: expect.stringContaining('"registryFile"') });
  vi.stubEnv('KEEPSITE_WEBHOOK_SECRET', 'never-shown-to-anybody');
  expect((await run('config', 'check')).out).not.toContain('never-shown');
  vi.stubEnv('KEEPSITE_EDGE_CONFIG', file('registry.yaml', 'version: 0'));
  vi.stubEnv('KEEPSITE_EDGE_RULES', join(home.folder, 'edge'));
  file('broken.yaml', 'rules: [{ id: x }]');
  const faulty = await run('config', 'check');
  expect(faulty.code).toBe(2);
  expect(faulty.err).toMatch(/registry\.yaml: version[\s\S]*broken\.yaml:1/);
});

test('a file of rules or a mapping is checked', async () => {
  expect(await run('rules', 'check', join(import.meta.dirname, '../../rules/flood.yaml'))).toMatchObject({ code: 0 });
  expect(await run('rules', 'check', file('broken.yaml', 'rules: [{ id: x }]'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('broken.yaml:1'),
  });
  expect(await run('mapping', 'check', file('broken.yaml', 'topic: 7'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('broken.yaml:1'),
  });
  expect(await run('rules', 'check', home.file('missing.yaml'))).toMatchObject({ code: 2 });
});

test('incidents and energy can be asked for while no edge runs', async () => {
  expect(await run('incidents')).toMatchObject({ code: 0, out: 'no incident\n' });
  expect(await run('incidents', '--json')).toMatchObject({ code: 0, out: '[]\n' });
  expect(await run('energy-summary', '--day', '2026-03-01')).toMatchObject({
    code: 0,
    out: 'no energy is known of that day\n',
  });
});
