import type { Millis, Zone } from '@keepsite/edge-contract';
import { civilDayText, withCalendars } from '@keepsite/edge-response';
import { allEdges } from '../domain/alarm/alarm.ts';
import { type AlarmLadder, rosterLadder } from '../domain/alarm/ladder.ts';
import type { Store } from '../ports.ts';
import { SHIPPED_CALENDARS } from '../shipped-calendars.ts';

/**
 * Whom the plans of silent edges would page at `at`, by edge: by the rosters that the edge last said it
 * goes by, over channels that the cloud has. An edge that is not in it has no such plan.
 */
export async function rosterLadders(
  { edges, alarms, response, clients }: Pick<Store, 'edges' | 'alarms' | 'response' | 'clients'>,
  channels: ReadonlySet<string>,
  at: Millis,
): Promise<ReadonlyMap<string, AlarmLadder>> {
  const open = await alarms.list({ open: true, limit: 1_000 });
  const blind = (await edges.list()).filter(({ blindSince }) => blindSince !== null).map(({ id }) => id);
  const silent = new Set([...open.flatMap(allEdges), ...blind]);
  if (silent.size === 0) return new Map();
  const { sites, zones } = await clients.registry();
  const found = new Map<string, AlarmLadder>();
  for (const edge of silent) {
    const told = await response.told(edge);
    if (!told) continue;
    const own = sites.filter((site) => site.edge === edge);
    const places = own.map(({ id, zone }) => ({ id, clients: clientsOf(id, zones, civilDayText(at, zone)) }));
    const book = withCalendars(told.book, SHIPPED_CALENDARS);
    const ladder = rosterLadder({ id: edge, book, sites: places }, at, channels);
    if (ladder) found.set(edge, ladder);
  }
  return found;
}

/** Who uses a site on a day. */
function clientsOf(site: string, zones: readonly Zone[], day: string): string[] {
  const uses = zones.filter((zone) => zone.site === site).flatMap((zone) => zone.clients);
  const now = uses.filter(({ from, to }) => (from ?? '') <= day && (to === undefined || day < to));
  return [...new Set(now.map(({ client }) => client))];
}
