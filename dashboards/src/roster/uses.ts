import type { Part } from './differences.ts';
import { entriesOf } from './entries.ts';
import { listOf, textsOf, valueAt, type RawEntry } from './plan-form.ts';
import type { RawBook } from './written.ts';

/** In which list of an entry somebody is named. */
export type Place = 'members' | 'layer' | 'override' | 'swap' | 'calendar' | 'step' | 'alert' | 'approvers';

/** One place of a book where an id is named. */
export interface Use {
  readonly part: Part;
  /** The entry that names it. */
  readonly id: string;
  readonly place: Place;
  /** Which of its layers, overrides or swaps, by id; which step, counted from one. Null: there is only one. */
  readonly which: string | null;
}

interface Naming extends Use {
  readonly names: readonly string[];
}

/** Where the entries of a part may be named at all. */
const NAMED_AT: Readonly<Record<Part, readonly Place[]>> = {
  people: ['members', 'layer', 'override', 'swap', 'step', 'alert', 'approvers'],
  crews: ['layer', 'step', 'alert', 'approvers'],
  rosters: ['step', 'alert'],
  calendars: ['calendar'],
  contracts: [],
  plans: [],
};

/** Calendars that every gateway comes with: a book names them without bringing them along. */
export const SHIPPED_CALENDARS: readonly string[] = ['china'];

/**
 * Every place that an entry cannot be taken away from: whoever is named there would be missing. None when
 * another entry has the same id, or something of that id is there anyway.
 */
export function usesOf(raw: RawBook, part: Part, id: string): Use[] {
  const stays = entriesOf(raw, part).filter((entry) => entry['id'] === id).length > 1;
  if (stays || (part === 'calendars' && SHIPPED_CALENDARS.includes(id))) return [];
  return namings(raw)
    .filter(({ place, names }) => NAMED_AT[part].includes(place) && names.includes(id))
    .map(({ part: at, id: owner, place, which }) => ({ part: at, id: owner, place, which }));
}

function namings(raw: RawBook): Naming[] {
  return [
    ...entriesOf(raw, 'crews').map((crew) => naming('crews', crew, 'members', crew['members'])),
    ...entriesOf(raw, 'rosters').flatMap(ofRoster),
    ...entriesOf(raw, 'plans').flatMap(ofPlan),
  ];
}

function ofRoster(roster: RawEntry): Naming[] {
  const each = (list: string, place: Place, namesOf: (one: unknown) => unknown): Naming[] =>
    listOf(roster[list]).map((one) => naming('rosters', roster, place, namesOf(one), valueAt(one, ['id'])));
  return [
    naming('rosters', roster, 'calendar', [roster['calendar']]),
    ...each('layers', 'layer', (layer) => valueAt(layer, ['members'])),
    ...each('overrides', 'override', (one) => ['on', 'off'].flatMap((side) => listOf(valueAt(one, [side])))),
    ...each('swaps', 'swap', (one) => ['give', 'take'].map((side) => valueAt(one, [side, 'person']))),
  ];
}

function ofPlan(plan: RawEntry): Naming[] {
  return [
    ...listOf(plan['steps']).map((step, at) => naming('plans', plan, 'step', valueAt(step, ['page']), String(at + 1))),
    naming('plans', plan, 'alert', plan['alert']),
    naming('plans', plan, 'approvers', valueAt(plan, ['authority', 'approvers'])),
  ];
}

function naming(part: Part, entry: RawEntry, place: Place, names: unknown, which: unknown = null): Naming {
  const id = String(entry['id'] ?? '');
  return { part, id, place, which: typeof which === 'string' ? which : null, names: textsOf(names) };
}
