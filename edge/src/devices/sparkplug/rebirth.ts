import type { Publication } from '../../domain/decoded.ts';

const NAME = new TextEncoder().encode('Node Control/Rebirth');

/** Asks an edge node to send all of its births again: an NCMD with the metric `Node Control/Rebirth` true. */
export function rebirthCommand(group: string, node: string, at: number | null): Publication {
  const time = at === null ? [] : varint(at);
  const metric = [0x0a, NAME.length, ...NAME, ...field(0x18, time), 0x20, 11, 0x70, 1];
  const payload = Uint8Array.from([...field(0x08, time), 0x12, metric.length, ...metric]);
  return { topic: `spBv1.0/${group}/NCMD/${node}`, payload };
}

function field(tag: number, value: readonly number[]): readonly number[] {
  return value.length === 0 ? [] : [tag, ...value];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
