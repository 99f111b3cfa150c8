import { readFileSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';
import type { RunningEdge } from '../compose.ts';
import { createCommandHome, runEdgeCommand as run } from '../testing/command-line.ts';
import { connectMqtt } from '../testing/mqtt-device.ts';
import type { EdgeHome } from '../testing/whole-edge.ts';
import { waitLonger } from '../testing/patience.ts';

waitLonger();

const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets: [{ id: pump-room, zone: tower, kind: sump, name: { en: Pump room, zh: 泵房 } }]
devices: []
`;
const MAPPING = 'family: acme\ntopic: plant/{device}/data\nreadings: [{ path: l, metric: water_level_m, unit: cm }]\n';

let home: EdgeHome;
beforeEach(() => {
  home = createCommandHome(REGISTRY);
  home.write('Acme.yaml', MAPPING);
});

/** An edge that hears these messages; the command finds it. */
async function start(messages: Readonly<Record<string, string>> = {}): Promise<RunningEdge> {
  const edge = await home.start();
  vi.stubEnv('KEEPSITE_EDGE_HTTP_PORT', String(edge.port));
  const mqtt = await connectMqtt(edge.mqttPort ?? 0);
  for (const [topic, payload] of Object.entries(messages)) await mqtt.publishAsync(topic, payload, { qos: 1 });
  await mqtt.endAsync();
  return edge;
}

const SUMP = { 'plant/sump-3/data': '{"l":40}' };
const ADOPT = ['adopt', 'plant/sump-3/data', '--name', 'Sump', '--asset', 'pump-room'];

test('a running edge is asked: who is there, adopt with a mapping, and what is in quarantine', async () => {
  await start({ ...SUMP, 'keepsite/park/devices/leak-1/reading': 'not { json' });
  expect(await run('discovered')).toMatchObject({
    code: 0,
    out: expect.stringContaining('plant/sump-3/data'),
    err: '',
  });
  expect((await run('discovered', 'plant/sump-3/data')).out).toContain('{"l":40}');
  expect(await run('discovered', 'ghost')).toMatchObject({ code: 2, err: expect.stringContaining('ghost') });
  expect(await run(...ADOPT)).toMatchObject({ code: 2, err: expect.stringContaining('write a mapping') });

  const adopted = await run(...ADOPT, '--mapping', home.file('Acme.yaml'));
  expect(adopted).toMatchObject({ code: 0, out: expect.stringContaining('sump-3 (acme) stands on pump-room') });
  expect(adopted.out).toContain('1 readings into history');
  expect((await run('quarantine')).out).toContain('leak-1');
  expect(JSON.parse((await run('quarantine', '--retry', '--json')).out)).toMatchObject({ tried: 1, stillRejected: 1 });
});

test('while no edge runs the files are used, it is said so, and the next start reads what was kept', async () => {
  await (await start(SUMP)).stop();
  vi.stubEnv('KEEPSITE_EDGE_HTTP_PORT', '1');
  expect(await run('discovered')).toMatchObject({ code: 0, err: expect.stringContaining('no edge runs') });
  home.write('wrong.yaml', 'topic: 7');
  expect(await run(...ADOPT, '--mapping', home.file('wrong.yaml'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('1:'),
  });
  const newAsset = ['--new-asset', 'pit', '--kind', 'sump', '--zone', 'tower'];
  const offline = await run(...ADOPT.slice(0, 4), ...newAsset, '--mapping', home.file('Acme.yaml'));
  expect(offline).toMatchObject({ code: 0, err: expect.stringContaining('when it starts') });
  expect(readFileSync(home.file('mappings/acme.yaml'), 'utf8')).toBe(MAPPING);
  expect(await run('quarantine', '--retry')).toMatchObject({ code: 1, err: expect.stringContaining('start it') });

  const edge = await start();
  // It waits for its turn: by then what was kept has been read.
  expect(await run('quarantine', '--retry')).toMatchObject({ code: 0 });
  expect((await run('discovered')).out).toContain('everybody');
  const history = await fetch(`${edge.url}/api/readings?device=sump-3&from=2020-01-01T00:00:00Z`);
  expect(await history.json()).toMatchObject({ items: [{ value: 0.4, historical: true }] });
});

test('what is missing or contradicts itself is bad usage', async () => {
  expect(await run('adopt', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--new-asset') });
  expect(await run('adopt', 'x', '--asset', 'pump-room')).toMatchObject({ code: 2 });
  expect(await run('adopt', 'x', '--name', 'X')).toMatchObject({ code: 2 });
  expect(await run('adopt', 'x', '--name', 'X', '--asset', 'a', '--new-asset', 'b')).toMatchObject({ code: 2 });
  expect(await run('adopt', 'x', '--name', 'X', '--new-asset', 'b', '--kind', 'spaceship')).toMatchObject({ code: 2 });
  expect(await run('adopt', 'x', '--name', 'X', '--asset', 'cellar', '--family', 'keepsite')).toMatchObject({
    code: 2,
    err: expect.stringContaining('pump-room'),
  });
});
