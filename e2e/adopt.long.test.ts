import type { DiscoveredList, QuarantineGroupList, Registry } from '@keepsite/edge-contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complaintsOf, shoot } from './src/browser.ts';
import { englishLeftovers, hollowGlyphs } from './src/chinese.ts';
import { get } from './src/http.ts';
import { connect, type Wire } from './src/mqtt.ts';
import { useWatchedHouse } from './src/watched-house.ts';

/** A meter whose maker nobody knows; its power is in kW and nothing says so. */
const TOPIC = 'peidian/jiliang-7/up';
const METER = 'DB-7';
const ASSET = 'bj-b-meter';
/** What is no English on a Chinese page. */
const OWN = /DB-7|MW|YAML/g;

interface Told {
  readonly metric: string;
  readonly value: number;
  readonly receivedAt: string;
  readonly historical: boolean;
}

const watched = useWatchedHouse({ rooms: ['edge'] });
let wire: Wire;

beforeAll(async () => {
  wire = await connect(watched.house.mqtt);
});

afterAll(() => wire?.close());

test('on a Chinese phone: a meter that nobody knows is described by pointing at its values', async () => {
  const { house, phone } = watched;
  for (const [volts, power, energy] of [
    [231.2, 12.5, 1234.5],
    [230.9, 12.7, 1234.6],
    [231.4, 12.4, 1234.7],
  ] as const)
    await say(volts, power, energy);
  await phone.goto(`${house.edge}/devices`);
  await phone.getByText('发现 1 台新设备').waitFor();
  await shoot(phone, 'adopt-zh-devices');
  await phone.getByRole('link', { name: '去查看' }).tap();
  const card = phone.getByRole('article', { name: TOPIC });
  await card.getByText('没有协议能识别它，请手动描述').waitFor();
  await shoot(phone, 'adopt-zh-discovered');
  await card.getByRole('link', { name: `描述 ${TOPIC}` }).tap();

  await point('设备号').waitFor();
  await shoot(phone, 'adopt-zh-describe');
  await point('设备号').tap();
  await phone.getByRole('button', { name: '设备编号', exact: true }).tap();
  await close();
  for (const key of ['电压', '总电量']) {
    await point(key).tap();
    await close();
  }
  await point('有功功率').tap();
  // The mistake that everybody makes once.
  await phone.getByLabel('设备上报的单位').selectOption('MW');
  await shoot(phone, 'adopt-zh-point');
  await close();
  await phone.locator('.makes').getByText('12,400,000 W').first().waitFor();
  await shoot(phone, 'adopt-zh-described');
  await readable(phone);
  await phone.getByRole('button', { name: '保存并启用' }).tap();
  await phone.getByRole('heading', { name: '已保存。边缘从现在起按此解读。' }).waitFor();
  await shoot(phone, 'adopt-zh-saved');
  const { items } = await get<DiscoveredList>(`${house.edge}/api/discovered`);
  expect(items.map(({ device, kept, points }) => [device, kept, points.length])).toEqual([[METER, 3, 3]]);
});

test('it is adopted onto a place that exists, and what it said before is history', async () => {
  const { house, phone } = watched;
  const waiting = await get<DiscoveredList>(`${house.edge}/api/discovered?device=${METER}`);
  const heardAt = waiting.items[0]?.samples.map(({ at }) => at).toReversed();
  await phone.getByRole('link', { name: `登记 ${METER}` }).tap();
  await phone.getByLabel('设备名称').fill('B座总表');
  await phone.getByLabel('搜索位置').fill('B座 电表');
  await phone.getByText('时区与静默时间').tap();
  const silence = phone.getByLabel('正常静默时间').locator('option').first();
  await expect.poll(() => silence.innerText()).toMatch(/^按其协议的惯例：不超过 5/);
  await shoot(phone, 'adopt-zh-form');
  const places = await get<Registry>(`${house.edge}/api/registry`);
  const asset = places.assets.find(({ id }) => id === ASSET)?.name.zh ?? '';
  await phone.getByRole('radio', { name: asset }).first().tap();
  await readable(phone);
  await phone.getByRole('button', { name: '登记此设备' }).tap();
  await phone.getByText('重新解读留存消息 3 条').waitFor();
  await shoot(phone, 'adopt-zh-adopted');
  await phone.getByRole('link', { name: '查看它上报的内容' }).tap();
  await phone.getByRole('region', { name: '它上报的内容' }).getByText('231.4 V').waitFor();
  await readable(phone);
  await shoot(phone, 'adopt-zh-device');
  const told = await history();
  expect(told.filter(({ historical }) => historical)).toHaveLength(9);
  expect(told.filter(({ metric }) => metric === 'voltage_v').map(({ value }) => value)).toEqual([231.2, 230.9, 231.4]);
  expect([...new Set(told.map(({ receivedAt }) => receivedAt))]).toEqual(heardAt);
});

