import { SEVERITIES } from '@keepsite/edge-contract';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import type { Channel } from './channel.ts';
import { PHONES } from './channels/phones.ts';
import { CHANNEL_TYPES } from './channels/types.ts';
import { PushKeys, webPush } from './channels/web-push.ts';

/** A channel by its name, with the kind that it is of. */
export interface NamedChannel {
  readonly type: string;
  readonly channel: Channel;
}

/** What an installer has written down about channels and about the people who are reached over them. */
export interface ChannelSettings {
  readonly channels: ReadonlyMap<string, NamedChannel>;
  readonly people: ReadonlyMap<string, PersonRules>;
  /** Origins that may be plain http, on any port, or inside the building. */
  readonly allow: readonly string[];
  /** The VAPID keys of the first web push channel: phones that subscribe by themselves use them too. Absent: none were given. */
  readonly pushKeys?: PushKeys | undefined;
}

export const NO_SETTINGS: ChannelSettings = { channels: new Map(), people: new Map(), allow: [] };

export type ParsedSettings =
  | { readonly ok: true; readonly settings: ChannelSettings }
  | { readonly ok: false; readonly faults: readonly string[] };

const Name = z.string().regex(/^[\w.-]{1,40}$/, 'may hold letters, digits, dot, dash and underscore, at most 40');
const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, e.g. "22:00"');

const PersonRules = z.strictObject({
  /** What the person reads; `both`: first Chinese, then English. */
  language: z.enum(['zh', 'en', 'both']).prefault('both'),
  /** Channels to turn to when one does not work, in this order. Absent: all, as the registry has them. */
  fallOver: z.array(Name).optional(),
  /** A channel that is named here is used only when one of its rules fits; one that is not, always. */
  rules: z
    .array(
      z
        .strictObject({
          channels: z.array(Name).min(1),
          severities: z.array(z.enum(SEVERITIES)).min(1).optional(),
          /** Local time of the site, `from` inclusive, `to` exclusive; a night begins before it ends. */
          from: Time.optional(),
          to: Time.optional(),
        })
        .refine(({ from, to }) => (from === undefined) === (to === undefined), 'needs both from and to, or neither'),
    )
    .prefault([]),
});
export type PersonRules = z.infer<typeof PersonRules>;

const File = z.strictObject({
  version: z.literal(1, 'must be 1'),
  allow: z
    .array(
      z
        .string()
        .refine(isOrigin, 'must be an origin: a scheme, a host and perhaps a port, e.g. http://192.168.1.9:8080'),
    )
    .prefault([]),
  channels: z.record(Name, z.looseObject({ type: z.string() })).prefault({}),
  people: z.record(z.string(), PersonRules).prefault({}),
});

type Path = readonly (string | number)[];
interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** Channels that every edge has. Webhook and web push may be set up under their names, as what they are; the others may not. */
export const BUILT_IN = ['mqtt', 'webhook', 'log', PHONES] as const;

/**
 * Reads `channels.yaml`. A text `${NAME}` anywhere in it is replaced by that variable of the
 * environment, so that the file holds no secret. All faults are told at once, each with its line.
 */
export function parseChannelSettings(
  text: string,
  fileName: string,
  environment: Readonly<Record<string, string | undefined>>,
): ParsedSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    return { ok: false, faults: [`${fileName}:${line}: ${broken.message.split('\n')[0]}`] };
  }
  const faults: Fault[] = [];
  const value = withEnvironment(document.toJS({ maxAliasCount: 100 }) ?? {}, environment, faults);
  const settings = understand(value, faults);
  if (faults.length === 0 && settings !== null) return { ok: true, settings };
  return { ok: false, faults: faults.map((fault) => sentence(fault, fileName, document, lines)) };
}

