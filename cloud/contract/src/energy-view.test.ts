import { expect, test } from 'vitest';
import { ENERGY_CHARTS, ENERGY_WORDS, energyChart } from './energy-view.ts';

/** Every leaf of a dictionary by its path; a function is called with stand-ins. */
function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function')
    return [[path, (value as (...words: string[]) => string)('1', '2', '3', '4', '5', '6')]];
  return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

test('a report’s words are there in both languages, none empty, the Chinese ones Chinese', () => {
  const [en, zh] = [new Map(leaves(ENERGY_WORDS.en)), new Map(leaves(ENERGY_WORDS.zh))];
  expect([...zh.keys()].toSorted()).toEqual([...en.keys()].toSorted());
  for (const text of [...en.values(), ...zh.values()]) expect(text.trim()).not.toBe('');
  const left = [...zh].filter(([path, text]) => text === en.get(path)).map(([path]) => path);
  expect(left).toEqual(['.gateNames.cvrmse', '.gateNames.nmbe', '.pue']);
});

const INK = { text: '#000', dim: '#666', line: '#ccc', actual: '#00f', expected: '#f00', low: '#eee', font: 'x' };
const day = (actual: number | null, expected: number | null) => ({ day: '2026-01-01', actual, expected, celsius: 5 });

test('a chart is drawn only where the report holds something for it', () => {
  const empty = { days: [], baseline: [], acf: [], heatmap: [[null]] };
  const drawn = (charts: Parameters<typeof energyChart>[1]['charts']) =>
    ENERGY_CHARTS.filter((name) => energyChart(name, { charts }, ENERGY_WORDS.zh, INK) !== null);
  expect(drawn(empty)).toEqual([]);
  expect(drawn({ ...empty, days: [day(5, null)], heatmap: [[1]] })).toEqual(['days', 'temperature', 'heatmap']);
  expect(drawn({ ...empty, days: [day(5, 6)], baseline: [{ ...day(5, 5), residual: 0 }], acf: [0.1] })).toEqual([
    'days',
    'temperature',
    'residuals',
    'acf',
    'cusum',
  ]);
});

test('cumulative savings add up what is known, and a gap adds nothing', () => {
  const charts = { days: [day(5, 7), day(null, 7), day(6, 9)], baseline: [], acf: [], heatmap: [] };
  const options = energyChart('cusum', { charts }, ENERGY_WORDS.en, INK) as { series: { data: unknown }[] };
  expect(options.series[0]?.data).toEqual([2, null, 5]);
});
