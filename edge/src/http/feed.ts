import {
  type Heartbeat,
  type Incident,
  instantText,
  instantTextOrNull,
  type MaintenanceNotice,
  type Reading,
  type StreamEvent,
} from '@keepsite/edge-contract';
import type { Clock, Feed } from '../ports.ts';

const CLOCK_EVERY_MS = 1_000;
const READINGS_EVERY_MS = 250;
/** Series told in one turn; the others follow in the next. */
const SERIES_A_TURN = 500;
const MAX_LISTENERS = 200;
/** A client that leaves this much unread is dropped; it comes back by itself and starts with a fresh picture. */
const MAX_UNREAD_BYTES = 1_048_576;

/** A connection to one listener, as Node's response gives it. */
export interface Listener {
  write(text: string): unknown;
  /** Written and not yet taken by the other end. */
  readonly writableLength: number;
  destroy(): unknown;
}

/** The page's event stream: the pipeline tells it, and it tells every listener. */
export interface LiveFeed extends Feed {
  /** The first words are the clock and the open incidents, as many of them as a listener can take. */
  listen(listener: Listener): void;
  /** Announced work was planned, begins, ends or was extended. */
  maintenance(notice: MaintenanceNotice): void;
  /** True when there are as many listeners as there may be. */
  readonly full: boolean;
  leave(listener: Listener): void;
  readonly listeners: number;
  /** Ends every stream. */
  stop(): void;
}

/** `open` answers with the incidents that a new listener must know. */
export function createLiveFeed(parts: { readonly clock: Clock; readonly open: () => readonly Incident[] }): LiveFeed {
  const { clock } = parts;
  const listeners = new Set<Listener>();
  const newest = new Map<string, Reading>();
  const timers: NodeJS.Timeout[] = [];
  let lastHeartbeat: string | null = null;

  function tell(text: string): void {
    for (const listener of listeners) say(listener, text);
  }

  function say(listener: Listener, text: string): void {
    if (listener.writableLength > MAX_UNREAD_BYTES) {
      leave(listener);
      listener.destroy();
    } else listener.write(text);
  }

  function leave(listener: Listener): void {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    for (const timer of timers.splice(0)) clearInterval(timer);
    newest.clear();
  }

  function tick(): string {
    return message('clock', { now: instantText(clock.now()), scale: clock.scale });
  }

  function tellReadings(): void {
    let text = '';
    let told = 0;
    for (const [series, reading] of newest) {
      newest.delete(series);
      text += message('reading', shown(reading));
      if ((told += 1) >= SERIES_A_TURN) break;
    }
    if (text !== '') tell(text);
  }

  return {
    get listeners() {
      return listeners.size;
    },
    get full() {
      return listeners.size >= MAX_LISTENERS;
    },
    listen(listener) {
      listeners.add(listener);
      if (timers.length === 0) {
        timers.push(setInterval(() => tell(tick()), CLOCK_EVERY_MS).unref());
        timers.push(setInterval(tellReadings, READINGS_EVERY_MS).unref());
      }
      const incidents = parts.open().map((incident) => message('incident', brief(incident)));
      say(listener, ['retry: 2000\n\n', tick(), ...incidents, lastHeartbeat ?? ''].join(''));
    },
    leave,
    stop() {
      for (const listener of listeners) {
        leave(listener);
        listener.destroy();
      }
    },
    incident(incident) {
      if (listeners.size > 0) tell(message('incident', brief(incident)));
    },
    readings(readings) {
      if (listeners.size === 0) return;
      for (const reading of readings) {
        if (!reading.historical) newest.set(`${reading.device}\n${reading.metric}\n${reading.part ?? ''}`, reading);
      }
    },
    quarantine(total) {
      if (listeners.size > 0) tell(message('quarantine', { total }));
    },
    maintenance(notice) {
      tell(message('maintenance', notice));
    },
    heartbeat(heartbeat: Heartbeat) {
      lastHeartbeat = message('heartbeat', heartbeat);
      tell(lastHeartbeat);
    },
  };
}

/** The timeline is asked for when somebody looks at it. */
function brief(incident: Incident): Incident {
  return { ...incident, timeline: [] };
}

function shown(reading: Reading): object {
  return { ...reading, at: instantTextOrNull(reading.at), receivedAt: instantText(reading.receivedAt) };
}

function message(event: StreamEvent, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
