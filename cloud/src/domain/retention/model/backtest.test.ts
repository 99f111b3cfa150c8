import { seededRandom } from '@keepsite/edge-energy';
import { expect, it } from 'vitest';
import { backtest, type BacktestRequest } from './backtest.ts';
import { expertModel } from './expert.ts';
import { measuredFeatures, riskFeatures, scorecardLogits } from './features.ts';
import { foretell, learn } from './foretell.ts';
import { type History, quartersOf } from './history.ts';
import { logitAt } from './logit.ts';
import { performances } from './performance.ts';
import { splitsOf } from './splits.ts';
import { renewals } from './testing/renewals.ts';

const CARD = [
  { name: 'sla_breach_load', good: 0, bad: 6, weight: 13 },
  { name: 'nps_adj', good: 40, bad: -10, weight: 8 },
  { name: 'payment_delay', good: 2, bad: 20, weight: 12 },
];
const WEIGHTS = [3, 0.5, 1.5];
const WORLD = { seed: 7, clients: 120, months: 24, card: CARD, intercept: -6, weights: WEIGHTS };

function asked(history: History, more: Partial<BacktestRequest> = {}): BacktestRequest {
  return { history, scheme: { kind: 'forward' }, horizon: 1, card: CARD, draws: 200, random: seededRandom(1), ...more };
}

it('takes the anchors for what experts said', () => {
  const quarter = expertModel({ at80: 0.1, at40: 0.6 }, 1);
  expect(quarter.steepness).toBeCloseTo(6.507, 3);
  expect(quarter.intercept).toBeCloseTo(-3.499, 3);
  const month = expertModel({ at80: 0.1, at40: 0.6 }, 1 / 3);
  const stays = (score: number) => 1 / (1 + Math.exp(month.intercept + month.steepness * (1 - score / 100)));
  expect(stays(80) ** 3).toBeCloseTo(0.9, 12);
  expect(stays(40) ** 3).toBeCloseTo(0.4, 12);
});

it.each([
  [['2026-01', '2026-02', '2026-03'], 1 / 3],
  [['202511', '202512', '202601'], 1 / 3],
  [['2025-12-31', '2026-01-31', '2026-02-28'], 1 / 3],
  [['2026-03', '2026-06', '2026-09'], 1],
  [['2025-Q4', '2026-Q1'], 1],
  [['2026-Q1'], 1],
  [['2026-01'], 1 / 3],
  [['2026-W01', '2026-W02', '2026-W03'], 7 / (365.25 / 4)],
  [['2026-01-01', '2026-01-02', '2026-01-03'], 1 / (365.25 / 4)],
  [['2026-02-29', '2026-02-30', '2026-02-31'], 1 / (365.25 / 4)],
  [['1', '2', '3'], null],
  [['100001', '100012', '100013'], null],
  [['2026-01', '2026-Q1'], null],
  [[''], null],
])('takes the periods %j for %f quarters each', (periods, quarters) => {
  if (quarters === null) expect(quartersOf(periods)).toBeNull();
  else expect(quartersOf(periods)).toBeCloseTo(quarters, 10);
});

it('says with belief alone what the scorecard says, also of rows that lack values', () => {
  const { history } = renewals({ ...WORLD, missing: 0.4 });
  const expert = expertModel({ at80: 0.1, at40: 0.6 }, 1);
  const [risks, said] = [riskFeatures(history, CARD, expert), scorecardLogits(history, CARD, expert)];
  const scored = [...said.keys()].filter((row) => !Number.isNaN(said[row] as number));
  expect(scored.length).toBeGreaterThan(100);
  expect(scored.length).toBeLessThan(history.rows.length);
  for (const row of scored)
    expect(logitAt({ intercept: expert.intercept, coefficients: risks.belief }, risks, row)).toBeCloseTo(
      said[row] as number,
      10,
    );
});

it('holds each weight to the scorecard’s where belief is firm enough', () => {
  const { history } = renewals(WORLD);
  const risks = riskFeatures(history, CARD, expertModel({ at80: 0.1, at40: 0.6 }, 1 / 3));
  const learnt = learn(risks, events(history), 1e9);
  for (const [k, weight] of risks.belief.entries()) expect(learnt?.coefficients[k]).toBeCloseTo(weight, 5);
});

it('finds again the odds that a world was made with', () => {
  const { history } = renewals({ ...WORLD, clients: 3000 });
  const learnt = learn(riskFeatures(history, CARD, expertModel({ at80: 0.1, at40: 0.6 }, 1 / 3)), events(history), 0.3);
  expect(learnt?.intercept).toBeCloseTo(-6, 0);
  WEIGHTS.forEach((weight, k) => expect(Math.abs((learnt?.coefficients[k] ?? 0) - weight)).toBeLessThan(0.3));
});

