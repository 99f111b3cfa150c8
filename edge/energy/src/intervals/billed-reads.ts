import type { Millis } from '../day.ts';
import { type Point, type Series, spansOf } from '../series.ts';
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

/** Bills by their starts, with those that begin at `estimated` joined as {@link withoutEstimates} says; what that drops is unknown. */
export function joinedBills(bills: Series, estimated: ReadonlySet<Millis>): Point[] {
  const spans = spansOf(bills);
  const reads = spans.flatMap(({ from, to, value }) =>
    value === null ? [] : [{ from, to, kwh: value, estimated: estimated.has(from) }],
  );
  const kept = new Map(withoutEstimates(reads).map((read) => [read.from, read]));
  const within = ({ from }: Slot) => [...kept.values()].some((read) => read.from < from && from < read.to);
  return spans.flatMap((span): Point[] => {
    const read = kept.get(span.from);
    if (!read) return within(span) ? [] : [{ at: span.from, value: null }];
    return [{ at: read.from, value: read.kwh, ...(read.to > span.to && { to: read.to }) }];
  });
}
