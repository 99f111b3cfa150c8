import type { PhotoType } from '@keepsite/edge-contract';
import { sql } from 'kysely';
import type { LinkStore } from '../../ports/links.ts';
import type { Database } from './database.ts';

/** Keys of links and photographs in PostgreSQL. */
export function linkStore(database: Database, tenant: string): LinkStore {
  return {
    keyOf: (edge) =>
      database.as(tenant, async (db) => {
        const { rows } = await sql<{ key: string | null }>`
          SELECT heartbeat->>'linkKey' AS key FROM edges WHERE id = ${edge}`.execute(db);
        return rows[0]?.key ?? null;
      }),
    keepPhoto: (edge, { sha256, type }, bytes) =>
      database.as(tenant, async (db) => {
        await sql`INSERT INTO photos (tenant_id, edge, sha256, type, bytes)
          VALUES (${tenant}, ${edge}, ${sha256}, ${type}, ${Buffer.from(bytes)}) ON CONFLICT DO NOTHING`.execute(db);
      }),
    photo: (edge, sha256) =>
      database.as(tenant, async (db) => {
        const { rows } = await sql<{ type: PhotoType; bytes: Buffer }>`
          SELECT type, bytes FROM photos WHERE edge = ${edge} AND sha256 = ${sha256}`.execute(db);
        return rows[0] ?? null;
      }),
  };
}
