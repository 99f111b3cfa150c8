import type { Backtest, Tested } from '../../domain/retention/model/backtest.ts';
import { LEAST_EVENTS } from '../../domain/retention/model/foretell.ts';
import type { Scheme } from '../../domain/retention/model/splits.ts';

type Figure = 'auc' | 'brier' | 'logLoss' | 'calibrationSlope';

const FIGURES: readonly (readonly [Figure, string, number])[] = [
  ['auc', 'AUC', 3],
  ['brier', 'Brier', 4],
  ['logLoss', 'log-loss', 4],
  ['calibrationSlope', 'calibration slope', 2],
];

/** A backtest as a person reads it. */
export function backtestText(result: Backtest, scheme: Scheme): string {
  return [
    `${result.rows} rows of ${result.clients} clients, ${result.events} events`,
    foretoldText(result, scheme),
    '',
    ...tableText(result),
    '',
    ...verdictText(result, scheme),
    '',
    ...weightsText(result),
  ].join('\n');
}

function foretoldText({ tested, base, model }: Backtest, scheme: Scheme): string {
  if (tested.rows === 0) return `nothing could be foretold: no part has ${LEAST_EVENTS} events before it to learn from`;
  const how =
    scheme.kind === 'folds'
      ? `in ${scheme.folds} parts by ${scheme.by}, each foretold from the others`
      : `period by period, ${tested.from} … ${tested.to}${model ? ', each from what was known before' : ''}`;
  return `foretold ${how}: ${tested.rows} rows, ${tested.events} events (${percent(base?.rate ?? 0)})`;
}

function tableText({ scorecard, model, blend, base }: Backtest): string[] {
  const ways = Object.entries({ scorecard, model, blend }).filter(([, tested]) => tested !== null);
  const rows = ways.map(([name, tested]) => [name, ...FIGURES.map((figure) => cell(tested as Tested, figure))]);
  const known = base ? [['base rate', '', base.brier.toFixed(4), base.logLoss.toFixed(4), '']] : [];
  return aligned([['', ...FIGURES.map(([, title]) => title)], ...rows, ...known]);
}

function cell(tested: Tested, [name, , digits]: (typeof FIGURES)[number]): string {
  const [value, range] = [tested[name], tested.intervals[name]];
  if (value === null) return '–';
  const within = range ? ` (${range.low.toFixed(digits)} … ${range.high.toFixed(digits)})` : '';
  return `${value.toFixed(digits)}${within}`;
}

function verdictText({ scorecard, model, blend, blendLessScorecard, anchorsFit }: Backtest, scheme: Scheme): string[] {
  const lines = [
    'Intervals hold nine of ten draws of the clients. What is foretold is associated with leaving, not its cause.',
  ];
  if (!scorecard) lines.push('No indicators were given: there is no scorecard, and nothing to blend the rows with.');
  if (scorecard && !model)
    lines.push(`Fewer than ${LEAST_EVENTS} events come before any row: the scorecard stands alone.`);
  if (scorecard && !anchorsFit)
    lines.push('The periods are neither months nor quarters: the anchors of the scorecard were taken as they are.');
  if (scheme.kind === 'folds')
    lines.push('Parts let the future teach of the past: they serve to compare with published results, not to decide.');
  if (blend && blendLessScorecard) lines.push(betweenText(blendLessScorecard));
  return lines;
}

function betweenText({ mean, low, high }: NonNullable<Backtest['blendLessScorecard']>): string {
  const said = `Log-loss of the blend less the scorecard's: ${mean.toFixed(4)}`;
  if (low === undefined || high === undefined) return `${said}; too few clients to say how sure that is.`;
  const verdict =
    high < 0 ? 'the blend foretells better' : low > 0 ? 'the scorecard foretells better' : 'not told apart';
  return `${said} (${low.toFixed(4)} … ${high.toFixed(4)}): ${verdict}.`;
}

function weightsText({ weights, scorecard }: Backtest): string[] {
  const number = (value: number | null) => (value === null ? '–' : value.toFixed(3));
  const about = scorecard
    ? 'Weights learnt from all rows, in log-odds. Believed and blended: an indicator of the scorecard from good to bad; else and in the model: a unit.'
    : 'Weights learnt from all rows, in log-odds a unit.';
  return [
    about,
    ...aligned([
      ['', 'believed', 'model', 'blend'],
      ...weights.map(({ name, belief, model, blend }) => [name, number(belief), number(model), number(blend)]),
    ]),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
