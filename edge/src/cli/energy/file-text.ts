import { gunzipSync } from 'node:zlib';
import { textOfBytes } from '@keepsite/edge-energy';
import { InputError } from './input-error.ts';

/** A file's text, and what a reader must know of how its letters were read. */
interface FileText {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Reads a file, plain or gz, in the letters that {@link textOfBytes} knows. Throws an {@link InputError} for any other. */
export function fileText(file: string, read: (file: string) => Uint8Array): FileText {
  try {
    const bytes = read(file);
    return textOf(file, bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function textOf(file: string, bytes: Uint8Array): FileText {
  const read = textOfBytes(bytes);
  if (!read.ok) throw new InputError(`${file}:${read.line}: ${read.reason}`);
  const notes = read.letters === 'gb18030' ? [`${file}: it is no UTF-8 and was read as GB18030`] : [];
  return { text: read.text, notes };
}
