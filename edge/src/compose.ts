import { type Heartbeat, instantText } from '@keepsite/edge-contract';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInstaller } from './adoption/installer.ts';
import { createAedesInbox } from './adapters/aedes-inbox.ts';
import { createDemoClock } from './adapters/demo-clock.ts';
import { removeTextFile, writeTextFile } from './adapters/durable-file.ts';
import { createHttpUplink } from './adapters/http-uplink.ts';
import { createMqttInbox } from './adapters/mqtt-inbox.ts';
import { createNotifier } from './adapters/notifier.ts';
import { isOurs, ownTopics } from './adapters/own-topics.ts';
import { createSparkplugLink } from './adapters/sparkplug-link.ts';
import { createSqliteStore } from './adapters/sqlite-store.ts';
import { createSystemClock } from './adapters/system-clock.ts';
import type { EdgeConfig } from './config.ts';
import { EdgeError, sentenceOf } from './errors.ts';
import { createEvents, type EdgeEvents, type Log } from './events.ts';
import { createFacility } from './facility.ts';
import type { Api, HttpSettings } from './http/api.ts';
import { createLiveFeed } from './http/feed.ts';
import { createMetrics } from './http/metrics.ts';
import { countDevices } from './http/routes/operator.ts';
import { createHttpServer } from './http/server.ts';
import { createDailyEnergyJob } from './jobs/daily-energy.ts';
import { startChores } from './jobs/housekeeping.ts';
import { createAnnouncer } from './outbox/announcer.ts';
import { createAssetStates } from './outbox/asset-states.ts';
import { createCommands } from './outbox/commands.ts';
import { feeds } from './outbox/feeds.ts';
import { createHomeAssistant } from './outbox/home-assistant.ts';
import { observed } from './outbox/observed-store.ts';
import { createPager } from './outbox/pager.ts';
import { createRelay } from './outbox/relay.ts';
import { createSparkplug } from './outbox/sparkplug/edge-node.ts';
import { createPipeline } from './pipeline.ts';
import type { Clock, Inbox, Knowledge, Pipeline, Store } from './ports.ts';
import { readTexts } from './setup.ts';

const WEB_DIR = join(import.meta.dirname, '../../dashboards/dist');
const PACKAGE = join(import.meta.dirname, '../package.json');
const MAINTAIN_EVERY_MS = 5_000;
const HEARTBEAT_EVERY_MS = 10_000;
const ANNOUNCE_EVERY_MS = 5 * 60_000;
const TELL_EVERY_MS = 1_000;
/** What is on its way at the end may take this long; the disk keeps what does not make it. */
const LAST_ERRANDS_MS = 5_000;
const MAX_OPEN = 10_000;

/** An edge that runs. */
export interface RunningEdge {
  readonly url: string;
  readonly port: number;
  /** Null with an external broker. */
  readonly mqttPort: number | null;
  /** Takes no more messages, finishes what it has taken, and closes everything. */
  stop(): Promise<void>;
}

/** The store's file of an edge. */
export function openStore(config: Pick<EdgeConfig, 'dataDir'>): Store {
  return createSqliteStore({ path: join(config.dataDir, 'edge', 'store.sqlite') });
}

