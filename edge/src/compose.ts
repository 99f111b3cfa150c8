import { type Command, type Heartbeat, instantText, type Millis } from '@keepsite/edge-contract';
import { BUILT_IN } from '@keepsite/edge-notify';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAccess } from './access/access.ts';
import { createSign } from './acting/acting-key.ts';
import { createActing } from './acting/acting.ts';
import { createMqttOrders } from './acting/mqtt-orders.ts';
import { NOTHING_SHOWN } from './acting/presence.ts';
import { createInstaller } from './adoption/installer.ts';
import { createCodeVersions } from './adapters/code-versions.ts';
import { createDemoClock } from './adapters/demo-clock.ts';
import { removeTextFile, writeTextFile } from './adapters/durable-file.ts';
import { createHttpUplink } from './adapters/http-uplink.ts';
import { createNotifier } from './adapters/notifier.ts';
import { createOutsideWatcher } from './adapters/outside-watcher.ts';
import { isOrder } from './adapters/own-topics.ts';
import { createPhotoFiles } from './adapters/photo-files.ts';
import { accessKey } from './adapters/sqlite-access/key.ts';
import { createSparkplugLink } from './adapters/sparkplug-link.ts';
import { createSystemClock } from './adapters/system-clock.ts';
import { missingChannels, readChannels } from './channels.ts';
import { type EdgeConfig, environment } from './config.ts';
import { EdgeError, sentenceOf } from './errors.ts';
import { createEvents, type EdgeEvents, type Log } from './events.ts';
import { createFacility } from './facility.ts';
import { isOpenToAll, openGate, topicsHeard } from './gate.ts';
import type { Api, HttpSettings } from './http/api.ts';
import { createLiveFeed } from './http/feed.ts';
import { createMetrics } from './http/metrics.ts';
import { countDevices } from './http/routes/operator.ts';
import { createHttpServer } from './http/server.ts';
import { machineTime, startClock } from './edge-clock.ts';
import { EPOCH_KEY, epochOf, incidentPrefix } from './domain/epoch.ts';
import { DAMAGE_KEY, damageOf } from './domain/store-damage.ts';
import { createClockKeeper } from './jobs/clock-keeper.ts';
import { createCloudWatch } from './jobs/cloud-watch.ts';
import { createDeadMan } from './jobs/dead-man.ts';
import { gatewayOf, tellOfDamage, troublesOf } from './jobs/gateway-trouble.ts';
import { createInbox } from './inbox.ts';
import { createDailyEnergyJob } from './jobs/daily-energy.ts';
import { warnOfEnergy } from './jobs/energy-warnings.ts';
import { startChores } from './jobs/housekeeping.ts';
import { createAnnouncer } from './outbox/announcer.ts';
import { createAssetStates } from './outbox/asset-states.ts';
import { createCommands } from './outbox/commands.ts';
import { feeds } from './outbox/feeds.ts';
import { createHomeAssistant } from './outbox/home-assistant.ts';
import { observed } from './outbox/observed-store.ts';
import { createMaintenanceDesk } from './maintenance/maintenance-desk.ts';
import { createPager } from './outbox/pager.ts';
import { createRelay } from './outbox/relay.ts';
import { createSparkplug } from './outbox/sparkplug/edge-node.ts';
import { createPipeline } from './pipeline.ts';
import type { Clock, Inbox, InboxMessage, Knowledge, Pipeline, Store } from './ports.ts';
import { createRepairDesk } from './repair/repair-desk.ts';
import { createResponseDesk } from './response/desk.ts';
import { readTexts, responseFiles } from './setup.ts';
import { openAccounts, openStore, PHOTOS_SHARE } from './stores.ts';

const WEB_DIR = join(import.meta.dirname, '../../dashboards/dist');
const PACKAGE = join(import.meta.dirname, '../package.json');
const MAINTAIN_EVERY_MS = 5_000;
const HEARTBEAT_EVERY_MS = 10_000;
const CLOUD_EVERY_MS = 5_000;
const CLOCK_EVERY_MS = 10_000;
const ANNOUNCE_EVERY_MS = 5 * 60_000;
const TELL_EVERY_MS = 1_000;
/** What a command has changed in the file counts after that at the latest. */
const CREDENTIALS_EVERY_MS = 2_000;
/** What is on its way at the end may take this long; the disk keeps what does not make it. */
const LAST_ERRANDS_MS = 5_000;
const MAX_OPEN = 10_000;
/** A page that begins to listen is told of so many open incidents; with more, it could not keep up. */
const FIRST_TOLD = 200;

