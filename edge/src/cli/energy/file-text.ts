import { gunzipSync } from 'node:zlib';
import { InputError } from './input-error.ts';

/** A file's text, and what a reader must know of how its letters were read. */
interface FileText {
  readonly text: string;
  readonly notes: readonly string[];
}

const UTF16 = { little: [0xff, 0xfe], big: [0xfe, 0xff] } as const;

/**
 * Reads a file, plain or gz: UTF-8, UTF-16 where its mark says so, else GB18030 (GBK is part of it), which Chinese
 * spreadsheets write; no byte of its letters is a comma, a semicolon, a tab or a line's end. Throws an
 * {@link InputError} for what is none of them.
 */
export function fileText(file: string, read: (file: string) => Uint8Array): FileText {
  try {
    const bytes = read(file);
    return textOf(file, bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function textOf(file: string, bytes: Uint8Array): FileText {
  const decode = (encoding: string) => new TextDecoder(encoding, { fatal: true }).decode(bytes);
  const begins = (mark: readonly number[]) => mark.every((byte, i) => bytes[i] === byte);
  if (begins(UTF16.little)) return { text: decode('utf-16le'), notes: [] };
  if (begins(UTF16.big)) return { text: decode('utf-16be'), notes: [] };
  try {
    return { text: decode('utf-8'), notes: [] };
  } catch {
    return { text: chinese(decode), notes: [`${file}: it is no UTF-8 and was read as GB18030`] };
  }
}

function chinese(decode: (encoding: string) => string): string {
  try {
    return decode('gb18030');
  } catch (cause) {
    throw new InputError('it is no UTF-8, UTF-16 or GB18030 text; save it as UTF-8', { cause });
  }
}
