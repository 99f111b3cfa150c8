import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

test.each(Object.entries(scripts))('npm run %s runs something that exists: %s', (_name, command) => {
  const [program = '', file = ''] = command.split(' ');
  expect(existsSync(program === 'node' ? join(root, file) : join(root, 'node_modules/.bin', program))).toBe(true);
});
