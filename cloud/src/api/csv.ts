import { numberOf, type Separator, separatorOf, textOfBytes } from '@keepsite/edge-energy';
import { z } from 'zod';
import { CloudError } from '../errors.ts';
import type { Api } from './context.ts';

/** Takes `text/csv` in the letters that spreadsheets write; any other is CLOUD_BAD_INPUT with the line. */
export function acceptCsv(api: Api): void {
  api.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => {
    const read = textOfBytes(body as Buffer);
    if (read.ok) return done(null, read.text);
    const { line, reason } = read;
    done(new CloudError('CLOUD_BAD_INPUT', `line ${line} cannot be read: ${reason}`, { details: { line } }));
  });
}

/** Rows of a table, and what parts their cells: where that is no comma, a comma is a decimal sign. */
interface Table {
  readonly separator: Separator;
  readonly rows: Record<string, string>[];
}

/**
 * Rows of a CSV with a header (RFC 4180: quotes, doubled quotes, line breaks inside quotes; CRLF or
 * LF; a byte order mark is skipped), its cells parted by commas, semicolons or tabs. Null when a quote is never closed
 * or a row is longer than the header.
 */
export function parseCsv(text: string): Table | null {
  const bare = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(/^[^\r\n]*/.exec(bare)?.[0] ?? '');
  const rows = splitRows(bare, separator);
  const header = rows?.[0]?.map((name) => name.trim());
  if (!rows || !header || rows.some((row) => row.length > header.length)) return null;
  const named = rows
    .slice(1)
    .filter((row) => row.some((cell) => cell !== ''))
    .map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
  return { separator, rows: named };
}

/** Each row's texts as the schema's types: an empty cell is absent, and null where the field may be null. */
export function typedRows({ separator, rows }: Table, schema: z.ZodObject): Record<string, unknown>[] {
  return rows.map((row) => {
    const typed = Object.entries(row)
      .filter(([, cell]) => cell !== '')
      .map(([name, cell]) => [name, typedCell(cell, kindOf(schema.shape[name]), separator)]);
    return Object.fromEntries(typed);
  });
}

function typedCell(cell: string, kind: string | undefined, separator: Separator): unknown {
  if (kind === 'number') return numberOf(cell.trim(), separator) ?? cell;
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

const CELLS: Readonly<Record<Separator, RegExp>> = {
  ',': /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy,
  ';': /(?:"((?:[^"]|"")*)"|([^";\r\n]*))(;|\r?\n|$)/gy,
  '\t': /(?:"((?:[^"]|"")*)"|([^"\t\r\n]*))(\t|\r?\n|$)/gy,
};

function splitRows(text: string, separator: Separator): string[][] | null {
  const rows: string[][] = [[]];
  const cell = new RegExp(CELLS[separator]);
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (!match) return null;
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === separator && cell.lastIndex === text.length) rows.at(-1)?.push('');
    if (match[3] !== separator && match[3] !== '') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}
