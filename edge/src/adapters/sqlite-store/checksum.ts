import { crc32 } from 'node:zlib';

const CRC_BYTES = 4;

/** Bytes that lie in the store are not what was written there. */
export class DamagedBytes extends RangeError {}

/** Puts a mark and a CRC-32 of the bytes before them. */
export function sealed(mark: number, bytes: Uint8Array): Uint8Array {
  const head = Buffer.alloc(1 + CRC_BYTES);
  head.writeUInt8(mark);
  head.writeUInt32LE(crc32(bytes), 1);
  return Buffer.concat([head, bytes]);
}

/** The inverse of {@link sealed}; what begins with another mark was written without a checksum. Throws DamagedBytes. */
export function unsealed(mark: number, bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== mark) return bytes;
  const own = bytes.subarray(1 + CRC_BYTES);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length <= 1 + CRC_BYTES || head.readUInt32LE(1) !== crc32(own))
    throw new DamagedBytes('the checksum is not that of the bytes');
  return own;
}

/** Reads bytes; whatever is wrong with them is a DamagedBytes. */
export function readingBytes<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof DamagedBytes) throw cause;
    throw new DamagedBytes(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
