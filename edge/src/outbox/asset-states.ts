import {
  type Incident,
  instantText,
  type Millis,
  type Reading,
  type Series,
  type Value,
} from '@keepsite/edge-contract';
import { BySeries } from '../domain/by-series.ts';
import type { Directory } from '../domain/directory.ts';
import { isOpen } from '../domain/incident-state.ts';
import type { Clock, Feed, Inbox } from '../ports.ts';

/** One point of an asset as other systems see it. */
export interface AssetPoint {
  /** Its key in the state: the metric, and the part after an underscore. */
  readonly key: string;
  readonly metric: string;
  readonly part: string | null;
}

export interface AssetStatesParts {
  readonly directory: () => Directory;
  readonly publish: Inbox['publish'];
  readonly clock: Pick<Clock, 'now'>;
  /** Numbers are told at most this often; words, and yes or no, at once. */
  readonly everyMs: Millis;
  /** Devices that have been found silent: what they said last is not known any more. */
  readonly silent: () => Iterable<string>;
  /** An asset has a point that it did not have before; all of them, in the order in which they came. */
  readonly onPoints?: (asset: string, points: readonly AssetPoint[]) => void;
}

export interface AssetStates extends Pick<Feed, 'readings' | 'incident'> {
  /** Publishes what is due; called once a second. */
  flush(): void;
  /** The broker is back, or the registry is another: everything is told anew. */
  again(): void;
}

/** A broker that is back must not be buried. */
const MOST_AT_ONCE = 200;
/** Looking at all devices costs something, and silence is a matter of minutes. */
const LISTEN_EVERY_MS = 5_000;
/** Series of one device whose place is kept. */
const MOST_SEATS = 512;

/** The newest value of one point, and whose it is. */
interface Slot {
  value: Value;
  readonly device: string;
}

/** Where a series of a device is told; null: nowhere. */
type Seat = { readonly state: State; readonly slot: Slot } | null;

interface State {
  readonly points: AssetPoint[];
  readonly values: Map<string, Slot>;
  readonly open: Set<string>;
  at: Millis;
  toldAt: Millis;
  changed: boolean;
  urgent: boolean;
}

/**
 * Tells the newest values of every asset to whoever listens on the building's own broker: one retained
 * object an asset, `keepsite/<site>/assets/<asset>`. A value that is not good, or whose device is silent, is
 * null; history is not told.
 */
