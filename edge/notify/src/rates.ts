import type { Limit, OutgoingPage } from './channel.ts';

/** 0 passes before 1, 1 before 2. */
export type Rank = 0 | 1 | 2;

/** What share of a limit is kept free for the ranks before. */
const RESERVED = [0, 0.2, 0.4] as const;

/** Tokens of the robots; in memory: after a restart a robot may be asked a little too often, once. */
export interface Rates {
  /** Takes a token of each limit, or none and says how long to wait, ms; 0: taken. */
  take(limits: readonly Limit[], rank: Rank): number;
  /** The provider has said that it is too much: nobody passes for so long. */
  block(limits: readonly Limit[], forMs: number): void;
}

/**
 * A bucket of `count` tokens for each key, and each token comes back `perMs` after it was taken: so
 * no window of that length ever sees more than `count`, which is how providers count. Part of a
 * bucket is kept for new critical pages. `now` is a steady clock, ms.
 */
export function createRates(now: () => number): Rates {
  const taken = new Map<string, number[]>();
  const blockedUntil = new Map<string, number>();

  function used({ key, perMs }: Limit): number[] {
    const since = now() - perMs;
    const kept = (taken.get(`${key}/${perMs}`) ?? []).filter((at) => at > since);
    if (kept.length > 0) taken.set(`${key}/${perMs}`, kept);
    else taken.delete(`${key}/${perMs}`);
    return kept;
  }

  function waitFor(limit: Limit, rank: Rank): number {
    const blocked = (blockedUntil.get(limit.key) ?? 0) - now();
    if (blocked > 0) return blocked;
    blockedUntil.delete(limit.key);
    const mine = limit.count - Math.floor(limit.count * RESERVED[rank]);
    const times = used(limit);
    const enough = times[times.length - mine];
    return enough === undefined ? 0 : Math.max(1, enough + limit.perMs - now());
  }

  return {
    take(limits, rank) {
      const wait = Math.max(0, ...limits.map((limit) => waitFor(limit, rank)));
      if (wait > 0) return wait;
      for (const limit of limits) taken.set(`${limit.key}/${limit.perMs}`, [...used(limit), now()]);
      return 0;
    },
    block(limits, forMs) {
      for (const { key } of limits) blockedUntil.set(key, Math.max(blockedUntil.get(key) ?? 0, now() + forMs));
    },
  };
}

/** New critical pages first; then their repeats and new major ones; then the rest. A test waits for everybody. */
export function rankOf({ incident, test, late }: Pick<OutgoingPage, 'incident' | 'test' | 'late'>): Rank {
  if (test || late) return 2;
  const first = incident.rounds === 0;
  if (incident.severity === 'critical') return first ? 0 : 1;
  return incident.severity === 'major' && first ? 1 : 2;
}
