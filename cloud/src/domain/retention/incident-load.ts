import { instantMillis } from '@keepsite/edge-contract';
import type { Clock, Millis, Severity, Term } from '@keepsite/edge-contract';
import { DAY } from '../calendar.ts';
import { knownAt, type ClientFacts, type Downtime, type IncidentFacts } from '../facts.ts';
import { secondsTaken } from '../sla.ts';
import { duration, stopwatch, TERM_WORDS, type Words } from './words.ts';

/** How much a broken promise weighs by severity. An incident of severity info never costs anything. */
export const SEVERITY_WEIGHTS: { readonly [severity in Severity]: number } = {
  critical: 3,
  major: 2,
  minor: 1,
  info: 0,
};

/** Being late counts up to three times the promised time; what comes after is no worse. */
export const MOST_OVERRUN = 2;
/** A broken promise is half forgotten after 30 days. */
export const FORGETTING_HALF_LIFE_DAYS = 30;

/**
 * The client's incidents as they stood at `asOf`, oldest first: those recorded by then, and of them
 * only what had happened by then. Drills are none. A clock that stopped later is running, or breached when its
 * deadline had passed.
 */
export function incidentsAt(facts: Pick<ClientFacts, 'client' | 'asOf' | 'incidents'>): IncidentFacts[] {
  const { asOf } = facts;
  return knownAt(facts.incidents, asOf)
    .filter((incident) => incident.clients.includes(facts.client.id) && instantMillis(incident.openedAt) <= asOf)
    .filter(({ drill }) => !drill)
    .map((incident) => ({
      ...incident,
      acknowledgedAt: until(incident.acknowledgedAt, asOf),
      onSiteAt: until(incident.onSiteAt, asOf),
      resolvedAt: until(incident.resolvedAt, asOf),
      closedAt: until(incident.closedAt, asOf),
      clearedAt: until(incident.clearedAt ?? null, asOf),
      clocks: incident.clocks.map((clock) => clockAt(clock, asOf)),
    }))
    .toSorted((a, b) => instantMillis(a.openedAt) - instantMillis(b.openedAt) || (a.id < b.id ? -1 : 1));
}

/** A client's facts with its incidents as they stood at `asOf`, cut once for all indicators. */
export interface SeenFacts extends ClientFacts {
  readonly seen: readonly IncidentFacts[];
}

/** Those opened within so many days before `asOf`. */
export function openedWithin<T extends IncidentFacts>(incidents: readonly T[], asOf: Millis, days: number): T[] {
  return incidents.filter(({ openedAt }) => instantMillis(openedAt) > asOf - days * DAY);
}

export function clockOf(incident: IncidentFacts, term: Term): Clock | undefined {
  return incident.clocks.find((clock) => clock.term === term);
}

/** The promise that an incident is known by: its on-site clock, else its repair, else its acknowledgement. */
export function headlineClock(incident: IncidentFacts): Clock | undefined {
  return clockOf(incident, 'on_site') ?? clockOf(incident, 'resolve') ?? clockOf(incident, 'acknowledge');
}

export function isBroken(incident: IncidentFacts): boolean {
  return incident.clocks.some(({ verdict }) => verdict === 'breached');
}

export function targetSeconds(clock: Clock): number {
  return (instantMillis(clock.dueAt) - instantMillis(clock.startedAt)) / 1000;
}

/** Seconds until a judged promise was fulfilled; of one that is still owed, seconds until now (or the end). */
export function secondsSoFar(incident: IncidentFacts, clock: Clock, asOf: Millis): number {
  const taken = secondsTaken(incident, clock);
  if (taken !== null) return taken;
  const end = incident.closedAt === null ? asOf : instantMillis(incident.closedAt);
  return (end - instantMillis(incident.openedAt)) / 1000;
}

/**
 * What one broken promise adds to the breach load: `severity · min(max(t/target − 1, 0), 2) · 2^(−age/30 d)`,
 * age counted from T0. Zero unless the edge's verdict is `breached`.
 */
export function breachLoad(incident: IncidentFacts, asOf: Millis): number {
  const clock = headlineClock(incident);
  if (clock?.verdict !== 'breached') return 0;
  const ratio = secondsSoFar(incident, clock, asOf) / targetSeconds(clock);
  const overrun = Math.min(Math.max(ratio - 1, 0), MOST_OVERRUN);
  const age = (asOf - instantMillis(incident.openedAt)) / DAY;
  return SEVERITY_WEIGHTS[incident.severity] * overrun * 0.5 ** (age / FORGETTING_HALF_LIFE_DAYS);
}

/** `On site 1:43 late (08:43 against 07:00)`, or that it never came about. */
export function lateness(incident: IncidentFacts, clock: Clock, asOf: Millis): Words {
  const target = targetSeconds(clock);
  const taken = secondsTaken(incident, clock);
  // Rounded up: a promise missed by half a second must not read `07:00 against 07:00`.
  const seconds = Math.ceil(secondsSoFar(incident, clock, asOf));
  const late = duration(seconds - target);
  const { en, zh } = TERM_WORDS[clock.term];
  if (taken === null) {
    return {
      en: `${en} promised within ${stopwatch(target)}, still not so after ${stopwatch(seconds)}`,
      zh: `承诺 ${stopwatch(target)} 内${zh}，${stopwatch(seconds)} 后仍未${zh}`,
    };
  }
  return {
    en: `${en} ${late.en} late (${stopwatch(seconds)} against ${stopwatch(target)})`,
    zh: `${zh}超时 ${late.zh}（实际 ${stopwatch(seconds)}，承诺 ${stopwatch(target)}）`,
  };
}

/**
 * Stretches in which a critical asset was down, read from its critical incidents: from T0 until the
 * sensors said that it was over or somebody had repaired or closed it, whichever came first;
 * open-ended while nothing of this has happened. Cancelled incidents, those whose
 * clocks are all excluded, and silence (`no_data`) tell of no downtime.
 */
export function downtimesOf(incidents: readonly IncidentFacts[]): Downtime[] {
  return incidents
    .filter(
      ({ severity, response, fault }) => severity === 'critical' && response !== 'cancelled' && fault !== 'no_data',
    )
    .filter(({ clocks }) => clocks.length === 0 || clocks.some(({ verdict }) => verdict !== 'excluded'))
    .map((incident) => {
      const ends = [incident.clearedAt ?? null, incident.resolvedAt, incident.closedAt];
      const known = ends.flatMap((end) => (end === null ? [] : [instantMillis(end)]));
      return {
        asset: incident.asset,
        from: instantMillis(incident.openedAt),
        to: known.length === 0 ? null : Math.min(...known),
        incident: incident.id,
      };
    });
}

function until(instant: string | null, asOf: Millis): string | null {
  return instant !== null && instantMillis(instant) <= asOf ? instant : null;
}

function clockAt(clock: Clock, asOf: Millis): Clock {
  const overdue = instantMillis(clock.dueAt) <= asOf;
  if (clock.metAt !== null && instantMillis(clock.metAt) > asOf) {
    return { ...clock, metAt: null, proof: null, verdict: overdue ? 'breached' : 'running' };
  }
  return clock.verdict === 'breached' && !overdue ? { ...clock, verdict: 'running' } : clock;
}