export function createAssetStates({
  directory,
  publish,
  clock,
  everyMs,
  silent,
  onPoints,
}: AssetStatesParts): AssetStates {
  const states = new Map<string, State>();
  let ranks = ranksIn(directory());
  let quiet: ReadonlySet<string> = new Set();
  let listenedAt = -Infinity;
  /** Worked out once for a while: where a device stands may change with the registry, and with the day. */
  let seats = new Map<string, BySeries<Seat>>();

  const assetOf = (device: string) => directory().device(device, clock.now())?.asset.id;

  function stateOf(asset: string): State {
    const known = states.get(asset);
    if (known) return known;
    const made: State = {
      points: [],
      values: new Map(),
      open: new Set(),
      at: 0,
      toldAt: -Infinity,
      changed: true,
      urgent: true,
    };
    states.set(asset, made);
    return made;
  }

  function take({ device, metric, part, value, quality, receivedAt, historical }: Reading): void {
    if (historical) return;
    const seat = seatsOf(device).of(metric, part);
    if (!seat) return;
    const { state, slot } = seat;
    const told = quality === 'good' ? value : null;
    if (receivedAt > state.at) state.at = receivedAt;
    if (slot.value === told) return;
    slot.value = told;
    state.changed = true;
    state.urgent ||= typeof told !== 'number';
  }

  function seatsOf(device: string): BySeries<Seat> {
    const known = seats.get(device);
    if (known) return known;
    const asset = assetOf(device);
    const made = new BySeries<Seat>(MOST_SEATS, (metric, part) =>
      asset === undefined || metric === 'test' ? null : seat(asset, device, metric, part),
    );
    seats.set(device, made);
    return made;
  }

  function seat(asset: string, device: string, metric: string, part: string | null): Seat {
    const state = stateOf(asset);
    const key = keyOf(asset, state, { device, metric, part });
    const held = state.values.get(key);
    if (held?.device === device) return { state, slot: held };
    const slot: Slot = { value: null, device };
    state.values.set(key, slot);
    state.changed = true;
    introduce(asset, state, { key, metric, part });
    return { state, slot };
  }

  function introduce(asset: string, state: State, point: AssetPoint): void {
    if (state.points.some(({ key }) => key === point.key)) return;
    state.points.push(point);
    onPoints?.(asset, state.points);
  }

  /** Two devices of one asset may measure the same: the one that the registry names first has the plain name. */
  function keyOf(asset: string, state: State, { device, metric, part }: Series): string {
    const plain = part === null ? metric : `${metric}_${part}`;
    const held = state.values.get(plain);
    if (!held || held.device === device) return plain;
    const rank = (id: string) => ranks.get(id) ?? Infinity;
    if (rank(held.device) <= rank(device)) return `${plain}_${device}`;
    state.values.delete(plain);
    state.values.set(`${plain}_${held.device}`, held);
    introduce(asset, state, { key: `${plain}_${held.device}`, metric, part });
    return plain;
  }

  function tell(asset: string, state: State, now: Millis): void {
    const site = directory().asset(asset)?.site.id;
    state.changed = false;
    state.urgent = false;
    state.toldAt = now;
    if (site === undefined) return;
    const known = [...state.values].map(([key, { value, device }]) => [key, quiet.has(device) ? null : value] as const);
    const body = {
      asset,
      at: state.at === 0 ? null : instantText(state.at),
      open_incidents: state.open.size,
      ...Object.fromEntries(known),
    };
    publish(`keepsite/${site}/assets/${asset}`, JSON.stringify(body), { retain: true }).catch(() => {
      state.changed = true;
    });
  }

  /** Who has fallen silent, or speaks again, is told of at once. */
  function listen(now: Millis): void {
    if (now - listenedAt < LISTEN_EVERY_MS) return;
    listenedAt = now;
    seats = new Map();
    const silentNow = new Set(silent());
    for (const device of silentNow.symmetricDifference(quiet)) {
      const state = states.get(assetOf(device) ?? '');
      if (state) state.changed = state.urgent = true;
    }
    quiet = silentNow;
  }

  /** What devices said that stand elsewhere now is not told of this asset any more. */
  function leave(asset: string, state: State): void {
    for (const [key, { device }] of state.values) {
      if (assetOf(device) === asset) continue;
      state.values.delete(key);
      const place = state.points.findIndex((point) => point.key === key);
      if (place >= 0) state.points.splice(place, 1);
    }
  }

  return {
    readings(readings) {
      for (const reading of readings) take(reading);
    },
    incident(incident: Incident) {
      // Nobody's building may act on an exercise.
      if (incident.drill) return;
      const state = stateOf(incident.asset);
      if (isOpen(incident)) state.open.add(incident.id);
      else state.open.delete(incident.id);
      state.changed = state.urgent = true;
    },
    flush() {
      const now = clock.now();
      listen(now);
      let told = 0;
      for (const [asset, state] of states) {
        if (!state.changed || (!state.urgent && now - state.toldAt < everyMs)) continue;
        tell(asset, state, now);
        told += 1;
        if (told === MOST_AT_ONCE) return;
      }
    },
    again() {
      ranks = ranksIn(directory());
      seats = new Map();
      for (const [asset, state] of states) {
        leave(asset, state);
        state.changed = state.urgent = true;
        if (!directory().asset(asset)) states.delete(asset);
        else if (state.points.length > 0) onPoints?.(asset, state.points);
      }
    },
  };
}

/** Each device's place in the registry. */
function ranksIn({ registry }: Directory): ReadonlyMap<string, number> {
  return new Map(registry.devices.map(({ id }, rank) => [id, rank]));
}
