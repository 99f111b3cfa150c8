import { sql, type Kysely } from 'kysely';

/**
 * Nobody reads or writes readings while a month gets a table of its own. A query that had made its plan before
 * missed what moved from the default partition to the new one: it waited for the first and did not know of the second.
 */
export async function monthsUnseen(db: Kysely<unknown>): Promise<void> {
  await sql.raw(PARTITION).execute(db);
}

const PARTITION = `
CREATE OR REPLACE FUNCTION keepsite_partition(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE start timestamp := date_trunc('month', month::timestamp);
        first timestamptz := start AT TIME ZONE 'UTC';
        after timestamptz := (start + interval '1 month') AT TIME ZONE 'UTC';
        name text := format('readings_%s', to_char(start, 'YYYY_MM'));
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('keepsite_partition'));
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  LOCK TABLE ONLY readings IN ACCESS EXCLUSIVE MODE;
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
END $$;`;
