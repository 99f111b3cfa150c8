import {
  type Actor,
  type Fault,
  type FrozenPlan,
  type Incident,
  instantText,
  type Repair,
  type ReportBody,
} from '@keepsite/edge-contract';
import { freezeRepairPlan } from '@keepsite/edge-response';
import type { Breach } from '../domain/breach.ts';
import type { Place } from '../domain/directory.ts';
import type { Desk } from './desk.ts';

/** Who answers a repair from now on, as plans and rosters stand now. */
export function repairPlan(
  found: Breach,
  { zone, site }: Place,
  repair: Repair,
  { directory, now }: Desk,
): FrozenPlan | null {
  const { registry } = directory;
  const clients = directory.clients(zone, site, now);
  const contracts = directory.contracts(zone, site, now);
  const occasion = { clients, contracts, site: site.id, fault: found.fault, at: now, timeZone: site.zone };
  return freezeRepairPlan(registry, occasion, repair, registry.repairs);
}

/** A repair is the fault that the settings take its category for; any other report is what it says. */
export function faultOf({ fault, repair }: ReportBody, { directory }: Desk): Fault {
  const settings = repair && directory.registry.repairs?.categories[repair.category];
  return settings?.fault ?? fault;
}

/** An incident that is open already was reported once more. */
export function reportAgain(incident: Incident, repair: Repair, by: Actor, { tx, now }: Desk): Incident | undefined {
  return tx.record(
    [{ incident: incident.id, at: instantText(now), by, change: { kind: 'reported_again', repair } }],
    now,
  );
}
