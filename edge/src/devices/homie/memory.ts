import { metricKind } from '@keepsite/edge-contract';
import type { DecodeMemory } from '../../domain/decoded.ts';
import { objectOf, type JsonObject } from '../json.ts';
import { metricByName, metricByUnit, partOf, wordsOf } from '../names.ts';
import type { Point } from '../points.ts';
import { shelf } from '../shelf.ts';

/** What a property's description says of it. */
interface Property {
  readonly datatype: string | null;
  readonly unit: string | null;
  readonly name: string | null;
  readonly format: string | null;
}

/** A property with what its name and unit make of it. */
export interface KnownProperty extends Property, Point {}

/** What a device has told about itself so far; its attributes come in any order. */
export interface KnownDevice {
  readonly state: string | null;
  /** The root's path, of a child device. */
  readonly root: string | null;
  /** Paths of the devices below, as the description lists them or as they named this one their root. */
  readonly children: readonly string[];
  /** By `<node>/<property>`. */
  readonly properties: { readonly [path: string]: KnownProperty };
}

const STRANGER: KnownDevice = { state: null, root: null, children: [], properties: {} };
const MAX_PROPERTIES = 500;
const MAX_CHILDREN = 1000;
const MAX_TEXT = 100;

const devices = shelf<KnownDevice>('homie');

export function recall(memory: DecodeMemory, path: string): KnownDevice {
  return devices.find(memory, path) ?? STRANGER;
}

export function isKnown(memory: DecodeMemory, path: string): boolean {
  return devices.find(memory, path) !== undefined;
}

/** Remembers what has changed; the rest stays as it was. */
export function remember(memory: DecodeMemory, path: string, news: Partial<KnownDevice>): void {
  devices.put(memory, path, { ...recall(memory, path), ...news });
}

export function forget(memory: DecodeMemory, path: string): void {
  devices.drop(memory, path);
}

export function withChild(device: KnownDevice, child: string): readonly string[] {
  return device.children.includes(child) ? device.children : [...device.children, child].slice(0, MAX_CHILDREN);
}

/** The properties of a version 5 description. */
export function propertiesOf(description: JsonObject): Record<string, Property> {
  const found: [string, Property][] = [];
  for (const [node, about] of Object.entries(objectOf(description['nodes']) ?? {})) {
    for (const [property, told] of Object.entries(objectOf(objectOf(about)?.['properties']) ?? {})) {
      const fields = objectOf(told);
      if (fields && found.length < MAX_PROPERTIES) found.push([`${node}/${property}`, propertyOf(fields)]);
    }
  }
  return Object.fromEntries(found);
}

function propertyOf(fields: JsonObject): Property {
  return {
    datatype: textOf(fields['datatype']),
    unit: textOf(fields['unit']),
    name: textOf(fields['name']),
    format: textOf(fields['format']),
  };
}

export function textOf(raw: unknown): string | null {
  return typeof raw === 'string' && raw !== '' && raw.length <= MAX_TEXT ? raw : null;
}

const NOT_TOLD: Property = { datatype: null, unit: null, name: null, format: null };

/** Version 4 tells a property in several messages, one attribute each. */
export function withAttribute(
  device: KnownDevice,
  path: string,
  attribute: string,
  value: string,
): Record<string, KnownProperty> {
  const before = Object.hasOwn(device.properties, path) ? device.properties[path] : undefined;
  const isNew = before === undefined && Object.keys(device.properties).length >= MAX_PROPERTIES;
  const told = isNew ? {} : { [path]: { ...(before ?? NOT_TOLD), [attribute]: textOf(value) } };
  return understood({ ...device.properties, ...told });
}

/**
 * Gives every property its metric and part. Where two nodes of a device measure the same and neither
 * names a phase or a channel, the node's id keeps them apart.
 */
export function understood(properties: { readonly [path: string]: Property }): Record<string, KnownProperty> {
  const points = Object.entries(properties).map(([path, told]) => [path, { ...told, ...pointOf(path, told) }] as const);
  const uses = new Map<string, number>();
  for (const [, { metric, part }] of points) uses.set(`${metric} ${part}`, (uses.get(`${metric} ${part}`) ?? 0) + 1);
  return Object.fromEntries(
    points.map(([path, point]) => {
      const shared = (uses.get(`${point.metric} ${point.part}`) ?? 0) > 1;
      return [path, shared ? { ...point, part: ownPart(path, points) } : point];
    }),
  );
}

function ownPart(path: string, points: readonly (readonly [string, Point])[]): string {
  const node = path.slice(0, path.indexOf('/'));
  const metric = points.find(([other]) => other === path)?.[1].metric;
  const twins = points.filter(([other, point]) => other.startsWith(`${node}/`) && point.metric === metric);
  return (twins.length > 1 ? path : node).slice(0, 40);
}

/** What a property measures, from its own name first, then with its node's. */
export function pointOf(path: string, told: Property | undefined): Point {
  const slash = path.indexOf('/');
  const own = wordsOf(path.slice(slash + 1));
  const both = [...wordsOf(path.slice(0, slash)), ...own];
  const unit = told?.unit ?? null;
  const metric = metricOf(own, both, told, unit);
  if (metric === undefined) return { metric: path, part: null, unit };
  return { metric, part: partOf(own, metric) ?? partOf(both, metric), unit };
}

function metricOf(
  own: readonly string[],
  both: readonly string[],
  told: Property | undefined,
  unit: string | null,
): string | undefined {
  if (unit !== null) return metricByUnit(both, unit);
  if (both.includes('contact') && isOpenOrClosed(told)) return 'door';
  const named = metricByName(own) ?? metricByName(both);
  return named !== undefined && fits(named, told?.datatype ?? null) ? named : undefined;
}

function isOpenOrClosed(told: Property | undefined): boolean {
  return (
    told?.datatype === 'enum' && /\bopen(?:ed)?\b/.test(told.format ?? '') && /\bclosed?\b/.test(told.format ?? '')
  );
}

const NUMBERS = ['integer', 'float', 'percent'];
const WORDS = ['boolean', 'enum', 'string'];

/** A property called "door" that is a number is no door. */
function fits(metric: string, datatype: string | null): boolean {
  if (datatype === null) return true;
  return (metricKind(metric)?.type === 'number' ? NUMBERS : WORDS).includes(datatype);
}
