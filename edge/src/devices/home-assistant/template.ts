/** What a value template picks out of a payload, as plain JSON. */
export interface Pick {
  /** Keys into the JSON; null: the payload itself. */
  readonly path: readonly (string | number)[] | null;
  readonly steps: readonly Step[];
}

type Step =
  | { readonly do: 'times' | 'by'; readonly number: number }
  | { readonly do: 'round'; readonly decimals: number }
  | { readonly do: 'whole' };

/** The payload itself. */
export const WHOLE: Pick = { path: null, steps: [] };
const OUTER = /^\{\{-?([^{}]+?)-?\}\}$/;
const BASE = /^\s*(value_json|value)((?:\.[A-Za-z_]\w*|\[\s*(?:'[^'\]]*'|"[^"\]]*"|\d{1,4})\s*\])*)/;
const KEY = /\.([A-Za-z_]\w*)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]/g;
/** Filters that do not change a number; a default is not what the device said, so it is never used. */
const FILTER = /^\s*\|\s*(float|int|round|is_defined|default|d|string|trim)\s*(?:\(([^()]*)\))?/;
const SCALE = /^\s*([*/])\s*(\d+(?:\.\d+)?)/;
const MAX_LENGTH = 300;

/**
 * Understands the plain templates: a path into `value_json` or `value`, `| float`, `| int`,
 * `| round(n)`, and one multiplication or division by a number. Undefined for every other program:
 * half understood, it would give wrong numbers.
 */
export function readTemplate(template: string | undefined): Pick | undefined {
  if (template === undefined || template.trim() === '') return WHOLE;
  const inner = template.length > MAX_LENGTH ? undefined : OUTER.exec(template.trim())?.[1];
  return inner === undefined ? undefined : expression(inner);
}

/** `( … ) * 2 | round(1)`: what stands in brackets first, then what follows. */
function expression(text: string): Pick | undefined {
  const bracketed = /^\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)(.*)$/s.exec(text);
  const first = bracketed ? expression(bracketed[1] ?? '') : base(text);
  if (!first) return undefined;
  const rest = bracketed ? (bracketed[2] ?? '') : text.slice(BASE.exec(text)?.[0].length);
  const steps = suffixes(rest);
  return steps && { path: first.path, steps: [...first.steps, ...steps] };
}

function base(text: string): Pick | undefined {
  const found = BASE.exec(text);
  if (!found) return undefined;
  const [, variable, accessors = ''] = found;
  if (variable === 'value') return accessors === '' ? WHOLE : undefined;
  const path = [...accessors.matchAll(KEY)].map(([, name, single, double, index]) =>
    index === undefined ? (name ?? single ?? double ?? '') : Number(index),
  );
  return { path, steps: [] };
}

/** Filters bind closer than `*` and `/`, so those behind a bare number belong to it and do nothing. */
function suffixes(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = text;
  let scaled = false;
  while (rest.trim() !== '') {
    const scale = scaled ? null : SCALE.exec(rest);
    const filter = scale ? null : FILTER.exec(rest);
    if (scale) {
      const number = Number(scale[2]);
      if (number === 0) return undefined;
      steps.push({ do: scale[1] === '*' ? 'times' : 'by', number });
      scaled = true;
    } else if (filter) {
      const step = scaled ? null : filterStep(filter[1] ?? '', filter[2] ?? '');
      if (step === undefined) return undefined;
      if (step !== null) steps.push(step);
    } else return undefined;
    rest = rest.slice((scale ?? filter)?.[0].length);
  }
  return steps;
}

/** Null: a filter that leaves the value as it is. Undefined: one that does not. */
function filterStep(name: string, argument: string): Step | null | undefined {
  if (name === 'int') return { do: 'whole' };
  if (name === 'round') {
    const decimals = argument.trim() === '' ? 0 : Number(argument);
    return Number.isInteger(decimals) && decimals >= 0 && decimals <= 10 ? { do: 'round', decimals } : undefined;
  }
  return null;
}

/** Follows a path by own keys; undefined where it ends early. */
export function follow(value: unknown, path: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    if (Array.isArray(found) && typeof key !== 'number') return undefined;
    found = (found as Readonly<Record<string | number, unknown>>)[key];
  }
  return found;
}

/** Applies what a template does to a number; 15 digits, so that a factor leaves no noise. */
export function calculate(value: number, steps: readonly Step[]): number {
  return steps.reduce((result, step) => {
    switch (step.do) {
      case 'times':
        return Number((result * step.number).toPrecision(15));
      case 'by':
        return Number((result / step.number).toPrecision(15));
      case 'round':
        return Number(result.toFixed(step.decimals));
      case 'whole':
        return Math.trunc(result);
    }
  }, value);
}
