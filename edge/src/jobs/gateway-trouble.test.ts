import { expect, test } from 'vitest';
import type { Breach } from '../domain/breach.ts';
import { DAMAGE_KEY, damageOf, type DamageRecord } from '../domain/store-damage.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { tellOfDamage, troublesOf } from './gateway-trouble.ts';

const DAMAGE: DamageRecord = {
  at: '2026-03-02T08:00:00.000Z',
  file: '/data/store.sqlite.damaged-1',
  times: 2,
  rows: { events: 40, blocks: 2 },
  unusable: 3,
  rebuilt: 1,
  numbersGoOn: true,
  told: false,
};

function bench(gateways: readonly string[], damage: DamageRecord | null = DAMAGE) {
  const store = createMemoryStore();
  if (damage) store.saveCursor(DAMAGE_KEY, JSON.stringify(damage));
  const raised: Breach[] = [];
  const logged: string[] = [];
  const [asset] = officePark.assets;
  if (!asset) throw new Error('the park has no assets');
  const assets = [...officePark.assets, ...gateways.map((id) => ({ ...asset, id, kind: 'gateway' as const }))];
  const tell = () =>
    tellOfDamage({
      edge: 'edge-1',
      registry: () => ({ ...officePark, assets }),
      store,
      pipeline: { raise: (found) => Promise.resolve(void raised.push(found)) },
      now: () => 1,
      log: { error: (_, message) => logged.push(message) },
    });
  return { store, raised, logged, tell };
}

test('a damaged store raises one major incident about the gateway, however often the edge starts', async () => {
  const { store, raised, tell } = bench(['edge-1', 'another']);
  await tell();
  await tell();
  expect(raised).toMatchObject([{ asset: 'edge-1', severity: 'major', fault: 'unknown', vendorCode: 'store_damaged' }]);
  expect(raised[0]?.summary.en).toContain('42 rows were rescued, 3 were unusable, 1 incidents were rebuilt');
  expect(damageOf(store.cursor(DAMAGE_KEY))).toEqual({ ...DAMAGE, told: true });
});

test('the only gateway of a registry is meant whatever its name; of several nobody guesses, and the log tells', async () => {
  const only = bench(['box-in-the-cellar']);
  await only.tell();
  expect(only.raised.map(({ asset }) => asset)).toEqual(['box-in-the-cellar']);
  const several = bench(['box-1', 'box-2']);
  await several.tell();
  expect([several.raised, several.logged.length]).toEqual([[], 1]);
});

test('a store that was never damaged tells nobody anything', async () => {
  const { raised, logged, tell } = bench(['edge-1'], null);
  await tell();
  expect([raised, logged]).toEqual([[], []]);
});

test('people are reminded until somebody has taken the damaged file away', () => {
  const { store } = bench([]);
  const there = (isThere: boolean) => troublesOf({ clock: null, store, isThere: () => isThere }).store;
  expect(there(true)).toContain('42 rows were rescued');
  expect(there(true)).toContain(DAMAGE.file);
  expect(there(false)).toBeNull();
});
