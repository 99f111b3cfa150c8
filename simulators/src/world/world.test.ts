import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Contract } from '@keepsite/cloud-contract';
import { Registry } from '@keepsite/edge-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildWorld } from './world.ts';
import { registryYaml, writeWorld } from './write.ts';
import { onShift } from './rosters.ts';

const world = buildWorld(1);
const { registry } = world;

describe('the simulated world', () => {
  test('has three sites, at least six clients, 12 elevators, 20 water sensors and 15 meters', () => {
    expect(registry.sites).toHaveLength(3);
    expect(registry.sites.map((site) => site.zone)).toEqual(['Asia/Shanghai', 'Asia/Shanghai', 'Asia/Shanghai']);
    expect(world.clients.length).toBeGreaterThanOrEqual(6);
    expect(registry.assets.filter((asset) => asset.kind === 'elevator').length).toBeGreaterThanOrEqual(12);
    expect(world.leaks.length + world.sumps.length).toBeGreaterThanOrEqual(20);
    expect(world.meters.length).toBeGreaterThanOrEqual(15);
  });

  test('speaks seven dialects, one of them through a mapping', () => {
    const families = new Set(registry.devices.map((device) => device.family));
    expect([...families].toSorted()).toEqual([
      'houqi',
      'keepsite',
      'milesight',
      'qiantang-scada',
      'shelly-gen2',
      'tasmota',
      'zigbee2mqtt',
    ]);
  });

  test('names nothing twice and points at nothing that is not there', () => {
    for (const list of [
      registry.sites,
      registry.zones,
      registry.assets,
      registry.devices,
      registry.people,
      registry.crews,
      registry.plans,
      registry.rosters,
    ]) {
      expect(new Set(list.map((each) => each.id)).size).toBe(list.length);
    }
    const ids = (list: readonly { id: string }[]) => new Set(list.map((each) => each.id));
    const [sites, zones, assets, people, crews, rosters] = [
      registry.sites,
      registry.zones,
      registry.assets,
      registry.people,
      registry.crews,
      registry.rosters,
    ].map(ids);
    const clients = ids(world.clients);
    expect(registry.zones.filter((zone) => !sites?.has(zone.site))).toEqual([]);
    expect(registry.zones.flatMap((zone) => zone.clients).filter(({ client }) => !clients.has(client))).toEqual([]);
    expect(registry.assets.filter((asset) => !zones?.has(asset.zone))).toEqual([]);
    expect(registry.devices.filter((device) => !assets?.has(device.asset))).toEqual([]);
    expect(registry.crews.flatMap((crew) => crew.members).filter((member) => !people?.has(member))).toEqual([]);
    const paged = registry.plans.flatMap((plan) => plan.steps.flatMap((step) => step.page));
    expect(paged.filter((id) => !people?.has(id) && !crews?.has(id) && !rosters?.has(id))).toEqual([]);
    const working = registry.rosters.flatMap(({ layers }) => layers.flatMap(({ members }) => members));
    expect(working.filter((member) => !people?.has(member))).toEqual([]);
  });

  test('every site has the seven-minute ladder', () => {
    for (const site of registry.sites) {
      const plan = registry.plans.find((each) => each.sites?.includes(site.id));
      expect(plan?.terms).toEqual({ acknowledge: 120, on_site: 420, resolve: 14_400 });
      expect(plan?.steps.map((step) => [step.afterSeconds, step.when, step.release])).toEqual([
        [0, 'always', false],
        [20, 'not_accepted', false],
        [60, 'open', false],
        [120, 'open', false],
        [210, 'open', false],
        [300, 'not_on_site', true],
        [360, 'not_on_site', false],
      ]);
    }
  });

  test('around the clock somebody has the shift, and nobody works a night and the day after it', () => {
    const hour = 3_600_000;
    const start = Date.UTC(2026, 1, 27);
    for (const roster of registry.rosters) {
      const shifts = Array.from({ length: 40 }, (_, index) => onShift(roster, start + index * 12 * hour));
      expect(shifts.every((people) => people.length === 1)).toBe(true);
      shifts.slice(1).forEach((people, index) => expect(people).not.toEqual(shifts[index]));
    }
  });

  test('everything in it is named in Chinese and English', () => {
    const names = [...registry.sites, ...registry.zones, ...registry.assets, ...registry.crews, ...world.clients].map(
      (each) => each.name,
    );
    expect(names.filter(({ en, zh }) => !/\p{Script=Latin}/u.test(en) || !/\p{Script=Han}/u.test(zh))).toEqual([]);
  });

  test('what each step of the ladder is for is said in Chinese and English', () => {
    const notes = registry.plans.flatMap(({ steps }) => steps.map(({ note }) => note));
    expect(notes.filter((note) => typeof note === 'string' || note === undefined)).toEqual([]);
    for (const note of notes) expect(note).toMatchObject({ zh: expect.stringMatching(/\p{Script=Han}/u) });
  });

  test('people are reached over MQTT and the log, and by webhook only when one is given', () => {
    const channels = (webhook?: string) =>
      new Set(
        buildWorld(1, { webhook }).registry.people.map(({ addresses }) =>
          addresses.map(({ channel }) => channel).join(),
        ),
      );
    expect([...channels()]).toEqual(['mqtt,log']);
    expect([...channels('http://127.0.0.1:9/hook')]).toEqual(['mqtt,webhook,log']);
  });

  test('clients and contracts are what the cloud takes', () => {
    for (const client of world.clients) expect(Client.parse(client)).toEqual(client);
    for (const contract of world.contracts) expect(Contract.parse(contract)).toEqual(contract);
  });
});

describe('the written world', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'keepsite-world-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('the same seed gives the same bytes, another one others', () => {
    expect(registryYaml(buildWorld(1))).toBe(registryYaml(world));
    expect(registryYaml(buildWorld(2))).not.toBe(registryYaml(world));
  });

  test('is read back as the registry it was', async () => {
    const file = join(dir, 'edge', 'registry.yaml');
    await writeWorld(world, file, join(dir, 'maps'));
    expect(Registry.parse(parse(await readFile(file, 'utf8')))).toEqual(Registry.parse(registry));
  });

  test('brings the mapping of the meter that no dialect knows', async () => {
    const written = await writeWorld(world, join(dir, 'registry.yaml'), dir);
    const mapping = parse(await readFile(written[1] ?? '', 'utf8'));
    const device = registry.devices.find((each) => each.family === mapping.family);
    expect(mapping).toMatchObject({ device: device?.id, time: { format: 'seconds' } });
  });
});
