import type { ResponseBook } from '@keepsite/edge-contract';
import type { Path } from './plan-form.ts';
import { isRecord, isSame } from './written.ts';

/** The parts of a book that people change. */
export const PARTS = ['plans', 'people', 'crews', 'rosters', 'contracts', 'calendars'] as const;
export type Part = (typeof PARTS)[number];

/** One thing that is not what it was. In a `path` an entry of a list is known by its id, or by its place if it has none. */
export type Difference =
  | { readonly what: 'added' | 'removed' | 'moved'; readonly part: Part; readonly id: string }
  | {
      readonly what: 'step_added' | 'step_removed';
      readonly id: string;
      readonly step: number;
      readonly value: unknown;
    }
  | {
      readonly what: 'field';
      readonly part: Part;
      readonly id: string;
      readonly path: Path;
      readonly before: unknown;
      readonly after: unknown;
    };

/** What has changed from one book to another, part by part; nothing: they say the same. */
export function differences(before: ResponseBook, after: ResponseBook): Difference[] {
  return PARTS.flatMap((part) => ofPart(part, before[part], after[part]));
}

interface Kept {
  readonly id: string;
}

function ofPart(part: Part, before: readonly Kept[], after: readonly Kept[]): Difference[] {
  const was = new Map(before.map((one) => [one.id, one]));
  const is = new Map(after.map((one) => [one.id, one]));
  const gone = before.filter(({ id }) => !is.has(id)).map(({ id }): Difference => ({ what: 'removed', part, id }));
  const rest = after.flatMap((one): Difference[] => {
    const old = was.get(one.id);
    if (!old) return [{ what: 'added', part, id: one.id }];
    if (isSame(old, one)) return [];
    return part === 'plans' ? ofPlan(one.id, old, one) : ofEntry({ part, id: one.id }, old, one);
  });
  return [...gone, ...rest, ...(part === 'plans' ? ofOrder(before, after) : [])];
}

/** The first plan that serves an incident is taken: that one has passed another is a change. */
function ofOrder(before: readonly Kept[], after: readonly Kept[]): Difference[] {
  const both = (list: readonly Kept[], other: readonly Kept[]): string[] =>
    list.map(({ id }) => id).filter((id) => other.some((one) => one.id === id));
  const [was, is] = [both(before, after), both(after, before)];
  const passed = is.filter((id, at) => was.slice(0, was.indexOf(id)).some((one) => is.indexOf(one) > at));
  return passed.map((id) => ({ what: 'moved', part: 'plans', id }));
}

function ofPlan(id: string, before: object, after: object): Difference[] {
  const { steps: was = [], ...old } = before as { steps?: readonly unknown[] };
  const { steps: is = [], ...now } = after as typeof before & { steps?: readonly unknown[] };
  return [...ofEntry({ part: 'plans', id }, old, now), ...ofSteps(id, was, is)];
}

/** That a version counts up is no change of its own. */
function ofEntry(entry: Owner, before: object, after: object): Difference[] {
  return ofFields(entry, [], { ...before, version: null }, { ...after, version: null });
}

/** Steps that are alike at either end are the same ones; of those between, as many as there were have changed. */
function ofSteps(id: string, was: readonly unknown[], is: readonly unknown[]): Difference[] {
  const { head, old, now } = between(was, is);
  if (old.length === now.length)
    return now.flatMap((step, at) => ofFields({ part: 'plans', id }, ['steps', head + at], old[at], step));
  return [
    ...old.map((value, at): Difference => ({ what: 'step_removed', id, step: head + at, value })),
    ...now.map((value, at): Difference => ({ what: 'step_added', id, step: head + at, value })),
  ];
}

/** What stands between the equal beginnings and the equal ends of two lists, and where it begins. */
function between(was: readonly unknown[], is: readonly unknown[]) {
  const head = alike(was, is);
  const tail = alike(was.slice(head).toReversed(), is.slice(head).toReversed());
  return { head, old: was.slice(head, was.length - tail), now: is.slice(head, is.length - tail) };
}

/** How many are alike from the beginning on. */
function alike(a: readonly unknown[], b: readonly unknown[]): number {
  const first = a.findIndex((one, at) => at >= b.length || !isSame(one, b[at]));
  return first < 0 ? a.length : first;
}

interface Owner {
  readonly part: Part;
  readonly id: string;
}

function ofFields(owner: Owner, path: Path, before: unknown, after: unknown): Difference[] {
  if (isSame(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => ofFields(owner, [...path, key], before[key], after[key]));
  }
  const field = { what: 'field' as const, ...owner, path };
  if (!isListOfThings(before) || !isListOfThings(after)) return [{ ...field, before, after }];
  const [was, is] = [idsOf(before), idsOf(after)];
  if (was && is && isSame(common(was, is), common(is, was))) return ofFields(owner, path, byId(before), byId(after));
  const { head, old, now } = between(before, after);
  if (old.length === now.length) return now.flatMap((one, at) => ofFields(owner, [...path, head + at], old[at], one));
  return [
    ...old.map((value): Difference => ({ ...field, before: value, after: undefined })),
    ...now.map((value): Difference => ({ ...field, before: undefined, after: value })),
  ];
}

type Thing = Readonly<Record<string, unknown>>;

function isListOfThings(value: unknown): value is readonly Thing[] {
  return Array.isArray(value) && value.every(isRecord);
}

/** The ids of things, in their order; null: one has none, or two have the same. */
function idsOf(things: readonly Thing[]): string[] | null {
  const ids = things.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  return new Set(ids).size === things.length ? ids : null;
}

/** What both have, in the order of the first. */
function common(ids: readonly string[], others: readonly string[]): string[] {
  return ids.filter((id) => others.includes(id));
}

function byId(things: readonly Thing[]): Thing {
  return Object.fromEntries(things.map((thing) => [String(thing['id']), thing]));
}
