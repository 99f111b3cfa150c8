import type { EnergyReport } from '@keepsite/cloud-contract';
import type { Interval } from '../intervals/intervals.ts';
import { cvrmseOf, gatesOf } from '../savings/gates.ts';
import type { Savings } from '../savings/savings.ts';
import { celsiusOf } from '../series.ts';
import { chartsOf, chartsWithout } from './charts.ts';
import { bothOf } from './chinese.ts';
import { qualityOf } from './data.ts';
import { decidedEvents, eventsOf } from './events.ts';
import { countedMeters, measuredOf, periodOfDays, sumOf } from './hours.ts';
import type { ReportInputs } from './inputs.ts';
import { because, carbonOf, costOf, puePart } from './money.ts';
import { figuresOf, monthsIn, type Reckon, reckoner, sinceOf } from './saved.ts';
import { limitationsOf, refusedSentence, sentenceOf } from './words.ts';

/** A report without its seal: what follows from the inputs alone. */
export type ReckonedReport = Omit<EnergyReport, 'evidence'>;
type Body = Omit<ReckonedReport, 'limitations'>;
type Baseline = NonNullable<ReportInputs['baseline']>;

/**
 * Reckons the eleven parts of an energy report (the eleventh, the seal, is added by whoever keeps it). The
 * same inputs give the same digits, wherever this runs. A part that cannot be filled says why not.
 */
export function reckonReport(inputs: ReportInputs): ReckonedReport {
  const body = bodyOf(inputs);
  return { ...body, limitations: limitationsOf(inputs, body) };
}

function bodyOf(inputs: ReportInputs): Body {
  const { baseline } = inputs;
  if (!baseline) return refusedBody(inputs, inputs.whyNoBaseline);
  const reckon = reckoner({ ...inputs, baseline });
  const since = reckon(sinceOf(inputs));
  const own = reckon(inputs);
  if (!since.ok) return refusedBody(inputs, since.reasons);
  if (!own.ok) return refusedBody(inputs, own.reasons);
  return savedBody({ ...inputs, baseline }, { since, own, reckon });
}

interface Reckoned {
  readonly own: Savings;
  readonly since: Savings;
  readonly reckon: Reckon;
}

function savedBody(inputs: ReportInputs & { readonly baseline: Baseline }, { own, since, reckon }: Reckoned): Body {
  const figures = figuresOf(own, inputs);
  const hours = hoursOfPeriod(inputs);
  return {
    ...head(inputs),
    headline: {
      sentence: sentenceOf({ ...inputs, meters: countedMeters(inputs.meters) }, figures),
      verdict: figures.verdict,
      refusal: [],
      figures,
      sinceMeasure: figuresOf(since, sinceOf(inputs)),
    },
    model: modelOf(since),
    months: monthsOf(inputs, reckon),
    charts: chartsOf(since, hours, inputs.zone),
    events: eventsOf(inputs, since, reckon),
    coverage: coveragePart(since),
    cost: costOf(inputs, own, hours),
    carbon: carbonOf(inputs, own),
    pue: puePart(inputs, periodSpan(inputs)),
  };
}

function refusedBody(inputs: ReportInputs, reasons: readonly string[]): Body {
  const hours = hoursOfPeriod(inputs);
  const known = hours.filter(({ kwh }) => kwh !== null);
  const used = known.length === 0 ? null : known.reduce((sum, { kwh }) => sum + (kwh ?? 0), 0);
  const why = because('no saving is given: see the reasons above', '未给出节能量：原因见上');
  const all = sumOf(inputs.reporting, countedMeters(inputs.meters), inputs.zone);
  return {
    ...head(inputs),
    headline: {
      sentence: refusedSentence(inputs, used),
      verdict: 'refused',
      refusal: reasons.map(bothOf),
      figures: null,
      sinceMeasure: null,
    },
    model: null,
    months: [],
    charts: {
      ...chartsWithout(all, measuredOf(inputs), inputs.zone),
      heatmap: chartsWithout(hours, measuredOf(inputs), inputs.zone).heatmap,
    },
    events: { items: decidedEvents(inputs), unadjusted: null },
    coverage: null,
    cost: why,
    carbon: why,
    pue: puePart(inputs, periodSpan(inputs)),
  };
}

