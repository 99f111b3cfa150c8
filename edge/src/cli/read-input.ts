import { readFileSync, readSync } from 'node:fs';

const STANDARD_INPUT = 0;
const CHUNK = 64 * 1024;
const PAUSE_MS = 5;

/** A file whole, or, as `-`, all of standard input, however slowly the other end of a pipe writes. */
export function readInput(file: string): Uint8Array {
  return file === '-' ? readStandardInput() : readFileSync(file);
}

function readStandardInput(): Uint8Array {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = readSome(chunk);
    if (length === 0) return Buffer.concat(chunks);
    if (length !== undefined) chunks.push(chunk.subarray(0, length));
  }
}

/** Undefined: a pipe that nobody has written to yet, which some shells hand over without blocking. */
function readSome(chunk: Buffer): number | undefined {
  try {
    return readSync(STANDARD_INPUT, chunk);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Windows tells the end of a pipe as an error.
    if (code === 'EOF') return 0;
    if (code !== 'EAGAIN') throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    return undefined;
  }
}
