import type { Millis } from '../day.ts';
import { differ, type Segment, segmentsOf } from './change-points.ts';
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

const UNIT_MS = { hour: 3_600_000, day: 86_400_000 } as const;

/** A change that a person has approved or declined, as instants. */
export interface DecidedChange {
  /** When use began to differ: the first instant of the event, and of a new level that came later. */
  readonly begins: readonly Millis[];
  /** The days that the person spoke of; `to` excluded. */
  readonly from: Millis;
  readonly to: Millis;
  /** Whether more was used or less; null: nobody said, and it holds for both. */
  readonly direction: 'more' | 'less' | null;
}

/**
 * Looks for non-routine events: changes of mean or spread of the savings, in both directions.
 *
 * What was decided is not proposed again, however many rows have come since. A stretch is a decided change when
 * - it parts from its neighbour, on the side of the usual stretch, where a decided change begins, and use moves there in
 *   its direction: a change that lasts is known by its beginning, also when the new level has become the longest
 *   stretch, and the days before it look odd; or
 * - it lies within the days of one.
 *
 * What follows a decided change is held against its level too: it is as usual, or goes on as was decided, or is new. A cut is
 * where a decided change begins (or ends) when they are no further apart than the shortest stretch that the method
 * tells apart (a week of days, a day of hours), because more rows move a cut by so much. A change further away, in the
 * other direction or on top of it is a new one. Rows must hold the decided days, or the cuts beside them are not found.
 */
export function proposeEvents(
  method: Method,
  rows: readonly PredictedRow[],
  decided: readonly DecidedChange[] = [],
): ProposedEvent[] {
  const compared = rows.flatMap(({ at, usage, predicted }) =>
    usage === null || predicted === null ? [] : [{ at, saved: predicted - usage }],
  );
  const saved = compared.map((row) => row.saved);
  const { unit } = formOf(method);
  const cuts = CUTS[unit];
  if (cuts === null || unit === 'bill') return [];
  const penalty = saved.length * PENALTY_PER_INTERVAL;
  const segments = segmentsOf(saved, { penalty, ...cuts });
  const usual = segments.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  if (!usual) return [];
  const times = compared.map(({ at }) => at);
  const decisions = decisionsOn(times, decided, cuts.shortest * UNIT_MS[unit]);
  const at = segments.indexOf(usual);
  const news = [
    ...undecided(usual, segments.slice(0, at).toReversed(), penalty, decisions),
    ...undecided(usual, segments.slice(at + 1), penalty, decisions),
  ];
  return news
    .toSorted((a, b) => a.segment.from - b.segment.from)
    .map(({ segment: { from, to, mean }, level }) => ({
      from: times[from] as Millis,
      to: times[to] ?? null,
      intervals: to - from,
      mean,
      usual: level.mean,
      effect: (mean - level.mean) * (to - from),
    }));
}

interface News {
  readonly segment: Segment;
  /** What is usual there: the usual stretch, or what was decided to have followed it. */
  readonly level: Segment;
}

/** Walks away from the usual stretch, and takes the level of a decided change along until use is as usual again. */
function undecided(usual: Segment, segments: readonly Segment[], penalty: number, decisions: Decisions): News[] {
  const news: News[] = [];
  let level = usual;
  let neighbour = usual;
  for (const segment of segments) {
    if (!differ(segment, usual, penalty)) level = usual;
    else if (decisions.begin(segment, neighbour)) level = segment;
    // Its days were spoken of, and what lies beyond them is held against what lies before.
    else if (decisions.cover(segment)) continue;
    else if (differ(segment, level, penalty)) news.push({ segment, level });
    neighbour = segment;
  }
  return news;
}

interface Decisions {
  /** Whether a decided change begins between a stretch and its neighbour. */
  begin(segment: Segment, neighbour: Segment): boolean;
  /** Whether a stretch lies within the days of a decided change. */
  cover(segment: Segment): boolean;
}

function decisionsOn(times: readonly Millis[], decided: readonly DecidedChange[], tolerance: Millis): Decisions {
  const firstOf = ({ from }: Segment) => times[from] as Millis;
  const lastOf = ({ to }: Segment) => times[to - 1] as Millis;
  return {
    begin(segment, neighbour) {
      const [before, after] = segment.from < neighbour.from ? [segment, neighbour] : [neighbour, segment];
      const moved = after.mean < before.mean ? 'more' : 'less';
      return decided.some(
        ({ direction, begins }) =>
          (direction ?? moved) === moved &&
          // Of rows that are missing between the two nobody knows on which side they lie.
          begins.some((at) => at >= lastOf(before) - tolerance && at <= firstOf(after) + tolerance),
      );
    },
    cover: (segment) =>
      decided.some(({ from, to }) => firstOf(segment) >= from - tolerance && lastOf(segment) < to + tolerance),
  };
}
