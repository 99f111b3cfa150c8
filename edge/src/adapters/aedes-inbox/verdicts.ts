import type { Doorkeeper, Identity } from '../../access/identity.ts';
import { isGranted, matches } from '../../access/topic-rights.ts';
import { isOrder } from '../own-topics.ts';
import type { Refusal } from './limits.ts';
import { isForPublishing, isForSubscribing } from './topics.ts';

/** What stands above everybody's rights. */
export interface HouseRules {
  readonly doorkeeper: Pick<Doorkeeper, 'isGiven' | 'version'>;
  /** Topics that only the edge itself may speak on. */
  readonly isOurs: (topic: string) => boolean;
  /** Filters that nobody may subscribe within. */
  readonly denySubscribe: readonly string[];
  readonly topicLevels: number;
  /** True: whoever shows nothing may order too. */
  readonly ordersFromAnybody: boolean;
}

type NoPublish = Extract<Refusal, 'publish_topic' | 'publish_to_ours' | 'publish_not_granted'>;
type NoSubscribe = Extract<Refusal, 'subscribe_topic' | 'subscribe_not_granted'>;

/** A filter that means orders; one that means everything does not. */
const GRANTS_ORDERS = /^keepsite\/[^/]+\/incidents\/[^/]+\/commands$/;
/** What is remembered of an identity: so many topics, none longer than that. */
const REMEMBERED = 10_000;
const LONGEST = 200;

/**
 * What one identity may do. Verdicts on topics are remembered: a device speaks on the same few all
 * day, and the broker asks for every message.
 */
export class Verdicts {
  readonly #identity: Identity;
  readonly #rules: HouseRules;
  readonly #hearsAll: boolean;
  readonly #publish = new Map<string, NoPublish | null>();
  readonly #hear = new Map<string, boolean>();
  #version: number;

  constructor(identity: Identity, rules: HouseRules) {
    this.#identity = identity;
    this.#rules = rules;
    this.#hearsAll = rules.denySubscribe.length === 0 && identity.subscribe.includes('#');
    this.#version = rules.doorkeeper.version;
  }

  /** Why it may not publish on the topic; null: it may. */
  publish(topic: string): NoPublish | null {
    // What was given to others meanwhile is theirs.
    if (this.#version !== this.#rules.doorkeeper.version) {
      this.#version = this.#rules.doorkeeper.version;
      this.#publish.clear();
    }
    const known = this.#publish.get(topic);
    if (known !== undefined) return known;
    const verdict = this.#judgePublish(topic);
    remember(this.#publish, topic, verdict);
    return verdict;
  }

  /** Why it may not subscribe to the filter; null: it may. */
  subscribe(filter: string): NoSubscribe | null {
    if (!isForSubscribing(filter, this.#rules.topicLevels)) return 'subscribe_topic';
    if (isGranted(this.#rules.denySubscribe, filter)) return 'subscribe_not_granted';
    return isGranted(this.#identity.subscribe, filter) ? null : 'subscribe_not_granted';
  }

  /** True when it may be told what is said on the topic: what was queued before its rights were others must not slip through. */
  hear(topic: string): boolean {
    // Orders name people, and may hold the code of an asset.
    if (topic.startsWith('$') || isOrder(topic)) return false;
    if (this.#hearsAll) return true;
    const known = this.#hear.get(topic);
    if (known !== undefined) return known;
    const { denySubscribe } = this.#rules;
    const verdict = isUnder(this.#identity.subscribe, topic) && !isUnder(denySubscribe, topic);
    remember(this.#hear, topic, verdict);
    return verdict;
  }

  #judgePublish(topic: string): NoPublish | null {
    const { topicLevels, isOurs, doorkeeper } = this.#rules;
    const { kind, publish } = this.#identity;
    if (!isForPublishing(topic, topicLevels)) return 'publish_topic';
    if (kind === 'own') return null;
    if (isOurs(topic)) return 'publish_to_ours';
    if (!isUnder(publish, topic) || (isOrder(topic) && !this.#mayOrder(topic))) return 'publish_not_granted';
    return kind === 'onboarding' && doorkeeper.isGiven(topic) ? 'publish_not_granted' : null;
  }

  /** People's orders are no device's business; who speaks for many may give them where that was granted in so many words. */
  #mayOrder(topic: string): boolean {
    const { kind, publish } = this.#identity;
    if (kind === 'anonymous') return this.#rules.ordersFromAnybody;
    return (
      kind === 'gateway' &&
      isUnder(
        publish.filter((filter) => GRANTS_ORDERS.test(filter)),
        topic,
      )
    );
  }
}

function isUnder(filters: readonly string[], topic: string): boolean {
  return filters.some((filter) => matches(filter, topic));
}

function remember<V>(verdicts: Map<string, V>, topic: string, verdict: V): void {
  if (topic.length > LONGEST) return;
  if (verdicts.size >= REMEMBERED) verdicts.clear();
  verdicts.set(topic, verdict);
}
