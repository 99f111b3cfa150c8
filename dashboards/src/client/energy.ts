import type { ClientEnergy } from '@keepsite/cloud-contract';

/** All meters of a client on one day. */
export interface EnergyDay {
  readonly day: string;
  /** Null when any meter is missing: a part must not look like a small whole. */
  readonly kwh: number | null;
  readonly usualKwh: number | null;
  readonly nightShare: number | null;
  /** Some of the day's data is missing. */
  readonly gap: boolean;
  /** Whole, and with a usual value beside it. */
  readonly comparable: boolean;
}

/** Less than this share of a day's data is a gap. */
const WHOLE = 0.95;

/** Sums a client's meters by day, oldest first. Gaps stay gaps and never become savings. */
export function energyOf(rows: ClientEnergy['days']): EnergyDay[] {
  const byDay = new Map<string, ClientEnergy['days']>();
  for (const row of rows) byDay.set(row.day, [...(byDay.get(row.day) ?? []), row]);
  const meters = new Set(rows.map((row) => row.asset)).size;
  return [...byDay].toSorted(([a], [b]) => a.localeCompare(b)).map(([day, of]) => dayOf(day, of, meters));
}

function dayOf(day: string, rows: ClientEnergy['days'], meters: number): EnergyDay {
  const kwh = sum(rows.map((row) => row.kwh));
  const usualKwh = sum(rows.map((row) => row.usualKwh));
  const gap =
    new Set(rows.map((row) => row.asset)).size < meters || rows.some((row) => row.kwh === null || row.coverage < WHOLE);
  return {
    day,
    kwh: kwh !== null && rows.length >= meters ? kwh : null,
    usualKwh,
    nightShare: nightOf(rows),
    gap,
    comparable: !gap && kwh !== null && usualKwh !== null,
  };
}

function nightOf(rows: ClientEnergy['days']): number | null {
  const known = rows.filter((row) => row.nightShare !== null && row.kwh !== null && row.kwh > 0);
  const all = known.reduce((total, row) => total + (row.kwh ?? 0), 0);
  return all > 0 ? known.reduce((total, row) => total + (row.kwh ?? 0) * (row.nightShare ?? 0), 0) / all : null;
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);
}
