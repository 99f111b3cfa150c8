import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { renewals } from '../domain/retention/model/testing/renewals.ts';
import { INDICATORS, SCORECARD } from '../domain/retention/scorecard.ts';
import { runRetention } from './retention.ts';

const CARD = INDICATORS.map((name) => ({ name, ...SCORECARD.lines[name] }));
const { history } = renewals({
  seed: 3,
  clients: 60,
  months: 18,
  card: CARD,
  intercept: -8,
  weights: CARD.map(({ weight }) => weight / 8),
  missing: 0.1,
});
const CSV = [
  ['client', 'period', 'event', ...history.columns],
  ...history.rows.map((row) => [
    row.client,
    row.period,
    Number(row.event),
    ...row.values.map((value) => (value === null ? '' : value)),
  ]),
]
  .map((cells) => cells.join(','))
  .join('\n');
const BOUNDS = Object.fromEntries(CARD.map(({ name, good, bad, weight }) => [name, { good, bad, weight }]));

async function run(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const all: Readonly<Record<string, string | Uint8Array>> = {
    'h.csv': CSV,
    'card.json': JSON.stringify(BOUNDS),
    ...files,
  };
  const code = await runRetention(args, {
    read: async (file) => {
      const content = all[file];
      if (content === undefined) throw new Error('no such file');
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const backtest = (...args: string[]) => ['backtest', '--csv', 'h.csv', ...args];

it('tells how well scorecard, model and blend foretold, and the same as JSON', async () => {
  const text = await run(backtest('--indicators', 'card.json'));
  expect(text).toMatchObject({ code: 0, err: '' });
  const json = JSON.parse((await run(backtest('--indicators', 'card.json', '--json'))).out);
  expect(json).toMatchObject({ scheme: { kind: 'forward' }, horizon: 1, rows: history.rows.length, clients: 60 });
  for (const way of ['scorecard', 'model', 'blend']) {
    const { auc, brier, logLoss, calibrationSlope } = json[way];
    expect(auc).toBeGreaterThan(0.5);
    const line = text.out.split('\n').find((each) => each.startsWith(way));
    expect(line?.split(/ {2,}/).map((cell) => cell.split(' ')[0])).toEqual([
      way,
      auc.toFixed(3),
      brier.toFixed(4),
      logLoss.toFixed(4),
      calibrationSlope.toFixed(2),
    ]);
  }
  expect(text.out).toContain(`${json.tested.from} … ${json.tested.to}`);
});

it('reads gzip, spreadsheets with semicolons and a mark, and columns in any order', async () => {
  const plain = (await run(backtest('--folds', '5', '--json'))).out;
  expect((await run(backtest('--folds', '5', '--json'), { 'h.csv': gzipSync(CSV) })).out).toBe(plain);
  const sheet = `\uFEFF${CSV.replaceAll(',', ';').replaceAll('.', ',').replaceAll('\n', '\r\n')}`;
  expect((await run(backtest('--folds', '5', '--json'), { 'h.csv': sheet })).out).toBe(plain);
  const turned = CSV.split('\n').map((line) => line.split(',').toReversed().join(','));
  const { model } = JSON.parse((await run(backtest('--folds', '5', '--json'), { 'h.csv': turned.join('\n') })).out);
  expect(model.auc).toBeCloseTo(JSON.parse(plain).model.auc, 8);
});

it('takes the indicators as a list, as YAML, and with anchors', async () => {
  const of = async (card: string) =>
    JSON.parse((await run(backtest('--indicators', 'c', '--json'), { c: card })).out).scorecard;
  const usual = await of(JSON.stringify(BOUNDS));
  expect(await of(JSON.stringify({ indicators: CARD }))).toEqual(usual);
  const yaml = CARD.map(({ name, good, bad, weight }) => `${name}: { good: ${good}, bad: ${bad}, weight: ${weight} }`);
  expect(await of(yaml.join('\n'))).toEqual(usual);
  const bolder = await of(JSON.stringify({ indicators: BOUNDS, anchors: { at80: 0.02, at40: 0.9 } }));
  expect(bolder.auc).toBe(usual.auc);
  expect(bolder.logLoss).not.toBe(usual.logLoss);
});

it('parts by rows or by clients, without a scorecard where none is given', async () => {
  const rows = JSON.parse((await run(backtest('--folds', '5', '--json'))).out);
  expect(rows).toMatchObject({ scorecard: null, blend: null, tested: { rows: history.rows.length, from: null } });
  const clients = JSON.parse((await run(backtest('--folds', '5', '--group', 'client', '--json'))).out);
  expect(clients.model.auc).not.toBe(rows.model.auc);
});

it('leaves out a column of words and says so', async () => {
  const named = CSV.split('\n').map((line, i) => `${line},${i === 0 ? 'segment' : 'office'}`);
  const told = await run(backtest('--folds', '3', '--json'), { 'h.csv': named.join('\n') });
  expect(told).toMatchObject({ code: 0, err: 'note: h.csv: segment holds no numbers and was left out' });
  expect(told.out).toBe((await run(backtest('--folds', '3', '--json'))).out);
});

const HEAD = 'client,period,event,nps\n';
it.each([
  ['no file', ['backtest'], {}, 'required option'],
  ['a file that is not there', ['backtest', '--csv', 'x.csv'], {}, 'x.csv cannot be read: no such file'],
  ['an empty file', backtest(), { 'h.csv': '' }, 'it holds no rows under a header'],
  ['no event', backtest(), { 'h.csv': 'client,period,nps\na,2026-01,3\n' }, 'its header lacks event'],
  ['no period', backtest(), { 'h.csv': 'client,event,nps\na,0,3\n' }, 'its header lacks period'],
  ['two columns of a name', backtest(), { 'h.csv': 'client,period,event,a,a\nx,1,0,1,1\n' }, 'two columns are named a'],
  [
    'a short row',
    backtest(),
    { 'h.csv': `${HEAD}a,2026-01,0,3\nb,2026-01,0\n` },
    'h.csv:3: it has 3 cells where the header has 4',
  ],
  ['an odd event', backtest(), { 'h.csv': `${HEAD}a,2026-01,maybe,3\n` }, 'h.csv:2: event is 1 or 0, not "maybe"'],
  [
    'a word among numbers',
    backtest(),
    { 'h.csv': `${HEAD}a,2026-01,0,3\nb,2026-01,0,few\n` },
    'h.csv:3: nps is no number: "few"',
  ],
  [
    'a period that does not sort',
    backtest(),
    { 'h.csv': `${HEAD}a,Jan 2026,0,3\n` },
    'h.csv:2: period is a number, 2026-03',
  ],
  [
    'periods that do not sort',
    backtest(),
    { 'h.csv': `${HEAD}a,2026-01,0,3\na,2026-Q1,0,3\n` },
    'written in several ways',
  ],
  ['nobody', backtest(), { 'h.csv': `${HEAD},2026-01,0,3\n` }, 'h.csv:2: it names no client'],
  ['no indicators', backtest(), { 'h.csv': 'client,period,event\na,2026-01,0\n' }, 'it has no indicators'],
  ['damaged gzip', backtest(), { 'h.csv': Uint8Array.of(0x1f, 0x8b, 1, 2, 3) }, 'begins like gzip and is damaged'],
  ['one fold', backtest('--folds', '1'), {}, 'it is a whole number, 2 or more'],
  ['more folds than rows', backtest('--folds', '99999'), {}, 'is more than the'],
  ['a group without folds', backtest('--group', 'client'), {}, '--group goes with --folds'],
  ['another group', backtest('--folds', '5', '--group', 'site'), {}, 'Allowed choices are client'],
  ['a card that is none', backtest('--indicators', 'c'), { c: '3' }, 'each indicator has good, bad and a weight'],
  ['bounds that are one', backtest('--indicators', 'c'), { c: 'nps_adj: {good: 1, bad: 1, weight: 1}' }, 'nps_adj'],
  [
    'an indicator without numbers',
    backtest('--indicators', 'c'),
    { c: 'mood: {good: 1, bad: 0, weight: 1}' },
    'the history has no numbers of mood',
  ],
  [
    'a name twice',
    backtest('--indicators', 'c'),
    { c: JSON.stringify([CARD[0], CARD[0]]) },
    'sla_breach_load is named twice',
  ],
])('refuses %s with a reason', async (_, args, files, reason) => {
  const { code, err, out } = await run(args, files);
  expect(err).toContain(reason);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

it('has help', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, err: '' });
  expect((await run(['backtest', '--help'])).out).toContain('--indicators');
});
