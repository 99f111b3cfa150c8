import { instantMillis, type Millis } from '@keepsite/edge-contract';
import type { ClockMark, KnownTime, MachineTime } from '../domain/clock-start.ts';
import { isOpen } from '../domain/incident-state.ts';
import type { EdgeEvents } from '../events.ts';
import type { FollowingClock, Store } from '../ports.ts';

const KEY = 'clock';
/** Apart by less than this the two are the same time. */
const APART_MS = 1_000;
/** From here on people are told. */
const FAR_APART_MS = 60_000;
/** Incidents that are read at a time, to find one that is open. */
const OPEN_AT_A_TIME = 20;

export interface ClockKeeperParts {
  readonly clock: FollowingClock;
  readonly machine: () => MachineTime;
  readonly store: Pick<Store, 'noteCursor'>;
  /** How many incidents are open: their deadlines are instants of edge time. */
  readonly openIncidents: () => number;
  /** Edge time has leapt forward to `at`. */
  readonly onFollowed: (at: Millis) => void;
  readonly events: Pick<EdgeEvents, 'clockFollowed'>;
}

export interface ClockKeeper {
  /** A chore: notes down what time it is, and follows the machine's clock when that harms nothing. */
  readonly keep: () => void;
  /** That edge time and the machine's clock are far apart; null: they are not. */
  readonly trouble: () => string | null;
}

/**
 * Keeps edge time near the machine's clock without moving a deadline. A machine without a battery
 * starts years behind and is set right by the network later: edge time steps forward with it, once the
 * difference has been the same twice in a row and no incident is open. It never steps back while the
 * edge runs.
 */
export function createClockKeeper(parts: ClockKeeperParts): ClockKeeper {
  const { clock, machine, store, openIncidents, onFollowed, events } = parts;
  let before = 0;

  function follow(): void {
    const offset = clock.offsetMs;
    const isSteady = Math.abs(offset - before) < APART_MS;
    before = offset;
    if (offset > -APART_MS || !isSteady || openIncidents() > 0) return;
    clock.follow();
    before = 0;
    events.clockFollowed(-offset);
    onFollowed(clock.now());
  }

  return {
    keep() {
      follow();
      const mark: ClockMark = { at: clock.now(), ...machine() };
      store.noteCursor(KEY, JSON.stringify(mark));
    },
    trouble() {
      const offset = clock.offsetMs;
      if (Math.abs(offset) < FAR_APART_MS) return null;
      const seconds = Math.round(Math.abs(offset) / 1000);
      return `edge time is ${seconds} s ${offset > 0 ? 'ahead of' : 'behind'} the machine’s clock; check that clock`;
    },
  };
}

/** What a store knows of time. A mark that cannot be read is none. */
export function knownTime(store: Pick<Store, 'cursor' | 'bearings' | 'events' | 'incidents'>): KnownTime {
  const { lastEvent, devices } = store.bearings();
  const [event] = lastEvent ? store.events({ after: lastEvent.seq - 1, limit: 1 }) : [];
  const instants = [
    ...(event ? [instantMillis(event.recordedAt)] : []),
    ...devices.map(({ lastHeardAt }) => lastHeardAt),
  ];
  return {
    mark: markOf(store.cursor(KEY)),
    newest: instants.length > 0 ? instants.reduce((a, b) => Math.max(a, b)) : null,
    open: isAnyOpen(store),
  };
}

/** The first of very many tells it, nearly always. */
function isAnyOpen(store: Pick<Store, 'incidents'>): boolean {
  for (let before: { before?: string } = {}; ;) {
    const some = store.incidents({ state: 'open', limit: OPEN_AT_A_TIME, ...before });
    if (some.some(isOpen)) return true;
    const last = some.at(-1);
    if (!last || some.length < OPEN_AT_A_TIME) return false;
    before = { before: last.id };
  }
}

function markOf(text: string | undefined): ClockMark | null {
  try {
    const mark = JSON.parse(text ?? 'null') as Partial<ClockMark> | null;
    const { at, wall, uptime, boot = null } = mark ?? {};
    if (!isInstant(at) || !isInstant(wall) || !isInstant(uptime)) return null;
    return { at, wall, uptime, boot: typeof boot === 'string' ? boot : null };
  } catch {
    return null;
  }
}

function isInstant(value: unknown): value is Millis {
  return typeof value === 'number' && Number.isFinite(value);
}
