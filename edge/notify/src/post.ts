import type { Channel, ChannelDeps, Delivery, OutgoingPage } from './channel.ts';
import { reasonOf } from './http.ts';
import { isHeldBack, languagesOf, otherWays, type Way } from './personal.ts';
import { rankOf, type Rates } from './rates.ts';
import type { PersonRules } from './settings.ts';

export interface PostParts {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly people: ReadonlyMap<string, PersonRules>;
  readonly rates: Rates;
  readonly deps: ChannelDeps;
  /** A steady clock, ms. */
  readonly now: () => number;
}

/** What became of a page, and over which way it was accepted. */
export type Sent = Delivery & { readonly over?: Way };

/** Brings pages to people over whatever works. */
export interface Post {
  /**
   * Sends a page over its channel; when that fails, does not answer, or would keep an urgent page
   * waiting, over the person's next way at once. A channel that has just gone silent is not waited
   * for again while there is another way. `ways` are all addresses of the person; no further one is
   * tried once `isOwed` says no.
   */
  deliver(page: OutgoingPage, ways: readonly Way[], isOwed?: () => boolean): Promise<Sent>;
  /** Tells a group in one message of pages that could not be sent there in time; the first says where. */
  deliverLate(pages: readonly [OutgoingPage, ...OutgoingPage[]]): Promise<Delivery>;
}

/** An urgent page that would have to wait longer turns to the person's next channel. */
const PATIENCE_MS = 5_000;
/** Each may take its time to answer, and whoever asked waits for all of them. */
const MOST_WAYS = 3;
/** After this no further way is begun: whoever asked has a patience of 20 s. */
const LONGEST_MS = 10_000;
const BROKEN_AFTER_MS = 5_000;
const AGAIN_AFTER_MS = 1_000;
/** For so long a channel that did not answer is asked last. */
const SHUNNED_MS = 15_000;

export function createPost({ channels, people, rates, deps, now }: PostParts): Post {
  const silentUntil = new Map<string, number>();

  async function attempt(page: OutgoingPage): Promise<Delivery> {
    const name = page.page.to.channel;
    const channel = channels.get(name);
    if (!channel) return { outcome: 'failed', reason: `this edge has no channel named ${name}` };
    try {
      const limits = channel.limits?.(page) ?? [];
      const waitMs = rates.take(limits, rankOf(page));
      if (waitMs > 0) return waiting(name, waitMs);
      const delivery = await channel.send(linked(page, channel), deps);
      if (mayHaveArrived(delivery)) silentUntil.set(name, now() + SHUNNED_MS);
      else silentUntil.delete(name);
      if (delivery.outcome === 'retry' && delivery.throttled) rates.block(limits, delivery.afterMs);
      return delivery;
    } catch (error) {
      return { outcome: 'retry', reason: reasonOf(error), afterMs: BROKEN_AFTER_MS, mayHaveArrived: true };
    }
  }

  return {
    deliverLate(pages) {
      const possibleDuplicate = pages.some((page) => page.possibleDuplicate);
      return attempt({ ...pages[0], possibleDuplicate, late: pages });
    },
    async deliver(asked, ways, isOwed = always) {
      const rules = people.get(asked.page.to.person);
      const page = rules === undefined ? asked : { ...asked, languages: languagesOf(rules) };
      if (isHeldBack(rules, page.page.channel, page, ways))
        return { outcome: 'failed', reason: `held back by the person's own rules for ${page.page.channel}` };
      const others = otherWays(rules, page, ways).slice(0, MOST_WAYS - 1);
      const until = now() + LONGEST_MS;
      const goesOn = () => now() <= until && isOwed();
      return isUrgent(page) && isSilent(page.page.channel)
        ? asLast(page, others, goesOn)
        : asFirst(page, others, goesOn);
    },
  };

  function isSilent(name: string): boolean {
    return (silentUntil.get(name) ?? 0) > now();
  }

  async function asFirst(page: OutgoingPage, others: readonly Way[], goesOn: () => boolean): Promise<Sent> {
    const first = await attempt(page);
    if (first.outcome === 'accepted') return { ...first, over: wayOf(page) };
    return movesOn(first, page) ? fallOver(page, first, others, goesOn) : first;
  }

  async function asLast(page: OutgoingPage, others: readonly Way[], goesOn: () => boolean): Promise<Sent> {
    const reason = `${page.page.channel} did not answer a moment ago`;
    const other = await fallOver(page, { outcome: 'retry', reason, afterMs: AGAIN_AFTER_MS }, others, goesOn);
    if (other.outcome === 'accepted' || !goesOn()) return other;
    const possibleDuplicate = page.possibleDuplicate || mayHaveArrived(other);
    const own = await attempt({ ...page, possibleDuplicate });
    return own.outcome === 'accepted'
      ? { ...own, over: wayOf(page) }
      : mayHaveArrivedAtAll(own, possibleDuplicate && !page.possibleDuplicate);
  }

  async function fallOver(
    page: OutgoingPage,
    first: Exclude<Delivery, { outcome: 'accepted' }>,
    ways: readonly Way[],
    goesOn: () => boolean,
  ): Promise<Sent> {
    let hope: Delivery = first;
    let possibleDuplicate = page.possibleDuplicate || mayHaveArrived(first);
    let tried = !isUnsent(first);
    for (const way of ways) {
      if (!goesOn()) break;
      const delivery = await attempt(redirected(page, way, possibleDuplicate));
      if (delivery.outcome === 'accepted') {
        const reason = `sent over ${way.channel}, because ${page.page.channel} did not work: ${first.reason}`;
        return { ...delivery, reason, over: way };
      }
      possibleDuplicate ||= mayHaveArrived(delivery);
      tried ||= !isUnsent(delivery);
      if (hope.outcome === 'failed' && delivery.outcome === 'retry') hope = delivery;
    }
    return mayHaveArrivedAtAll(tried ? counted(hope) : hope, possibleDuplicate && !page.possibleDuplicate);
  }
}

