import { useLocation } from 'wouter';
import { useMay } from '../api/access.ts';
import { useWhoAmI } from '../api/queries.ts';
import { groupsFor, placeAt, type Group, type Place } from './places.ts';

export interface Whereabouts {
  /** Everywhere that one can go; nowhere until it is known who asks. */
  readonly groups: readonly Group[];
  /** Where one is; null on a page that belongs to no place, or to one that is not shown. */
  readonly group: Group | null;
  readonly place: Place | null;
}

/** Where whoever looks can go on this server, and where they are. */
export function usePlaces(): Whereabouts {
  const [path] = useLocation();
  const may = useMay();
  const { data: who } = useWhoAmI();
  if (!who) return { groups: [], group: null, place: null };
  const { server, user, links } = who;
  const groups = groupsFor({
    server,
    roles: user.roles,
    may,
    hasAccount: Boolean(user.account),
    hasSimulator: links.simulator !== undefined,
  });
  const here = placeAt(path);
  const group = groups.find(({ places }) => places.some(({ name }) => name === here)) ?? null;
  return { groups, group, place: group?.places.find(({ name }) => name === here) ?? null };
}
