import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Incident } from '@keepsite/edge-contract';
import { beforeEach, expect, test, vi } from 'vitest';
import { connectMqtt } from './testing/mqtt-device.ts';
import { type EdgeProcess, startEdgeProcess } from './testing/edge-process.ts';
import { createEdgeHome, type EdgeHome } from './testing/whole-edge.ts';
import { waitLonger } from './testing/patience.ts';

waitLonger();

const WAIT = { timeout: 30_000, interval: 50 } as const;
const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: [{ id: tower, site: park, name: { en: Tower, zh: 塔楼 } }]
assets:
  - { id: lift-3, zone: tower, kind: elevator, name: { en: Lift 3, zh: 3 号梯 } }
  - { id: edge-1, zone: tower, kind: gateway, name: { en: Gateway, zh: 网关 } }
devices: [{ id: monitor-3, family: keepsite, asset: lift-3 }]
`;

let home: EdgeHome;
beforeEach(() => {
  home = createEdgeHome(REGISTRY);
});

test(
  'a gateway whose store shows damage while it runs ends, starts on what could be rescued, says so, and tells people',
  { timeout: 90_000 },
  async () => {
    const first = await startEdgeProcess(home.folder);
    await say(first, 120);
    await first.kill('SIGTERM');

    const second = await startEdgeProcess(home.folder);
    ruin(home.file('store.sqlite'));
    // Any look at what lies on the disk shows it.
    const asked = `${second.url}/api/readings?device=monitor-3&metric=load_kg&from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z`;
    await fetch(asked).catch(() => undefined);
    expect(await second.ended).toBe(1);

    const third = await startEdgeProcess(home.folder);
    await vi.waitFor(async () => expect(await gatewayIncidents(third)).toHaveLength(1), WAIT);
    expect((await gatewayIncidents(third))[0]).toMatchObject({ severity: 'major', vendorCode: 'store_damaged' });
    const ready = await fetch(`${third.url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { ready: true, degraded: { store: expect.stringMatching(/rows were rescued.*\.damaged-/) } },
    ]);
    expect(await (await fetch(`${third.url}/metrics`)).text()).toMatch(/^keepsite_edge_store_damages_total 1$/m);
    const file = readdirSync(home.file('.')).find((name) => name.includes('.damaged-'));
    rmSync(home.file(file ?? ''));
    expect(await (await fetch(`${third.url}/readyz`)).json()).toMatchObject({ ready: true, degraded: { store: null } });
  },
);

async function say({ mqttPort }: EdgeProcess, times: number): Promise<void> {
  const device = await connectMqtt(mqttPort);
  for (let n = 0; n < times; n += 1) {
    const reading = JSON.stringify({ metric: 'load_kg', value: n, at: new Date().toISOString() });
    await device.publishAsync('keepsite/park/devices/monitor-3/reading', reading, { qos: 1 });
  }
  await device.endAsync();
}

/** The disk loses the second half of a file that is in use, and nobody may rely on what he remembers of it. */
function ruin(path: string): void {
  const db = new DatabaseSync(path);
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xa5, Math.floor(bytes.length / 2)));
  db.exec(`PRAGMA user_version = ${version}`);
  db.close();
}

async function gatewayIncidents({ url }: EdgeProcess): Promise<Incident[]> {
  const { items } = (await (await fetch(`${url}/api/incidents`)).json()) as { items: Incident[] };
  return items.filter(({ asset }) => asset === 'edge-1');
}