/** Puts the edge together and starts it; the only place where ports meet adapters. */
export async function startEdge(config: EdgeConfig, log: Log): Promise<RunningEdge> {
  const metrics = createMetrics();
  const events = createEvents(log, metrics);
  const demo = config.demo
    ? createDemoClock(createSystemClock(), join(config.dataDir, 'edge', 'demo-clock.json'))
    : null;
  const clock: Clock = demo ?? createSystemClock();
  const startedAt = clock.now();
  const facility = createFacility(readTexts(config), startedAt, log);
  const registry = () => facility.current.setup.registry;
  const directory = () => facility.current.knowledge.directory;
  const disk = openStore(config);
  const openIncidents = () => disk.incidents({ state: 'open', limit: MAX_OPEN });
  const feed = createLiveFeed({ clock, open: openIncidents });
  let url = config.http.publicUrl;
  let newestBlock = disk.remember().lastBlock;

  // Nobody can guess it, so on the embedded broker nobody else can speak as this edge's Sparkplug node.
  const ownClient = `keepsite-${randomUUID()}`;
  const inbox = createInbox({ config, clock, site: registry().sites[0]?.id, ownClient, onConnected: greet });
  const announcer = createAnnouncer({
    edge: config.edge,
    sites: () => registry().sites.map(({ id }) => id),
    publish: inbox.publish,
    now: () => clock.now(),
  });
  const { statesEveryMs, homeAssistantPrefix: prefix } = config.out;
  const { publish } = inbox;
  const homeAssistant = prefix === null ? null : createHomeAssistant({ edge: config.edge, registry, publish, prefix });
  const onPoints = homeAssistant?.introduce;
  const states = createAssetStates({
    directory,
    publish,
    clock,
    everyMs: statesEveryMs,
    silent: () => devices().flatMap(({ device, silent }) => (silent ? [device] : [])),
    ...(onPoints && { onPoints }),
  });
  const sparkplug = config.sparkplug
    ? createSparkplug({
        ...config.sparkplug,
        edge: config.edge,
        link: createSparkplugLink({ url: config.sparkplug.url, clientId: ownClient }),
        store: disk,
        clock,
        directory,
        devices: () => devices(),
        log,
        events,
      })
    : null;
  const uplink = config.cloud ? createHttpUplink({ ...config.cloud, edge: config.edge }) : null;
  const heartbeat = (backlog: Heartbeat['backlog']): Heartbeat => {
    const status = pipeline.status();
    return {
      edge: config.edge,
      at: instantText(clock.now()),
      startedAt: instantText(startedAt),
      version: VERSION,
      backlog,
      openIncidents: status.openIncidents,
      quarantined: disk.sizes().quarantined,
      devices: countDevices(status),
      clock: { scale: clock.scale, offsetMs: Math.round(clock.offsetMs ?? 0) },
      simulated: config.demo,
    };
  };
  const devices = () => pipeline.status().devices;
  const relay =
    uplink && createRelay({ edge: config.edge, registry, store: disk, uplink, clock, heartbeat, devices, events });
  const store = observed(disk, (newest) => {
    newestBlock = newest.block ?? newestBlock;
    relay?.committed(newest);
  });

  const pipeline: Pipeline = createPipeline({
    edge: config.edge,
    ...facility.current.knowledge,
    store,
    clock,
    feed: feeds(feed, states, sparkplug ?? {}),
    log,
    onPagesOwed: () => pager.nudge(),
    onCommitted: announcer.committed,
    onAsked: announcer.ask,
  });
  const notifier = createNotifier({
    directory,
    clock,
    publish: inbox.publish,
    log: (fields, message) => log.info(fields, message),
    webhook: config.webhook,
    publicUrl: () => url,
  });
  const pager = createPager({ store, notifier, pipeline, clock, events });
  const commands = uplink && createCommands({ uplink, pipeline, store, clock, events });
  const onDays = (days: readonly string[]) => relay?.dailyChanged(days);
  const energy = createDailyEnergyJob({ registry, store, clock, events, onDays });
  const refused = () => Object.fromEntries(inbox.refused ?? []);
  const installer = createInstaller({
    clock,
    store,
    pipeline,
    log,
    current: () => facility.current,
    texts: () => readTexts(config),
    prepare: (texts) => facility.prepare(texts, takeEffect),
    writeAdopted: (text) => writeTextFile(config.adoptedFile, text),
    writeMapping: (name, text) => writeTextFile(join(config.mappingsDir, name), text),
    removeMapping: (name) => removeTextFile(join(config.mappingsDir, name)),
  });
  const families = () => facility.current.knowledge.decoder.families;
  const usualSilence = (family: string) => facility.current.knowledge.decoder.expectEverySeconds(family);
  const parts = { pipeline, store, registry, families, usualSilence, installer, clock, feed, metrics, events, refused };
  const faults = () => ({
    broker: inbox.connected ? null : 'the broker cannot be reached',
    disk: pipeline.status().withheld,
  });
  const relayStatus = relay ? () => relay.status() : null;
  const api = await createHttpServer({ ...parts, scalable: demo, relay: relayStatus, faults }, httpSettings(config));

  const running = await open(config, api, inbox, pipeline, events).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  url ??= running.url;
  pager.start();
  relay?.start();
  sparkplug?.start();
  commands?.start();
  energy.start();
  const rest = startChores(
    [
      { name: 'maintain the store', everyMs: MAINTAIN_EVERY_MS, work: maintain },
      { name: 'heartbeat', everyMs: HEARTBEAT_EVERY_MS, work: beat },
      { name: 'announce', everyMs: ANNOUNCE_EVERY_MS, work: () => void announcer.greet(openIncidents()) },
      { name: 'tell states', everyMs: TELL_EVERY_MS, work: tellStates },
      { name: 'tell Sparkplug hosts', everyMs: TELL_EVERY_MS, work: () => sparkplug?.flush() },
    ],
    events,
  );
  beat();
  void installer.catchUp().catch((error: unknown) => events.workFailed('read what was kept', error));

  /** Another registry or another mapping: no message falls in between, and everybody who needs it learns of it. */
  async function takeEffect(knowledge: Knowledge): Promise<void> {
    await pipeline.reconfigure(knowledge);
    relay?.registryChanged();
    energy.start();
    greet();
  }

  /** The broker is (again) there, or the registry is another. Not awaited: nobody waits for a broker that is away. */
  function greet(): void {
    const open = openIncidents();
    void announcer.greet(open);
    for (const incident of open) states.incident(incident);
    states.again();
  }

  function tellStates(): void {
    states.flush();
    homeAssistant?.flush();
  }

  function beat(): void {
    feed.heartbeat(heartbeat(relay?.status().waiting ?? { events: 0, blocks: 0 }));
  }

  /** Without a cloud nobody waits for raw blocks: the store may rewrite them as soon as it likes. */
  function maintain(): void {
    if (!relay) disk.saveCursor('uplink.blocks.low', String(newestBlock + 1));
    disk.maintain(clock.now());
  }

  async function stop(): Promise<void> {
    rest();
    await Promise.all([announcer.farewell(), sparkplug?.stop(), energy.stop(), commands?.stop()]);
    await close();
  }

  /** No more messages first, the disk last. */
  async function close(): Promise<void> {
    await inbox.stop();
    await within(LAST_ERRANDS_MS, pager.stop());
    await within(LAST_ERRANDS_MS, pipeline.stop());
    await relay?.stop();
    await api.close();
    demo?.close();
    disk.close();
  }

  return { ...running, stop };
}

