import { type Draws, clientDraws, type Range, rangeOf } from './draws.ts';
import { type Anchors, ANCHORS, expertModel, type ExpertModel } from './expert.ts';
import { type Features, measuredFeatures, riskFeatures, scorecardLogits } from './features.ts';
import { foretell, type Foretold, learn } from './foretell.ts';
import { type CardLine, type History, periodsOf, quartersOf } from './history.ts';
import { lossOf } from './logit.ts';
import { calibrationErrorOf, type Forecast, type Performance, performances } from './performance.ts';
import { type Scheme, splitsOf } from './splits.ts';

export interface BacktestRequest {
  readonly history: History;
  readonly scheme: Scheme;
  /** Periods that a row looks ahead, its own the first: the event says whether the client was lost within them. */
  readonly horizon: number;
  /** Absent: no scorecard, and nothing to blend with. */
  readonly card?: readonly CardLine[];
  /** Default: {@link ANCHORS}. */
  readonly anchors?: Anchors;
  /** How often clients are drawn again for the intervals. */
  readonly draws: number;
  readonly random: () => number;
}

/** How good one way to foretell was, with 90 % intervals over clients drawn again; null where too few draws define one. */
export interface Tested extends Performance {
  readonly calibrationError: number;
  readonly intervals: { readonly [name in keyof Performance]: Range | null };
}

/** The weight of a feature, a unit of it, in log-odds: what experts believe, what the rows say, and what both say. */
export interface Weight {
  readonly name: string;
  readonly belief: number | null;
  readonly model: number | null;
  readonly blend: number | null;
}

export interface Backtest {
  readonly rows: number;
  readonly events: number;
  readonly clients: number;
  /** What was foretold, the same rows by all; periods are null where rows are parted by number. */
  readonly tested: {
    readonly rows: number;
    readonly events: number;
    readonly from: string | null;
    readonly to: string | null;
  };
  /** Of who says of every row how often it happened in all of the tested rows. */
  readonly base: { readonly rate: number; readonly brier: number; readonly logLoss: number } | null;
  /** Null: no card was given. */
  readonly scorecard: Tested | null;
  /** Null: no row has enough events before it; the scorecard stands alone. */
  readonly model: Tested | null;
  readonly blend: Tested | null;
  /** Log-loss of the blend less the scorecard's: below nought the blend is better. Null without both. */
  readonly blendLessScorecard: (Partial<Range> & { readonly mean: number }) | null;
  /** Learnt from all rows, for what comes next; the last is the intercept. */
  readonly weights: readonly Weight[];
  /** False: the periods are neither months nor quarters, and the anchors were taken as they are. */
  readonly anchorsFit: boolean;
}

/**
 * Replays a history: three ways say of each row how likely the client is lost, knowing only what was known before, and are
 * judged by what happened. The **scorecard** says what experts anchored; the **model** is a logistic regression that knows
 * nothing but the rows (ridge to nought); the **blend** is one whose prior is the scorecard. All are judged on the same rows.
 */
export function backtest(request: BacktestRequest): Backtest {
  const { history, scheme } = request;
  const events = history.rows.map(({ event }) => event);
  const ways = waysOf(request, events);
  const { scorecard, model, blend } = ways;
  const taught = rowsWith(scorecard, model.logits, blend?.logits);
  const isTaught = taught.length > 0;
  const rows = isTaught || !scorecard ? taught : rowsWith(scorecard);
  const clients = rows.map((row) => history.rows[row]?.client ?? '');
  const draws = clientDraws(clients, request.draws, request.random);
  const forecast = (logits: Float64Array | null | undefined): Forecast | null =>
    logits && rows.length > 0
      ? {
          events: rows.map((row) => events[row] as boolean),
          logits: Float64Array.from(rows, (row) => logits[row] as number),
        }
      : null;
  const said = forecast(scorecard);
  const learnt = { model: isTaught ? forecast(model.logits) : null, blend: isTaught ? forecast(blend?.logits) : null };
  return {
    ...counts(history, rows, scheme),
    base: baseOf(rows.map((row) => Number(events[row]))),
    scorecard: said && tested(said, draws),
    model: learnt.model && tested(learnt.model, draws),
    blend: learnt.blend && tested(learnt.blend, draws),
    blendLessScorecard: said && learnt.blend ? lossBetween(learnt.blend, said, draws) : null,
    weights: weightsOf(ways, events),
    anchorsFit: ways.anchorsFit,
  };
}

