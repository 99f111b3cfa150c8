import type { Slot } from '../intervals/parts.ts';
import { type Applying, periodsOf } from './periods.ts';
import type { Tariff } from './tariff.ts';

/** Energy of an interval; null where it is not known. */
export interface Used extends Slot {
  readonly kwh: number | null;
}

/** A piece of an interval that one period covers, a quarter of an hour at most. */
export interface Piece extends Slot {
  readonly applying: Applying;
  readonly kwh: number;
}

export type Placed = { readonly ok: true; readonly pieces: Piece[] } | { readonly ok: false; readonly reason: string };

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 4 * QUARTER_MS;

/**
 * Places energy in the periods of a tariff. An hour that two periods share is divided by time; of
 * anything longer nobody knows when it was drawn, so it is refused, as is energy before the first
 * version. Unknown intervals have no piece.
 */
export function placeUsage(tariff: Tariff, used: readonly Used[], events: readonly Slot[] = []): Placed {
  const applyingAt = periodsOf(tariff, events);
  const pieces: Piece[] = [];
  for (const interval of used) {
    if (interval.kwh === null) continue;
    const length = interval.to - interval.from;
    if (length > HOUR_MS) return refusal(interval, 'is longer than an hour: when its energy was drawn is not known');
    for (let from = interval.from; from < interval.to; from = nextQuarter(from)) {
      const to = Math.min(nextQuarter(from), interval.to);
      const applying = applyingAt(from);
      if (!applying) return refusal(interval, `lies before the first version of ${tariff.id}`);
      pieces.push({ from, to, applying, kwh: interval.kwh * ((to - from) / length) });
    }
  }
  return { ok: true, pieces };
}

/** Periods change on quarters of an hour. */
function nextQuarter(at: number): number {
  return (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS;
}

function refusal({ from }: Slot, why: string): Placed {
  return { ok: false, reason: `the interval from ${new Date(from).toISOString()} ${why}` };
}
