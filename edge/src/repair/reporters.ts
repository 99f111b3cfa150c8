import { Reporter, ToldReporter } from '@keepsite/edge-contract';
import type { Store } from '../ports.ts';

const KEY = 'repair.reporter.';
const UNSENT = 'uplink.reporters';
/** Of an edge without a cloud the newest are kept in line, should it get one. */
const MOST_UNSENT = 1_000;
const PER_BATCH = 100;

/** Names and numbers of those who reported something, beside the evidence: it could never forget them. */
export interface Reporters {
  save(report: string, asset: string, reporter: Reporter): void;
  of(report: string): Reporter | null;
  /** Whom the cloud has not heard of, the oldest first. */
  unsent(): ToldReporter[];
  /** The cloud has these now. */
  sent(told: readonly ToldReporter[]): void;
}

/** Everything of it stands in the store, so that any two of them are the same. */
export function createReporters(store: Pick<Store, 'cursor' | 'saveCursor'>): Reporters {
  const line = (): string[] => JSON.parse(store.cursor(UNSENT) ?? '[]') as string[];

  function told(report: string): ToldReporter | null {
    const kept = store.cursor(KEY + report);
    return kept ? ToldReporter.parse(JSON.parse(kept)) : null;
  }

  return {
    save(report, asset, { name, contact }) {
      if ((name === '' && contact === '') || told(report)) return;
      store.saveCursor(KEY + report, JSON.stringify({ report, asset, name, contact }));
      store.saveCursor(UNSENT, JSON.stringify([...line(), report].slice(-MOST_UNSENT)));
    },
    of(report) {
      const kept = told(report);
      return kept && { name: kept.name, contact: kept.contact };
    },
    unsent: () =>
      line()
        .slice(0, PER_BATCH)
        .flatMap((report) => told(report) ?? []),
    sent(all) {
      const gone = new Set(all.map(({ report }) => report));
      store.saveCursor(UNSENT, JSON.stringify(line().filter((report) => !gone.has(report))));
    },
  };
}
