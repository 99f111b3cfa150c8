import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssueBody } from '@keepsite/edge-contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCredentials } from '../adapters/sqlite-access/credentials.ts';
import { accessKey } from '../adapters/sqlite-access/key.ts';
import { createTestAuthority, type TestCertificate } from '../testing/certificates.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createMemoryCredentials } from '../testing/memory-credentials.ts';
import type { AuditFact } from './audit.ts';
import { createCredentialDesk, type CredentialDesk } from './credential-desk.ts';
import type { CredentialStore } from './credentials.ts';
import { createDoorkeeper, type ListedDoorkeeper } from './doorkeeper.ts';
import { createSeal } from './seal.ts';

const ME = { by: 'installer', address: null };
const HEARD: Readonly<Record<string, string[]>> = {
  'meter-7': ['shellies/meter-7/emeter/0/power'],
  plug: ['z2m/hall'],
};
let folder: string;
let certificate: TestCertificate;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keepsite-credentials-'));
  certificate = await (await createTestAuthority()).issue('meter-9');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const file = () => join(folder, `${(files += 1)}`, 'access.sqlite');

describe.each<[string, () => CredentialStore]>([
  ['the file', () => openCredentials(file())],
  ['its twin in memory', () => createMemoryCredentials()],
])('credentials in %s', (_, open) => {
  const seal = createSeal(new Uint8Array(32).fill(7));
  let store: CredentialStore;
  let doorkeeper: ListedDoorkeeper;
  let desk: CredentialDesk;
  let expelled: string[];
  let audit: AuditFact[];
  const clock = createFakeClock();
  beforeEach(() => {
    store = open();
    [expelled, audit] = [[], []];
    doorkeeper = createDoorkeeper({
      credentials: () => store.all(),
      seal,
      anonymous: false,
      onAdmitted: (name) => desk.noteSeen(name),
    });
    desk = createCredentialDesk({
      store,
      seal,
      clock,
      topicsOf: (device) => HEARD[device] ?? [],
      record: (fact) => audit.push(fact),
      onChanged: async () => void expelled.push(...doorkeeper.reload()),
    });
  });
  afterEach(() => store.close());

  const issue = (body: Partial<IssueBody>) => desk.issue({ kind: 'device', ...body }, ME);
  const comesIn = (name: string, password: string | null, more = {}) =>
    doorkeeper.admit({ clientId: name, username: name, password, fingerprint: null, ...more }).ok;

  test('a device gets what it was heard on, and its secret this once', async () => {
    const { credential, secret } = await issue({ device: 'meter-7' });
    expect(credential).toEqual({
      name: 'meter-7',
      kind: 'device',
      device: 'meter-7',
      clientId: 'meter-7',
      publish: ['shellies/meter-7/#'],
      subscribe: ['shellies/meter-7/#'],
      mayRetain: true,
      fingerprint: null,
      issuedAt: '2026-03-02T08:00:00.000Z',
      lastSeenAt: null,
      revokedAt: null,
      denied: null,
    });
    expect(Buffer.from(secret ?? '', 'base64url')).toHaveLength(32);
    expect([comesIn('meter-7', secret), comesIn('meter-7', `${secret}x`)]).toEqual([true, false]);
    expect(JSON.stringify([desk.list(), store.all(), audit])).not.toContain(secret);
    expect(audit).toEqual([
      { kind: 'credential_issued', ...ME, detail: { name: 'meter-7', kind: 'device', device: 'meter-7' } },
    ]);
  });

  test('the installer’s filters, client id and name count before what the edge would choose', async () => {
    const { credential } = await issue({
      device: 'plug',
      name: 'hall-plug',
      publish: ['z2m/hall', 'z2m/hall/availability'],
      subscribe: ['z2m/hall/set'],
      mayRetain: false,
      clientId: null,
    });
    expect(credential).toMatchObject({
      name: 'hall-plug',
      device: 'plug',
      clientId: null,
      publish: ['z2m/hall', 'z2m/hall/availability'],
      subscribe: ['z2m/hall/set'],
      mayRetain: false,
    });
  });

  test('newcomers share a credential that hears nothing and keeps nothing', async () => {
    const { credential } = await issue({ kind: 'onboarding', name: 'site' });
    expect(credential).toMatchObject({ clientId: null, publish: ['#'], subscribe: [], mayRetain: false, device: null });
  });

  test('a certificate takes the place of a secret', async () => {
    const { credential, secret } = await issue({ device: 'meter-9', publish: ['m/9'], certificate: certificate.cert });
    expect([credential.fingerprint, secret]).toEqual([certificate.fingerprint, null]);
    expect(comesIn('meter-9', null, { username: null, fingerprint: certificate.fingerprint })).toBe(true);
  });

  test.each<[string, Partial<IssueBody>, string]>([
    ['for a device that nobody named', {}, 'CREDENTIAL_REFUSED'],
    ['for a device that was never heard, without topics', { device: 'ghost' }, 'CREDENTIAL_REFUSED'],
    ['for a gateway without topics', { kind: 'gateway', name: 'z2m' }, 'CREDENTIAL_REFUSED'],
    ['for a gateway without a name', { kind: 'gateway', publish: ['z2m/#'] }, 'CREDENTIAL_REFUSED'],
    ['for a gateway that is a device', { kind: 'gateway', name: 'z2m', device: 'plug' }, 'CREDENTIAL_REFUSED'],
    ['under a name that no user can have', { device: 'a/b', publish: ['a'] }, 'CREDENTIAL_REFUSED'],
    ['with something that is no certificate', { device: 'plug', certificate: 'PEM' }, 'CREDENTIAL_REFUSED'],
    ['under a name that is taken', { device: 'meter-7' }, 'CREDENTIAL_EXISTS'],
    ['with a client id that is taken', { device: 'plug', clientId: 'meter-7' }, 'CREDENTIAL_EXISTS'],
  ])('none is issued %s', async (_, body, code) => {
    await issue({ device: 'meter-7' });
    await expect(issue(body)).rejects.toMatchObject({ code });
    expect(desk.list()).toHaveLength(1);
  });

  test('a certificate belongs to one credential at a time', async () => {
    await issue({ device: 'meter-9', publish: ['m/9'], certificate: certificate.cert });
    const again = { device: 'plug', certificate: certificate.cert };
    await expect(issue(again)).rejects.toMatchObject({ code: 'CREDENTIAL_EXISTS' });
    await desk.revoke('meter-9', ME);
    expect((await issue(again)).credential.fingerprint).toBe(certificate.fingerprint);
  });

  test('revoked is out at once, stays in the list, and may be issued anew with another secret', async () => {
    const first = await issue({ device: 'meter-7' });
    clock.advance(1_000);
    expect(await desk.revoke('meter-7', ME)).toMatchObject({ revokedAt: '2026-03-02T08:00:01.000Z' });
    expect([expelled, comesIn('meter-7', first.secret)]).toEqual([['meter-7'], false]);
    expect(desk.list()).toMatchObject([{ name: 'meter-7', revokedAt: '2026-03-02T08:00:01.000Z' }]);
    for (const name of ['meter-7', 'nobody', '__proto__'])
      await expect(desk.revoke(name, ME)).rejects.toMatchObject({ code: 'CREDENTIAL_UNKNOWN' });
    const second = await issue({ device: 'meter-7' });
    expect([comesIn('meter-7', first.secret), comesIn('meter-7', second.secret)]).toEqual([false, true]);
    expect(desk.list()).toMatchObject([{ name: 'meter-7', revokedAt: null, lastSeenAt: '2026-03-02T08:00:01.000Z' }]);
    expect(audit.map(({ kind }) => kind)).toEqual(['credential_issued', 'credential_revoked', 'credential_issued']);
  });

  test('what it was not allowed is told, the last of it by name, until it is issued anew', async () => {
    await issue({ device: 'meter-7' });
    for (const topic of ['plant/meter-8/x', 'plant/#']) desk.noteDenied('meter-7', topic);
    const at = new Date(clock.now()).toISOString();
    expect(desk.list()).toMatchObject([{ denied: { count: 2, topic: 'plant/#', at } }]);
    await desk.revoke('meter-7', ME);
    await issue({ device: 'meter-7' });
    expect(desk.list()).toMatchObject([{ denied: null }]);
  });

  test('who connected last is known at once, and on the disk after the next round', async () => {
    const { secret } = await issue({ device: 'meter-7' });
    comesIn('meter-7', secret);
    const at = new Date(clock.now()).toISOString();
    expect([desk.list()[0]?.lastSeenAt, store.all()[0]?.lastSeenAt]).toEqual([at, null]);
    await desk.tidy();
    expect(store.all()[0]?.lastSeenAt).toBe(clock.now());
  });
});

