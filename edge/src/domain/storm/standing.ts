import { type HoldReason, type Incident, instantMillis, LIFE_SAFETY, type Millis } from '@keepsite/edge-contract';

/** Incidents that are not over, as the storm's rules ask for them. */
export interface Standing {
  get(id: string): Incident | undefined;
  /** Ids of those that page for themselves at a site and may lead others, begun from `from` to `to`. */
  leads(site: string, from: Millis, to: Millis): string[];
  /** Ids of those that this incident or maintenance window holds; what flaps waits for itself. */
  followers(by: string): Iterable<string>;
  /** Whether it holds one that began after `from`, within a quarter of a minute. */
  hasFollowerSince(by: string, from: Millis, now: Millis): boolean;
  /** Whether it speaks for incidents of other causes than its own. */
  leadsStorm(id: string): boolean;
  /** Ids of those that people still have to do something about, on an asset. */
  onAsset(asset: string): Iterable<string>;
  /** Ids of what a device had raised. */
  ofDevice(device: string): Iterable<string>;
  /** Whether something is being done to many of which it is one, or which it leads, and is not finished. */
  inHand: (id: string) => boolean;
}

/** Times are told apart by this much. */
const BUCKET_MS = 15_000;
const OPEN: ReadonlySet<Incident['response']> = new Set(['open', 'acknowledged', 'on_site']);

/**
 * Where incidents are found by what they have in common, so that the thousandth is opened as fast as the
 * first. It follows from the incidents alone: whoever writes one tells what stood there before.
 */
export class StandingIndex {
  readonly #ids = new Map<string, Set<string>>();

  note(before: Incident | undefined, after: Incident | undefined): void {
    const was = before ? keysOf(before) : [];
    const is = after ? keysOf(after) : [];
    for (const key of was) if (before && !is.includes(key)) this.#remove(key, before.id);
    for (const key of is) if (after && !was.includes(key)) this.#add(key, after.id);
  }

  leads(site: string, from: Millis, to: Millis): string[] {
    const found: string[] = [];
    for (let bucket = bucketOf(from); bucket <= bucketOf(to); bucket += 1)
      found.push(...(this.#ids.get(leadKey(site, bucket)) ?? []));
    return found;
  }

  followers(by: string): ReadonlySet<string> {
    return this.#ids.get(`under\n${by}`) ?? NONE;
  }

  hasFollowerSince(by: string, from: Millis, now: Millis): boolean {
    for (let bucket = bucketOf(now); bucket > bucketOf(from); bucket -= 1)
      if (this.#ids.has(joinedKey(by, bucket))) return true;
    return false;
  }

  leadsStorm(id: string): boolean {
    return this.#ids.has(`storm\n${id}`);
  }

  onAsset(asset: string): ReadonlySet<string> {
    return this.#ids.get(`asset\n${asset}`) ?? NONE;
  }

  ofDevice(device: string): ReadonlySet<string> {
    return this.#ids.get(`device\n${device}`) ?? NONE;
  }

  #add(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids) ids.add(id);
    else this.#ids.set(key, new Set([id]));
  }

  #remove(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids?.delete(id) && ids.size === 0) this.#ids.delete(key);
  }
}

const NONE: ReadonlySet<string> = new Set();

function keysOf(incident: Incident): string[] {
  const keys: string[] = [];
  const { hold, device, fault, drill, response } = incident;
  if (device !== null && fault !== 'no_data') keys.push(`device\n${device}`);
  if (!OPEN.has(response)) return keys;
  if (hold && hold.reason !== 'flapping')
    keys.push(`under\n${hold.by}`, joinedKey(hold.by, bucketOf(instantMillis(incident.openedAt))));
  if (hold?.storm) keys.push(`storm\n${hold.by}`);
  if (drill) return keys;
  keys.push(`asset\n${incident.asset}`);
  if (!hold && !LIFE_SAFETY.has(fault)) keys.push(leadKey(incident.site, bucketOf(instantMillis(incident.openedAt))));
  return keys;
}

function leadKey(site: string, bucket: number): string {
  return `lead\n${site}\n${bucket}`;
}

function joinedKey(by: string, bucket: number): string {
  return `joined\n${by}\n${bucket}`;
}

function bucketOf(at: Millis): number {
  return Math.floor(at / BUCKET_MS);
}

/** Nobody is paged in place of what maintenance holds, nor of what flaps: that only names the first of its kind. */
const SPOKEN_FOR: ReadonlySet<HoldReason> = new Set(['explained', 'grouped']);

/** The incident that pages in place of a held one; itself where none does. */
export function rootOf(incident: Incident, standing: Pick<Standing, 'get'>): Incident {
  let root = incident;
  // No chain is this long; one that closed in itself must not hold the loop for ever.
  for (let depth = 0; depth < 32; depth += 1) {
    const above = root.hold && SPOKEN_FOR.has(root.hold.reason) ? standing.get(root.hold.by) : undefined;
    if (!above || above === root) return root;
    root = above;
  }
  return root;
}

/** Everything that an incident holds, through others too; the oldest first. */
export function membersOf(id: string, standing: Pick<Standing, 'get' | 'followers'>): Incident[] {
  const found = new Map<string, Incident>();
  const look = [id];
  for (let next = look.pop(); next !== undefined; next = look.pop()) {
    for (const follower of standing.followers(next)) {
      const incident = standing.get(follower);
      if (!incident || found.has(follower) || follower === id) continue;
      found.set(follower, incident);
      look.push(follower);
    }
  }
  return [...found.values()].toSorted(byAge);
}

/** The one that began first; of one instant the one that was written down first. */
export function byAge(a: Incident, b: Incident): number {
  return a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : firstSeq(a) - firstSeq(b);
}

function firstSeq({ timeline }: Incident): number {
  return timeline[0]?.seq ?? 0;
}
