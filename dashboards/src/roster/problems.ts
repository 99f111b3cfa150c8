import type { ResponseFinding } from '@keepsite/edge-contract';
import { fieldKind, type FieldKind } from './field-text.ts';
import type { Path } from './plan-form.ts';
import type { Issue } from './written.ts';

/** What is wrong with a field: a sentence of the checks, or that its value is none of its kind. */
export type Problem =
  | { readonly level: ResponseFinding['level']; readonly text: ResponseFinding['text'] }
  | { readonly level: 'error'; readonly wrong: FieldKind };

/** Problems of one plan by the path of their field, `steps.1.page`; '' is the plan itself. */
export type Problems = ReadonlyMap<string, readonly Problem[]>;

/** What is said of the plan at a place of the book, at the fields that it concerns. */
export function problemsOf(
  { id, index }: { readonly id: unknown; readonly index: number },
  findings: readonly ResponseFinding[],
  issues: readonly Issue[],
): Problems {
  const found = new Map<string, Problem[]>();
  const tell = (key: string, problem: Problem): void => void found.set(key, [...(found.get(key) ?? []), problem]);
  for (const { place, field, level, text } of findings) {
    const within = placeWithin(place, `plans.${String(id)}`);
    if (within !== null) tell([...within, ...(field === undefined ? [] : [field])].join('.'), { level, text });
  }
  for (const { path } of issues)
    if (path[0] === 'plans' && path[1] === index)
      tell(path.slice(2).join('.'), { level: 'error', wrong: fieldKind(path) });
  return found;
}

/** Steps are counted from one in sentences and from nought in a list. */
function placeWithin(place: string, plan: string): string[] | null {
  if (place === plan) return [];
  if (!place.startsWith(`${plan}.`)) return null;
  const [first = '', second, ...rest] = place.slice(plan.length + 1).split('.');
  if (second === undefined) return [first];
  return [first, first === 'steps' ? String(Number(second) - 1) : second, ...rest];
}

/** What is wrong with a field; `within`: also with whatever lies inside it. */
export function problemsAt(problems: Problems, path: Path, within = false): readonly Problem[] {
  const key = path.join('.');
  if (!within) return problems.get(key) ?? [];
  return [...problems].flatMap(([at, all]) => (at === key || at.startsWith(`${key}.`) ? all : []));
}
