import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runEnergyCommand } from '../../testing/energy-command.ts';
import { waitLonger } from '../../testing/patience.ts';

waitLonger();

const FIXTURES = join(import.meta.dirname, 'fixtures', 'eemeter');
const HOUSE = 'il-electricity-cdd-hdd';
const ARGS = `--method caltrack-billing --temperature ${HOUSE}-tempF.csv.gz --days utc --baseline 2015-11-22/2016-11-25`;
const FIFTH = 5;

/** Monthly bills of eemeter's house, of which the fifth was guessed too low and the sixth put that right. */
function bills(flag: (bill: number) => string): string {
  const text = gunzipSync(readFileSync(join(FIXTURES, `${HOUSE}-billing_monthly.csv.gz`))).toString();
  const [, ...rows] = text.trim().split(/\r?\n/);
  const guessed = rows.map((row, i) => {
    const [start, value = ''] = row.split(',');
    const by = i === FIFTH ? -300 : i === FIFTH + 1 ? 300 : 0;
    return [start, value.trim() === '' ? '' : Number(value) + by, flag(i)].join(',');
  });
  return ['start,value,guess', ...guessed].join('\n');
}

function run(words: string, meter: string) {
  return runEnergyCommand(words, (file) => (file === 'bills.csv' ? meter : readFileSync(join(FIXTURES, file))));
}

function fitted(options: string, flag: (bill: number) => string) {
  const { code, out, err } = run(`fit --json --meter bills.csv:value ${options} ${ARGS}`, bills(flag));
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as { n: number; r2: number; mean: number };
}

test('an estimated bill and the one that corrects it are one period of their common length', () => {
  const guess = (bill: number) => (bill === FIFTH ? '1' : '');
  const [apart, joined] = [fitted('--fuel electricity', guess), fitted('--estimated guess', guess)];
  expect([apart.n, joined.n]).toEqual([12, 11]);
  expect(apart.r2).toBeLessThan(0.95);
  expect(joined.r2).toBeGreaterThan(0.99);
});

test('estimates over more than 70 days are unknown, and so is the bill that ends them', () => {
  const { n, r2 } = fitted('--estimated guess --insufficient allow', (bill) =>
    bill === FIFTH - 1 || bill === FIFTH ? '1' : '0',
  );
  expect(n).toBe(9);
  expect(r2).toBeGreaterThan(0.99);
});

test('only bills are estimated: other methods are told so', () => {
  const words = `fit --meter bills.csv:value --estimated guess ${ARGS.replace('caltrack-billing', 'towt-daily')}`;
  const { code, err } = run(
    words,
    bills(() => '0'),
  );
  expect([code, err]).toEqual([2, expect.stringContaining('--estimated is for bills: --method caltrack-billing')]);
});
