import { type Calendar, Registry } from '@keepsite/edge-contract';
import { checkResponse, refusals, withCalendars } from '@keepsite/edge-response';
import { CORE_SCHEMA, loadAll, YAMLException } from 'js-yaml';
import type { z } from 'zod';
import { isZone } from './domain/time-text.ts';

export type ParsedRegistry =
  | { readonly ok: true; readonly registry: Registry }
  | { readonly ok: false; readonly faults: readonly string[] };

/** What an edge has before anybody has told it where it stands: everything it hears is unknown. */
export const EMPTY_REGISTRY: Registry = Registry.parse({ version: 1, sites: [], zones: [], assets: [], devices: [] });

/** What Keepsite itself has written down when somebody adopted a device: a registry's places and devices. */
export const Adopted = Registry.pick({ sites: true, zones: true, assets: true, devices: true }).partial();
export type Adopted = z.infer<typeof Adopted>;

/** A text with the name of the file that it is from. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads a registry from YAML, and what was adopted beside it; all faults are told at once, each as
 * a sentence with its place. `calendars` are those that it may name without holding them.
 */
export function parseRegistry(
  text: string,
  name: string,
  adopted?: NamedText | null,
  calendars: readonly Calendar[] = [],
): ParsedRegistry {
  const base = parseYaml(text, name, Registry);
  const added = adopted ? parseYaml(adopted.text, adopted.name, Adopted) : { ok: true as const, value: {} };
  if (!base.ok || !added.ok)
    return { ok: false, faults: [...(base.ok ? [] : base.faults), ...(added.ok ? [] : added.faults)] };
  const registry = merge(base.value, added.value);
  const responding = refusals(checkResponse(withCalendars(registry, calendars), {}));
  const faults = [...inconsistencies(registry), ...responding].map((fault) => `${name}: ${fault}`);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, registry };
}

type ParsedYaml<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly string[] };

/** More aliases than this are no registry but a trap for whoever reads it. */
const MAX_ALIASES = 100;

function parseYaml<T>(text: string, name: string, schema: z.ZodType<T>): ParsedYaml<T> {
  const read = readYaml(text);
  if (typeof read === 'string') return { ok: false, faults: [`${name}: ${read}`] };
  const parsed = schema.safeParse(read.value ?? {});
  if (parsed.success) return { ok: true, value: withoutItsText(parsed.data) };
  return {
    ok: false,
    faults: parsed.error.issues.map(({ path, message }) => `${name}: ${path.join('.') || 'the file'}: ${message}`),
  };
}

/** Every name that was read is a slice of the text and would keep all of it. What passed a schema here is plain JSON. */
function withoutItsText<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/**
 * The value of a YAML 1.2 text, or why it has none. A registry of ten thousand devices is 2 MB of text, and
 * nothing of it is edited here: a parser that keeps no document beside the values is far quicker and leaves far
 * less garbage than the one that files with a person's comments are edited with.
 */
function readYaml(text: string): { readonly value: unknown } | string {
  try {
    const [value, ...more] = loadAll(text, { schema: CORE_SCHEMA, maxAliases: MAX_ALIASES });
    return more.length === 0 ? { value } : 'there is more than one document in it';
  } catch (error) {
    if (error instanceof YAMLException) return error.message.split('\n', 1)[0] ?? error.reason;
    throw error;
  }
}

/**
 * Places that a person wrote down stand as they are, whatever was added under the same id. A device
 * that was adopted, moved or released is bound as that says: its lines in the registry are void.
 */
function merge(base: Registry, { sites = [], zones = [], assets = [], devices = [] }: Adopted): Registry {
  const adopted = idsOf(devices);
  return {
    ...base,
    sites: union(base.sites, sites),
    zones: union(base.zones, zones),
    assets: union(base.assets, assets),
    devices: [...base.devices.filter(({ id }) => !adopted.has(id)), ...devices],
  };
}

function union<T extends { readonly id: string }>(base: readonly T[], added: readonly T[]): T[] {
  const known = idsOf(base);
  return [...base, ...added.filter(({ id }) => !known.has(id))];
}

/** Names that lead nowhere, ids that stand twice, zones that no clock knows. */
function inconsistencies(registry: Registry): string[] {
  const { sites, zones, assets, devices, plans } = registry;
  const ids = {
    sites: idsOf(sites),
    zones: idsOf(zones),
    assets: idsOf(assets),
  };
  const faults: string[] = [];
  const need = (known: ReadonlySet<string>, id: string, who: string) => {
    if (!known.has(id)) faults.push(`${who} names ${id}, which is not in this registry`);
  };
  for (const [name, list] of Object.entries({ sites, zones, assets }))
    for (const id of repeated(list)) faults.push(`${name}: the id ${id} stands twice`);
  for (const site of sites) if (!isZone(site.zone)) faults.push(`site ${site.id}: ${site.zone} is no time zone`);
  for (const zone of zones) need(ids.sites, zone.site, `zone ${zone.id}`);
  for (const asset of assets) need(ids.zones, asset.zone, `asset ${asset.id}`);
  for (const device of devices) {
    need(ids.assets, device.asset, `device ${device.id}`);
    if (device.timeZone !== undefined && !isZone(device.timeZone))
      faults.push(`device ${device.id}: ${device.timeZone} is no time zone`);
  }
  for (const plan of plans) for (const site of plan.sites ?? []) need(ids.sites, site, `plan ${plan.id}`);
  return faults;
}

function idsOf(list: readonly { readonly id: string }[]): Set<string> {
  return new Set(list.map(({ id }) => id));
}

function repeated(list: readonly { readonly id: string }[]): string[] {
  const seen = new Set<string>();
  return list.flatMap(({ id }) => (seen.size === seen.add(id).size ? [id] : []));
}
