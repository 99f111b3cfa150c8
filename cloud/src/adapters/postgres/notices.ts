import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { Notice, Notices } from '../../ports.ts';
import type { Database } from './database.ts';

const CHANNEL = 'keepsite';
/** PostgreSQL takes 8,000 bytes a notice. */
const BYTES = 7_500;

/**
 * Notices through LISTEN and NOTIFY, so that every replica hears them. After a broken connection
 * it listens again; what was said meanwhile is lost, so whoever waits also asks from time to time.
 */
export async function postgresNotices(database: Database, tenant: string): Promise<Notices> {
  const listeners = new Set<(notice: Notice) => void>();
  const closing = new AbortController();
  let client = await listen();

  async function listen(): Promise<pg.Client> {
    const next = new pg.Client({ connectionString: database.url, application_name: 'keepsite-notices' });
    next.on('notification', (message) => tell(message.payload ?? ''));
    next.once('error', () => void again());
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}`);
    return next;
  }

  async function again(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await delay(500, undefined, { signal: closing.signal });
        client = await listen();
        return;
      } catch {
        // The database is away, or we are closing; the loop tells them apart.
      }
    }
  }

  function tell(payload: string): void {
    const message = JSON.parse(payload) as { tenant: string; notice: Notice };
    if (message.tenant !== tenant) return;
    for (const listener of listeners) listener(message.notice);
  }

  return {
    async publish(notices) {
      const payloads = notices.flatMap(fit).map((notice) => JSON.stringify({ tenant, notice }));
      if (payloads.length === 0) return;
      await sql`SELECT pg_notify(${CHANNEL}, payload) FROM unnest(${payloads}::text[]) AS payload`.execute(
        database.owner,
      );
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort();
      await client.end().catch(() => undefined);
    },
  };
}

/** Readings are halved until they fit; one that alone does not fit is left out: pages ask for it. */
function fit(notice: Notice): Notice[] {
  if (Buffer.byteLength(JSON.stringify(notice)) <= BYTES) return [notice];
  if (notice.kind !== 'readings' || notice.items.length < 2) return [];
  const middle = notice.items.length >> 1;
  return [notice.items.slice(0, middle), notice.items.slice(middle)].flatMap((items) =>
    fit({ kind: 'readings', items }),
  );
}
