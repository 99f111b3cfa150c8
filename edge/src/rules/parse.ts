import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { type Rule, RuleFile } from '../domain/rule.ts';

/** What is wrong, and where: `line` counts from 1, `key` is the path to it (`rules.0.when.above`). */
export interface RuleError {
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly message: string;
}

export type ParsedRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly errors: readonly RuleError[] };

/** Enough for shared pieces of a rule, too few for a file that grows without end when it is read. */
const MAX_ALIASES = 100;

/** Reads a YAML file of rules; every fault of it is reported, with its line. */
export function parseRules(text: string, fileName: string): ParsedRules {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  if (document.errors.length > 0) {
    const errors = document.errors.map((it) => ({
      file: fileName,
      line: lineOf(it.pos[0]),
      key: '',
      message: it.message.split('\n')[0] ?? '',
    }));
    return { ok: false, errors };
  }
  const read = valueOf(document);
  if (!read.ok) return { ok: false, errors: [{ file: fileName, line: 1, key: '', message: read.reason }] };
  const parsed = RuleFile.safeParse(read.value);
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
      return { file: fileName, line: lineOf(offsetOf(document, path)), key: path.join('.'), message: issue.message };
    });
    return { ok: false, errors };
  }
  const errors = repeated(parsed.data.rules).map((i) => {
    const line = lineOf(offsetOf(document, ['rules', i, 'id']));
    return { file: fileName, line, key: `rules.${i}.id`, message: 'another rule has this id' };
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules: parsed.data.rules };
}

/** One line of text for each error, as a person would look it up. */
export function ruleErrorText({ file, line, key, message }: RuleError): string {
  return `${file}:${line}: ${key === '' ? '' : `${key}: `}${message}`;
}

function valueOf(document: Document): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Where the nearest part of the path that exists begins. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function repeated(rules: readonly Rule[]): number[] {
  const seen = new Set<string>();
  return rules.flatMap(({ id }, i) => (seen.size === seen.add(id).size ? [i] : []));
}
