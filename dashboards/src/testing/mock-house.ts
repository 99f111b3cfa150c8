import {
  foldIncident,
  instantText,
  type Fault,
  type FoldableEvent,
  type FrozenPlan,
  type Incident,
  type IncidentChange,
  type Millis,
  type Repair,
  type ReportBody,
  type Severity,
  type Verb,
} from '@keepsite/edge-contract';
import { zh } from '../words/zh.ts';
import { REGISTRY } from './mock-registry.ts';

type Step = FrozenPlan['steps'][number];

const CLOCK_TERM = { acknowledge: 'acknowledge', on_site: 'on_site', resolve: 'resolve' } as const;
const DUE: Partial<Record<Severity, Record<keyof typeof CLOCK_TERM, number>>> = {
  critical: { acknowledge: 60, on_site: 420, resolve: 3600 },
  major: { acknowledge: 120, on_site: 420, resolve: 14_400 },
};
/** A repair is answered within half an hour, or arranged within a day. */
const ANSWERED: Record<Repair['urgency'], number> = { urgent: 1800, ordinary: 86_400 };

/** The published ladder of seven steps. */
const PLAN: FrozenPlan = {
  id: 'seven-minutes',
  version: 3,
  terms: { acknowledge: 60, on_site: 420, resolve: 3600 },
  proof: 'declared',
  repeatEverySeconds: 120,
  authority: {
    budget: { amount: '50000', currency: 'CNY' },
    per: 'month',
    askNextAfterSeconds: 120,
    timeZone: 'Asia/Shanghai',
    contractors: [{ id: 'jiangnan', name: { en: 'Jiangnan Pumps', zh: '江南泵业' }, to: [] }],
    approvers: [{ person: 'wang-wei', to: [] }],
  },
  steps: [
    step(0, ['wang-wei'], ['dingtalk', 'sms']),
    step(20, ['wang-wei'], ['voice']),
    step(60, ['wang-wei', 'li-na'], ['voice']),
    step(120, ['chen-hao', 'liu-yang'], ['sms']),
    step(210, ['zhao-min'], ['voice']),
    step(300, ['li-na'], ['dingtalk'], 'next crew'),
    step(360, ['zhao-min', 'chen-hao'], ['voice'], 'one minute left'),
  ],
};

/** What a new incident of the mock is made of. */
export interface Raise {
  readonly asset: string;
  readonly fault: Fault;
  readonly severity: Severity;
  readonly agoSeconds: number;
  readonly evidence: readonly [metric: string, value: number | boolean | string][];
  readonly source?: string;
  /** Somebody wants it mended: nothing but the promise to answer counts. */
  readonly repair?: Repair;
  readonly drill?: boolean;
}

/**
 * A toy edge: it folds events with the house's own rules of meaning, climbs the ladder and breaks
 * promises by the clock, so that every page has something true to show. It decides far less than the
 * real one does.
 */
export class MockHouse {
  readonly incidents = new Map<string, Incident>();
  #seq = 0;
  #number = 1040;
  readonly #changed: (incident: Incident) => void;

  constructor(changed: (incident: Incident) => void) {
    this.#changed = changed;
  }

