import type { PhotoType } from '@keepsite/edge-contract';

/** What a telephone takes, made smaller by the page before it is sent, is far below this. */
export const PHOTO_BYTES = 8 * 1024 * 1024;
/** Enough for any repair, and a bound for whoever holds a link. */
export const PHOTOS_EACH = 60;

/** A photograph without anything but its picture, or why it is none. */
export type CleanedPhoto =
  | { readonly ok: true; readonly type: PhotoType; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: string };

const BROKEN = 'the picture ends before it should, or is damaged';

/**
 * Takes a photograph apart by its own bytes, whatever it was said to be, and puts it together again
 * without its metadata: where it was taken, when, with whose phone, and whatever was hung behind the
 * picture (a second one, a film). Which side is up is kept. JPEG: ITU-T T.81 Annex B and Exif 2.32 §4;
 * PNG: W3C PNG (Third Edition) §11; WebP: RFC 9649 §2.7.
 */
export function cleanPhoto(bytes: Uint8Array): CleanedPhoto {
  for (const { type, isOne, clean } of FORMATS) {
    if (!isOne(bytes)) continue;
    const cleaned = attempt(() => clean(bytes));
    return cleaned === null ? { ok: false, reason: BROKEN } : { ok: true, type, bytes: cleaned };
  }
  return { ok: false, reason: 'only JPEG, PNG and WebP pictures are kept' };
}

interface Format {
  readonly type: PhotoType;
  readonly isOne: (bytes: Uint8Array) => boolean;
  /** Null, or a RangeError, where the bytes are no whole picture. */
  readonly clean: (bytes: Uint8Array) => Uint8Array | null;
}

const FORMATS: readonly Format[] = [
  { type: 'image/jpeg', isOne: (bytes) => beginsWith(bytes, [0xff, 0xd8, 0xff]), clean: cleanJpeg },
  { type: 'image/png', isOne: (bytes) => beginsWith(bytes, PNG_BEGINS), clean: cleanPng },
  {
    type: 'image/webp',
    isOne: (bytes) => textAt(bytes, 0) === 'RIFF' && textAt(bytes, 8) === 'WEBP',
    clean: cleanWebp,
  },
];

function attempt(clean: () => Uint8Array | null): Uint8Array | null {
  try {
    return clean();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

// ------------------------------------------------------------------------------------ JPEG

const SOS = 0xda;
const EOI = 0xd9;
const APP1 = 0xe1;
/** JFIF, colour profile, Adobe's colour transform: without them the picture looks otherwise. */
const KEPT_APPS = [0xe0, 0xe2, 0xee];
const COMMENT = 0xfe;

function cleanJpeg(bytes: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, 0xd8)];
  let at = 2;
  let hasPicture = false;
  for (;;) {
    if (bytes[at] !== 0xff) return null;
    while (bytes[at] === 0xff) at += 1;
    const marker = bytes[at];
    at += 1;
    if (marker === undefined) return null;
    if (marker === EOI) return hasPicture ? joined([...parts, Uint8Array.of(0xff, EOI)]) : null;
    const segment = slice(bytes, at, u16(bytes, at));
    at += segment.length;
    const kept = keptOf(marker, segment);
    if (kept) parts.push(Uint8Array.of(0xff, marker), kept);
    if (marker !== SOS) continue;
    hasPicture = true;
    const end = endOfScan(bytes, at);
    parts.push(slice(bytes, at, end - at));
    at = end;
  }
}

/** The segment with its length; null: it is left out. */
function keptOf(marker: number, segment: Uint8Array): Uint8Array | null {
  if (marker === COMMENT) return null;
  if (marker === APP1) return uprightOf(segment);
  const isApp = marker >= 0xe0 && marker <= 0xef;
  if (!isApp) return segment;
  // APP2 also holds indexes of further pictures (CIPA DC-007): only a colour profile stays.
  if (marker === 0xe2) return textAt(segment, 2) === 'ICC_' ? segment : null;
  return KEPT_APPS.includes(marker) ? segment : null;
}

