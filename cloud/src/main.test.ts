import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('a cloud whose settings cannot be used says so in a sentence, without a stack', () => {
  const env = { ...process.env, KEEPSITE_DEMO: '0', KEEPSITE_API_TOKEN: '', KEEPSITE_EDGE_TOKEN: '' };
  const ended = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts')], { env, encoding: 'utf8' });
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain('KEEPSITE_API_TOKEN');
  expect(ended.stderr).not.toMatch(/^\s+at /m);
});
