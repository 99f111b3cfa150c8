import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EdgeError, sentenceOf } from '../errors.ts';

/**
 * Replaces a file as a whole: after a power cut there is the old one or the new one, never a part.
 * Throws EDGE_FILE_UNWRITABLE, and has then changed nothing.
 */
export function writeTextFile(path: string, text: string): void {
  writeFile(path, text);
}

/** The same for what nobody but the edge's own account may read. */
export function writeSecretFile(path: string, text: string): void {
  writeFile(path, text, 0o600);
}

/** The same for bytes. */
export function writeFile(path: string, content: string | Uint8Array, mode = 0o644): void {
  const draft = join(dirname(path), `.${basename(path)}.new`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeDurably(draft, content, mode);
    renameSync(draft, path);
    syncDirectory(dirname(path));
  } catch (error) {
    const advice = 'The edge needs to write there; see KEEPSITE_DATA_DIR and KEEPSITE_EDGE_MAPPINGS.';
    throw new EdgeError('EDGE_FILE_UNWRITABLE', `${path} cannot be written: ${sentenceOf(error)}. ${advice}`, {
      cause: error,
    });
  }
}

/** Takes a text file away for good. Throws EDGE_FILE_UNWRITABLE, and has then changed nothing. */
export function removeTextFile(path: string): void {
  try {
    rmSync(path);
    syncDirectory(dirname(path));
  } catch (error) {
    throw new EdgeError('EDGE_FILE_UNWRITABLE', `${path} cannot be removed: ${sentenceOf(error)}`, { cause: error });
  }
}

function writeDurably(path: string, content: string | Uint8Array, mode: number): void {
  const file = openSync(path, 'w', mode);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** The new name itself must survive too. Windows cannot and need not do this. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
