import { seededRandom } from '@keepsite/edge-energy';
import { figure, type Figures } from '../../edge/bench/figures.ts';
import { backtest } from '../src/domain/retention/model/backtest.ts';
import { measuredFeatures, scaled, scaleOf } from '../src/domain/retention/model/features.ts';
import { fitLogit } from '../src/domain/retention/model/logit.ts';
import { renewals } from '../src/domain/retention/model/testing/renewals.ts';
import { INDICATORS, SCORECARD } from '../src/domain/retention/scorecard.ts';

const RUNS = 5;
const CARD = INDICATORS.map((name) => ({ name, ...SCORECARD.lines[name] }));
/** Odds by which about one client in thirty leaves in a month. */
const WORLD = { seed: 1, months: 48, card: CARD, intercept: -7, weights: CARD.map(({ weight }) => weight / 13) };
const PORTFOLIO = 500;
const MANY = 5000;

/** The parts of `bench -- retention`. */
export const RETENTION_PARTS = { fit: measureFit, backtest: measureBacktest } as const;

/** What it costs to learn from a history, and to replay it. */
export async function measureRetention(
  tell: (line: string) => void,
  parts: string[] = Object.keys(RETENTION_PARTS),
): Promise<Figures> {
  const asked = Object.entries(RETENTION_PARTS).filter(([name]) => parts.includes(name));
  return Object.assign({}, ...asked.map(([, measure]) => measure(tell))) as Figures;
}

function measureFit(tell: (line: string) => void): Figures {
  const { history } = renewals({ ...WORLD, clients: MANY });
  const features = measuredFeatures(history);
  const all = Uint32Array.from(history.rows.keys());
  const rows = scaled(features, scaleOf(features, all), all);
  const events = history.rows.map(({ event }) => event);
  const prior = { mean: new Float64Array(features.width), firmness: 10 };
  tell(`one fit of ${events.length} rows and ${features.width} indicators`);
  const runs = timed(() => fitLogit({ ...rows, events, prior }));
  return { 'retention.fit': figure(runs, 'ms', `${events.length} rows × ${features.width} indicators`) };
}

function measureBacktest(tell: (line: string) => void): Figures {
  const { history } = renewals({ ...WORLD, clients: PORTFOLIO });
  tell(`${history.rows.length} months of ${PORTFOLIO} clients are replayed`);
  const request = { history, horizon: 1, card: CARD, draws: 200 };
  const forward = timed(() => backtest({ ...request, scheme: { kind: 'forward' }, random: seededRandom(1) }));
  const folds = timed(() =>
    backtest({ ...request, scheme: { kind: 'folds', folds: 5, by: 'client' }, random: seededRandom(1) }),
  );
  const beside = `${history.rows.length} rows, 12 indicators, 200 draws`;
  return {
    'retention.backtest.forward': figure(forward, 'ms', beside),
    'retention.backtest.folds': figure(folds, 'ms', `${beside}, 5 parts`),
  };
}

/** Milliseconds of each run, the first of which only warms up and is not told. */
function timed(work: () => unknown): number[] {
  work();
  return Array.from({ length: RUNS }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
}
