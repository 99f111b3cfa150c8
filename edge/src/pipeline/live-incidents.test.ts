import type { Incident, Response } from '@keepsite/edge-contract';
import { instantText } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueAt } from '../domain/incident.ts';
import { isOpen } from '../domain/incident-state.ts';
import { Journal, Journaled } from './journal.ts';
import { LiveIncidents } from './live-incidents.ts';

const RESPONSES: readonly Response[] = ['open', 'acknowledged', 'on_site', 'resolved', 'closed', 'cancelled'];

function incident(id: string, response: Response, second: number | null): Incident {
  const next = second === null ? null : { step: 1, at: instantText(second * 1_000) };
  const asset = `asset-${id.length}`;
  const plain = { id, asset, fault: 'leak', response, next, clocks: [], condition: 'active', resolvedAt: null };
  return { ...plain, openedAt: instantText(0) } as unknown as Incident;
}

test('whatever transactions write and take back, who is due, how many are open and of what is what the incidents say', () => {
  const id = fc.integer({ min: 0, max: 12 }).map((n) => `i-${n}`);
  const second = fc.option(fc.integer({ min: 0, max: 20 }));
  const step = fc.oneof(
    fc.record({ id, response: fc.constantFrom(...RESPONSES), second }),
    fc.record({ gone: id }),
    fc.constantFrom('mark' as const, 'undo' as const, 'undo all' as const, 'commit' as const, 'ask' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 21 }), (steps, now) => {
      const journal = new Journal();
      const live = new LiveIncidents([incident('i-0', 'open', 5)]);
      const cells = new Journaled(live, journal);
      for (const one of steps) {
        if (one === 'mark') journal.mark();
        else if (one === 'undo') journal.undo();
        else if (one === 'undo all') journal.undoAll();
        else if (one === 'commit') journal.clear();
        else if (one === 'ask') live.nextDue();
        else if ('gone' in one) cells.delete(one.gone);
        else cells.set(one.id, incident(one.id, one.response, one.second));
      }
      const all = [...live.keys()].flatMap((key) => live.get(key) ?? []);
      const at = now * 1_000;
      expect(live.open).toBe(all.filter(isOpen).length);
      for (const asset of ['asset-3', 'asset-4'])
        expect(new Set(live.ofFault(`${asset}\nleak`))).toEqual(new Set(all.filter((each) => each.asset === asset)));
      expect(live.nextDue()).toBe(Math.min(Infinity, ...all.flatMap((each) => dueAt(each) ?? [])));
      const due = all.filter((each) => (dueAt(each) ?? Infinity) <= at).map((each) => each.id);
      expect(new Set(live.due(at, 99))).toEqual(new Set(due));
    }),
    { numRuns: 500 },
  );
});
