import type { BaselineWish, EnergyBaseline, EnergyMeasure, EnergySetup } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import {
  type Baseline,
  bothOf,
  cvrmseOf,
  fitBaseline,
  type HourSpan,
  measuredIn,
  periodOfDays,
} from '@keepsite/edge-energy';
import { hashOfJson } from '@keepsite/edge-evidence';
import { dayOf } from '../domain/calendar.ts';
import { CloudError, notFound } from '../errors.ts';
import type { EnergyPorts } from './ports.ts';
import { boundaryOf, setupOf } from './setup.ts';
import { readSpan } from './span.ts';
import { zoneOf } from './zone.ts';

const BASELINE_DAYS = 365;

/**
 * Learns a baseline and keeps it with all that is needed to learn it again. One that its data cannot
 * carry is kept too, with the reasons, and used by no report. Rejects with CLOUD_CONFLICT when
 * a measure's work lies within it.
 */
export async function learnBaseline(ports: EnergyPorts, client: string, wish: BaselineWish): Promise<EnergyBaseline> {
  const { store, clock } = ports;
  const zone = await zoneOf(ports, client);
  const today = dayOf(clock.now(), zone);
  const { version, setup } = await setupOf(store, client, today);
  if (setup.meters.length === 0)
    throw new CloudError('CLOUD_CONFLICT', `no meter of ${client} is known: set up its meter tree first`);
  const measures = await store.energy.facts(client, 'measure');
  const days = daysOf(wish, measures, today);
  const span = await readSpan(ports, setup, days, zone);
  const method = wish.method ?? setup.method;
  const baseline = {
    method,
    ...days,
    zone,
    setup: version,
    boundary: boundaryOf(setup),
    learnedAt: instantText(clock.now()),
    by: wish.by,
    dataHash: hashOfJson(span),
    software: ports.software,
    ...verdictOf(method, setup, span, zone),
  };
  return await store.energy.saveBaseline(client, baseline, span);
}

function daysOf(wish: BaselineWish, measures: readonly EnergyMeasure[], today: string): { from: string; to: string } {
  const after =
    wish.after === undefined
      ? undefined
      : (measures.find(({ id }) => id === wish.after) ?? notFound(`measure ${wish.after}`));
  const first = measures.map(({ from }) => from).toSorted()[0];
  const to = wish.to ?? (after ? today : (first ?? today));
  const from = wish.from ?? after?.to ?? Temporal.PlainDate.from(to).subtract({ days: BASELINE_DAYS }).toString();
  if (from >= to || to > today)
    throw new CloudError('CLOUD_BAD_INPUT', `a baseline from ${from} to ${to} is empty or not over yet`);
  const within = measures.find((measure) => measure.from < to && from < measure.to);
  if (within)
    throw new CloudError(
      'CLOUD_CONFLICT',
      `the work of measure ${within.id} (${within.from} to ${within.to}) lies within this baseline`,
    );
  return { from, to };
}

function verdictOf(method: EnergySetup['method'], { meters }: EnergySetup, span: HourSpan, zone: string) {
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
