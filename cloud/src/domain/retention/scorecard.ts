/** The twelve indicators, in the order of the published table. */
export const INDICATORS = [
  'sla_breach_load',
  'assign_p90',
  'resolved_on_time',
  'critical_downtime',
  'repeat_failure',
  'planned_done_on_time',
  'payment_delay',
  'complaint_response_p90',
  'complaint_closed_loop',
  'nps_adj',
  'chat_negativity',
  'contact_gap',
] as const;
export type IndicatorName = (typeof INDICATORS)[number];

/** One line of the scorecard. `good` and `bad` may stand either way round. */
export interface ScorecardLine {
  readonly unit: string;
  readonly good: number;
  readonly bad: number;
  readonly weight: number;
  /** Days after which a value without newer facts loses half of its weight, and half again. */
  readonly ttlDays: number;
  /** How far back facts count, days; null: all of them. */
  readonly windowDays: number | null;
  /** Better service mends it; an outcome (what people say of us) follows by itself. */
  readonly actionable: boolean;
}

export interface Scorecard {
  readonly version: string;
  readonly lines: { readonly [name in IndicatorName]: ScorecardLine };
}

/**
 * Weights, bounds and windows of the scorecard. All of them are expert defaults: they are to be set
 * anew to the portfolio's tenth and ninetieth percentile after six months of use. The weights sum to
 * 100: six of equipment and service (51), six of the relation (49).
 */
export const SCORECARD: Scorecard = {
  version: 'keepsite-12/1',
  lines: {
    sla_breach_load: line('points', 0, 6, 13, 7, 90),
    assign_p90: line('ratio', 0.5, 1.5, 8, 7, 90),
    resolved_on_time: line('%', 98, 85, 9, 7, 90),
    critical_downtime: line('ratio', 0, 2, 8, 7, 90),
    repeat_failure: line('%', 3, 15, 7, 7, 180),
    planned_done_on_time: line('%', 98, 80, 6, 45, 90),
    payment_delay: line('%', 2, 20, 12, 120, 180),
    complaint_response_p90: line('ratio', 0.5, 2, 8, 90, 90),
    complaint_closed_loop: line('%', 100, 80, 7, 90, 90),
    nps_adj: { ...line('points', 40, -10, 8, 180, 365), actionable: false },
    chat_negativity: { ...line('z', 0, 3, 6, 14, 30), actionable: false },
    // The gap ages by itself; letting its weight fade would hide the client whom nobody visits.
    contact_gap: line('days', 30, 120, 8, Infinity, null),
  },
};

/**
 * The scorecard in a client's own order of importance, most important first: rank-sum weights
 * `2(K+1−r)/(K(K+1))`, times 100. Every indicator must be named once; a RangeError otherwise.
 */
export function rankSum(order: readonly IndicatorName[], base: Scorecard = SCORECARD): Scorecard {
  if (order.length !== INDICATORS.length || new Set(order).size !== INDICATORS.length) {
    throw new RangeError('CLOUD_SCORECARD_ORDER: every indicator must be named exactly once');
  }
  const k = order.length;
  const weight = (name: IndicatorName): number => (200 * (k - order.indexOf(name))) / (k * (k + 1));
  const lines = Object.fromEntries(INDICATORS.map((name) => [name, { ...base.lines[name], weight: weight(name) }]));
  return { version: `${base.version}+ranked`, lines: lines as Scorecard['lines'] };
}

function line(
  unit: string,
  good: number,
  bad: number,
  weight: number,
  ttlDays: number,
  windowDays: number | null,
): ScorecardLine {
  return { unit, good, bad, weight, ttlDays, windowDays, actionable: true };
}
