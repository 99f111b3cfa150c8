import { type Actor, type Command, type FrozenPlan, type Incident, instantText } from '@keepsite/edge-contract';
import { faultSummary } from '../domain/fault.ts';
import { open } from '../domain/incident.ts';
import { isOpen, openKey } from '../domain/incident-state.ts';
import type { DrillOrder } from '../domain/storm/drill.ts';
import { type Desk, planFor } from './desk.ts';

/**
 * Opens an incident that is an exercise: real people, the whole ladder, every page marked. It stands apart
 * from what really happens: it joins nothing, nothing joins it, maintenance does not hold it, and it orders
 * nothing that costs money.
 */
export function startDrill(
  { asset, fault, severity, note, by: person }: DrillOrder,
  via: Command['via'],
  desk: Desk,
): { incident: Incident | null; refused: string | null } {
  const { directory, tx, now } = desk;
  const place = directory.asset(asset);
  if (!place) return { incident: null, refused: `no asset ${asset} is known here` };
  const key = openKey({ asset, fault, drill: true });
  const before = tx.cells.incidents.get(tx.cells.newest.get(key) ?? '');
  if (before && isOpen(before)) return { incident: before, refused: `this drill is under way already (${before.id})` };
  const plan = planFor({ severity, fault }, place, desk);
  if (!plan) return { incident: null, refused: 'no response plan answers this, so nobody would be paged' };
  const by: Actor = { kind: 'person', id: person, via };
  const source = `person:${person}`;
  const summary = faultSummary(fault);
  const found = { state: 'raised', source, asset, device: null, fault, severity, vendorCode: null, summary } as const;
  const opening = {
    id: `${tx.incidentPrefix}-${tx.head.seq + 1}`,
    edge: tx.edge,
    at: now,
    by,
    breach: { ...found, deviceAt: null, firstSeenAt: now, evidence: [] },
    place,
    clients: directory.clients(place.zone, place.site, now),
    plan: withoutOrders(plan),
    episode: (tx.cells.episodes.get(key) ?? 0) + 1,
    drill: true,
  };
  const incident = tx.record(open(opening, now).facts, now);
  if (!incident || note === null) return { incident: incident ?? null, refused: null };
  const noted = { incident: incident.id, at: instantText(now), by, change: { kind: 'noted', text: note } } as const;
  return { incident: tx.record([noted], now) ?? incident, refused: null };
}

function withoutOrders({ authority: _authority, ...plan }: FrozenPlan): FrozenPlan {
  return { ...plan, steps: plan.steps.map(({ dispatch: _dispatch, ...step }) => step) };
}
