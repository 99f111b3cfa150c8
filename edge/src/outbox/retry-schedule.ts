/** Shortest and longest pause between two attempts; the longest keeps an edge from looking blind (30 s). */
const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/**
 * Pause before the next attempt after `failures` failures in a row (1, 2, …): 1 s, 2 s, 4 s … 15 s,
 * of which the upper half is spread by `random` (0 ≤ x < 1), so that a thousand edges do not come
 * back in one instant.
 */
export function retryDelayMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(30, failures - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
