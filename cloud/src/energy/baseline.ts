import type { BaselineWish, EnergyBaseline, EnergyMeasure, EnergySetup } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import type { HourSpan } from '@keepsite/edge-energy';
import { hashOfJson } from '@keepsite/edge-evidence';
import { dayOf } from '../domain/calendar.ts';
import { BASELINE_DAYS, workWithin } from '../domain/energy/lesson.ts';
import { CloudError, notFound } from '../errors.ts';
import type { KeptSetup } from '../ports/energy.ts';
import type { EnergyPorts } from './ports.ts';
import { boundaryOf, setupOf } from './setup.ts';
import { readSpan } from './span.ts';
import { zoneOf } from './zone.ts';

/**
 * Learns a baseline and keeps it with all that is needed to learn it again. One that its data cannot
 * carry is kept too, with the reasons, and used by no report. Rejects with CLOUD_CONFLICT when
 * a measure's work lies within it.
 */
export async function learnBaseline(ports: EnergyPorts, client: string, wish: BaselineWish): Promise<EnergyBaseline> {
  const { store, clock } = ports;
  const zone = await zoneOf(ports, client);
  const today = dayOf(clock.now(), zone);
  const kept = await setupOf(store, client, today);
  if (kept.setup.meters.length === 0)
    throw new CloudError('CLOUD_CONFLICT', `no meter of ${client} is known: set up its meter tree first`);
  const days = daysOf(wish, await store.energy.facts(client, 'measure'), today);
  const method = wish.method ?? kept.setup.method;
  const { baseline, span } = await learn(ports, { kept, zone, days, method, by: wish.by });
  return await store.energy.saveBaseline(client, baseline, span);
}

interface Learning {
  readonly kept: KeptSetup;
  readonly zone: string;
  readonly days: { readonly from: string; readonly to: string };
  readonly method: EnergySetup['method'];
  readonly by: string;
  readonly why?: EnergyBaseline['why'];
}

/** A baseline and the hours that it was learned from; kept by nobody yet. */
export async function learn(
  ports: EnergyPorts,
  { kept: { version, setup }, zone, days: { from, to }, method, by, why }: Learning,
): Promise<{ readonly baseline: Omit<EnergyBaseline, 'version'>; readonly span: HourSpan }> {
  const span = await readSpan(ports, setup, { from, to }, zone);
  const baseline = {
    method,
    from,
    to,
    zone,
    setup: version,
    boundary: boundaryOf(setup),
    learnedAt: instantText(ports.clock.now()),
    by,
    ...(why && { why }),
    dataHash: hashOfJson(span),
    software: ports.software,
    ...(await ports.reckoner.learn(method, setup.meters, span, zone)),
  };
  return { baseline, span };
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
  const within = workWithin({ from, to }, measures);
  if (within)
    throw new CloudError(
      'CLOUD_CONFLICT',
      `the work of measure ${within.id} (${within.from} to ${within.to}) lies within this baseline`,
    );
  return { from, to };
}
