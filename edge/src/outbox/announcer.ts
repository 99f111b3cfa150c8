import { type Incident, type IncidentEvent, instantText, type Millis } from '@keepsite/edge-contract';
import type { Publication } from '../domain/decoded.ts';
import { isOver } from '../domain/incident-state.ts';
import type { Inbox } from '../ports.ts';

/** What announcing needs. `publish` may reject: an announcement is a courtesy, never a duty. */
export interface AnnouncerParts {
  readonly edge: string;
  /** Ids, as they are now. */
  readonly sites: () => readonly string[];
  readonly publish: Inbox['publish'];
  readonly now: () => Millis;
  /** Does it later; nothing is lost that matters when it never happens. */
  readonly later: (ms: number, work: () => void) => void;
}

export interface Announcer {
  /** Publishes `keepsite/<site>/incidents/<id>` for each event, and the sites' snapshots anew. */
  committed(made: { readonly events: readonly IncidentEvent[]; readonly incidents: readonly Incident[] }): void;
  /** Publishes what devices are to be asked. One that gets lost is asked anew when the device speaks again. */
  ask(asks: readonly Publication[]): void;
  /** `bridge/state` online and the snapshots, at the start, whenever the broker is back and now and then; `live` is what it may not know yet. */
  greet(live: readonly Incident[]): Promise<void>;
  /** `bridge/state` offline, before an intended stop. */
  farewell(): Promise<void>;
}

/** A snapshot that nobody renewed within this time must not be believed. */
const SNAPSHOT_LIVES_MS = 10 * 60_000;
/** A site's snapshots are so far apart, and further by this for each incident that it tells. */
const SNAPSHOT_REST_MS = 500;
const REST_AN_INCIDENT_MS = 1;

/** Tells the building's own MQTT listeners what the edge has decided. */
export function createAnnouncer({ edge, sites, publish, now, later }: AnnouncerParts): Announcer {
  /** As JSON: with thousands of them open, only what has changed is written anew. */
  const live = new Map<string, { readonly site: string; readonly text: string }>();
  /** Sites whose snapshot was told a moment ago, and whether something has changed since. */
  const resting = new Map<string, boolean>();
  let sequence = 0;

  const know = (incident: Incident): void =>
    void live.set(incident.id, { site: incident.site, text: JSON.stringify(brief(incident)) });

  const say = (topic: string, text: string, retain: boolean): Promise<void> =>
    publish(topic, text, { retain }).catch(() => undefined);

  const tell = (topic: string, body: object, retain = false): Promise<void> => say(topic, JSON.stringify(body), retain);

  const state = async (online: boolean): Promise<void> => {
    const body = { edge, state: online ? 'online' : 'offline', at: instantText(now()) };
    await Promise.all(sites().map((site) => tell(`keepsite/${site}/bridge/state`, body, true)));
  };

  const snapshot = (site: string): Promise<void> => {
    sequence += 1;
    const items = [...live.values()].flatMap((known) => (known.site === site ? known.text : []));
    const head = { edge, sequence, at: instantText(now()), expiresAt: instantText(now() + SNAPSHOT_LIVES_MS) };
    const text = `${JSON.stringify(head).slice(0, -1)},"items":[${items.join(',')}]}`;
    return say(`keepsite/${site}/incidents`, text, true);
  };

  /** At once, or when the site has rested: a storm of commits is no storm of snapshots. */
  const renew = (site: string): void => {
    if (resting.has(site)) return void resting.set(site, true);
    resting.set(site, false);
    void snapshot(site);
    later(SNAPSHOT_REST_MS + REST_AN_INCIDENT_MS * live.size, () => {
      const isStale = resting.get(site);
      resting.delete(site);
      if (isStale) renew(site);
    });
  };

  return {
    committed({ events, incidents }) {
      for (const incident of incidents) {
        if (isOver(incident)) live.delete(incident.id);
        else know(incident);
      }
      const siteOf = new Map(incidents.map((incident) => [incident.id, incident.site]));
      for (const event of events)
        void tell(`keepsite/${siteOf.get(event.incident) ?? edge}/incidents/${event.incident}`, event);
      for (const site of new Set(siteOf.values())) renew(site);
    },
    ask(asks) {
      for (const { topic, payload } of asks) void publish(topic, payload).catch(() => undefined);
    },
    async greet(incidents) {
      for (const incident of incidents) know(incident);
      await state(true);
      await Promise.all(sites().map(snapshot));
    },
    farewell: () => state(false),
  };
}

/** What a panel in the lobby or another system needs; the whole incident is behind the HTTP API. */
function brief(incident: Incident) {
  const { id, asset, fault, severity, summary, condition, response, sla, responder, openedAt, clocks } = incident;
  const { hold, drill = false } = incident;
  return { id, asset, fault, severity, summary, condition, response, sla, responder, openedAt, clocks, hold, drill };
}
