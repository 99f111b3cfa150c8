import { expect, test } from 'vitest';
import { en } from './en.ts';
import { formatOf } from './format.ts';
import { metricWords, reasonWords, valueWords } from './values.ts';
import { zh } from './zh.ts';

const format = formatOf('en');
const words = (metric: string, value: number | string | boolean | null, unit: string | null = null): string =>
  valueWords({ metric, value, unit }, en, format);

test('a value is shown with the unit of its metric, and without what binary fractions add', () => {
  expect(words('active_power_w', 43.400000000000006)).toBe('43.4 W');
  expect(words('energy_import_kwh', 10234.5)).toBe('10,234.5 kWh');
  expect(words('link_quality', 126)).toBe('126');
  expect(words('voltage_v', 1 / 3)).toBe('0.333 V');
});

test('no value, yes, no and words are told as such', () => {
  expect([words('leak', false), words('leak', null), words('door', 'open')]).toEqual(['no', 'no value', 'open']);
});

test('a point of the vendor’s own keeps its name and unit', () => {
  expect(metricWords({ metric: 'x9', part: null, name: 'Filter hours' }, en)).toBe('Filter hours');
  expect(metricWords({ metric: 'x9', part: 'ch1' }, en)).toBe('x9 · ch1');
  expect(words('x9', 12, 'h')).toBe('12 h');
  expect(metricWords({ metric: 'voltage_v', part: 'a', name: 'Ua' }, zh)).toBe('电压 · a');
});

test('a known reason is told in the reader’s language, any other as the edge says it', () => {
  expect(reasonWords('no dialect recognises this message', zh)).toBe('没有协议能识别这条消息');
  const words = (reason: string): string[] => [reasonWords(reason, en), reasonWords(reason, zh)];
  expect(words('active_power_w: 2e9 is outside -100000000…100000000 W')).toEqual([
    'Active power: 2e9 is outside -100000000…100000000 W',
    '有功功率：2e9 超出范围 -100000000…100000000 W',
  ]);
  expect(words('voltage_v: … is outside … V')[1]).toBe('电压：… 超出范围 … V');
  expect(words('leak: not a yes or no')[1]).toBe('漏水：不是“是”或“否”');
  expect(words('leak: "maybe" is not a yes or no')[1]).toBe('漏水："maybe" 不是“是”或“否”');
  expect(words('x9: the value at a.b cannot be read')[1]).toBe('x9: the value at a.b cannot be read');
  expect(words('constructor')).toEqual(['constructor', 'constructor']);
  expect(words('the payload has 200000 bytes, more than 131072')[1]).toBe('内容有 200000 字节，超过上限 131072 字节');
});
