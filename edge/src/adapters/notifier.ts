import {
  type ContractorOrder,
  type Incident,
  instantMillis,
  isContractorPerson,
  LIFE_SAFETY,
  type Millis,
  type Page,
  type Person,
} from '@keepsite/edge-contract';
import {
  type ChannelDeps,
  type ChannelSettings,
  createEgress,
  createFollowUps,
  createPost,
  createRates,
  type Channel,
  type Delivery,
  LANGUAGES,
  log,
  mqtt,
  NO_SETTINGS,
  type OutgoingPage,
  PHONES,
  phonesChannel,
  trialPage,
  type Way,
  webhookChannel,
} from '@keepsite/edge-notify';
import { randomUUID } from 'node:crypto';
import type { Directory, Place } from '../domain/directory.ts';
import { isOver } from '../domain/incident-state.ts';
import type { Clock, Notifier, OwedPage } from '../ports.ts';

export interface NotifierOptions {
  readonly edge: string;
  /** As it is now: an adoption changes it while the edge runs. */
  readonly directory: () => Pick<Directory, 'asset'>;
  /** Who can be reached how, beyond what a page says by itself. */
  readonly people: () => readonly Person[];
  readonly clock: Pick<Clock, 'now'>;
  readonly publish: ChannelDeps['publish'];
  readonly log: ChannelDeps['log'];
  /** Channels that were set up for this edge, beside those that every edge has. */
  readonly settings?: ChannelSettings;
  /** The webhook that every edge has, unless a channel of that name was set up. */
  readonly webhook: { readonly url: string | null; readonly secret: string | null };
  /** Plain http and this machine's own addresses may be reached. */
  readonly demo: boolean;
  /** Addresses of new links by which people and contractors answer without signing in; absent: people sign in. */
  readonly ownLink?: {
    person(incident: Incident, person: string): string | null;
    contractor(incident: Incident, order: ContractorOrder): string | null;
  };
  /** The phones of people, and the keys that they subscribed with; absent: this process pages none. */
  readonly phones?: Omit<Parameters<typeof phonesChannel>[0], 'named'>;
  /** Where the web app is reached; asked late, because the port may be known only after the start. */
  readonly publicUrl: () => string | null;
}

/** The channels of `edge/notify`, put together for one edge. */
export interface ChannelNotifier extends Notifier {
  /** Tells providers that keep incidents of their own what became of these. */
  committed(made: { readonly incidents: readonly Incident[] }): void;
  /** Sends one clearly marked test message over a channel and answers with the provider's verdict. */
  test(way: Way, who?: Pick<Person, 'id' | 'name'>): Promise<Delivery>;
  /** Reads what the channels of today's people send with: no page is to wait for a disk, and no start for this. Rejects when it cannot. */
  ready(): Promise<void>;
  /** Throws for a URL that no channel may reach. */
  assertAllowedUrl(url: URL): void;
  close(): Promise<void>;
}

/** How long a provider may take; three of them in turn stay below the pager's own patience. */
const TIMEOUT_MS = 6_000;

/** Channels that send nothing out of the house. */
const INDOORS: ReadonlySet<string> = new Set([mqtt.name, log.name]);

/** Hands pages to channels: those that every edge has, and those that were set up for it. */
export function createNotifier(options: NotifierOptions): ChannelNotifier {
  const { settings = NO_SETTINGS, webhook, clock } = options;
  const channels = channelsOf(settings, options);
  const named = webhook.url === null ? [] : [new URL(webhook.url).origin];
  const egress = createEgress({ allow: [...settings.allow, ...named], demo: options.demo });
  const deps: ChannelDeps = {
    fetch: egress.fetch,
    assertAllowedUrl: egress.assertAllowedUrl,
    wallNow: () => Date.now(),
    random: Math.random,
    publish: options.publish,
    log: options.log,
    timeoutMs: TIMEOUT_MS,
  };
  const now = () => performance.now();
  const post = createPost({ channels, people: settings.people, rates: createRates(now), deps, now });
  const followUps = createFollowUps({
    channels,
    deps,
    pageOf: (incident, way) => followUpPage(incident, way, options),
    later: (ms, work) => void setTimeout(work, ms).unref(),
  });
  return {
    async deliver(owed, incident, isOwed) {
      const person = options.people().find(({ id }) => id === owed.page.to.person);
      const { over, ...delivery } = await post.deliver(outgoing(owed, incident, options), waysOf(person, owed), isOwed);
      if (over) followUps.reached(incident.id, over);
      return delivery;
    },
    lateFor({ page }, incident) {
      const channel = channels.get(page.channel);
      return channel?.gathersLate && isTooLate(page, incident, clock.now())
        ? `${page.channel} ${page.to.address}`
        : null;
    },
    deliverLate(pages) {
      const root = options.publicUrl();
      const link = root === null ? null : `${root}/incidents`;
      const [first, ...others] = pages.map(({ owed, incident }) => ({ ...outgoing(owed, incident, options), link }));
      if (!first) return Promise.resolve({ outcome: 'failed', reason: 'there is nothing to tell' });
      return post.deliverLate([first, ...others]);
    },
    crowdFor({ page }, { site, fault, drill }) {
      if (!LIFE_SAFETY.has(fault) || drill || page.about || channels.get(page.channel)?.perIncident) return null;
      return [page.channel, page.to.address, page.to.person, site].join('\n');
    },
    async deliverTogether(pages, isOwed) {
      const root = options.publicUrl();
      // An answer is given to each of them: no link answers all.
      const link = root === null ? null : `${root}/incidents`;
      const all = pages.map(({ owed, incident }) => ({ ...outgoing(owed, incident, options), link, ownLink: null }));
      const [first] = all;
      if (!first || !pages[0]) return { outcome: 'failed', reason: 'there is nothing to tell' };
      const person = options.people().find(({ id }) => id === first.page.to.person);
      const possibleDuplicate = all.some((page) => page.possibleDuplicate);
      const ways = waysOf(person, pages[0].owed);
      const { over, ...delivery } = await post.deliver({ ...first, possibleDuplicate, together: all }, ways, isOwed);
      if (over) for (const { incident } of pages) followUps.reached(incident.id, over);
      return delivery;
    },
    committed({ incidents }) {
      for (const incident of incidents) followUps.committed(incident);
    },
    test(way, { id, name } = { id: 'test', name: 'Test' }) {
      const who = { person: id, name, edge: options.edge, id: randomUUID() };
      return post.deliver(trialPage(way, who, clock.now()), []);
    },
    async ready() {
      const named = new Set(options.people().flatMap(({ addresses }) => addresses.map(({ channel }) => channel)));
      if (named.difference(INDOORS).size > 0) await egress.ready();
      for (const name of named) await channels.get(name)?.ready?.();
    },
    assertAllowedUrl: egress.assertAllowedUrl,
    close: () => egress.close(),
  };
}

