import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cli } from './main.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepsite-response-'));
  vi.stubEnv('KEEPSITE_DATA_DIR', folder);
  vi.stubEnv('KEEPSITE_EDGE_CONFIG', file('registry.yaml', REGISTRY));
  // Nobody listens there: the files are asked.
  vi.stubEnv('KEEPSITE_EDGE_HTTP_PORT', '1');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const REGISTRY = `
version: 1
sites: []
zones: []
assets: []
devices: []
people:
  - { id: an, name: An, addresses: [{ channel: mqtt, to: an }] }
  - { id: bo, name: Bo, addresses: [{ channel: mqtt, to: bo }] }
rosters:
  - id: duty
    version: 1
    name: { en: Duty, zh: 值班 }
    zone: Asia/Shanghai
    calendar: china
    layers:
      - { id: workdays, members: [an, bo], from: 2026-01-05T08:00, hours: [{ days: [workday], from: '08:00', to: '20:00' }] }
plans:
  - { id: p, version: 1, steps: [{ afterSeconds: 0, page: [duty] }, { afterSeconds: 60, page: [an, bo] }], alert: [an] }
`;

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await cli(args, {
    out: (text) => void (said.out += `${text}\n`),
    err: (text) => void (said.err += `${text}\n`),
  });
  return { code, ...said };
}

test('who is on call is told for any instant, with a make-up Saturday as a workday', async () => {
  const saturday = await run('on-call', '--at', '2026-02-14T10:00:00+08:00', '--json');
  expect(saturday.code).toBe(0);
  expect(JSON.parse(saturday.out)).toMatchObject({ items: [{ roster: 'duty', now: [{ person: 'bo' }] }] });
  const holiday = await run('on-call', '--at', '2026-02-16T10:00:00+08:00');
  expect(holiday.out).toMatch(/duty +NOBODY +2026-02-24T08:00 +Bo/);
});

test('a sound file can be used, and its gaps are told', async () => {
  const { code, out, err } = await run('plans', 'check', join(folder, 'registry.yaml'), '--days', '2');
  expect(code).toBe(0);
  expect(out).toContain('can be used');
  expect(err).toMatch(/^warning +rosters\.duty: nobody is on call from/m);
});

test('a file with a step that reaches nobody is refused, with the place and the reason', async () => {
  const text = REGISTRY.replace('page: [an, bo]', 'page: [an, bo], channels: [sms]');
  const { code, err } = await run('plans', 'check', file('plans.yaml', text));
  expect(code).toBe(2);
  expect(err).toMatch(/^error +plans\.p\.steps\.2: the step reaches nobody: An, Bo cannot be reached over sms$/m);
});

test('what is no plan at all is told with its place', async () => {
  const { code, err } = await run('plans', 'check', file('plans.yaml', 'plans: [{ id: p }]'));
  expect(code).toBe(2);
  expect(err).toMatch(/^error +plans\.0\.version: /m);
});