it('foretells nearly as well as who knows the odds', () => {
  const { history, odds } = renewals({ ...WORLD, clients: 400 });
  const { model, blend, scorecard, tested } = backtest(asked(history, { draws: 10 }));
  expect(tested.events).toBeGreaterThan(100);
  const first = history.rows.length - tested.rows;
  expect(first).toBeGreaterThan(0);
  const known = performances({ events: events(history), logits: Float64Array.from(odds) })();
  for (const way of [model, blend]) {
    expect(way?.auc).toBeGreaterThan((known.auc ?? 1) - 0.03);
    expect(way?.calibrationSlope).toBeGreaterThan(0.8);
  }
  // It weighs what hardly matters like what does, and anchors too many losses.
  expect(scorecard?.auc).toBeLessThan(blend?.auc ?? 0);
});

it('knows nothing of the future: another ending changes no word that was said before it', () => {
  const { history } = renewals(WORLD);
  const features = measuredFeatures(history);
  const said = (ends: readonly boolean[]) => foretell(features, ends, splitsOf(history, { kind: 'forward' }, 1)).logits;
  const turned = history.rows.map(({ event, period }) => (period === '2021-01' ? !event : event));
  const [before, after] = [said(events(history)), said(turned)];
  const differ = history.rows.flatMap(({ period }, row) => (Object.is(before[row], after[row]) ? [] : [period]));
  expect(before.some((logit, row) => history.rows[row]!.period < '2021-01' && !Number.isNaN(logit))).toBe(true);
  expect(differ.toSorted()[0]).toBe('2021-02');
});

function events({ rows }: History): boolean[] {
  return rows.map(({ event }) => event);
}

it('waits until an outcome is known before it learns from it', () => {
  const { history } = renewals(WORLD);
  for (const horizon of [1, 3])
    for (const { known, asked: now } of splitsOf(history, { kind: 'forward' }, horizon)) {
      const period = (row: number) => monthOf(history.rows[row]!.period);
      const today = Math.min(...Array.from(now, period));
      expect(Math.max(-Infinity, ...Array.from(known, period))).toBeLessThanOrEqual(today - horizon);
    }
});

function monthOf(period: string): number {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return year * 12 + month;
}

it('parts rows by number or by client, and tests each once', () => {
  const { history } = renewals(WORLD);
  for (const by of ['row', 'client'] as const) {
    const splits = splitsOf(history, { kind: 'folds', folds: 4, by }, 1);
    expect(splits.flatMap(({ asked: rows }) => [...rows]).toSorted((a, b) => a - b)).toEqual([...history.rows.keys()]);
    for (const { known, asked: rows, trials } of splits) {
      const own = new Set(rows);
      expect(known.every((row) => !own.has(row))).toBe(true);
      for (const trial of trials) expect(trial.known.every((row) => !own.has(row))).toBe(true);
      if (by === 'row') continue;
      const clients = new Set(Array.from(rows, (row) => history.rows[row]!.client));
      expect(Array.from(known).some((row) => clients.has(history.rows[row]!.client))).toBe(false);
    }
  }
  expect(splitsOf(history, { kind: 'folds', folds: 4, by: 'row' }, 1)[1]?.asked.slice(0, 3)).toEqual(
    Uint32Array.of(1, 5, 9),
  );
});

it('leaves the scorecard alone where too few have left to learn from', () => {
  const { history } = renewals({ ...WORLD, clients: 20, intercept: -7 });
  const found = backtest(asked(history));
  expect(found.events).toBeGreaterThan(0);
  expect(found.events).toBeLessThan(10);
  expect(found).toMatchObject({ model: null, blend: null, blendLessScorecard: null });
  expect(found.tested.rows).toBe(history.rows.length);
  expect(found.scorecard?.auc).toBeGreaterThan(0.5);
});

it('judges all ways on the same rows, and says the same again', () => {
  const { history } = renewals({ ...WORLD, clients: 80, missing: 0.5 });
  const [one, other] = [backtest(asked(history)), backtest(asked(history))];
  expect(one).toEqual(other);
  const unscored = history.rows.filter(({ values }) => values.every((value) => value === null)).length;
  expect(unscored).toBeGreaterThan(10);
  expect(one.tested.rows).toBeLessThanOrEqual(history.rows.length - unscored);
  const { low, high } = one.scorecard?.intervals.auc ?? { low: 1, high: 0 };
  expect(low).toBeLessThan(one.scorecard?.auc ?? 0);
  expect(high).toBeGreaterThan(one.scorecard?.auc ?? 1);
});

it('tells each weight a unit, as it was measured', () => {
  const { history } = renewals({ ...WORLD, clients: 1000, months: 6 });
  const { weights } = backtest(asked(history, { draws: 1 }));
  expect(weights.map(({ name }) => name)).toEqual([...CARD.map(({ name }) => name), 'intercept']);
  const [load] = weights;
  // Six points from good to bad: a point weighs a sixth of them.
  expect((load?.model ?? 0) * 6).toBeCloseTo(load?.blend ?? Number.NaN, 0);
  expect(load?.belief).toBeCloseTo((expertModel({ at80: 0.1, at40: 0.6 }, 1 / 3).steepness * 13) / 33, 10);
});
