import type { ResponseBook } from '@keepsite/edge-contract';
import type { Path } from './plan-form.ts';
import { isRecord, isSame } from './written.ts';

/** The parts of a book that people change. */
export const PARTS = ['plans', 'people', 'crews', 'rosters', 'contracts', 'calendars'] as const;
export type Part = (typeof PARTS)[number];

/** One thing that is not what it was. `path` within a plan; of other parts only that something changed is said. */
export type Difference =
  | { readonly what: 'added' | 'removed' | 'changed' | 'moved'; readonly part: Part; readonly id: string }
  | {
      readonly what: 'step_added' | 'step_removed';
      readonly id: string;
      readonly step: number;
      readonly value: unknown;
    }
  | {
      readonly what: 'field';
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
    return part === 'plans' ? ofPlan(one.id, old, one) : [{ what: 'changed', part, id: one.id }];
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
  const { steps: was = [], version: _, ...old } = before as { steps?: readonly unknown[]; version?: number };
  const {
    steps: is = [],
    version: __,
    ...now
  } = after as typeof before & { steps?: readonly unknown[]; version?: number };
  return [...ofFields(id, [], old, now), ...ofSteps(id, was, is)];
}

/** Steps that are alike at either end are the same ones; of those between, as many as there were have changed. */
function ofSteps(id: string, was: readonly unknown[], is: readonly unknown[]): Difference[] {
  const head = alike(was, is);
  const tail = alike(was.slice(head).toReversed(), is.slice(head).toReversed());
  const [old, now] = [was.slice(head, was.length - tail), is.slice(head, is.length - tail)];
  if (old.length === now.length) return now.flatMap((step, at) => ofFields(id, ['steps', head + at], old[at], step));
  return [
    ...old.map((value, at): Difference => ({ what: 'step_removed', id, step: head + at, value })),
    ...now.map((value, at): Difference => ({ what: 'step_added', id, step: head + at, value })),
  ];
}

/** How many are alike from the beginning on. */
function alike(a: readonly unknown[], b: readonly unknown[]): number {
  const first = a.findIndex((one, at) => at >= b.length || !isSame(one, b[at]));
  return first < 0 ? a.length : first;
}

function ofFields(id: string, path: Path, before: unknown, after: unknown): Difference[] {
  if (isSame(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [{ what: 'field', id, path, before, after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => ofFields(id, [...path, key], before[key], after[key]));
}
