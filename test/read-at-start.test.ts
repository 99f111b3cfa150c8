// Half of a start is reading code. What many an edge never needs is read with import() where it is used.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const STATIC_IMPORT = /^(?:import|export)\s(?!type\b)[^'";]*?from '([^']+)';|^import '([^']+)';/gm;

/** Libraries that are read when `file` is, by its own imports and by those of all our files that it leads to. */
function librariesOf(file: URL): ReadonlySet<string> {
  const libraries = new Set<string>();
  const seen = new Set<string>();
  const walk = (at: string): void => {
    if (seen.size === seen.add(at).size) return;
    for (const [, from, alone] of readFileSync(new URL(at), 'utf8').matchAll(STATIC_IMPORT)) {
      const name = from ?? alone ?? '';
      if (name.startsWith('.')) walk(new URL(name, at).href);
      else if (name.startsWith('@keepsite/')) walk(import.meta.resolve(name));
      else libraries.add(name);
    }
  };
  walk(file.href);
  return libraries;
}

test('an edge does not read at its start what only some channels and brokers need', () => {
  const libraries = librariesOf(new URL('../edge/src/compose.ts', import.meta.url));
  expect(libraries).toContain('fastify');
  expect(libraries).toContain('zod');
  for (const name of ['undici', 'nodemailer', 'web-push', 'mqtt', 'aedes', 'mqtt-packet'])
    expect(libraries).not.toContain(name);
});