  raise(
    { asset, fault, severity, agoSeconds, evidence, source = 'rule:fault', repair, drill }: Raise,
    now: Millis,
  ): string {
    const id = `inc-${++this.#number}`;
    const at = now - agoSeconds * 1000;
    const zone = REGISTRY.zones.find((one) => one.id === REGISTRY.assets.find((a) => a.id === asset)?.zone);
    const due = repair ? { acknowledge: ANSWERED[repair.urgency] } : DUE[severity];
    const name = REGISTRY.assets.find((a) => a.id === asset)?.name ?? { en: asset, zh: asset };
    this.#tell(id, at, {
      kind: 'opened',
      site: zone?.site ?? 'yunqi',
      zone: zone?.id ?? null,
      asset,
      device: `dev-${asset}`,
      fault,
      vendorCode: null,
      severity,
      source,
      summary: { en: `${fault.replaceAll('_', ' ')} at ${name.en}`, zh: `${name.zh}：${zh.fault[fault]}` },
      clients: zone?.clients.map((one) => one.client) ?? [],
      deviceAt: instantText(at - 1400),
      detectionLagMs: 1400,
      episode: 2,
      evidence: evidence.map(([metric, value]) => ({ metric, part: null, value, at: instantText(at - 1400) })),
      plan: due && !repair ? PLAN : null,
      clocks: Object.entries(due ?? {}).map(([term, seconds]) => ({
        term: term as keyof typeof CLOCK_TERM,
        startedAt: instantText(at),
        dueAt: instantText(at + seconds * 1000),
        metAt: null,
        verdict: 'running' as const,
        proof: null,
      })),
      simulated: true,
      ...(repair ? { repair } : {}),
      ...(drill ? { drill } : {}),
    });
    return id;
  }

  /** What a person has seen, or wants mended. */
  report({ asset, fault, severity, reporter, repair }: ReportBody, now: Millis): string {
    const source = `person:${reporter}`;
    return this.raise(
      { asset, fault, severity, source, agoSeconds: 0, evidence: [], ...(repair ? { repair } : {}) },
      now,
    );
  }

  /** Orders a pump truck that costs more than is left: somebody has to approve it. */
  ask(id: string, now: Millis): void {
    const price = { cost: '64000', currency: 'CNY' };
    this.#tell(id, now, {
      kind: 'ordered',
      order: {
        ...price,
        id: `${id}.truck`,
        step: 2,
        by: null,
        contractor: 'jiangnan',
        contractorName: { en: 'Jiangnan Pumps', zh: '江南泵业' },
        what: { en: 'Pump truck', zh: '抽水车' },
        quantity: 2,
        withinMinutes: 60,
      },
    });
    this.#tell(id, now, {
      kind: 'approval_asked',
      ...price,
      order: `${id}.truck`,
      person: 'wang-wei',
      remaining: '38000.00',
    });
  }

  /** Takes every step and breaks every promise that is due, at its own time; of one incident, or of all. */
  tick(now: Millis, only?: string): void {
    for (const incident of this.incidents.values()) {
      if (only !== undefined && incident.id !== only) continue;
      for (
        let next = incident.next;
        next && Date.parse(next.at) <= now;
        next = this.incidents.get(incident.id)?.next ?? null
      ) {
        this.#climb(incident.id, next.step, Date.parse(next.at));
      }
      for (const clock of incident.clocks) {
        if (clock.verdict !== 'running' || Date.parse(clock.dueAt) >= now) continue;
        this.#tell(incident.id, Date.parse(clock.dueAt), {
          kind: 'clock',
          term: clock.term,
          verdict: 'breached',
          metAt: null,
          proof: null,
        });
      }
    }
  }

  /** Does what a person orders; false when the state has already moved on. */
  order(
    id: string,
    verb: Verb,
    who: { responder: string; note?: string | null; to?: string | null },
    now: Millis,
  ): boolean {
    const incident = this.incidents.get(id);
    if (!incident) return false;
    const { responder, note = null, to = null } = who;
    const by = { kind: 'person', id: responder, via: 'edge' } as const;
    const tell = (change: IncidentChange): void => this.#tell(id, now, change, by);
    const meet = (term: keyof typeof CLOCK_TERM): void => {
      const clock = incident.clocks.find((one) => one.term === term && one.verdict === 'running');
      if (clock)
        this.#tell(id, now, { kind: 'clock', term, verdict: 'met', metAt: instantText(now), proof: 'declared' });
    };
    const acts: Record<Verb, () => void> = {
      acknowledge: () => (tell({ kind: 'acknowledged', responder }), meet('acknowledge')),
      arrive: () => (meet('acknowledge'), tell({ kind: 'on_site', responder, proof: 'declared' }), meet('on_site')),
      resolve: () => (tell({ kind: 'resolved', responder, note }), meet('resolve')),
      close: () => tell({ kind: 'closed', reason: note ?? 'resolved and cleared' }),
      cancel: () => tell({ kind: 'cancelled', reason: note ?? '' }),
      note: () => tell({ kind: 'noted', text: note ?? '' }),
      release: () => tell({ kind: 'released', responder, reason: note ?? 'released' }),
      handover: () => tell({ kind: 'handed_over', from: incident.responder, responder: to ?? responder, reason: note }),
      dispatch: () => undefined,
      approve: () => undefined,
      decline: () => undefined,
      confirm_order: () => undefined,
      receive_order: () => undefined,
      call_off_order: () => undefined,
      arrange: () => undefined,
      escalate: () => incident.next && this.#climb(id, incident.next.step, now),
    };
    acts[verb]();
    return true;
  }

  clear(id: string, now: Millis): void {
    this.#tell(id, now, { kind: 'condition', condition: 'cleared', source: 'rule:fault', sourceState: 'cleared' });
  }

  again(id: string, now: Millis): void {
    this.#tell(id, now, { kind: 'occurred', source: 'rule:fault', occurrences: 3 });
  }

  #climb(id: string, index: number, at: Millis): void {
    const incident = this.incidents.get(id);
    const taken = incident?.plan?.steps[index];
    if (!incident || !taken) return;
    const skipped = index === 1 && incident.pages.some((page) => page.state === 'accepted');
    this.#tell(id, at, { kind: 'step', step: index, skipped, reason: skipped ? 'a channel accepted a page' : null });
    if (!skipped) for (const recipient of taken.to) this.#page(id, index, recipient, at);
  }

  #page(id: string, index: number, to: Step['to'][number], at: Millis): void {
    const page = `${id}.${index}.${to.person}.${to.channel}.${this.#seq}`;
    this.#tell(id, at, {
      kind: 'paged',
      page: {
        id: page,
        step: index,
        to,
        channel: to.channel,
        state: 'queued',
        at: instantText(at),
        possibleDuplicate: false,
        reason: null,
      },
    });
    const failed = to.channel === 'sms' && index === 0;
    const reason = failed ? 'modem: no carrier' : null;
    this.#tell(id, at + 900, {
      kind: 'page',
      page,
      state: failed ? 'failed' : 'accepted',
      reason,
      possibleDuplicate: false,
    });
  }

  #tell(
    id: string,
    at: Millis,
    change: IncidentChange,
    by: FoldableEvent['by'] = { kind: 'system', id: 'edge-1' },
  ): void {
    const event: FoldableEvent = {
      edge: 'edge-1',
      seq: ++this.#seq,
      incident: id,
      at: instantText(at),
      recordedAt: instantText(at),
      by: change.kind === 'opened' ? { kind: 'sensor', id: change.device ?? 'person' } : by,
      change,
    };
    const after = foldIncident(this.incidents.get(id) ?? null, event);
    this.incidents.set(id, after);
    this.#changed(after);
  }
}

function step(afterSeconds: number, people: string[], channels: string[], note?: string): Step {
  return {
    afterSeconds,
    when: 'not_on_site',
    page: people,
    release: false,
    ...(note ? { note } : {}),
    to: people.flatMap((person) => {
      const name = REGISTRY.people.find((one) => one.id === person)?.name ?? person;
      return channels.map((channel) => ({ person, name, channel, address: person }));
    }),
  };
}
