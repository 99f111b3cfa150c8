import { afterEach, beforeEach, expect, test } from 'vitest';
import { energyRegistry } from '../testing/energy-site.ts';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { energyRoutes } from './energy.ts';

const database = useTestDatabase();
const CSV = { 'content-type': 'text/csv' };
let cloud: TestCloud;

beforeEach(async () => {
  const energy = (api: never, ports: never) => energyRoutes(ports)(api, ports);
  cloud = await startTestCloud(database.db, database.tenant(), {}, [energy as never]);
  await cloud.ports.store.edges.ingest('edge-1', (tx) => tx.saveRegistry(energyRegistry()));
  const client = { id: 'acme', name: { en: 'Acme', zh: '甲公司' }, kind: 'commercial', officer: null, since: null };
  await cloud.send('PUT', '/api/clients/acme', client);
});
afterEach(() => cloud.close());

/** 总表 and 甲、乙 in GBK; the rest of these files is ASCII. */
const GBK = { 总表: 'd7dcb1ed', 甲: 'bcd7', 乙: 'd2d2' } as const;

function inGbk(text: string): Buffer {
  const parts = text.split(/(总表|甲|乙)/);
  return Buffer.concat(
    parts.map((part) => (part in GBK ? Buffer.from(GBK[part as keyof typeof GBK], 'hex') : Buffer.from(part, 'ascii'))),
  );
}

const LETTERS = [
  ['UTF-8', (text: string) => Buffer.from(text)],
  ['GBK', inGbk],
  ['UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16, big end first', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
] as const;

test.each(LETTERS)('meters, weather and facts of the relation are read in %s', async (_, written) => {
  const meters = written('asset,device,name_en,name_zh\nmain,meter-main,Main,总表\n');
  const setup = await cloud.send('PUT', '/api/clients/acme/energy/setup/meters', meters, CSV);
  expect(setup.body).toMatchObject({ setup: { meters: [{ name: { zh: '总表' } }] } });

  const weather = written('time,celsius,station\n2026-03-02T08:00:00Z,-3.5,甲\n2026-03-02T09:00:00Z,4,乙\n');
  expect((await cloud.send('POST', '/api/sites/site-1/weather', weather, CSV)).body).toEqual({ version: 1, hours: 2 });

  const bills = written('id,amount,issuedOn,dueOn\n甲,80,2026-01-01,2026-01-31\n');
  expect((await cloud.send('POST', '/api/clients/acme/invoices', bills, CSV)).body).toEqual({
    received: 1,
    changed: 1,
  });
  expect((await cloud.get('/api/clients/acme/invoices')).body.items).toMatchObject([{ id: '甲', amount: 80 }]);
});

test.each([
  ['semicolons and decimal commas', 'time;celsius\n2026-03-02T08:00:00Z;-3,5\n'],
  ['tabs', 'time\tcelsius\n2026-03-02T08:00:00Z\t-3.5\n'],
])('what spreadsheets write is read, with %s', async (_, text) => {
  expect((await cloud.send('POST', '/api/sites/site-1/weather', text, CSV)).body).toEqual({ version: 1, hours: 1 });
  const { body } = await cloud.get(
    '/api/sites/site-1/weather?from=2026-03-02T08:00:00.000Z&to=2026-03-02T09:00:00.000Z',
  );
  expect(body.items).toMatchObject([{ celsius: -3.5 }]);
});

test.each(['/api/clients/acme/invoices', '/api/sites/site-1/weather', '/api/clients/acme/energy/setup/meters'])(
  '%s tells the line of what no letters are',
  async (url) => {
    const file = Buffer.concat([Buffer.from('id,amount\n1,2\n'), Buffer.from([0xff, 0xff, 0x0a])]);
    const refused = await cloud.send(url.endsWith('meters') ? 'PUT' : 'POST', url, file, CSV);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { code: 'CLOUD_BAD_INPUT', message: expect.stringMatching(/^line 3 .*UTF-8.*UTF-16.*GB18030/) } },
    });
  },
);

test('as many bytes as before are taken', async () => {
  const url = '/api/clients/acme/energy/setup/meters';
  const file = Buffer.concat([Buffer.from('asset,device\n'), Buffer.alloc(4 << 20, 0xd7)]);
  expect((await cloud.send('PUT', url, file, CSV)).status).toBe(413);
});
