import type { SlaReport } from '@keepsite/cloud-contract';
import { instantText, type Millis } from '@keepsite/edge-contract';
import type { BlindSpell } from './alarm/alarm.ts';

/**
 * When nothing was heard of a client's sites within [from, to), clipped to it and to `now`. `seconds`
 * counts an instant once however many gateways were silent in it. This time is unknown: it is listed
 * beside the verdicts and is never good time; what the edge decided meanwhile comes later, as evidence.
 */
export function blindTime(
  spells: readonly BlindSpell[],
  { from, to, now }: { readonly from: Millis; readonly to: Millis; readonly now: Millis },
): NonNullable<SlaReport['blind']> {
  const clipped = spells
    .map(({ edge, since, until }) => ({ edge, from: Math.max(since, from), to: Math.min(until ?? now, to), until }))
    .filter((spell) => spell.from < spell.to)
    .toSorted((a, b) => a.from - b.from);
  let seconds = 0;
  let covered = -Infinity;
  for (const spell of clipped) {
    seconds += Math.max(0, spell.to - Math.max(covered, spell.from)) / 1000;
    covered = Math.max(covered, spell.to);
  }
  return {
    seconds,
    spells: clipped.map((spell) => ({
      edge: spell.edge,
      from: instantText(spell.from),
      to: spell.until === null && spell.to === now ? null : instantText(spell.to),
    })),
  };
}
