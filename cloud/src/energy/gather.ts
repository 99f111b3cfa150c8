import type { BaselineRefusal, Client, EnergyBaseline, EnergyMeasure, EnergySetup } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import { type HourSpan, ReportInputs } from '@keepsite/edge-energy';
import { dayOf } from '../domain/calendar.ts';
import { joined, settledPart } from '../domain/energy/carried.ts';
import type { Due } from '../domain/energy/due.ts';
import { workWithin } from '../domain/energy/lesson.ts';
import type { KeptSetup } from '../ports/energy.ts';
import { readDemand } from './demand.ts';
import type { EnergyPorts } from './ports.ts';
import { boundaryOf, carbonFactorsOf, setupOf, tariffOf } from './setup.ts';
import { readSpan } from './span.ts';

/** Read every hour again, or only what the newest report does not hold for certain: a year of seconds takes its time. */
export type Reading = 'everything' | 'news';

const BOOTSTRAP = { draws: 1000, seed: 1 };
/** Among the newest of so many periods the last made report is found. */
const LOOKED_AT = 40;

/** All that a period's report is reckoned from, as it is known now. */
export async function gatherInputs(
  ports: EnergyPorts,
  client: Client,
  due: Due,
  { zone, reading }: { readonly zone: string; readonly reading: Reading },
): Promise<ReportInputs> {
  const { energy } = ports.store;
  const kept = await setupOf(ports.store, client.id, due.from);
  const { setup } = kept;
  const [measures, events, baselines, [refusal]] = await Promise.all([
    energy.facts(client.id, 'measure'),
    energy.facts(client.id, 'event'),
    energy.baselines(client.id),
    energy.facts(client.id, 'refusal'),
  ]);
  const chosen = chooseBaseline({ baselines, measures, refusal }, kept, due);
  const span = chosen.ok ? await energy.baselineSpan(client.id, chosen.baseline.version) : null;
  const from = sinceWhen(due, chosen.ok ? chosen.baseline.to : due.from, measures);
  const baseline = chosen.ok && span ? { ...chosen.baseline, span } : null;
  const inputs: ReportInputs = {
    format: 'keepsite-energy-inputs/1',
    client: { id: client.id, name: client.name },
    kind: due.kind,
    period: due.period,
    from: due.from,
    to: due.to,
    zone,
    madeAt: instantText(ports.clock.now()),
    setup: kept.version,
    meters: setup.meters,
    baseline: baseline as ReportInputs['baseline'],
    whyNoBaseline: chosen.ok ? [] : chosen.reasons,
    baselines: baselines.toReversed(),
    reporting: await reportingSpan(ports, client.id, kept, { from, to: due.to, zone, reading }),
    measures: measures.filter((measure) => measure.to > (baseline?.to ?? from) && measure.from < due.to),
    events: events.filter((event) => event.to > from && event.from < due.to),
    ...(events.length > 0 && { decisions: 'changes' }),
    tariff: tariffOf(setup),
    demand: await demandOf(ports, setup, due, zone),
    ...(due.kind === 'day' && { charges: 'energy' }),
    ...(setup.supply && { supply: setup.supply }),
    carbon: carbonFactorsOf(setup),
    bootstrap: BOOTSTRAP,
  };
  // Through JSON and the schema once, so that what is kept is what was reckoned with.
  return ReportInputs.parse(JSON.parse(JSON.stringify(inputs)));
}

/** A month's measured demand, where its price book charges for it. */
async function demandOf(
  { metrics }: EnergyPorts,
  setup: EnergySetup,
  due: Due,
  zone: string,
): Promise<ReportInputs['demand']> {
  const isCharged = tariffOf(setup)?.versions.some(({ demand }) => demand !== undefined) ?? false;
  return due.kind === 'month' && isCharged ? await readDemand(metrics, setup.meters, due, zone) : null;
}

interface Wanted {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly reading: Reading;
}

/** The hours since the measure: read from the store, or what the newest report holds of them and only the rest read. */
async function reportingSpan(
  ports: EnergyPorts,
  client: string,
  { version, setup }: KeptSetup,
  { from, to, zone, reading }: Wanted,
): Promise<HourSpan> {
  const carried = reading === 'news' ? await carriedSpan(ports, client, version, { from, zone }) : null;
  if (!carried || carried.to >= to) return await readSpan(ports, setup, { from, to }, zone);
  return joined(carried, await readSpan(ports, setup, { from: carried.to, to }, zone));
}

async function carriedSpan(
  { store, clock }: EnergyPorts,
  client: string,
  setup: number,
  { from, zone }: Pick<Wanted, 'from' | 'zone'>,
): Promise<HourSpan | null> {
  const entries = await store.energy.reports(client, LOOKED_AT);
  const newest = entries.toSorted((a, b) => b.madeAt.localeCompare(a.madeAt) || b.period.localeCompare(a.period))[0];
  const inputs = newest && (await store.energy.report(client, newest.id))?.inputs;
  if (!inputs || inputs.setup !== setup || inputs.zone !== zone || inputs.reporting.from !== from) return null;
  return settledPart(inputs.reporting, dayOf(clock.now(), zone), zone);
}

type Chosen =
  | { readonly ok: true; readonly baseline: EnergyBaseline }
  | { readonly ok: false; readonly reasons: string[] };

interface Learned {
  readonly baselines: readonly EnergyBaseline[];
  readonly measures: readonly EnergyMeasure[];
  readonly refusal: BaselineRefusal | undefined;
}

/**
 * The newest usable baseline of the same meters that ends before the report begins and holds no measure's work;
 * else why there is none.
 */
function chooseBaseline({ baselines, measures, refusal }: Learned, { setup }: KeptSetup, { from }: Due): Chosen {
  const usable = baselines.filter((baseline) => baseline.usable);
  if (usable.length === 0) return { ok: false, reasons: whyNone(baselines[0], refusal) };
  const boundary = boundaryOf(setup);
  const own = usable.filter((baseline) => baseline.boundary === boundary);
  if (own.length === 0)
    return { ok: false, reasons: ['the baseline was learned on other meters than the report is about: learn it anew'] };
  const before = own.filter(({ to }) => to <= from);
  const baseline = before.find((candidate) => !workWithin(candidate, measures));
  if (baseline) return { ok: true, baseline };
  const work = before[0] && workWithin(before[0], measures);
  return {
    ok: false,
    reasons: [
      work
        ? `the work of measure ${work.id} lies within the baseline: learn it anew`
        : 'no baseline ends before this report begins',
    ],
  };
}

/** The newest refusal says why: one that somebody asked for, or the last try that was made by itself. */
function whyNone(newest: EnergyBaseline | undefined, refusal: BaselineRefusal | undefined): string[] {
  const reasons = refusal && (!newest || newest.to <= refusal.to) ? refusal.reasons : newest?.reasons;
  return reasons?.map(({ en }) => en) ?? ['no baseline has been learned yet'];
}

/** The end of the first measure after the baseline, or of the baseline itself; never after the report begins. */
function sinceWhen(
  { from }: Due,
  baselineTo: string,
  measures: readonly { readonly from: string; readonly to: string }[],
): string {
  const after = measures.filter((measure) => measure.from >= baselineTo && measure.from < from).map(({ to }) => to);
  const since = after.toSorted()[0] ?? baselineTo;
  return since < from ? since : from;
}
