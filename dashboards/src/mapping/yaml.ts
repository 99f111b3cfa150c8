import { isMap, isSeq, parseDocument, type Document, type YAMLMap, type YAMLSeq } from 'yaml';
import type { ReadingEntry } from './guess.ts';
import { isBareText } from './payload.ts';
import { matchesTopic, patternLike, topicPattern } from './topic.ts';

/** A fault as a mapping writes it. */
export interface FaultEntry {
  readonly path: string;
  readonly fault?: string;
  readonly raised?: string | number | boolean;
  /** Faults by code, where the path leads to a list of all codes that stand now. */
  readonly codes?: Readonly<Record<string, string>>;
}

/** What a mapping already uses, by path. */
export interface Used {
  readonly readings: ReadonlyMap<string, ReadingEntry>;
  readonly faults: ReadonlyMap<string, FaultEntry>;
  readonly time: { readonly path: string; readonly format: string } | null;
  readonly device: string | null;
  /** The list that paths start in, where the mapping names one. */
  readonly each: string | null;
  readonly topics: readonly string[];
  readonly availability: string | null;
}

const NOTHING: Used = {
  readings: new Map(),
  faults: new Map(),
  time: null,
  device: null,
  each: null,
  topics: [],
  availability: null,
};

/** A mapping to begin with, made from a topic and, where there is one, a message; `name` is that of its file. */
export function mappingTemplate(topic: string, text: string | null, name: string, comment: string): string {
  const { pattern, family: guessed } = topicPattern(topic);
  // Two mappings may not call their devices alike, and no two have one name.
  const family = /^[a-z0-9][a-z0-9-]{1,39}$/.test(name) ? name : guessed;
  const lines = [`# ${comment}`, `family: ${family}`, `topic: ${quoted(pattern)}`];
  if (!pattern.includes('{device}')) lines.push(`device: ${quoted(pattern)}`);
  if (text !== null && isBareText(text)) lines.push('payload: text');
  return [...lines, 'readings: []', ''].join('\n');
}

function quoted(text: string): string {
  return /^[\w/][\w/.{}+-]*$/.test(text) ? text : JSON.stringify(text);
}

/** What the text uses now; nothing while it has mistakes of form. */
export function usedBy(yaml: string): Used {
  const document = read(yaml);
  const value = document?.toJS() as Record<string, unknown> | null | undefined;
  if (!value || typeof value !== 'object') return NOTHING;
  return {
    readings: byPath<ReadingEntry>(value['readings']),
    faults: byPath<FaultEntry>(value['faults']),
    time: timeIn(value['time']),
    device: textAt(value['device'], 'path'),
    each: typeof value['each'] === 'string' ? value['each'] : null,
    topics: [value['topic']].flat().filter((topic) => typeof topic === 'string'),
    availability: textAt(value['availability'], 'topic'),
  };
}

/** What a mapping may take a value for. */
export type Role = 'reading' | 'fault' | 'time' | 'device';

/** What the mapping takes a path for; null: nothing. */
export function roleOf(path: string, used: Used): Role | null {
  if (used.readings.has(path)) return 'reading';
  if (used.faults.has(path)) return 'fault';
  if (used.time?.path === path) return 'time';
  return used.device === path ? 'device' : null;
}

/** Adds a reading, or changes the one at its path; the rest of the text and its comments stay. Null: mend it first. */
export function putReading(yaml: string, entry: ReadingEntry): string | null {
  return putEntry(yaml, 'readings', entry);
}

/** Adds a fault, or changes the one at its path. */
export function putFault(yaml: string, entry: FaultEntry): string | null {
  return putEntry(yaml, 'faults', entry);
}

/** Says what a code means in a list of those that stand now; null takes its meaning away. */
export function putCode(yaml: string, list: string, code: string, fault: string | null): string | null {
  const { [code]: _, ...others } = usedBy(yaml).faults.get(list)?.codes ?? {};
  const codes = fault === null ? others : { ...others, [code]: fault };
  return Object.keys(codes).length === 0 ? dropPath(yaml, list) : putEntry(yaml, 'faults', { path: list, codes });
}

/** Says where the device's own time stands. */
export function putTime(yaml: string, path: string, format: string): string | null {
  return change(yaml, (document) =>
    document.set('time', document.createNode(format === 'iso' ? { path } : { path, format }, { flow: true })),
  );
}

/** Says where the device's id stands. */
export function putDevice(yaml: string, path: string): string | null {
  return change(yaml, (document) => document.set('device', document.createNode({ path }, { flow: true })));
}

