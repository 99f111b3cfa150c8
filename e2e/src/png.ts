import { inflateSync } from 'node:zlib';

/** A picture: brightness 0…255 of each pixel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly light: Uint8Array;
}

const SIGNATURE_BYTES = 8;
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** Reads a screenshot: PNG of 8 bits a channel, colour with or without alpha, not interlaced (W3C PNG, third edition). */
export function readPng(bytes: Buffer): Picture {
  const parts: Buffer[] = [];
  let header = Buffer.alloc(0);
  for (let at = SIGNATURE_BYTES; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = Buffer.from(data);
    if (type === 'IDAT') parts.push(data);
    at += length + 12;
  }
  const channels = CHANNELS[header[9] ?? 0];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) throw new Error('this is no screenshot');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = unfilter(inflateSync(Buffer.concat(parts)), width * channels, channels);
  const light = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const at = pixel * channels;
    return ((rows[at] ?? 0) + (rows[at + 1] ?? 0) + (rows[at + 2] ?? 0)) / 3;
  });
  return { width, height, light };
}

/** Undoes the five filters of PNG §9, line by line. */
function unfilter(raw: Buffer, stride: number, channels: number): Uint8Array {
  const lines = raw.length / (stride + 1);
  const out = new Uint8Array(lines * stride);
  for (let line = 0; line < lines; line++) {
    const filter = raw[line * (stride + 1)] ?? 0;
    for (let i = 0; i < stride; i++) {
      const at = line * stride + i;
      const left = i >= channels ? (out[at - channels] ?? 0) : 0;
      const up = line > 0 ? (out[at - stride] ?? 0) : 0;
      const corner = i >= channels && line > 0 ? (out[at - stride - channels] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[at] = (raw[line * (stride + 1) + 1 + i] ?? 0) + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
