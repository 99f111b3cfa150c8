import { instantText, type Millis } from '@keepsite/edge-contract';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createAccess } from './access/access.ts';
import { createDemoClock } from './adapters/demo-clock.ts';
import { createHttpUplink } from './adapters/http-uplink.ts';
import { createSystemClock } from './adapters/system-clock.ts';
import { createBuilding } from './building.ts';
import { missingChannels, readChannels } from './channels.ts';
import { createCloudDealings } from './cloud-dealings.ts';
import { type EdgeConfig, environment } from './config.ts';
import { EPOCH_KEY, epochOf, incidentPrefix } from './domain/epoch.ts';
import { SeriesRows } from './domain/series-rows.ts';
import { DAMAGE_KEY, damageOf } from './domain/store-damage.ts';
import { type Doors, httpSettings, openDoors } from './doors.ts';
import { machineTime, startClock } from './edge-clock.ts';
import { createEvents, type Log } from './events.ts';
import { createFacility } from './facility.ts';
import { isOpenToAll, openGate, topicsHeard } from './gate.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createLiveFeed } from './http/feed.ts';
import { createMetrics } from './http/metrics.ts';
import { createHttpServer } from './http/server.ts';
import { createInbox } from './inbox.ts';
import { createClockKeeper } from './jobs/clock-keeper.ts';
import { createDailyEnergyJob } from './jobs/daily-energy.ts';
import { createDiskWatch } from './jobs/disk-watch.ts';
import { createEnergyWarnings } from './jobs/energy-warnings.ts';
import { reserveTrouble, tellOfDamage, troublesOf } from './jobs/gateway-trouble.ts';
import { startChores } from './jobs/housekeeping.ts';
import { createMaintenanceDesk } from './maintenance/maintenance-desk.ts';
import { feeds } from './outbox/feeds.ts';
import { inTime } from './outbox/in-time.ts';
import { observed } from './outbox/observed-store.ts';
import { createRelay } from './outbox/relay.ts';
import { openPhoneBook } from './phones.ts';
import { createPipeline } from './pipeline.ts';
import type { Clock, Knowledge, Pipeline, Store } from './ports.ts';
import { reachingDirectory } from './push/reach.ts';
import { createResponders } from './responders.ts';
import { readTexts } from './setup.ts';
import { createSetupDesks } from './setup-desks.ts';
import { goOnBeyond, lostTrouble, openAccounts, openStore } from './stores.ts';
import { keepTlsDoor } from './tls-door.ts';
import { createWatches } from './watches.ts';

const MAINTAIN_EVERY_MS = 5_000;
const HEARTBEAT_EVERY_MS = 10_000;
const CLOCK_EVERY_MS = 10_000;
const MAINTENANCE_EVERY_MS = 1_000;
/** What a command has changed in the file counts after that at the latest. */
const CREDENTIALS_EVERY_MS = 2_000;
const CERTIFICATES_EVERY_MS = 60_000;
/** Whose sign-in has ended is not paged from that instant on; the rest is house-keeping. */
const PHONES_EVERY_MS = 60_000;
const REPORTERS_EVERY_MS = 600_000;
/** What is on its way at the end may take this long; the disk keeps what does not make it. */
const LAST_ERRANDS_MS = 5_000;
const MAX_OPEN = 10_000;
/** A page that begins to listen is told of so many open incidents; with more, it could not keep up. */
const FIRST_TOLD = 200;

