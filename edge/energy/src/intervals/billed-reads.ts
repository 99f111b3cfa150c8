import type { Slot } from './parts.ts';

/** What a supplier's bill says of a period. */
export interface BilledRead extends Slot {
  readonly kwh: number;
  /** The supplier guessed it; the next real reading corrects it. */
  readonly estimated: boolean;
}

const DAY_MS = 86_400_000;
/** CalTRACK 2.0 §2.2.3.1. */
const LONGEST_DAYS = 70;

/**
 * Estimated periods together with the one whose reading was real: only their sum is known. A period that
 * would be longer than 70 days, and estimates that no reading follows, are dropped (CalTRACK 2.0 §2.2.3.1):
 * unknown, not low. Reads in rising order; a gap between them ends a group.
 */
export function withoutEstimates(reads: readonly BilledRead[]): BilledRead[] {
  const merged: BilledRead[] = [];
  let open: BilledRead | null = null;
  for (const read of reads) {
    const joined: BilledRead =
      open && open.to === read.from ? { ...read, from: open.from, kwh: open.kwh + read.kwh } : read;
    open = read.estimated ? joined : null;
    if (!read.estimated && joined.to - joined.from <= LONGEST_DAYS * DAY_MS) merged.push(joined);
  }
  return merged;
}
