import type { FrozenPlan, Millis, Recipient, ResponseBook } from '@keepsite/edge-contract';
import { freezePlan } from '@keepsite/edge-response';
import { REPEAT_SECONDS, type Duty, type DutyPerson } from './duty.ts';

/** Which list named somebody: the plan of a site behind an edge with who is on call by its rosters, or the duty file. */
export type DutySource =
  | { readonly list: 'roster'; readonly edge: string; readonly plan: string }
  | { readonly list: 'file' };

/** Whom an alarm pages, and which list says so. */
export interface AlarmRecipient extends Recipient {
  readonly duty: DutySource;
}

/** Whom to page when, counted from the alarm's first page. A step that reaches nobody keeps its place. */
export interface AlarmLadder {
  readonly steps: readonly { readonly afterSeconds: number; readonly to: readonly AlarmRecipient[] }[];
  /** Behind the last step it is taken again this often. Null: never. */
  readonly repeatEverySeconds: number | null;
}

/** The ladder of the duty file. */
export function fileLadder({ people, steps, repeatEverySeconds }: Duty): AlarmLadder {
  const byId = new Map(people.map((person) => [person.id, person]));
  return {
    steps: steps.map(({ afterSeconds, page, channels }) => ({
      afterSeconds,
      to: page.flatMap((id) => addresses(byId.get(id), channels)),
    })),
    repeatEverySeconds,
  };
}

function addresses(person: DutyPerson | undefined, channels: readonly string[] | undefined): AlarmRecipient[] {
  if (!person) return [];
  return person.addresses
    .filter(({ channel }) => channels === undefined || channels.includes(channel))
    .map(({ channel, to }) => ({
      person: person.id,
      name: person.name,
      channel,
      address: to,
      duty: { list: 'file' as const },
    }));
}

/** An edge of which nothing is heard: what it responded with, and which clients use its sites. */
export interface BlindEdge {
  readonly id: string;
  readonly book: ResponseBook;
  readonly sites: readonly { readonly id: string; readonly clients: readonly string[] }[];
}

/**
 * Whom the plans of an edge's sites would page at `at` for a site of which nothing is known, over
 * channels that the cloud has too. A step that is there for pages that no channel takes is taken only
 * while nobody before it could be paged from here: the cloud's own pages are sent again anyway. Where a
 * step finds nobody on call, those are paged whom the plan alerts. Null: no plan of it goes by a
 * roster, or nobody can be reached.
 */
export function rosterLadder(
  { id: edge, book, sites }: BlindEdge,
  at: Millis,
  channels: ReadonlySet<string>,
): AlarmLadder | null {
  const plans = sites.flatMap((site) => planOf(book, site, at) ?? []);
  const ladders = plans.filter(({ madeOf }) => madeOf && madeOf.rosters.length > 0);
  const unique = new Map(ladders.map((plan) => [plan.id, plan]));
  const found = merged([...unique.values()].map((plan) => planLadder(plan, edge, channels)));
  return found.steps.some(({ to }) => to.length > 0) ? found : null;
}

/** A site of which nothing is known is answered like a major fault of it, or like a critical one where only that has a plan. */
function planOf(book: ResponseBook, { id: site, clients }: BlindEdge['sites'][number], at: Millis): FrozenPlan | null {
  const occasion = { site, clients, fault: 'no_data', at, contracts: [] };
  return (
    freezePlan(book, { ...occasion, severity: 'major' }) ?? freezePlan(book, { ...occasion, severity: 'critical' })
  );
}

function planLadder(plan: FrozenPlan, edge: string, channels: ReadonlySet<string>): AlarmLadder {
  const duty = { list: 'roster' as const, edge, plan: plan.id };
  const here = (all: readonly Recipient[]): AlarmRecipient[] =>
    all.filter(({ channel }) => channels.has(channel)).map((to) => ({ ...to, duty }));
  let reached = false;
  const steps = plan.steps
    .filter(({ page }) => page.length > 0)
    .map(({ afterSeconds, when, to, nobody }) => {
      const named = here(nobody === undefined ? to : (plan.alert ?? []));
      const paged = when === 'not_accepted' && reached ? [] : named;
      reached ||= paged.length > 0;
      return { afterSeconds, to: paged };
    });
  return { steps, repeatEverySeconds: plan.repeatEverySeconds ?? REPEAT_SECONDS };
}

/** One ladder of several: what is due at one time is one step, and the shortest repeat counts. */
export function merged(ladders: readonly AlarmLadder[]): AlarmLadder {
  const times = Map.groupBy(
    ladders.flatMap(({ steps }) => steps),
    ({ afterSeconds }) => afterSeconds,
  );
  const repeats = ladders.flatMap(({ repeatEverySeconds }) => repeatEverySeconds ?? []);
  return {
    steps: [...times]
      .toSorted(([a], [b]) => a - b)
      .map(([afterSeconds, steps]) => ({ afterSeconds, to: steps.flatMap(({ to }) => to) })),
    repeatEverySeconds: repeats.length > 0 ? Math.max(60, Math.min(...repeats)) : null,
  };
}
