import {
  cvrmseOf,
  fsuOf,
  gatesOf,
  type Period,
  proposeEvents,
  type Savings,
  type SavingsRequest,
  verdictOf,
} from '@keepsite/edge-energy';

export interface SavingsReport {
  /** At 90 %. */
  readonly savings: Savings;
  /** At the confidence that was asked for. */
  readonly asked: Savings;
  /** With the approved events left in. */
  readonly unadjusted: Savings | null;
  readonly approved: readonly (Period & { readonly approvedBy: string })[];
  readonly request: Omit<SavingsRequest, 'random' | 'confidence' | 'excluded'>;
  readonly confidence: number;
  readonly seed: number;
  readonly notes: readonly string[];
}

/** Everything that `--json` prints. Energy in the meter's unit, shares as fractions of one, instants in UTC. */
export function savingsJson(report: SavingsReport) {
  const { savings, asked, request } = report;
  const { baseline, band } = savings;
  const { model, metrics } = baseline;
  return {
    method: model.method,
    ...headline(savings),
    confidence: report.confidence,
    interval: asked.interval,
    fsu: fsuOf(asked),
    intervals: savings.intervals,
    verdicts: {
      fsu: verdictOf(savings.intervals.fsu),
      bootstrap: verdictOf(savings.intervals.bootstrap),
      tested: verdictOf(savings.intervals.tested),
    },
    fsu90Rounded: savings.fsuOfRounded,
    r2: metrics.r2,
    r2Adjusted: metrics.r2Adjusted,
    cvrmse: cvrmseOf(savings.baseline),
    cvrmseAdjusted: metrics.cvrmseAdjusted,
    cvrmseUnadjusted: metrics.cvrmse,
    rmse: metrics.rmse,
    nmbe: metrics.nmbe,
    n: metrics.n,
    rho: metrics.rho,
    nEffective: band?.effective ?? null,
    parameters: model.parameters,
    intercepts: model.intercepts,
    degreesOfFreedom: band?.degreesOfFreedom ?? null,
    t: band?.t ?? null,
    m: savings.compared,
    missing: savings.missing,
    gates: gatesOf(savings),
    formula: model.formula,
    coefficients: model.coefficients,
    knotsF: model.knots,
    tested: savings.tested,
    coverage: savings.coverage,
    sufficiency: baseline.sufficiency,
    baseline: told(request.baseline),
    reporting: told(request.reporting),
    months: savings.months,
    events: {
      proposed: proposeEvents(model.method, savings.rows).map((event) => ({
        ...event,
        from: instant(event.from),
        to: event.to === null ? instant(request.reporting.to) : instant(event.to),
      })),
      approved: report.approved.map((event) => ({ ...told(event), approvedBy: event.approvedBy })),
    },
    unadjusted: report.unadjusted && headline(report.unadjusted),
    bootstrap: { draws: request.draws, seed: report.seed },
    notes: report.notes,
  };
}

function headline(savings: Savings) {
  return {
    adjustedBaseline: savings.adjustedBaseline,
    actual: savings.actual,
    savings: savings.savings,
    savingsFraction: savings.fraction,
    interval90: savings.interval,
    interval90By: savings.intervalKind,
    fsu90: fsuOf(savings),
    verdict: savings.verdict,
  };
}

/** The same for a person: the sentence first, then what it rests on. */
export function savingsText(report: SavingsReport): string {
  const { savings } = report;
  const json = savingsJson(report);
  const lines: (readonly [string, string])[] = [
    ['adjusted baseline', energy(savings.adjustedBaseline)],
    ['actual', energy(savings.actual)],
    ['avoided energy', `${energy(savings.savings)} (${share(savings.fraction)})`],
    [`90 % interval (${savings.intervalKind})`, range(savings.interval)],
    ...(report.confidence === 0.9
      ? []
      : [[`${share(report.confidence)} interval`, range(report.asked.interval)] as const]),
    ...Object.entries(savings.intervals).map(([kind, interval]) => [`  by ${kind}`, range(interval)] as const),
    ['FSU at 90 %', `${share(json.fsu90)} (of the fraction rounded to two digits: ${share(json.fsu90Rounded)})`],
    ['model', json.formula],
    ['R², adjusted', `${number(json.r2)}, ${number(json.r2Adjusted)}`],
    ['CV(RMSE), NMBE', `${share(json.cvrmse)}, ${share(json.nmbe)}`],
    ['n, p, m', `${json.n}, ${json.parameters} + ${json.intercepts}, ${json.m} (${json.missing} left out)`],
    ['ρ, effective n', `${number(json.rho)}, ${number(json.nEffective)}`],
    [
      'gates',
      json.gates
        .map(({ name, limit, passed }) => `${name} ≤ ${share(limit)} ${passed ? 'passed' : 'failed'}`)
        .join(', '),
    ],
    [
      'within the baseline’s temperatures',
      `${json.coverage.within} of ${json.m} intervals, ${energy(json.coverage.savingsWithin)} of the savings`,
    ],
    ['at times it never saw', `${json.coverage.unseenTimes} intervals, left out`],
    ...json.months.map(
      ({ month, actual, adjustedBaseline, savings: saved, missing }) =>
        [
          month,
          `${energy(actual)} of ${energy(adjustedBaseline)}: ${energy(saved)}${missing > 0 ? `, ${missing} intervals missing` : ''}`,
        ] as const,
    ),
    ...json.events.proposed.map(
      (event) => ['possible event', `${event.from} … ${event.to}: ${energy(event.effect)}`] as const,
    ),
    ...json.events.approved.map(
      (event) => ['event left out', `${event.from} … ${event.to}, approved by ${event.approvedBy}`] as const,
    ),
    ...(json.unadjusted
      ? [
          [
            'with the events',
            `${energy(json.unadjusted.savings)} (${share(json.unadjusted.savingsFraction)}), ${json.unadjusted.verdict}`,
          ] as const,
        ]
      : []),
    ...[...json.sufficiency.reasons, ...json.sufficiency.warnings, ...json.notes].map(
      (note) => ['note', note] as const,
    ),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    `${savings.verdict}: ${sentence(savings)}`,
    '',
    ...lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
  ].join('\n');
}

function sentence({ savings, fraction, interval }: Savings): string {
  return `avoided ${energy(savings)} (${share(fraction)}), 90 % interval ${range(interval)}`;
}

function told({ from, to }: Period): { from: string; to: string } {
  return { from: instant(from), to: instant(to) };
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

function energy(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}

function share(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(2)} %`;
}

function number(value: number | null): string {
  return value === null ? '–' : value.toPrecision(4);
}

function range(interval: { low: number; high: number } | null): string {
  return interval === null ? '–' : `[${energy(interval.low)}, ${energy(interval.high)}]`;
}
