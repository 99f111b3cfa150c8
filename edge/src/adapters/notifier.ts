import type { Incident, Millis } from '@keepsite/edge-contract';
import { CHANNELS, type Channel, type ChannelDeps, type OutgoingPage } from '@keepsite/edge-notify';
import type { Directory, Place } from '../domain/directory.ts';
import { sentenceOf } from '../errors.ts';
import type { Clock, Notifier, OwedPage } from '../ports.ts';

export interface NotifierOptions {
  /** As it is now: an adoption changes it while the edge runs. */
  readonly directory: () => Pick<Directory, 'asset'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly publish: ChannelDeps['publish'];
  readonly log: ChannelDeps['log'];
  readonly webhook: ChannelDeps['webhook'];
  /** Where the web app is reached; asked late, because the port may be known only after the start. */
  readonly publicUrl: () => string | null;
  /** Throws for a URL that must not be reached. Absent: every http(s) URL may be. */
  readonly assertAllowedUrl?: (url: URL) => void;
  readonly channels?: ReadonlyMap<string, Channel>;
  readonly fetch?: typeof fetch;
}

/** How long a provider may take; well below the pager's own patience. */
const TIMEOUT_MS = 8_000;
const LATER_MS = 5_000;

/** Hands pages to the channels of `edge/notify`. A channel that throws is a retry that may have arrived. */
export function createNotifier(options: NotifierOptions): Notifier {
  const channels = options.channels ?? CHANNELS;
  const deps: ChannelDeps = {
    fetch: options.fetch ?? fetch,
    wallNow: () => Date.now(),
    random: Math.random,
    publish: options.publish,
    log: options.log,
    assertAllowedUrl: options.assertAllowedUrl ?? (() => undefined),
    webhook: options.webhook,
    timeoutMs: TIMEOUT_MS,
  };
  return {
    async deliver(owed, incident) {
      const channel = channels.get(owed.page.channel);
      if (!channel) return { outcome: 'failed', reason: `this edge has no channel named ${owed.page.channel}` };
      try {
        return await channel.send(outgoing(owed, incident, options, options.clock.now()), deps);
      } catch (error) {
        return { outcome: 'retry', reason: sentenceOf(error), afterMs: LATER_MS, mayHaveArrived: true };
      }
    },
  };
}

function outgoing(owed: OwedPage, incident: Incident, options: NotifierOptions, now: Millis): OutgoingPage {
  const place = options.directory().asset(incident.asset);
  const root = options.publicUrl();
  return {
    page: owed.page,
    incident,
    attempt: owed.attempts + 1,
    possibleDuplicate: owed.page.possibleDuplicate,
    place: { en: placeName(place, incident, 'en'), zh: placeName(place, incident, 'zh') },
    timeZone: place?.site.zone ?? 'UTC',
    link: root === null ? null : `${root}/incidents/${encodeURIComponent(incident.id)}`,
    now,
  };
}

/** From the large to the small, as addresses are told in Chinese and on a floor plan. */
function placeName(place: Place | undefined, incident: Incident, language: 'en' | 'zh'): string {
  if (!place) return `${incident.site} · ${incident.asset}`;
  return [place.site.name, place.zone.name, place.asset.name].map((name) => name[language]).join(' · ');
}
