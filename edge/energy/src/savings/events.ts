import type { Millis } from '../day.ts';
import { differ, segmentsOf } from './change-points.ts';
import { formOf } from './forms.ts';
import type { Method } from '../models/model.ts';
import type { PredictedRow } from './savings.ts';

/**
 * A stretch of the reporting period in which the savings differ from the usual: perhaps a tenant moved, a
 * machine was added, a meter was replaced. It is a proposal; a person says whether it was one.
 */
export interface ProposedEvent {
  readonly from: Millis;
  /** Exclusive; the start of the first interval after it, null at the end of the period. */
  readonly to: Millis | null;
  readonly intervals: number;
  /** Mean savings of an interval of it, and of the stretch that is taken for the usual one: the longest. */
  readonly mean: number;
  readonly usual: number;
  /** How much it moves the savings: positive where it adds to them. */
  readonly effect: number;
}

/** What a further change must gain (LBNL RMV2.0 `cpt_det`), per interval looked at. */
const PENALTY_PER_INTERVAL = 0.1;
/** RMV2.0's shortest stretch is a day of hours; of days a week tells a change from a holiday. A year has too few bills. */
const CUTS = { hour: { shortest: 24, every: 24 }, day: { shortest: 7, every: 1 }, bill: null } as const;

/** Looks for non-routine events: changes of mean or spread of the savings, in both directions. */
export function proposeEvents(method: Method, rows: readonly PredictedRow[]): ProposedEvent[] {
  const compared = rows.flatMap(({ at, usage, predicted }) =>
    usage === null || predicted === null ? [] : [{ at, saved: predicted - usage }],
  );
  const saved = compared.map((row) => row.saved);
  const cuts = CUTS[formOf(method).unit];
  if (cuts === null) return [];
  const penalty = saved.length * PENALTY_PER_INTERVAL;
  const segments = segmentsOf(saved, { penalty, ...cuts });
  const usual = segments.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  if (!usual) return [];
  return segments
    .filter((segment) => differ(segment, usual, penalty))
    .map(({ from, to, mean }) => ({
      from: compared[from]?.at as Millis,
      to: compared[to]?.at ?? null,
      intervals: to - from,
      mean,
      usual: usual.mean,
      effect: (mean - usual.mean) * (to - from),
    }));
}
