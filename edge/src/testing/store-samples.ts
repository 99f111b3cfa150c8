import type { Incident, IncidentEvent, Reading } from '@keepsite/edge-contract';
import type { Commit, KeptMessage, OwedPage, Stranger } from '../ports.ts';

/** The instant at which the samples happen. */
export const T0 = Date.UTC(2026, 2, 2, 8, 0, 0);

/** A commit that holds nothing but what is given. */
export function commitOf(part: Partial<Commit>): Commit {
  return {
    at: T0,
    readings: [],
    events: [],
    incidents: [],
    pages: [],
    settledPages: [],
    quarantined: [],
    released: [],
    strangers: [],
    forgotten: [],
    sourceIds: [],
    devices: [],
    commands: [],
    ...part,
  };
}

/** A good temperature of device `pump-1` at the suite's start, or whatever is given. */
export function readingOf(part: Partial<Reading> = {}): Reading {
  return {
    device: 'pump-1',
    metric: 'temperature_c',
    part: null,
    value: 21.5,
    at: T0,
    receivedAt: T0 + 40,
    quality: 'good',
    historical: false,
    ...part,
  };
}

/** The event `seq` of an incident; its hash is not a true one. */
export function eventOf(seq: number, incident = 'inc-1'): IncidentEvent {
  return {
    edge: 'edge-1',
    seq,
    incident,
    at: '2026-03-02T08:00:00.000Z',
    recordedAt: '2026-03-02T08:00:00.000Z',
    by: { kind: 'system', id: 'edge-1' },
    change: { kind: 'noted', text: `note ${seq} 漏水` },
    prev: String(seq - 1).padStart(64, '0'),
    hash: String(seq).padStart(64, '0'),
    signature: null,
  };
}

/** An open leak, or whatever is given. */
export function incidentOf(id: string, part: Partial<Incident> = {}): Incident {
  return {
    id,
    edge: 'edge-1',
    site: 'tower',
    zone: 'basement',
    asset: 'room-1',
    device: 'leak-1',
    fault: 'leak',
    vendorCode: null,
    severity: 'critical',
    summary: { en: 'Water on the floor', zh: '地面有水' },
    clients: ['client-1'],
    condition: 'active',
    response: 'open',
    sla: 'running',
    clocks: [],
    occurrences: 1,
    episode: 1,
    responder: null,
    openedAt: '2026-03-02T08:00:00.000Z',
    acknowledgedAt: null,
    onSiteAt: null,
    resolvedAt: null,
    closedAt: null,
    deviceAt: null,
    detectionLagMs: null,
    source: 'device:leak-1',
    activeSources: ['device:leak-1'],
    simulated: false,
    plan: null,
    ladderFrom: '2026-03-02T08:00:00.000Z',
    stepsDone: 0,
    rounds: 0,
    next: null,
    timeline: [],
    pages: [],
    hold: null,
    group: null,
    version: 1,
    ...part,
  };
}

/** A page that is owed from `notBefore` on. */
export function owedOf(id: string, notBefore: number, part: Partial<OwedPage> = {}): OwedPage {
  return {
    incident: 'inc-1',
    attempts: 0,
    notBefore,
    urgency: 0,
    page: {
      id,
      step: 0,
      to: { person: 'li', name: 'Li Wei', channel: 'webhook', address: 'http://127.0.0.1/li' },
      channel: 'webhook',
      state: 'queued',
      at: '2026-03-02T08:00:00.000Z',
      possibleDuplicate: false,
      reason: null,
    },
    ...part,
  };
}

/** A message that could not be used, `bytes` long. */
export function keptOf(n: number, bytes = 3, part: Partial<KeptMessage> = {}): Omit<KeptMessage, 'id'> {
  return {
    at: T0 + n,
    topic: `t/${n}`,
    retain: false,
    device: null,
    family: n % 2 ? 'shelly' : null,
    stranger: null,
    reason: 'not JSON',
    payload: new Uint8Array(bytes).fill(n),
    size: bytes,
    ...part,
  };
}

/** Somebody whom nobody has adopted. */
export function strangerOf(device: string, part: Partial<Stranger> = {}): Stranger {
  return {
    device,
    family: 'tasmota',
    name: 'Sump 泵房',
    maker: null,
    model: null,
    firstHeardAt: T0,
    lastHeardAt: T0 + 5,
    online: true,
    messages: 2,
    topics: [`tele/${device}/SENSOR`],
    reason: null,
    points: {
      'leak\n': { metric: 'leak', part: null, value: true, at: T0, quality: 'good', historical: false },
    },
    labels: {},
    faults: [],
    ...part,
  };
}
