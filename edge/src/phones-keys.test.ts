import { newPushKeys } from '@keepsite/edge-notify';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPhoneBook } from './phones.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const said = () => undefined;
const log = { debug: said, info: said, warn: said, error: said };

/** The keys by which an edge in that directory speaks to push services; its phones are told the public one. */
function keysIn(
  dataDir: string,
  over: Partial<Parameters<typeof openPhoneBook>[1]> = {},
  publicUrl = 'http://10.0.0.5',
) {
  mkdirSync(join(dataDir, 'edge'), { recursive: true });
  const parts = { given: undefined, accounts: null, people: () => [], clock: createFakeClock(), log, ...over };
  const { book, keys, close } = openPhoneBook({ dataDir, http: { publicUrl } as never }, parts);
  close();
  expect(book.publicKey).toBe(keys.publicKey);
  return keys;
}

test('the keys of the configuration count, and none are made beside them', () => {
  const dataDir = temporaryFolder();
  const given = { subject: 'mailto:duty@example.com', ...newPushKeys() };
  expect(keysIn(dataDir, { given })).toEqual(given);
  expect(existsSync(join(dataDir, 'edge/push-keys.json'))).toBe(false);
});

test('an edge has keys of its own in its directory; a push service asks at its address, where it has one of https', () => {
  const dataDir = temporaryFolder();
  const made = keysIn(dataDir);
  expect(existsSync(join(dataDir, 'edge/push-keys.json'))).toBe(true);
  expect(made.subject).toBe('mailto:keepsite@example.com');
  expect(keysIn(dataDir, {}, 'https://edge.example')).toEqual({ ...made, subject: 'https://edge.example' });
  expect(keysIn(temporaryFolder()).publicKey).not.toBe(made.publicKey);
});
