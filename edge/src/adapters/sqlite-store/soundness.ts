import { Epoch, Incident, IncidentEvent, Page, ReadingBlock, unpackReadings } from '@keepsite/edge-contract';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { z } from 'zod';
import { EPOCH_KEY } from '../../domain/epoch.ts';

type Row = Readonly<Record<string, SQLInputValue>>;

/** Columns that hold JSON. A damaged byte in a text leaves the file's structure whole, and SQLite none the wiser. */
const JSON_COLUMNS = {
  events: 'json',
  incidents: 'json',
  pages: 'json',
  blocks: 'json',
  daily: 'json',
  strangers: 'json',
  checkpoint_pieces: 'state',
  commands: 'answer',
  cursors: 'value',
} as const;

/** What the edge cannot start or work with when it is not what it should be. */
const SHAPES: Readonly<Record<string, (content: unknown) => boolean>> = {
  events: (content) => IncidentEvent.safeParse(content).success,
  incidents: (content) => Incident.safeParse(content).success,
  pages: (content) => Page.safeParse(content).success,
  blocks: isBlock,
  checkpoint_pieces: isCheckpoint,
};

function isEpoch(row: Row): boolean {
  return row['key'] !== EPOCH_KEY || Epoch.safeParse(JSON.parse(String(row['value']))).success;
}

/** Rows that are read when the edge starts, or every time that one of them is due. */
const READ_AT_START = [
  'SELECT * FROM incidents WHERE open = 1',
  'SELECT * FROM pages',
  'SELECT * FROM checkpoint_pieces',
  'SELECT * FROM cursors',
  'SELECT * FROM blocks WHERE seq > ifnull((SELECT block FROM checkpoint), 0)',
  'SELECT * FROM events WHERE seq = (SELECT max(seq) FROM events)',
] as const;

/** What of the content is damaged, in words; null: nothing that is looked at. Not `whole`: raw blocks, which may be very many, are left out. */
export function whatIsUnsound(db: DatabaseSync, { whole }: { readonly whole: boolean }): string | null {
  for (const [table, column] of Object.entries(JSON_COLUMNS)) {
    if (table === 'blocks' && !whole) continue;
    const sql = `SELECT 1 FROM ${table} WHERE typeof(${column}) <> 'text' OR NOT json_valid(${column}) LIMIT 1`;
    if (db.prepare(sql).get()) return `${table} holds what is no JSON`;
  }
  for (const sql of READ_AT_START) {
    const table = / FROM (\w+)/.exec(sql)?.[1] ?? '';
    for (const row of db.prepare(sql).iterate()) if (!isSound(table, row)) return `${table} holds what cannot be`;
  }
  return null;
}

/** Whether a row can be used. */
export function isSound(table: string, row: Row): boolean {
  const column = Object.hasOwn(JSON_COLUMNS, table) ? JSON_COLUMNS[table as keyof typeof JSON_COLUMNS] : null;
  if (column === null) return true;
  try {
    const content: unknown = JSON.parse(String(row[column]));
    return (SHAPES[table]?.(content) ?? true) && (table !== 'cursors' || isEpoch(row));
  } catch {
    return false;
  }
}

function isBlock(content: unknown): boolean {
  const block: z.ZodSafeParseResult<ReadingBlock> = ReadingBlock.safeParse(content);
  if (!block.success) return false;
  unpackReadings(block.data);
  return true;
}

/** Windows by key; what is in them is judged by the rules that read it. */
function isCheckpoint(content: unknown): boolean {
  const { rules, notes, decode = [] } = content as Record<string, unknown>;
  return [rules, notes, decode].every(
    (part) => Array.isArray(part) && part.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string'),
  );
}
