import { expect, test } from 'vitest';
import { parseCsv } from './csv.ts';
import { csvText } from './csv-text.ts';

test('reads back as it was written, quotes, commas and line breaks included', () => {
  const text = csvText(['what', 'cost'], [['三台水泵, "大"\n一套', '-12.50']]);
  expect(text.startsWith('\uFEFF')).toBe(true);
  expect(parseCsv(text)?.rows).toEqual([{ what: '三台水泵, "大"\n一套', cost: '-12.50' }]);
});

test.each(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\tx'])('%j is no formula of a spreadsheet', (cell) => {
  expect(csvText(['a'], [[cell]])).toContain(`'${cell}`);
});
