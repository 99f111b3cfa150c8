import fc from 'fast-check';
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
  expect(again.read(token)).toMatchObject({ ok: true, person: 'li', incident: { id: incident.id } });
  expect(token).toMatch(/^[\w-]+\.[\w-]{22}$/);
  expect(token.length).toBeLessThan(120);
});

test('whatever is changed in it, it is no link', async () => {
  const { links, incident } = await bench();
  const token = links.issue(incident, 'li');
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

test('the ladder that takes a claim ends its link too', async () => {
  const { links, incident, order, clock, pipeline } = await bench();
  const token = links.issue(incident, 'li');
  await order('acknowledge', incident.id, 'li');
  clock.advance(300_000);
  await pipeline.flush();
  expect(links.read(token)).toMatchObject({ ok: false, why: 'revoked' });
});
