import { CompiledQuery, Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { CloudError } from '../../errors.ts';
import { MIGRATIONS } from '../../migrations/index.ts';
import type { Schema } from './schema.ts';

/** A transaction that sees one tenant's rows and nothing else. */
export type TenantTransaction = Transaction<Schema>;

/** The pool and what may be done with it; `as` is the only way to a tenant's rows. */
export interface Database {
  readonly url: string;
  /** Runs `work` in one transaction as `keepsite_app` with the tenant set; rolled back when it throws. */
  as<T>(tenant: string, work: (db: TenantTransaction) => Promise<T>): Promise<T>;
  /** Brings the schema up to date; safe when several replicas start at once. Answers the names of what ran. */
  migrate(): Promise<string[]>;
  /** Throws CLOUD_DATABASE_UNSAFE unless row-level security really fences the tenants. */
  assertFenced(): Promise<void>;
  /** As the owner, outside every tenant: migrations, checks and tests only. */
  readonly owner: Kysely<Schema>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Ids that may be put into `SET LOCAL`; the database is told no other tenant. */
const TENANT = /^[a-zA-Z0-9_-]{1,60}$/;

const TYPES: Record<number, (text: string) => unknown> = {
  20: Number,
  1082: (text) => text,
  1184: (text) => millis(text),
};

/** Opens a pool of at most `connections`. Connects on first use; `ping` tells whether it can. */
export function openDatabase(url: string, connections = 12): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: 'keepsite-cloud',
    types: parsers(),
  });
  // A connection that breaks while idle is replaced on next use; the next query tells.
  pool.on('error', () => undefined);
  const owner = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return {
    url,
    owner,
    as: (tenant, work) => inTenant(owner, tenant, work),
    migrate: () => migrate(owner),
    assertFenced: () => assertFenced(owner),
    ping: () => ping(owner),
    close: () => owner.destroy(),
  };
}

async function inTenant<T>(
  db: Kysely<Schema>,
  tenant: string,
  work: (db: TenantTransaction) => Promise<T>,
): Promise<T> {
  if (!TENANT.test(tenant)) throw new CloudError('CLOUD_BAD_INPUT', `${JSON.stringify(tenant)} is no tenant`);
  try {
    return await db.transaction().execute(async (transaction) => {
      // One round trip; without parameters the server takes both statements.
      const enter = `SET LOCAL keepsite.tenant = '${tenant}'; SET LOCAL ROLE keepsite_app`;
      await transaction.executeQuery(CompiledQuery.raw(enter));
      return await work(transaction);
    });
  } catch (cause) {
    throw asBadInput(cause) ?? cause;
  }
}

/** SQLSTATE classes 22 and 23: the value itself is at fault (a NUL in a text, a number too large), not the database. */
function asBadInput(cause: unknown): CloudError | null {
  const code = cause instanceof pg.DatabaseError ? (cause.code ?? '') : '';
  if (!/^2[23]/.test(code)) return null;
  return new CloudError('CLOUD_BAD_INPUT', `the database cannot hold this value: ${messageOf(cause)}`, { cause });
}

async function migrate(db: Kysely<Schema>): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error)
    throw new CloudError(
      'CLOUD_MIGRATION_FAILED',
      `the database schema could not be brought up to date: ${messageOf(error)}`,
      { cause: error },
    );
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

/** Throws CLOUD_DATABASE_UNSAFE with everything that would let `keepsite_app` see another tenant's rows, in words; one query. */
export async function assertFenced(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ fault: string }>`
    SELECT 'the role keepsite_app is missing' AS fault WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'keepsite_app')
    UNION ALL SELECT 'keepsite_app is a superuser' FROM pg_roles WHERE rolname = 'keepsite_app' AND rolsuper
    UNION ALL SELECT 'keepsite_app may bypass row-level security' FROM pg_roles WHERE rolname = 'keepsite_app' AND rolbypassrls
    UNION ALL SELECT 'keepsite_app may become ' || r.rolname FROM pg_roles r
      WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'keepsite_app' AND NOT rolsuper) AND r.rolname <> 'keepsite_app'
        AND (r.rolsuper OR r.rolbypassrls) AND pg_has_role('keepsite_app', r.oid, 'MEMBER')
    UNION ALL SELECT 'keepsite_app owns ' || c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
      WHERE r.rolname = 'keepsite_app' AND c.relnamespace = current_schema()::regnamespace
    UNION ALL SELECT c.relname || ' is open to every tenant' FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`.execute(db);
  if (rows.length === 0) return;
  const faults = rows.map((row) => row.fault);
  throw new CloudError('CLOUD_DATABASE_UNSAFE', `tenants are not fenced off from each other: ${faults.join('; ')}`, {
    details: faults,
  });
}

async function ping(db: Kysely<Schema>): Promise<void> {
  try {
    await sql`SELECT 1`.execute(db);
  } catch (cause) {
    throw new CloudError('CLOUD_DATABASE_UNREACHABLE', `the database does not answer: ${messageOf(cause)}`, { cause });
  }
}

function parsers(): pg.CustomTypesConfig {
  return {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      (format !== 'binary' && TYPES[oid]) || pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
  };
}

const timestamptz = pg.types.getTypeParser(1184, 'text') as (text: string) => Date;

function millis(text: string): number {
  return timestamptz(text).getTime();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
