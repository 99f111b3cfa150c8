import { z } from 'zod';

/**
 * Rows of a CSV with a header (RFC 4180: quotes, doubled quotes, line breaks inside quotes; CRLF or
 * LF; a byte order mark is skipped). Null when a quote is never closed or a row is longer than the header.
 */
export function parseCsv(text: string): Record<string, string>[] | null {
  const rows = splitRows(text.replace(/^\uFEFF/, ''));
  const header = rows?.[0]?.map((name) => name.trim());
  if (!rows || !header || rows.some((row) => row.length > header.length)) return null;
  return rows
    .slice(1)
    .filter((row) => row.some((cell) => cell !== ''))
    .map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

/** A row's texts as the schema's types: an empty cell is absent, and null where the field may be null. */
export function typedRow(row: Readonly<Record<string, string>>, schema: z.ZodObject): Record<string, unknown> {
  const typed = Object.entries(row)
    .filter(([, cell]) => cell !== '')
    .map(([name, cell]) => [name, typedCell(cell, kindOf(schema.shape[name]))]);
  return Object.fromEntries(typed);
}

function typedCell(cell: string, kind: string | undefined): unknown {
  if (kind === 'number' && cell.trim() !== '' && Number.isFinite(Number(cell))) return Number(cell);
  if (kind === 'boolean' && /^(true|1|yes|是)$/i.test(cell)) return true;
  if (kind === 'boolean' && /^(false|0|no|否)$/i.test(cell)) return false;
  return cell;
}

/** A field's own type, beneath its default and null. */
function kindOf(field: unknown): string | undefined {
  if (field instanceof z.ZodDefault || field instanceof z.ZodNullable || field instanceof z.ZodOptional)
    return kindOf(field.unwrap());
  return field instanceof z.ZodType ? field.def.type : undefined;
}

function splitRows(text: string): string[][] | null {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (!match) return null;
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',' && cell.lastIndex === text.length) rows.at(-1)?.push('');
    if (match[3] !== ',' && match[3] !== '') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}
