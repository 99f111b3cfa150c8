import type { EnergySetup } from '@keepsite/cloud-contract';
import {
  type Baseline,
  bothOf,
  cvrmseOf,
  fitBaseline,
  type HourSpan,
  measuredIn,
  periodOfDays,
  type ReportInputs,
} from '@keepsite/edge-energy';
import type { Learned } from '../ports/reckoner.ts';

/** What a baseline's hours tell a method, or why it learns nothing from them. */
export function fitted(
  method: EnergySetup['method'],
  meters: ReportInputs['meters'],
  span: HourSpan,
  zone: string,
): Learned {
  const fit = fitBaseline({
    method,
    measured: measuredIn([span], meters, zone),
    baseline: periodOfDays(span.from, span.to, zone),
    fuel: 'electricity',
  });
  if (!fit.ok)
    return {
      usable: false,
      reasons: fit.reasons.map(bothOf),
      warnings: [],
      formula: null,
      coefficients: [],
      r2: null,
      cvrmse: null,
      n: 0,
    };
  return { usable: true, reasons: [], ...fitFigures(fit) };
}

function fitFigures({ model, metrics, sufficiency }: Baseline) {
  return {
    warnings: sufficiency.warnings.map(bothOf),
    formula: model.formula,
    coefficients: [...model.coefficients],
    r2: metrics.r2,
    cvrmse: cvrmseOf({ model, metrics }),
    n: metrics.n,
  };
}
