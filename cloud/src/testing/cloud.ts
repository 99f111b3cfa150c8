import { postgresMetrics } from '../adapters/postgres/metrics.ts';
import { postgresNotices } from '../adapters/postgres/notices.ts';
import { postgresStore } from '../adapters/postgres/store.ts';
import type { Database } from '../adapters/postgres/database.ts';
import type { Api, ApiPorts, ApiSettings } from '../api/context.ts';
import { createServer, type Routes } from '../api/server.ts';
import { silentEvents } from '../events.ts';
import { liveScores } from '../jobs/live-scores.ts';
import { siteClock } from '../jobs/site-clock.ts';
import { FOLLOW_UP, T0 } from './samples.ts';

/** One replica over a real database, with a clock that stands where the test puts it. */
export interface TestCloud {
  readonly api: Api;
  readonly ports: ApiPorts;
  /** Our own time; begins two hours after T0. */
  time: { now: number };
  /** `Body` is what the test takes the answer for; nothing checks it. */
  get<Body = Parsed>(url: string, headers?: Record<string, string>): Promise<Answer<Body>>;
  send<Body = Parsed>(
    method: 'POST' | 'PUT' | 'DELETE',
    url: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<Body>>;
  /** Listens on a free port. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** JSON as it was read: a test that looks at what is not there fails. */
type Parsed = ReturnType<typeof JSON.parse>;

export interface Answer<Body = Parsed> {
  readonly status: number;
  /** Parsed where it is JSON, else its text. */
  readonly body: Body;
  readonly headers: Readonly<Record<string, unknown>>;
}

const SETTINGS: ApiSettings = {
  demo: true,
  name: 'test',
  allowedHosts: [],
  tokens: { api: null, edge: null },
  webDir: null,
  links: { edge: null, cloud: null, simulator: null },
  pollMs: 20_000,
};

/** A replica for a tenant; two with the same tenant share everything but memory. */
export async function startTestCloud(
  database: Database,
  tenant: string,
  settings: Partial<ApiSettings> = {},
  more: readonly Routes[] = [],
): Promise<TestCloud> {
  const time = { now: T0 + 7_200_000 };
  const own = { now: () => time.now };
  const store = await postgresStore(database, tenant);
  const notices = await postgresNotices(database, tenant);
  const events = silentEvents();
  const clock = siteClock(own, true);
  const timeZone = 'Asia/Shanghai';
  const live = liveScores({ store, notices, events, clock, timeZone });
  const ports: ApiPorts = {
    store,
    metrics: postgresMetrics(database, tenant),
    notices,
    events,
    live,
    clock,
    own,
    timeZone,
    followUp: { ...FOLLOW_UP, timeZone },
  };
  const api = await createServer(ports, { ...SETTINGS, ...settings }, more);
  return {
    api,
    ports,
    time,
    async get<Body>(url: string, headers: Record<string, string> = {}) {
      const response = await api.inject({ method: 'GET', url, headers: { host: 'localhost', ...headers } });
      return answer<Body>(response.statusCode, response.body, response.headers);
    },
    async send<Body>(
      method: 'POST' | 'PUT' | 'DELETE',
      url: string,
      body: unknown,
      headers: Record<string, string> = {},
    ) {
      const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      const response = await api.inject({
        method,
        url,
        headers: { host: 'localhost', 'content-type': 'application/json', ...headers },
        payload,
      });
      return answer<Body>(response.statusCode, response.body, response.headers);
    },
    listen: () => api.listen({ host: '127.0.0.1', port: 0 }),
    async close() {
      await api.close();
      await live.stop();
      await notices.close();
    },
  };
}

function answer<Body>(status: number, text: string, headers: Answer['headers']): Answer<Body> {
  const isJson = String(headers['content-type']).includes('application/json');
  return { status, headers, body: (isJson ? JSON.parse(text) : text) as Body };
}
