import type { Incident } from '@keepsite/edge-contract';
import type { Channel, ChannelDeps, OutgoingPage } from './channel.ts';
import type { Way } from './personal.ts';

export interface FollowUpParts {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly deps: ChannelDeps;
  /** What a page about this incident would be, to this address. */
  readonly pageOf: (incident: Incident, way: Way) => OutgoingPage;
  /** Does it later; nothing is lost that matters when it never happens. */
  readonly later: (ms: number, work: () => void) => void;
}

/**
 * Tells providers that keep incidents of their own (PagerDuty, Alertmanager, a siren that sounds)
 * that one was acknowledged or is over. Kept in memory: what an edge did not get told before it
 * stopped is not told later.
 */
export interface FollowUps {
  /** A page was accepted over this way. */
  reached(incident: string, way: Way): void;
  /** The incident as it is now. */
  committed(incident: Incident): void;
}

const OVER: readonly string[] = ['resolved', 'closed', 'cancelled'];
const ACKNOWLEDGED: readonly string[] = ['acknowledged', 'on_site'];
const TAKEN: readonly string[] = ['accepted', 'delivered', 'seen'];
/** Incidents whose ways and stages are remembered; the oldest are forgotten first. */
const REMEMBERED = 2_000;

export function createFollowUps({ channels, deps, pageOf, later }: FollowUpParts): FollowUps {
  const known = new Map<string, { readonly ways: Map<string, Way>; readonly told: Map<string, string> }>();

  function of(incident: string) {
    const found = known.get(incident) ?? { ways: new Map<string, Way>(), told: new Map<string, string>() };
    known.set(incident, found);
    for (const [oldest] of known) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return found;
  }

  function tell(channel: Channel, page: OutgoingPage, stillMeant: () => boolean): void {
    void channel.follow?.(page, deps).then((delivery) => {
      if (delivery.outcome === 'accepted' || !stillMeant()) return;
      if (delivery.outcome === 'retry')
        later(delivery.afterMs, () => tell(channel, { ...page, attempt: page.attempt + 1 }, stillMeant));
      else deps.log({ incident: page.incident.id, channel: channel.name, reason: delivery.reason }, 'follow-up failed');
    });
  }

  return {
    reached(incident, way) {
      if (channels.get(way.channel)?.follow) of(incident).ways.set(keyOf(way), way);
    },
    committed(incident) {
      const stage = stageOf(incident);
      // Nobody has it any more: the next answer is news again.
      if (stage === null) return known.get(incident.id)?.told.clear();
      const ways = new Map(
        incident.pages
          .filter(({ state }) => TAKEN.includes(state))
          .map(({ to: { channel, address } }) => [keyOf({ channel, address }), { channel, address }]),
      );
      for (const [key, way] of known.get(incident.id)?.ways ?? []) ways.set(key, way);
      for (const [key, way] of ways) {
        const channel = channels.get(way.channel);
        if (!channel?.follow) continue;
        const { told } = of(incident.id);
        if (told.get(key) === stage) continue;
        told.set(key, stage);
        tell(channel, pageOf(incident, way), () => told.get(key) === stage);
      }
    },
  };
}

function stageOf({ response }: Incident): 'acknowledged' | 'over' | null {
  if (OVER.includes(response)) return 'over';
  return ACKNOWLEDGED.includes(response) ? 'acknowledged' : null;
}

function keyOf({ channel, address }: Way): string {
  return `${channel} ${address}`;
}
