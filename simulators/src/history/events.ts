import { IncidentEvent, type IncidentFact, type Millis } from '@keepsite/edge-contract';
import type { World } from '../world/world.ts';
import { CHAIN_BEGINS, chained } from './canonical.ts';
import { FORTUNES } from './fortunes.ts';
import { incidentFacts } from './incident-facts.ts';
import { occurrencesOf, withEpisodes, type Seen } from './occurrences.ts';

/** The edge that the history comes from; it never pages anybody. */
export const HISTORY_EDGE = 'sim-history';

/**
 * Every incident event of the history, one chain, in the order of time. The same world and days give
 * the same events, hashes and numbers.
 */
export function historyEvents(world: World, from: Millis, to: Millis): IncidentEvent[] {
  const seen: Seen = new Map();
  const occurrences = withEpisodes(FORTUNES.flatMap((fortune) => occurrencesOf(world, fortune, from, to, seen)));
  const facts = occurrences.flatMap((occurrence) => incidentFacts(world.registry, occurrence));
  return chain(
    facts
      .map((fact, order) => ({ fact, order }))
      .toSorted((a, b) => compare(a.fact.at, b.fact.at) || a.order - b.order)
      .map(({ fact }) => fact),
  );
}

function chain(facts: readonly IncidentFact[]): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  for (const fact of facts) {
    const seq = events.length + 1;
    const bare = { edge: HISTORY_EDGE, seq, ...fact, recordedAt: fact.at };
    // Read through the contract first: what a reader would fill in by default must be under the hash.
    const {
      prev: _prev,
      hash: _hash,
      signature: _signature,
      ...whole
    } = IncidentEvent.parse({ ...bare, prev: CHAIN_BEGINS, hash: CHAIN_BEGINS });
    events.push(chained(whole, events.at(-1)?.hash ?? CHAIN_BEGINS));
  }
  return events;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