function isUnsent(delivery: Delivery): boolean {
  return delivery.outcome === 'retry' && delivery.unsent === true;
}

/** One of the ways was really tried, so it is an attempt: a page is not sent over that one for ever. */
function counted(delivery: Delivery): Delivery {
  if (delivery.outcome !== 'retry') return delivery;
  const { unsent: _, ...rest } = delivery;
  return rest;
}

/** Who reads the link may act in the person's name, so a group gets the one that asks to sign in. */
function linked(page: OutgoingPage, { isPersonal }: Channel): OutgoingPage {
  const { ownLink, ...rest } = page;
  return ownLink && isPersonal?.(page.page.to.address) ? { ...rest, link: ownLink } : rest;
}

function always(): boolean {
  return true;
}

function waiting(name: string, waitMs: number): Delivery {
  const reason = `${name} may send again in ${Math.ceil(waitMs / 1000)} s`;
  return { outcome: 'retry', reason, afterMs: waitMs, unsent: true };
}

/** A page that nobody hurries for can wait for its own channel. */
function movesOn(delivery: Exclude<Delivery, { outcome: 'accepted' }>, page: OutgoingPage): boolean {
  if (page.test) return false;
  if (delivery.outcome === 'failed') return true;
  return isUrgent(page) && (delivery.mayHaveArrived === true || delivery.afterMs > PATIENCE_MS);
}

function isUrgent({ incident, test }: OutgoingPage): boolean {
  return !test && (incident.severity === 'critical' || incident.severity === 'major');
}

function redirected(page: OutgoingPage, way: Way, possibleDuplicate: boolean): OutgoingPage {
  const to = { ...page.page.to, channel: way.channel, address: way.address };
  return { ...page, possibleDuplicate, page: { ...page.page, to } };
}

function wayOf({ page }: OutgoingPage): Way {
  return { channel: page.to.channel, address: page.to.address };
}

function mayHaveArrived(delivery: Delivery): boolean {
  return delivery.outcome === 'retry' && delivery.mayHaveArrived === true;
}

/** Any of the ways may have worked without anybody knowing: the next attempt is labelled. */
function mayHaveArrivedAtAll(delivery: Delivery, any: boolean): Delivery {
  return delivery.outcome === 'retry' && any ? { ...delivery, mayHaveArrived: true } : delivery;
}
