import type { JsonObject } from '../json.ts';
import type { Channel, Reading } from './channels.ts';
import { channelsOf } from './models.ts';

/** What a frame says in the names of the vendor's codec, and why some of it could not be read. */
export interface Frame {
  readonly object: JsonObject;
  readonly problem: string | null;
}

const ANSWERS = new Set([0xf8, 0xf9, 0xfe, 0xff]);

/**
 * Reads a frame that no codec has read: one channel byte, one type byte and its value, again and
 * again. Which channel means what depends on the model, so the model's name must be known. Never throws.
 */
export function readFrame(base64: string, model: string): Frame {
  const channels = channelsOf(model);
  if (!channels)
    return unread('the frame’s meaning depends on the model: put its name, such as EM300-SLD, into the device profile');
  const bytes = bytesOf(base64);
  if (!bytes) return unread('the frame is not base64');
  const reading: Reading = {};
  const problem = readChannels(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), channels, reading);
  return { object: reading, problem };
}

function unread(problem: string): Frame {
  return { object: {}, problem };
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}

function readChannels(view: DataView, channels: ReadonlyMap<number, Channel>, reading: Reading): string | null {
  let at = 0;
  while (at + 2 <= view.byteLength) {
    const code = view.getUint16(at);
    const channel = channels.get(code);
    if (!channel)
      return isRest(view, at)
        ? null
        : `channel ${hexadecimal(code)} is none of this model’s: the frame is unread from here`;
    const end = at + 2 + (typeof channel.bytes === 'number' ? channel.bytes : channel.bytes(view, at + 2));
    if (end > view.byteLength) return `the frame is cut within channel ${hexadecimal(code)}`;
    channel.read?.(view, at + 2, reading);
    at = end;
  }
  return at === view.byteLength ? null : 'the frame is cut';
}

/** Answers to commands have lengths of their own and say nothing; zeros fill up. */
function isRest(view: DataView, at: number): boolean {
  if (ANSWERS.has(view.getUint8(at))) return true;
  for (let i = at; i < view.byteLength; i += 1) if (view.getUint8(i) !== 0) return false;
  return true;
}

function hexadecimal(code: number): string {
  return code.toString(16).padStart(4, '0');
}
