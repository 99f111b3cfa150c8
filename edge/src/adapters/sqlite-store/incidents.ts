import type { Incident, IncidentEvent } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import { isOver, openKey } from '../../domain/incident-state.ts';
import type { Commit, Remembered, Store } from '../../ports.ts';
import { guarded, rowOf, rowsOf } from './connection.ts';
import { chainHead } from './numbering.ts';

type IncidentPart = Pick<Commit, 'events' | 'incidents'>;

/** Writes events and the incidents after them; inside the caller's transaction. */
export function createIncidentWriter(writer: DatabaseSync): (part: IncidentPart) => void {
  const addEvent = writer.prepare('INSERT INTO events (seq, incident, json) VALUES (?, ?, ?)');
  const putIncident = writer.prepare(
    `INSERT INTO incidents (id, open, opened_at, asset, fault, episode, json) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET open = excluded.open, opened_at = excluded.opened_at, asset = excluded.asset,
       fault = excluded.fault, episode = excluded.episode, json = excluded.json`,
  );
  return ({ events, incidents }) => {
    for (const event of events) addEvent.run(event.seq, event.incident, JSON.stringify(event));
    for (const i of incidents) {
      // A drill is counted apart from what really happens to its asset.
      const asset = i.drill ? `drill\n${i.asset}` : i.asset;
      putIncident.run(i.id, isOver(i) ? 0 : 1, Date.parse(i.openedAt), asset, i.fault, i.episode, JSON.stringify(i));
    }
  };
}

/** What can be asked about incidents. */
export function createIncidentReader(reader: DatabaseSync): Pick<Store, 'incidents' | 'incident' | 'events'> {
  const byId = reader.prepare('SELECT json FROM incidents WHERE id = ?');
  const allEvents = reader.prepare('SELECT json FROM events WHERE seq > ? ORDER BY seq LIMIT ?');
  const eventsOf = reader.prepare('SELECT json FROM events WHERE incident = ? AND seq > ? ORDER BY seq LIMIT ?');
  const list = createLister(reader);
  return {
    incidents: (query) => guarded(() => list(query)),
    incident: (id) => guarded(() => rowsOf<Json>(byId, id).map((row) => JSON.parse(row.json) as Incident)[0]),
    events: ({ after, limit, incident }) =>
      guarded(() => {
        const rows =
          incident === undefined
            ? rowsOf<Json>(allEvents, after, limit)
            : rowsOf<Json>(eventsOf, incident, after, limit);
        return rows.map((row) => JSON.parse(row.json) as IncidentEvent);
      }),
  };
}

interface Json {
  readonly json: string;
}

function createLister(reader: DatabaseSync): Store['incidents'] {
  const page = (where: string) =>
    reader.prepare(
      `SELECT json FROM incidents WHERE ${where} AND (opened_at, id) < (?, ?) ORDER BY opened_at DESC, id DESC LIMIT ?`,
    );
  const pages = { all: page('true'), open: page('open = 1'), closed: page('open = 0') };
  const place = reader.prepare('SELECT opened_at AS openedAt FROM incidents WHERE id = ?');
  return ({ state, before, limit }) => {
    const openedAt =
      before === undefined ? Number.MAX_SAFE_INTEGER : rowOf<{ openedAt: number }>(place, before)?.openedAt;
    if (openedAt === undefined) return [];
    return rowsOf<Json>(pages[state ?? 'all'], openedAt, before ?? '', limit).map(
      (row) => JSON.parse(row.json) as Incident,
    );
  };
}

/** Where the chain of events stands. */
export function lastEventOf(reader: DatabaseSync): Remembered['lastEvent'] {
  const last = rowOf<Json>(reader.prepare('SELECT json FROM events ORDER BY seq DESC LIMIT 1'));
  const event = last ? (JSON.parse(last.json) as IncidentEvent) : null;
  return chainHead(reader, event?.hash ?? null);
}

/** What of it the edge remembers when it starts. */
export function rememberIncidents(reader: DatabaseSync): Pick<Remembered, 'live' | 'episodes'> {
  const episodes = rowsOf<Pick<Incident, 'asset' | 'fault' | 'episode'>>(
    reader.prepare('SELECT asset, fault, max(episode) AS episode FROM incidents GROUP BY asset, fault'),
  );
  return {
    live: rowsOf<Json>(reader.prepare('SELECT json FROM incidents WHERE open = 1 ORDER BY opened_at, id')).map(
      (row) => JSON.parse(row.json) as Incident,
    ),
    episodes: new Map(episodes.map(({ asset, fault, episode }) => [openKey({ asset, fault }), episode])),
  };
}
