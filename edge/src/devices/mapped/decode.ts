import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { compileTimePattern, instantOf, usableInstant, type ReadTime } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { readJson, readText, type ReadJson } from '../json.ts';
import { addAvailability, numberOf, rejected, speaker } from '../lines.ts';
import { valueAt, type Path } from './path.ts';
import { faultAdd, oneOf, pathOf, readingAdd, type Add, type Test } from './rules.ts';
import type { Mapping } from './schema.ts';
import { compileTopic, fillCaptures, matchTopic, type Captures, type TopicPattern } from './topic.ts';

type DeviceOf = (item: unknown, captures: Captures) => string | undefined;

/** Makes a dialect of a mapping that `compileMapping` has found good. */
export function createMappedDialect(mapping: Mapping): DeviceDialect {
  const { family } = mapping;
  const topics = (typeof mapping.topic === 'string' ? [mapping.topic] : mapping.topic).map(patternOf);
  const parts = partsOf(mapping);
  const availability = availabilityOf(mapping);

  function find(patterns: readonly TopicPattern[], topic: string): Captures | undefined {
    for (const pattern of patterns) {
      const captures = matchTopic(pattern, topic);
      if (captures) return captures;
    }
    return undefined;
  }

  function decode(message: Message, context: DecodeContext): Decoded[] {
    const read = readPayload(mapping, message.payload);
    const lines: Decoded[] = [];
    const state = availability?.topics && find(availability.topics, message.topic);
    if (state && availability) {
      const word = read.ok ? read : readText(message.payload);
      if (!word.ok) return [rejected(family, null, word.reason)];
      decodeState(availability, parts.deviceOf, word.value, state, lines, family);
    }
    const captures = find(topics, message.topic);
    if (!captures) return state ? lines : [rejected(family, null, 'the topic is not one of the mapping')];
    if (!read.ok) return [...lines, rejected(family, null, read.reason)];
    if (!parts.when(read.value)) return lines;
    if (availability && !availability.topics)
      decodeState(availability, parts.deviceOf, read.value, captures, lines, family);
    decodeItems(family, parts, read.value, captures, message, context, lines);
    return lines;
  }

  function recognises(topic: string, payload: Uint8Array): number {
    if (availability?.topics && find(availability.topics, topic)) return 0.99;
    if (!find(topics, topic)) return 0;
    if (!mapping.when) return 0.99;
    const read = readPayload(mapping, payload);
    return read.ok && parts.when(read.value) ? 0.99 : 0;
  }

  return { family, expectEverySeconds: mapping.expectEverySeconds, recognises, decode };
}

interface Parts {
  readonly when: Test;
  readonly deviceOf: DeviceOf;
  readonly each: Path | undefined;
  readonly timeOf: (item: unknown, zone: string | undefined, near: Millis | null) => Millis | null;
  readonly adds: readonly Add[];
}

function partsOf(mapping: Mapping): Parts {
  return {
    when: whenOf(mapping),
    deviceOf: deviceOf(mapping),
    each: mapping.each === undefined ? undefined : pathOf(mapping.each),
    timeOf: timeOf(mapping),
    adds: [...mapping.readings.map(readingAdd), ...mapping.faults.map((rule) => faultAdd(rule, mapping.family))],
  };
}

function patternOf(topic: string): TopicPattern {
  const pattern = compileTopic(topic);
  if (typeof pattern === 'string') throw new TypeError(`topic ${topic}: ${pattern}`);
  return pattern;
}

function readPayload(mapping: Mapping, payload: Uint8Array): ReadJson {
  return mapping.payload === 'text' ? readText(payload) : readJson(payload);
}

function whenOf(mapping: Mapping): Test {
  if (!mapping.when) return () => true;
  const path = pathOf(mapping.when.path);
  const is = oneOf(mapping.when.is);
  return (value) => is(valueAt(value, path));
}

function deviceOf(mapping: Mapping): DeviceOf {
  const { device } = mapping;
  if (typeof device === 'string') return (_, captures) => fillCaptures(device, captures);
  const path = pathOf(device.path);
  return (item) => {
    const id = valueAt(item, path);
    if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
    return typeof id === 'string' && id !== '' ? id : undefined;
  };
}

const PER_MILLI: ReadonlyMap<string, number> = new Map([
  ['seconds', 1e-3],
  ['milliseconds', 1],
  ['microseconds', 1e3],
  ['nanoseconds', 1e6],
]);

/** How a time of this format is read; null when there is no such format. */
export function timeReader(format: string): ReadTime | null {
  const perMilli = PER_MILLI.get(format);
  if (perMilli === undefined) return format === 'iso' ? instantOf : compileTimePattern(format);
  return (text) => {
    const count = numberOf(text);
    // Beyond 2^53 a number keeps fewer digits, but never as few as a millisecond needs.
    if (typeof count !== 'number') return null;
    return usableInstant(perMilli > 1 ? Math.floor(count / perMilli) : count / perMilli);
  };
}

function timeOf(mapping: Mapping): Parts['timeOf'] {
  const { time } = mapping;
  const read = time && timeReader(time.format);
  if (!time || !read) return () => null;
  const path = pathOf(time.path);
  return (item, zone, near) => {
    const raw = valueAt(item, path);
    const text = typeof raw === 'number' ? String(raw) : raw;
    return typeof text === 'string' ? read(text, time.zone ?? zone, near) : null;
  };
}

function decodeItems(
  family: string,
  parts: Parts,
  value: unknown,
  captures: Captures,
  message: Message,
  context: DecodeContext,
  lines: Decoded[],
): void {
  const items = parts.each === undefined ? [value] : valueAt(value, parts.each);
  if (!Array.isArray(items)) {
    lines.push(rejected(family, null, 'there is no list at "each"'));
    return;
  }
  for (const item of items) {
    const device = parts.deviceOf(item, captures) ?? parts.deviceOf(value, captures);
    if (device === undefined) {
      lines.push(rejected(family, null, 'the payload does not tell the device'));
      continue;
    }
    const at = parts.timeOf(item, context.zoneOf(device), message.receivedAt);
    const from = speaker(family, device, at, false, lines);
    for (const add of parts.adds) add(from, item, captures, context);
  }
}

interface StateRule {
  readonly topics: readonly TopicPattern[] | undefined;
  readonly path: Path;
  readonly online: Test;
  readonly offline: Test;
}

function availabilityOf(mapping: Mapping): StateRule | undefined {
  const rule = mapping.availability;
  if (!rule) return undefined;
  return {
    topics: rule.topic === undefined ? undefined : [patternOf(rule.topic)],
    path: rule.path === undefined ? [] : pathOf(rule.path),
    online: oneOf(rule.online),
    offline: oneOf(rule.offline),
  };
}

function decodeState(
  rule: StateRule,
  deviceOf: DeviceOf,
  value: unknown,
  captures: Captures,
  lines: Decoded[],
  family: string,
): void {
  const device = deviceOf(value, captures);
  const word = valueAt(value, rule.path);
  if (device === undefined) lines.push(rejected(family, null, 'the payload does not tell the device'));
  else if (word === undefined) return;
  else if (rule.online(word)) addAvailability(speaker(family, device, null, false, lines), true);
  else if (rule.offline(word)) addAvailability(speaker(family, device, null, false, lines), false);
  else lines.push(rejected(family, device, 'the state is neither online nor offline'));
}
