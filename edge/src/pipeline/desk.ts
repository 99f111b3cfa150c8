import type {
  Actor,
  Command,
  Fault,
  FrozenPlan,
  Incident,
  Millis,
  PageState,
  ReportBody,
  Severity,
} from '@keepsite/edge-contract';
import type { Breach } from '../domain/breach.ts';
import type { Doubt } from '../domain/clock-start.ts';
import type { Directory, Place } from '../domain/directory.ts';
import { faultSummary } from '../domain/fault.ts';
import { decide, isOpen, isOver, isWorse, open } from '../domain/incident.ts';
import { freezePlan } from '../domain/plan.ts';
import type { Transaction } from './transaction.ts';

/** The desk where breaches, orders and ticks meet their incident. */
export interface Desk {
  readonly directory: Directory;
  readonly tx: Transaction;
  readonly now: Millis;
}

/** Steps the incident of a breach, or opens one. A recovery without an incident says nothing. */
export function breach(found: Breach, desk: Desk): void {
  if (found.state === 'no_data') return silence(found, desk);
  const incident = concerned(found, desk);
  if (incident) {
    desk.tx.record(
      decide(incident, { kind: 'breach', breach: found, plan: worsePlan(found, incident, desk) }, desk.now).facts,
      desk.now,
    );
  } else if (found.state === 'raised') {
    openFor(found, { kind: 'sensor', id: found.device ?? found.source }, desk);
  }
  if (found.fault === 'no_data' && found.state === 'cleared') heardAgain(found, desk);
}

/** Opens the incident that a person reports, or joins the one that is open. */
export function report(
  body: ReportBody,
  via: Command['via'],
  desk: Desk,
): { incident: Incident | null; refused: string | null } {
  const place = desk.directory.asset(body.asset);
  if (!place) return { incident: null, refused: `no asset ${body.asset} is known here` };
  const summary = faultSummary(body.fault);
  const found: Breach = {
    state: 'raised',
    source: `person:${body.reporter}`,
    asset: body.asset,
    device: null,
    fault: body.fault,
    severity: body.severity,
    vendorCode: null,
    summary,
    deviceAt: null,
    firstSeenAt: desk.now,
    evidence: [],
  };
  const by: Actor = { kind: 'person', id: body.reporter, via };
  const joined = concerned(found, desk);
  const facts = joined
    ? decide(joined, { kind: 'breach', breach: found, plan: worsePlan(found, joined, desk) }, desk.now).facts
    : [];
  let incident = joined ? (desk.tx.record(facts, desk.now) ?? joined) : openFor(found, by, desk);
  if (incident && body.note) incident = note(incident, body.note, by, desk);
  return { incident: incident ?? null, refused: null };
}

function note(incident: Incident, text: string, by: Actor, { tx, now }: Desk): Incident | undefined {
  return tx.record(
    [{ incident: incident.id, at: new Date(now).toISOString(), by, change: { kind: 'noted', text } }],
    now,
  );
}

/** Carries an order out; answers why it was refused, or null. */
export function order(command: Command, incident: Incident, { tx, now }: Desk): string | null {
  const { facts, refused } = decide(incident, { kind: 'command', command }, now);
  tx.record(facts, now);
  return refused;
}

/** What became of a page. */
export function pageMoved(
  moved: { incident: string; page: string; state: PageState; reason: string | null; possibleDuplicate: boolean },
  incident: Incident,
  { tx, now }: Desk,
): void {
  tx.record(decide(incident, { kind: 'page', ...moved }, now).facts, now);
}

/** Running clocks of incidents that the edge remembers: how much time has passed is in doubt. */
export function doubt(found: Doubt, incidents: readonly Incident[], { tx, now }: Desk): void {
  for (const incident of incidents) tx.record(decide(incident, { kind: 'doubt', doubt: found }, now).facts, now);
}

/** Time has come for an incident. */
export function tick(incident: Incident, { tx, now }: Desk): void {
  tx.record(decide(incident, { kind: 'tick' }, now).facts, now);
}

/**
 * The incident that a breach is about: the open one of its asset and fault; or the resolved one
 * whose source has never stopped saying so, because a fault that goes on is not a new fault.
 */
function concerned(found: Pick<Breach, 'asset' | 'fault' | 'source'>, { tx }: Desk): Incident | undefined {
  const id = tx.cells.newest.get(`${found.asset}\n${found.fault}`);
  const incident = id === undefined ? undefined : tx.cells.incidents.get(id);
  if (!incident || isOver(incident)) return undefined;
  return isOpen(incident) || incident.activeSources.includes(found.source) ? incident : undefined;
}

function openFor(found: Breach, by: Actor, desk: Desk): Incident | undefined {
  const { directory, tx, now } = desk;
  const place = directory.asset(found.asset);
  if (!place) return undefined;
  const opening = {
    id: `${tx.incidentPrefix}-${tx.head.seq + 1}`,
    edge: tx.edge,
    at: now,
    by,
    breach: found,
    place,
    clients: directory.clients(place.zone, place.site, now),
    plan: planFor(directory, place, found.fault, found.severity),
    episode: (tx.cells.episodes.get(`${found.asset}\n${found.fault}`) ?? 0) + 1,
  };
  return tx.record(open(opening, now).facts, now);
}

/** The plan that a breach brings along when it is worse than what its incident was opened for. */
function worsePlan(found: Breach, incident: Incident, { directory }: Desk): FrozenPlan | null {
  const place = isWorse(found.severity, incident.severity) ? directory.asset(found.asset) : undefined;
  return place ? planFor(directory, place, found.fault, found.severity) : null;
}

function planFor(directory: Directory, place: Place, fault: Fault, severity: Severity) {
  return freezePlan(directory.registry, { site: place.site.id, severity, fault });
}

/** Silence is an incident of its own, and what the silent device had raised is no longer known. */
function silence(found: Breach, desk: Desk): void {
  for (const incident of ofDevice(found.device, desk)) {
    for (const source of incident.activeSources) {
      const facts = decide(incident, { kind: 'breach', breach: { ...found, source } }, desk.now).facts;
      desk.tx.record(facts, desk.now);
    }
  }
  markSilent(found.device, desk);
  breach({ ...found, state: 'raised' }, desk);
}

/** The device speaks again: until it says otherwise, what it had raised still lasts. */
function heardAgain(found: Breach, desk: Desk): void {
  for (const incident of ofDevice(found.device, desk)) {
    const source = incident.activeSources[0];
    if (incident.condition !== 'no_data' || source === undefined) continue;
    const again: Breach = { ...found, state: 'raised', source };
    desk.tx.record(decide(incident, { kind: 'breach', breach: again }, desk.now).facts, desk.now);
  }
}

function ofDevice(device: string | null, { tx }: Desk): Incident[] {
  if (device === null) return [];
  return [...tx.cells.incidents.keys()]
    .flatMap((id) => tx.cells.incidents.get(id) ?? [])
    .filter((incident) => incident.device === device && incident.fault !== 'no_data' && !isOver(incident));
}

function markSilent(device: string | null, { tx, now }: Desk): void {
  const stored = device === null ? undefined : tx.cells.devices.get(device);
  if (stored && stored.silentSince === null) tx.device({ ...stored, silentSince: now }, true);
}
