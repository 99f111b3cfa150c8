import { score, unit } from '../score.ts';
import type { ExpertModel } from './expert.ts';
import type { CardLine, History } from './history.ts';
import type { Rows } from './logit.ts';

/** What a model is made from, NaN where it is missing. */
export interface Features extends Rows {
  readonly names: readonly string[];
  /** What experts believe of each coefficient, a unit of the feature; 0 where they know nothing. */
  readonly belief: Float64Array;
}

/** The columns as they were measured, and no belief. */
export function measuredFeatures({ columns, rows }: History): Features {
  const values = Float64Array.from(rows.flatMap((row) => row.values.map((value) => value ?? Number.NaN)));
  return { names: columns, values, width: columns.length, belief: new Float64Array(columns.length) };
}

/**
 * The scorecard's indicators as risks `1 − u`, each believed to weigh what it weighs in the score; columns that the card does
 * not name follow as they are. An indicator that a row lacks stands where the row's others stand on average, which is what
 * the score takes it for: with nothing but belief the model says what the scorecard says.
 */
export function riskFeatures(history: History, card: readonly CardLine[], { steepness }: ExpertModel): Features {
  const { columns, rows } = history;
  const lines = placed(card, columns);
  const others = columns.filter((name) => card.every((line) => line.name !== name));
  const places = others.map((name) => columns.indexOf(name));
  const total = card.reduce((sum, { weight }) => sum + weight, 0);
  const values = rows.flatMap((row) => {
    const usual = 1 - (scoreOf(row.values, lines) ?? Number.NaN) / 100;
    const risks = lines.map(({ column, good, bad }) => {
      const value = row.values[column] ?? null;
      return value === null ? usual : 1 - unit(value, good, bad);
    });
    return [...risks, ...places.map((column) => row.values[column] ?? Number.NaN)];
  });
  return {
    names: [...card.map(({ name }) => name), ...others],
    values: Float64Array.from(values),
    width: columns.length,
    belief: Float64Array.from([...card.map(({ weight }) => (steepness * weight) / total), ...others.map(() => 0)]),
  };
}

/** What the scorecard says of each row, as a logit; NaN where it has none of the indicators. */
export function scorecardLogits({ columns, rows }: History, card: readonly CardLine[], expert: ExpertModel) {
  const lines = placed(card, columns);
  return Float64Array.from(rows, ({ values }) => {
    const points = scoreOf(values, lines);
    return points === null ? Number.NaN : expert.intercept + expert.steepness * (1 - points / 100);
  });
}

/** A line of the card, and where its values stand. */
interface PlacedLine extends CardLine {
  readonly column: number;
}

function placed(card: readonly CardLine[], columns: readonly string[]): PlacedLine[] {
  return card.map((line) => ({ ...line, column: columns.indexOf(line.name) }));
}

function scoreOf(values: readonly (number | null)[], lines: readonly PlacedLine[]): number | null {
  return score(
    lines.map(({ column, good, bad, weight }) => {
      const value = values[column] ?? null;
      return { u: value === null ? null : unit(value, good, bad), weight, fullWeight: weight };
    }),
  ).score;
}

/** Makes rows comparable by what is known of some of them: the mean becomes 0, the standard deviation 1, what is missing 0. */
export interface Scale {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
}

/** By these rows alone: what is to be foretold has no say in it. */
export function scaleOf({ values, width }: Features, rows: Uint32Array): Scale {
  const mean = new Float64Array(width);
  const spread = new Float64Array(width);
  for (let k = 0; k < width; k += 1) {
    let [count, sum, squares] = [0, 0, 0];
    for (const row of rows) {
      const value = values[row * width + k] as number;
      if (Number.isNaN(value)) continue;
      count += 1;
      const off = value - sum;
      sum += off / count;
      squares += off * (value - sum);
    }
    mean[k] = sum;
    // A feature that never differed has nothing to be measured by.
    spread[k] = Math.sqrt(squares / count) || 1;
  }
  return { mean, spread };
}

export function scaled({ values, width }: Features, { mean, spread }: Scale, rows: Uint32Array): Rows {
  const made = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let k = 0; k < width; k += 1) {
      const value = ((values[row * width + k] as number) - (mean[k] as number)) / (spread[k] as number);
      made[i * width + k] = Number.isNaN(value) ? 0 : value;
    }
  });
  return { values: made, width };
}
