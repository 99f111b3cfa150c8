import type { CommandAnswer } from '@keepsite/cloud-contract';
import type { Heartbeat, Incident, WhoAmI } from '@keepsite/edge-contract';
import type { QueryClient } from '@tanstack/react-query';
import { isOpen } from '../incident/urgency.ts';
import { absorb, readTick, type ServerTime } from '../time/server-time.ts';
import { noteAnswer, noteIncident, drainOutbox } from './outbox.ts';
import { keys, type Page } from './queries.ts';
import { createValue } from './value.ts';
import { followStream, type StreamMessage } from './stream.ts';

/** A heartbeat and when this page heard it (monotonic ms). */
export interface HeardBeat {
  readonly beat: Heartbeat;
  readonly heardAt: number;
}

/** The newest value of one series of a device. */
export interface LiveReading {
  readonly device: string;
  readonly metric: string;
  readonly part: string | null;
  readonly value: number | string | boolean | null;
}

export const serverTime = createValue<ServerTime | null>(null);
export const heartbeats = createValue<ReadonlyMap<string, HeardBeat>>(new Map());
export const quarantineTotal = createValue<number | null>(null);
export const powerReadings = createValue<ReadonlyMap<string, number>>(new Map());
/** The newest incident that opened while this page was watching; for the screen reader. */
export const announcement = createValue<Incident | null>(null);

/** Lets the stream keep the cache true: lists and details follow the events. Returns a way to stop. */
export function startLive(queries: QueryClient): () => void {
  const handlers: Record<StreamMessage['event'], (data: unknown) => void> = {
    open: () => {
      void queries.invalidateQueries();
      void drainOutbox();
    },
    // The stream itself cannot say why it was refused; the answer to this can.
    refused: () => void queries.invalidateQueries({ queryKey: keys.whoami }),
    clock: (data) => {
      const tick = readTick(data);
      if (tick) serverTime.set(absorb(serverTime.get(), tick, performance.now()));
    },
    incident: (data) => takeIncident(queries, data as Incident),
    heartbeat: (data) => {
      const beat = data as Heartbeat;
      heartbeats.set(new Map(heartbeats.get()).set(beat.edge, { beat, heardAt: performance.now() }));
      void queries.invalidateQueries({ queryKey: keys.edges });
      quarantineTotal.set([...heartbeats.get().values()].reduce((sum, heard) => sum + heard.beat.quarantined, 0));
    },
    reading: (data) => takeReadings(data),
    quarantine: (data) => {
      const total = (data as { total?: unknown }).total;
      if (typeof total === 'number') quarantineTotal.set(total);
      void queries.invalidateQueries({ queryKey: keys.quarantine });
    },
    client: (data) => {
      void queries.invalidateQueries({ queryKey: keys.clients });
      const client = (data as { client?: unknown }).client;
      if (typeof client === 'string') void queries.invalidateQueries({ queryKey: keys.client(client) });
    },
    command: (data) => noteAnswer(data as CommandAnswer),
    alarm: () => void queries.invalidateQueries({ queryKey: keys.alarms }),
    maintenance: () => void queries.invalidateQueries({ queryKey: keys.maintenance }),
  };
  return followStream(({ event, data }) => handlers[event](data));
}

/** Before the first tick the server's answer to whoami is the best that is known. */
export function firstTime(who: WhoAmI): void {
  const now = Date.parse(who.now);
  if (!serverTime.get() && Number.isFinite(now)) serverTime.set({ now, scale: 1, heardAt: performance.now() });
}

function takeIncident(queries: QueryClient, incident: Incident): void {
  const known = queries.getQueryData<Page<Incident>>(keys.openIncidents);
  const before = known?.items.find((one) => one.id === incident.id);
  if (before && before.version > incident.version) return;
  if (known && !before && isOpen(incident)) announcement.set(incident);
  queries.setQueryData<Page<Incident>>(
    keys.openIncidents,
    (page) => page && { ...page, items: merged(page, incident) },
  );
  noteIncident(incident);
  void queries.invalidateQueries({ queryKey: keys.incident(incident.id) });
  if (!isOpen(incident)) void queries.invalidateQueries({ queryKey: keys.closedIncidents });
  void queries.invalidateQueries({ queryKey: keys.incidentList });
}

function merged(page: Page<Incident>, incident: Incident): Incident[] {
  const others = page.items.filter((one) => one.id !== incident.id);
  return isOpen(incident) ? [incident, ...others] : others;
}

function takeReadings(data: unknown): void {
  const readings = (Array.isArray(data) ? data : [data]) as LiveReading[];
  const watts = readings.filter((r) => r.metric === 'active_power_w' && (r.part === null || r.part === 'total'));
  if (watts.length === 0) return;
  const next = new Map(powerReadings.get());
  for (const { device, value } of watts) {
    if (typeof value === 'number') next.set(device, value);
    else next.delete(device);
  }
  powerReadings.set(next);
}
