import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SCHEMAS } from '../scripts/schemas.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

test.each(Object.entries(SCHEMAS))('%s says what the code says (else: node scripts/schemas.ts)', (file, text) => {
  expect(readFileSync(join(root, file), 'utf8')).toBe(text);
});
