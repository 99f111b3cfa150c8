import type { Registry } from '@keepsite/edge-contract';
import { isDeepStrictEqual } from 'node:util';
import {
  type Channel,
  type ChannelDeps,
  type ChannelSettings,
  createEgress,
  createPost,
  createRates,
  type Delivery,
  LANGUAGES,
  log,
  type OutgoingPage,
  webhookChannel,
} from '@keepsite/edge-notify';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { alarmIncident, alarmPlace } from '../domain/alarm/alarm-incident.ts';
import type { Duty } from '../domain/alarm/duty.ts';
import type { AlarmNotifier, AlarmPage } from '../ports/alarms.ts';
import type { Clock } from '../ports.ts';

export interface NotifierOptions {
  readonly settings: ChannelSettings;
  readonly duty: Duty;
  /** Sites and the edges that serve them, as they are now. */
  readonly sites: () => Promise<readonly (Registry['sites'][number] & { readonly edge: string })[]>;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly log: ChannelDeps['log'];
  /** Plain http and this machine's own addresses may be reached. */
  readonly demo: boolean;
  /** Where the web app is reached; asked late, because the port may be known only after the start. */
  readonly publicUrl: () => string | null;
  /** A person's own way to answer an alarm, without signing in; null: nobody signs in here. */
  readonly ownLink: ((alarm: string, person: string) => string) | null;
}

/** How long a provider may take; three of them in turn stay below the sender's own patience. */
const TIMEOUT_MS = 6_000;

/** Channels that every cloud has. It has no broker of its own: `mqtt` and `siren` are the edge's. */
export const CLOUD_CHANNELS = ['webhook', 'log'] as const;

/** Hands pages of alarms to the channels that were set up for this cloud. */
export function createNotifier(options: NotifierOptions): AlarmNotifier {
  const { settings, duty } = options;
  const own = [webhookChannel('webhook', {}), log, ...[...settings.channels.values()].map(({ channel }) => channel)];
  const channels = new Map(own.map((channel) => [channel.name, channel]));
  const egress = createEgress({ allow: settings.allow, demo: options.demo });
  const deps: ChannelDeps = {
    fetch: egress.fetch,
    assertAllowedUrl: egress.assertAllowedUrl,
    wallNow: () => Date.now(),
    random: Math.random,
    publish: () => Promise.reject(new Error('the cloud has no broker; choose another channel')),
    log: options.log,
    timeoutMs: TIMEOUT_MS,
  };
  const now = () => performance.now();
  const post = createPost({ channels, people: settings.people, rates: createRates(now), deps, now });
  return {
    async deliver(page, alarm, pages) {
      const outgoing = await outgoingPage(page, alarm, pages, options);
      // A provider that keeps incidents of its own closes the one that it has; another message would open a second.
      const news = page.kind === 'blind' ? undefined : followOf(channels.get(page.channel));
      if (news) return await news(outgoing, deps);
      if (page.kind === 'acknowledged') return NOT_TOLD;
      const { over: _, ...delivery } = await post.deliver(outgoing, waysOf(page, pages, duty));
      return delivery;
    },
    close: () => egress.close(),
  };
}

/** How else somebody is reached: by the list that named them, which may know another person by the same id. */
function waysOf(
  { to: { person, duty: source } }: AlarmPage,
  pages: readonly AlarmPage[],
  duty: Duty,
): readonly { readonly channel: string; readonly address: string }[] {
  if (source.list === 'roster')
    return pages.map(({ to }) => to).filter((to) => to.person === person && isDeepStrictEqual(to.duty, source));
  const addresses = duty.people.find(({ id }) => id === person)?.addresses ?? [];
  return addresses.map(({ channel, to }) => ({ channel, address: to }));
}

/** Who has an alarm concerns only providers that would go on calling. */
const NOT_TOLD: Delivery = { outcome: 'accepted', reference: null, reason: 'nothing to take back' };

function followOf(channel: Channel | undefined): Channel['follow'] {
  return channel?.follow?.bind(channel);
}

async function outgoingPage(
  page: AlarmPage,
  alarm: Alarm,
  pages: readonly AlarmPage[],
  { sites, duty, clock, timeZone, publicUrl, ownLink }: NotifierOptions,
): Promise<OutgoingPage> {
  const known = await sites();
  const sitesOf = (edge: string) => known.filter((site) => site.edge === edge).map(({ name }) => name);
  const at = clock.now();
  const incident = alarmIncident(alarm, page.kind, duty.severity, pages);
  const root = publicUrl();
  return {
    page,
    incident,
    attempt: page.attempts + 1,
    possibleDuplicate: page.possibleDuplicate,
    test: false,
    languages: LANGUAGES,
    place: alarmPlace(alarm, page.kind, sitesOf),
    timeZone,
    link: root === null ? null : `${root}/alarms`,
    // News needs no answer.
    ...(page.kind === 'blind' && ownLink && { ownLink: ownLink(alarm.id, page.to.person), answersByLinkOnly: true }),
    now: at,
  };
}
