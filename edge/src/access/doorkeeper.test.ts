import { describe, expect, test } from 'vitest';
import type { Credential } from './credentials.ts';
import { createDoorkeeper } from './doorkeeper.ts';
import type { Knock } from './identity.ts';
import { credential, gateway, onboarding, seal } from '../testing/credentialed-broker.ts';

const PRINT = 'AB:CD';
const LIST = [
  credential('meter-7'),
  credential('meter-8'),
  credential('gone', { revokedAt: 5 }),
  gateway('bridge', { publish: ['#', '+/x'] }),
  gateway('bridge-2'),
  credential('roamer', { clientId: null }),
  onboarding('newcomers'),
  credential('certified', { digest: null, fingerprint: PRINT }),
];

function doorkeeper(options: { anonymous?: boolean; list?: () => Credential[]; own?: string } = {}) {
  const { anonymous = false, list = () => LIST, own = 'the edge itself' } = options;
  return createDoorkeeper({ credentials: list, seal, anonymous, ownClients: new Set([own]) });
}

const knock = (name: string, more: Partial<Knock> = {}): Knock => ({
  clientId: name,
  username: name,
  password: `secret of ${name}`,
  fingerprint: null,
  ...more,
});
const NO_ONE = { username: null, password: null, fingerprint: null };
const REFUSED = { ok: false, reason: 'not_authorized' };
const NOT_ITS_ID = { ok: false, reason: 'client_id' };
const who = (name: string | null, kind: string) => ({ ok: true, identity: { name, kind } });

describe('the doorkeeper', () => {
  test('lets in who shows a name and its secret, with the rights of that credential', () => {
    expect(doorkeeper().admit(knock('meter-7'))).toEqual({
      ok: true,
      identity: {
        kind: 'device',
        name: 'meter-7',
        device: 'meter-7',
        publish: ['plant/meter-7/#'],
        subscribe: ['plant/meter-7/#'],
        mayRetain: true,
      },
    });
  });

  test.each<[string, Partial<Knock>]>([
    ['nothing at all', NO_ONE],
    ['a name that nobody has', { username: 'meter-9' }],
    ['a wrong secret', { password: 'a guess' }],
    ['an empty secret', { password: '' }],
    ['a name without a secret', { password: null }],
    ['a secret without a name', { username: null }],
    ['the secret of another', { username: 'meter-8' }],
    ['a revoked credential', { username: 'gone', password: 'secret of gone' }],
    ['a certificate of nobody', { ...NO_ONE, fingerprint: '00:00' }],
    ['no certificate where one is asked for', { username: 'certified', password: 'secret of certified' }],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((name): [string, Partial<Knock>] => [
      `the name ${name}`,
      { username: name, clientId: name, fingerprint: name },
    ]),
  ])('gives one and the same answer to %s', (_, shown) => {
    for (const anonymous of [false, shown.username !== null])
      expect(doorkeeper({ anonymous }).admit(knock('meter-7', shown))).toEqual(REFUSED);
  });

  test('a device connects with its own client id and no other, a borrowed secret does not help', () => {
    for (const clientId of ['meter-8', 'meter-7-b', 'METER-7', '', 'bridge'])
      expect(doorkeeper().admit(knock('meter-7', { clientId })), clientId).toEqual(NOT_ITS_ID);
  });

  test('a gateway may open several connections under its id, and not under that of another', () => {
    const ids = ['bridge', 'bridge-1', 'bridge/9', 'bridge_', 'bridge2', 'bridg', 'bridge-2', 'bridge-2-x'];
    expect(ids.map((clientId) => doorkeeper().admit(knock('bridge', { clientId })).ok)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(doorkeeper().admit(knock('bridge-2', { clientId: 'bridge-2-x' }))).toMatchObject({ ok: true });
  });

  test('who may have any client id gets none that is somebody’s', () => {
    for (const name of ['roamer', 'newcomers'])
      expect(
        ['x', '', 'meter-7', 'bridge-7', 'gone'].map((clientId) => doorkeeper().admit(knock(name, { clientId })).ok),
      ).toEqual([true, true, false, false, true]);
  });

  test('a certificate counts by its fingerprint, before any secret', () => {
    const shown = { ...NO_ONE, fingerprint: PRINT };
    expect(doorkeeper().admit(knock('certified', shown))).toMatchObject(who('certified', 'device'));
    expect(doorkeeper().admit(knock('meter-7', { fingerprint: PRINT }))).toEqual(NOT_ITS_ID);
    expect(doorkeeper().admit(knock('meter-7', { fingerprint: '00:00' }))).toMatchObject(who('meter-7', 'device'));
  });

  test('who shows nothing comes in only where that is allowed, and takes the client id of nobody', () => {
    const shown = (clientId: string) => knock(clientId, NO_ONE);
    const open = doorkeeper({ anonymous: true });
    expect(open.admit(shown('a panel'))).toMatchObject(who(null, 'anonymous'));
    expect(open.admit(shown('meter-7'))).toEqual(NOT_ITS_ID);
    expect(open.admit(shown('bridge-77'))).toEqual(NOT_ITS_ID);
    expect(doorkeeper().admit(shown('a panel'))).toEqual(REFUSED);
  });

  test('the edge’s own client is known by an id that nobody can guess', () => {
    expect(doorkeeper().admit(knock('the edge itself', NO_ONE))).toMatchObject(who(null, 'own'));
  });

  test('says which topics were given to somebody in particular: not to newcomers, not to who may speak everywhere', () => {
    const asked = doorkeeper();
    expect(['plant/meter-7/x', 'plant/gone/x', 'elsewhere'].map(asked.isGiven)).toEqual([true, false, false]);
  });

  test('a list that is read again counts at once, and names who may no longer come in', () => {
    let list = LIST;
    const asked = doorkeeper({ list: () => list });
    const before = asked.version;
    list = LIST.map((it) => {
      if (it.name === 'meter-7') return { ...it, revokedAt: 9 };
      return it.name === 'meter-8' ? { ...it, issuedAt: 9, digest: seal('meter-8', 'another') } : it;
    });
    expect(asked.admit(knock('meter-7')).ok).toBe(true);
    expect(asked.reload()).toEqual(['meter-7', 'meter-8']);
    expect(asked.version).toBeGreaterThan(before);
    expect([asked.admit(knock('meter-7')), asked.admit(knock('meter-8'))]).toEqual([REFUSED, REFUSED]);
    expect(asked.admit(knock('meter-8', { password: 'another' })).ok).toBe(true);
    expect(asked.reload()).toEqual([]);
  });

  test('a digest that was moved to another name opens nothing', () => {
    const stolen = credential('meter-8', { digest: seal('meter-7', 'secret of meter-7') });
    const asked = doorkeeper({ list: () => [stolen] });
    expect(asked.admit(knock('meter-8', { password: 'secret of meter-7' }))).toEqual(REFUSED);
  });

  test('an unknown name costs the same work as a wrong secret', () => {
    const sealed: string[] = [];
    const counted = createDoorkeeper({
      credentials: () => LIST,
      anonymous: false,
      seal: (name, secret) => {
        sealed.push(name);
        return seal(name, secret);
      },
    });
    const names = ['nobody', 'meter-7', 'gone', 'certified', '__proto__'];
    for (const name of names) counted.admit(knock(name, { password: 'a guess' }));
    expect(sealed).toEqual(names);
  });
});
