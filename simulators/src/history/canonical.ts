import { createHash } from 'node:crypto';
import type { IncidentEvent } from '@keepsite/edge-contract';
import { SimulatorError } from '../errors.ts';

/** What the first event of an edge names as its predecessor. */
export const CHAIN_BEGINS = '0'.repeat(64);

/**
 * Canonical JSON (RFC 8785): members sorted by UTF-16 code units, no white space, numbers and
 * strings as ECMAScript prints them. Throws SIM_BAD_INPUT for what JSON cannot hold.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new SimulatorError('SIM_BAD_INPUT', 'JSON cannot hold a number that is not finite');
    return String(value);
  }
  if (typeof value === 'string') return stringText(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object') throw new SimulatorError('SIM_BAD_INPUT', `JSON cannot hold a ${typeof value}`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${stringText(name)}:${canonical(member)}`).join(',')}}`;
}

/** The next link: adds `prev` and `hash` to an event. The hash leaves out `hash` and `signature`. */
export function chained(event: Omit<IncidentEvent, 'prev' | 'hash' | 'signature'>, prev: string): IncidentEvent {
  const linked = { ...event, prev };
  const hash = createHash('sha256').update(canonical(linked), 'utf8').digest('hex');
  return { ...linked, hash, signature: null };
}

function stringText(text: string): string {
  if (!text.isWellFormed()) throw new SimulatorError('SIM_BAD_INPUT', 'a lone surrogate cannot be written as UTF-8');
  return JSON.stringify(text);
}
