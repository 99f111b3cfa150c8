import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { accessContract } from '../../testing/access-contract.ts';
import { createMemoryAccess } from '../../testing/memory-access.ts';
import { ACCOUNT_TABLES, createSqliteAccounts } from './accounts.ts';
import { openAccess } from './open.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).toReversed()) close();
});

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keepsite-access-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'edge', 'access.sqlite');
}

function open(path = place()) {
  const store = createSqliteAccounts(openAccess(path, ACCOUNT_TABLES));
  closing.push(() => store.close());
  return store;
}

accessContract('the access file', open);
accessContract('its twin in memory', createMemoryAccess);

test('nobody but the edge’s own account may read the file', () => {
  const path = place();
  open(path);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('the command line and the edge see each other’s changes at once', () => {
  const path = place();
  const [edge, box] = [open(path), open(path)];
  box.saveSetupCode('code');
  expect(edge.setupCode()).toBe('code');
  edge.atomically(() => edge.saveSetupCode(null));
  expect(box.setupCode()).toBeNull();
});

test('a line of the audit can neither be changed nor taken away, not even by hand', () => {
  const path = place();
  open(path).record({ at: 1, kind: 'signed_in', by: 'li', account: 'li', address: null, detail: {} });
  const hand = new DatabaseSync(path);
  closing.push(() => hand.close());
  expect(() => hand.exec("UPDATE audit SET by = 'wang'")).toThrow('never changed');
  expect(() => hand.exec('DELETE FROM audit')).toThrow('never cut');
});
