import type { DeviceStatus, Incident, Registry } from '@keepsite/edge-contract';
import type { EdgeConfig } from './config.ts';
import type { Directory } from './domain/directory.ts';
import type { SeriesRows } from './domain/series-rows.ts';
import type { EdgeEvents, Log } from './events.ts';
import type { Chore } from './jobs/housekeeping.ts';
import { type Announcer, createAnnouncer } from './outbox/announcer.ts';
import { createAssetStates } from './outbox/asset-states.ts';
import { feeds } from './outbox/feeds.ts';
import { createHomeAssistant } from './outbox/home-assistant.ts';
import { createSparkplug } from './outbox/sparkplug/edge-node.ts';
import type { Clock, Feed, Inbox, Store, WillLink } from './ports.ts';

export interface BuildingParts {
  readonly config: Pick<EdgeConfig, 'edge' | 'out' | 'sparkplug'>;
  /** As they are now. */
  readonly registry: () => Registry;
  readonly directory: () => Directory;
  readonly devices: () => readonly DeviceStatus[];
  /** Those that have been found silent. */
  readonly silent: () => Iterable<string>;
  readonly publish: Inbox['publish'];
  readonly store: Pick<Store, 'cursor' | 'saveCursor'>;
  readonly clock: Clock;
  readonly series: SeriesRows;
  /** The client id of the Sparkplug link: nobody can guess it, so nobody else can speak as this edge's node. */
  readonly ownClient: string;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly events: Pick<EdgeEvents, 'workFailed'>;
}

/** All that is told to those who listen on the premises: incidents and states over MQTT, Home Assistant, Sparkplug hosts. */
export interface Building extends Pick<Announcer, 'committed' | 'ask'> {
  readonly feed: Feed;
  readonly chores: readonly Chore[];
  start(): void;
  /** The broker is (again) there, or the registry is another: everything is told anew. Nobody waits for it. */
  greet(open: readonly Incident[]): void;
  /** That this edge goes; nothing is told after it. */
  farewell(): Promise<void>;
}

const ANNOUNCE_EVERY_MS = 5 * 60_000;
const TELL_EVERY_MS = 1_000;

export async function createBuilding(parts: BuildingParts): Promise<Building> {
  const { config, registry, directory, devices, silent, publish, store, clock, series, log, events } = parts;
  const { edge } = config;
  const { statesEveryMs: everyMs, homeAssistantPrefix: prefix } = config.out;
  const announcer = createAnnouncer({
    edge,
    sites: () => registry().sites.map(({ id }) => id),
    publish,
    now: () => clock.now(),
    later: (ms, work) => void setTimeout(work, ms).unref(),
  });
  const homeAssistant = prefix === null ? null : createHomeAssistant({ edge, registry, publish, prefix });
  const onPoints = homeAssistant?.introduce;
  const states = createAssetStates({
    directory,
    publish,
    clock,
    series,
    everyMs,
    silent,
    ...(onPoints && { onPoints }),
  });
  const sparkplug = config.sparkplug
    ? createSparkplug({
        ...config.sparkplug,
        edge,
        link: await openLink(config.sparkplug.url, parts.ownClient),
        store,
        clock,
        directory,
        devices,
        log,
        events,
      })
    : null;

  function tellStates(): void {
    states.flush();
    homeAssistant?.flush();
  }

  return {
    feed: feeds(states, sparkplug ?? {}),
    committed: announcer.committed,
    ask: announcer.ask,
    chores: [
      { name: 'announce', everyMs: ANNOUNCE_EVERY_MS, work: () => void announcer.greet([]) },
      { name: 'tell states', everyMs: TELL_EVERY_MS, work: tellStates },
      { name: 'tell Sparkplug hosts', everyMs: TELL_EVERY_MS, work: () => sparkplug?.flush() },
    ],
    start: () => sparkplug?.start(),
    greet(open) {
      void announcer.greet(open);
      for (const incident of open) states.incident(incident);
      states.again();
    },
    async farewell() {
      await Promise.all([announcer.farewell(), sparkplug?.stop()]);
    },
  };
}

/** The client of MQTT is not read with the edge: most speak to no Sparkplug host. */
async function openLink(url: string, clientId: string): Promise<WillLink> {
  const { createSparkplugLink } = await import('./adapters/sparkplug-link.ts');
  return createSparkplugLink({ url, clientId });
}
