import { TopicFilter } from '@keepsite/edge-contract';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { networkFault } from './acting/site-networks.ts';
import { EdgeError } from './errors.ts';

/** What the edge runs with; every path is absolute. Read it with {@link loadConfig}. */
export interface EdgeConfig {
  readonly edge: string;
  /** Seeded, without logins, on loopback only. */
  readonly demo: boolean;
  readonly dataDir: string;
  /** What the history's file may grow to; below it the oldest metrics make room. */
  readonly diskLimitBytes: number;
  /** How long after an incident is closed the names and numbers of those who reported it are kept. */
  readonly keepReportersMs: number;
  readonly registryFile: string;
  /** What was adopted on the page or by command: the edge's own file beside the registry, which it never changes. */
  readonly adoptedFile: string;
  readonly rulesDir: string | null;
  readonly mappingsDir: string;
  /** How people are reached, beyond MQTT, webhook and log. It need not exist. */
  readonly channelsFile: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | null;
    /** Reverse proxies, by exact address, whose word about the client and about HTTPS is taken. */
    readonly trustedProxies: readonly string[];
    /** Private networks, as CIDR: whoever acts from within one of them is on site. */
    readonly siteNetworks: readonly string[];
  };
  /** `url` null: the embedded broker listens on `host`:`port`. */
  readonly mqtt: {
    readonly host: string;
    readonly port: number;
    readonly url: string | null;
    /** Null: the embedded broker has no door behind TLS. The files are PEM; without a client CA certificates are known by fingerprint alone. */
    readonly tls: {
      readonly host: string;
      readonly port: number;
      readonly certificateFile: string;
      readonly keyFile: string;
      readonly clientCaFile: string | null;
    } | null;
    /** True: who shows no credential comes in too, and may do everything that is left to clients. */
    readonly anonymous: boolean;
    /** Topic filters that nobody may subscribe within. */
    readonly denySubscribe: readonly string[];
    /** True: orders about incidents are taken from whoever shows no credential, and from an external broker. */
    readonly ordersFromAnybody: boolean;
  };
  /** How what the edge knows is told to other systems on the building's broker; a null prefix: Home Assistant is not. */
  readonly out: { readonly statesEveryMs: number; readonly homeAssistantPrefix: string | null };
  /** Null: this edge is no Sparkplug node. A null host: it waits for no primary host. */
  readonly sparkplug: { readonly url: string; readonly group: string; readonly host: string | null } | null;
  /** Null: this edge works without a cloud. */
  readonly cloud: { readonly url: string; readonly token: string | null } | null;
  /** The cloud as phones reach it: signed links in pages lead there. Null: they lead to this edge. */
  readonly linksUrl: string | null;
  /** No answer from the cloud for so long is an incident about the gateway. */
  readonly cloudSilenceMs: number;
  /** A watcher outside that hears from this edge for as long as it works; null: nobody watches. */
  readonly deadMan: { readonly url: string; readonly everyMs: number } | null;
  /** A bearer token with every right, for machines; null: there is none. */
  readonly apiToken: string | null;
  readonly webhook: { readonly url: string | null; readonly secret: string | null };
  /** The other doors of the demo, for the pages' links. */
  readonly doors: { readonly cloudPort: number; readonly simulatorPort: number };
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

const text = z.string().trim().min(1);
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a port number, at most 65535');
const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const mqttUrl = z.url({ protocol: /^(mqtts?|wss?)$/, error: 'must be an mqtt, mqtts, ws or wss URL' });
const secret = text.min(16, 'must have at least 16 characters');

const addresses = text
  .transform((list) => list.split(',').map((address) => address.trim()))
  .refine((list) => list.every((address) => isIP(address) !== 0), 'must be IP addresses, with commas between them');

const networks = text
  .transform((list) => list.split(',').map((network) => network.trim()))
  .superRefine((list, context) => {
    for (const network of list) {
      const fault = networkFault(network);
      if (fault !== null) context.addIssue({ code: 'custom', message: `names ${network}, which ${fault}` });
    }
  });

