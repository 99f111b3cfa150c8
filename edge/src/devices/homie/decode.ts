import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readText } from '../json.ts';
import { addAvailability, addNumber, addRejected, addStateFault, rejected, speaker, type Speaker } from '../lines.ts';
import { faultByName, wordsOf } from '../names.ts';
import { addPoint } from '../points.ts';
import { withRecent } from '../recent.ts';
import {
  forget,
  isKnown,
  pointOf,
  propertiesOf,
  recall,
  remember,
  textOf,
  understood,
  withAttribute,
  withChild,
  type KnownDevice,
  type KnownProperty,
} from './memory.ts';
import { placeOf, surenessOf, type Place } from './topic.ts';

const FAMILY = 'homie';

/** The Homie convention, versions 4 and 5: one topic a property, typed by a description beside it. */
export const homie: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3_600,
  faultsAreStates: true,
  recognises: surenessOf,
  claims: (topic, memory) => placeOf(topic, (path) => isKnown(memory, path)) !== undefined,
  decode,
  takesBack,
};

function decode(message: Message, context: DecodeContext): Decoded[] {
  const { memory } = context;
  const place = placeOf(message.topic, (path) => isKnown(memory, path));
  if (!place || place.device.startsWith('$')) return [];
  const [first = '', second, third] = place.rest;
  const told = first.startsWith('$') || second?.startsWith('$') || third?.startsWith('$');
  if (place.rest.length > 3 || (third !== undefined && !told) || (place.rest.length < 2 && !told)) return [];
  const text = readText(message.payload);
  if (!text.ok) return [rejected(FAMILY, place.device, text.reason)];
  if (first.startsWith('$')) return decodeDevice(place, message, text.value, context);
  if (told) return learn(place, text.value, context);
  return decodeValue(place, text.value, memory);
}

/** A device that is removed takes its `$state` back; what it described holds no longer. */
function takesBack(topic: string, memory: DecodeMemory): void {
  const place = placeOf(topic, (path) => isKnown(memory, path));
  if (place && place.rest.length === 1 && place.rest[0] === '$state') forget(memory, place.path);
}

// ---------------------------------------------------------------------------- the device itself

function decodeDevice(place: Place, message: Message, text: string, context: DecodeContext): Decoded[] {
  const from = speaker(FAMILY, place.device, null);
  const attribute = place.rest.join('/');
  if (attribute === '$state' || attribute === '$online') decodeState(from, place, text, context.memory);
  else if (attribute === '$description') decodeDescription(from, place, message, context);
  else if (attribute === '$stats/battery') addNumber(from, 'battery_pct', text);
  else if (attribute === '$name') introduce(place, textOf(text), [], context);
  return from.lines;
}

/** A device that sleeps or asks for help is there; `init` is connected and not ready yet. */
const STATES: ReadonlyMap<string, boolean> = new Map([
  ['init', true],
  ['ready', true],
  ['sleeping', true],
  ['alert', true],
  ['disconnected', false],
  ['lost', false],
]);
/** Before version 3 there was `$online`. */
const ONLINE: ReadonlyMap<string, string> = new Map([
  ['true', 'ready'],
  ['false', 'lost'],
]);
const LOST = 'lost';

function decodeState(from: Speaker, place: Place, text: string, memory: DecodeMemory): void {
  const state = ONLINE.get(text) ?? text;
  if (!STATES.has(state)) return addRejected(from, `$state: "${text.slice(0, 40)}" is no state of the convention`);
  const before = recall(memory, place.path);
  remember(memory, place.path, { state });
  addAvailability(from, isOnline(memory, { ...before, state }));
  // The last will speaks for the root alone, though its children are gone with it.
  if (state === LOST || before.state === LOST) tellChildren(from, place.path, memory);
}

/** By its own state and, for a child, by its root's. */
function isOnline(memory: DecodeMemory, device: KnownDevice): boolean {
  const rootIsLost = device.root !== null && recall(memory, device.root).state === LOST;
  return !rootIsLost && STATES.get(device.state ?? '') === true;
}

function tellChildren(from: Speaker, root: string, memory: DecodeMemory): void {
  for (const path of descendants(root, memory)) {
    const child = recall(memory, path);
    const rootIsLost = recall(memory, root).state === LOST;
    if (child.state === null && !rootIsLost) continue;
    addAvailability(speaker(FAMILY, idOf(path), null, false, from.lines), !rootIsLost && isOnline(memory, child));
  }
}

