import { foldAll, type Incident, IncidentEvent } from '@keepsite/edge-contract';
import { countedDays } from '../domain/after/counted-days.ts';
import { askedFrom, followUps, type FollowUpDraft, type FollowUpRules } from '../domain/after/follow-up.ts';
import type { CountedDays } from '../domain/after/working-time.ts';
import { incidentFacts } from '../domain/facts.ts';
import type { CheckedEvent, IngestTransaction } from '../ports.ts';

interface Verdict {
  readonly verdict: 'accepted' | 'duplicate' | 'rejected';
  readonly reason: string | null;
}

/** What became of events, and the incidents that they changed. */
export interface Taken {
  readonly verdicts: ReadonlyMap<CheckedEvent, Verdict>;
  readonly incidents: readonly Incident[];
}

/** One transaction: new links are written, and the incidents they belong to are folded anew from all their events. */
export async function takeEvents(
  tx: IngestTransaction,
  events: readonly CheckedEvent[],
  rules: FollowUpRules,
): Promise<Taken> {
  const known = await tx.knownHashes(events.map(({ event }) => event.seq));
  const verdicts = new Map<CheckedEvent, Verdict>();
  for (const checked of events) {
    const { seq, hash } = checked.event;
    const before = known.get(seq);
    verdicts.set(checked, verdictOn(checked, before));
    known.set(seq, before ?? hash);
  }
  const added = events.filter((checked) => verdicts.get(checked)?.verdict === 'accepted');
  await tx.addEvents(added);
  return { verdicts, incidents: await foldAnew(tx, added, rules) };
}

function verdictOn({ event }: CheckedEvent, before: string | undefined): Verdict {
  if (before === undefined) return { verdict: 'accepted', reason: null };
  if (before === event.hash) return { verdict: 'duplicate', reason: null };
  return { verdict: 'rejected', reason: `event ${event.seq} is already known with another hash` };
}

async function foldAnew(
  tx: IngestTransaction,
  added: readonly CheckedEvent[],
  rules: FollowUpRules,
): Promise<Incident[]> {
  const histories = await tx.eventsOf([...new Set(added.map(({ event }) => event.incident))]);
  const incidents: Incident[] = [];
  for (const history of histories.values()) {
    const incident = foldWhole(history);
    if (!incident) continue;
    await tx.saveIncident(incident, incidentFacts(incident));
    await tx.openFollowUps(await draftsOf(tx, incident, rules));
    if (incident.response === 'cancelled')
      await tx.withdrawFollowUps(incident.id, incident.closedAt ?? incident.openedAt);
    incidents.push(incident);
  }
  return incidents;
}

/** Each client's own contract says which days count for it. */
async function draftsOf(tx: IngestTransaction, incident: Incident, rules: FollowUpRules): Promise<FollowUpDraft[]> {
  const at = askedFrom(incident);
  if (at === null) return [];
  const usual: CountedDays = { timeZone: rules.timeZone, days: 'weekdays' };
  const days = new Map<string, CountedDays>();
  for (const client of new Set(incident.clients))
    days.set(client, countedDays(await tx.askedPlace(client, incident.site), rules, at));
  return followUps(incident, rules.hours, (client) => days.get(client) ?? usual);
}

/** Null while its opening is still on the way: events may come in any order. They are kept as they were sent, so defaults are filled in here. */
export function foldWhole(events: readonly IncidentEvent[]): Incident | null {
  if (events[0]?.change.kind !== 'opened') return null;
  return foldAll(events.map((event) => IncidentEvent.parse(event)));
}
