import { GENESIS, link } from '@keepsite/edge-evidence';
import {
  instantText,
  type Batch,
  type IncidentChange,
  type IncidentEvent,
  type IncidentFact,
  type Millis,
  type Registry,
} from '@keepsite/edge-contract';
import type { Contract } from '@keepsite/cloud-contract';
import { SHIPPED_CALENDARS } from '../shipped-calendars.ts';

/** Monday 2 March 2026, 16:00 in Shanghai. */
export const T0: Millis = Date.UTC(2026, 2, 2, 8, 0, 0);
export const EDGE = 'edge-1';
/** A day of working time, as in the configuration's default. */
export const FOLLOW_UP = { hours: 24, timeZone: 'Asia/Shanghai', calendars: SHIPPED_CALENDARS };

type Opened = Extract<IncidentChange, { kind: 'opened' }>;

/** An opening at `at` with a seven-minute on-site clock. */
export function opened(at: Millis, more: Partial<Opened> = {}): Opened {
  const startedAt = instantText(at);
  return {
    kind: 'opened',
    site: 'site-1',
    zone: 'zone-1',
    asset: 'lift-1',
    device: 'device-1',
    fault: 'entrapment',
    vendorCode: null,
    severity: 'critical',
    source: 'device:device-1',
    summary: { en: 'Trapped', zh: '困人' },
    clients: ['acme'],
    deviceAt: null,
    detectionLagMs: null,
    episode: 1,
    evidence: [],
    plan: null,
    clocks: [
      {
        term: 'acknowledge',
        startedAt,
        dueAt: instantText(at + 120_000),
        metAt: null,
        verdict: 'running',
        proof: null,
      },
      { term: 'on_site', startedAt, dueAt: instantText(at + 420_000), metAt: null, verdict: 'running', proof: null },
    ],
    simulated: false,
    ...more,
  };
}

/** A fact of an incident, `seconds` after T0. */
export function fact(incident: string, seconds: number, change: IncidentChange): IncidentFact {
  return { incident, at: instantText(T0 + seconds * 1000), by: { kind: 'system', id: EDGE }, change };
}

/** Chains facts as an edge does, from the genesis on or from the last event. */
export function chain(
  facts: readonly IncidentFact[],
  after: IncidentEvent | null = null,
  edge = EDGE,
): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  for (const each of facts) {
    const last = events.at(-1) ?? after;
    events.push(link(each, { edge, seq: (last?.seq ?? 0) + 1, prev: last?.hash ?? GENESIS, recordedAt: each.at }));
  }
  return events;
}

/** A whole story: trapped, acknowledged after 41 s, on site after `onSite` seconds, resolved. */
export function story(incident: string, onSite: number, start = 0, more: Partial<Opened> = {}): IncidentFact[] {
  const met = instantText(T0 + (start + onSite) * 1000);
  const due = T0 + (start + 420) * 1000;
  const breached = onSite > 420;
  return [
    fact(incident, start, opened(T0 + start * 1000, more)),
    fact(incident, start + 41, { kind: 'acknowledged', responder: 'li' }),
    fact(incident, start + 41, {
      kind: 'clock',
      term: 'acknowledge',
      verdict: 'met',
      metAt: instantText(T0 + (start + 41) * 1000),
      proof: 'declared',
    }),
    ...(breached
      ? [
          {
            ...fact(incident, 0, { kind: 'clock', term: 'on_site', verdict: 'breached', metAt: null, proof: null }),
            at: instantText(due),
          },
        ]
      : []),
    fact(incident, start + onSite, { kind: 'on_site', responder: 'li', proof: 'declared' }),
    fact(incident, start + onSite, {
      kind: 'clock',
      term: 'on_site',
      verdict: breached ? 'breached' : 'met',
      metAt: met,
      proof: 'declared',
    }),
    fact(incident, start + onSite + 600, { kind: 'resolved', responder: 'li', note: null }),
    fact(incident, start + onSite + 1200, { kind: 'closed', reason: null }),
  ];
}

export function batch(parts: Partial<Batch> = {}, edge = EDGE): Batch {
  return { edge, sentAt: instantText(T0), events: [], blocks: [], daily: [], ...parts };
}

/** One site, one zone used by `acme`, one elevator, one device. */
export function registry(): Registry {
  return {
    version: 1,
    sites: [{ id: 'site-1', name: { en: 'Tower', zh: '塔楼' }, zone: 'Asia/Shanghai', kind: 'office-park' }],
    zones: [{ id: 'zone-1', site: 'site-1', name: { en: 'North', zh: '北区' }, clients: [{ client: 'acme' }] }],
    assets: [{ id: 'lift-1', zone: 'zone-1', kind: 'elevator', name: { en: 'Lift 1', zh: '一号梯' }, traits: {} }],
    devices: [{ id: 'device-1', family: 'keepsite', asset: 'lift-1' }],
    people: [],
    crews: [],
    plans: [],
    calendars: [],
    rosters: [],
    contracts: [],
  };
}

/** A client's contract over 2026 with a seven-minute on-site promise. */
export function contract(client = 'acme', more: Partial<Contract> = {}): Contract {
  return {
    id: 'c-1',
    client,
    version: 1,
    from: '2026-01-01',
    to: '2027-01-01',
    annualValue: 480_000,
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    terms: [{ term: 'on_site', targetSeconds: 420, attainmentTarget: 0.95 }],
    downtimeAllowanceMinutes: 240,
    ...more,
  };
}
