import {
  type Incident,
  instantText,
  type Millis,
  type Reading,
  type Series,
  type Value,
} from '@keepsite/edge-contract';
import { BySeries, SeriesList } from '../domain/by-series.ts';
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
/** Days begin at quarters of an hour, wherever a site is, and with a day a device may stand elsewhere. */
const QUARTER_MS = 900_000;
/** Series of one device whose place is kept. */
const MOST_SLOTS = 512;
/** Of most assets nothing is open, and there are assets by the ten thousand. */
const NONE: ReadonlySet<string> = new Set();
const NO_POINTS: readonly Slot[] = [];

/** The newest value of one point, whose it is, and where it is told. */
interface Slot extends Series {
  value: Value;
  readonly state: State;
}

interface State {
  /** In the order in which they came. */
  points: readonly Slot[];
  open: ReadonlySet<string>;
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
  /** Worked out once: where a device stands changes with the registry, and with the day. */
  let slots = new Map<string, BySeries<Slot | null>>();
  const noSeries = SeriesList.empty();

  const assetOf = (device: string) => directory().device(device, clock.now())?.asset.id;

  function stateOf(asset: string): State {
    const known = states.get(asset);
    if (known) return known;
    const made: State = {
      points: NO_POINTS,
      open: NONE,
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
    const slot = slotOf(device, metric, part);
    if (slot === null) return;
    const { state } = slot;
    const told = quality === 'good' ? value : null;
    if (receivedAt > state.at) state.at = receivedAt;
    if (slot.value === told) return;
    slot.value = told;
    state.changed = true;
    state.urgent ||= typeof told !== 'number';
  }

  /** Null: it is not told. */
  function slotOf(device: string, metric: string, part: string | null): Slot | null {
    const known = slots.get(device) ?? new BySeries<Slot | null>(noSeries);
    const slot = known.get(metric, part);
    if (slot !== undefined) return slot;
    if (known.size >= MOST_SLOTS) return null;
    slots.set(device, known);
    const asset = metric === 'test' ? undefined : assetOf(device);
    const made = asset === undefined ? null : newSlot(asset, device, metric, part);
    known.add(metric, part, made);
    return made;
  }

  function newSlot(asset: string, device: string, metric: string, part: string | null): Slot {
    const state = stateOf(asset);
    const held = state.points.find((it) => it.device === device && it.metric === metric && it.part === part);
    if (held) return held;
    const slot: Slot = { value: null, device, metric, part, state };
    state.points = state.points.concat(slot);
    state.changed = true;
    onPoints?.(asset, pointsOf(state));
    return slot;
  }

  /**
   * Points by their keys, which are made as they are told: there are too many to be kept. Two devices of one asset may
   * measure the same: the one that the registry names first has the plain name.
   */
  function keysOf({ points }: State): Map<string, Slot> {
    const rank = ({ device }: Slot) => ranks.get(device) ?? Infinity;
    const plainly = new Map<string, Slot>();
    for (const point of points) {
      const first = plainly.get(plainKey(point));
      if (!first || rank(point) < rank(first)) plainly.set(plainKey(point), point);
    }
    return new Map(
      points.map((point) => {
        const plain = plainKey(point);
        return [plainly.get(plain) === point ? plain : `${plain}_${point.device}`, point];
      }),
    );
  }

  function pointsOf(state: State): AssetPoint[] {
    return Array.from(keysOf(state), ([key, { metric, part }]) => ({ key, metric, part }));
  }

  function tell(asset: string, state: State, now: Millis): void {
    const site = directory().asset(asset)?.site.id;
    state.changed = false;
    state.urgent = false;
    state.toldAt = now;
    if (site === undefined) return;
    const known = Array.from(keysOf(state), ([key, { value, device }]) => [key, quiet.has(device) ? null : value]);
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
    if (Math.floor(now / QUARTER_MS) !== Math.floor(listenedAt / QUARTER_MS)) lookWhereTheyStand();
    listenedAt = now;
    const silentNow = new Set(silent());
    for (const device of silentNow.symmetricDifference(quiet)) {
      const state = states.get(assetOf(device) ?? '');
      if (state) state.changed = state.urgent = true;
    }
    quiet = silentNow;
  }

  function lookWhereTheyStand(): void {
    slots = new Map();
    for (const [asset, state] of states) {
      if (!leave(asset, state)) continue;
      state.changed = state.urgent = true;
      if (state.points.length > 0) onPoints?.(asset, pointsOf(state));
    }
  }

  /** What devices said that stand elsewhere now is not told of this asset any more; false: there is none. */
  function leave(asset: string, state: State): boolean {
    const before = state.points.length;
    state.points = state.points.filter(({ device }) => assetOf(device) === asset);
    return state.points.length < before;
  }

  return {
    readings(readings) {
      for (const reading of readings) take(reading);
    },
    incident(incident: Incident) {
      // Nobody's building may act on an exercise.
      if (incident.drill) return;
      const state = stateOf(incident.asset);
      const self = new Set([incident.id]);
      const open = isOpen(incident) ? state.open.union(self) : state.open.difference(self);
      state.open = open.size === 0 ? NONE : open;
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
      slots = new Map();
      for (const [asset, state] of states) {
        leave(asset, state);
        state.changed = state.urgent = true;
        if (!directory().asset(asset)) states.delete(asset);
        else if (state.points.length > 0) onPoints?.(asset, pointsOf(state));
      }
    },
  };
}

function plainKey({ metric, part }: Series): string {
  return part === null ? metric : `${metric}_${part}`;
}

/** Each device's place in the registry. */
function ranksIn({ registry }: Directory): ReadonlyMap<string, number> {
  return new Map(registry.devices.map(({ id }, rank) => [id, rank]));
}
