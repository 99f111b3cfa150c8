import { sql, type Kysely } from 'kysely';

/**
 * Fences the tenants: row-level security, forced even on the tables' owner, on every table that
 * names a tenant, and the role `keepsite_app` that everything runs under. With no tenant set,
 * `current_setting(…, true)` is null or empty and no row matches.
 *
 * `keepsite_partition` makes a month of readings on demand. It runs as the tables' owner
 * because the role may not create tables; it takes one date and nothing else.
 */
export async function rowLevelSecurity(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ROLE).execute(db);
  await sql.raw(FENCE).execute(db);
  await sql.raw(PARTITION).execute(db);
}

const ROLE = `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'keepsite_app') THEN
    CREATE ROLE keepsite_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this server was first
END $$;
DO $$ BEGIN
  -- Since PostgreSQL 16 whoever makes a role may grant it, but not yet enter it.
  IF NOT pg_has_role(current_user, 'keepsite_app', CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
    EXECUTE format('GRANT keepsite_app TO %I', current_user);
  END IF;
END $$;
DO $$ BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO keepsite_app', current_schema());
END $$;`;

const FENCE = `
DO $$ DECLARE t regclass; BEGIN
  FOR t IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
           WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_tenant ON %s USING (tenant_id = current_setting(''keepsite.tenant'', true))
                    WITH CHECK (tenant_id = current_setting(''keepsite.tenant'', true))', t);
  END LOOP;
END $$;
-- Named one by one: evidence, blocks, readings and facts are only ever added to.
GRANT SELECT, INSERT ON tenants, contracts, crm_facts, incident_events, reading_blocks, readings, sla_closed, rejected_records TO keepsite_app;
GRANT SELECT, INSERT, UPDATE ON edges, sites, zones, assets, devices, clients, incidents, daily_energy, scorecards, blind_spells, care_tasks, commands TO keepsite_app;
GRANT UPDATE (link_ok) ON incident_events TO keepsite_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON zone_clients, incident_clients TO keepsite_app;
GRANT UPDATE (name) ON tenants TO keepsite_app;
GRANT DELETE ON scorecards TO keepsite_app;`;

const PARTITION = `
CREATE FUNCTION keepsite_partition(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE start timestamp := date_trunc('month', month::timestamp);
        first timestamptz := start AT TIME ZONE 'UTC';
        after timestamptz := (start + interval '1 month') AT TIME ZONE 'UTC';
        name text := format('readings_%s', to_char(start, 'YYYY_MM'));
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('keepsite_partition'));
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE readings INCLUDING DEFAULTS)', name);
  -- Rows of this month that the default partition already took, whoever's they are, would forbid the new one.
  ALTER TABLE readings_default NO FORCE ROW LEVEL SECURITY;
  EXECUTE format('WITH moved AS (DELETE FROM readings_default WHERE time >= %L AND time < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
                 first, after, name);
  ALTER TABLE readings_default FORCE ROW LEVEL SECURITY;
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  EXECUTE format('CREATE POLICY own_tenant ON %I USING (tenant_id = current_setting(''keepsite.tenant'', true)) WITH CHECK (tenant_id = current_setting(''keepsite.tenant'', true))', name);
  EXECUTE format('ALTER TABLE readings ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, first, after);
END $$;
REVOKE EXECUTE ON FUNCTION keepsite_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keepsite_partition(date) TO keepsite_app;`;
