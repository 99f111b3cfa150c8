import {
  instantText,
  TERMS,
  type Actor,
  type Clock,
  type FrozenPlan,
  type IncidentChange,
  type IncidentFact,
  type Millis,
  type Page,
  type Plan,
  type Recipient,
  type Registry,
  type Term,
} from '@keepsite/edge-contract';
import { uuidOf } from '../random.ts';
import { membersOf, onShift } from '../world/rosters.ts';
import type { Occurrence } from './occurrences.ts';

const SYSTEM: Actor = { kind: 'system', id: 'sim-history' };
const CLOSE_AFTER_SECONDS = 600;

/**
 * The whole story of one incident as facts, in order: opened, paged, acknowledged, on site, cleared,
 * resolved, closed, with the steps of its ladder and the verdicts of its clocks where they belong.
 */
export function incidentFacts(registry: Registry, occurrence: Occurrence): IncidentFact[] {
  const plan = planFor(registry, occurrence);
  const telling = new Telling(occurrence, plan);
  telling.tell(registry);
  return telling.facts;
}

/** The plan as it stood: crews resolved to people, people to their addresses. Null for minor incidents. */
function planFor(registry: Registry, { site, failure, at }: Occurrence): FrozenPlan | null {
  const plan = registry.plans.find((each) => each.sites?.includes(site));
  if (!plan?.clockSeverities.includes(failure.severity)) return null;
  const { id, version, terms, proof } = plan;
  return {
    id,
    version,
    terms,
    proof,
    steps: plan.steps.map((step) => ({ ...step, to: recipientsOf(registry, step, at) })),
  };
}

function recipientsOf(registry: Registry, step: Plan['steps'][number], at: Millis): Recipient[] {
  const people = new Set(
    step.page.flatMap((id) => {
      const roster = registry.rosters.find((each) => each.id === id);
      return roster ? onShift(roster, at) : membersOf(registry, id);
    }),
  );
  return [...people].flatMap((id) => {
    const person = registry.people.find((each) => each.id === id);
    return (person?.addresses ?? []).map(({ channel, to }) => ({
      person: id,
      name: person?.name ?? id,
      channel,
      address: to,
    }));
  });
}

class Telling {
  readonly facts: IncidentFact[] = [];
  readonly #it: Occurrence;
  readonly #id: string;
  readonly #plan: FrozenPlan | null;
  readonly #source: string;

  constructor(occurrence: Occurrence, plan: FrozenPlan | null) {
    this.#it = occurrence;
    this.#plan = plan;
    this.#id = incidentId(occurrence);
    this.#source = `rule:${occurrence.failure.fault}`;
  }

