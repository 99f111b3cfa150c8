import {
  type Calendar,
  type FrozenPlan,
  type Millis,
  type Person,
  type Plan,
  type PlanStep,
  type Recipient,
  type ResponseBook,
  type Roster,
  type Severity,
  TERMS,
} from '@keepsite/edge-contract';
import { addresses, hasSkills } from './addresses.ts';
import { freezeAuthority } from './authority.ts';
import { onCall } from './on-call.ts';
import { people } from './shifts.ts';

/** What a plan is chosen by. */
export interface Occasion {
  readonly clients: readonly string[];
  readonly site: string;
  readonly severity: Severity;
  readonly fault: string;
  /** T0: who is on call then is paged. */
  readonly at: Millis;
  /** The contract of each client, by id; undefined: it has none that anybody knows here. */
  readonly contracts: readonly (string | undefined)[];
  /** The site’s IANA zone, whose months a monthly budget is counted in; absent: UTC. */
  readonly timeZone?: string;
}

/**
 * The response plan for an occasion as it stands at T0: the first that matches, with rosters, crews
 * and addresses resolved, so that a later change cannot change an incident that is already running.
 * A step that would page and reaches nobody says why in `nobody`. Null when no plan matches or the
 * severity starts no clock.
 */
export function freezePlan(book: ResponseBook, occasion: Occasion): FrozenPlan | null {
  const plan = book.plans.find((candidate) => serves(candidate, occasion));
  if (!plan?.clockSeverities.includes(occasion.severity)) return null;
  const steps = plan.steps.toSorted((a, b) => a.afterSeconds - b.afterSeconds);
  const onDuty = rememberDuties(book, occasion.at);
  const alert = recipients(book, { page: plan.alert ?? [] }, onDuty).to;
  return {
    id: plan.id,
    version: plan.version,
    terms: targets(plan, book, occasion),
    proof: proofOf(plan, book, occasion),
    ...(plan.repeatEverySeconds === undefined ? {} : { repeatEverySeconds: plan.repeatEverySeconds }),
    steps: steps.map((step) => ({ ...step, ...recipients(book, step, onDuty) })),
    ...(alert.length > 0 && { alert }),
    ...freezeAuthority(book, plan, occasion.timeZone ?? 'UTC'),
    madeOf: madeOf(plan, book, occasion),
  };
}

/**
 * A plan as it would stand at T0 `at`, whatever it serves and with its own targets: for those who want
 * to see whom it would page. Null: the book has no such plan.
 */
export function rehearse(book: ResponseBook, id: string, at: Millis): FrozenPlan | null {
  const plans = book.plans.filter((plan) => plan.id === id).map((plan) => servingAll(plan, 'critical'));
  return freezePlan({ ...book, plans }, { clients: [], site: '', severity: 'critical', fault: '', at, contracts: [] });
}

/** The plan for every incident of one severity, whatever it was written for. */
export function servingAll(
  { clients: _c, sites: _s, severities: _v, faults: _f, ...plan }: Plan,
  severity: Severity,
): Plan {
  return { ...plan, clockSeverities: [severity] };
}

/** True when a plan is for such an occasion; what it does not name does not matter to it. */
function serves(plan: Plan, { clients, site, severity, fault }: Occasion): boolean {
  return (
    (plan.clients?.some((client) => clients.includes(client)) ?? true) &&
    (plan.sites?.includes(site) ?? true) &&
    (plan.severities?.includes(severity) ?? true) &&
    (plan.faults?.includes(fault) ?? true)
  );
}

/**
 * The targets: of each client its contract's, else the plan's. An incident that touches several
 * clients has one clock a term, and it is the shortest of what was promised to any of them.
 */
function targets(plan: Plan, { contracts }: ResponseBook, occasion: Occasion): FrozenPlan['terms'] {
  const promised = occasion.contracts.map((id) => contracts.find((it) => it.id === id)?.terms ?? plan.terms);
  const all = promised.length > 0 ? promised : [plan.terms];
  return Object.fromEntries(
    TERMS.flatMap((term) => {
      const seconds = all.flatMap((terms) => terms[term] ?? []);
      return seconds.length > 0 ? [[term, Math.min(...seconds)]] : [];
    }),
  );
}

/** Of each client what its contract says, else the plan; of several clients the stricter. */
function proofOf(plan: Plan, { contracts }: ResponseBook, occasion: Occasion): FrozenPlan['proof'] {
  const asked = occasion.contracts.map((id) => contracts.find((it) => it.id === id)?.proof ?? plan.proof);
  return (asked.length > 0 ? asked : [plan.proof]).includes('verified') ? 'verified' : 'declared';
}

type OnDuty = (roster: Roster) => readonly string[];

/** Many steps name the same roster; who is on call is worked out once. */
function rememberDuties(book: ResponseBook, at: Millis): OnDuty {
  const known = new Map<Roster, readonly string[]>();
  return (roster) => {
    const found = known.get(roster) ?? onCall(roster, at, book);
    known.set(roster, found);
    return found;
  };
}

/** Whom a step reaches, and why nobody. */
function recipients(
  book: ResponseBook,
  step: Pick<PlanStep, 'page' | 'skills' | 'channels'>,
  onDuty: OnDuty,
): { to: Recipient[]; nobody?: string } {
  const known = new Map(book.people.map((person) => [person.id, person]));
  const named = namedBy(book, step.page, onDuty).flatMap((id) => known.get(id) ?? []);
  const able = named.filter((person) => hasSkills(person, step.skills));
  const to = able.flatMap((person) => addresses(person, step.channels));
  if (to.length > 0 || step.page.length === 0) return { to };
  return { to, nobody: whyNobody(step, named, able) };
}

/** The people behind ids of rosters, crews and persons, each once. */
function namedBy(book: ResponseBook, ids: readonly string[], onDuty: OnDuty): string[] {
  const all = ids.flatMap((id) => {
    const roster = book.rosters.find((candidate) => candidate.id === id);
    return roster ? onDuty(roster) : people(id, book);
  });
  return [...new Set(all)];
}

function whyNobody(
  { page, skills = [] }: Pick<PlanStep, 'page' | 'skills'>,
  named: readonly Person[],
  able: readonly Person[],
): string {
  if (named.length === 0) return `nobody on call: ${page.join(', ')}`;
  if (able.length === 0) return `nobody on call with the skill: ${skills.join(' and ')} (${page.join(', ')})`;
  return `no address that can be used: ${able.map(({ name }) => name).join(', ')}`;
}

function madeOf(plan: Plan, book: ResponseBook, occasion: Occasion): NonNullable<FrozenPlan['madeOf']> {
  const ids = new Set([...plan.steps.flatMap(({ page }) => page), ...(plan.alert ?? [])]);
  const rosters = book.rosters.filter(({ id }) => ids.has(id));
  return {
    rosters: rosters.map(versioned),
    calendars: book.calendars.filter(({ id }) => rosters.some(({ calendar }) => calendar === id)).map(versioned),
    contracts: book.contracts.filter(({ id }) => occasion.contracts.includes(id)).map(versioned),
  };
}

function versioned({ id, version }: Pick<Roster | Calendar, 'id' | 'version'>): { id: string; version: number } {
  return { id, version };
}
