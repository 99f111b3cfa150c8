import type { EnergyReportEntry, KeptEnergyReport } from '@keepsite/cloud-contract';
import { ENERGY_WORDS } from '@keepsite/cloud-contract/energy-view';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { complaintsOf, shoot } from './src/browser.ts';
import { englishLeftovers, hollowGlyphs } from './src/chinese.ts';
import { get } from './src/http.ts';
import { useWatchedHouse } from './src/watched-house.ts';

/** A client whose savings the told history holds. */
const CLIENT = 'lanhe-software';
/** What statistics, gases and units are called everywhere. */
const OWN = /SHA-256|RMSE|NMBE|CV|FSU|CO2|PUE|kg/g;
/** Three quarters of a year are told and learned from first. */
const BUSY_MS = 420_000;

const watched = useWatchedHouse({ rooms: ['cloud'], historyDays: 4 }, BUSY_MS);
let kept: KeptEnergyReport;

beforeAll(async () => {
  const reports = `${watched.house.cloud}/api/clients/${CLIENT}/energy/reports`;
  const { items } = await get<{ items: EnergyReportEntry[] }>(reports);
  const newest = items.find(({ kind }) => kind === 'month');
  kept = await get<KeptEnergyReport>(`${reports}/${newest?.id}`);
});

test('the client’s page leads to its report: the eleven parts, each with what belongs there', async () => {
  const { house, wall: desk } = watched;
  await desk.goto(`${house.cloud}/clients/${CLIENT}`);
  await desk.getByRole('link', { name: 'Savings report' }).click();
  await desk.getByText(kept.report.headline.sentence.en).waitFor();
  await expect.poll(() => partsOf(desk)).toEqual(Object.values(ENERGY_WORDS.en.parts));
  expect(kept.verdict).toBe('savings demonstrated');
  await part(desk, '1 Result').getByRole('cell', { name: 'Avoided energy' }).waitFor();
  await part(desk, '2 Boundary and measures').getByText('LED lighting and night set-back').waitFor();
  await part(desk, '4 Baseline model').getByText('usage ~ time of week').waitFor();
  const rows = part(desk, '5 Month by month').getByRole('row');
  await expect.poll(() => rows.count()).toBe(kept.report.months.length + 2);
  await expect.poll(() => part(desk, '6 Charts').locator('figure svg').count()).toBe(6);
  await part(desk, '11 Evidence').getByText(kept.hash).waitFor();
  await shoot(desk, 'energy-report-en');
});

test('in the other language it is the same report', async () => {
  const { wall: desk } = watched;
  await desk.getByRole('button', { name: '中文' }).click();
  await desk.getByText(kept.report.headline.sentence.zh).waitFor();
  await expect.poll(() => partsOf(desk)).toEqual(Object.values(ENERGY_WORDS.zh.parts));
  await part(desk, '4 基准模型').getByText('用电量 ~ 星期时段').waitFor();
  await desk.getByRole('button', { name: 'English' }).click();
  await desk.getByText(kept.report.headline.sentence.en).waitFor();
});

test.each([
  ['en', 'Download PDF', 'Energy report'],
  ['zh', '下载 PDF', '节能报告'],
] as const)('the PDF (%s) is loaded down, is one, and is named by whose it is', async (language, name, file) => {
  const { house, wall: desk } = watched;
  await desk.goto(`${house.cloud}/clients/${CLIENT}/energy?lang=${language}`);
  const [download] = await Promise.all([desk.waitForEvent('download'), desk.getByRole('link', { name }).click()]);
  const pdf = readFileSync(await download.path());
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.subarray(-32).toString()).toContain('%%EOF');
  expect(download.suggestedFilename()).toBe(`${file} ${kept.report.client.name[language]} ${kept.period}.pdf`);
});

test('on a Chinese phone the report is Chinese, no wider than the phone, and what is wider scrolls by itself', async () => {
  const { house, wall: desk, phone } = watched;
  await phone.goto(`${house.cloud}/clients/${CLIENT}/energy`);
  await phone.getByText(kept.report.headline.sentence.zh).waitFor();
  await shoot(phone, 'energy-report-zh');
  const english = (await englishLeftovers(phone)).filter((text) => /[A-Za-z]{2,}/.test(text.replaceAll(OWN, '')));
  expect(english).toEqual([]);
  const { hollow, seen } = await hollowGlyphs(phone);
  expect(hollow.length / seen, hollow.join('')).toBeLessThan(0.3);
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  const months = part(phone, '5 逐月结果').getByRole('region', { name: '5 逐月结果' });
  expect(await overhangOf(months)).toBeGreaterThan(0);
  const first = months.getByRole('cell', { name: kept.report.months[0]?.month ?? '' });
  const before = await first.boundingBox();
  await months.evaluate((element: Frame) => element.scrollTo({ left: 1000 }));
  expect((await first.boundingBox())?.x).toBe(before?.x);
  await months.scrollIntoViewIfNeeded();
  await shoot(phone, 'energy-report-zh-months');
  expect([...complaintsOf(desk), ...complaintsOf(phone)]).toEqual([]);
});

test.each(['en', 'zh'] as const)('the figures of the result fit a phone (%s)', async (language) => {
  const { house, phone } = watched;
  await phone.goto(`${house.cloud}/clients/${CLIENT}/energy?lang=${language}`);
  const title = ENERGY_WORDS[language].parts.result;
  await expect.poll(() => overhangOf(part(phone, title).getByRole('region', { name: title }))).toBe(0);
  await shoot(phone, `energy-report-${language}-result`);
});

async function partsOf(page: Page): Promise<string[]> {
  return await page.locator('.energy-report').getByRole('heading', { level: 2 }).allInnerTexts();
}

/** One of the eleven parts, by its heading. */
function part(page: Page, title: string): Locator {
  return page.locator('.energy-report .panel', { has: page.getByRole('heading', { name: title, level: 2 }) });
}

/** What is asked of an element in the page, whose types this room does not have. */
interface Frame {
  readonly scrollWidth: number;
  readonly clientWidth: number;
  scrollTo(to: { readonly left: number }): void;
}

/** How much of what a frame holds is out of sight, in pixels. */
function overhangOf(frame: Locator): Promise<number> {
  return frame.evaluate((element: Frame) => element.scrollWidth - element.clientWidth);
}
