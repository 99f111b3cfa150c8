import type { Clock, Incident, Response, Severity, Term, Verb } from '@keepsite/edge-contract';

/** Worst first. */
export const SEVERITY_ORDER = ['critical', 'major', 'minor', 'info'] as const satisfies readonly Severity[];
const SEVERITY_RANK: Record<Severity, number> = { critical: 0, major: 1, minor: 2, info: 3 };
/** Nobody is there yet; somebody is; only paperwork is left. */
const STAGE: Record<Response, number> = { open: 0, acknowledged: 0, on_site: 1, resolved: 2, closed: 3, cancelled: 3 };

/** Whether it must stand on the wall, whatever its age. */
export function isOpen(incident: Pick<Incident, 'response'>): boolean {
  return incident.response !== 'closed' && incident.response !== 'cancelled';
}

/** Whether somebody must still do something at the place: open, and not only waiting to be closed. */
export function needsSomebody(incident: Pick<Incident, 'response'>): boolean {
  return isOpen(incident) && incident.response !== 'resolved';
}

const RESOLVED_STAYS_MS = 30 * 60_000;

/**
 * Whether a resolved incident still stands on the wall: for half an hour, and for as long as a sensor
 * has not said that it is over. It is always in the list of incidents.
 */
export function lingers(
  incident: Pick<Incident, 'response' | 'resolvedAt' | 'condition' | 'source'>,
  now: number,
): boolean {
  if (incident.response !== 'resolved') return false;
  const contradicted = incident.condition !== 'cleared' && !incident.source.startsWith('person:');
  return contradicted || incident.resolvedAt === null || now - Date.parse(incident.resolvedAt) < RESOLVED_STAYS_MS;
}

/**
 * Most urgent first: places where nobody is yet, then by severity, then the nearest (or longest
 * passed) on-site deadline, then those that nobody has even acknowledged, then the oldest.
 */
export function byUrgency(a: Incident, b: Incident): number {
  return (
    STAGE[a.response] - STAGE[b.response] ||
    SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] ||
    dueOf(a) - dueOf(b) ||
    Number(a.response !== 'open') - Number(b.response !== 'open') ||
    Date.parse(a.openedAt) - Date.parse(b.openedAt)
  );
}

function dueOf(incident: Incident): number {
  const clock = clockOf(incident, 'on_site');
  return clock ? Date.parse(clock.dueAt) : Number.MAX_SAFE_INTEGER;
}

/** The incident's clock of one term; undefined when the contract promises none. */
export function clockOf(incident: Pick<Incident, 'clocks'>, term: Term): Clock | undefined {
  return incident.clocks.find((clock) => clock.term === term);
}

/** When the act came that a clock waits for; the end of an incident that is over ends every clock. */
export function stopOf(incident: Incident, term: Term): string | null {
  const acts = { acknowledge: incident.acknowledgedAt, on_site: incident.onSiteAt, resolve: incident.resolvedAt };
  return acts[term] ?? incident.closedAt;
}

/** The clock that the wall counts down: on site, else the first that still runs, else the first. */
export function headlineClock(incident: Pick<Incident, 'clocks'>): Clock | undefined {
  return (
    clockOf(incident, 'on_site') ??
    incident.clocks.find((clock) => clock.verdict === 'running') ??
    incident.clocks.at(0)
  );
}

/** What the one big button does next; null when nothing is left to do. */
export function nextVerb(response: Response): Verb | null {
  return NEXT[response];
}

const NEXT: Record<Response, Verb | null> = {
  open: 'acknowledge',
  acknowledged: 'arrive',
  on_site: 'resolve',
  resolved: 'close',
  closed: null,
  cancelled: null,
};

const REACHED: Partial<Record<Verb, readonly Response[]>> = {
  acknowledge: ['acknowledged', 'on_site', 'resolved', 'closed', 'cancelled'],
  arrive: ['on_site', 'resolved', 'closed', 'cancelled'],
  resolve: ['resolved', 'closed', 'cancelled'],
  close: ['closed', 'cancelled'],
  cancel: ['closed', 'cancelled'],
};

/** Whether the incident already stands where the verb would bring it. */
export function alreadyDone(verb: Verb, response: Response): boolean {
  return REACHED[verb]?.includes(response) ?? false;
}
