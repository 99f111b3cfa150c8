/** What the channels of a frame say, in the names and units of the vendor's codec. */
export type Reading = Record<string, unknown>;

/** One kind of value in a frame: its length, fixed or told by its own bytes, and what it adds; null: nothing of ours. */
export interface Channel {
  readonly bytes: number | ((view: DataView, at: number) => number);
  readonly read: ((view: DataView, at: number, reading: Reading) => void) | null;
}

/** Channel and type, one byte each, and what they say. */
export type Entry = readonly [code: number, channel: Channel];

type Raw = (view: DataView, at: number) => number;

export const u8: Raw = (view, at) => view.getUint8(at);
export const u16: Raw = (view, at) => view.getUint16(at, true);
export const i16: Raw = (view, at) => view.getInt16(at, true);
export const u32: Raw = (view, at) => view.getUint32(at, true);
export const f16: Raw = (view, at) => view.getFloat16(at, true);
const LENGTHS: ReadonlyMap<Raw, number> = new Map([
  [u8, 1],
  [u16, 2],
  [i16, 2],
  [u32, 4],
  [f16, 2],
]);

/** A number; bytes after it (the alarm that it caused) belong to the same channel. */
export function value(name: string, raw: Raw, divisor = 1, after = 0): Channel {
  return {
    bytes: (LENGTHS.get(raw) ?? 0) + after,
    read: (view, at, reading) => {
      reading[name] = raw(view, at) / divisor;
    },
  };
}

export function words(name: string, list: readonly string[]): Channel {
  return {
    bytes: 1,
    read: (view, at, reading) => {
      reading[name] = list[u8(view, at)] ?? `code ${u8(view, at)}`;
    },
  };
}

/** A number, or one of the values (unsigned, as long as the number) that stand for a failure. */
export function measured(
  name: string,
  status: string,
  raw: Raw,
  divisor: number,
  failures: ReadonlyMap<number, string>,
): Channel {
  const bytes = LENGTHS.get(raw) ?? 2;
  const code = bytes === 1 ? u8 : u16;
  return {
    bytes,
    read: (view, at, reading) => {
      const failure = failures.get(code(view, at));
      if (failure === undefined) reading[name] = raw(view, at) / divisor;
      else reading[status] = failure;
    },
  };
}

/** Bytes that say nothing of the facility. */
export const nothing = (bytes: Channel['bytes']): Channel => ({ bytes, read: null });

/** An entry of the store after an outage: seconds, then the channels' values at their places. */
export function history(bytes: number, ...parts: readonly (readonly [place: number, channel: Channel])[]): Channel {
  return {
    bytes,
    read: (view, at, reading) => {
      const entry: Reading = { timestamp: u32(view, at) };
      for (const [place, channel] of parts) channel.read?.(view, at + place, entry);
      const before = reading['history'];
      reading['history'] = Array.isArray(before) ? [...before, entry] : [entry];
    },
  };
}

/** Maximum, minimum, now, and which alarm; only now is now. */
export function currentOfAlarm(name: string, divisor: number): Channel {
  return {
    bytes: 7,
    read: (view, at, reading) => {
      reading[name] = u16(view, at + 4) / divisor;
    },
  };
}