function head(inputs: ReportInputs) {
  const { client, kind, period, from, to, zone, madeAt, meters, measures, baseline, baselines } = inputs;
  const counted = new Set(countedMeters(meters));
  return {
    format: 'keepsite-energy-report/1' as const,
    client,
    kind,
    period,
    from,
    to,
    zone,
    madeAt,
    boundary: {
      option: 'C' as const,
      meters: meters.map((meter) => ({ ...meter, counted: counted.has(meter) })),
      baseline: baseline && {
        version: baseline.version,
        method: baseline.method,
        from: baseline.span.from,
        to: baseline.span.to,
        learnedAt: baseline.learnedAt,
        dataHash: baseline.dataHash,
      },
      ...(baselines && { baselines }),
      measures,
    },
    quality: qualityOf(inputs),
  };
}

/** The counted hours of the report's own days. */
function hoursOfPeriod(inputs: ReportInputs): Interval[] {
  const { from, to } = periodOfDays(inputs.from, inputs.to, inputs.zone);
  const all = sumOf(inputs.reporting, countedMeters(inputs.meters), inputs.zone);
  return all.filter((hour) => hour.from >= from && hour.from < to);
}

/** The reporting span cut to the report's own days, every meter alike. */
function periodSpan(inputs: ReportInputs): ReportInputs['reporting'] {
  const { reporting, zone, from, to } = inputs;
  const skipped = reporting.from < from ? sumOf({ ...reporting, to: from, meters: [] }, [], zone).length : 0;
  const meters = reporting.meters.map((meter) => ({
    ...meter,
    kwh: meter.kwh.slice(skipped),
    quality: meter.quality.slice(skipped),
  }));
  return { ...reporting, from: reporting.from < from ? from : reporting.from, to, meters };
}

function modelOf(savings: Savings): EnergyReport['model'] {
  const { model, metrics } = savings.baseline;
  const { method, formula, coefficients, knots, parameters, intercepts } = model;
  return {
    method,
    formula,
    coefficients: [...coefficients],
    knotsF: [...knots],
    n: metrics.n,
    parameters,
    intercepts,
    r2: metrics.r2,
    cvrmse: cvrmseOf(savings.baseline),
    nmbe: metrics.nmbe,
    rho: metrics.rho,
    nEffective: savings.band?.effective ?? null,
    gates: gatesOf(savings),
    tested: savings.tested && [...savings.tested.parts],
  };
}

/** Part 5: each month with an interval of its own; a month that cannot be reckoned has zeros and is partial. */
function monthsOf(inputs: ReportInputs, reckon: Reckon): EnergyReport['months'] {
  return monthsIn(sinceOf(inputs)).map(({ month, whole, ...days }) => {
    const savings = reckon(days);
    if (!savings.ok)
      return {
        month,
        partial: true,
        actual: 0,
        adjustedBaseline: 0,
        savings: 0,
        interval90: null,
        compared: 0,
        missing: 0,
      };
    const { actual, adjustedBaseline, interval, compared, missing } = savings;
    const partial = !whole || missing > 0;
    return {
      month,
      partial,
      actual,
      adjustedBaseline,
      savings: savings.savings,
      interval90: interval,
      compared,
      missing,
    };
  });
}

function coveragePart({ coverage }: Savings): EnergyReport['coverage'] {
  const { baselineTemperature, reportingTemperature, ...counts } = coverage;
  const celsius = ({ low, high }: { low: number; high: number }) => ({ low: celsiusOf(low), high: celsiusOf(high) });
  return { ...counts, baselineC: celsius(baselineTemperature), reportingC: celsius(reportingTemperature) };
}
