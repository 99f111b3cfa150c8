import type { EdgeResponse } from '@keepsite/cloud-contract';
import type { ResponseState } from '@keepsite/edge-contract';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complaintsOf, openBrowser, openPhone, shoot } from './src/browser.ts';
import { hollowGlyphs } from './src/chinese.ts';
import { type House, startHouse } from './src/house.ts';
import { get } from './src/http.ts';
import { until } from './src/until.ts';

const EDGE = 'edge-1';

let house: House;
let browser: Browser;
let phone: Page;
let before: EdgeResponse;
let editor: Locator;
let step: Locator;

beforeAll(async () => {
  const opening = openBrowser();
  [house, browser] = await Promise.all([startHouse({ rooms: ['cloud', 'edge'] }), opening]);
  phone = await openPhone(browser, 'zh-CN');
  editor = phone.getByRole('region', { name: '编辑', exact: true });
  // What is edited is what the edge has told.
  before = await until(
    async () => {
      const state = await get<EdgeResponse>(`${house.cloud}/api/edges/${EDGE}/response`);
      return state.book.plans.length > 0 && state;
    },
    { for: 'the plans of the edge in the cloud' },
  );
});

afterAll(async () => {
  await browser?.close();
  await house?.close();
});

test('on a Chinese phone: a further step is told at its fields what it lacks, and then whom it pages', async () => {
  await phone.goto(`${house.cloud}/plans`);
  await phone.getByRole('button', { name: '编辑', exact: true }).tap();
  await editor.getByRole('button', { name: '添加步骤' }).tap();
  step = editor.getByRole('group', { name: `第 ${last()} 步`, exact: true });
  await step.getByText('步骤为空：既不通知任何人，也不释放认领').waitFor();
  expect(await save().isDisabled()).toBe(true);
  await shoot(phone, 'plans-zh-problem');
  await time().fill('soon');
  await step.getByText('请按分秒（m:ss）填写，例如 1:30。').waitFor();
  await time().fill('99:59');
  const person = before.book.people[0];
  await step.locator('summary', { hasText: '无人' }).tap();
  await step.getByRole('checkbox', { name: person?.name ?? '' }).tap();
  await phone.getByRole('region', { name: '会通知谁' }).getByText('1:39:59').first().waitFor();
  await phone.getByRole('region', { name: '与生效版本的差别' }).getByText(`第 ${last()} 步`).waitFor();
});

test('the form and the text are one document: what is written in one stands in the other, comments too', async () => {
  await editor.getByRole('button', { name: 'YAML 文本' }).tap();
  const text = editor.getByLabel('人员、班组、值班表和预案');
  await text.fill((await text.inputValue()).replace('5999', '5400 # the night porter'));
  await editor.getByRole('button', { name: '表单' }).tap();
  expect(await time().inputValue()).toBe('1:30:00');
  await time().fill('90:30');
  await editor.getByText('保存的版本中没有注释').waitFor();
  await shoot(phone, 'plans-zh-form');
  const { hollow, seen } = await hollowGlyphs(phone);
  expect(hollow.length / seen, hollow.join('')).toBeLessThan(0.3);
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await editor.getByRole('button', { name: 'YAML 文本' }).tap();
  expect(await text.inputValue()).toContain('5430 # the night porter');
});

test('what was saved is what the edge goes by, and the other plans are as they were', async () => {
  const [plan] = before.book.plans;
  await save().tap();
  const plans = await until(
    async () => {
      const { version, book } = await get<ResponseState>(`${house.edge}/api/response`);
      return version === 1 && book.plans;
    },
    { for: 'the edge to go by the new version' },
  );
  expect(plans[0]?.steps.at(-1)).toMatchObject({ afterSeconds: 5430, page: [before.book.people[0]?.id] });
  expect(plans[0]?.version).toBe((plan?.version ?? 0) + 1);
  expect(plans.slice(1)).toEqual(before.book.plans.slice(1));
  expect(complaintsOf(phone)).toEqual([]);
});

/** The number of the step that is added. */
function last(): number {
  return (before.book.plans[0]?.steps.length ?? 0) + 1;
}

function time(): Locator {
  return step.getByLabel('时间', { exact: true });
}

function save(): Locator {
  return editor.getByRole('button', { name: '保存并下发到网关' });
}