  tell(registry: Registry): void {
    const { acknowledge, onSite, cleared, resolved } = this.#it;
    const [first, second] = this.#responders(registry);
    this.#say(0, this.#opened(registry), this.#sensor(registry));
    const release = this.#plan?.steps.find((step) => step.release)?.afterSeconds ?? Infinity;
    const released = acknowledge < release && onSite > release;
    const arriving = released ? second : first;
    const taken = released ? milli(release + Math.min(25, (onSite - release) / 2)) : acknowledge;
    const moments: { readonly at: number; readonly do: () => void }[] = [
      ...this.#steps(acknowledge, onSite, first),
      { at: acknowledge, do: () => this.#acknowledged(acknowledge, first) },
      ...(released
        ? [{ at: taken, do: () => this.#say(taken, { kind: 'acknowledged', responder: second }, person(second)) }]
        : []),
      { at: onSite, do: () => this.#arrived(onSite, arriving) },
      { at: cleared, do: () => this.#cleared(cleared, registry) },
      { at: resolved, do: () => this.#resolved(resolved, arriving) },
      {
        at: resolved + CLOSE_AFTER_SECONDS,
        do: () => this.#say(resolved + CLOSE_AFTER_SECONDS, { kind: 'closed', reason: 'resolved and cleared' }),
      },
      ...this.#breaches(),
    ];
    for (const moment of moments.toSorted((a, b) => a.at - b.at)) moment.do();
  }

  #say(seconds: number, change: IncidentChange, by: Actor = SYSTEM): void {
    this.facts.push({ incident: this.#id, at: instantText(this.#instant(seconds)), by, change });
  }

  #instant(seconds: number): Millis {
    return this.#it.at + Math.round(seconds * 1000);
  }

  #opened(registry: Registry): IncidentChange {
    const { asset, site, failure, at, episode } = this.#it;
    const zone = registry.zones.find((each) => each.id === asset.zone);
    return {
      kind: 'opened',
      site,
      zone: asset.zone,
      asset: asset.id,
      device: deviceOf(registry, this.#it),
      fault: failure.fault,
      vendorCode: failure.vendorCode,
      severity: failure.severity,
      source: this.#source,
      summary: { en: `${failure.en}: ${asset.name.en}`, zh: `${failure.zh}:${asset.name.zh}` },
      clients: (zone?.clients ?? []).map(({ client }) => client),
      deviceAt: instantText(at - 800),
      detectionLagMs: 800,
      episode,
      evidence: [],
      plan: this.#plan,
      clocks: this.#clocks(),
      simulated: true,
    };
  }

  #clocks(): Clock[] {
    return TERMS.flatMap((term) => {
      const seconds = this.#plan?.terms[term];
      if (seconds === undefined) return [];
      const dueAt = instantText(this.#instant(seconds));
      return [
        { term, startedAt: instantText(this.#it.at), dueAt, metAt: null, verdict: 'running' as const, proof: null },
      ];
    });
  }

  /** What the ladder did while nobody had acknowledged, and then while nobody was on site. */
  #steps(acknowledge: number, onSite: number, first: string): { at: number; do: () => void }[] {
    return (this.#plan?.steps ?? []).flatMap((step, index) => {
      const holds = {
        always: true,
        open: acknowledge > step.afterSeconds,
        not_on_site: onSite > step.afterSeconds,
        not_accepted: false,
        not_answered: acknowledge > step.afterSeconds,
      };
      if (step.afterSeconds >= this.#it.resolved) return [];
      const skipped = !holds[step.when];
      return [
        {
          at: step.afterSeconds,
          do: () => this.#step(index, step, skipped, skipped ? null : acknowledge <= step.afterSeconds ? first : null),
        },
      ];
    });
  }

  #step(index: number, step: FrozenPlan['steps'][number], skipped: boolean, claimed: string | null): void {
    const at = step.afterSeconds;
    this.#say(at, { kind: 'step', step: index, skipped, reason: skipped ? WHY_NOT[step.when] : null });
    if (skipped) return;
    if (step.release && claimed) this.#say(at, { kind: 'released', responder: claimed, reason: 'not on site in time' });
    for (const to of step.to) this.#page(index, at, to);
  }

  #page(step: number, at: number, to: Recipient): void {
    const id = `${this.#id}.${step}.0.${to.person}.${to.channel}`;
    const page: Page = {
      id,
      step,
      to,
      channel: to.channel,
      state: 'queued',
      at: instantText(this.#instant(at)),
      possibleDuplicate: false,
      reason: null,
    };
    this.#say(at, { kind: 'paged', page });
    this.#say(at + 0.4, { kind: 'page', page: id, state: 'accepted', reason: null, possibleDuplicate: false });
  }

  #breaches(): { at: number; do: () => void }[] {
    const { acknowledge, onSite, resolved } = this.#it;
    const reached = { acknowledge, on_site: onSite, resolve: resolved };
    return TERMS.flatMap((term) => {
      const due = this.#plan?.terms[term];
      if (due === undefined || reached[term] <= due) return [];
      return [
        { at: due, do: () => this.#say(due, { kind: 'clock', term, verdict: 'breached', metAt: null, proof: null }) },
      ];
    });
  }

  #reached(term: Term, seconds: number, by: string): void {
    const due = this.#plan?.terms[term];
    if (due === undefined) return;
    const verdict = seconds <= due ? 'met' : 'breached';
    this.#say(
      seconds,
      { kind: 'clock', term, verdict, metAt: instantText(this.#instant(seconds)), proof: 'declared' },
      person(by),
    );
  }

  #acknowledged(seconds: number, by: string): void {
    this.#say(seconds, { kind: 'acknowledged', responder: by }, person(by));
    this.#reached('acknowledge', seconds, by);
  }

  #arrived(seconds: number, by: string): void {
    this.#say(seconds, { kind: 'on_site', responder: by, proof: 'declared' }, person(by));
    this.#reached('on_site', seconds, by);
  }

  #cleared(seconds: number, registry: Registry): void {
    this.#say(
      seconds,
      { kind: 'condition', condition: 'cleared', source: this.#source, sourceState: 'cleared' },
      this.#sensor(registry),
    );
  }

  #resolved(seconds: number, by: string): void {
    this.#say(seconds, { kind: 'resolved', responder: by, note: null }, person(by));
    this.#reached('resolve', seconds, by);
  }

  #sensor(registry: Registry): Actor {
    return { kind: 'sensor', id: deviceOf(registry, this.#it) ?? this.#source };
  }

  /** Who takes it, and who comes from the next crew when the claim is released. */
  #responders(registry: Registry): readonly [string, string] {
    const plan = registry.plans.find((each) => each.sites?.includes(this.#it.site));
    const teams = [...new Set(plan?.steps.flatMap((step) => step.page))]
      .map((id) => membersOf(registry, id))
      .filter((members) => members.length > 1);
    const [first, next] = teams.map((members) => members[this.#it.member % members.length] as string);
    return [first ?? 'nobody', next ?? first ?? 'nobody'];
  }
}

const WHY_NOT = {
  always: null,
  open: 'acknowledged',
  not_on_site: 'on_site',
  not_accepted: 'a channel accepted a page',
  not_answered: 'acknowledged',
} as const;

/** Stable: the same occurrence has the same id in every run. */
function incidentId({ site, asset, failure, at }: Occurrence): string {
  return `h-${uuidOf('incident', site, asset.id, failure.fault, at)}`;
}

function deviceOf(registry: Registry, { asset, failure }: Occurrence): string | null {
  const devices = registry.devices.filter((device) => device.asset === asset.id);
  const monitor = failure.vendorCode === null ? undefined : devices.find((device) => device.family === 'houqi');
  return (monitor ?? devices[0])?.id ?? null;
}

function milli(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function person(id: string): Actor {
  return { kind: 'person', id, via: 'edge' };
}
