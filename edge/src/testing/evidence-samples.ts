import { IncidentChange, type IncidentEvent } from '@keepsite/edge-contract';
import { GENESIS, link } from '@keepsite/edge-evidence';

/** What opens an incident of a passenger trapped in lift 3. */
export const OPENED = IncidentChange.parse({
  kind: 'opened',
  site: 'park',
  zone: 'tower',
  asset: 'lift-3',
  device: null,
  fault: 'entrapment',
  vendorCode: null,
  severity: 'critical',
  source: 'device:monitor-3',
  summary: { en: 'Passenger trapped in Lift 3', zh: '3 号梯困人' },
  clients: [],
  deviceAt: null,
  detectionLagMs: null,
  episode: 1,
  evidence: [],
  plan: null,
  clocks: [],
});

/** An edge's chain in which each name opens its incident, and notes something when it comes again. */
export function chainOf(...incidents: readonly string[]): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  for (const incident of incidents) {
    const seq = events.length + 1;
    const at = new Date(Date.UTC(2026, 2, 2, 8, seq)).toISOString();
    const isKnown = events.some((event) => event.incident === incident);
    const change: IncidentChange = isKnown ? { kind: 'noted', text: `note ${seq}` } : OPENED;
    const fact = { incident, at, by: { kind: 'system', id: 'edge-1' } as const, change };
    events.push(link(fact, { edge: 'edge-1', seq, prev: events.at(-1)?.hash ?? GENESIS, recordedAt: at }));
  }
  return events;
}
