import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { bossJobs } from './adapters/boss-jobs.ts';
import { startEmbeddedPostgres } from './adapters/embedded-postgres.ts';
import { influxMetrics } from './adapters/influx-metrics.ts';
import { CLOUD_CHANNELS, createNotifier } from './adapters/notifier.ts';
import { openMeteo } from './adapters/open-meteo.ts';
import { openDatabase, type Database } from './adapters/postgres/database.ts';
import { postgresLedger, postgresMetrics } from './adapters/postgres/metrics.ts';
import { postgresNotices } from './adapters/postgres/notices.ts';
import { postgresStore } from './adapters/postgres/store.ts';
import { systemClock } from './adapters/system-clock.ts';
import { createWorkThread } from './adapters/work-thread.ts';
import type { ApiPorts, ApiSettings } from './api/context.ts';
import { energyRoutes } from './api/energy.ts';
import { createServer } from './api/server.ts';
import { type CloudConfig, environment } from './config.ts';
import { readReach, type Reach } from './duty-file.ts';
import type { EnergyPorts } from './energy/ports.ts';
import { reckonHere, reckonThere } from './energy/reckoner.ts';
import { ENERGY_JOB, makeDueReports, scheduleReports } from './energy/schedule.ts';
import { logEvents, silentEvents, type Events } from './events.ts';
import { createAlarmLinks } from './api/alarm-token.ts';
import { startAlarmPager } from './jobs/alarm-pager.ts';
import { type Guardians, jobHandlers, schedules, startWatch } from './jobs/schedule.ts';
import { liveScores } from './jobs/live-scores.ts';
import { siteClock, type SiteClock } from './jobs/site-clock.ts';
import type { MetricStore, Notices, Store } from './ports.ts';
import type { Reckoner } from './ports/reckoner.ts';
import { SHIPPED_CALENDARS } from './shipped-calendars.ts';

/** A cloud that takes requests. */
export interface Cloud {
  readonly url: string;
  readonly port: number;
  /** What the operator should be told at the start; null: nothing special. */
  readonly notice: string | null;
  /** Orderly: requests, jobs, connections, PostgreSQL. May be called twice. */
  stop(): Promise<void>;
}

const POLL_MS = 25_000;
const RECKONER = new URL('reckoner.ts', import.meta.url);
const PACKAGE = new URL('../package.json', import.meta.url);
const SOFTWARE = `keepsite ${(JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version}`;

/** Starts everything, in order, and takes it down again in the reverse order when a part does not start. */
export async function startCloud(config: CloudConfig, log: Logger): Promise<Cloud> {
  const started = performance.now();
  const events = logEvents(log);
  const undo: (() => Promise<unknown>)[] = [];
  const unwind = async (): Promise<void> => {
    for (let last = undo.pop(); last; last = undo.pop()) await last();
  };
  try {
    const { database, notice } = await openStore(config, undo);
    await database.migrate();
    await database.assertFenced();
    const reach = readReach(config, environment());
    const ports = await openPorts(config, database, events, undo);
    const energy = energyPorts(config, { ...ports, reckoner: openReckoner(undo) });
    const api = await createServer(ports, settingsOf(config), [energyRoutes(energy)]);
    undo.push(() => api.close());
    const url = await api.listen({ host: config.http.host, port: config.http.port });
    const onOwed = startAlarms(config, { reach, ports, url, log }, undo);
    startJobs(config, database, { ports, energy }, { duty: reach.duty, channels: reachable(reach), onOwed }, undo);
    if (notice) events.notice(notice);
    const kinds = {
      database: config.databaseUrl ? 'external' : 'embedded',
      metrics: config.influx ? 'influxdb' : 'postgresql',
    };
    events.started({ url, ...kinds, ms: Math.round(performance.now() - started) });
    let stopping: Promise<void> | undefined;
    return {
      url,
      port: Number(new URL(url).port),
      notice,
      stop: () => (stopping ??= unwind().then(() => events.stopped())),
    };
  } catch (cause) {
    await unwind();
    throw cause;
  }
}

function energyPorts(config: CloudConfig, ports: Omit<EnergyPorts, 'weather' | 'software'>): EnergyPorts {
  return { ...ports, weather: openMeteo(config.weatherUrl), software: SOFTWARE };
}

/** Reports are made in a thread of their own, so that requests are answered meanwhile. */
function openReckoner(undo: (() => Promise<unknown>)[]): Reckoner {
  const thread = createWorkThread({ entry: RECKONER });
  undo.push(() => thread.close());
  return reckonThere((order) => thread.ask(order));
}

/** What baselines and reports need, for commands that need no server. */
export async function openEnergy(config: CloudConfig, database: Database): Promise<EnergyPorts> {
  const { tenant, timeZone } = config;
  const store = await postgresStore(database, tenant);
  return energyPorts(config, {
    store,
    metrics: metricStore(config, database),
    events: silentEvents(),
    clock: systemClock,
    timeZone,
    reckoner: reckonHere,
  });
}

function metricStore(config: CloudConfig, database: Database): MetricStore {
  const { tenant, influx } = config;
  return influx
    ? influxMetrics({ ...influx, tenant, ledger: postgresLedger(database, tenant) })
    : postgresMetrics(database, tenant);
}

