import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CloudError } from './errors.ts';

/** What the cloud runs with; every path is absolute. Read it with {@link loadConfig}. */
export interface CloudConfig {
  /** No logins, on loopback only; time follows the edges, which may run fast. */
  readonly demo: boolean;
  readonly tenant: string;
  /** Where no contract and no site says better. */
  readonly timeZone: string;
  readonly dataDir: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly allowedHosts: readonly string[];
    /** Reverse proxies, by exact address, whose word about the client is taken. */
    readonly trustedProxies: readonly string[];
  };
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Null: readings live in PostgreSQL. */
  readonly influx: InfluxConfig | null;
  readonly tokens: { readonly api: string | null; readonly edge: string | null };
  /** The built web app; null when there is none. */
  readonly webDir: string | null;
  /** The demo's other doors, for the pages' links. */
  readonly links: { readonly edge: string | null; readonly cloud: string | null; readonly simulator: string | null };
  /** How the cloud itself reaches people. It need not exist. */
  readonly channelsFile: string;
  /** Whom it pages about a site that is blind. It need not exist; then nobody is. */
  readonly dutyFile: string;
  /** Working hours after an incident is resolved within which the client is to be asked. */
  readonly followUpHours: number;
  /** How long after a repair is closed the names and numbers of those who reported it are kept. */
  readonly keepReportersMs: number;
  /** An archive of weather with Open-Meteo's interface; asked only for sites that were set up so. */
  readonly weatherUrl: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

