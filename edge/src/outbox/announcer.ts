import { type Incident, type IncidentEvent, instantText, type Millis } from '@keepsite/edge-contract';
import type { Publication } from '../domain/decoded.ts';
import { isOver } from '../domain/incident.ts';
import type { Inbox } from '../ports.ts';

/** What announcing needs. `publish` may reject: an announcement is a courtesy, never a duty. */
export interface AnnouncerParts {
  readonly edge: string;
  /** Ids, as they are now. */
  readonly sites: () => readonly string[];
  readonly publish: Inbox['publish'];
  readonly now: () => Millis;
}

export interface Announcer {
  /** Publishes `keepsite/<site>/incidents/<id>` for each event, and the sites' snapshots anew. */
  committed(made: { readonly events: readonly IncidentEvent[]; readonly incidents: readonly Incident[] }): void;
  /** Publishes what devices are to be asked. One that gets lost is asked anew when the device speaks again. */
  ask(asks: readonly Publication[]): void;
  /** `bridge/state` online and the snapshots, at the start and whenever the broker is back. */
  greet(live: readonly Incident[]): Promise<void>;
  /** `bridge/state` offline, before an intended stop. */
  farewell(): Promise<void>;
}

/** A snapshot that nobody renewed within this time must not be believed. */
const SNAPSHOT_LIVES_MS = 10 * 60_000;

/** Tells the building's own MQTT listeners what the edge has decided. */
export function createAnnouncer({ edge, sites, publish, now }: AnnouncerParts): Announcer {
  const live = new Map<string, Incident>();
  let sequence = 0;

  const tell = (topic: string, body: object, retain = false): Promise<void> =>
    publish(topic, JSON.stringify(body), { retain }).catch(() => undefined);

  const state = async (online: boolean): Promise<void> => {
    const body = { edge, state: online ? 'online' : 'offline', at: instantText(now()) };
    await Promise.all(sites().map((site) => tell(`keepsite/${site}/bridge/state`, body, true)));
  };

  const snapshot = (site: string): Promise<void> => {
    sequence += 1;
    const items = [...live.values()].filter((incident) => incident.site === site).map(brief);
    const body = { edge, sequence, at: instantText(now()), expiresAt: instantText(now() + SNAPSHOT_LIVES_MS), items };
    return tell(`keepsite/${site}/incidents`, body, true);
  };

  return {
    committed({ events, incidents }) {
      for (const incident of incidents) {
        if (isOver(incident)) live.delete(incident.id);
        else live.set(incident.id, incident);
      }
      const siteOf = new Map(incidents.map((incident) => [incident.id, incident.site]));
      for (const event of events)
        void tell(`keepsite/${siteOf.get(event.incident) ?? edge}/incidents/${event.incident}`, event);
      for (const site of new Set(siteOf.values())) void snapshot(site);
    },
    ask(asks) {
      for (const { topic, payload } of asks) void publish(topic, payload).catch(() => undefined);
    },
    async greet(incidents) {
      for (const incident of incidents) live.set(incident.id, incident);
      await state(true);
      await Promise.all(sites().map(snapshot));
    },
    farewell: () => state(false),
  };
}

/** What a panel in the lobby or another system needs; the whole incident is behind the HTTP API. */
function brief(incident: Incident) {
  const { id, asset, fault, severity, summary, condition, response, sla, responder, openedAt, clocks } = incident;
  return { id, asset, fault, severity, summary, condition, response, sla, responder, openedAt, clocks };
}
