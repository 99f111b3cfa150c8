import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PhoneStore, StoredPhone } from '../../push/ports.ts';
import { createMemoryPhones } from '../../testing/memory-phones.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { openPhones } from './phones.ts';

const PHONE: StoredPhone = {
  id: 'a',
  person: 'li',
  account: 'na.li',
  session: 's-1',
  name: 'Chrome · Android',
  endpoint: 'https://push.example/a',
  p256dh: 'key',
  auth: 'auth',
  publicKey: 'vapid',
  addedAt: 1_000,
  acceptedAt: null,
  trouble: null,
  ended: null,
  endedAt: null,
};

function open(path = join(temporaryFolder(), 'edge', 'access.sqlite')): PhoneStore {
  const store = openPhones(path);
  onTestFinished(() => store.close());
  return store;
}

describe.each([
  ['the access file', () => open()],
  ['its twin in memory', createMemoryPhones],
] as const)('%s, as a store of phones', (_, make) => {
  test('keeps a phone as it was saved last, the oldest first, and forgets it', () => {
    const store = make();
    store.save({ ...PHONE, id: 'b', endpoint: 'https://push.example/b', addedAt: 2_000 });
    store.save(PHONE);
    expect(store.all().map(({ id }) => id)).toEqual(['a', 'b']);
    const later = { ...PHONE, acceptedAt: 5_000, trouble: 'HTTP 410', ended: 'gone', endedAt: 6_000 } as const;
    store.save(later);
    expect(store.all()[0]).toEqual(later);
    store.remove('a');
    expect(store.all().map(({ id }) => id)).toEqual(['b']);
  });

  test('one endpoint is one phone, whoever had it before', () => {
    const store = make();
    store.save(PHONE);
    store.save({ ...PHONE, id: 'b', person: 'zhang', account: null, session: null });
    expect(store.all()).toEqual([{ ...PHONE, id: 'b', person: 'zhang', account: null, session: null }]);
  });
});

test('phones outlive the edge, in a file that nobody but the edge’s own account may read', () => {
  const path = join(temporaryFolder(), 'edge', 'access.sqlite');
  const first = openPhones(path);
  first.save(PHONE);
  first.close();
  expect(open(path).all()).toEqual([PHONE]);
  expect(statSync(path).mode & 0o077).toBe(0);
});
