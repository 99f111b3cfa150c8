import { quantile } from '../../statistics.ts';

/** Clients drawn again and again, with replacement, as many as there are: how often each row counts in each draw. */
export type Draws = () => Generator<Float64Array>;

export interface Range {
  readonly low: number;
  readonly high: number;
}

const LOW = 0.05;
const HIGH = 0.95;
/** The share of draws that must define a figure before its interval is told. */
const LEAST_DEFINED = 0.9;

/** A client's rows stay together: they tell of one story, not of many. Every round of the generator draws the same. */
export function clientDraws(clients: readonly string[], count: number, random: () => number): Draws {
  const names = new Map([...new Set(clients)].map((client, i) => [client, i]));
  const places = Uint32Array.from(clients, (client) => names.get(client) as number);
  const drawn = Array.from({ length: count }, () => {
    const times = new Uint16Array(names.size);
    for (let i = 0; i < names.size; i += 1) {
      const place = Math.floor(random() * names.size);
      times[place] = (times[place] as number) + 1;
    }
    return times;
  });
  return function* () {
    for (const times of drawn) yield Float64Array.from(places, (place) => times[place] as number);
  };
}

/** Where nine draws of ten lie; null where too few of them define the figure. */
export function rangeOf(figures: readonly (number | null)[]): Range | null {
  const defined = figures.filter((figure) => figure !== null && Number.isFinite(figure)) as number[];
  if (defined.length < figures.length * LEAST_DEFINED) return null;
  const [low, high] = [quantile(defined, LOW), quantile(defined, HIGH)];
  return low === null || high === null ? null : { low, high };
}
