import { type History, periodsOf } from './history.ts';

/** Rows to learn from, and rows to be foretold by what was learnt. */
export interface Split {
  readonly known: Uint32Array;
  readonly asked: Uint32Array;
  /** Cuts of what is known, to choose by; none where the splits before this one serve for it. */
  readonly trials: readonly Split[];
}

/** Parts that what is known is cut into to choose by. */
const TRIALS = 3;

/** How a history is cut: forward in time, or into so many parts by row or by client. */
export type Scheme =
  | { readonly kind: 'forward' }
  | { readonly kind: 'folds'; readonly folds: number; readonly by: 'row' | 'client' };

/**
 * Forward: each period is foretold from rows whose outcome was known when it began, which is after `horizon` periods. Folds:
 * row i (or, by client, the rows of client i in order of appearance) is part `i mod folds`, foretold from the other parts.
 */
export function splitsOf(history: History, scheme: Scheme, horizon: number): Split[] {
  return scheme.kind === 'forward' ? forward(history, horizon) : folds(history, scheme.folds, scheme.by);
}

function forward(history: History, horizon: number): Split[] {
  const order = new Map(periodsOf(history).map((period, i) => [period, i]));
  const times = history.rows.map(({ period }) => order.get(period) as number);
  return Array.from(order.values(), (now) => ({
    known: rowsWhere(times, (time) => time + horizon <= now),
    asked: rowsWhere(times, (time) => time === now),
    trials: [],
  }));
}

function folds({ rows }: History, count: number, by: 'row' | 'client'): Split[] {
  const clients = new Map([...new Set(rows.map(({ client }) => client))].map((client, i) => [client, i]));
  const keys = rows.map(({ client }, i) => (by === 'row' ? i : (clients.get(client) as number)));
  const trialOf = (key: number) => Math.floor(key / count) % TRIALS;
  return Array.from({ length: count }, (_, fold) => ({
    known: rowsWhere(keys, (key) => key % count !== fold),
    asked: rowsWhere(keys, (key) => key % count === fold),
    trials: Array.from({ length: TRIALS }, (__, trial) => ({
      known: rowsWhere(keys, (key) => key % count !== fold && trialOf(key) !== trial),
      asked: rowsWhere(keys, (key) => key % count !== fold && trialOf(key) === trial),
      trials: [],
    })),
  }));
}

function rowsWhere(of: readonly number[], wanted: (value: number) => boolean): Uint32Array {
  return Uint32Array.from(of.keys().filter((row) => wanted(of[row] as number)));
}