/** The ways to foretell, what they are made from, and what they said. */
interface Ways {
  readonly measured: Features;
  readonly model: Foretold;
  /** Null without a card, and so is all that follows from one. */
  readonly expert: ExpertModel | null;
  readonly scorecard: Float64Array | null;
  readonly risks: Features | null;
  readonly blend: Foretold | null;
  readonly anchorsFit: boolean;
}

function waysOf(request: BacktestRequest, events: readonly boolean[]): Ways {
  const { history, scheme, horizon, card, anchors = ANCHORS } = request;
  const splits = splitsOf(history, scheme, horizon);
  const quarters = quartersOf(periodsOf(history));
  const measured = measuredFeatures(history);
  const alone = { measured, model: foretell(measured, events, splits), anchorsFit: quarters !== null };
  if (!card) return { ...alone, expert: null, scorecard: null, risks: null, blend: null };
  const expert = expertModel(anchors, quarters === null ? 1 : quarters * horizon);
  const risks = riskFeatures(history, card, expert);
  const scorecard = scorecardLogits(history, card, expert);
  return { ...alone, expert, scorecard, risks, blend: foretell(risks, events, splits) };
}

/** Rows of which every one of these says something. */
function rowsWith(...said: readonly (Float64Array | undefined | null)[]): number[] {
  const speakers = said.filter((logits) => logits !== undefined && logits !== null);
  return Array.from(speakers[0]?.keys() ?? []).filter((row) =>
    speakers.every((logits) => !Number.isNaN(logits[row] as number)),
  );
}

function counts({ rows }: History, judged: readonly number[], scheme: Scheme) {
  const happened = (some: readonly { readonly event: boolean }[]) => some.filter(({ event }) => event).length;
  const some = judged.map((row) => rows[row] as (typeof rows)[number]);
  const periods = scheme.kind === 'forward' ? periodsOf({ columns: [], rows: some }) : [];
  return {
    rows: rows.length,
    events: happened(rows),
    clients: new Set(rows.map(({ client }) => client)).size,
    tested: {
      rows: some.length,
      events: happened(some),
      from: periods[0] ?? null,
      to: periods.at(-1) ?? null,
    },
  };
}

function baseOf(outcomes: readonly number[]): Backtest['base'] {
  if (outcomes.length === 0) return null;
  const rate = outcomes.reduce((sum, outcome) => sum + outcome, 0) / outcomes.length;
  const loss = (p: number) => (p > 0 ? -p * Math.log(p) : 0);
  return { rate, brier: rate * (1 - rate), logLoss: loss(rate) + loss(1 - rate) };
}

function tested(forecast: Forecast, draws: Draws): Tested {
  const performance = performances(forecast);
  const drawn = Array.from(draws(), performance);
  const range = (name: keyof Performance) => rangeOf(drawn.map((figures) => figures[name]));
  return {
    ...performance(),
    calibrationError: calibrationErrorOf(forecast),
    intervals: {
      auc: range('auc'),
      brier: range('brier'),
      logLoss: range('logLoss'),
      calibrationSlope: range('calibrationSlope'),
    },
  };
}

function lossBetween(one: Forecast, other: Forecast, draws: Draws): Backtest['blendLessScorecard'] {
  const between = one.events.map(
    (event, i) => lossOf(event, one.logits[i] as number) - lossOf(event, other.logits[i] as number),
  );
  const mean = (weights?: Float64Array) => {
    const counted = between.map((_, i) => weights?.[i] ?? 1);
    const rows = counted.reduce((sum, weight) => sum + weight, 0);
    return between.reduce((sum, loss, i) => sum + loss * (counted[i] as number), 0) / rows;
  };
  return { mean: mean(), ...rangeOf(Array.from(draws(), mean)) };
}

/** Learnt from all rows, as firmly as each way has chosen. */
function weightsOf({ measured, model, expert, risks, blend }: Ways, events: readonly boolean[]): Weight[] {
  const own = learn(measured, events, model.firmness);
  const both = risks && blend ? learn(risks, events, blend.firmness) : null;
  const { names, belief } = risks ?? measured;
  const weights = names.map((name, k) => ({
    name,
    belief: expert && (belief[k] as number),
    model: own?.coefficients[measured.names.indexOf(name)] ?? null,
    blend: both?.coefficients[k] ?? null,
  }));
  const intercept = {
    belief: expert?.intercept ?? null,
    model: own?.intercept ?? null,
    blend: both?.intercept ?? null,
  };
  return [...weights, { name: 'intercept', ...intercept }];
}
