import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportIncident } from '@keepsite/edge-evidence';
import { afterAll, expect, test } from 'vitest';
import { chainOf } from '../testing/evidence-samples.ts';
import { cli } from './main.ts';

const directory = mkdtempSync(join(tmpdir(), 'keepsite-evidence-'));
const made = { exportedAt: '2026-03-02T10:00:00.000Z', exportedBy: 'edge' } as const;
const exported = exportIncident(chainOf('inc-1', 'inc-1'), [], made);

afterAll(() => rmSync(directory, { recursive: true }));

async function verify(text: string, ...options: string[]) {
  const file = join(directory, 'export.json');
  writeFileSync(file, text);
  const said: string[] = [];
  const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
  return { code: await cli(['evidence', 'verify', file, ...options], io), said: said.join('\n') };
}

test('an export that nobody touched is said to be so, with exit code 0', async () => {
  const { code, said } = await verify(JSON.stringify(exported));
  expect([code, said]).toEqual([0, 'unaltered: 2 events were reckoned anew, 0 links between them followed']);
});

test('one that was altered names what is wrong, with exit code 1', async () => {
  const { code, said } = await verify(JSON.stringify(exported).replaceAll('"edge-1"', '"edge-2"'));
  expect(code).toBe(1);
  expect(said).toContain('event 1 was altered');
  expect(JSON.parse((await verify('{}', '--json')).said)).toMatchObject({ ok: false });
});

test('what is no JSON is bad input, exit code 2', async () => {
  expect((await verify('not JSON')).code).toBe(2);
});
