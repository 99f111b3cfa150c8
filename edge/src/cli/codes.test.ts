import type { AssetCode } from '@keepsite/edge-contract';
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { createCommandHome, runEdgeCommand } from '../testing/command-line.ts';
import type { EdgeHome } from '../testing/whole-edge.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets:
  - { id: lift-3, zone: tower, kind: elevator, name: { en: 'Lift <3>', zh: 3 号梯 } }
  - { id: pump, zone: tower, kind: pump, name: { en: Pump, zh: 水泵 } }
devices: []
`;

let home: EdgeHome;
beforeEach(() => {
  home = createCommandHome(REGISTRY, { KEEPSITE_EDGE_PUBLIC_URL: 'https://site.example' });
});

const run = (...words: string[]) => runEdgeCommand('codes', ...words);

async function codes(): Promise<AssetCode[]> {
  return JSON.parse((await run('list', '--json')).out) as AssetCode[];
}

test('every asset has its own code, the same each time, and an address to be scanned', async () => {
  const [lift, pump] = await codes();
  expect(lift).toMatchObject({ asset: 'lift-3', version: 1, url: `https://site.example/a/${lift?.code}` });
  expect(lift?.code).not.toBe(pump?.code);
  expect(await codes()).toEqual([lift, pump]);
  expect((await run()).out).toContain(pump?.code);
});

test('one is replaced, the others stay', async () => {
  const [lift, pump] = await codes();
  expect((await run('replace', 'lift-3')).code).toBe(0);
  const [newer, same] = await codes();
  expect([newer?.version, newer?.code === lift?.code, same]).toEqual([2, false, pump]);
  expect(await run('replace', 'nowhere')).toMatchObject({ code: 2, err: 'no asset nowhere is known here\n' });
});

test('a sheet to be printed holds every code, and no name becomes markup', async () => {
  const file = home.file('codes.html');
  await run('list', '--sheet', file);
  const sheet = readFileSync(file, 'utf8');
  for (const { code } of await codes()) expect(sheet).toContain(code);
  expect(sheet.match(/<svg/g)).toHaveLength(2);
  expect(sheet).toContain('Lift &lt;3&gt;');
});
