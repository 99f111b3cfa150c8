import { ResponseBook } from '@keepsite/edge-contract';
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A book as it stands in its text, right or wrong: what JSON can say, by section. */
export type RawBook = Readonly<Record<string, unknown>>;

/** What a text says; `fault`: the first reason why it is no YAML, in one line. */
export type Written = { readonly ok: true; readonly raw: RawBook } | { readonly ok: false; readonly fault: string };

/** Where a value is missing or of the wrong kind. */
export interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export type BookRead =
  | { readonly ok: true; readonly book: ResponseBook }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Reads YAML as a book that may still be wrong. */
export function readText(text: string): Written {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) return { ok: false, fault: broken.message.split('\n')[0] ?? '' };
  const raw: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  return isRecord(raw) ? { ok: true, raw } : { ok: false, fault: 'people: …, plans: …' };
}

/** The book, with its defaults, or what keeps it from being one. */
export function readBook(raw: RawBook): BookRead {
  const parsed = ResponseBook.safeParse(raw);
  return parsed.success ? { ok: true, book: parsed.data } : { ok: false, issues: parsed.error.issues };
}

/**
 * The text after a change of what it says: what stays keeps its comments, its order and its style, also
 * where it was moved. References (`*name`) are written out. The text must be YAML.
 */
export function rewritten(text: string, raw: RawBook): string {
  const document = parseDocument(text);
  visit(document, { Alias: (_, alias) => document.createNode(alias.toJS(document)) as Node });
  visit(document, { Collection: dropAnchor, Scalar: dropAnchor });
  document.contents = write(document, document.contents, raw) as typeof document.contents;
  return document.toString({ lineWidth: 0 });
}

/** True when somebody has written comments: nothing that is saved has them. */
export function hasComments(text: string): boolean {
  const document = parseDocument(text);
  let found = Boolean(document.comment ?? document.commentBefore);
  visit(document, (_, node) => {
    found ||= isNode(node) && Boolean(node.comment ?? node.commentBefore);
  });
  return found;
}

function dropAnchor(_: unknown, node: { anchor?: string }): void {
  delete node.anchor;
}

function write(document: Document, node: unknown, value: unknown): Node {
  if (isMap(node) && isRecord(value)) return writeMap(document, node, value);
  if (isSeq(node) && Array.isArray(value)) return writeSeq(document, node, value);
  if (isScalar(node) && node.value === value) return node;
  const made = document.createNode(value) as Node;
  if (isScalar(made) && isScalar(node))
    Object.assign(made, { comment: node.comment, commentBefore: node.commentBefore, spaceBefore: node.spaceBefore });
  return made;
}

function writeMap(document: Document, node: YAMLMap, value: Readonly<Record<string, unknown>>): Node {
  const wanted = new Map(Object.entries(value).filter(([, part]) => part !== undefined));
  node.items = node.items.filter((pair) => wanted.has(keyOf(pair)));
  for (const pair of node.items) {
    pair.value = write(document, pair.value, wanted.get(keyOf(pair)));
    wanted.delete(keyOf(pair));
  }
  for (const [key, part] of wanted) node.items.push(document.createPair(key, part));
  return node;
}

/** An entry that is there already is the same one wherever it stands now; one that has changed is known by its id. */
function writeSeq(document: Document, node: YAMLSeq, values: readonly unknown[]): Node {
  const left = [...node.items];
  const take = (fits: (said: unknown) => boolean): unknown => {
    const at = left.findIndex((item) => fits(isNode(item) ? item.toJS(document) : item));
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const kept = values.map((value) => take((said) => isSame(said, value)));
  node.items = values.map((value, at) => {
    const before = kept[at] ?? take((said) => idOf(said) !== undefined && idOf(said) === idOf(value)) ?? left.shift();
    return write(document, before, value);
  });
  return node;
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

function idOf(value: unknown): unknown {
  return isRecord(value) ? value['id'] : undefined;
}

/** True when two values say the same, in whatever order their keys were written. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
