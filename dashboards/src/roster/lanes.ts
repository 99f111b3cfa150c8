import type { Duty, RosterView } from '@keepsite/edge-contract';

/** A part of a day, as shares of it. */
export interface Piece {
  /** 0…1 of the day. */
  readonly from: number;
  readonly to: number;
}

export interface DutyPiece extends Piece {
  readonly duty: Duty;
}

type Day = RosterView['days'][number];
type Stretch = Pick<Duty, 'from' | 'to'>;

/** What of a stretch lies within a day; null: nothing. A day of 23 or 25 hours is still one whole. */
export function pieceOf(stretch: Stretch, day: Day): Piece | null {
  const [begin, end] = [Date.parse(day.from), Date.parse(day.to)];
  const from = Math.max(Date.parse(stretch.from), begin);
  const to = Math.min(Date.parse(stretch.to), end);
  return from < to ? { from: (from - begin) / (end - begin), to: (to - begin) / (end - begin) } : null;
}

/** A day's shifts in as few lanes as they need; whoever begins first is above. */
export function lanesOf(shifts: readonly Duty[], day: Day): DutyPiece[][] {
  const lanes: DutyPiece[][] = [];
  for (const duty of shifts) {
    const piece = pieceOf(duty, day);
    if (!piece) continue;
    const free = lanes.find((lane) => (lane.at(-1)?.to ?? 0) <= piece.from);
    if (free) free.push({ ...piece, duty });
    else lanes.push([{ ...piece, duty }]);
  }
  return lanes;
}
