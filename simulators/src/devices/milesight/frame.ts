/** One value of a frame: channel, type, then its bytes. Source: the README of each model in Milesight-IoT/SensorDecoders. */
export function channel(id: number, type: number, ...bytes: readonly number[]): number[] {
  return [id, type, ...bytes];
}

/** Little end first; a negative number in two's complement. */
export function bytesOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor(value / 2 ** (8 * index)) & 0xff);
}

export function frameOf(...channels: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(channels.flat());
}
