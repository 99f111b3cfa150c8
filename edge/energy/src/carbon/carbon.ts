import { z } from 'zod';
import type { Slot } from '../intervals/parts.ts';
import { dayOf } from '../day.ts';

/** What a kWh of grid electricity emitted in a year, and who says so. */
export const CarbonFactor = z
  .object({
    year: z.int(),
    /** A country or a region of its grid, such as `CN` or `CN-HB`. */
    region: z.string().min(2),
    /**
     * `average`: all generation; `residual`: without the non-fossil power that is traded by contract;
     * `fossil`: fossil generation alone. A factor of one scope says nothing about another.
     */
    scope: z.enum(['average', 'residual', 'fossil']),
    /** kg CO₂ per kWh. */
    kgPerKwh: z.number().nonnegative(),
    document: z.string().min(1),
  })
  .strict();
export type CarbonFactor = z.infer<typeof CarbonFactor>;

/** China, national average, as published by 生态环境部 and 国家统计局; regional tables are given by the operator. */
export const CHINA_AVERAGE: readonly CarbonFactor[] = [
  { year: 2021, region: 'CN', scope: 'average', kgPerKwh: 0.5568, document: '生态环境部公告2024年第12号' },
  {
    year: 2022,
    region: 'CN',
    scope: 'average',
    kgPerKwh: 0.5366,
    document: '生态环境部、国家统计局公告（2024-12-20）',
  },
  { year: 2023, region: 'CN', scope: 'average', kgPerKwh: 0.5306, document: '生态环境部公告2025年第47号' },
];

/** Energy of one year and what it emitted. */
export interface EmissionLine {
  readonly year: number;
  readonly kwh: number;
  readonly kgCo2: number;
  readonly factor: CarbonFactor;
  /** True while the year's own factor is not out: the newest one before it was used. */
  readonly provisional: boolean;
}

export interface Emissions {
  readonly kgCo2: number;
  readonly lines: readonly EmissionLine[];
}

export type Emitted =
  | { readonly ok: true; readonly emissions: Emissions }
  | { readonly ok: false; readonly reason: string };

/**
 * What energy emitted, or what avoided energy (below zero: more of it) did not: each local year by its
 * own factor, which is printed with its document. Unknown energy is in no line.
 */
export function emissionsOf(
  used: readonly (Slot & { readonly kwh: number | null })[],
  factors: readonly CarbonFactor[],
  zone: string,
): Emitted {
  const kinds = new Set(factors.map(({ region, scope }) => `${region} ${scope}`));
  if (kinds.size > 1) return { ok: false, reason: `factors of ${[...kinds].join(' and ')} cannot be mixed` };
  const years = Map.groupBy(
    used.filter(({ kwh }) => kwh !== null),
    ({ from }) => Number(dayOf(from, zone).slice(0, 4)),
  );
  const lines: EmissionLine[] = [];
  for (const [year, list] of [...years].toSorted(([a], [b]) => a - b)) {
    const factor = factors.filter((it) => it.year <= year).toSorted((a, b) => b.year - a.year)[0];
    if (!factor) return { ok: false, reason: `no factor for ${year} or a year before it` };
    const kwh = list.reduce((sum, interval) => sum + (interval.kwh ?? 0), 0);
    lines.push({ year, kwh, kgCo2: kwh * factor.kgPerKwh, factor, provisional: factor.year < year });
  }
  return { ok: true, emissions: { kgCo2: lines.reduce((sum, line) => sum + line.kgCo2, 0), lines } };
}
