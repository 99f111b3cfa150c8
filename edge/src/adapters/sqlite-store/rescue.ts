import { foldAll, Incident, IncidentEvent, instantMillis } from '@keepsite/edge-contract';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { EPOCH_KEY } from '../../domain/epoch.ts';
import { urgencyOf } from '../../domain/urgency.ts';
import type { DamageRecord } from '../../domain/store-damage.ts';
import { storeError } from '../../errors.ts';
import { rowOf, rowsOf } from './connection.ts';
import { asStoreError, isDamage } from './failure.ts';
import { createIncidentWriter } from './incidents.ts';
import { leap } from './numbering.ts';
import { createPageWriter } from './pages.ts';
import { migrate, RESCUED_TABLES, versionOf } from './schema.ts';
import { isSound } from './soundness.ts';

/** What a damaged file still gave. */
export type Rescued = Pick<DamageRecord, 'rows' | 'unusable' | 'rebuilt' | 'numbersGoOn'>;

const NOTHING: Rescued = { rows: {}, unusable: 0, rebuilt: 0, numbersGoOn: false };

/** A piece of it is lost: what is left of the rules' state would contradict itself. */
const FORGET_TORN_CHECKPOINT = `DELETE FROM checkpoint WHERE last - first + 1 <>
  (SELECT count(*) FROM checkpoint_pieces WHERE n BETWEEN first AND last)`;

/** Carries over whatever can still be read. Best effort: from both ends of a table up to the damage. */
export function rescue(damaged: string, into: DatabaseSync): Rescued {
  let from: DatabaseSync | null = null;
  try {
    from = new DatabaseSync(damaged, { timeout: 5_000 });
    if (versionOf(from) === 0 || versionOf(from) > versionOf(into)) return NOTHING;
    migrate(from);
    const source = from;
    const fresh = epochRow(into);
    into.prepare('DELETE FROM cursors WHERE key = ?').run(EPOCH_KEY);
    const tables = new Map(RESCUED_TABLES.map((table) => [table, rescueTable(table, source, into)]));
    into.exec(FORGET_TORN_CHECKPOINT);
    const all = [...tables.values()];
    // It names the numbers that the rescued rows have. Where it is lost, nobody can say whose they are.
    const cursors = tables.get('cursors');
    const isEpochLost = epochRow(into) === undefined && (!cursors?.whole || cursors.unusable > 0);
    if (isEpochLost && fresh) into.prepare('INSERT INTO cursors (key, value) VALUES (?, ?)').run(EPOCH_KEY, fresh);
    const numbersGoOn = tables.get('events')?.endsWell === true && tables.get('blocks')?.endsWell === true;
    if (!numbersGoOn) inTransaction(into, () => leap(into));
    return {
      rows: Object.fromEntries([...tables].map(([table, { rows }]) => [table, rows])),
      unusable: all.reduce((sum, { unusable }) => sum + unusable, 0),
      rebuilt: inTransaction(into, () => rebuild(into)),
      numbersGoOn,
    };
  } catch (error) {
    if (isDamage(error)) return NOTHING;
    throw asStoreError(error);
  } finally {
    from?.close();
  }
}

interface RescuedTable {
  readonly rows: number;
  readonly unusable: number;
  /** All of its pages could be read. */
  readonly whole: boolean;
  /** Its last row was read, and can be used. */
  readonly endsWell: boolean;
}

function rescueTable(table: string, from: DatabaseSync, into: DatabaseSync): RescuedTable {
  const columns = rowsOf<{ name: string; pk: number }>(into.prepare(`PRAGMA table_info(${table})`));
  const names = columns.map(({ name }) => name);
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`,
  );
  let [rows, unusable] = [0, 0];

  function take(row: Record<string, SQLInputValue>): boolean {
    const isUsable = isSound(table, row);
    if (isUsable) rows += Number(insert.run(...names.map((name) => row[name] ?? null)).changes);
    else unusable += 1;
    return isUsable;
  }

  /** Whether it came to the end, and whether the first and the last row that it met could be used. */
  function read(way: 'ASC' | 'DESC'): { readonly whole: boolean; readonly met: readonly boolean[] } {
    const order = key.map(({ name }) => `${name} ${way}`).join();
    let met: readonly boolean[] = [];
    try {
      for (const row of from.prepare(`SELECT ${names.join()} FROM ${table} ORDER BY ${order}`).iterate()) {
        const isUsable = take(row);
        met = [met[0] ?? isUsable, isUsable];
      }
      return { whole: true, met };
    } catch (error) {
      if (isDamage(error)) return { whole: false, met };
      throw storeError('STORE_FAILED', `The new store could not take over what was left of ${table}.`, error);
    }
  }

  const { whole, endsWell } = inTransaction(into, () => {
    const upward = read('ASC');
    return { whole: upward.whole, endsWell: upward.whole ? (upward.met[1] ?? true) : (read('DESC').met[0] ?? false) };
  });
  return { rows, unusable, whole, endsWell };
}

function epochRow(db: DatabaseSync): string | undefined {
  return rowOf<{ value: string }>(db.prepare('SELECT value FROM cursors WHERE key = ?'), EPOCH_KEY)?.value;
}

/** Incidents whose row is lost are folded from their events; pages that those still owe are owed again. */
function rebuild(into: DatabaseSync): number {
  const writeIncidents = createIncidentWriter(into);
  const writePages = createPageWriter(into);
  const lost = rowsOf<{ incident: string }>(
    into.prepare('SELECT DISTINCT incident FROM events WHERE incident NOT IN (SELECT id FROM incidents)'),
  );
  const eventsOf = into.prepare('SELECT json FROM events WHERE incident = ? ORDER BY seq');
  const incidents = lost.flatMap(({ incident }) => folded(rowsOf<{ json: string }>(eventsOf, incident)) ?? []);
  writeIncidents({ events: [], incidents });
  const owed = into.prepare('SELECT 1 AS is_owed FROM pages WHERE id = ?');
  for (const { json } of rowsOf<{ json: string }>(into.prepare('SELECT json FROM incidents WHERE open = 1'))) {
    const incident = Incident.parse(JSON.parse(json));
    const pages = incident.pages
      .filter(({ id, state }) => (state === 'queued' || state === 'sending') && !rowOf(owed, id))
      .map((page) => ({
        incident: incident.id,
        page: { ...page, possibleDuplicate: true },
        attempts: 0,
        notBefore: instantMillis(page.at),
        urgency: urgencyOf(incident, page),
      }));
    writePages({ pages, settledPages: [] });
  }
  return incidents.length;
}

/** Null: its opening is lost too, or what is left makes no story. */
function folded(rows: readonly { readonly json: string }[]): Incident | null {
  try {
    return foldAll(rows.map(({ json }) => IncidentEvent.parse(JSON.parse(json))));
  } catch {
    return null;
  }
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