/** Reads one more topic, whose captures stand where those of the first do; unchanged where it is read already. */
export function addTopic(yaml: string, topic: string): string | null {
  const { topics } = usedBy(yaml);
  if (topics.some((known) => matchesTopic(known, topic))) return yaml;
  const all = [...topics, patternLike(topics[0] ?? '', topic)];
  return change(yaml, (document) => document.set('topic', all.length === 1 ? all[0] : document.createNode(all)));
}

/** Words of devices for being connected and not. */
const CONNECTED: readonly (readonly [online: string, offline: string])[] = [
  ['online', 'offline'],
  ['alive', 'dead'],
  ['connected', 'disconnected'],
  ['up', 'down'],
  ['on', 'off'],
  ['true', 'false'],
  ['1', '0'],
  ['在线', '离线'],
];

/** The pair that a word of connection belongs to; undefined for any other word. */
export function connectionWords(word: string): readonly [online: string, offline: string] | undefined {
  const small = word.trim().toLowerCase();
  const pair = CONNECTED.find((words) => words.includes(small));
  return pair?.map((one) => (one === small ? word.trim() : one)) as [string, string] | undefined;
}

/** Says that a topic tells whether the device is connected; null where the word is none, or the text must be mended. */
export function putAvailability(yaml: string, topic: string, word: string): string | null {
  const pair = connectionWords(word);
  if (!pair) return null;
  const pattern = patternLike(usedBy(yaml).topics[0] ?? '', topic);
  const rule = { topic: pattern, online: pair[0], offline: pair[1] };
  return change(yaml, (document) => document.set('availability', document.createNode(rule, { flow: true })));
}

/** Takes out whatever is read at a path. */
export function dropPath(yaml: string, path: string): string | null {
  return change(yaml, (document) => {
    for (const key of ['readings', 'faults'] as const) {
      const list: unknown = document.get(key);
      if (!isSeq(list)) continue;
      list.items = list.items.filter((item) => !(isMap(item) && item.get('path') === path));
      // A list that has run empty must say so, or its key alone would stand there.
      list.flow = list.items.length === 0;
    }
    for (const key of ['time', 'device'] as const) {
      const rule: unknown = document.get(key);
      if (isMap(rule) && rule.get('path') === path) document.delete(key);
    }
  });
}

/** The path as the mapping must write it: inside `each`, it starts at an entry of that list. */
export function pathWithin(each: string | null, path: string): string {
  if (each === null || !path.startsWith(`${each}[`)) return path;
  return path.slice(each.length).replace(/^\[\d+\]\.?/, '') || '$';
}

function putEntry(yaml: string, key: 'readings' | 'faults', entry: ReadingEntry | FaultEntry): string | null {
  return change(yaml, (document) => {
    const list = listAt(document, key);
    const node = document.createNode(entry, { flow: true }) as unknown as YAMLMap;
    const at = list.items.findIndex((item) => isMap(item) && item.get('path') === entry.path);
    if (at >= 0) {
      const before = list.items[at] as YAMLMap;
      node.comment = before.comment ?? null;
      node.commentBefore = before.commentBefore ?? null;
      list.items[at] = node;
    } else list.items.push(node);
    list.flow = false;
  });
}

function listAt(document: Document, key: string): YAMLSeq {
  const found: unknown = document.get(key);
  if (isSeq(found)) return found;
  const made = document.createNode([]) as unknown as YAMLSeq;
  document.set(key, made);
  return made;
}

function change(yaml: string, edit: (document: Document) => void): string | null {
  const document = read(yaml);
  if (!document) return null;
  edit(document);
  return document.toString({ lineWidth: 0 });
}

function read(yaml: string): Document | null {
  const document = parseDocument(yaml, { prettyErrors: false });
  if (document.errors.length > 0) return null;
  if (document.contents === null) return parseDocument(`${yaml.trimEnd()}\nreadings: []\n`.trimStart());
  return isMap(document.contents) ? document : null;
}

function timeIn(value: unknown): Used['time'] {
  const path = textAt(value, 'path');
  return path === null ? null : { path, format: textAt(value, 'format') ?? 'iso' };
}

function byPath<T extends { readonly path: string }>(list: unknown): ReadonlyMap<string, T> {
  const entries = Array.isArray(list) ? (list as T[]) : [];
  return new Map(entries.filter((entry) => typeof entry?.path === 'string').map((entry) => [entry.path, entry]));
}

function textAt(value: unknown, key: string): string | null {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof found === 'string' ? found : null;
}
