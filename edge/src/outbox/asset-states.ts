import { type Incident, instantText, type Millis, type Reading, type Value } from '@keepsite/edge-contract';
import { CodeColumn, ValueColumn } from '../domain/columns.ts';
import type { Directory } from '../domain/directory.ts';
import { isOpen } from '../domain/incident-state.ts';
import { NOT_KEPT, type SeriesRows } from '../domain/series-rows.ts';
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
  readonly series: SeriesRows;
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
/** Of most assets nothing is open, and there are assets by the ten thousand. */
const NONE: ReadonlySet<string> = new Set();
const NOBODY: readonly Voice[] = [];

/** A device that says something of the asset that it stands at. */
interface Voice {
  readonly asset: string;
  readonly device: string;
  readonly state: State;
}

/** A point as it is told, with whose it is. */
interface Told extends Omit<AssetPoint, 'key'> {
  readonly device: string;
  readonly value: Value;
}

interface State {
  /** In the order in which they first spoke. */
  voices: readonly Voice[];
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
  series,
  everyMs,
  silent,
  onPoints,
}: AssetStatesParts): AssetStates {
  const states = new Map<string, State>();
  /** Made when two devices of an asset measure the same: few ever do. */
  let ranks: ReadonlyMap<string, number> | null = null;
  let quiet: ReadonlySet<string> = new Set();
  let listenedAt = -Infinity;
  /** Worked out once: where a device stands changes with the registry, and with the day. */
  let voices = new Map<string, Voice | null>();
  /** By the rows of series: the newest value, and whether there is one of the asset at which the device stands. */
  const values = new ValueColumn();
  const isKnown = CodeColumn.bytes();

  const assetOf = (device: string) => directory().device(device, clock.now())?.asset.id;

  function stateOf(asset: string): State {
    const known = states.get(asset);
    if (known) return known;
    const made: State = {
      voices: NOBODY,
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
    const voice = historical || metric === 'test' ? null : voiceOf(device);
    if (voice === null) return;
    const row = series.of(device, metric, part);
    if (row === NOT_KEPT) return;
    const { state } = voice;
    const told = quality === 'good' ? value : null;
    const before = isKnown.get(row) === 1 ? values.get(row) : undefined;
    if (receivedAt > state.at) state.at = receivedAt;
    if (before === told) return;
    values.set(row, told);
    isKnown.set(row, 1);
    state.changed = true;
    // That a point has appeared of which nothing is known nobody has to hear at once.
    const isNews = before !== undefined || told !== null;
    state.urgent ||= isNews && typeof told !== 'number';
    if (before === undefined) introduce(voice.asset, state);
  }

  /** Null: it stands nowhere. */
  function voiceOf(device: string): Voice | null {
    const known = voices.get(device);
    if (known !== undefined) return known;
    const asset = assetOf(device);
    const made = asset === undefined ? null : newVoice(asset, device);
    voices.set(device, made);
    return made;
  }

  function newVoice(asset: string, device: string): Voice {
    const state = stateOf(asset);
    const held = state.voices.find((it) => it.device === device);
    if (held) return held;
    // What it said of another asset is not known of this one.
    for (const { row } of series.all(device)) isKnown.set(row, 0);
    const voice = { asset, device, state };
    state.voices = state.voices.concat(voice);
    return voice;
  }

  /**
   * Points by their keys, which are made as they are told: there are too many to be kept. Two devices of one asset may
   * measure the same: the one that the registry names first has the plain name.
   */
  function keysOf(state: State): Map<string, Told> {
    const points = state.voices.flatMap(({ device }) =>
      series
        .all(device)
        .filter(({ row }) => isKnown.get(row) === 1)
        .map(({ metric, part, row }): Told => ({ device, metric, part, value: values.get(row) })),
    );
    const rank = ({ device }: Told) => (ranks ??= ranksIn(directory())).get(device) ?? Infinity;
    const plainly = new Map<string, Told>();
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

  function introduce(asset: string, state: State): void {
    if (!onPoints || state.voices.length === 0) return;
    onPoints(
      asset,
      Array.from(keysOf(state), ([key, { metric, part }]) => ({ key, metric, part })),
    );
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
    voices = new Map();
    for (const [asset, state] of states) {
      if (!leave(asset, state)) continue;
      state.changed = state.urgent = true;
      introduce(asset, state);
    }
  }

  /** What devices said that stand elsewhere now is not told of this asset any more; false: there is none. */
  function leave(asset: string, state: State): boolean {
    const before = state.voices.length;
    state.voices = state.voices.filter(({ device }) => assetOf(device) === asset);
    return state.voices.length < before;
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
      ranks = null;
      voices = new Map();
      for (const [asset, state] of states) {
        leave(asset, state);
        state.changed = state.urgent = true;
        if (!directory().asset(asset)) states.delete(asset);
        else introduce(asset, state);
      }
    },
  };
}

function plainKey({ metric, part }: Told): string {
  return part === null ? metric : `${metric}_${part}`;
}

/** Each device's place in the registry. */
function ranksIn({ registry }: Directory): ReadonlyMap<string, number> {
  return new Map(registry.devices.map(({ id }, rank) => [id, rank]));
}
