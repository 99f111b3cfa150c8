import { sql } from 'kysely';
import { ReviewVersion } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import type { ResponseFacts } from '../../domain/after/response-times.ts';
import type { AfterStore, ResponseFilter, ReviewRow, ReviewStore } from '../../ports/after.ts';
import type { Database, TenantTransaction } from './database.ts';
import { followUpStore } from './follow-ups.ts';

/** What comes after an incident: follow-ups, reviews, and the facts that statistics are made of. */
export function afterStore(database: Database, tenant: string): AfterStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    followUps: followUpStore(database, tenant),
    reviews: reviewStore(database, tenant),
    responses: (filter) => as((db) => responses(db, filter)),
    response: (id) =>
      as(async (db) => {
        const row = await db.selectFrom('incidents').where('id', '=', id).select('facts').executeTakeFirst();
        return (row?.facts as ResponseFacts | undefined) ?? null;
      }),
  };
}

async function responses(
  db: TenantTransaction,
  { from, to, client, site, fault }: ResponseFilter,
): Promise<ResponseFacts[]> {
  const whose =
    client === undefined ? sql`true` : sql`i.id IN (SELECT incident FROM incident_clients WHERE client = ${client})`;
  const { rows } = await sql<{ facts: ResponseFacts }>`
    SELECT i.facts FROM incidents i WHERE i.opened_at >= ${instantText(from)} AND i.opened_at < ${instantText(to)}
      AND ${whose} AND ${site === undefined ? sql`true` : sql`i.site = ${site}`}
      AND ${fault === undefined ? sql`true` : sql`i.fault = ${fault}`}
    ORDER BY i.opened_at, i.id`.execute(db);
  return rows.map(({ facts }) => facts);
}

function reviewStore(database: Database, tenant: string): ReviewStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    versions: (incident) =>
      as(async (db) => {
        const rows = await db
          .selectFrom('incident_reviews')
          .where('incident', '=', incident)
          .orderBy('version', 'desc')
          .select(['body', 'recorded_at'])
          .execute();
        return rows.map(versionOf);
      }),
    add: (incident, review) =>
      as(async (db) => {
        // Its key lets the second of two who write the same version find that he is late.
        const { rows } = await sql`
          INSERT INTO incident_reviews (tenant_id, incident, version, state, by, body)
          SELECT ${tenant}, ${incident}, ${review.version}, ${review.state}, ${review.by}, ${JSON.stringify(review)}::jsonb
          WHERE ${review.version} = 1 + coalesce((SELECT max(version) FROM incident_reviews WHERE incident = ${incident}), 0)
          ON CONFLICT DO NOTHING RETURNING version`.execute(db);
        return rows.length > 0;
      }),
    list: ({ from, to, limit }) =>
      as(async (db) => {
        const { rows } = await sql<{ facts: ResponseFacts; body: unknown; recorded_at: number | null }>`
          SELECT i.facts, r.body, r.recorded_at FROM incidents i
          LEFT JOIN LATERAL (SELECT body, recorded_at FROM incident_reviews WHERE incident = i.id
            ORDER BY version DESC LIMIT 1) r ON true
          WHERE i.opened_at >= ${instantText(from)} AND i.opened_at < ${instantText(to)}
            AND (r.body IS NOT NULL OR i.response IN ('resolved', 'closed'))
          ORDER BY i.opened_at DESC, i.id DESC LIMIT ${limit}`.execute(db);
        return rows.map(({ facts, body, recorded_at }): ReviewRow => ({
          incident: facts,
          review: recorded_at === null ? null : versionOf({ body, recorded_at }),
        }));
      }),
    newest: () =>
      as(async (db) => {
        const rows = await db
          .selectFrom('incident_reviews')
          .distinctOn('incident')
          .orderBy('incident')
          .orderBy('version', 'desc')
          .select(['incident', 'body', 'recorded_at'])
          .execute();
        return rows.map((row) => ({ incident: row.incident, review: versionOf(row) }));
      }),
  };
}

function versionOf({ body, recorded_at }: { body: unknown; recorded_at: number }): ReviewVersion {
  return ReviewVersion.parse({ ...(body as object), recordedAt: instantText(recorded_at) });
}
