import type { Baseline } from './baseline.ts';
import { formOf } from './forms.ts';
import type { Savings } from './savings.ts';

/** A usual limit, and whether a result keeps to it. */
export interface Gate {
  readonly name: string;
  readonly limit: number;
  readonly value: number | null;
  readonly passed: boolean;
}

/** Limits that are usual for a baseline of this kind (nmecr, LBNL RMV2.0; FSU: ASHRAE Guideline 14). */
const GATES = [
  { name: 'cvrmse', limit: 0.25, of: ({ baseline }: Savings) => cvrmseOf(baseline) },
  { name: 'nmbe', limit: 0.005, of: ({ baseline }: Savings) => absolute(baseline.metrics.nmbe) },
  { name: 'fsu90', limit: 0.5, of: fsuOf },
] as const;

export function gatesOf(savings: Savings): Gate[] {
  return GATES.map(({ name, limit, of }) => {
    const value = of(savings);
    return { name, limit, value, passed: value !== null && value <= limit };
  });
}

/** Fractional savings uncertainty: half the interval over the saving; null where either is unknown. */
export function fsuOf({ band, savings }: Savings): number | null {
  return band === null || savings === 0 ? null : band.energy / Math.abs(savings);
}

/** As the method's own tool prints it: per degree of freedom for days and bills, per hour for hours (LBNL). */
export function cvrmseOf({ model, metrics }: Pick<Baseline, 'model' | 'metrics'>): number | null {
  return formOf(model.method).unit === 'hour' ? metrics.cvrmse : metrics.cvrmseAdjusted;
}

function absolute(value: number | null): number | null {
  return value === null ? null : Math.abs(value);
}
