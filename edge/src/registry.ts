import { Registry } from '@keepsite/edge-contract';
import { parseDocument } from 'yaml';
import { isZone } from './domain/time-text.ts';

export type ParsedRegistry =
  | { readonly ok: true; readonly registry: Registry }
  | { readonly ok: false; readonly faults: readonly string[] };

/** What an edge has before anybody has told it where it stands: everything it hears is unknown. */
export const EMPTY_REGISTRY: Registry = Registry.parse({ version: 1, sites: [], zones: [], assets: [], devices: [] });

/** Reads a registry from YAML; all faults are told at once, each as a sentence with its place. */
export function parseRegistry(text: string, fileName: string): ParsedRegistry {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) return { ok: false, faults: [`${fileName}: ${broken.message.split('\n')[0]}`] };
  const parsed = Registry.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${fileName}: ${path.join('.') || 'the file'}: ${message}`,
    );
    return { ok: false, faults };
  }
  const faults = inconsistencies(parsed.data).map((fault) => `${fileName}: ${fault}`);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, registry: parsed.data };
}

/** Names that lead nowhere, ids that stand twice, zones that no clock knows. */
function inconsistencies(registry: Registry): string[] {
  const { sites, zones, assets, devices, people, crews, plans } = registry;
  const ids = {
    sites: idsOf(sites),
    zones: idsOf(zones),
    assets: idsOf(assets),
    people: idsOf(people),
    crews: idsOf(crews),
  };
  const faults: string[] = [];
  const need = (known: ReadonlySet<string>, id: string, who: string) => {
    if (!known.has(id)) faults.push(`${who} names ${id}, which is not in this registry`);
  };
  for (const [name, list] of Object.entries({ sites, zones, assets, people, crews, plans }))
    for (const id of repeated(list)) faults.push(`${name}: the id ${id} stands twice`);
  for (const site of sites) if (!isZone(site.zone)) faults.push(`site ${site.id}: ${site.zone} is no time zone`);
  for (const zone of zones) need(ids.sites, zone.site, `zone ${zone.id}`);
  for (const asset of assets) need(ids.zones, asset.zone, `asset ${asset.id}`);
  for (const device of devices) {
    need(ids.assets, device.asset, `device ${device.id}`);
    if (device.timeZone !== undefined && !isZone(device.timeZone))
      faults.push(`device ${device.id}: ${device.timeZone} is no time zone`);
  }
  for (const crew of crews) for (const member of crew.members) need(ids.people, member, `crew ${crew.id}`);
  const reachable = new Set([...ids.people, ...ids.crews]);
  for (const plan of plans) {
    for (const step of plan.steps) for (const to of step.page) need(reachable, to, `plan ${plan.id}`);
    for (const site of plan.sites ?? []) need(ids.sites, site, `plan ${plan.id}`);
  }
  return faults;
}

function idsOf(list: readonly { readonly id: string }[]): Set<string> {
  return new Set(list.map(({ id }) => id));
}

function repeated(list: readonly { readonly id: string }[]): string[] {
  const seen = new Set<string>();
  return list.flatMap(({ id }) => (seen.size === seen.add(id).size ? [id] : []));
}
