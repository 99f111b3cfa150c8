import type {
  Actor,
  Command,
  FrozenPlan,
  Incident,
  Millis,
  PageState,
  Repair,
  ReportBody,
} from '@keepsite/edge-contract';
import { freezePlan } from '@keepsite/edge-response';
import type { Breach } from '../domain/breach.ts';
import type { Doubt } from '../domain/clock-start.ts';
import type { Directory, Place } from '../domain/directory.ts';
import { faultSummary } from '../domain/fault.ts';
import { decide, open } from '../domain/incident.ts';
import { isOpen, isOver, isWorse, openKey } from '../domain/incident-state.ts';
import { faultOf, repairPlan, reportAgain } from './repair-desk.ts';
import { arriving, followOrder, lookAfter, releasedWith, reported, settleIn } from './storm.ts';
import { inTurn } from './sweeps.ts';
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
  const incidents = found.state === 'raised' ? [concerned(found, desk)] : saidBy(found, desk);
  for (const incident of incidents) {
    if (incident) {
      desk.tx.record(
        decide(incident, { kind: 'breach', breach: found, plan: worsePlan(found, incident, desk) }, desk.now).facts,
        desk.now,
      );
    } else openFor(found, { kind: 'sensor', id: found.device ?? found.source }, desk);
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
  const fault = faultOf(body, desk);
  const summary = faultSummary(fault);
  const found: Breach = {
    state: 'raised',
    source: `person:${body.reporter}`,
    asset: body.asset,
    device: null,
    fault,
    severity: body.severity,
    vendorCode: null,
    summary,
    deviceAt: null,
    firstSeenAt: desk.now,
    evidence: [],
  };
  const by: Actor = { kind: 'person', id: body.reporter, via };
  const { repair } = body;
  const joined = concerned(found, desk);
  const facts = joined
    ? decide(joined, { kind: 'breach', breach: found, plan: worsePlan(found, joined, desk, repair) }, desk.now).facts
    : [];
  let incident = joined ? (desk.tx.record(facts, desk.now) ?? joined) : openFor(found, by, desk, repair);
  if (joined && incident && repair) incident = reportAgain(incident, repair, by, desk);
  if (incident && body.note) incident = note(incident, body.note, by, desk);
  return { incident: incident ?? null, refused: null };
}

function note(incident: Incident, text: string, by: Actor, { tx, now }: Desk): Incident | undefined {
  return tx.record(
    [{ incident: incident.id, at: new Date(now).toISOString(), by, change: { kind: 'noted', text } }],
    now,
  );
}

/** Whoever has an incident already takes with them what has joined it since, though they mean nothing new for itself. */
const TAKES_MORE: ReadonlySet<Command['verb']> = new Set(['acknowledge', 'arrive', 'resolve']);