export interface InfluxConfig {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const BUILT_WEB = fileURLToPath(new URL('../../dashboards/dist', import.meta.url));

const text = z.string().trim().min(1);
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number, at most 65535');
const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1');
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .transform((url) => url.replace(/\/+$/, ''));
const secret = text.min(16, 'must have at least 16 characters');
const addresses = text
  .transform((list) => list.split(',').map((address) => address.trim()))
  .refine((list) => list.every((address) => isIP(address) !== 0), 'must be IP addresses, with commas between them');

/** One key per setting: its default stands here and nowhere else. */
const Environment = z.object({
  KEEPSITE_DEMO: flag.prefault('1').describe('1: demo without logins, loopback only. 0: people and edges show tokens.'),
  KEEPSITE_DATA_DIR: text.prefault('./data').describe('Where everything that must survive a restart is kept.'),
  KEEPSITE_TENANT: text
    .regex(/^[a-zA-Z0-9_-]{1,60}$/, 'may hold letters, digits, dash and underscore')
    .prefault('main')
    .describe('Whose data this cloud serves; tenants never see each other.'),
  KEEPSITE_TIME_ZONE: text
    .refine(isTimeZone, 'must be an IANA time zone')
    .prefault('Asia/Shanghai')
    .describe('IANA zone of days and months where no contract and no site names one.'),
  KEEPSITE_CLOUD_HTTP_HOST: text.prefault('127.0.0.1').describe('Address that the API and the web app listen on.'),
  KEEPSITE_CLOUD_HTTP_PORT: port.prefault('7000').describe('Their port; 0 takes any free one.'),
  KEEPSITE_ALLOWED_HOSTS: text
    .optional()
    .describe('Host names, with commas, under which browsers may reach the demo beside localhost.'),
  KEEPSITE_CLOUD_TRUSTED_PROXIES: addresses
    .optional()
    .describe('IP addresses of the reverse proxies that bring HTTPS; what they say of the client is believed.'),
  KEEPSITE_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres URL' })
    .optional()
    .describe('PostgreSQL 15 or later. Absent: an embedded one under the data directory.'),
  KEEPSITE_INFLUX_URL: httpUrl.optional().describe('InfluxDB for readings. Absent: PostgreSQL keeps them too.'),
  KEEPSITE_INFLUX_TOKEN: z.string().optional().describe('Its token (user:password for 1.x).'),
  KEEPSITE_INFLUX_ORG: text.optional().describe('Its organisation; 1.x ignores it.'),
  KEEPSITE_INFLUX_BUCKET: text.optional().describe('Its bucket (database for 1.x). Default: keepsite.'),
  KEEPSITE_API_TOKEN: secret.optional().describe('Bearer token of people and pages; required when KEEPSITE_DEMO=0.'),
  KEEPSITE_EDGE_TOKEN: secret.optional().describe('Bearer token of edges; required when KEEPSITE_DEMO=0.'),
  KEEPSITE_WEB_DIR: text.optional().describe('The built web app. Default: dashboards/dist, when it was built.'),
  KEEPSITE_EDGE_URL: httpUrl.optional().describe('An edge that pages may link to. Default: the demo’s.'),
  KEEPSITE_CLOUD_URL: httpUrl.optional().describe('How browsers reach this cloud. Default: host and port.'),
  KEEPSITE_EDGE_HTTP_PORT: port.prefault('7070').describe('Where the demo finds its edge.'),
  KEEPSITE_SIM_HTTP_PORT: port.prefault('7080').describe('Where the demo finds its simulator panel.'),
  KEEPSITE_CLOUD_CHANNELS: text
    .optional()
    .describe('How the cloud itself reaches people (robots, SMS, mail …), YAML. Default: <data>/cloud/channels.yaml.'),
  KEEPSITE_CLOUD_DUTY: text
    .optional()
    .describe('Whom the cloud pages when it hears nothing of a site, YAML. Default: <data>/cloud/duty.yaml.'),
  KEEPSITE_FOLLOW_UP_HOURS: z.coerce
    .number('must be a number of hours')
    .min(1, 'must be 1 or more')
    .max(720, 'must be 720 or less')
    .prefault('24')
    .describe('Hours of working days within which a client is asked how a resolved incident went.'),
  KEEPSITE_REPORTERS_KEEP_DAYS: z.coerce
    .number('must be a number of days')
    .min(1, 'must be 1 or more')
    .max(3650, 'must be 3650 or less')
    .prefault('180')
    .describe(
      'Days after a repair is closed for which the name and number of whoever reported it are kept; then they are erased.',
    ),
  KEEPSITE_WEATHER_URL: httpUrl
    .prefault('https://archive-api.open-meteo.com')
    .describe(
      'Archive of hourly weather with Open-Meteo’s interface; asked only where a client’s energy is set up so.',
    ),
  KEEPSITE_LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .prefault('info')
    .describe('fatal, error, warn, info, debug, trace or silent.'),
});
type Environment = z.infer<typeof Environment>;

export type ConfigRead =
  | { readonly ok: true; readonly config: CloudConfig }
  | { readonly ok: false; readonly faults: readonly string[] };

/** What `channels.yaml` may name as `${NAME}`. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Reads the process's environment; throws CLOUD_CONFIG_INVALID with every fault at once. */
export function loadConfig(): CloudConfig {
  const read = readConfig(process.env);
  if (read.ok) return read.config;
  const message = `the configuration cannot be used: ${read.faults.join(' ')}`;
  throw new CloudError('CLOUD_CONFIG_INVALID', message, { details: read.faults });
}

/** The same for any environment. An empty value counts as absent; `cwd` anchors relative paths. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, cwd = '.'): ConfigRead {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = Environment.safeParse(given);
  const faults = [...(parsed.error?.issues ?? []).map(sentence), ...conflicts(given)];
  if (!parsed.success || faults.length > 0) return { ok: false, faults };
  return { ok: true, config: arrange(parsed.data, cwd) };
}

/** The `.env.example` of this room: every key with its default, absent ones commented out. */
export function envExample(): string {
  const entries = Object.entries(Environment.shape).map(([key, schema]) => {
    const fallback = schema instanceof z.ZodPrefault ? String(schema.def.defaultValue) : undefined;
    return `# ${schema.description}\n${fallback === undefined ? `# ${key}=` : `${key}=${fallback}`}\n`;
  });
  return entries.join('\n');
}

function sentence(issue: z.core.$ZodIssue): string {
  const message = issue.code === 'too_small' && issue.minimum === 1 ? 'must not be empty' : issue.message;
  return `${String(issue.path[0])} ${message}.`;
}

/** The rules between keys; looked at even when a key is wrong, so that one round of mending is enough. */
function conflicts(env: Readonly<Record<string, string | undefined>>): string[] {
  const faults: string[] = [];
  const demo = (env['KEEPSITE_DEMO'] ?? '1') === '1';
  for (const key of demo ? [] : ['KEEPSITE_API_TOKEN', 'KEEPSITE_EDGE_TOKEN'])
    if (!env[key]) faults.push(`${key} is required when KEEPSITE_DEMO=0: the API would be open to everybody.`);
  const host = env['KEEPSITE_CLOUD_HTTP_HOST'];
  if (demo && host && !isLoopback(host))
    faults.push(
      `KEEPSITE_CLOUD_HTTP_HOST must be a loopback address in the demo, which has no logins; set KEEPSITE_DEMO=0 to listen on ${host}.`,
    );
  if (!env['KEEPSITE_INFLUX_URL'] && env['KEEPSITE_INFLUX_TOKEN'])
    faults.push('KEEPSITE_INFLUX_TOKEN is set without KEEPSITE_INFLUX_URL.');
  return faults;
}

function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isTimeZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

function arrange(env: Environment, cwd: string): CloudConfig {
  return {
    demo: env.KEEPSITE_DEMO,
    tenant: env.KEEPSITE_TENANT,
    timeZone: env.KEEPSITE_TIME_ZONE,
    dataDir: resolve(cwd, env.KEEPSITE_DATA_DIR),
    http: {
      host: env.KEEPSITE_CLOUD_HTTP_HOST,
      port: env.KEEPSITE_CLOUD_HTTP_PORT,
      allowedHosts: (env.KEEPSITE_ALLOWED_HOSTS ?? '')
        .split(',')
        .map((host) => host.trim().toLowerCase())
        .filter(Boolean),
      trustedProxies: env.KEEPSITE_CLOUD_TRUSTED_PROXIES ?? [],
    },
    databaseUrl: env.KEEPSITE_DATABASE_URL ?? null,
    influx: influx(env),
    tokens: { api: env.KEEPSITE_API_TOKEN ?? null, edge: env.KEEPSITE_EDGE_TOKEN ?? null },
    webDir: webDir(env, cwd),
    links: links(env),
    channelsFile: resolve(cwd, env.KEEPSITE_CLOUD_CHANNELS ?? join(env.KEEPSITE_DATA_DIR, 'cloud', 'channels.yaml')),
    dutyFile: resolve(cwd, env.KEEPSITE_CLOUD_DUTY ?? join(env.KEEPSITE_DATA_DIR, 'cloud', 'duty.yaml')),
    followUpHours: env.KEEPSITE_FOLLOW_UP_HOURS,
    keepReportersMs: env.KEEPSITE_REPORTERS_KEEP_DAYS * 86_400_000,
    weatherUrl: env.KEEPSITE_WEATHER_URL,
    logLevel: env.KEEPSITE_LOG_LEVEL,
  };
}

function influx(env: Environment): InfluxConfig | null {
  if (env.KEEPSITE_INFLUX_URL === undefined) return null;
  return {
    url: env.KEEPSITE_INFLUX_URL,
    token: env.KEEPSITE_INFLUX_TOKEN ?? '',
    org: env.KEEPSITE_INFLUX_ORG ?? 'keepsite',
    bucket: env.KEEPSITE_INFLUX_BUCKET ?? 'keepsite',
  };
}

function webDir(env: Environment, cwd: string): string | null {
  const directory = env.KEEPSITE_WEB_DIR === undefined ? BUILT_WEB : resolve(cwd, env.KEEPSITE_WEB_DIR);
  return existsSync(join(directory, 'index.html')) ? directory : null;
}

function links(env: Environment): CloudConfig['links'] {
  const demo = (at: number): string | null => (env.KEEPSITE_DEMO ? `http://127.0.0.1:${at}` : null);
  return {
    edge: env.KEEPSITE_EDGE_URL ?? demo(env.KEEPSITE_EDGE_HTTP_PORT),
    cloud: env.KEEPSITE_CLOUD_URL ?? null,
    simulator: demo(env.KEEPSITE_SIM_HTTP_PORT),
  };
}
