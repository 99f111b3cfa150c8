/** What every runtime has; this room knows no runtime's own words. */
declare const TextDecoder: new (
  letters: string,
  options: { readonly fatal: true },
) => { decode(bytes: Uint8Array): string };

type Letters = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

export type TextOfBytes =
  | { readonly ok: true; readonly text: string; readonly letters: Letters }
  | { readonly ok: false; readonly line: number; readonly reason: string };

const LINE_END = 0x0a;

/**
 * Reads a file's letters: UTF-8, UTF-16 where its mark says so, else GB18030 (GBK is part of it), which Chinese
 * spreadsheets write; no byte of its letters is a comma, a semicolon, a tab or a line's end. What is none of them, or
 * UTF-8 with a damaged line (GB18030 would make letters of it that nobody wrote), is refused with the line.
 */
export function textOfBytes(bytes: Uint8Array): TextOfBytes {
  const marked = markOf(bytes);
  if (marked !== null) return decoded(bytes, marked) ?? refused(bytes, marked, 'it is no UTF-16, though it begins so');
  const zero = bytes.indexOf(0);
  if (zero >= 0) return { ok: false, line: lineAt(bytes, zero), reason: 'it holds a zero byte: UTF-16 needs its mark' };
  const unicode = decoded(bytes, 'utf-8');
  if (unicode) return unicode;
  if (isMostlyUtf8(bytes)) return refused(bytes, 'utf-8', 'it is damaged: the rest of the file is UTF-8');
  return (
    decoded(bytes, 'gb18030') ??
    refused(bytes, 'gb18030', 'it is no UTF-8, UTF-16 or GB18030 text; save the file as UTF-8')
  );
}

function markOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}

function decoded(bytes: Uint8Array, letters: Letters): (TextOfBytes & { readonly ok: true }) | null {
  try {
    return { ok: true, text: new TextDecoder(letters, { fatal: true }).decode(bytes), letters };
  } catch {
    return null;
  }
}

function refused(bytes: Uint8Array, letters: Letters, reason: string): TextOfBytes {
  const lines = letters.startsWith('utf-16') ? wideLines(bytes, letters) : narrowLines(bytes);
  let line = 0;
  for (const each of lines) {
    line += 1;
    if (!decoded(each, letters)) break;
  }
  return { ok: false, line, reason };
}

/** More lines with other letters than ASCII's are UTF-8 than are not. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  let more = 0;
  for (const line of narrowLines(bytes)) if (line.some((byte) => byte > 0x7f)) more += decoded(line, 'utf-8') ? 1 : -1;
  return more > 0;
}

function* narrowLines(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(LINE_END, from);
    const to = end < 0 ? bytes.length : end + 1;
    yield bytes.subarray(from, to);
    from = to;
  }
}

function* wideLines(bytes: Uint8Array, letters: Letters): Generator<Uint8Array> {
  const [low, high] = letters === 'utf-16le' ? [0, 1] : [1, 0];
  let from = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    const isEnd = bytes[at + low] === LINE_END && bytes[at + high] === 0;
    if (!isEnd && at + 2 < bytes.length) continue;
    yield bytes.subarray(from, at + 2);
    from = at + 2;
  }
}

function lineAt(bytes: Uint8Array, at: number): number {
  return bytes.subarray(0, at).reduce((lines, byte) => lines + (byte === LINE_END ? 1 : 0), 1);
}
