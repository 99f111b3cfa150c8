import { fitLogit, type Logit, lossOf, probabilityOf } from './logit.ts';

/** What was said of rows, and what happened. */
export interface Forecast {
  readonly events: readonly boolean[];
  /** A logit a row. */
  readonly logits: Float64Array;
}

/** How good a forecast was; null where the rows leave it undefined. */
export interface Performance {
  /** The chance that a client who left had been given a higher risk than one who stayed; equal risks count half. */
  readonly auc: number | null;
  /** Mean of `(p − y)²`. */
  readonly brier: number;
  /** Mean of `−ln` of the probability that was given to what happened. */
  readonly logLoss: number;
  /** Of a logistic regression of what happened on the logit: 1 is right, below 1 too sure of itself. */
  readonly calibrationSlope: number | null;
}

const BINS = 10;

/** AUC by mid-ranks, Brier score, log-loss and calibration slope, as often as asked: `weights` is how often each row counts. */
export function performances(forecast: Forecast): (weights?: Float64Array) => Performance {
  const rising = risingLogits(forecast);
  const line = fitLogit({ values: forecast.logits, width: 1, events: forecast.events });
  return (weights) => weighed(forecast, rising, line, weights);
}

function weighed(forecast: Forecast, rising: Uint32Array, line: Logit | null, weights?: Float64Array): Performance {
  const { events, logits } = forecast;
  let [rows, brier, logLoss] = [0, 0, 0];
  events.forEach((event, i) => {
    const weight = weights?.[i] ?? 1;
    const logit = logits[i] as number;
    rows += weight;
    brier += weight * (probabilityOf(logit) - Number(event)) ** 2;
    logLoss += weight * lossOf(event, logit);
  });
  return {
    auc: aucOf(forecast, rising, weights),
    brier: brier / rows,
    logLoss: logLoss / rows,
    calibrationSlope: (weights ? lineOf(forecast, line, weights) : line)?.coefficients[0] ?? null,
  };
}

/** The rows by rising logit. */
function risingLogits({ logits }: Forecast): Uint32Array {
  return Uint32Array.from(logits.keys()).toSorted((a, b) => (logits[a] as number) - (logits[b] as number));
}

function aucOf({ events, logits }: Forecast, rising: Uint32Array, weights?: Float64Array): number | null {
  let [stayedBelow, left, ranked] = [0, 0, 0];
  for (let from = 0; from < rising.length;) {
    const logit = logits[rising[from] as number] as number;
    let [leftHere, stayedHere] = [0, 0];
    for (; from < rising.length && logits[rising[from] as number] === logit; from += 1) {
      const row = rising[from] as number;
      const weight = weights?.[row] ?? 1;
      if (events[row]) leftHere += weight;
      else stayedHere += weight;
    }
    ranked += leftHere * (stayedBelow + stayedHere / 2);
    left += leftHere;
    stayedBelow += stayedHere;
  }
  return left > 0 && stayedBelow > 0 ? ranked / (left * stayedBelow) : null;
}

/** Near the line through all rows, where it is sought from there. */
function lineOf({ events, logits }: Forecast, line: Logit | null, weights: Float64Array): Logit | null {
  return fitLogit({ values: logits, width: 1, events, weights, ...(line && { start: line }) });
}

/**
 * Expected calibration error: how far the mean forecast is from what happened, over ten parts of the rows by risk. Equal risks
 * stay in one part, so that it does not matter which of them stands first.
 */
export function calibrationErrorOf(forecast: Forecast): number {
  const { events, logits } = forecast;
  const rising = risingLogits(forecast);
  let error = 0;
  for (let from = 0, bin = 1; from < rising.length; bin += 1) {
    let off = 0;
    const end = (bin * rising.length) / BINS;
    for (
      let last = Number.NaN;
      from < rising.length && (from < end || logits[rising[from] as number] === last);
      from += 1
    ) {
      const row = rising[from] as number;
      last = logits[row] as number;
      off += probabilityOf(last) - Number(events[row]);
    }
    error += Math.abs(off) / rising.length;
  }
  return error;
}