const VERSION = (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;

/** Doors first, so that an edge whose port is taken has taken no message yet. */
async function open(
  config: EdgeConfig,
  api: Api,
  inbox: Inbox,
  pipeline: Pipeline,
  events: EdgeEvents,
): Promise<{ url: string; port: number; mqttPort: number | null }> {
  const { host } = config.http;
  await api.listen({ host, port: config.http.port }).catch((error: unknown) => {
    throw new EdgeError('EDGE_PORT_IN_USE', `${host}:${config.http.port} cannot be opened: ${sentenceOf(error)}`, {
      cause: error,
    });
  });
  const { port } = api.server.address() as AddressInfo;
  const listening = inbox.start((message) => pipeline.receive(message));
  // An external broker may be away for long; until it is there the edge is not ready, and says so.
  if (config.mqtt.url === null) await listening;
  else listening.catch((error: unknown) => events.workFailed('listen to the broker', error));
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, mqttPort: inbox.port };
}

function createInbox({
  config,
  clock,
  site,
  ownClient,
  onConnected,
}: {
  readonly config: EdgeConfig;
  readonly clock: Clock;
  readonly site: string | undefined;
  readonly ownClient: string;
  readonly onConnected: () => void;
}): Inbox {
  const { host, port, url } = config.mqtt;
  const own = config.sparkplug ? ownTopics({ group: config.sparkplug.group, node: config.edge }) : isOurs;
  if (url === null) {
    const inbox = createAedesInbox({ clock, host, port, isOurs: own, ownClients: new Set([ownClient]) });
    return {
      ...inbox,
      get connected() {
        return inbox.connected;
      },
      get port() {
        return inbox.port;
      },
      start: (handler) => inbox.start(handler).then(onConnected),
    };
  }
  const offline = JSON.stringify({ edge: config.edge, state: 'offline' });
  const will = site === undefined ? {} : { will: { topic: `keepsite/${site}/bridge/state`, payload: offline } };
  return createMqttInbox({ clock, url, clientId: `keepsite-${config.edge}`, isOurs: own, onConnected, ...will });
}

function httpSettings(config: EdgeConfig): HttpSettings {
  const { edge, demo, apiToken, doors } = config;
  const webDir = existsSync(join(WEB_DIR, 'index.html')) ? WEB_DIR : null;
  return { edge, demo, apiToken, doors, webDir, cloudUrl: config.cloud?.url ?? null };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