/** The database alone, for commands that need no server; `close` also ends an embedded PostgreSQL that this started. */
export async function openCloudDatabase(config: CloudConfig): Promise<{ database: Database; close(): Promise<void> }> {
  const undo: (() => Promise<unknown>)[] = [];
  const { database } = await openStore(config, undo);
  const close = async (): Promise<void> => {
    for (let last = undo.pop(); last; last = undo.pop()) await last();
  };
  return { database, close };
}

async function openStore(
  config: CloudConfig,
  undo: (() => Promise<unknown>)[],
): Promise<{ database: Database; notice: string | null }> {
  const embedded = config.databaseUrl === null ? await startEmbedded(config) : null;
  if (embedded) undo.push(() => embedded.stop());
  const database = openDatabase(config.databaseUrl ?? embedded?.url ?? '');
  undo.push(() => database.close());
  await database.ping();
  return { database, notice: embedded?.notice ?? null };
}

async function startEmbedded(config: CloudConfig): ReturnType<typeof startEmbeddedPostgres> {
  mkdirSync(join(config.dataDir, 'cloud'), { recursive: true });
  return await startEmbeddedPostgres({ directory: join(config.dataDir, 'cloud', 'postgres') });
}

async function openPorts(
  config: CloudConfig,
  database: Database,
  events: Events,
  undo: (() => Promise<unknown>)[],
): Promise<ApiPorts> {
  const { tenant, timeZone } = config;
  const store = await postgresStore(database, tenant);
  const metrics = metricStore(config, database);
  undo.push(() => metrics.close());
  const notices = await postgresNotices(database, tenant);
  undo.push(() => notices.close());
  const clock = siteClock(systemClock, config.demo);
  await followEdges(store, notices, clock);
  const live = liveScores({ store, notices, events, clock, timeZone });
  undo.push(() => live.stop());
  const followUp = { hours: config.followUpHours, timeZone, calendars: SHIPPED_CALENDARS };
  return { store, metrics, notices, events, live, clock, own: systemClock, timeZone, followUp };
}

/** Sets the clock by what edges said before this start, and by every heartbeat from now on, whichever replica took it. */
async function followEdges(store: Store, notices: Notices, clock: SiteClock): Promise<void> {
  const look = async (): Promise<void> => {
    for (const { heartbeat, heardAt } of await store.edges.heartbeats()) clock.heard(heartbeat, heardAt);
  };
  await look();
  notices.subscribe((notice) => {
    if (notice.kind === 'heartbeat') void look().catch(() => undefined);
  });
}

/** After the server listens: pg-boss makes its schema first, and nobody needs to wait for that. */
function startJobs(
  config: CloudConfig,
  database: Database,
  { ports, energy }: { readonly ports: ApiPorts; readonly energy: EnergyPorts },
  guardians: Guardians,
  undo: (() => Promise<unknown>)[],
): void {
  const jobs = bossJobs(database.url, ports.events);
  const starting = jobs
    .start(
      { ...jobHandlers(ports, config.keepReportersMs), [ENERGY_JOB]: async () => void (await makeDueReports(energy)) },
      schedules(config.timeZone),
    )
    .catch((cause: unknown) =>
      ports.events.jobFailed({ job: 'start', reason: cause instanceof Error ? cause.message : String(cause) }),
    );
  undo.push(() => starting.then(() => jobs.stop()));
  undo.push(scheduleReports(energy, jobs, starting));
  undo.push(startWatch(ports, systemClock, jobs, guardians));
}

/** Channels that bring a page to somebody: the log does not. */
function reachable({ channels }: Reach): ReadonlySet<string> {
  return new Set([...CLOUD_CHANNELS.filter((name) => name !== 'log'), ...channels.channels.keys()]);
}

/** The pager of the cloud's own alarms; answers what to call when pages are owed. */
function startAlarms(
  config: CloudConfig,
  parts: { readonly reach: Reach; readonly ports: ApiPorts; readonly url: string; readonly log: Logger },
  undo: (() => Promise<unknown>)[],
): () => void {
  const { reach, ports, url, log } = parts;
  const { store, events, notices } = ports;
  if (reach.duty.people.length === 0 && !config.demo) events.notice(NOBODY_ON_DUTY);
  const publicUrl = () => config.links.cloud ?? url;
  const links = createAlarmLinks(config.tokens.api);
  const notifier = createNotifier({
    settings: reach.channels,
    duty: reach.duty,
    sites: async () => (await store.clients.registry()).sites,
    clock: systemClock,
    timeZone: config.timeZone,
    log: (fields, message) => log.info(fields, message),
    demo: config.demo,
    publicUrl,
    ownLink: links && ((alarm, person) => `${publicUrl()}/w/${links.issue(alarm, person, systemClock.now())}`),
  });
  undo.push(() => notifier.close());
  const pager = startAlarmPager({ alarms: store.alarms, notifier, clock: systemClock, events });
  const deaf = notices.subscribe(({ kind }) => {
    if (kind === 'alarm') pager.nudge();
  });
  undo.push(() => pager.stop());
  undo.push(() => Promise.resolve(deaf()));
  return pager.nudge;
}

const NOBODY_ON_DUTY =
  'when a site without rosters goes blind nobody is paged: write down who is on duty (KEEPSITE_CLOUD_DUTY, see docs/after-incident.md)';

function settingsOf(config: CloudConfig): ApiSettings {
  const { demo, tokens, webDir, links } = config;
  const { allowedHosts, trustedProxies } = config.http;
  return { demo, tokens, webDir, links, name: config.tenant, allowedHosts, trustedProxies, pollMs: POLL_MS };
}
