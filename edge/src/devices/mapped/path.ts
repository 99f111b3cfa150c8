/** A way into a JSON value, step by step; no steps: the value itself. */
export type Path = readonly (string | number)[];

const STEP = /\.?([\p{L}_][\p{L}\p{N}_-]*)|\[(\d{1,6})\]|\["((?:[^"\\]|\\.)*)"\]|\.(\d[\w-]*)/uy;

/** Reads `data.items[0]["a b"]`, with or without a leading `$`; undefined when it is no path. */
export function parsePath(text: string): Path | undefined {
  const rest = text.trim().replace(/^\$/, '');
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < rest.length) {
    const found = STEP.exec(rest);
    if (!found) return undefined;
    const quoted = found[3]?.replace(/\\(.)/g, '$1');
    steps.push(found[2] === undefined ? (found[1] ?? quoted ?? found[4] ?? '') : Number(found[2]));
  }
  return steps;
}

/**
 * The value at a path; undefined where there is none. Only own members of objects and lists are
 * reached, so no path leads to a prototype.
 */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    if (Array.isArray(here) && typeof step !== 'number') return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}
