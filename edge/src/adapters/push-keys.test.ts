import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { keptPushKeys } from './push-keys.ts';

const SUBJECT = 'https://edge.example';
const heard: object[] = [];
const log = { error: (fields: object) => void heard.push(fields) };

test('keys are made once, for nobody but the edge’s own account to read', () => {
  const path = join(temporaryFolder(), 'edge', 'push-keys.json');
  const made = keptPushKeys(path, SUBJECT, log);
  expect(Buffer.from(made.publicKey, 'base64url')).toHaveLength(65);
  expect(keptPushKeys(path, SUBJECT, log)).toEqual(made);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each(['', '{', '{"publicKey":"x"}', 'null'])('a file that says %j is put aside, and pagers go on', (text) => {
  heard.length = 0;
  const path = join(temporaryFolder(), 'push-keys.json');
  writeFileSync(path, text);
  const made = keptPushKeys(path, SUBJECT, log);
  expect(heard).toEqual([{ file: path }]);
  expect(existsSync(`${path}.damaged`)).toBe(true);
  expect(keptPushKeys(path, SUBJECT, log)).toEqual(made);
});
