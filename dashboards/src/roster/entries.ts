import { Calendar, ContractTargets, Plan, Roster, type ResponseBook } from '@keepsite/edge-contract';
import type { Part } from './differences.ts';
import { listOf, type RawEntry } from './plan-form.ts';
import { isRecord, isSame, type RawBook } from './written.ts';

/** The entries of a part; what is none at all is an empty one, so that its place stays. */
export function entriesOf(raw: RawBook, part: Part): readonly RawEntry[] {
  return listOf(raw[part]).map((entry) => (isRecord(entry) ? entry : {}));
}

const NO_NAME = { en: '', zh: '' };
/** From eight o'clock on, as most shifts are handed over. */
const HAND_OVER = 'T08:00';

/** What a new layer says before anybody has said more: turns of a week from a day on. */
export function newLayer(id: string, day: string): RawEntry {
  return { id, members: [], from: `${day}${HAND_OVER}`, every: 1, unit: 'weeks' };
}

/** A new entry of a part under an id; `day` is today, `zone` where its clock stands. */
export function newEntry(
  part: Part,
  id: string,
  { day, zone }: { readonly day: string; readonly zone: string },
): RawEntry {
  const year = Number(day.slice(0, 4)) + 1;
  const made: Record<Part, RawEntry> = {
    plans: { id, version: 1, steps: [{ afterSeconds: 0, page: [] }] },
    people: { id, name: '', skills: [], addresses: [] },
    crews: { id, name: NO_NAME, members: [] },
    rosters: { id, version: 1, name: NO_NAME, zone, layers: [newLayer('turns', day)] },
    contracts: { id, version: 1, terms: Plan.shape.terms.parse(undefined) },
    calendars: { id, version: 1, name: NO_NAME, from: `${year}-01-01`, to: `${year}-12-31`, days: [] },
  };
  return made[part];
}

/** A copy under another id: a first version, without what was changed from day to day. */
export function copied(entry: RawEntry, id: string): RawEntry {
  const { overrides: _, swaps: __, notes: ___, ...rest } = entry;
  return { ...rest, id, ...('version' in entry && { version: 1 }) };
}

interface Shape {
  safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown };
}

/** What makes a new version, by part: people and crews have none, and a stand-in is no new version of a roster. */
const VERSIONED: { readonly [part in Part]?: Shape } = {
  plans: Plan,
  rosters: Roster.omit({ overrides: true, swaps: true, notes: true }),
  contracts: ContractTargets,
  calendars: Calendar,
};

/**
 * An entry that differs from the one in force under its id has the version behind that one's; one that
 * says what is in force again has its version again.
 */
export function counted(part: Part, entry: RawEntry, inForce: ResponseBook | null): RawEntry {
  const shape = VERSIONED[part];
  const before: RawEntry | undefined = inForce?.[part].find(({ id }) => id === entry['id']);
  if (!shape || !before) return entry;
  const last = Number(before['version']);
  const was = shape.safeParse(before);
  const is = shape.safeParse({ ...entry, version: last });
  if (is.success && isSame(is.data, was.data)) return { ...entry, version: last };
  const own = typeof entry['version'] === 'number' ? entry['version'] : 0;
  return own > last ? entry : { ...entry, version: last + 1 };
}
