import { instantMillis, instantText } from './instant.ts';
import type { Clock, Incident, IncidentChange, IncidentEvent, Page, TimelineEntry } from './incident.ts';
import { isOnlyRepair } from './repair-report.ts';
import { foldOrders } from './spending.ts';
import type { HoldChange } from './storm.ts';
import type { Condition } from './vocabulary.ts';

/** The part of an event that gives it its meaning; the chain's fields only prove it. */
export type FoldableEvent = Omit<IncidentEvent, 'prev' | 'hash' | 'signature'>;

/**
 * What an event means: the incident before it and the incident after it, both immutable. This is
 * the definition that edge and cloud share; replaying an incident's events in the order of `seq`
 * rebuilds it exactly. An event already folded (`seq` ≤ version) changes nothing. Throws a
 * RangeError for an incident that does not begin with `opened`.
 */
export function foldIncident(before: Incident | null, event: FoldableEvent): Incident {
  if (before && event.seq <= before.version) return before;
  const after = change(before, event);
  const told: Incident = { ...after, version: event.seq, timeline: [...after.timeline, entry(event)] };
  return { ...told, next: nextStep(told) };
}

/** Folds a whole history; null when there is none. */
export function foldAll(events: readonly FoldableEvent[]): Incident | null {
  return events.reduce<Incident | null>(foldIncident, null);
}

function change(before: Incident | null, event: FoldableEvent): Incident {
  const { change } = event;
  if (change.kind === 'opened') return opened(event, change);
  if (!before)
    throw new RangeError(`incident ${event.incident}: event ${event.seq} (${change.kind}) comes before it was opened`);
  switch (change.kind) {
    case 'occurred':
      return { ...withSource(before, change.source, 'raised'), occurrences: change.occurrences };
    case 'condition':
      return { ...withSource(before, change.source, change.sourceState), condition: change.condition };
    case 'upgraded':
      return upgraded(before, change, event.at);
    case 'step':
      return stepped(before, change);
    case 'paged':
      return { ...before, pages: [...before.pages, change.page] };
    case 'page':
      return {
        ...before,
        pages: before.pages.map((page) => (page.id === change.page ? moved(page, change, event.at) : page)),
      };
    case 'acknowledged':
      return {
        ...before,
        response: 'acknowledged',
        responder: change.responder,
        acknowledgedAt: before.acknowledgedAt ?? event.at,
      };
    case 'released':
      return { ...before, response: 'open', responder: null };
    case 'handed_over':
      return { ...before, responder: change.responder };
    case 'on_site':
      return { ...before, response: 'on_site', responder: change.responder, onSiteAt: before.onSiteAt ?? event.at };
    case 'resolved':
      return {
        ...before,
        response: 'resolved',
        responder: change.responder,
        resolvedAt: event.at,
        ...(change.fixed === undefined ? {} : { fixed: change.fixed }),
      };
    case 'ordered':
    case 'approval_asked':
    case 'approved':
    case 'declined':
    case 'spent':
    case 'order_confirmed':
    case 'order_overdue':
    case 'order_arrived':
    case 'order_called_off':
      return { ...before, orders: foldOrders(before.orders ?? [], change, event.at) };
    case 'reported_again':
      return {
        ...before,
        repair: before.repair ?? change.repair,
        reports: [...(before.reports ?? []), change.repair.id],
      };
    case 'arranged':
      return { ...before, appointment: change.appointment };
    case 'closed':
      return { ...before, response: 'closed', closedAt: event.at };
    case 'cancelled':
      return { ...before, response: 'cancelled', closedAt: event.at };
    case 'noted':
    case 'photo':
      return before;
    case 'clock':
    case 'adjusted':
      return withClock(before, change);
    case 'held':
    case 'unheld':
    case 'gathered':
      return foldHold(before, change, event.at);
  }
}

function opened(event: FoldableEvent, change: IncidentChange & { kind: 'opened' }): Incident {
  return {
    id: event.incident,
    edge: event.edge,
    site: change.site,
    zone: change.zone,
    asset: change.asset,
    device: change.device,
    fault: change.fault,
    vendorCode: change.vendorCode,
    severity: change.severity,
    summary: change.summary,
    clients: change.clients,
    condition: 'active',
    response: 'open',
    sla: headline(change.clocks),
    clocks: change.clocks,
    occurrences: 1,
    episode: change.episode,
    responder: null,
    openedAt: event.at,
    acknowledgedAt: null,
    onSiteAt: null,
    resolvedAt: null,
    closedAt: null,
    deviceAt: change.deviceAt,
    detectionLagMs: change.detectionLagMs,
    source: change.source,
    activeSources: [change.source],
    simulated: change.simulated,
    plan: change.plan,
    ladderFrom: event.at,
    stepsDone: 0,
    rounds: 0,
    next: null,
    timeline: [],
    pages: [],
    hold: null,
    group: null,
    ...(change.drill ? { drill: true } : {}),
    ...(change.repair ? { repair: change.repair, reports: [change.repair.id] } : {}),
    version: event.seq,
  };
}