function descendants(root: string, memory: DecodeMemory): string[] {
  const found = new Set<string>();
  const open = [root];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const child of recall(memory, path).children) {
      if (child !== root && !found.has(child) && found.size < MAX_DESCENDANTS) {
        found.add(child);
        open.push(child);
      }
    }
  }
  return [...found];
}

const MAX_DESCENDANTS = 2_000;

function idOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

// ------------------------------------------------------------------------------- descriptions

function decodeDescription(from: Speaker, place: Place, message: Message, context: DecodeContext): void {
  const { memory } = context;
  const read = readJson(message.payload);
  const description = read.ok ? objectOf(read.value) : undefined;
  if (!description) return addRejected(from, `$description: ${read.ok ? 'not a JSON object' : read.reason}`);
  const siblings = place.path.slice(0, -place.device.length);
  const rootId = textOf(description['root']);
  const root = rootId === null ? null : siblings + rootId;
  const listed = Array.isArray(description['children']) ? description['children'] : [];
  const children = listed
    .map(textOf)
    .filter((id) => id !== null)
    .slice(0, MAX_DESCENDANTS)
    .map((id) => siblings + id);
  const before = recall(memory, place.path);
  const properties = understood(propertiesOf(description));
  remember(memory, place.path, {
    root,
    children: [...new Set([...children, ...before.children])].slice(0, MAX_DESCENDANTS),
    properties,
  });
  introduce(place, textOf(description['name']), Object.values(properties), context);
  if (root === null || root === place.path) return;
  remember(memory, root, { children: withChild(recall(memory, root), place.path) });
  if (before.root === null && STATES.get(before.state ?? '') && recall(memory, root).state === LOST)
    addAvailability(from, false);
}

/** Version 4: `$unit`, `$datatype`, `$name` and `$format` of a property, one message each. */
function learn(place: Place, text: string, context: DecodeContext): Decoded[] {
  const [node = '', property = '', attribute = ''] = place.rest;
  if (!/^\$(?:unit|datatype|name|format)$/.test(attribute) || property.startsWith('$')) return [];
  const path = `${node}/${property}`;
  const properties = withAttribute(recall(context.memory, place.path), path, attribute.slice(1), text);
  remember(context.memory, place.path, { properties });
  const known = Object.hasOwn(properties, path) ? properties[path] : undefined;
  introduce(place, null, known ? [known] : [], context);
  return [];
}

function introduce(
  place: Place,
  name: string | null,
  properties: readonly KnownProperty[],
  { aside }: DecodeContext,
): void {
  const points = properties.map(({ metric, part, name: called, unit }) => ({ metric, part, name: called, unit }));
  aside.describe({ family: FAMILY, device: place.device, name, maker: null, model: null, points });
}

// ------------------------------------------------------------------------------------- values

/** Texts, times and colours say nothing that can be measured. */
const SILENT = new Set(['string', 'color', 'datetime', 'duration', 'json']);

const faultOf = withRecent((path) => faultByName(wordsOf(path)));
const undescribed = withRecent((path) => pointOf(path, undefined));

function decodeValue(place: Place, text: string, memory: DecodeMemory): Decoded[] {
  const path = place.rest.join('/');
  const { properties } = recall(memory, place.path);
  const told = Object.hasOwn(properties, path) ? properties[path] : undefined;
  const point = told ?? undescribed(path);
  const from = speaker(FAMILY, place.device, null);
  const fault = faultOf(path);
  if (fault !== undefined && isYesOrNo(told?.datatype ?? null, text)) addStateFault(from, fault, text, path);
  else if (!isSilent(told, point.metric === path)) addTyped(from, point, told?.datatype ?? null, text);
  return from.lines;
}

function isYesOrNo(datatype: string | null, text: string): boolean {
  return datatype === 'boolean' || (datatype === null && (text === 'true' || text === 'false'));
}

/** Words without a canonical metric are for people. */
function isSilent(told: KnownProperty | undefined, isOwn: boolean): boolean {
  const datatype = told?.datatype ?? '';
  return isOwn ? SILENT.has(datatype) || datatype === 'enum' : SILENT.has(datatype) && datatype !== 'string';
}

function addTyped(from: Speaker, point: Parameters<typeof addPoint>[1], datatype: string | null, text: string): void {
  const isNumber = datatype === 'integer' || datatype === 'float' || datatype === 'percent';
  const isOwn = point.metric.includes('/');
  const { length } = from.lines;
  addPoint(from, point, text);
  if (isOwn && from.lines.length === length && (isNumber || datatype === 'boolean')) {
    addRejected(from, `${point.metric}: "${text.slice(0, 40)}" is no ${datatype}`);
  }
}
