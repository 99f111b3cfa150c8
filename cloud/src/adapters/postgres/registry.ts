import { isDeepStrictEqual } from 'node:util';
import { sql, type Kysely } from 'kysely';
import type { Asset, Registry, Site, Zone } from '@keepsite/edge-contract';
import { CloudError } from '../../errors.ts';
import type { TenantTransaction } from './database.ts';

/** Another edge's site may be taken over once that edge has been silent for this long, or knows no device. */
const TAKE_OVER_SECONDS = 600;
const ROWS = 500;

/**
 * Writes what an edge says of its sites. Sites of another edge that is at work are left alone: it
 * is no fault when both say the same of them, and CLOUD_BAD_INPUT when they differ.
 */
export async function saveRegistry(
  db: TenantTransaction,
  tenant: string,
  edge: string,
  registry: Registry,
): Promise<void> {
  const foreign = await sitesOfOthers(db, edge, registry);
  const own = without(registry, new Set(foreign.map(({ site }) => site)));
  for (const { site, owner } of foreign) await assertSame(db, site, owner, registry);
  await upsert(
    db,
    'sites',
    own.sites.map((site) => ({ tenant_id: tenant, id: site.id, edge, body: JSON.stringify(site) })),
  );
  await upsert(
    db,
    'zones',
    own.zones.map((zone) => ({ tenant_id: tenant, id: zone.id, site: zone.site, body: JSON.stringify(zone) })),
  );
  await upsert(
    db,
    'assets',
    own.assets.map((asset) => ({
      tenant_id: tenant,
      id: asset.id,
      zone: asset.zone,
      kind: asset.kind,
      body: JSON.stringify(asset),
    })),
  );
  await saveZoneClients(db, tenant, own.zones);
  await db.updateTable('edges').set({ registry_version: registry.version }).where('id', '=', edge).execute();
}

async function sitesOfOthers(
  db: TenantTransaction,
  edge: string,
  registry: Registry,
): Promise<{ site: string; owner: string }[]> {
  const rows = await db
    .selectFrom('sites as s')
    .innerJoin('edges as e', 'e.id', 's.edge')
    .where('s.edge', '<>', edge)
    .where('s.id', 'in', ['', ...registry.sites.map(({ id }) => id)])
    .where(sql<boolean>`e.heard_at > clock_timestamp() - make_interval(secs => ${TAKE_OVER_SECONDS})`)
    .where(sql<boolean>`coalesce((e.heartbeat->'devices'->>'known')::int, 1) > 0`)
    .select(['s.id as site', 's.edge as owner'])
    .execute();
  return rows;
}

type Places = Pick<Registry, 'sites' | 'zones' | 'assets'>;

function without({ sites, zones, assets }: Registry, foreign: ReadonlySet<string>): Places {
  const kept = zones.filter(({ site }) => !foreign.has(site));
  const dropped = new Set(zones.filter(({ site }) => foreign.has(site)).map(({ id }) => id));
  return {
    sites: sites.filter(({ id }) => !foreign.has(id)),
    zones: kept,
    assets: assets.filter(({ zone }) => !dropped.has(zone)),
  };
}

async function assertSame(db: TenantTransaction, site: string, owner: string, registry: Registry): Promise<void> {
  const sites = await db.selectFrom('sites').where('id', '=', site).select('body').execute();
  const zones = await db.selectFrom('zones').where('site', '=', site).select(['id', 'body']).execute();
  const assets = await db
    .selectFrom('assets')
    .where('zone', 'in', ['', ...zones.map(({ id }) => id)])
    .select('body')
    .execute();
  const known = {
    sites: sites.map(({ body }) => body as Site),
    zones: zones.map(({ body }) => body as Zone),
    assets: assets.map(({ body }) => body as Asset),
  };
  const said = registry.zones.filter((zone) => zone.site === site);
  const inside = new Set(said.map(({ id }) => id));
  const told = {
    sites: registry.sites.filter(({ id }) => id === site),
    zones: said,
    assets: registry.assets.filter(({ zone }) => inside.has(zone)),
  };
  if (isDeepStrictEqual(inOrder(known), inOrder(told))) return;
  throw new CloudError(
    'CLOUD_BAD_INPUT',
    `site ${site} is served by edge ${owner}, which is at work and describes it otherwise`,
  );
}

function inOrder({ sites, zones, assets }: Places): unknown {
  // Through JSON, as the database keeps it: a member that is undefined is no member.
  const sorted = (items: readonly { id: string }[]): unknown => items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return JSON.parse(JSON.stringify([sorted(sites), sorted(zones), sorted(assets)])) as unknown;
}

async function saveZoneClients(db: TenantTransaction, tenant: string, zones: readonly Zone[]): Promise<void> {
  if (zones.length === 0) return;
  await db
    .deleteFrom('zone_clients')
    .where(
      'zone',
      'in',
      zones.map(({ id }) => id),
    )
    .execute();
  const rows = zones.flatMap((zone) =>
    zone.clients.map((use, position) => ({
      tenant_id: tenant,
      zone: zone.id,
      position,
      client: use.client,
      contract: use.contract ?? null,
      valid_from: use.from ?? null,
      valid_to: use.to ?? null,
    })),
  );
  for (let from = 0; from < rows.length; from += ROWS)
    await db
      .insertInto('zone_clients')
      .values(rows.slice(from, from + ROWS))
      .execute();
}

type PlaceTables = Record<'sites' | 'zones' | 'assets', Record<string, string>>;

/** One statement for three tables that differ in a column; a thing named twice in one registry counts as said last. */
async function upsert(
  db: TenantTransaction,
  table: keyof PlaceTables,
  rows: readonly Record<string, string>[],
): Promise<void> {
  const last = [...new Map(rows.map((row) => [row['id'], row])).values()];
  for (let from = 0; from < last.length; from += ROWS) {
    await (db as unknown as Kysely<PlaceTables>)
      .insertInto(table)
      .values(last.slice(from, from + ROWS))
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'id']).doUpdateSet((row) => {
          const changes = Object.keys(last[0] ?? {}).filter((name) => name !== 'tenant_id' && name !== 'id');
          return Object.fromEntries(changes.map((name) => [name, row.ref(`excluded.${name}`)]));
        }),
      )
      .execute();
  }
}
