import type { Incident, TimelineEntry } from '@keepsite/edge-contract';

export const T0 = Date.UTC(2026, 10, 22, 4);

/** An instant this many seconds after {@link T0}. */
export function after(seconds: number): string {
  return new Date(T0 + seconds * 1000).toISOString();
}

/** A trapped passenger seven minutes from a broken promise, for tests; `over` replaces parts of it. */
export function sampleIncident(over: Partial<Incident> = {}): Incident {
  const due = over.openedAt ? Date.parse(over.openedAt) + 420_000 : T0 + 420_000;
  return {
    id: 'inc-1',
    edge: 'edge-1',
    site: 'yunqi',
    zone: null,
    asset: 'lift-3',
    device: 'gw-3',
    fault: 'entrapment',
    vendorCode: null,
    severity: 'critical',
    summary: { en: 'Passenger trapped', zh: '困人' },
    clients: [],
    condition: 'active',
    response: 'open',
    sla: 'running',
    clocks: [
      {
        term: 'on_site',
        startedAt: after(0),
        dueAt: new Date(due).toISOString(),
        metAt: null,
        verdict: 'running',
        proof: null,
      },
    ],
    occurrences: 1,
    episode: 1,
    responder: null,
    openedAt: after(0),
    acknowledgedAt: null,
    onSiteAt: null,
    resolvedAt: null,
    closedAt: null,
    deviceAt: null,
    detectionLagMs: null,
    source: 'rule:entrapment',
    activeSources: [],
    simulated: false,
    plan: null,
    ladderFrom: after(0),
    stepsDone: 0,
    rounds: 0,
    next: null,
    timeline: [],
    pages: [],
    hold: null,
    group: null,
    version: 1,
    ...over,
  };
}

/** One line of a timeline, written by the edge itself. */
export function entry(kind: string, detail: Record<string, unknown> = {}, seq = 1): TimelineEntry {
  return { at: after(seq), kind, by: { kind: 'system', id: 'edge-1' }, detail, recordedAt: after(seq), seq };
}