/** An edge that runs. */
export interface RunningEdge {
  readonly url: string;
  readonly port: number;
  /** Null with an external broker. */
  readonly mqttPort: number | null;
  /** Where devices connect by TLS; null: nowhere. */
  readonly mqttsPort: number | null;
  /** Makes the first admin; a new one at each start while there is none. Null: there is one, or no logins. */
  readonly setupCode: string | null;
  /** Resolves when the edge cannot go on and should be started anew: its store's file is damaged. */
  readonly failed: Promise<Error>;
  /** Takes no more messages, finishes what it has taken, and closes everything. */
  stop(): Promise<void>;
}

function closingOnFailure<T>(disk: Store, work: () => T): T {
  try {
    return work();
  } catch (error) {
    disk.close();
    throw error;
  }
}

function told(all: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).flatMap(([part, text]) => (text === null ? [] : [[part, text]])));
}

/** Puts the edge together and starts it; the only place where ports meet adapters. */
export async function startEdge(config: EdgeConfig, log: Log): Promise<RunningEdge> {
  const metrics = createMetrics();
  const events = createEvents(log, metrics);
  const failure = Promise.withResolvers<Error>();
  const disk = openStore(config, failure.resolve);
  const epoch = epochOf(disk.cursor(EPOCH_KEY));
  const demo = config.demo
    ? createDemoClock(createSystemClock(), join(config.dataDir, 'edge', 'demo-clock.json'))
    : null;
  const kept = demo ? null : startClock(disk, log);
  const clock: Clock = demo ?? kept?.clock ?? createSystemClock();
  const startedAt = clock.now();
  const facility = closingOnFailure(disk, () => createFacility(readTexts(config), startedAt, log));
  const channels = readChannels(config, environment());
  const registry = () => facility.current.setup.registry;
  const missing = missingChannels(registry(), channels);
  if (missing.length > 0) log.warn({ channels: missing }, 'people are to be reached over channels that are not set up');
  const directory = () => facility.current.knowledge.directory;
  const openIncidents = () => disk.incidents({ state: 'open', limit: MAX_OPEN });
  const feed = createLiveFeed({ clock, open: () => disk.incidents({ state: 'open', limit: FIRST_TOLD }) });
  let url = config.http.publicUrl;
  let newestBlock = disk.remember().lastBlock;

  // Nobody can guess it, so on the embedded broker nobody else can speak as this edge's Sparkplug node.
  const ownClient = `keepsite-${randomUUID()}`;
  const accountStore = config.demo ? null : openAccounts(config);
  const people = () => registry().people.map(({ id }) => id);
  const access = accountStore && createAccess({ store: accountStore, clock, log, people, master: config.apiToken });
  const gate = openGate(config, {
    clock,
    ownClients: new Set([ownClient]),
    topicsOf: (device) => topicsHeard(device, registry(), disk.remember()),
    expel: async (credential) => inbox.expel?.(credential),
    record: (fact) => (access ? access.audit.record(fact) : log.info(fact, 'credentials changed')),
  });
  if (gate.warning !== null) log.error({}, gate.warning);
  if (isOpenToAll(config.mqtt)) log.warn({ host: config.mqtt.host }, 'anybody on this network may speak as any device');
  const site = registry().sites[0]?.id;
  const onLost = (reason: unknown) => events.workFailed('serve the embedded broker', reason);
  const inbox = createInbox({ config, clock, site, gate, onConnected: greet, onLost });
  const announcer = createAnnouncer({
    edge: config.edge,
    sites: () => registry().sites.map(({ id }) => id),
    publish: inbox.publish,
    now: () => clock.now(),
    later: (ms, work) => void setTimeout(work, ms).unref(),
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
      troubles: told({ ...faults(), ...troubles() }),
      response: facility.current.setup.response.version,
    };
  };
  const devices = () => pipeline.status().devices;
  const relay =
    uplink &&
    createRelay({ edge: config.edge, epoch, registry, store: disk, uplink, clock, heartbeat, devices, events });
  const store = observed(disk, (newest) => {
    newestBlock = newest.block ?? newestBlock;
    relay?.committed(newest);
  });

  const maintenance = createMaintenanceDesk({
    store: disk,
    clock,
    registry,
    newId: () => `mw-${randomUUID()}`,
    changed: () => pipeline.windowsChanged(),
    tell: feed.maintenance,
    publish(site, items) {
      const body = JSON.stringify({ edge: config.edge, at: instantText(clock.now()), items });
      void publish(`keepsite/${site}/maintenance`, body, { retain: true }).catch(() => undefined);
    },
  });
  const pipeline: Pipeline = createPipeline({
    edge: config.edge,
    ...facility.current.knowledge,
    store,
    clock,
    feed: feeds(feed, states, sparkplug ?? {}),
    log,
    onPagesOwed: () => pager.nudge(),
    onCommitted: (made) => {
      announcer.committed(made);
      notifier.committed(made);
    },
    onAsked: announcer.ask,
    incidentPrefix: incidentPrefix(config.edge, epoch),
    doubt: kept?.doubt ?? null,
    windows: () => maintenance.windows(),
  });
  const keeper =
    kept &&
    createClockKeeper({
      clock: kept.clock,
      machine: machineTime,
      store: disk,
      openIncidents: () => pipeline.status().openIncidents,
      onFollowed: (at) => void listenAnew(at),
      events,
    });
  const actingKey = accessKey(join(config.dataDir, 'edge', 'acting.key')).key;
  const acting = createActing({
    key: actingKey,
    versions: createCodeVersions(join(config.dataDir, 'edge', 'codes.json')),
    files: createPhotoFiles(join(config.dataDir, 'edge', 'photos'), config.diskLimitBytes * PHOTOS_SHARE),
    networks: config.http.siteNetworks,
    registry,
    pipeline,
    store,
    clock,
  });
  const repairs = createRepairDesk({ sign: createSign(actingKey), registry, pipeline, photos: acting.photos, store });
  const notifier = createNotifier({
    edge: config.edge,
    directory,
    people: () => registry().people,
    clock,
    settings: channels,
    demo: config.demo,
    publish: inbox.publish,
    log: (fields, message) => log.info(fields, message),
    webhook: config.webhook,
    publicUrl: () => url,
    links: acting.links,
  });
  const pager = createPager({ store, notifier, pipeline, clock, events });
  const ticks = () => performance.now();
  const cloudWatch =
    relay &&
    createCloudWatch({
      relay: () => relay.status(),
      silenceMs: config.cloudSilenceMs,
      gateway: () => gatewayOf(registry(), config.edge),
      store: disk,
      pipeline,
      now: () => clock.now(),
      ticks,
      log,
    });
  const watcher = config.deadMan && createOutsideWatcher(config.deadMan.url);
  const deadMan =
    watcher && createDeadMan({ store: disk, pipeline, ping: watcher.ping, now: () => clock.now(), ticks, log });
  const response = createResponseDesk({
    clock,
    current: () => facility.current,
    texts: () => readTexts(config),
    prepare: (texts) => facility.prepare(texts, takeEffect),
    write: (file, text) => writeTextFile(responseFiles(config.adoptedFile)[file], text),
    channels: () => [...BUILT_IN, ...channels.channels.keys()],
    newId: randomUUID,
    log,
  });
  const mqttOrders = createMqttOrders({ acting, store, publish: inbox.publish, clock, log });
  const takesOrders = config.mqtt.url === null || config.mqtt.ordersFromAnybody;
  const hear = (message: InboxMessage) => {
    if (!isOrder(message.topic)) pipeline.receive(message);
    else if (takesOrders) void mqttOrders(message);
    else message.acknowledge();
  };
  const ordered = {
    order: (command: Command) => acting.order(command, NOTHING_SHOWN),
    report: (...asked: Parameters<Pipeline['report']>) => pipeline.report(...asked),
  };
  const commands = uplink && createCommands({ uplink, pipeline: ordered, response, store, clock, events });
  const onDays = (days: readonly string[]) => {
    relay?.dailyChanged(days);
    warnOfEnergy({ registry, store, pipeline }, days).catch((error: unknown) =>
      events.workFailed('energy warnings', error),
    );
  };
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
  const parts = {
    pipeline,
    store,
    registry,
    families,
    usualSilence,
    installer,
    credentials: gate.desk,
    maintenance,
    acting,
    repairs,
    publicUrl: () => url,
    response,
    access,
    clock,
    feed,
    metrics,
    events,
    refused,
  };
  const troubles = () => ({
    ...troublesOf({ clock: keeper?.trouble() ?? null, store: disk, isThere: existsSync }),
    cloud: cloudWatch?.trouble() ?? null,
    response: facility.current.setup.response.trouble,
  });
  const faults = () => ({
    broker: inbox.connected ? null : 'the broker cannot be reached',
    disk: pipeline.status().withheld,
  });
  const relayStatus = relay ? () => relay.status() : null;
  const api = await createHttpServer(
    {
      ...parts,
      scalable: demo,
      relay: relayStatus,
      faults,
      troubles,
      storeDamages: () => damageOf(disk.cursor(DAMAGE_KEY))?.times ?? 0,
    },
    httpSettings(config),
  );

  const running = await open(config, api, inbox, hear, events).catch(async (error: unknown) => {
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
      { name: 'keep the time', everyMs: CLOCK_EVERY_MS, work: () => keeper?.keep() },
      { name: 'watch the cloud', everyMs: CLOUD_EVERY_MS, work: lookAtCloud },
      ...(config.deadMan ? [{ name: 'dead man', everyMs: config.deadMan.everyMs, work: () => void deadMan?.() }] : []),
      { name: 'look at maintenance', everyMs: TELL_EVERY_MS, work: maintenance.look },
      { name: 'announce', everyMs: ANNOUNCE_EVERY_MS, work: () => void announcer.greet([]) },
      { name: 'tell states', everyMs: TELL_EVERY_MS, work: tellStates },
      { name: 'look after credentials', everyMs: CREDENTIALS_EVERY_MS, work: () => void tidyCredentials() },
      { name: 'tell Sparkplug hosts', everyMs: TELL_EVERY_MS, work: () => sparkplug?.flush() },
    ],
    events,
  );
  beat();
  const gateway = { edge: config.edge, registry, store, pipeline, now: () => clock.now(), log };
  void tellOfDamage(gateway).catch((error: unknown) => events.workFailed('tell of the damaged store', error));
  void installer.catchUp().catch((error: unknown) => events.workFailed('read what was kept', error));

  /** Another registry or another mapping: no message falls in between, and everybody who needs it learns of it. */
  async function takeEffect(knowledge: Knowledge): Promise<void> {
    await pipeline.reconfigure(knowledge);
    relay?.registryChanged();
    energy.start();
    greet();
  }

  /** Edge time has leapt forward: nobody was silent in between. */
  async function listenAnew(at: Millis): Promise<void> {
    facility.listenFrom(at);
    await facility
      .prepare(readTexts(config), takeEffect)
      .takeEffect()
      .catch((error: unknown) => events.workFailed('listen anew', error));
  }

  /** The broker is (again) there, or the registry is another. Not awaited: nobody waits for a broker that is away. */
  function greet(): void {
    const open = openIncidents();
    void announcer.greet(open);
    maintenance.greet();
    for (const incident of open) states.incident(incident);
    states.again();
  }

  function tellStates(): void {
    states.flush();
    homeAssistant?.flush();
  }

  function tidyCredentials(): Promise<void> {
    return gate.desk.tidy().catch((error: unknown) => events.workFailed('look after credentials', error));
  }

  function lookAtCloud(): void {
    void cloudWatch?.look().catch((error: unknown) => events.workFailed('watch the cloud', error));
  }

  function beat(): void {
    feed.heartbeat(heartbeat(relay?.status().waiting ?? { events: 0, blocks: 0 }));
  }

  /** Without a cloud nobody waits for raw blocks: the store may rewrite them as soon as it likes. */
  function maintain(): void {
    if (!relay) disk.saveCursor('uplink.blocks.low', String(newestBlock + 1));
    disk.maintain(clock.now()).catch((error: unknown) => events.workFailed('maintain the store', error));
  }

  /** Without it nobody becomes the first admin; everything else works, so the edge goes on. */
  function newSetupCode(): string | null {
    try {
      return access?.entry.makeSetupCode() ?? null;
    } catch (error) {
      events.workFailed('make a setup code', error);
      return null;
    }
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
    await notifier.close();
    await watcher?.close();
    await within(LAST_ERRANDS_MS, pipeline.stop());
    await relay?.stop();
    await api.close();
    demo?.close();
    disk.close();
    accountStore?.close();
    await tidyCredentials();
    gate.close();
  }

  return { ...running, failed: failure.promise, setupCode: newSetupCode(), stop };
}

