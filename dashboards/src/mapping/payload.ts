/** A way into a JSON value, step by step. */
export type Steps = readonly (string | number)[];
export type Leaf = string | number | boolean | null;

/** One line of a payload as it is shown: a value that can be used, or the opening of an object or a list. */
export type PayloadRow = {
  readonly steps: Steps;
  readonly path: string;
  readonly label: string;
  readonly depth: number;
} & ({ readonly leaf: true; readonly value: Leaf } | { readonly leaf: false; readonly list: boolean });

const MOST_ROWS = 300;
const PLAIN_STEP = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** Writes a way as a mapping's path: `data.items[0]["a b"]`; no steps: `$`. */
export function pathText(steps: Steps): string {
  const text = steps
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return PLAIN_STEP.test(step) ? `.${step}` : `["${step.replaceAll(/["\\]/g, String.raw`\$&`)}"]`;
    })
    .join('');
  return text === '' ? '$' : text.replace(/^\./, '');
}

/** The list that a value is an entry of; null where it has a name of its own. */
export function listPath(steps: Steps): string | null {
  return typeof steps.at(-1) === 'number' ? pathText(steps.slice(0, -1)) : null;
}

/** The lines of a payload, at most 300; a payload that is no JSON is one text at `$`. */
export function payloadRows(text: string): PayloadRow[] {
  const rows: PayloadRow[] = [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = text.trim();
  }
  walk(value, [], rows);
  return rows;
}

/** Whether a mapping must read it as `payload: text`. */
export function isBareText(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

function walk(value: unknown, steps: Steps, rows: PayloadRow[]): void {
  if (rows.length >= MOST_ROWS) return;
  const row = { steps, path: pathText(steps), label: labelOf(steps), depth: steps.length };
  if (typeof value !== 'object' || value === null) {
    rows.push({ ...row, leaf: true, value: value as Leaf });
    return;
  }
  if (steps.length > 0) rows.push({ ...row, leaf: false, list: Array.isArray(value) });
  const inner = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [step, member] of inner) walk(member, [...steps, step], rows);
}

function labelOf(steps: Steps): string {
  const last = steps.at(-1);
  if (last === undefined) return '$';
  return typeof last === 'number' ? `[${last}]` : last;
}

/** Splits what `mosquitto_sub -v` prints, `topic payload`; undefined where the text is no such line. */
export function splitPrinted(text: string): { topic: string; payload: string } | undefined {
  const found = /^([^\s{["]*\/[^\s{["]*)\s+(\S[\s\S]*)$/.exec(text.trim());
  return found?.[1] && found[2] ? { topic: found[1], payload: found[2] } : undefined;
}