/** An edge that runs. */
export interface RunningEdge extends Doors {
  /** Makes the first admin; a new one at each start while there is none. Null: there is one, or no logins. */
  readonly setupCode: string | null;
  /** Resolves when the edge cannot go on and should be started anew: its store's file is damaged. */
  readonly failed: Promise<Error>;
  /** Looks at the files of the door behind TLS now; by itself it does so every minute. */
  reloadCertificates(): void;
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

/** Puts the edge together and starts it; the only place where ports meet adapters. */
export async function startEdge(config: EdgeConfig, log: Log): Promise<RunningEdge> {
  const metrics = createMetrics();
  const events = createEvents(log, metrics);
  const failure = Promise.withResolvers<Error>();
  const diskWatch = createDiskWatch({ ticks: () => performance.now(), onSynced: events.diskSynced });
  const disk = diskWatch.watched(openStore(config, failure.resolve));
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
  const missing = missingChannels(channels.channels, registry().people);
  if (missing.length > 0) log.warn({ channels: missing }, 'people are to be reached over channels that are not set up');
  const directory = () => facility.current.knowledge.directory;
  const feed = createLiveFeed({ clock, open: () => disk.incidents({ state: 'open', limit: FIRST_TOLD }) });
  let url = config.http.publicUrl;
  let newestBlock = disk.bearings().lastBlock;

  // Nobody can guess it.
  const ownClient = `keepsite-${randomUUID()}`;
  const accountStore = config.demo ? null : openAccounts(config);
  const people = () => registry().people.map(({ id }) => id);
  const access = accountStore && createAccess({ store: accountStore, clock, log, people, master: config.apiToken });
  const phones = openPhoneBook(config, { given: channels.pushKeys, accounts: accountStore, people, clock, log });
  /** Plans are made with people's phones in them. */
  const reaching = (known: Knowledge): Knowledge => ({
    ...known,
    directory: reachingDirectory(known.directory, phones.reach),
  });
  const gate = openGate(config, {
    clock,
    ownClients: new Set([ownClient]),
    topicsOf: (device) => topicsHeard(device, registry(), disk.bearings()),
    expel: async (credential) => inbox.expel?.(credential),
    record: (fact) => (access ? access.audit.record(fact) : log.info(fact, 'credentials changed')),
  });
  if (gate.warning !== null) log.error({}, gate.warning);
  if (isOpenToAll(config.mqtt)) log.warn({ host: config.mqtt.host }, 'anybody on this network may speak as any device');
  const site = registry().sites[0]?.id;
  const onLost = (reason: unknown) => events.workFailed('serve the embedded broker', reason);
  const tlsDoor = keepTlsDoor(config.mqtt, log);
  const inbox = await createInbox({ config, clock, site, gate, tlsDoor, onConnected: greet, onLost });
  const { publish } = inbox;
  const series = new SeriesRows();
  const building = await createBuilding({
    series,
    config,
    registry,
    directory,
    devices: () => devices(),
    silent: () => pipeline.silent(),
    publish,
    store: disk,
    clock,
    ownClient,
    log,
    events,
  });
  const uplink = config.cloud ? createHttpUplink({ ...config.cloud, edge: config.edge }) : null;
  const devices = () => pipeline.devices();
  const relay =
    uplink &&
    createRelay({
      edge: config.edge,
      epoch,
      registry,
      store: disk,
      uplink,
      clock,
      heartbeat: (backlog) => heartbeat(backlog),
      devices,
      events,
      onBehind: (known) => failure.resolve(goOnBeyond(disk, known, instantText(clock.now()))),
    });
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
    series,
    ...reaching(facility.current.knowledge),
    store,
    clock,
    feed: feeds(feed, building.feed),
    log,
    onPagesOwed: () => responders.pager.nudge(),
    onCommitted: (made) => {
      building.committed(made);
      responders.notifier.committed(made);
    },
    onAsked: building.ask,
    incidentPrefix: incidentPrefix(config.edge, epoch),
    doubt: kept?.doubt ?? null,
    windows: () => maintenance.windows(),
  });
  const heartbeat = createHeartbeat({
    config,
    startedAt,
    pipeline,
    store: disk,
    clock,
    response: () => facility.current.setup.response.version,
    linkKey: () => (config.linksUrl === null ? undefined : responders.acting.links.publicKey),
    wrong: () => ({ ...faults(), ...troubles() }),
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
  const responders = createResponders({
    config,
    registry,
    directory,
    channels,
    pipeline,
    store,
    clock,
    publish,
    publicUrl: () => url,
    accounts: () => access?.accounts.list() ?? [],
    phones,
    uplink,
    isCloudThere: () => relay?.status().connected ?? false,
    events,
    log,
  });
  const watches = createWatches({ config, relay, registry, store: disk, pipeline, clock, events, log });
  const { installer, response } = createSetupDesks({
    config,
    facility,
    takeEffect,
    channels: channels.channels,
    store,
    pipeline,
    clock,
    log,
  });
  const warnings = createEnergyWarnings({ registry, store, pipeline, clock, events });
  const dealings = createCloudDealings({ uplink, relay, responders, response, energy: warnings, store, clock, events });
  const onDays = (days: readonly string[]) => {
    relay?.dailyChanged(days);
    void warnings.look(days);
  };
  const energy = createDailyEnergyJob({ registry, store, clock, events, onDays });
  const refused = () => Object.fromEntries(inbox.refused ?? []);
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
    acting: responders.acting,
    repairs: responders.repairs,
    phones: responders.phones,
    channels: responders.channels,
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
    reserve: reserveTrouble(disk.reserve()),
    slowDisk: diskWatch.trouble(),
    evidence: lostTrouble(disk),
    certificate: tlsDoor.trouble(),
    cloud: watches.cloudTrouble(),
    response: facility.current.setup.response.trouble,
  });
  const faults = () => ({
    broker: inbox.connected ? null : 'the broker cannot be reached',
    disk: pipeline.status().withheld ?? diskWatch.fault(),
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

  const doors = await openDoors({ config, api, inbox, hear: responders.hear, events }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  url ??= doors.url;
  responders.pager.start();
  relay?.start();
  building.start();
  dealings.start();
  energy.start();
  const rest = startChores(
    [
      { name: 'maintain the store', everyMs: MAINTAIN_EVERY_MS, work: maintain },
      { name: 'heartbeat', everyMs: HEARTBEAT_EVERY_MS, work: beat },
      { name: 'keep the time', everyMs: CLOCK_EVERY_MS, work: () => keeper?.keep() },
      { name: 'look at maintenance', everyMs: MAINTENANCE_EVERY_MS, work: maintenance.look },
      { name: 'look after credentials', everyMs: CREDENTIALS_EVERY_MS, work: () => void tidyCredentials() },
      { name: 'look after phones', everyMs: PHONES_EVERY_MS, work: () => phones.book.tidy() },
      { name: 'erase reporters', everyMs: REPORTERS_EVERY_MS, work: eraseReporters },
      { name: 'look at certificates', everyMs: CERTIFICATES_EVERY_MS, work: tlsDoor.look },
      ...watches.chores,
      ...building.chores,
    ],
    events,
  );
  beat();
  void responders.notifier.ready().catch((error: unknown) => events.workFailed('get ready to page', error));
  const gateway = { edge: config.edge, registry, store, pipeline, now: () => clock.now(), log };
  void tellOfDamage(gateway).catch((error: unknown) => events.workFailed('tell of the damaged store', error));
  void installer.catchUp().catch((error: unknown) => events.workFailed('read what was kept', error));

  /** Whose names and numbers need not be known any more. */
  function eraseReporters(): void {
    const erased = responders.repairs.eraseOverdue(config.keepReportersMs, clock.now());
    if (erased.length > 0) log.info({ reports: erased.length }, 'names and numbers of reporters are erased');
  }

  /** Another registry or another mapping: no message falls in between, and everybody who needs it learns of it. */
  async function takeEffect(knowledge: Knowledge): Promise<void> {
    await pipeline.reconfigure(reaching(knowledge));
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
    building.greet(disk.incidents({ state: 'open', limit: MAX_OPEN }));
    maintenance.greet();
  }

  function tidyCredentials(): Promise<void> {
    return gate.desk.tidy().catch((error: unknown) => events.workFailed('look after credentials', error));
  }

  function beat(): void {
    feed.heartbeat(heartbeat(relay?.status().waiting ?? { events: 0, blocks: 0 }));
  }

  /** Without a cloud nobody waits for raw blocks: the store may rewrite them as soon as it likes. */
  function maintain(): void {
    if (!relay) disk.noteCursor('uplink.blocks.low', String(newestBlock + 1));
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
    energy.stop();
    await Promise.all([building.farewell(), dealings.stop()]);
    await close();
  }

  /** No more messages first, the disk last. */
  async function close(): Promise<void> {
    await inbox.stop();
    await inTime(responders.pager.stop(), LAST_ERRANDS_MS, () => undefined);
    await responders.notifier.close();
    await watches.close();
    await inTime(pipeline.stop(), LAST_ERRANDS_MS, () => undefined);
    await relay?.stop();
    await api.close();
    demo?.close();
    disk.close();
    accountStore?.close();
    phones.close();
    await tidyCredentials();
    gate.close();
  }

  return { ...doors, failed: failure.promise, setupCode: newSetupCode(), reloadCertificates: tlsDoor.look, stop };
}