const VERSION = (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;

/** Doors first, so that an edge whose port is taken has taken no message yet. */
async function open(
  config: EdgeConfig,
  api: Api,
  inbox: Inbox,
  hear: (message: InboxMessage) => void,
  events: EdgeEvents,
): Promise<Pick<RunningEdge, 'url' | 'port' | 'mqttPort' | 'mqttsPort'>> {
  const { host } = config.http;
  await api.listen({ host, port: config.http.port }).catch((error: unknown) => {
    throw new EdgeError('EDGE_PORT_IN_USE', `${host}:${config.http.port} cannot be opened: ${sentenceOf(error)}`, {
      cause: error,
    });
  });
  const { port } = api.server.address() as AddressInfo;
  const listening = inbox.start(hear);
  // An external broker may be away for long; until it is there the edge is not ready, and says so.
  if (config.mqtt.url === null) await listening;
  else listening.catch((error: unknown) => events.workFailed('listen to the broker', error));
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    mqttPort: inbox.port,
    mqttsPort: inbox.tlsPort ?? null,
  };
}

function httpSettings(config: EdgeConfig): HttpSettings {
  const { edge, demo, doors } = config;
  const { trustedProxies } = config.http;
  const webDir = existsSync(join(WEB_DIR, 'index.html')) ? WEB_DIR : null;
  return { edge, demo, trustedProxies, doors, webDir, cloudUrl: config.cloud?.url ?? null };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
