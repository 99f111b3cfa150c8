import type { Contract, SlaReport } from '@keepsite/cloud-contract';
import { instantMillis, instantText, isOnlyRepair, TERMS } from '@keepsite/edge-contract';
import type { Clock, Millis, Term } from '@keepsite/edge-contract';
import { monthBounds, startOfDay } from './calendar.ts';
import type { IncidentFacts } from './facts.ts';
import { quantile } from './statistics.ts';

type TermReport = SlaReport['terms'][number];

export interface SlaInput {
  readonly client: string;
  /** The promise that is reported on; null: none was in force, and nothing is counted. */
  readonly contract: Contract | null;
  /** Calendar month in the contract's zone, `YYYY-MM`. */
  readonly period: string;
  readonly incidents: readonly IncidentFacts[];
  /** Incidents that opened later are left out. */
  readonly now: Millis;
  /** True when this report freezes the month. */
  readonly closed?: boolean;
}

/**
 * What was promised to a client in one calendar month and how it was kept, term by term.
 *
 * An incident counts in the month of its T0, for every client it names, when the contract covers
 * that day (`from` included, `to` excluded). Verdicts are the edge's and are never recomputed;
 * adjustments are already in them. Excluded, unknown and running clocks are counted beside the
 * attainment and are never met. Percentiles are type 7 over the met and the late alike, in seconds
 * from when their clocks began. Simulated incidents count and are marked, drills do not. A repair that people reported has a promise of its
 * own (`repairReport`) and is left out, unless a sensor made it more than that.
 */
export function slaReport(input: SlaInput): SlaReport {
  const { client, contract, period } = input;
  const bounds = monthBounds(period, contract?.timeZone ?? 'UTC');
  const incidents = countedIncidents(input, bounds);
  return {
    client,
    contract: contract?.id ?? null,
    contractVersion: contract?.version ?? null,
    period,
    from: instantText(bounds.from),
    to: instantText(bounds.to),
    closed: input.closed ?? false,
    terms: termsOf(contract, incidents).map((term) => termReport(term, contract, incidents)),
    incidents: incidents.map(incidentLine),
  };
}

/**
 * The contract version that a month's report is about: of those in force on at least one day of the
 * month the one that runs latest, of its versions the highest. Null when none was in force.
 */
export function contractOf(contracts: readonly Contract[], period: string): Contract | null {
  const month = Temporal.PlainYearMonth.from(period);
  const first = month.toPlainDate({ day: 1 }).toString();
  const next = month.add({ months: 1 }).toPlainDate({ day: 1 }).toString();
  const inForce = latestVersions(contracts).filter((contract) => contract.from < next && contract.to > first);
  return inForce.toSorted((a, b) => compare(b.to, a.to) || compare(b.from, a.from) || b.version - a.version)[0] ?? null;
}

/** The highest version of every contract, by id. */
export function latestVersions<T extends Contract>(contracts: readonly T[]): T[] {
  const newest = new Map<string, T>();
  for (const contract of contracts) {
    const known = newest.get(contract.id);
    if (known === undefined || contract.version > known.version) newest.set(contract.id, contract);
  }
  return [...newest.values()];
}

/** True on the days for which a contract was signed, in its own zone. */
export function covers(contract: Contract, at: Millis): boolean {
  const { from, to } = daysOf(contract);
  return from <= at && at < to;
}

/**
 * Seconds from the clock's beginning (T0, or the end of the maintenance that had excluded it) until a term's
 * promise was fulfilled, on time or late; null when it never was.
 * A breached clock may have stopped without `metAt`: then the incident's own milestone counts if it
 * came after the deadline. An earlier one was not accepted as proof.
 */
export function secondsTaken(incident: IncidentFacts, clock: Clock): number | null {
  const done = fulfilledAt(incident, clock);
  return done === null ? null : (done - instantMillis(clock.startedAt)) / 1000;
}

function fulfilledAt(incident: IncidentFacts, clock: Clock): Millis | null {
  if (clock.metAt !== null) return instantMillis(clock.metAt);
  const milestone = incident[MILESTONE[clock.term]];
  if (clock.verdict !== 'breached' || milestone === null) return null;
  const at = instantMillis(milestone);
  return at > instantMillis(clock.dueAt) ? at : null;
}

const MILESTONE = { acknowledge: 'acknowledgedAt', on_site: 'onSiteAt', resolve: 'resolvedAt' } as const;

function countedIncidents(input: SlaInput, bounds: { from: Millis; to: Millis }): IncidentFacts[] {
  const { contract } = input;
  if (contract === null) return [];
  const signed = daysOf(contract);
  const from = Math.max(bounds.from, signed.from);
  const to = Math.min(bounds.to, signed.to);
  return input.incidents
    .filter((incident) => {
      const openedAt = instantMillis(incident.openedAt);
      if (openedAt < from || openedAt >= to || openedAt > input.now) return false;
      if (incident.drill || isOnlyRepair(incident)) return false;
      return incident.clients.includes(input.client);
    })
    .toSorted((a, b) => compare(a.openedAt, b.openedAt) || compare(a.id, b.id));
}

/** The instants between which a contract is in force. */
function daysOf({ from, to, timeZone }: Contract): { from: Millis; to: Millis } {
  return { from: startOfDay(from, timeZone), to: startOfDay(to, timeZone) };
}

function termsOf(contract: Contract | null, incidents: readonly IncidentFacts[]): Term[] {
  const promised = new Set(contract?.terms.map(({ term }) => term));
  const clocked = new Set(incidents.flatMap(({ clocks }) => clocks.map(({ term }) => term)));
  return TERMS.filter((term) => promised.has(term) || clocked.has(term));
}

function termReport(term: Term, contract: Contract | null, incidents: readonly IncidentFacts[]): TermReport {
  const counts = { met: 0, breached: 0, excluded: 0, unknown: 0, running: 0 };
  const seconds: number[] = [];
  for (const incident of incidents) {
    const clock = incident.clocks.find((each) => each.term === term);
    if (clock === undefined) continue;
    counts[clock.verdict] += 1;
    const taken = clock.verdict === 'met' || clock.verdict === 'breached' ? secondsTaken(incident, clock) : null;
    if (taken !== null) seconds.push(taken);
  }
  const judged = counts.met + counts.breached;
  return {
    term,
    targetSeconds: contract?.terms.find((each) => each.term === term)?.targetSeconds ?? null,
    ...counts,
    attainment: judged === 0 ? null : counts.met / judged,
    seconds: { p50: quantile(seconds, 0.5), p95: quantile(seconds, 0.95) },
  };
}

function incidentLine(incident: IncidentFacts): SlaReport['incidents'][number] {
  return {
    id: incident.id,
    openedAt: incident.openedAt,
    asset: incident.asset,
    fault: incident.fault,
    severity: incident.severity,
    verdicts: Object.fromEntries(incident.clocks.map(({ term, verdict }) => [term, verdict])),
    simulated: incident.simulated,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
