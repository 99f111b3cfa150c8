import type { Method } from '../models/model.ts';
import type { FitMetrics } from '../statistics/metrics.ts';
import { studentQuantile } from '../statistics/student-t.ts';

/** What the uncertainty of a saving follows from. */
export interface UncertaintyFacts {
  readonly method: Method;
  /** Of the baseline's fit. */
  readonly metrics: FitMetrics;
  readonly parameters: number;
  readonly intercepts: number;
  /** Reporting intervals that were compared, and the days they span. */
  readonly m: number;
  readonly reportingDays: number;
  readonly adjustedBaseline: number;
}

/** Half the width of the savings' interval, and what it was reckoned with. */
export interface Band {
  readonly energy: number;
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** Observations that the autocorrelated baseline is worth. */
  readonly effective: number;
}

/** a·M² + b·M + c of months M, by which the error of autocorrelated models grows (Sun & Baltazar 2013; CalTRACK 4.3.2). */
const MONTHS_FACTOR = {
  daily: [-0.00024, 0.03535, 1.00286],
  billing: [-0.00022, 0.03306, 0.94054],
} as const;
/** ASHRAE Guideline 14's factor for hourly models. */
const HOURLY_FACTOR = 1.26;
const DAYS_A_MONTH = 30;
/** nmecr corrects for autocorrelation from here on (ASHRAE Guideline 14-2014, p. 104). */
const CORRELATED = 0.5;

const FORMS: Readonly<Record<Method, (facts: UncertaintyFacts, confidence: number) => Band | null>> = {
  'towt-daily': (facts, confidence) =>
    nmecrBand(facts, confidence, monthsFactor('daily', facts.metrics.n / DAYS_A_MONTH)),
  'towt-hourly': (facts, confidence) => nmecrBand(facts, confidence, HOURLY_FACTOR),
  'caltrack-hourly': (facts, confidence) => nmecrBand(facts, confidence, HOURLY_FACTOR),
  'caltrack-daily': (facts, confidence) => eemeterBand(facts, confidence, 'daily', facts.m),
  'caltrack-billing': (facts, confidence) =>
    eemeterBand(facts, confidence, 'billing', Math.round(facts.reportingDays / DAYS_A_MONTH)),
};

/**
 * The savings' band by ASHRAE Guideline 14's fractional savings uncertainty in the improved form with
 * lag-1 autocorrelation, as the method's own tool reckons it: nmecr (months of the baseline; corrected
 * where ρ ≥ 0.5) or eemeter 3.2 (months of the reporting period). Divide by the savings for the fraction.
 * Null when too few observations are left to say anything.
 */
export function uncertaintyBand(facts: UncertaintyFacts, confidence: number): Band | null {
  return FORMS[facts.method](facts, confidence);
}

function monthsFactor(form: keyof typeof MONTHS_FACTOR, months: number): number {
  const [a, b, c] = MONTHS_FACTOR[form];
  return a * months ** 2 + b * months + c;
}

function effectiveCount(n: number, rho: number | null): number {
  return (n * (1 - (rho ?? 0))) / (1 + (rho ?? 0));
}

function nmecrBand(facts: UncertaintyFacts, confidence: number, factor: number): Band | null {
  const { metrics, parameters, intercepts, m, adjustedBaseline } = facts;
  const correlated = (metrics.rho ?? 0) >= CORRELATED;
  const count = correlated ? effectiveCount(metrics.n, metrics.rho) : metrics.n;
  // With the effective number nmecr leaves the intercepts in (its stored results; certified here).
  const degreesOfFreedom = correlated ? count - parameters : count - parameters - intercepts;
  if (degreesOfFreedom <= 0 || m === 0 || metrics.mean === 0) return null;
  const t = studentQuantile(1 - (1 - confidence) / 2, degreesOfFreedom);
  const spread = Math.sqrt((metrics.sse / degreesOfFreedom) * (1 + 2 / count) * m);
  return {
    t,
    degreesOfFreedom,
    effective: count,
    energy: ((t * factor) / (m * metrics.mean)) * spread * Math.abs(adjustedBaseline),
  };
}

function eemeterBand(
  facts: UncertaintyFacts,
  confidence: number,
  form: 'daily' | 'billing',
  periods: number,
): Band | null {
  const { metrics, parameters } = facts;
  const { n, mean } = metrics;
  const degreesOfFreedom = n - parameters;
  const effective = effectiveCount(n, metrics.rho);
  // A handful of bills can correlate perfectly by chance; then they are worth less than one, or endlessly many.
  const worthNothing = effective < 1 || !Number.isFinite(effective);
  if (degreesOfFreedom <= 0 || periods <= 0 || mean === 0 || worthNothing) return null;
  const months = form === 'daily' ? periods / DAYS_A_MONTH : periods;
  const t = studentQuantile(1 - (1 - confidence) / 2, degreesOfFreedom);
  const cvrmse = Math.sqrt(metrics.sse / degreesOfFreedom) / mean;
  const spread = Math.sqrt(((n / effective) * (1 + 2 / effective)) / periods);
  // eemeter relates the fraction to the energy of the whole baseline, not of the reporting period.
  const energy = mean * n * t * monthsFactor(form, months) * cvrmse * spread;
  return { t, degreesOfFreedom, effective, energy };
}