describe('the file of credentials', () => {
  test('another process’s changes are seen, and one’s own are no news', () => {
    const path = file();
    const [mine, theirs] = [openCredentials(path), openCredentials(path)];
    const dates = { issuedAt: 5, lastSeenAt: null, revokedAt: null };
    const rights = { publish: ['a'], subscribe: [], mayRetain: true };
    const credential = {
      name: 'a',
      kind: 'device',
      device: 'a',
      clientId: 'a',
      fingerprint: null,
      ...rights,
      ...dates,
    } as const;
    mine.add({ ...credential, digest: new Uint8Array(32) });
    expect([mine.changedElsewhere(), theirs.changedElsewhere()]).toEqual([false, true]);
    theirs.seen(new Map([['a', 7]]));
    expect(mine.changedElsewhere()).toBe(false);
    theirs.revoke('a', 9);
    expect([mine.changedElsewhere(), mine.changedElsewhere(), theirs.changedElsewhere()]).toEqual([true, false, false]);
    expect(mine.all()).toMatchObject([{ name: 'a', lastSeenAt: 7, revokedAt: 9 }]);
    mine.close();
    theirs.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('the key is made once, for the edge’s own account alone, and a damaged one is said', () => {
    const path = join(folder, 'deep', 'access.key');
    const { key, isNew } = accessKey(path);
    expect([isNew, key.length, statSync(path).mode & 0o777]).toEqual([true, 32, 0o600]);
    expect(accessKey(path)).toEqual({ key, isNew: false });
    expect(accessKey(join(folder, 'other.key')).key).not.toEqual(key);
    writeFileSync(path, 'short');
    expect(() => accessKey(path)).toThrow(expect.objectContaining({ code: 'EDGE_FILE_UNWRITABLE' }));
    expect([existsSync(path), readFileSync(path, 'utf8')]).toEqual([true, 'short']);
  });
});
