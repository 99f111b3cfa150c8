import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { bossJobs } from './adapters/boss-jobs.ts';
import { startEmbeddedPostgres } from './adapters/embedded-postgres.ts';
import { influxMetrics } from './adapters/influx-metrics.ts';
import { openDatabase, type Database } from './adapters/postgres/database.ts';
import { postgresLedger, postgresMetrics } from './adapters/postgres/metrics.ts';
import { postgresNotices } from './adapters/postgres/notices.ts';
import { postgresStore } from './adapters/postgres/store.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { ApiPorts, ApiSettings } from './api/context.ts';
import { createServer } from './api/server.ts';
import type { CloudConfig } from './config.ts';
import { logEvents, type Events } from './events.ts';
import { jobHandlers, schedules, startWatch } from './jobs/schedule.ts';
import { liveScores } from './jobs/live-scores.ts';
import { siteClock, type SiteClock } from './jobs/site-clock.ts';
import type { MetricStore, Notices, Store } from './ports.ts';

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
    const ports = await openPorts(config, database, events, undo);
    const api = await createServer(ports, settingsOf(config));
    undo.push(() => api.close());
    const url = await api.listen({ host: config.http.host, port: config.http.port });
    startJobs(config, database, ports, undo);
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
  const metrics: MetricStore = config.influx
    ? influxMetrics({ ...config.influx, tenant, ledger: postgresLedger(database, tenant) })
    : postgresMetrics(database, tenant);
  undo.push(() => metrics.close());
  const notices = await postgresNotices(database, tenant);
  undo.push(() => notices.close());
  const clock = siteClock(systemClock, config.demo);
  await followEdges(store, notices, clock);
  const live = liveScores({ store, notices, events, clock, timeZone });
  undo.push(() => live.stop());
  return { store, metrics, notices, events, live, clock, own: systemClock, timeZone };
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
function startJobs(config: CloudConfig, database: Database, ports: ApiPorts, undo: (() => Promise<unknown>)[]): void {
  const jobs = bossJobs(database.url, ports.events);
  const starting = jobs
    .start(jobHandlers(ports), schedules(config.timeZone))
    .catch((cause: unknown) =>
      ports.events.jobFailed({ job: 'start', reason: cause instanceof Error ? cause.message : String(cause) }),
    );
  undo.push(() => starting.then(() => jobs.stop()));
  undo.push(startWatch(ports, systemClock, jobs));
}

function settingsOf(config: CloudConfig): ApiSettings {
  const { demo, tokens, webDir, links } = config;
  return { demo, tokens, webDir, links, name: config.tenant, allowedHosts: config.http.allowedHosts, pollMs: POLL_MS };
}
