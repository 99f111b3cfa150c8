import type { Publication } from '../../domain/decoded.ts';
import { readPayload } from './payload.ts';
import { WireFault } from './wire.ts';

const REBIRTH = 'Node Control/Rebirth';
const NAME = new TextEncoder().encode(REBIRTH);

/** Asks an edge node to send all of its births again: an NCMD with the metric `Node Control/Rebirth` true. */
export function rebirthCommand(group: string, node: string, at: number | null): Publication {
  const time = at === null ? [] : varint(at);
  const metric = [0x0a, NAME.length, ...NAME, ...field(0x18, time), 0x20, 11, 0x70, 1];
  const payload = Uint8Array.from([...field(0x08, time), 0x12, metric.length, ...metric]);
  return { topic: `spBv1.0/${group}/NCMD/${node}`, payload };
}

/** True for an NCMD that asks its node for that. Unreadable bytes ask for nothing. */
export function asksForRebirth(payload: Uint8Array): boolean {
  try {
    return readPayload(payload).metrics.some(({ name, value }) => name === REBIRTH && (value === true || value === 1));
  } catch (error) {
    if (error instanceof WireFault) return false;
    throw error;
  }
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
