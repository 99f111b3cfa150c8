import { metricKind } from '@keepsite/edge-contract';
import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { isZone } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { createMappedDialect, timeReader } from './decode.ts';
import { parsePath } from './path.ts';
import { Mapping, type ReadingRule } from './schema.ts';
import { capturesIn, compileTopic, type TopicPattern } from './topic.ts';
import { conversion } from './units.ts';

/** What is wrong with a mapping file, where: line and column count from 1, `key` is the way to it. */
export interface MappingError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly key: string;
  readonly message: string;
}

export type CompiledMapping =
  | { readonly ok: true; readonly dialect: DeviceDialect }
  | { readonly ok: false; readonly errors: readonly MappingError[] };

const MAX_FILE = 64 * 1024;
const MAX_ALIASES = 50;

type Way = readonly PropertyKey[];
type Report = (way: Way, message: string) => void;

/** Turns a mapping file into a dialect; all its faults are told at once, each with line and key. */
export function compileMapping(yamlText: string, fileName: string): CompiledMapping {
  const counter = new LineCounter();
  const errors: MappingError[] = [];
  const place = (offset: number, key: string, message: string) => {
    const { line, col } = counter.linePos(offset);
    errors.push({ file: fileName, line: Math.max(line, 1), column: Math.max(col, 1), key, message });
  };
  if (yamlText.length > MAX_FILE) {
    place(0, '', `the file has more than ${MAX_FILE} characters`);
    return { ok: false, errors };
  }
  const document = parseDocument(yamlText, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  for (const error of document.errors) place(error.pos[0], '', error.message);
  if (errors.length > 0) return { ok: false, errors };

  const report: Report = (way, message) => place(offsetOf(document, way), keyOf(way), message);
  const mapping = readMapping(document, report);
  if (!mapping) return { ok: false, errors };
  checkMeaning(mapping, report);
  return errors.length > 0 ? { ok: false, errors } : { ok: true, dialect: createMappedDialect(mapping) };
}

function readMapping(document: Document, report: Report): Mapping | undefined {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    report([], error instanceof Error ? error.message : 'the file cannot be read');
    return undefined;
  }
  const parsed = Mapping.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    if (issue.code !== 'unrecognized_keys') report(issue.path, issue.message);
    else for (const key of issue.keys) report([...issue.path, key], `"${key}" is not a key of a mapping here`);
  }
  return undefined;
}

/** `readings[2].metric` */
function keyOf(way: Way): string {
  return way
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

/** Where the way leads to in the file: the key if there is one, else the nearest node around it. */
function offsetOf(document: Document, way: Way): number {
  let node: Node | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of way) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else {
      const items: readonly unknown[] = node && 'items' in node ? node.items : [];
      node = items[Number(step)] as Node | undefined;
      offset = node?.range?.[0] ?? offset;
    }
  }
  return offset;
}

function checkMeaning(mapping: Mapping, report: Report): void {
  const topics = typeof mapping.topic === 'string' ? [mapping.topic] : mapping.topic;
  for (const [index, topic] of topics.entries()) {
    const way = typeof mapping.topic === 'string' ? ['topic'] : ['topic', index];
    checkTopic(topic, way, mapping, report);
  }
  if (mapping.availability?.topic !== undefined) {
    checkTopic(mapping.availability.topic, ['availability', 'topic'], mapping, report);
  }
  checkPaths(mapping, report);
  mapping.readings.forEach((rule, index) => checkReading(rule, ['readings', index], report));
  mapping.faults.forEach((rule, index) => {
    if ((rule.fault === undefined) === (rule.codes === undefined)) {
      report(['faults', index], 'a fault rule has either "fault" or "codes"');
    }
  });
  if (mapping.time?.zone !== undefined && !isZone(mapping.time.zone)) {
    report(['time', 'zone'], `"${mapping.time.zone}" is not an IANA zone such as Asia/Shanghai`);
  }
  if (mapping.time && timeReader(mapping.time.format) === null) {
    report(['time', 'format'], `"${mapping.time.format}" is neither a known format nor a pattern with yyyy, MM and dd`);
  }
  if (mapping.readings.length === 0 && mapping.faults.length === 0 && !mapping.availability) {
    report([], 'the mapping has neither readings nor faults nor availability');
  }
}

/** Every capture that the device's id or a part asks for must be in every topic. */
function checkTopic(topic: string, way: Way, mapping: Mapping, report: Report): void {
  const pattern: TopicPattern | string = compileTopic(topic);
  if (typeof pattern === 'string') return report(way, pattern);
  const asked = typeof mapping.device === 'string' ? capturesIn(mapping.device) : [];
  for (const name of asked) {
    if (!pattern.names.includes(name)) report(way, `the topic has no {${name}}, which the device's id needs`);
  }
  if (way[0] === 'availability') return;
  mapping.readings.forEach(({ part }, index) => {
    for (const name of capturesIn(part ?? '')) {
      if (!pattern.names.includes(name)) report(['readings', index, 'part'], `the topic has no {${name}}`);
    }
  });
}

function checkPaths(mapping: Mapping, report: Report): void {
  const check = (path: string | undefined, way: Way) => {
    if (path !== undefined && parsePath(path) === undefined)
      report(way, `"${path}" is not a path such as data.items[0].value`);
  };
  check(mapping.when?.path, ['when', 'path']);
  if (typeof mapping.device !== 'string') check(mapping.device.path, ['device', 'path']);
  check(mapping.each, ['each']);
  check(mapping.time?.path, ['time', 'path']);
  check(mapping.availability?.path, ['availability', 'path']);
  mapping.readings.forEach((rule, index) => check(rule.path, ['readings', index, 'path']));
  mapping.faults.forEach((rule, index) => {
    check(rule.path, ['faults', index, 'path']);
    check(rule.code, ['faults', index, 'code']);
  });
}

function checkReading(rule: ReadingRule, way: Way, report: Report): void {
  const kind = metricKind(rule.metric);
  if (kind !== undefined && kind.type !== 'number') {
    for (const key of ['unit', 'scale', 'offset'] as const) {
      if (rule[key] !== undefined) report([...way, key], `${rule.metric} is not a number, so it has no ${key}`);
    }
  } else if (rule.unit !== undefined) checkUnit(rule.metric, rule.unit, [...way, 'unit'], report);
  for (const [word, meaning] of Object.entries(rule.words ?? {})) {
    const wrong = wrongMeaning(rule.metric, meaning);
    if (wrong) report([...way, 'words', word], wrong);
  }
}

function checkUnit(metric: string, unit: string, way: Way, report: Report): void {
  const found = conversion(metric, unit);
  if (!Array.isArray(found)) return;
  if (found.length === 0)
    report(way, `${metric} is not a metric of Keepsite, so no unit can be turned into its own; use scale`);
  else
    report(way, `"${unit}" cannot be turned into the unit of ${metric}; it can be ${found.filter(Boolean).join(', ')}`);
}

function wrongMeaning(metric: string, meaning: boolean | number | string): string | null {
  const kind = metricKind(metric);
  if (kind === undefined) return typeof meaning === 'string' ? 'a vendor’s own point is a number or a boolean' : null;
  if (kind.type === 'text') {
    return typeof meaning === 'string' && (!kind.words || kind.words.includes(meaning))
      ? null
      : `${metric} can be ${kind.words?.join(', ') ?? 'a text'}`;
  }
  return typeof meaning === kind.type ? null : `${metric} is a ${kind.type}`;
}
