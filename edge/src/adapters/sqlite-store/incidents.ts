import type { Incident, IncidentEvent } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import { type Commit, episodeKey, type Remembered, type Store } from '../../ports.ts';
import { guarded, rowOf, rowsOf } from './connection.ts';

type IncidentPart = Pick<Commit, 'events' | 'incidents' | 'states'>;

/** Writes events, snapshots and domain states; inside the caller's transaction. */
export function createIncidentWriter(writer: DatabaseSync): (part: IncidentPart) => void {
  const addEvent = writer.prepare('INSERT INTO events (seq, incident, json) VALUES (?, ?, ?)');
  const putIncident = writer.prepare(
    `INSERT INTO incidents (id, open, opened_at, asset, fault, episode, json) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET open = excluded.open, opened_at = excluded.opened_at, asset = excluded.asset,
       fault = excluded.fault, episode = excluded.episode, json = excluded.json`,
  );
  const putState = writer.prepare(
    `INSERT INTO states (incident, open, due_at, state) VALUES (?, ?, ?, ?)
     ON CONFLICT (incident) DO UPDATE SET open = excluded.open, due_at = excluded.due_at, state = excluded.state`,
  );
  return ({ events, incidents, states }) => {
    for (const event of events) addEvent.run(event.seq, event.incident, JSON.stringify(event));
    for (const i of incidents) {
      const open = isOpen(i) ? 1 : 0;
      putIncident.run(i.id, open, Date.parse(i.openedAt), i.asset, i.fault, i.episode, JSON.stringify(i));
    }
    for (const s of states) putState.run(s.incident, s.open ? 1 : 0, s.dueAt, s.state);
  };
}

function isOpen({ response }: Incident): boolean {
  return response !== 'closed' && response !== 'cancelled';
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

/** What of it the edge remembers when it starts. */
export function rememberIncidents(reader: DatabaseSync): Pick<Remembered, 'lastEvent' | 'states' | 'episodes'> {
  const last = rowOf<Json>(reader.prepare('SELECT json FROM events ORDER BY seq DESC LIMIT 1'));
  const event = last ? (JSON.parse(last.json) as IncidentEvent) : null;
  const episodes = rowsOf<{ asset: string; fault: string; episode: number }>(
    reader.prepare('SELECT asset, fault, max(episode) AS episode FROM incidents GROUP BY asset, fault'),
  );
  return {
    lastEvent: event && { seq: event.seq, hash: event.hash },
    states: rowsOf<{ incident: string; state: string }>(
      reader.prepare('SELECT incident, state FROM states WHERE open = 1 ORDER BY incident'),
    ).map(({ incident, state }) => ({ incident, state })),
    episodes: new Map(episodes.map(({ asset, fault, episode }) => [episodeKey(asset, fault), episode])),
  };
}
