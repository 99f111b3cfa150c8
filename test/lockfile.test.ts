import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Locked, missing } from '../scripts/lockfile.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>;
const { packages } = read('package-lock.json') as { packages: Record<string, Locked> };

test('the lockfile names every platform’s binaries, or npm ci refuses it (else: node scripts/lockfile.ts)', () => {
  expect(missing(packages).map(({ path }) => path)).toEqual([]);
});

test('a binary that the lockfile lacks is seen', () => {
  const asking = { 'node_modules/tool': { optionalDependencies: { '@tool/binding-linux-arm64-musl': '1.0.0' } } };
  expect(missing(asking)).toEqual([
    {
      path: 'node_modules/@tool/binding-linux-arm64-musl',
      entry: { version: '1.0.0', cpu: ['arm64'], libc: ['musl'], optional: true, os: ['linux'] },
    },
  ]);
});

test('it names no registry', () => {
  const hosts = Object.values(packages).flatMap((locked) =>
    String(locked['resolved'] ?? '').startsWith('http') ? [locked['resolved']] : [],
  );
  expect(hosts).toEqual([]);
});

test('every package that runs an install script is allowed by name', () => {
  const allowed = Object.keys(read('package.json')['allowScripts'] as object);
  const running = Object.entries(packages).filter(([, locked]) => locked['hasInstallScript'] === true);
  for (const [path] of running) expect(allowed).toContain(path.replace(/^.*node_modules\//, ''));
});
