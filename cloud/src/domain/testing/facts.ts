/** Facts for tests: a client about whom nothing is known, and incidents told in a line. */
import type { Contract, CrmFact } from '@keepsite/cloud-contract';
import { instantMillis, instantText } from '@keepsite/edge-contract';
import type { Clock, Millis, Term, Verdict } from '@keepsite/edge-contract';
import { DAY } from '../calendar.ts';
import { NO_CRM, type ClientFacts, type IncidentFacts, type Recorded } from '../facts.ts';

/** Noon in Shanghai, 20 November 2026. */
export const AS_OF: Millis = instantMillis('2026-11-20T04:00:00.000Z');

export const CONTRACT: Contract = {
  id: 'c1',
  client: 'acme',
  version: 1,
  from: '2026-01-01',
  to: '2027-01-01',
  annualValue: 1_000_000,
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  terms: [
    { term: 'acknowledge', targetSeconds: 120, attainmentTarget: 0.95 },
    { term: 'on_site', targetSeconds: 420, attainmentTarget: 0.95 },
    { term: 'resolve', targetSeconds: 14_400, attainmentTarget: 0.9 },
  ],
  downtimeAllowanceMinutes: 240,
};

export function ago(days: number): string {
  return instantText(AS_OF - days * DAY);
}

export interface ClockStory {
  readonly target: number;
  /** Seconds after T0; null or absent: it never stopped. */
  readonly after?: number | null;
  /** Absent: what the two numbers say. */
  readonly verdict?: Verdict;
}

export type IncidentStory = Partial<Omit<IncidentFacts, 'clocks'>> & {
  readonly terms?: { readonly [term in Term]?: ClockStory };
};

/** A critical incident of `acme`, three days old unless told otherwise; milestones follow the clocks. */
export function incident(id: string, { terms = {}, ...rest }: IncidentStory = {}): Recorded<IncidentFacts> {
  const openedAt = rest.openedAt ?? ago(3);
  const at = (seconds: number): string => instantText(instantMillis(openedAt) + seconds * 1000);
  const clocks = Object.entries(terms).map(([term, { target, after = null, verdict }]): Clock => ({
    term: term as Term,
    startedAt: openedAt,
    dueAt: at(target),
    metAt: after === null ? null : at(after),
    verdict: verdict ?? (after !== null && after <= target ? 'met' : 'breached'),
    proof: after === null ? null : 'declared',
  }));
  const milestone = (term: Term): string | null => clocks.find((clock) => clock.term === term)?.metAt ?? null;
  return {
    id,
    clients: ['acme'],
    asset: 'lift-1',
    fault: 'entrapment',
    vendorCode: null,
    severity: 'critical',
    response: 'closed',
    condition: 'cleared',
    openedAt,
    acknowledgedAt: milestone('acknowledge'),
    onSiteAt: milestone('on_site'),
    resolvedAt: milestone('resolve'),
    closedAt: null,
    simulated: false,
    recordedAt: instantMillis(openedAt),
    ...rest,
    clocks,
  };
}

/** Somebody came to `asset` after so many seconds of 420. */
export function arrival(id: string, after: number | null, rest: IncidentStory = {}): Recorded<IncidentFacts> {
  return incident(id, { asset: `asset-${id}`, terms: { on_site: { target: 420, after } }, ...rest });
}

export function facts(rest: Partial<ClientFacts> = {}): ClientFacts {
  return {
    client: { id: 'acme', name: { en: 'Acme', zh: '甲方' }, kind: 'data-center', since: '2024-01-01', officer: null },
    asOf: AS_OF,
    timeZone: 'Asia/Shanghai',
    contracts: [{ ...CONTRACT, recordedAt: 0 }],
    incidents: [],
    crm: NO_CRM,
    watch: { since: AS_OF - 400 * DAY, lastHeardAt: AS_OF },
    ...rest,
  };
}

type Crm = ClientFacts['crm'];

/** CRM facts, all recorded long ago. */
export function crm(given: { readonly [K in keyof Crm]?: readonly CrmFact<K>[] }): Crm {
  const stamped = Object.entries(given).map(([kind, items]) => [
    kind,
    items.map((item) => ({ ...item, recordedAt: 0 })),
  ]);
  return { ...NO_CRM, ...Object.fromEntries(stamped) };
}

export function invoice(id: string, amount: number, dueOn: string, paidOn: string | null): CrmFact<'invoices'> {
  return { id, amount, currency: 'CNY', issuedOn: '2026-01-01', dueOn, paidOn };
}

export function complaint(id: string, rest: Partial<CrmFact<'complaints'>> = {}): CrmFact<'complaints'> {
  return {
    id,
    receivedAt: ago(20),
    urgent: false,
    topic: 'lift',
    respondedAt: null,
    closedAt: null,
    followedUpAt: null,
    reopened: false,
    ...rest,
  };
}

export function surveys(scores: readonly number[], at: string = ago(30)): CrmFact<'surveys'>[] {
  return scores.map((nps, i) => ({ id: `s${i}`, at, respondent: `r${i}`, nps }));
}

/** A client of whom all twelve indicators are known and good. */
export function contented(): ClientFacts {
  const chatDays = Array.from({ length: 210 }, (_, i) => i);
  return facts({
    incidents: [
      incident('kept', {
        terms: {
          acknowledge: { target: 120, after: 45 },
          on_site: { target: 420, after: 300 },
          resolve: { target: 14_400, after: 3600 },
        },
      }),
    ],
    crm: crm({
      invoices: [invoice('i1', 100, '2026-11-01', '2026-10-30')],
      complaints: [
        complaint('k1', { receivedAt: ago(20), respondedAt: ago(19.9), closedAt: ago(19), followedUpAt: ago(18) }),
      ],
      surveys: surveys(Array.from({ length: 20 }, () => 10)),
      messages: chatDays.map((i) => ({
        id: `m${i}`,
        day: ago(i).slice(0, 10),
        total: 10,
        positive: 2,
        negative: 1,
      })),
      visits: [{ id: 'v1', at: ago(10), with: 'director', decisionMaker: true, kind: 'visit' }],
      maintenance: [{ id: 'p1', asset: 'lift-1', plannedOn: '2026-11-10', doneOn: '2026-11-09', what: 'oil' }],
    }),
  });
}
