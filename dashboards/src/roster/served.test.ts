import { expect, test } from 'vitest';
import { servedFrom } from './served.ts';

const name = (en: string) => ({ en, zh: `${en}号` });
const PLACES = {
  sites: [
    { id: 'tower', name: name('Tower'), zone: 'Asia/Shanghai', kind: 'office-park' as const },
    { id: 'dc', name: name('Data centre'), zone: 'Asia/Shanghai', kind: 'data-center' as const },
  ],
  zones: [
    { id: 'f1', site: 'tower', name: name('Floor 1'), clients: [{ client: 'bank', to: '2026-03-01' }] },
    {
      id: 'f2',
      site: 'tower',
      name: name('Floor 2'),
      clients: [{ client: 'bank' }, { client: 'café', from: '2026-04-01' }],
    },
    { id: 'f3', site: 'tower', name: name('Floor 3'), clients: [{ client: 'bank' }] },
    { id: 'hall', site: 'dc', name: name('Hall'), clients: [{ client: 'cloud-co' }] },
  ],
};

test('a plan of a gateway is for its own sites, and for whoever uses their zones on that day', () => {
  const { sites, zonesOf } = servedFrom(PLACES, ['tower'], '2026-03-02');
  expect(sites.map(({ id }) => id)).toEqual(['tower']);
  expect([...zonesOf].map(([client, zones]) => [client, zones.map(({ id }) => id)])).toEqual([['bank', ['f2', 'f3']]]);
});

test('a use counts from its first day on and until the day before its last', () => {
  const of = (day: string) => servedFrom(PLACES, ['tower'], day).zonesOf;
  expect(
    of('2026-02-28')
      .get('bank')
      ?.map(({ id }) => id),
  ).toEqual(['f1', 'f2', 'f3']);
  expect(of('2026-03-31').has('café')).toBe(false);
  expect(of('2026-04-01').has('café')).toBe(true);
});

test('while nobody knows which sites the gateway serves, all of them are offered', () => {
  expect(servedFrom(PLACES, undefined, '2026-03-02').sites.map(({ id }) => id)).toEqual(['tower', 'dc']);
  expect(servedFrom(undefined, ['tower'], '2026-03-02')).toEqual({ sites: [], zonesOf: new Map() });
});