/** A marker ends the coded picture, but for stuffed bytes and restarts (T.81 §B.1.1.5, §B.2.1). */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    const isInside = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (!isInside) return at;
  }
  throw new RangeError('the scan does not end');
}

const ORIENTATION = 0x0112;
const UPRIGHT = 1;

/** An Exif segment that says which side is up, and nothing else; null when the picture stands as it is. */
function uprightOf(segment: Uint8Array): Uint8Array | null {
  const orientation = textAt(segment, 2) === 'Exif' ? orientationOf(segment.subarray(8)) : UPRIGHT;
  if (orientation === UPRIGHT) return null;
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const body = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return Uint8Array.of(0, body.length + 2, ...body);
}

/** Of the first directory of a TIFF header (Exif 2.32 §4.5); whatever cannot be understood stands upright. */
function orientationOf(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return UPRIGHT;
  const isLittle = textAt(tiff, 0).startsWith('II');
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > tiff.length) return UPRIGHT;
  const count = view.getUint16(directory, isLittle);
  for (let entry = directory + 2; entry < directory + 2 + count * 12 && entry + 12 <= tiff.length; entry += 12) {
    if (view.getUint16(entry, isLittle) !== ORIENTATION) continue;
    const value = view.getUint16(entry + 8, isLittle);
    return value >= 1 && value <= 8 ? value : UPRIGHT;
  }
  return UPRIGHT;
}

// ------------------------------------------------------------------------------------ PNG

const PNG_BEGINS = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Chunks that the picture is drawn by; all text, time and Exif is left out. */
const PNG_KEPT = ['IHDR', 'PLTE', 'IDAT', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'bKGD', 'pHYs'];

function cleanPng(bytes: Uint8Array): Uint8Array | null {
  const parts = [slice(bytes, 0, PNG_BEGINS.length)];
  let hasPicture = false;
  for (let at = PNG_BEGINS.length; ;) {
    const length = u32(bytes, at) + 12;
    const chunk = slice(bytes, at, length);
    const name = textAt(chunk, 4);
    at += length;
    if (name === 'IEND') return hasPicture ? joined([...parts, chunk]) : null;
    hasPicture ||= name === 'IDAT';
    if (PNG_KEPT.includes(name)) parts.push(chunk);
  }
}

// ------------------------------------------------------------------------------------ WebP

const WEBP_KEPT = ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP', 'ANIM', 'ANMF'];
/** Flags of VP8X that promise an Exif and an XMP chunk (RFC 9649 §2.7.1). */
const METADATA_FLAGS = 0x08 | 0x04;

function cleanWebp(bytes: Uint8Array): Uint8Array | null {
  const end = Math.min(bytes.length, u32le(bytes, 4) + 8);
  const parts: Uint8Array[] = [];
  for (let at = 12; at + 8 <= end;) {
    const length = u32le(bytes, at + 4);
    const chunk = slice(bytes, at, 8 + length + (length % 2));
    const name = textAt(chunk, 0);
    at += chunk.length;
    if (name === 'VP8X') parts.push(withoutFlags(chunk));
    else if (WEBP_KEPT.includes(name)) parts.push(chunk);
  }
  if (!parts.some((chunk) => ['VP8 ', 'VP8L', 'ANMF'].includes(textAt(chunk, 0)))) return null;
  const body = joined(parts);
  const head = new Uint8Array(12);
  head.set(bytes.subarray(0, 12));
  new DataView(head.buffer).setUint32(4, body.length + 4, true);
  return joined([head, body]);
}

function withoutFlags(chunk: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(chunk);
  copy[8] = (copy[8] ?? 0) & ~METADATA_FLAGS;
  return copy;
}

// ------------------------------------------------------------------------------------ bytes

function beginsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

/** Four characters. */
function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Throws a RangeError where there are fewer bytes. */
function slice(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (length < 2 || at + length > bytes.length) throw new RangeError('the picture ends too early');
  return bytes.subarray(at, at + length);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function u16(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint16(at);
}

function u32(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint32(at);
}

function u32le(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint32(at, true);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
