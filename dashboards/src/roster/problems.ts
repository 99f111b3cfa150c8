import type { ResponseFinding } from '@keepsite/edge-contract';
import { fieldKind, type FieldKind } from './field-text.ts';
import type { Part } from './differences.ts';
import { listOf, valueAt, type Path, type RawEntry } from './plan-form.ts';
import type { Issue } from './written.ts';

/** What is wrong with a field: a sentence of the checks, or that its value is none of its kind. */
export type Problem =
  | { readonly level: ResponseFinding['level']; readonly text: ResponseFinding['text'] }
  | { readonly level: 'error'; readonly wrong: FieldKind };

/** Problems of one entry by the path of their field, `steps.1.page`; '' is the entry itself. */
export type Problems = ReadonlyMap<string, readonly Problem[]>;

/** An entry at its place in a book. */
export interface Placed {
  readonly part: Part;
  readonly index: number;
  readonly entry: RawEntry;
}

/** What is said of an entry, at the fields that it concerns. */
export function problemsOf(
  { part, index, entry }: Placed,
  findings: readonly ResponseFinding[],
  issues: readonly Issue[],
): Problems {
  const found = new Map<string, Problem[]>();
  const tell = (key: string, problem: Problem): void => void found.set(key, [...(found.get(key) ?? []), problem]);
  for (const { place, field, level, text } of findings) {
    const within = placeWithin(place, `${part}.${String(entry['id'])}`, entry);
    if (within !== null) tell([...within, ...(field === undefined ? [] : [field])].join('.'), { level, text });
  }
  for (const { path } of issues)
    if (path[0] === part && path[1] === index)
      tell(path.slice(2).join('.'), { level: 'error', wrong: fieldKind(path) });
  return found;
}

/** Sentences count steps from one and call layers by their id; here both are known by their place in the list. */
function placeWithin(place: string, own: string, entry: RawEntry): string[] | null {
  if (place === own) return [];
  if (!place.startsWith(`${own}.`)) return null;
  const [list = '', second, ...rest] = place.slice(own.length + 1).split('.');
  if (second === undefined) return [list];
  if (list === 'steps') return [list, String(Number(second) - 1), ...rest];
  const byId = listOf(entry[list]).findIndex((one) => valueAt(one, ['id']) === [second, ...rest].join('.'));
  return byId < 0 ? [list, second, ...rest] : [list, String(byId)];
}

/** What is wrong with a field; `within`: also with whatever lies inside it. */
export function problemsAt(problems: Problems, path: Path, within = false): readonly Problem[] {
  const key = path.join('.');
  if (!within) return problems.get(key) ?? [];
  return [...problems].flatMap(([at, all]) => (at === key || at.startsWith(`${key}.`) ? all : []));
}
