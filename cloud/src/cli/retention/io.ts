import { gunzipSync } from 'node:zlib';
import { textOfBytes } from '@keepsite/edge-energy';

/** A wrong option or a file that cannot be used: told to the person, exit code 2. */
export class InputError extends Error {}

/** What a subcommand reads and writes; the process's own in real life, strings in a test. */
export interface RetentionIo {
  readonly read: (file: string) => Promise<Uint8Array>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** A file's text, plain or gz, in the letters that spreadsheets write. Throws an {@link InputError} for any other. */
export async function textOf(file: string, { read }: RetentionIo): Promise<string> {
  const bytes = await read(file).catch((error: unknown) => {
    throw new InputError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const text = textOfBytes(bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(file, bytes) : bytes);
  if (!text.ok) throw new InputError(`${file}:${text.line}: ${text.reason}`);
  return text.text.replace(/^\uFEFF/, '');
}

function unpacked(file: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new InputError(`${file} begins like gzip and is damaged`, { cause: error });
  }
}
