import type { Contract, EdgeResponse } from '@keepsite/cloud-contract';
import type { ResponseState } from '@keepsite/edge-contract';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complaintsOf, openBrowser, openPhone, shoot } from './src/browser.ts';
import { hollowGlyphs } from './src/chinese.ts';
import { type House, startHouse } from './src/house.ts';
import { get, put } from './src/http.ts';
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
  await expect.poll(() => save().isDisabled()).toBe(true);
  await shoot(phone, 'plans-zh-problem');
  await time().fill('soon');
  await step.getByText('请按分秒（m:ss）填写，例如 1:30。').waitFor();
  await time().fill('99:59');
  const person = before.book.people[0];
  await step.locator('summary', { hasText: '无人' }).tap();
  await step.getByRole('checkbox', { name: person?.name ?? '' }).tap();
  const rungs = phone.getByRole('region', { name: '会通知谁' }).getByRole('listitem').filter({ hasText: '1:39:59' });
  await rungs
    .first()
    .getByText(person?.name ?? '', { exact: true })
    .waitFor();
  await phone.getByRole('region', { name: '与生效版本的差别' }).getByText(`第 ${last()} 步`).waitFor();
});

test('the form and the text are one document: what is written in one stands in the other, comments too', async () => {
  await editor.getByRole('button', { name: 'YAML 文本' }).tap();
  const text = editor.getByLabel('人员、班组、值班表和预案');
  await expect.poll(() => text.inputValue()).toContain('5999');
  await text.fill((await text.inputValue()).replace('5999', '5400 # the night porter'));
  await editor.getByRole('button', { name: '表单' }).tap();
  await expect.poll(() => time().inputValue()).toBe('1:30:00');
  await time().fill('90:30');
  await editor.getByText('保存的版本中没有注释').waitFor();
  await shoot(phone, 'plans-zh-form');
  const { hollow, seen } = await hollowGlyphs(phone);
  expect(hollow.length / seen, hollow.join('')).toBeLessThan(0.3);
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await editor.getByRole('button', { name: 'YAML 文本' }).tap();
  await expect.poll(() => text.inputValue()).toContain('5430 # the night porter');
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

test('somebody who is still named is not taken out, and every place is told', async () => {
  await phone.goto(`${house.cloud}/plans?edit=people`);
  const [crew] = before.book.crews;
  const member = before.book.people.find(({ id }) => id === crew?.members[0]);
  const remove = editor.getByRole('button', { name: `删除 ${member?.name}` });
  await remove.tap();
  const why = editor.getByRole('alert');
  const place = why.getByRole('button', { name: `班组 ${crew?.name.zh} · 成员` });
  await place.waitFor();
  expect(await remove.count()).toBe(1);
  await shoot(phone, 'crews-zh-still-named');
  await place.tap();
  await editor
    .getByText(`${crew?.members.map((id) => before.book.people.find((one) => one.id === id)?.name).join(' · ')}`)
    .waitFor();
  await tab('人员').tap();
});

test('somebody new takes turns: the week shows it before anything is saved, and the edge goes by it then', async () => {
  await editor.getByRole('button', { name: '新增人员' }).tap();
  await editor.getByLabel('名称', { exact: true }).fill('林小雨');
  await editor.getByRole('button', { name: '添加联系方式' }).tap();
  await editor.getByLabel('渠道').fill('mqtt');
  await editor.getByLabel('地址').fill('lin');
  await tab('值班表').tap();
  const layer = editor.getByRole('group', { name: '班次 1', exact: true });
  await layer.locator('summary', { hasText: '→' }).tap();
  const ticked = layer.getByRole('checkbox', { checked: true });
  while ((await ticked.count()) > 0) await ticked.first().uncheck();
  await layer.getByRole('checkbox', { name: '林小雨' }).check();
  const week = phone.getByRole('region', { name: '将由谁值班' });
  await week.getByText('林小雨').first().waitFor();
  await shoot(phone, 'crews-zh-week');
  await save().tap();
  const book = await until(
    async () => {
      const { version, book: now } = await get<ResponseState>(`${house.edge}/api/response`);
      return version === 2 && now;
    },
    { for: 'the edge to go by the second version' },
  );
  const added = book.people.find(({ name }) => name === '林小雨');
  expect(added?.addresses).toEqual([{ channel: 'mqtt', to: 'lin' }]);
  const [roster, ...others] = before.book.rosters;
  expect(book.rosters[0]?.layers[0]?.members).toEqual([added?.id]);
  expect(book.rosters[0]?.version).toBe((roster?.version ?? 0) + 1);
  expect(book.rosters.slice(1)).toEqual(others);
});

test('who stands in, who swaps which shift with whom, and a note: each goes to the gateway as it was written', async () => {
  const [roster] = before.book.rosters;
  const [one, other] = before.book.people;
  await phone.goto(`${house.edge}/rosters`);
  const card = phone.getByRole('region', { name: roster?.name.zh ?? '', exact: true });
  const keep = card.getByRole('button', { name: '保存', exact: true });
  const say = async (fields: Record<string, string>) => {
    for (const [label, text] of Object.entries(fields))
      await card.getByLabel(label, { exact: true }).first().fill(text);
  };
  await card.locator('summary', { hasText: '代班、换班或交接记录' }).tap();
  await card.getByLabel('由谁代班').selectOption(one?.id ?? '');
  await card.getByLabel('代替谁').selectOption(other?.id ?? '');
  await say({ 开始: '2030-01-07T20:00', 结束: '2030-01-07T08:00' });
  await expect.poll(() => keep.isDisabled()).toBe(true);
  await say({ 结束: '2030-01-08T08:00', 原因: '婚礼' });
  await keep.tap();
  const night = { from: '2030-01-07T12:00:00.000Z', to: '2030-01-08T00:00:00.000Z' };
  await changes('overrides', { on: [one?.id], off: [other?.id], ...night, reason: '婚礼' });

  await card.getByRole('button', { name: '换班', exact: true }).tap();
  await card.getByLabel('结束', { exact: true }).last().fill('2030-01-09T20:00');
  await say({ 换得的班次开始: '2030-01-09T08:00' });
  await keep.tap();
  const day = { from: '2030-01-09T00:00:00.000Z', to: '2030-01-09T12:00:00.000Z' };
  await changes('swaps', { give: { person: other?.id, ...night }, take: { person: one?.id, ...day }, reason: '婚礼' });

  await card.getByRole('button', { name: '交接记录', exact: true }).tap();
  await say({ 下一班必须知道的事: '3号梯今天检修过' });
  await keep.tap();
  await changes('notes', { text: '3号梯今天检修过' });
  await shoot(phone, 'roster-zh-changed');

  /** The gateway has one more of them, as it was made. */
  async function changes(list: 'overrides' | 'swaps' | 'notes', made: object): Promise<void> {
    const all = async () => (await get<ResponseState>(`${house.edge}/api/response`)).book.rosters[0]?.[list] ?? [];
    const had = roster?.[list].length ?? 0;
    const now = await until(async () => (await all()).length > had && (await all()), {
      for: `the ${list} at the edge`,
    });
    expect(now.at(-1)).toMatchObject(made);
  }
});

test('a contract shows what was signed in the cloud, and which days count for follow-ups is signed there', async () => {
  const client = 'yunfan-bank';
  const id = before.book.contracts[0]?.id ?? '';
  const name = { en: 'Yunfan Bank', zh: '云帆银行' };
  const here = `${house.cloud}/api/clients/${client}`;
  await put(here, { id: client, name, kind: 'data-center', since: null, officer: null });
  const signed = {
    id,
    client,
    version: 7,
    from: '2026-01-01',
    to: '2029-01-01',
    annualValue: 1,
    timeZone: 'Asia/Shanghai',
  };
  await put(`${here}/contracts/${id}`, {
    ...signed,
    terms: [{ term: 'on_site', targetSeconds: 300, attainmentTarget: 0.9 }],
  });
  await phone.goto(`${house.cloud}/plans?edit=contracts`);
  await editor.getByText('计时与已签合同不一致，已签为：到场 5:00').waitFor();
  await editor.getByLabel('到场', { exact: true }).fill('5:00');
  await editor.getByText('计时与已签合同不一致').waitFor({ state: 'detached' });
  await editor.getByLabel('回访期限按哪些日子计算').selectOption('working_days');
  await shoot(phone, 'contract-zh');
  await editor.getByRole('button', { name: '签为第 8 版' }).tap();
  const newest = await until(
    async () => {
      const { items } = await get<{ items: Contract[] }>(`${here}/contracts`);
      return items.find(({ version }) => version === 8);
    },
    { for: 'the newly signed version' },
  );
  expect(newest).toMatchObject({ ...signed, version: 8, followUpDays: 'working_days' });
});

test('every field has a name for those who cannot see it, and every form fits the phone', async () => {
  await phone.goto(`${house.cloud}/plans?edit=people`);
  for (const part of ['人员', '班组', '值班表', '合同', '日历', '预案']) {
    await tab(part).tap();
    await shoot(phone, `crews-zh-${part}`);
    await editor.getByRole('button', { name: /^\+ 新/ }).tap();
    await phone.evaluate(`document.querySelectorAll('.plans-editor details').forEach((one) => (one.open = true))`);
    expect(await phone.evaluate(NAMELESS), part).toEqual([]);
    expect(await phone.evaluate('document.documentElement.scrollWidth'), part).toBeLessThanOrEqual(390);
  }
  expect(complaintsOf(phone)).toEqual([]);
});

/** Whatever of a form has neither a label nor a text. As text, because it runs in the page. */
const NAMELESS = `[...document.querySelectorAll('.plans-editor :is(input, select, textarea, button, summary)')]
  .filter((one) => !one.labels?.length && !one.ariaLabel && !one.getAttribute('aria-labelledby') && !one.textContent.trim())
  .map((one) => one.outerHTML)`;

function tab(part: string): Locator {
  return editor.getByRole('group', { name: '编辑内容' }).getByRole('button', { name: part, exact: true });
}

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