/** Carries an order out, for what follows the incident too; answers why it was refused, or null. */
export function order(command: Command, known: Incident, desk: Desk): string | null {
  const { tx, now } = desk;
  const incident = inTurn(known, desk);
  const { facts, refused } = decide(incident, { kind: 'command', command }, now);
  const after = tx.record(facts, now) ?? incident;
  const takesMore = TAKES_MORE.has(command.verb) && after.responder === command.responder;
  if (refused !== null && !takesMore) return refused;
  return followOrder(command, after, desk) > 0 ? null : refused;
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
export function doubt(found: Doubt, incidents: readonly Incident[], desk: Desk): void {
  const { tx, now } = desk;
  for (const known of incidents) {
    const incident = inTurn(known, desk);
    tx.record(decide(incident, { kind: 'doubt', doubt: found }, now).facts, now);
  }
}

/** Time has come for an incident. */
export function tick(incident: Incident, desk: Desk): void {
  const { tx, now } = desk;
  const { id } = inTurn(incident, desk);
  lookAfter(id, desk);
  const before = tx.cells.incidents.get(id);
  if (!before) return;
  const after = tx.record(decide(before, { kind: 'tick' }, now).facts, now);
  if (before.responder !== null && after?.response === 'open') releasedWith(after, desk);
}

/**
 * The incident that a breach is about: the open one of its asset and fault; or the resolved one
 * whose source has never stopped saying so, because a fault that goes on is not a new fault.
 */
function concerned(found: Pick<Breach, 'asset' | 'fault' | 'source'>, desk: Desk): Incident | undefined {
  return ofFault(found, desk).find(isOpen) ?? saidBy(found, desk).at(-1);
}

/** Those that a source still says to last, the oldest first: an incident that was resolved meanwhile may be among them. */
function saidBy(found: Pick<Breach, 'asset' | 'fault' | 'source'>, desk: Desk): Incident[] {
  return ofFault(found, desk)
    .filter((incident) => !isOver(incident) && incident.activeSources.includes(found.source))
    .toSorted((a, b) => a.episode - b.episode);
}

function ofFault(found: Pick<Breach, 'asset' | 'fault'>, desk: Desk): Incident[] {
  return desk.tx.cells.live.ofFault(openKey(found)).map((incident) => inTurn(incident, desk));
}

function openFor(found: Breach, by: Actor, desk: Desk, repair?: Repair): Incident | undefined {
  const { directory, tx, now } = desk;
  const place = directory.asset(found.asset);
  if (!place) return undefined;
  const plan = repair ? repairPlan(found, place, repair, desk) : planFor(found, place, desk);
  const newcomer = { ...idsOf(place), ...found, plan: plan?.id ?? null, beganAt: now };
  const arrival = by.kind === 'person' ? reported(newcomer, desk) : arriving(newcomer, desk);
  const opening = {
    id: `${tx.incidentPrefix}-${tx.head.seq + 1}`,
    edge: tx.edge,
    at: now,
    by,
    breach: found,
    place,
    clients: directory.clients(place.zone, place.site, now),
    plan,
    episode: (tx.cells.episodes.get(openKey(found)) ?? 0) + 1,
    holding: arrival.holding,
    repair,
  };
  const incident = tx.record(open(opening, now).facts, now);
  if (incident) settleIn(incident, arrival, desk);
  return incident;
}

function idsOf({ site, zone }: Place): { readonly site: string; readonly zone: string } {
  return { site: site.id, zone: zone.id };
}

/** The plan that a breach brings along when it is worse than what its incident was opened for. */
function worsePlan(found: Breach, incident: Incident, desk: Desk, repair?: Repair): FrozenPlan | null {
  const place = isWorse(found.severity, incident.severity) ? desk.directory.asset(found.asset) : undefined;
  if (!place) return null;
  if (!repair) return planFor(found, place, desk);
  // Somebody who has it already is not asked for an answer again.
  return incident.response === 'open' ? repairPlan(found, place, repair, desk) : null;
}

/** What answers a breach from now on, as contracts, plans and rosters stand now. */
export function planFor(
  { severity, fault }: Pick<Breach, 'severity' | 'fault'>,
  { zone, site }: Place,
  { directory, now }: Desk,
): FrozenPlan | null {
  const clients = directory.clients(zone, site, now);
  const contracts = directory.contracts(zone, site, now);
  return freezePlan(directory.registry, {
    clients,
    contracts,
    site: site.id,
    severity,
    fault,
    at: now,
    timeZone: site.zone,
  });
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

function ofDevice(device: string | null, desk: Desk): Incident[] {
  const { live, incidents } = desk.tx.cells;
  if (device === null) return [];
  return [...live.ofDevice(device)]
    .flatMap((id) => incidents.get(id) ?? [])
    .map((incident) => inTurn(incident, desk))
    .filter((incident) => !isOver(incident));
}

function markSilent(device: string | null, { tx, now }: Desk): void {
  const stored = device === null ? undefined : tx.cells.devices.get(device);
  if (stored && stored.silentSince === null) tx.device({ ...stored, silentSince: now }, true);
}
