import type { Incident } from './incident.ts';
import type { Asset, Site, Zone } from './registry.ts';
import { REPAIR_STAGES, type Repair, type RepairProgress } from './repair.ts';

type Stage = (typeof REPAIR_STAGES)[number];

/** Where it is, in names. */
export interface RepairPlace {
  readonly asset: Pick<Asset, 'name'>;
  readonly zone: Pick<Zone, 'name'>;
  readonly site: Pick<Site, 'name' | 'zone'>;
}

/**
 * How far a repair has come, as whoever reported it may read it: times and stages, the words of that report
 * itself, and nobody’s name. `report` is its id; null for a report that this incident does not hold.
 */
export function progressOf(incident: Incident, report: string, place: RepairPlace): RepairProgress | null {
  const repair = repairOf(incident, report);
  if (!repair) return null;
  const clock = incident.clocks.find(({ term }) => term === 'acknowledge');
  return {
    id: report,
    category: repair.category,
    urgency: repair.urgency,
    place: joined(place),
    asset: place.asset.name,
    text: repair.text,
    stages: stagesOf(incident, reportedAt(incident, report)),
    dueAt: clock?.dueAt ?? null,
    appointmentAt: incident.appointment?.at ?? null,
    fixed: incident.fixed ?? null,
    timeZone: place.site.zone,
  };
}

function repairOf({ repair, timeline }: Incident, report: string): Repair | undefined {
  if (repair?.id === report) return repair;
  const again = timeline
    .filter(({ kind }) => kind === 'reported_again')
    .map(({ detail }) => detail['repair'] as Repair);
  return again.find(({ id }) => id === report);
}

function reportedAt({ openedAt, timeline, repair }: Incident, report: string): string {
  if (repair?.id === report) return openedAt;
  const told = timeline.find(({ detail }) => (detail['repair'] as Repair | undefined)?.id === report);
  return told?.at ?? openedAt;
}

function stagesOf(incident: Incident, receivedAt: string): RepairProgress['stages'] {
  const { acknowledgedAt, onSiteAt, resolvedAt, response, timeline } = incident;
  const at = (kind: string) => timeline.findLast((told) => told.kind === kind)?.at ?? null;
  const stages: Record<Stage, string | null> = {
    received: receivedAt,
    // Given back, nobody has it: the reporter should not believe that somebody is coming.
    owner: response === 'open' ? null : acknowledgedAt,
    appointment: at('arranged'),
    on_site: onSiteAt,
    fixed: resolvedAt,
    cancelled: at('cancelled'),
  };
  const shown = response === 'cancelled' ? REPAIR_STAGES : REPAIR_STAGES.filter((stage) => stage !== 'cancelled');
  return shown.map((stage) => ({ stage, at: stages[stage] }));
}

function joined({ site, zone }: RepairPlace): { en: string; zh: string } {
  return { en: `${site.name.en} · ${zone.name.en}`, zh: `${site.name.zh} · ${zone.name.zh}` };
}