function upgraded(before: Incident, change: IncidentChange & { kind: 'upgraded' }, at: string): Incident {
  const { severity, plan } = change;
  const repair = before.repair && { repair: { ...before.repair, urgency: 'urgent' as const } };
  if (before.plan && !(plan && isOnlyRepair(before))) return { ...before, severity, ...repair };
  // What is decided of a promise stays decided, whatever the repair turned out to be.
  const decided = before.clocks.filter(({ verdict }) => verdict !== 'running');
  const clocks = change.clocks.map((clock) => decided.find(({ term }) => term === clock.term) ?? clock);
  // It has a ladder anew, so its pages are new pages.
  const rounds = before.rounds + (before.plan ? 1 : 0);
  return { ...before, severity, ...repair, plan, clocks, sla: headline(clocks), ladderFrom: at, stepsDone: 0, rounds };
}

/**
 * Let out, the ladder goes on where it would stand had nobody held it, because the promise has run all the
 * while. Only where clocks begin anew does the ladder begin anew with them.
 */
function foldHold(before: Incident, change: HoldChange, at: string): Incident {
  if (change.kind === 'held') {
    const { kind: _kind, ...hold } = change;
    return { ...before, hold: { ...hold, since: before.hold?.since ?? at } };
  }
  if (change.kind === 'gathered') {
    const { kind: _kind, ...group } = change;
    return { ...before, group: { ...group, at } };
  }
  const unheld = { reason: change.reason, text: change.text, at };
  if (change.clocks.length === 0) return { ...before, hold: null, unheld };
  const clocks = before.clocks.map((clock) => change.clocks.find(({ term }) => term === clock.term) ?? clock);
  return { ...before, hold: null, unheld, clocks, sla: headline(clocks), ladderFrom: at };
}

/** The headline is the on-site promise; an incident without that term has none. */
function headline(clocks: readonly Clock[]): Incident['sla'] {
  return clocks.find((clock) => clock.term === 'on_site')?.verdict ?? null;
}

function withClock(before: Incident, change: IncidentChange & { kind: 'clock' | 'adjusted' }): Incident {
  const clocks = before.clocks.map((clock) => {
    if (clock.term !== change.term) return clock;
    const proof = change.kind === 'clock' ? (change.proof ?? clock.proof) : clock.proof;
    return { ...clock, verdict: change.verdict, metAt: change.metAt ?? clock.metAt, proof };
  });
  return { ...before, clocks, sla: headline(clocks) };
}

function withSource(before: Incident, source: string, state: 'raised' | 'cleared' | 'no_data'): Incident {
  const others = before.activeSources.filter((other) => other !== source);
  const activeSources = state === 'cleared' ? others : [...others, source];
  const condition: Condition = state === 'raised' ? 'active' : before.condition;
  return { ...before, activeSources, condition };
}

/** A step taken a second time opens a new round: its pages are new pages. */
function stepped(before: Incident, change: IncidentChange & { kind: 'step' }): Incident {
  const again = change.step < before.stepsDone;
  return { ...before, stepsDone: Math.max(before.stepsDone, change.step + 1), rounds: before.rounds + (again ? 1 : 0) };
}

function moved(page: Page, change: IncidentChange & { kind: 'page' }, at: string): Page {
  return {
    ...page,
    state: change.state,
    reason: change.reason,
    possibleDuplicate: page.possibleDuplicate || change.possibleDuplicate,
    at,
  };
}

/**
 * When the ladder's next step comes; none once somebody is on site or the incident is over, nor while it is held. Behind
 * the last step it repeats that one, when the plan says how often.
 */
function nextStep(incident: Incident): Incident['next'] {
  const { plan, stepsDone } = incident;
  if (!plan || incident.hold || (incident.response !== 'open' && incident.response !== 'acknowledged')) return null;
  const step = plan.steps[stepsDone];
  if (step) return { step: stepsDone, at: later(incident.ladderFrom, step.afterSeconds) };
  const last = incident.timeline.findLast((told) => told.kind === 'step');
  if (!last || plan.repeatEverySeconds === undefined) return null;
  return { step: plan.steps.length - 1, at: later(last.at, plan.repeatEverySeconds) };
}

function later(from: string, seconds: number): string {
  return instantText(instantMillis(from) + seconds * 1000);
}

/** The frozen plan stands in the incident itself; the timeline would only repeat it. */
function entry(event: FoldableEvent): TimelineEntry {
  const { kind, ...detail } = event.change;
  if ('plan' in detail) delete (detail as { plan?: unknown }).plan;
  return { at: event.at, kind, by: event.by, detail, recordedAt: event.recordedAt, seq: event.seq };
}
