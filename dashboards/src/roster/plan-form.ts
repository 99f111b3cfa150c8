import { Plan } from '@keepsite/edge-contract';
import { isRecord } from './written.ts';

/** A plan, a person, a roster… as it stands in the text, right or wrong. */
export type RawEntry = Readonly<Record<string, unknown>>;
/** Where a value stands within one: `['steps', 1, 'afterSeconds']`. */
export type Path = readonly (string | number)[];

/** A plan with the targets that count where it says nothing of them: changing one must not lose the other. */
export function withTargets(plan: RawEntry): RawEntry {
  return plan['terms'] === undefined ? { ...plan, terms: Plan.shape.terms.parse(undefined) } : plan;
}

/** The value at a path; undefined: there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value) || isRecord(value)) return (value as Record<string | number, unknown>)[key];
    return undefined;
  }, root);
}

/** The same with another value at a path; undefined takes the key away. What lies on the way is made. */
export function withValue<T>(root: T, path: Path, value: unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return value as T;
  if (typeof key === 'number') return listOf(root).with(key, withValue(listOf(root)[key], rest, value)) as T;
  const record: RawEntry = isRecord(root) ? root : {};
  const { [key]: before, ...others } = record;
  const after = withValue(before, rest, value);
  return (after === undefined ? others : { ...record, [key]: after }) as T;
}

/** A list in which one has moved by some places; unchanged at either end. */
export function moved<T>(list: readonly T[], at: number, by: -1 | 1): readonly T[] {
  const to = at + by;
  const [one, other] = [list[at], list[to]];
  return to < 0 || one === undefined || other === undefined ? list : list.with(at, other).with(to, one);
}

/** What a plan's list holds; empty where there is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list, such as ids. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((one) => typeof one === 'string');
}

/** A further step: a minute after the last one, unless somebody has the case. */
export function nextStep(plan: RawEntry): RawEntry {
  const times = listOf(plan['steps']).map((step) => valueAt(step, ['afterSeconds']));
  const last = Math.max(...times.filter((time) => typeof time === 'number'));
  return Number.isFinite(last) ? { afterSeconds: last + 60, when: 'open', page: [] } : { afterSeconds: 0, page: [] };
}

/** True when a step stands before one that is due earlier. */
export function isOutOfOrder(plan: RawEntry): boolean {
  const steps = listOf(plan['steps']);
  return steps.some((step, at) => timeOf(step) < timeOf(steps[at - 1]));
}

/** The plan with its steps by their time; those of one time stay as they stood. */
export function inOrder(plan: RawEntry): RawEntry {
  return { ...plan, steps: listOf(plan['steps']).toSorted((a, b) => timeOf(a) - timeOf(b)) };
}

/** A time that nobody can read keeps its place. */
function timeOf(step: unknown): number {
  const time = valueAt(step, ['afterSeconds']);
  return typeof time === 'number' ? time : Number.NaN;
}