const filters = text
  .transform((list) => list.split(',').map((filter) => filter.trim()))
  .pipe(z.array(TopicFilter, 'must be topic filters, with commas between them'));

const UNITS = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 } as const;
const LEAST_BYTES = 64e6;
const size = text
  .regex(/^\d+(\.\d+)? ?([KMGT]i?B)$/i, 'must be a size such as 8GB or 512MB')
  .transform((said) => Number.parseFloat(said) * UNITS[said.replace(/[\d. ]/g, '').toUpperCase() as keyof typeof UNITS])
  .refine((bytes) => bytes >= LEAST_BYTES, 'must be at least 64MB');

const sparkplugId = text.max(200).regex(/^[^/+#\p{Cc}]+$/u, 'may not contain /, + or #');

/** One key per setting: its default stands here and nowhere else. */
const Environment = z.object({
  KEEPSITE_DEMO: flag
    .prefault('1')
    .describe('1: seeded demo without logins, loopback only. 0: start empty; people sign in, machines show a token.'),
  KEEPSITE_DATA_DIR: text.prefault('./data').describe('Where everything that must survive a restart is kept.'),
  KEEPSITE_EDGE_DISK_LIMIT: size
    .prefault('8GB')
    .describe('What the edge’s store may take, e.g. 8GB or 512MB: old metrics make room, incidents and evidence stay.'),
  KEEPSITE_REPORTERS_KEEP_DAYS: z.coerce
    .number('must be a number of days')
    .min(1, 'must be 1 or more')
    .max(3650, 'must be 3650 or less')
    .prefault('180')
    .describe(
      'Days after a repair is closed for which the name and number of whoever reported it are kept; then they are erased.',
    ),
  KEEPSITE_EDGE_ID: text
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'may hold letters, digits, dot, dash and underscore')
    .prefault('edge-1')
    .describe('The name of this gateway, unique in the cloud. It is part of the evidence: never change it.'),
  KEEPSITE_EDGE_CONFIG: text
    .optional()
    .describe('Registry (sites, assets, devices, crews, plans) as YAML. Default: <data>/edge/registry.yaml.'),
  KEEPSITE_EDGE_RULES: text.optional().describe('Directory with rules of your own, YAML.'),
  KEEPSITE_EDGE_MAPPINGS: text
    .optional()
    .describe('Directory with mappings of devices that have no dialect, YAML. Default: <data>/edge/mappings.'),
  KEEPSITE_EDGE_CHANNELS: text
    .optional()
    .describe('How people are reached (robots, SMS, mail …), YAML. Default: <data>/edge/channels.yaml.'),
  KEEPSITE_EDGE_HTTP_HOST: text.prefault('127.0.0.1').describe('Address that the API and the web app listen on.'),
  KEEPSITE_EDGE_HTTP_PORT: port.prefault('7070').describe('Their port; 0 takes any free one.'),
  KEEPSITE_EDGE_PUBLIC_URL: httpUrl
    .optional()
    .describe('How a phone reaches this edge; links in pages begin with it. Default: host and port.'),
  KEEPSITE_EDGE_TRUSTED_PROXIES: addresses
    .optional()
    .describe('IP addresses of the reverse proxies that bring HTTPS; what they say of the client is believed.'),
  KEEPSITE_EDGE_SITE_NETWORKS: networks
    .optional()
    .describe('Private networks on site, e.g. 192.168.7.0/24: who arrives from within one is verified to be there.'),
  KEEPSITE_EDGE_MQTT_HOST: text.prefault('127.0.0.1').describe('Address that the embedded broker listens on.'),
  KEEPSITE_EDGE_MQTT_PORT: port.prefault('1883').describe('Its port; 0 takes any free one.'),
  KEEPSITE_EDGE_MQTTS_HOST: text
    .optional()
    .describe('Address that the embedded broker listens on for MQTT over TLS. Default: KEEPSITE_EDGE_MQTT_HOST.'),
  KEEPSITE_EDGE_MQTTS_PORT: port
    .optional()
    .describe('Its port for MQTT over TLS, usually 8883; 0 takes any free one. Absent: no TLS.'),
  KEEPSITE_EDGE_MQTTS_CERT: text.optional().describe('The broker’s certificate and its chain, PEM file.'),
  KEEPSITE_EDGE_MQTTS_KEY: text.optional().describe('The certificate’s private key, PEM file.'),
  KEEPSITE_EDGE_MQTTS_CLIENT_CA: text
    .optional()
    .describe('Authorities, PEM file: only clients with a certificate of theirs come in by TLS. Absent: any.'),
  KEEPSITE_MQTT_ANONYMOUS: flag
    .optional()
    .describe('1: devices need no credential on the embedded broker. Default: 1 in the demo, otherwise 0.'),
  KEEPSITE_MQTT_ORDERS: flag
    .optional()
    .describe(
      '1: orders about incidents are taken over MQTT without a credential that grants them, and from an external broker. Default: 1 in the demo, otherwise 0.',
    ),
  KEEPSITE_EDGE_MQTT_DENY_SUBSCRIBE: filters
    .optional()
    .describe('Topic filters that nobody may subscribe within on the embedded broker, with commas between them.'),
  KEEPSITE_MQTT_URL: mqttUrl.optional().describe('An external broker. Absent: the embedded one.'),
  KEEPSITE_STATES_EVERY_SECONDS: z.coerce
    .number('must be a number of seconds')
    .min(1, 'must be 1 or more')
    .max(3600, 'must be 3600 or less')
    .prefault('10')
    .describe('How often an asset’s numbers are told on keepsite/<site>/assets/<asset>; words at once.'),
  KEEPSITE_HOME_ASSISTANT_PREFIX: text
    .optional()
    .describe('Announces every asset to Home Assistant under this prefix, e.g. homeassistant. Absent: not.'),
  KEEPSITE_SPARKPLUG_URL: mqttUrl
    .optional()
    .describe('Broker on which this edge is a Sparkplug B node; it may be the edge’s own. Absent: it is none.'),
  KEEPSITE_SPARKPLUG_GROUP: sparkplugId
    .prefault('Keepsite')
    .describe('Its Sparkplug group. The node is the edge’s id, its devices are the assets.'),
  KEEPSITE_SPARKPLUG_HOST: sparkplugId
    .optional()
    .describe('The primary host whose STATE it waits for before it speaks. Absent: it waits for nobody.'),
  KEEPSITE_CLOUD_URL: httpUrl
    .optional()
    .describe('The cloud. Absent: the demo finds its own, otherwise this edge works alone.'),
  KEEPSITE_EDGE_TOKEN: secret.optional().describe('What this edge shows to the cloud.'),
  KEEPSITE_EDGE_LINKS_URL: httpUrl
    .optional()
    .describe('The cloud as phones reach it: one-person links in pages lead there. Absent: they lead to this edge.'),
  KEEPSITE_EDGE_CLOUD_SILENCE_SECONDS: z.coerce
    .number('must be a number of seconds')
    .min(60, 'must be 60 or more')
    .max(86_400, 'must be 86400 or less')
    .prefault('300')
    .describe('No answer from the cloud for this long raises an incident about the gateway.'),
  KEEPSITE_EDGE_DEADMAN_URL: httpUrl
    .optional()
    .describe(
      'A watcher outside (healthchecks.io and its like) that is told, while this edge commits and pages, that it lives.',
    ),
  KEEPSITE_EDGE_DEADMAN_SECONDS: z.coerce
    .number('must be a number of seconds')
    .min(10, 'must be 10 or more')
    .max(3600, 'must be 3600 or less')
    .prefault('60')
    .describe('How often it is told.'),
  KEEPSITE_API_TOKEN: secret
    .optional()
    .describe('A bearer token for machines with every right on the edge API. Better: `tokens issue`.'),
  KEEPSITE_WEBHOOK_URL: httpUrl.optional().describe('Where pages of the webhook channel go that name no URL.'),
  KEEPSITE_WEBHOOK_SECRET: secret.optional().describe('Signs what the webhook channel sends.'),
  KEEPSITE_CLOUD_HTTP_PORT: port.prefault('7000').describe('Where the demo finds its cloud.'),
  KEEPSITE_SIM_HTTP_PORT: port.prefault('7080').describe('Where the demo finds its simulator panel.'),
  KEEPSITE_LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .prefault('info')
    .describe('fatal, error, warn, info, debug, trace or silent.'),
});
type Environment = z.infer<typeof Environment>;

export type ConfigRead =
  | { readonly ok: true; readonly config: EdgeConfig }
  | { readonly ok: false; readonly faults: readonly string[] };

/** What `channels.yaml` may name as `${NAME}`. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** Reads the process's environment; throws EDGE_CONFIG_INVALID with every fault at once. */
export function loadConfig(): EdgeConfig {
  const read = readConfig(process.env);
  if (read.ok) return read.config;
  throw new EdgeError('EDGE_CONFIG_INVALID', `The configuration cannot be used: ${read.faults.join(' ')}`, {
    details: read.faults,
  });
}

/** The same for any environment. An empty value counts as absent; `cwd` anchors relative paths. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, cwd = '.'): ConfigRead {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = Environment.safeParse(given);
  // The rules between keys are looked at even then, so that one round of mending is enough.
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

function conflicts(env: Readonly<Record<string, string | undefined>>): string[] {
  const faults: string[] = [];
  const demo = env['KEEPSITE_DEMO'] !== '0';
  const hosts = ['KEEPSITE_EDGE_HTTP_HOST', 'KEEPSITE_EDGE_MQTT_HOST', 'KEEPSITE_EDGE_MQTTS_HOST'];
  for (const key of demo ? hosts : []) {
    const host = env[key];
    if (host && !isLoopback(host))
      faults.push(
        `${key} must be a loopback address in the demo, which has no logins; set KEEPSITE_DEMO=0 to listen on ${host}.`,
      );
  }
  if (env['KEEPSITE_EDGE_MQTTS_PORT'] && !(env['KEEPSITE_EDGE_MQTTS_CERT'] && env['KEEPSITE_EDGE_MQTTS_KEY']))
    faults.push('KEEPSITE_EDGE_MQTTS_PORT needs KEEPSITE_EDGE_MQTTS_CERT and KEEPSITE_EDGE_MQTTS_KEY.');
  if (env['KEEPSITE_EDGE_LINKS_URL'] && !demo && !env['KEEPSITE_CLOUD_URL'])
    faults.push('KEEPSITE_EDGE_LINKS_URL needs KEEPSITE_CLOUD_URL: the cloud serves those links and passes orders on.');
  return faults;
}

/** True for addresses and names that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function arrange(env: Environment, cwd: string): EdgeConfig {
  const dataDir = resolve(cwd, env.KEEPSITE_DATA_DIR);
  const directory = (path: string | undefined) => (path === undefined ? null : resolve(cwd, path));
  return {
    edge: env.KEEPSITE_EDGE_ID,
    demo: env.KEEPSITE_DEMO,
    dataDir,
    diskLimitBytes: env.KEEPSITE_EDGE_DISK_LIMIT,
    keepReportersMs: env.KEEPSITE_REPORTERS_KEEP_DAYS * 86_400_000,
    registryFile: directory(env.KEEPSITE_EDGE_CONFIG) ?? resolve(dataDir, 'edge', 'registry.yaml'),
    rulesDir: directory(env.KEEPSITE_EDGE_RULES),
    adoptedFile: resolve(dataDir, 'edge', 'adopted.yaml'),
    mappingsDir: directory(env.KEEPSITE_EDGE_MAPPINGS) ?? resolve(dataDir, 'edge', 'mappings'),
    channelsFile: directory(env.KEEPSITE_EDGE_CHANNELS) ?? resolve(dataDir, 'edge', 'channels.yaml'),
    http: {
      host: env.KEEPSITE_EDGE_HTTP_HOST,
      port: env.KEEPSITE_EDGE_HTTP_PORT,
      publicUrl: env.KEEPSITE_EDGE_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
      trustedProxies: env.KEEPSITE_EDGE_TRUSTED_PROXIES ?? [],
      siteNetworks: env.KEEPSITE_EDGE_SITE_NETWORKS ?? [],
    },
    mqtt: {
      host: env.KEEPSITE_EDGE_MQTT_HOST,
      port: env.KEEPSITE_EDGE_MQTT_PORT,
      url: env.KEEPSITE_MQTT_URL ?? null,
      tls: tls(env, directory),
      anonymous: env.KEEPSITE_MQTT_ANONYMOUS ?? env.KEEPSITE_DEMO,
      denySubscribe: env.KEEPSITE_EDGE_MQTT_DENY_SUBSCRIBE ?? [],
      ordersFromAnybody: env.KEEPSITE_MQTT_ORDERS ?? env.KEEPSITE_DEMO,
    },
    out: {
      statesEveryMs: env.KEEPSITE_STATES_EVERY_SECONDS * 1000,
      homeAssistantPrefix: env.KEEPSITE_HOME_ASSISTANT_PREFIX ?? null,
    },
    sparkplug: sparkplug(env),
    cloud: cloud(env),
    linksUrl: env.KEEPSITE_EDGE_LINKS_URL?.replace(/\/+$/, '') ?? null,
    cloudSilenceMs: env.KEEPSITE_EDGE_CLOUD_SILENCE_SECONDS * 1000,
    deadMan:
      env.KEEPSITE_EDGE_DEADMAN_URL === undefined
        ? null
        : { url: env.KEEPSITE_EDGE_DEADMAN_URL, everyMs: env.KEEPSITE_EDGE_DEADMAN_SECONDS * 1000 },
    apiToken: env.KEEPSITE_API_TOKEN ?? null,
    webhook: { url: env.KEEPSITE_WEBHOOK_URL ?? null, secret: env.KEEPSITE_WEBHOOK_SECRET ?? null },
    doors: { cloudPort: env.KEEPSITE_CLOUD_HTTP_PORT, simulatorPort: env.KEEPSITE_SIM_HTTP_PORT },
    logLevel: env.KEEPSITE_LOG_LEVEL,
  };
}

function tls(env: Environment, path: (text: string | undefined) => string | null): EdgeConfig['mqtt']['tls'] {
  const { KEEPSITE_EDGE_MQTTS_PORT: port, KEEPSITE_EDGE_MQTTS_HOST: host = env.KEEPSITE_EDGE_MQTT_HOST } = env;
  const [certificateFile, keyFile] = [path(env.KEEPSITE_EDGE_MQTTS_CERT), path(env.KEEPSITE_EDGE_MQTTS_KEY)];
  if (port === undefined || certificateFile === null || keyFile === null) return null;
  return { host, port, certificateFile, keyFile, clientCaFile: path(env.KEEPSITE_EDGE_MQTTS_CLIENT_CA) };
}

function sparkplug(env: Environment): EdgeConfig['sparkplug'] {
  const { KEEPSITE_SPARKPLUG_URL: url, KEEPSITE_SPARKPLUG_GROUP: group, KEEPSITE_SPARKPLUG_HOST: host = null } = env;
  return url === undefined ? null : { url, group, host };
}

function cloud(env: Environment): EdgeConfig['cloud'] {
  const own = env.KEEPSITE_DEMO ? `http://127.0.0.1:${env.KEEPSITE_CLOUD_HTTP_PORT}` : undefined;
  const url = env.KEEPSITE_CLOUD_URL ?? own;
  return url === undefined ? null : { url: url.replace(/\/+$/, ''), token: env.KEEPSITE_EDGE_TOKEN ?? null };
}
