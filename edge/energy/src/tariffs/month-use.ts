import { localDay, type Millis, shiftDay } from '../day.ts';
import type { Tariff } from './tariff.ts';
import { type Piece, placeUsage, type Used } from './usage.ts';

/** What was used in a local month, and whether all of it is known. */
export interface MonthUse {
  readonly kwh: number;
  readonly whole: boolean;
}

/** What each month of some pieces used. */
export function monthUsesOf(pieces: readonly Piece[], zone: string): Record<string, MonthUse> {
  const months = Map.groupBy(pieces, ({ applying }) => applying.month);
  return Object.fromEntries(
    [...months].map(([month, own]) => {
      const known = own.reduce((ms, { from, to }) => ms + to - from, 0);
      return [month, { kwh: own.reduce((sum, { kwh }) => sum + kwh, 0), whole: known >= lengthOf(month, zone) }];
    }),
  );
}

/** The same of intervals; empty where the tariff cannot place them. */
export function monthUses(tariff: Tariff, used: readonly Used[]): Record<string, MonthUse> {
  const placed = placeUsage(tariff, used);
  return placed.ok ? monthUsesOf(placed.pieces, tariff.zone) : {};
}

function lengthOf(month: string, zone: string): Millis {
  const first = `${month}-01`;
  const next = `${shiftDay(first, 31).slice(0, 7)}-01`;
  return localDay(next, zone).from - localDay(first, zone).from;
}
