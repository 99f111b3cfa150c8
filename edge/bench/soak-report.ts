/** What a soak found: plain figures, and every promise that did not hold. */
export interface SoakReport {
  /** By name; the unit is in the name. */
  readonly figures: Readonly<Record<string, number>>;
  /** Empty when all is well. */
  readonly troubles: readonly string[];
}

/** Hears how it goes. */
export type Tell = (line: string) => void;

/** The value below which `share` of the numbers lie (nearest rank); 0 without any. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Troubles of one kind: the first few of them, and how many there are. */
export function few(troubles: readonly string[], shown = 5): string[] {
  const rest = troubles.length - shown;
  return rest > 0 ? [...troubles.slice(0, shown), `… and ${rest} more like it`] : [...troubles];
}

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks until the answer is true; rejects after `withinMs`, naming what was waited for. */
export async function until(
  ask: () => boolean | Promise<boolean>,
  { what, withinMs }: { readonly what: string; readonly withinMs: number },
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(20);
  }
}