function channelsOf(
  settings: ChannelSettings,
  { webhook, phones }: Pick<NotifierOptions, 'webhook' | 'phones'>,
): ReadonlyMap<string, Channel> {
  const own = webhookChannel('webhook', { url: webhook.url ?? undefined, secret: webhook.secret ?? undefined });
  const setUp = new Map([...settings.channels].map(([name, { channel }]) => [name, channel]));
  const named = setUp.get(PHONES) ?? null;
  if (phones) setUp.set(PHONES, phonesChannel({ ...phones, named }));
  return new Map([mqtt, own, log, ...setUp.values()].map((channel) => [channel.name, channel]));
}

/** The addresses of today: where a person can be reached may have changed since the plan was frozen. */
function waysOf(person: Person | undefined, { page: { to } }: OwedPage): Way[] {
  if (!person) return [{ channel: to.channel, address: to.address }];
  return person.addresses.map(({ channel, to: address }) => ({ channel, address }));
}

function outgoing(owed: OwedPage, incident: Incident, options: NotifierOptions): OutgoingPage {
  const place = options.directory().asset(incident.asset);
  const root = options.publicUrl();
  const isToContractor = isContractorPerson(owed.page.to.person);
  return {
    page: owed.page,
    incident,
    attempt: owed.attempts + 1,
    possibleDuplicate: owed.page.possibleDuplicate,
    test: false,
    languages: LANGUAGES,
    place: { en: placeName(place, incident, 'en'), zh: placeName(place, incident, 'zh') },
    timeZone: place?.site.zone ?? 'UTC',
    // A contractor signs in nowhere: it answers by its own link, or by telephone.
    link: root === null || isToContractor ? null : `${root}/incidents/${encodeURIComponent(incident.id)}`,
    ownLink: ownLink(owed, incident, options),
    now: options.clock.now(),
  };
}

/** A page that waits for no longer than this is told as a page, whatever has happened meanwhile. */
const LATE_AFTER_MS = 60_000;

/** What it called people to has been missed: the promise broke while the page waited to be sent. */
function isTooLate(page: Page, incident: Incident, now: Millis): boolean {
  const clock = incident.clocks.find(({ term }) => term === 'on_site');
  const madeAt = instantMillis(page.at);
  if (!clock || madeAt > instantMillis(clock.dueAt)) return false;
  return now > Math.max(instantMillis(clock.dueAt), madeAt + LATE_AFTER_MS);
}

/** An incident that is over needs no answer. */
function ownLink({ page }: OwedPage, incident: Incident, options: NotifierOptions): string | null {
  const { ownLink: address } = options;
  if (!address || isOver(incident)) return null;
  // A contractor answers its order; who is at work and what else happened is not its to read.
  if (isContractorPerson(page.to.person)) {
    const order = incident.orders?.find(({ id }) => id === page.about?.order && page.about.kind !== 'called_off');
    return order ? address.contractor(incident, order) : null;
  }
  return address.person(incident, page.to.person);
}

/** The page that had reached somebody over this way, or one like it. */
function followUpPage(incident: Incident, way: Way, options: NotifierOptions): OutgoingPage {
  const sent = incident.pages.find(({ to }) => to.channel === way.channel && to.address === way.address);
  const trial = trialPage(way, { person: '-', name: '-', edge: options.edge, id: incident.id }, options.clock.now());
  const page = sent ?? trial.page;
  return outgoing({ incident: incident.id, page, attempts: 0, notBefore: 0, urgency: 0 }, incident, options);
}

/** From the large to the small, as addresses are told in Chinese and on a floor plan. */
function placeName(place: Place | undefined, incident: Incident, language: 'en' | 'zh'): string {
  if (!place) return `${incident.site} · ${incident.asset}`;
  return [place.site.name, place.zone.name, place.asset.name].map((name) => name[language]).join(' · ');
}
