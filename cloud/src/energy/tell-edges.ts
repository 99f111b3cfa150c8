import type { ApprovedChange, CommandAnswer, EnergyEvent } from '@keepsite/cloud-contract';
import { instantText, type Millis } from '@keepsite/edge-contract';
import { dayOf } from '../domain/calendar.ts';
import type { Notices, Store } from '../ports.ts';
import type { StoredCommand } from '../ports/commands.ts';
import { setupOf } from './setup.ts';
import { zoneOf } from './zone.ts';

interface TellingPorts {
  readonly store: Store;
  /** Wakes an edge that waits; absent: it asks by itself within half a minute. */
  readonly notices?: Pick<Notices, 'publish'>;
  readonly clock: { now(): Millis };
  readonly timeZone: string;
}

/** How far an edge is with what is approved now. */
type ToldEdge = Pick<CommandAnswer, 'state' | 'reason'> & { readonly edge: string };

/** What one edge is told: as many as it takes at once, the newest. */
const CHANGES = 1000;

/**
 * Tells every edge that serves meters of a client which changes are approved for them, so that its early warnings go by
 * them: all of them as one order, once for each version of events and meter tree, however often this is called. An
 * approval that was withdrawn is told by its absence. A client of whom no event was ever decided has nothing to tell.
 */
export async function tellEdges(ports: TellingPorts, client: string): Promise<void> {
  const { store, clock, notices } = ports;
  for (const { edge, commandId, changes, version } of await ordersOf(ports, client)) {
    const now = clock.now();
    const item = {
      kind: 'energy-changes' as const,
      commandId,
      changes: { client, version, changes },
      receivedAt: instantText(now),
    };
    const { state } = await store.commands.place(edge, commandId, null, item, now);
    if (state === 'pending') await notices?.publish([{ kind: 'command', edge, commandId, incident: null, state }]);
  }
}

/** What the edges said to it. */
export async function toldEdges(ports: TellingPorts, client: string): Promise<ToldEdge[]> {
  const orders = await ordersOf(ports, client);
  return await Promise.all(
    orders.map(async ({ edge, commandId }) => {
      const { state = 'pending', reason = null }: Partial<StoredCommand> =
        (await ports.store.commands.find(commandId)) ?? {};
      return { edge, state, reason };
    }),
  );
}

interface Order {
  readonly edge: string;
  readonly commandId: string;
  readonly version: number;
  readonly changes: readonly ApprovedChange[];
}

async function ordersOf(ports: TellingPorts, client: string): Promise<Order[]> {
  const { store, clock } = ports;
  // Before the events: one that is decided meanwhile is then in this version and in the next.
  const version = await store.energy.revision(client);
  const events = await store.energy.facts(client, 'event');
  if (events.length === 0) return [];
  const { setup } = await setupOf(store, client, dayOf(clock.now(), await zoneOf(ports, client)));
  const placed = await Promise.all(
    setup.meters.map(async ({ asset }) => ({ asset, edge: await store.edges.ofAsset(asset) })),
  );
  return [...Map.groupBy(placed, ({ edge }) => edge)].flatMap(([edge, own]) => {
    if (edge === null) return [];
    const changes = approvedFor(events, new Set(own.map(({ asset }) => asset)));
    return [{ edge, commandId: `energy-changes-${edge}-${client}-${version}`, version, changes }];
  });
}

function approvedFor(events: readonly EnergyEvent[], served: ReadonlySet<string>): ApprovedChange[] {
  return events
    .filter(({ decision }) => decision === 'approved')
    .map(({ id, from, to, by, reason, newLevelFrom, direction, assets = [...served] }) => ({
      id,
      assets: assets.filter((asset) => served.has(asset)),
      from,
      to,
      ...(newLevelFrom !== undefined && { newLevelFrom }),
      ...(direction && { direction }),
      by,
      reason,
    }))
    .filter(({ assets }) => assets.length > 0)
    .toSorted((a, b) => a.from.localeCompare(b.from))
    .slice(-CHANGES);
}
