import { seededRandom } from '@keepsite/edge-energy';
import { probabilityOf } from '../logit.ts';
import type { CardLine, History, HistoryRow } from '../history.ts';

/** A portfolio whose clients leave by known odds. */
export interface World {
  readonly seed: number;
  readonly clients: number;
  readonly months: number;
  readonly card: readonly CardLine[];
  /** Log-odds of leaving in a month when nothing is wrong, and what each indicator adds from good to bad. */
  readonly intercept: number;
  readonly weights: readonly number[];
  /** Share of values that nobody wrote down. */
  readonly missing?: number;
}

/** How likely an indicator stands in the next month where it stood. */
const INERTIA = 0.8;

/**
 * Months of clients until they leave: each indicator stands somewhere between good and bad for a while, and who leaves is drawn by the odds. The
 * same seed, the same history. `odds` are the true log-odds of each row, which no forecast can better.
 */
export function renewals(world: World): { readonly history: History; readonly odds: readonly number[] } {
  const { seed, clients, months, card, intercept, weights, missing = 0 } = world;
  const random = seededRandom(seed);
  const rows: HistoryRow[] = [];
  const odds: number[] = [];
  for (let client = 0; client < clients; client += 1) {
    let risks = card.map(() => random());
    for (let month = 0, gone = false; month < months && !gone; month += 1) {
      const logit = risks.reduce((sum, risk, k) => sum + (weights[k] as number) * risk, intercept);
      gone = random() < probabilityOf(logit);
      const values = risks.map((risk, k) => {
        const { good, bad } = card[k] as CardLine;
        return random() < missing ? null : good + risk * (bad - good);
      });
      rows.push({ client: `client-${client}`, period: monthText(month), event: gone, values });
      odds.push(logit);
      risks = risks.map((risk) => (random() < INERTIA ? risk : random()));
    }
  }
  return { history: { columns: card.map(({ name }) => name), rows }, odds };
}

function monthText(month: number): string {
  return `${2020 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
}
