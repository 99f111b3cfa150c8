/** A route of the mock: what its path looks like, and what it answers; undefined is 404. */
export type MockRoute<Input = never> = readonly [RegExp, (match: string[], input: Input) => unknown];

/** A list as every server answers it. */
export function list<T>(items: readonly T[]): { readonly items: readonly T[]; readonly next: null } {
  return { items, next: null };
}
