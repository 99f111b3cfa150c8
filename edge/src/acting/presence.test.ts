import type { Command, Verb } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { officePark } from '../domain/testing/office-park.ts';
import { createSign } from './acting-key.ts';
import { EdgeError } from '../errors.ts';
import { createMemoryVersions } from '../testing/memory-acting.ts';
import { createCodes } from './codes.ts';
import { createJudge, NOTHING_SHOWN, type Shown } from './presence.ts';
import { createSiteNetworks, networkFault } from './site-networks.ts';

const HERE = { asset: 'elevator-3' };

function bench(networks: readonly string[] = ['192.168.7.0/24', 'fd00:7::/64']) {
  const codes = createCodes({
    sign: createSign(new Uint8Array(32)),
    versions: createMemoryVersions(),
    registry: () => officePark,
  });
  const judge = createJudge({ codes, networks: createSiteNetworks(networks) });
  const arrive = (more: Partial<Command>, shown: Partial<Shown> = {}, verb: Verb = 'arrive') =>
    judge({ ...ORDER, verb, ...more }, HERE, { ...NOTHING_SHOWN, ...shown });
  return { codes, arrive };
}

const ORDER: Command = {
  commandId: 'order-0001',
  incident: 'inc-1',
  verb: 'arrive',
  responder: 'li',
  receivedAt: '2026-03-02T08:00:00.000Z',
  via: 'link',
  note: null,
  proof: 'declared',
  to: null,
};

describe('a code', () => {
  test('is read however it was scanned or typed, and tells its asset', () => {
    const { codes } = bench();
    const { code, version } = codes.of('elevator-3');
    expect([version, code]).toEqual([1, expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)]);
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    for (const one of [code, typed, `https://site.example/a/${code}`, ` ${code}\n`])
      expect(codes.find(one), one).toEqual({ asset: 'elevator-3', isCurrent: true });
    expect(codes.of('pump-room').code).not.toBe(code);
    expect([codes.find(''), codes.find('0000-0000-0000'), codes.find(`${code}0`)]).toEqual([null, null, null]);
  });

  test('is replaced: the one of before is known, and proves nothing any more', () => {
    const { codes, arrive } = bench();
    const { code } = codes.of('elevator-3');
    const next = codes.replace('elevator-3');
    expect(next.version).toBe(2);
    expect(codes.find(code)).toEqual({ asset: 'elevator-3', isCurrent: false });
    expect(arrive({ code })).toMatchObject({ proof: 'declared', proofNote: 'a code that was replaced' });
    expect(arrive({ code: next.code })).toMatchObject({ proof: 'verified', proofBy: 'code' });
    expect(() => codes.replace('nowhere')).toThrow(expect.objectContaining({ code: 'PLACE_UNKNOWN' }));
  });
});

describe('presence', () => {
  test('is declared by the order alone, whatever it says of itself', () => {
    const { arrive } = bench();
    expect(arrive({})).toMatchObject({ proof: 'declared' });
    const lies = { proof: 'verified', proofBy: 'code', proofNote: 'believe me' } as const;
    expect(arrive(lies)).toMatchObject({ proof: 'declared', proofNote: 'said to be verified' });
    expect(arrive(lies).proofBy).toBeUndefined();
  });

  test('is verified by the code of this very asset, and by no other', () => {
    const { codes, arrive } = bench();
    const code = codes.of('elevator-3').code;
    expect(arrive({ code })).toMatchObject({ proof: 'verified', proofBy: 'code' });
    expect(arrive({ code }, {}, 'resolve')).toMatchObject({ proof: 'verified', proofBy: 'code' });
    expect(arrive({ code: codes.of('pump-room').code })).toMatchObject({
      proof: 'declared',
      proofNote: 'the code of another asset',
    });
    expect(arrive({ code: '1234-1234-1234' })).toMatchObject({ proof: 'declared', proofNote: 'an unknown code' });
  });

  test('a list of codes that cannot be read keeps nobody from arriving', () => {
    const codes = {
      find: () => {
        throw new EdgeError('EDGE_CONFIG_INVALID', 'damaged');
      },
    };
    const judge = createJudge({ codes, networks: createSiteNetworks([]) });
    expect(judge({ ...ORDER, code: 'A1B2-C3D4-E5F6' }, HERE, NOTHING_SHOWN)).toMatchObject({
      proof: 'declared',
      proofNote: 'the codes cannot be read',
    });
  });

  test('the code itself is not written down', () => {
    const { codes, arrive } = bench();
    const { code } = codes.of('elevator-3');
    expect(JSON.stringify(arrive({ code }))).not.toContain(code);
  });

  test.each([
    ['192.168.7.20', true],
    ['::ffff:192.168.7.20', true],
    ['fd00:7::1', true],
    ['192.168.8.20', false],
    ['203.0.113.9', false],
    ['not an address', false],
  ])('from %s on the site’s own networks: %s', (address, isThere) => {
    const { arrive } = bench();
    expect(arrive({}, { address }).proof).toBe(isThere ? 'verified' : 'declared');
    expect(bench([]).arrive({}, { address }).proof, 'nothing is configured').toBe('declared');
  });

  test('may be attested, and the evidence names by whom', () => {
    const { arrive } = bench();
    expect(arrive({ proof: 'verified' }, { attestedBy: 'wang' })).toMatchObject({
      proof: 'verified',
      proofBy: 'attested',
      proofNote: 'wang',
    });
  });

  test('is nothing that an acknowledgement could prove', () => {
    const { codes, arrive } = bench();
    const code = codes.of('elevator-3').code;
    expect(arrive({ code, proof: 'verified' }, { address: '192.168.7.20' }, 'acknowledge')).toMatchObject({
      proof: 'declared',
    });
  });
});

test('a network of the configuration is private throughout, and is a network', () => {
  const good = ['192.168.7.0/24', '192.168.0.0/16', '10.0.0.0/8', 'fd00::/16'];
  expect(good.map(networkFault)).toEqual(good.map(() => null));
  const bad = [
    '10.1.2.3',
    '203.0.113.0/24',
    '0.0.0.0/0',
    '10.0.0.0/40',
    '10.0.0.0/4',
    '172.16.0.0/8',
    '192.168.0.0/9',
    '::ffff:10.0.0.0/96',
    'fe80::/7',
    '::/0',
  ];
  expect(bad.filter((network) => networkFault(network) === null)).toEqual([]);
});
