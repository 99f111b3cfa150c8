import fc from 'fast-check';
import { createPublicKey, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createParkEdge } from '../testing/park-edge.ts';
import { createSign } from './acting-key.ts';
import { createLinks } from './links.ts';

const KEY = new Uint8Array(32).fill(7);
const HOUR = 3_600_000;

async function bench() {
  const store = createMemoryStore();
  const edge = createParkEdge({ store });
  const links = createLinks({ sign: createSign(KEY), clock: edge.clock, store });
  const incident = await edge.trap();
  const now = () => store.incident(incident.id)!;
  return { ...edge, links, incident, now, store };
}

test('a link says who acts on what, and stays the same through a restart', async () => {
  const { links, incident, clock, store } = await bench();
  const token = links.issue(incident, 'li');
  const again = createLinks({ sign: createSign(KEY), clock, store });
  expect(again.read(token)).toMatchObject({ ok: true, said: { person: 'li' }, incident: { id: incident.id } });
  expect(token).toMatch(/^[\w-]+\.[\w-]{22}$/);
  expect(token.length).toBeLessThan(120);
});

test('a link whose page the cloud serves works here too, for whom it was made', async () => {
  const { links, incident } = await bench();
  const token = links.issue(incident, 'li', 'cloud');
  expect(links.read(token)).toMatchObject({ ok: true, said: { person: 'li', edge: 'edge-1' } });
  expect(token).toMatch(/^[\w-]+\.[\w-]{86}$/);
  expect(token.length).toBeLessThan(200);
});

test('whoever knows the public key can tell a link of the cloud, and make none', async () => {
  const { links, incident, clock, store } = await bench();
  const key = { kty: 'OKP', crv: 'Ed25519', x: links.publicKey };
  const [body = '', seal = ''] = links.issue(incident, 'li', 'cloud').split('.');
  const isTrue = (text: string, by: typeof key) =>
    verify(null, Buffer.from(text), createPublicKey({ key: by, format: 'jwk' }), Buffer.from(seal, 'base64url'));
  expect([isTrue(body, key), isTrue(`${body}x`, key)]).toEqual([true, false]);
  const other = createLinks({ sign: createSign(new Uint8Array(32)), clock, store });
  expect(isTrue(body, { ...key, x: other.publicKey })).toBe(false);
  expect(links.read(other.issue(incident, 'li', 'cloud'))).toMatchObject({ ok: false, why: 'forged' });
});

test.each(['edge', 'cloud'] as const)('whatever is changed in one for the %s, it is no link', async (door) => {
  const { links, incident } = await bench();
  const token = links.issue(incident, 'li', door);
  const letters = fc.constantFrom(...'ABCdef012-_.'.split(''));
  fc.assert(
    fc.property(fc.nat(token.length - 1), letters, (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      const sameBytes = Buffer.from(changed.split('.')[1] ?? '', 'base64url').equals(
        Buffer.from(token.split('.')[1] ?? '', 'base64url'),
      );
      const isSame = changed === token || (changed.split('.')[0] === token.split('.')[0] && sameBytes);
      expect(links.read(changed).ok).toBe(isSame);
    }),
  );
  for (const nothing of ['', '.', `${token}.x`, 'x'.repeat(5_000), token.split('.')[0]!])
    expect(links.read(nothing)).toEqual({ ok: false, why: 'forged', incident: null });
});

test('the edge that made it is the only one that knows it', async () => {
  const { links, incident, clock, store } = await bench();
  const other = createLinks({ sign: createSign(new Uint8Array(32)), clock, store });
  expect(other.read(links.issue(incident, 'li'))).toMatchObject({ ok: false, why: 'forged' });
});

test('it ends after a day', async () => {
  const { links, incident, clock } = await bench();
  const token = links.issue(incident, 'li');
  clock.advance(24 * HOUR - 1);
  expect(links.read(token).ok).toBe(true);
  clock.advance(1_000);
  expect(links.read(token)).toMatchObject({ ok: false, why: 'expired' });
});

test('it ends when the incident is over, and tells what became of it', async () => {
  const { links, incident, order } = await bench();
  const token = links.issue(incident, 'li');
  await order('resolve', incident.id, 'li');
  expect(links.read(token).ok).toBe(true);
  await order('close', incident.id, 'wang');
  expect(links.read(token)).toMatchObject({ ok: false, why: 'over', incident: { response: 'closed' } });
});

test('it ends when this person’s claim is given back, and nobody else’s does; the next page brings a new one', async () => {
  const { links, incident, now, order, pipeline } = await bench();
  const [li, zhao] = [links.issue(incident, 'li'), links.issue(incident, 'zhao')];
  await order('acknowledge', incident.id, 'li');
  expect(links.read(li).ok).toBe(true);
  await order('release', incident.id, 'li');
  await pipeline.flush();
  expect(links.read(li)).toMatchObject({ ok: false, why: 'revoked' });
  expect(links.read(zhao).ok).toBe(true);
  expect(links.read(links.issue(now(), 'li')).ok).toBe(true);
});

test('an order is judged by what its link was when it was given', async () => {
  const { links, incident, order, clock } = await bench();
  const token = links.issue(incident, 'li');
  await order('acknowledge', incident.id, 'li');
  const given = clock.now();
  clock.advance(1_000);
  await order('release', incident.id, 'li');
  await order('cancel', incident.id, 'wang');
  clock.advance(25 * HOUR);
  expect(links.read(token, given).ok).toBe(true);
  expect(links.read(token)).toMatchObject({ ok: false, why: 'over' });
});

test('the ladder that takes a claim ends its link too', async () => {
  const { links, incident, order, clock, pipeline } = await bench();
  const token = links.issue(incident, 'li');
  await order('acknowledge', incident.id, 'li');
  clock.advance(300_000);
  await pipeline.flush();
  expect(links.read(token)).toMatchObject({ ok: false, why: 'revoked' });
});