test('at a desk: its live values are on its page, and a restart keeps all of it', async () => {
  const { house, wall: desk } = watched;
  await say(231, 13.1, 1234.9);
  await desk.goto(`${house.edge}/devices`);
  await desk.getByLabel('Find', { exact: true }).fill(METER);
  await desk.getByRole('row', { name: 'B座总表' }).getByText('heard').waitFor();
  await shoot(desk, 'adopt-en-devices');
  await desk.getByRole('link', { name: 'B座总表', exact: true }).click();
  const says = desk.getByRole('region', { name: 'What it says' });
  await says.getByText('231 V').waitFor();
  await say(231.6, 13.2, 1235);
  await says.getByText('231.6 V').waitFor();
  await shoot(desk, 'adopt-en-device');

  const before = await history();
  expect(before.filter(({ historical }) => historical)).toHaveLength(9);
  await house.stop('edge');
  await house.start('edge');
  expect(await history()).toEqual(before);
  const { devices } = await get<Registry>(`${house.edge}/api/registry`);
  expect(devices.find(({ id }) => id === METER)).toMatchObject({ asset: ASSET, name: 'B座总表', family: 'peidian' });
  await say(231.7, 13.3, 1235.1);
  const since = (await history()).slice(before.length);
  expect(since.map(({ value, historical }) => [value, historical])).toEqual([
    [13_300_000, false],
    [1235.1, false],
    [231.7, false],
  ]);
});

test('a value that cannot be true waits in quarantine, and is history once the mapping was mended', async () => {
  const { house, wall: desk, phone } = watched;
  // In the unit that was chosen this is more than any building draws.
  await say(231.2, 118.4, 1300);
  await desk.goto(`${house.edge}/quarantine`);
  const group = desk.getByRole('article', { name: `${METER}: Active power: … is outside … W` });
  await group.getByText('1 message').waitFor();
  await shoot(desk, 'adopt-en-quarantine');
  await group.getByRole('button', { name: 'Try again' }).click();
  await desk.getByText('1 still cannot be read and stays in quarantine').waitFor();

  await group.getByRole('link', { name: 'Mend the mapping peidian' }).click();
  await desk.getByRole('button', { name: /^Use 有功功率 = 118.4/ }).click();
  await desk.getByLabel('Unit the device sends').selectOption('kW');
  await desk.locator('.makes').getByText('118,400 W').waitFor();
  await shoot(desk, 'adopt-en-mend');
  await desk.getByRole('button', { name: 'Save and use it' }).click();
  await desk.getByText('1 kept message read anew').waitFor();
  await shoot(desk, 'adopt-en-mended');
  const groups = await get<QuarantineGroupList>(`${house.edge}/api/quarantine/groups`);
  expect(groups).toMatchObject({ items: [], total: 0 });
  const told = (await history()).filter(({ value }) => value === 118_400 || value === 1300);
  expect(told.map(({ metric, historical }) => [metric, historical])).toEqual([
    ['active_power_w', true],
    ['energy_import_kwh', false],
  ]);

  await desk.getByText('It reads 1 adopted device.').waitFor();
  await desk.locator('summary', { hasText: 'Remove the mapping' }).click();
  await desk.getByLabel('Yes, remove it').check();
  await desk.getByRole('button', { name: 'Remove the mapping' }).click();
  await desk.getByText('release what is read by it first').waitFor();
  await shoot(desk, 'adopt-en-remove');
  expect([...complaintsOf(desk), ...complaintsOf(phone)]).toEqual([]);
});

/** One message of the meter, acknowledged: it is on the edge's disk. */
function say(volts: number, power: number, energy: number): Promise<void> {
  return wire.say(TOPIC, { 设备号: METER, 电压: volts, 有功功率: power, 总电量: energy });
}

/** A value of the newest message on the page. */
function point(key: string) {
  return watched.phone.getByRole('button', { name: new RegExp(`^使用 .*${key}.* = `) }).first();
}

function close(): Promise<void> {
  return watched.phone.getByRole('button', { name: '关闭', exact: true }).tap();
}

/** Everything that the edge keeps of the meter, oldest first. */
async function history(): Promise<Told[]> {
  const query = `device=${METER}&from=2020-01-01T00:00:00Z`;
  return (await get<{ items: Told[] }>(`${watched.house.edge}/api/readings?${query}`)).items;
}

/** In Chinese, in characters, and no wider than the phone. */
async function readable(page: Page): Promise<void> {
  const english = (await englishLeftovers(page)).filter((text) => /[A-Za-z]{2,}/.test(text.replaceAll(OWN, '')));
  expect(english).toEqual([]);
  const { hollow, seen } = await hollowGlyphs(page);
  expect(hollow.length / seen, hollow.join('')).toBeLessThan(0.3);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
}
