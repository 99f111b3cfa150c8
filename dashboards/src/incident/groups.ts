import type { Incident } from '@keepsite/edge-contract';
import { byUrgency } from './urgency.ts';

/** One incident that is paged, and those that it speaks for. */
export interface Group {
  readonly head: Incident;
  readonly followers: readonly Incident[];
}

/** Incidents folded under those that page in their place, and those that nobody is paged for just now. */
export interface Folded {
  readonly groups: readonly Group[];
  readonly aside: readonly Incident[];
}

/** A chain is never this long; one that closed in itself must not hang the page. */
const MAX_CHAIN = 32;

/** Folds a list. One whose head is not in it stands for itself: no list may hide what it holds. */
export function fold(incidents: readonly Incident[]): Folded {
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  const roots = Map.groupBy(incidents, (incident) => rootOf(incident, byId));
  const groups: Group[] = [];
  const aside: Incident[] = [];
  for (const [head, members] of roots) {
    const followers = members.filter(({ id }) => id !== head.id).toSorted(byUrgency);
    if (waits(head) && followers.length === 0) aside.push(head);
    else groups.push({ head, followers });
  }
  return { groups: groups.toSorted((a, b) => byUrgency(a.head, b.head)), aside: aside.toSorted(byUrgency) };
}

/** Its own time must come: nobody else is paged in its place. */
function waits({ hold }: Incident): boolean {
  return hold?.reason === 'maintenance' || hold?.reason === 'flapping';
}

function rootOf(incident: Incident, byId: ReadonlyMap<string, Incident>): Incident {
  let root = incident;
  for (let depth = 0; depth < MAX_CHAIN && root.hold && !waits(root); depth += 1) {
    const above = byId.get(root.hold.by);
    if (!above) break;
    root = above;
  }
  return root;
}
