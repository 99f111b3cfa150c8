import { type Incident, instantMillis, LIFE_SAFETY, SEVERITIES } from '@keepsite/edge-contract';
import { faultSummary } from '../fault.ts';
import { familyOf } from './cause.ts';
import { couldExplain } from './explain.ts';
import { type Holding, nameOf, type Newcomer, type Scene } from './scene.ts';
import { byAge } from './standing.ts';
import { upstreamOf } from './upstream.ts';

/** What begins within this time of the newest of a group may join it. */
export const JOIN_WITHIN_MS = 60_000;
/** A group takes nobody in any more this long after it began: what is so late is something new. */
export const GROUP_LIVES_MS = 10 * 60_000;
/** So many causes at once page each for themselves; with the next one it is a storm, and one speaks for all. */
const CAUSES_AT_ONCE = 2;

/** Whom a fault that begins joins, and who else follows that one from now on. */
export interface Joining {
  readonly holding: Holding;
  readonly head: Incident;
  /** Ids of incidents that had led until now. */
  readonly folded: readonly string[];
}

/**
 * The group that a fault joins: one of its site whose people are the same (it was opened by the same plan),
 * that is at least as bad, that began or grew within the last minute, and that has the same cause (the same
 * kind of fault in the same zone, or the same board or gateway above it). When too many causes have come
 * within that minute it is a storm: then the worst of them speaks for all. Null: it pages for itself.
 *
 * What is worse than a group never joins it, and what endangers people never joins anything: they page for
 * themselves, and what follows joins them.
 */
export function joiningOf(newcomer: Newcomer, scene: Scene): Joining | null {
  if (LIFE_SAFETY.has(newcomer.fault) || familyOf(newcomer.fault) === undefined) return null;
  const leads = leadsFor(newcomer, scene);
  const head = leads.find((lead) => sharesCause(lead, newcomer, scene));
  if (head) return { holding: groupedBy(head, scene), head, folded: [] };
  const [worst, ...others] = leads;
  const isStorm = leads.length >= CAUSES_AT_ONCE || leads.some(({ id }) => scene.standing.leadsStorm(id));
  if (!worst || !isStorm) return null;
  const folded = others.filter(({ response }) => response === 'open').map(({ id }) => id);
  return { holding: stormedBy(worst, scene), head: worst, folded };
}

/** A storm: its cause is another, and too many came at once. */
export function stormedBy(head: Incident, scene: Pick<Scene, 'directory'>): Holding {
  return { ...groupedBy(head, scene), storm: true };
}

export function groupedBy(head: Incident, { directory }: Pick<Scene, 'directory'>): Holding {
  const what = faultSummary(head.fault);
  const where = nameOf(head.asset, directory);
  const text = { en: `paged with ${what.en}, ${where.en}`, zh: `已随“${where.zh}${what.zh}”一并通知` };
  return { reason: 'grouped', by: head.id, text, until: null };
}

/** Whether the one may speak for the other: the same people, and not milder. */
export function speaksFor(head: Incident, other: Pick<Newcomer, 'plan' | 'severity'>): boolean {
  return (head.plan?.id ?? null) === other.plan && rank(head) <= rank(other);
}

/** The worst first, of those the oldest. */
export function byWeight(a: Incident, b: Incident): number {
  return rank(a) - rank(b) || byAge(a, b);
}

/** What a fault could explain must not become what speaks for it. */
function leadsFor(newcomer: Newcomer, scene: Scene): Incident[] {
  const { standing, now } = scene;
  return standing
    .leads(newcomer.site, now - GROUP_LIVES_MS, now)
    .flatMap((id) => standing.get(id) ?? [])
    .filter((lead) => speaksFor(lead, newcomer) && isGrowing(lead, scene) && !couldExplain(newcomer, lead, scene))
    .toSorted(byWeight);
}

function isGrowing(lead: Incident, { standing, now }: Pick<Scene, 'standing' | 'now'>): boolean {
  const began = instantMillis(lead.openedAt);
  if (began < now - GROUP_LIVES_MS || familyOf(lead.fault) === undefined) return false;
  return began >= now - JOIN_WITHIN_MS || standing.hasFollowerSince(lead.id, now - JOIN_WITHIN_MS, now);
}

function sharesCause(lead: Incident, newcomer: Newcomer, scene: Scene): boolean {
  if (familyOf(lead.fault) !== familyOf(newcomer.fault)) return false;
  return lead.zone === newcomer.zone || shareUpstream(lead, newcomer, scene);
}

function shareUpstream(lead: Incident, newcomer: Newcomer, { directory }: Scene): boolean {
  const [one, other] = [directory.asset(lead.asset), directory.asset(newcomer.asset)];
  if (!one || !other) return false;
  const above = upstreamOf(one, lead.device, directory.registry);
  const aboveOther = upstreamOf(other, newcomer.device, directory.registry);
  const way = familyOf(newcomer.fault) === 'silence' ? 'gateway' : 'power';
  return above[way].some((asset) => aboveOther[way].includes(asset));
}

function rank({ severity }: Pick<Newcomer, 'severity'>): number {
  return SEVERITIES.indexOf(severity);
}
