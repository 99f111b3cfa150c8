import type { Asset, Millis, Registry } from '@keepsite/edge-contract';
import { offsetMs } from '../local-time.ts';
import { seeded, type Random } from '../random.ts';
import type { World } from '../world/world.ts';
import { FAILURES, type Failure, type Fortune } from './fortunes.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** A failure is a new one after this; before it the repair did not last. */
const LASTING_MS = 31 * DAY;
/** Everything is over by the end of the history. */
const LONGEST_MS = 8 * HOUR;
/** Share of a client's incidents that happen in the parts it shares with others. */
const SHARED = 0.12;

/** One thing that went wrong, and how the people did; seconds from T0. */
export interface Occurrence {
  readonly client: string;
  readonly asset: Asset;
  readonly site: string;
  readonly failure: Failure;
  readonly at: Millis;
  readonly acknowledge: number;
  readonly onSite: number;
  readonly cleared: number;
  readonly resolved: number;
  readonly episode: number;
  /** Which of the crew's members took it. */
  readonly member: number;
}

/** When each asset had each failure, whoever it concerned. */
export type Seen = Map<string, Millis[]>;

/** All occurrences of a client's fortune between two instants, oldest first; adds them to `seen`. */
export function occurrencesOf(world: World, fortune: Fortune, from: Millis, to: Millis, seen: Seen): Occurrence[] {
  const random = seeded('fortune', world.seed, fortune.client);
  const places = placesOf(world.registry, fortune.client);
  const count = Math.round((fortune.incidents * (to - from)) / (90 * DAY));
  const times = Array.from({ length: count }, () => timeOf(random, from, to - LONGEST_MS, world.zone)).toSorted(
    (a, b) => a - b,
  );
  return times.flatMap((at) => {
    const what = choose(random, fortune, places, seen, at);
    if (!what) return [];
    const key = `${what.asset.id}\n${what.failure.fault}`;
    seen.set(key, [...(seen.get(key) ?? []), at]);
    // What is shared is answered in time: one client’s bad luck is not to become everybody’s.
    const late = !what.shared && what.failure.severity !== 'minor' && random.chance(fortune.late);
    const response = responseOf(random, fortune, late);
    return [{ client: fortune.client, ...what, at, ...response, episode: seen.get(key)?.length ?? 1 }];
  });
}

/** Numbers the episodes of each asset and fault again, across clients that share an asset. */
export function withEpisodes(occurrences: readonly Occurrence[]): Occurrence[] {
  const counts = new Map<string, number>();
  return [...occurrences]
    .toSorted((a, b) => a.at - b.at || (a.asset.id < b.asset.id ? -1 : 1))
    .map((each) => {
      const key = `${each.asset.id}\n${each.failure.fault}`;
      const episode = (counts.get(key) ?? 0) + 1;
      counts.set(key, episode);
      return { ...each, episode };
    });
}

interface Place {
  readonly asset: Asset;
  readonly site: string;
  readonly shared: boolean;
}

function placesOf(registry: Registry, client: string): Place[] {
  const zones = new Map(
    registry.zones.filter((zone) => zone.clients.some((each) => each.client === client)).map((zone) => [zone.id, zone]),
  );
  return registry.assets.flatMap((asset) => {
    const zone = zones.get(asset.zone);
    return zone ? [{ asset, site: zone.site, shared: zone.clients.length > 1 }] : [];
  });
}

interface Choice extends Place {
  readonly failure: Failure;
}

function choose(random: Random, fortune: Fortune, places: readonly Place[], seen: Seen, at: Millis): Choice | null {
  const again = random.chance(fortune.repeats);
  const tired = random.chance(fortune.tired);
  const shared = random.chance(SHARED) && !tired;
  const lift = places.find((place) => place.asset.kind === 'elevator');
  const candidates = (tired && lift ? [lift] : places.filter((place) => place.shared === shared)).flatMap((place) =>
    failuresOf(place.asset).map((failure) => ({ ...place, failure })),
  );
  const free = candidates.filter(({ asset, failure }) => {
    const others = seen.get(`${asset.id}\n${failure.fault}`) ?? [];
    return others.every((other) => Math.abs(at - other) > (tired || again ? DAY : LASTING_MS));
  });
  return free.length === 0 ? null : weighted(random, free);
}

function weighted(random: Random, choices: readonly Choice[]): Choice {
  let left = random.between(
    0,
    choices.reduce((sum, { failure }) => sum + failure.weight, 0),
  );
  for (const choice of choices) {
    left -= choice.failure.weight;
    if (left < 0) return choice;
  }
  return choices.at(-1) as Choice;
}

function failuresOf(asset: Asset): readonly Failure[] {
  const kind = asset.kind === 'switchboard' ? 'meter' : asset.kind;
  return Object.hasOwn(FAILURES, kind) ? FAILURES[kind as keyof typeof FAILURES] : [];
}

/** Three of four happen between 7 and 21 o'clock. */
function timeOf(random: Random, from: Millis, to: Millis, zone: string): Millis {
  const at = Math.floor(random.between(from + HOUR, to));
  const hour = ((at + offsetMs(at, zone)) % DAY) / HOUR;
  const awake = hour >= 7 && hour < 21;
  if (awake || random.chance(0.4)) return at;
  return Math.max(from + HOUR, at - Math.floor(random.between(7, 10) * HOUR));
}

function responseOf(
  random: Random,
  fortune: Fortune,
  late: boolean,
): Pick<Occurrence, 'acknowledge' | 'onSite' | 'cleared' | 'resolved' | 'member'> {
  const [ack, site] = late ? [fortune.lateAcknowledge, fortune.lateOnSite] : [fortune.acknowledge, fortune.onSite];
  const acknowledge = milli(random.between(ack[0], ack[1]));
  const onSite = milli(Math.max(acknowledge + 20, random.between(site[0], site[1])));
  const resolved = milli(onSite + random.between(fortune.repair[0], fortune.repair[1]));
  return { acknowledge, onSite, cleared: milli(resolved - random.between(5, 60)), resolved, member: random.int(0, 5) };
}

function milli(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