/** Null when the file as a whole cannot be used; its channels are looked at even then, so that one round of mending is enough. */
function understand(value: unknown, faults: Fault[]): ChannelSettings | null {
  const parsed = File.safeParse(value);
  if (!parsed.success) faults.push(...faultsOf(parsed.error, []));
  const channels = new Map<string, NamedChannel>();
  for (const [name, { type, ...settings }] of Object.entries(parsed.data?.channels ?? writtenChannels(value))) {
    const made = channelOf(name, type, settings, faults);
    if (made) channels.set(name, { type, channel: made });
  }
  if (!parsed.success) return null;
  const people = new Map(Object.entries(parsed.data.people));
  const known = new Set<string>([...Object.keys(parsed.data.channels), ...BUILT_IN]);
  for (const [id, rules] of people) faults.push(...unknownNames(id, rules, known));
  return { channels, people, allow: parsed.data.allow, pushKeys: pushKeysOf(parsed.data.channels) };
}

function pushKeysOf(channels: z.infer<typeof File>['channels']): PushKeys | undefined {
  const settings = Object.values(channels).find(({ type }) => type === webPush.type);
  // It has settings of its own beside the keys.
  return z.object(PushKeys.shape).safeParse(settings).data;
}

/** What can be a channel of a file that has other faults. */
function writtenChannels(value: unknown): Readonly<Record<string, { readonly type: string }>> {
  const written = File.shape.channels.safeParse((value as { channels?: unknown } | null)?.channels);
  return written.success ? written.data : {};
}

function channelOf(name: string, type: string, settings: object, faults: Fault[]): Channel | null {
  const path = ['channels', name];
  const kind = CHANNEL_TYPES.get(type);
  const taken = BUILT_IN.some((builtIn) => builtIn === name) && name !== type;
  if (taken) faults.push({ path, message: `${name} is the name of a channel that every edge has; take another` });
  if (!kind) {
    faults.push({ path: [...path, 'type'], message: `must be one of ${[...CHANNEL_TYPES.keys()].join(', ')}` });
    return null;
  }
  const parsed = kind.settings.safeParse(settings);
  if (parsed.success) return kind.create(name, parsed.data);
  faults.push(...faultsOf(parsed.error, path));
  return null;
}

function unknownNames(person: string, { fallOver = [], rules }: PersonRules, known: ReadonlySet<string>): Fault[] {
  const named = [
    ...fallOver.map((name, i) => ({ name, path: ['people', person, 'fallOver', i] })),
    ...rules.flatMap(({ channels }, i) =>
      channels.map((name, j) => ({ name, path: ['people', person, 'rules', i, 'channels', j] })),
    ),
  ];
  return named
    .filter(({ name }) => !known.has(name))
    .map(({ name, path }) => ({ path, message: `there is no channel named ${name}` }));
}

function faultsOf(error: z.ZodError, under: Path): Fault[] {
  return error.issues.map(({ path, message }) => ({ path: [...under, ...(path as Path)], message }));
}

/** The same value with `${NAME}` replaced; a name that the environment lacks is a fault. */
function withEnvironment(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  faults: Fault[],
  path: Path = [],
): unknown {
  const inner = (child: unknown, key: string | number) => withEnvironment(child, environment, faults, [...path, key]);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, inner(child, key)]));
  if (typeof value !== 'string') return value;
  return value.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => {
    const given = environment[name];
    if (!given) faults.push({ path, message: `the environment has no ${name}` });
    return given ?? whole;
  });
}

/** The deepest place of the path that the file has; a missing key is told at the line of its parent. */
function sentence({ path, message }: Fault, fileName: string, document: Document, lines: LineCounter): string {
  const place = path.join('.') || 'the file';
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: readonly number[] | null } | undefined;
    const offset = node?.range?.[0];
    if (offset !== undefined) return `${fileName}:${lines.linePos(offset).line}: ${place}: ${message}`;
  }
  return `${fileName}:1: ${place}: ${message}`;
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol) && origin.toLowerCase() === text.toLowerCase().replace(/\/$/, '');
}
