import type { Incident } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidentOf } from '../../testing/store-samples.ts';
import { StandingIndex } from './standing.ts';

const START = Date.parse('2026-11-22T03:00:00.000Z');
const text = { en: '', zh: '' };

const incident = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    by: fc.constantFrom(null, 'a', 'b'),
    fault: fc.constantFrom('leak' as const, 'entrapment' as const, 'no_data' as const),
    response: fc.constantFrom('open' as const, 'on_site' as const, 'resolved' as const),
    minute: fc.nat(5),
    drill: fc.boolean(),
  })
  .map(({ id, by, minute, ...rest }): Incident => {
    const openedAt = new Date(START + minute * 60_000).toISOString();
    const hold = by === null ? null : { reason: 'grouped' as const, by, text, since: openedAt, until: null };
    return incidentOf(id, { ...rest, openedAt, hold, site: 'park', asset: 'room', device: 'd' });
  });

/** Everything that can be asked of it. */
function all(index: StandingIndex) {
  const sorted = (ids: Iterable<string>) => [...ids].toSorted();
  return {
    leads: sorted(index.leads('park', START, START + 600_000)),
    followers: ['a', 'b'].map((id) => sorted(index.followers(id))),
    grew: ['a', 'b'].map((id) => index.hasFollowerSince(id, START + 60_000, START + 600_000)),
    onAsset: sorted(index.onAsset('room')),
    ofDevice: sorted(index.ofDevice('d')),
  };
}

test('whatever was written and taken back, it says what the incidents that stand say', () => {
  fc.assert(
    fc.property(fc.array(incident, { maxLength: 30 }), fc.nat(30), (writes, keep) => {
      const index = new StandingIndex();
      const cells = new Map<string, Incident>();
      const undo: (() => void)[] = [];
      const put = (id: string, after: Incident | undefined) => {
        index.note(cells.get(id), after);
        if (after) cells.set(id, after);
        else cells.delete(id);
      };
      for (const one of writes) {
        const before = cells.get(one.id);
        put(one.id, one);
        undo.push(() => put(one.id, before));
      }
      for (const back of undo.splice(keep).toReversed()) back();
      const fresh = new StandingIndex();
      for (const one of cells.values()) fresh.note(undefined, one);
      expect(all(index)).toEqual(all(fresh));
    }),
  );
});
