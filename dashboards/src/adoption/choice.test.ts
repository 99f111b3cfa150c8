import type { Places } from '@keepsite/edge-contract';
import { NewAsset } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { freeId, likelyKind, newAsset, searchPlaces, slug, usualSilence, type TypedAsset } from './choice.ts';

const both = (en: string, zh: string): { en: string; zh: string } => ({ en, zh });
const PLACES: Places = {
  sites: [{ id: 'park', name: both('Park', '园区'), zone: 'Asia/Shanghai', kind: 'office-park' }],
  zones: [
    { id: 'park-a', site: 'park', name: both('Tower A', 'A 座'), clients: [] },
    { id: 'park-b', site: 'park', name: both('Tower B', 'B 座'), clients: [] },
  ],
  assets: [
    {
      id: 'park-a-lift',
      zone: 'park-a',
      site: 'park',
      kind: 'elevator',
      name: both('Lift 1', '1 号梯'),
      traits: {},
      devices: [],
    },
    {
      id: 'park-b-sump',
      zone: 'park-b',
      site: 'park',
      kind: 'sump',
      name: both('Sump', '集水井'),
      traits: {},
      devices: ['x'],
    },
  ],
  clients: ['acme'],
  families: ['tasmota'],
  expectEverySeconds: { tasmota: 300 },
};
const TYPED: TypedAsset = {
  name: { own: 'Pump 2', other: '' },
  kind: 'pump',
  zone: 'park-b',
  zoneName: { own: '', other: '' },
  client: '',
  site: '',
  siteName: { own: '', other: '' },
  siteKind: 'other',
  siteZone: 'Asia/Shanghai',
};

test('a place is found by words of its own, its zone’s and its site’s names, in both languages', () => {
  const ids = (text: string): string[] =>
    searchPlaces(PLACES, text).groups.flatMap(({ assets }) => assets.map(({ id }) => id));
  expect(ids('')).toEqual(['park-a-lift', 'park-b-sump']);
  expect(searchPlaces(PLACES, '电梯', { elevator: '电梯' }).found).toBe(1);
  expect([ids('tower b sump'), ids('园区 集水'), ids('lift tower b')]).toEqual([['park-b-sump'], ['park-b-sump'], []]);
});

test('many places are cut, and the rest is counted', () => {
  const many = {
    ...PLACES,
    assets: Array.from({ length: 90 }, (_, n) => ({ ...PLACES.assets[0], id: `a${n}` })),
  } as Places;
  expect(searchPlaces(many, '')).toMatchObject({ found: 90, left: 50 });
});

test('one typed name fills both languages, and the id is one that nobody has', () => {
  expect(newAsset(TYPED, 'en', PLACES)).toEqual({
    id: 'park-b-pump-2',
    zone: 'park-b',
    kind: 'pump',
    name: both('Pump 2', 'Pump 2'),
    traits: {},
  });
  const chinese = newAsset({ ...TYPED, name: { own: '集水井', other: '' }, kind: 'sump' }, 'zh', PLACES);
  expect(chinese).toMatchObject({ id: 'park-b-sump-2', name: both('集水井', '集水井') });
});

test('a new zone on a new site is made in one go, in words that the contract takes', () => {
  const made = newAsset(
    {
      ...TYPED,
      zone: '',
      zoneName: { own: '地下室', other: 'Cellar' },
      siteName: { own: '新园', other: '' },
      client: 'acme',
    },
    'zh',
    PLACES,
  );
  expect(made).toMatchObject({
    id: 'site-cellar-pump-2',
    zone: { id: 'site-cellar', name: both('Cellar', '地下室'), clients: [{ client: 'acme' }], site: { id: 'site' } },
  });
  expect(NewAsset.safeParse(made).error).toBeUndefined();
});

test('nothing is made while a name is missing', () => {
  expect(newAsset({ ...TYPED, name: { own: ' ', other: '' } }, 'en', PLACES)).toBeNull();
  expect(newAsset({ ...TYPED, zone: '' }, 'en', PLACES)).toBeNull();
  expect(newAsset({ ...TYPED, zone: '', zoneName: { own: 'Roof', other: '' } }, 'en', PLACES)).toBeNull();
});

test('ids are plain and free', () => {
  expect([slug('  Lift 3, Tower A '), slug('集水井'), slug('Café/+#')]).toEqual(['lift-3-tower-a', '', 'cafe']);
  expect(freeId('a', [{ id: 'a' }, { id: 'a-2' }])).toBe('a-3');
});

test('how often a device speaks is told after three messages', () => {
  const heard = { firstHeardAt: '2026-11-22T00:00:00Z', lastHeardAt: '2026-11-22T00:02:00Z' };
  expect(usualSilence({ ...heard, messages: 5 })).toBe(30);
  expect(usualSilence({ ...heard, messages: 2 })).toBeNull();
});

test('what a device says tells what it probably watches', () => {
  const kinds = [['floor', 'temperature_c'], ['battery_pct', 'leak'], ['water_level_m'], ['voltage_v'], []].map(
    (metrics) => likelyKind(metrics.map((metric) => ({ metric }))),
  );
  expect(kinds).toEqual(['elevator', 'room', 'sump', 'meter', 'other']);
});
