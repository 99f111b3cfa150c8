import { metricKind, PARTS } from '@keepsite/edge-contract';
import type { DecodeMemory } from '../../domain/decoded.ts';
import { ownPoint, seriesOf, settledAlone } from '../apart.ts';
import { pointNamed } from '../naming.ts';
import type { Point } from '../points.ts';
import { shelf } from '../shelf.ts';
import { convert } from '../units.ts';
import { DATATYPE, type Metric } from './payload.ts';

/** What a birth says of one metric, and so what data mean that carry its alias. */
export interface Known {
  readonly name: string;
  readonly datatype: number | null;
  /** Null: it measures nothing (a command, a template around others). */
  readonly point: Point | null;
}

/** What is known of an edge node. Every birth and death of it begins another life, in which its devices are born anew. */
export interface Node {
  readonly life: number;
  readonly alive: boolean;
  readonly bdSeq: number | null;
  /** Devices heard of in any life: the node's death takes them all along. */
  readonly devices: readonly string[];
}

interface Birth {
  readonly life: number;
  /** By alias, and by `/` + name, which is never an object's own word. */
  readonly known: Readonly<Record<string, Known>>;
}

interface Course {
  readonly seq: number | null;
  /** When a rebirth was asked for. */
  readonly askedAt: number | null;
}

const MAX_DEVICES = 1_000;
const NODES = shelf<Node>('sparkplug:node');
const BIRTHS = shelf<Birth>('sparkplug:birth');
const COURSES = shelf<Course>('sparkplug:course');
const UNHEARD: Course = { seq: null, askedAt: null };

export function nodeOf(memory: DecodeMemory, node: string): Node | undefined {
  return NODES.find(memory, node);
}

/** The node is born: nothing that its earlier births said holds. */
export function bear(memory: DecodeMemory, node: string, bdSeq: number | null, alive: boolean): void {
  const before = NODES.find(memory, node);
  NODES.put(memory, node, { life: (before?.life ?? 0) + 1, alive, bdSeq, devices: before?.devices ?? [] });
}

/** The node is dead: until it is born again no alias has a meaning. Nothing is noted of a node that nobody knows. */
export function bury(memory: DecodeMemory, node: string): void {
  const before = NODES.find(memory, node);
  if (before) NODES.put(memory, node, { ...before, life: before.life + 1, alive: false });
}

/** Keeps what a birth of the node, or of a device of it, told. */
export function learn(memory: DecodeMemory, node: string, device: string | null, metrics: readonly Named[]): void {
  const { life } = device === null ? lifeOf(memory, node) : withDevice(memory, node, device);
  const known: Record<string, Known> = {};
  for (const { alias, known: one } of metrics) {
    if (alias !== null) known[alias] = one;
    known[`/${one.name}`] = one;
  }
  BIRTHS.put(memory, placeOf(node, device), { life, known });
}

export function forgetDevice(memory: DecodeMemory, node: string, device: string): void {
  BIRTHS.drop(memory, placeOf(node, device));
}

/** What the newest birth in the node's present life said; undefined when none was heard. */
export function knownOf(memory: DecodeMemory, node: string, device: string | null): Birth['known'] | undefined {
  const birth = BIRTHS.find(memory, placeOf(node, device));
  return birth && birth.life === lifeOf(memory, node).life ? birth.known : undefined;
}

/**
 * Takes note of a message's number; true when messages between it and the last one were missed. The
 * same number again is the same message, brought twice.
 */
export function missed(memory: DecodeMemory, node: string, seq: number | null, isBirth = false): boolean {
  if (seq === null || (!isBirth && !NODES.find(memory, node))) return false;
  const before = COURSES.find(memory, node) ?? UNHEARD;
  if (before.seq !== seq) COURSES.put(memory, node, { ...before, seq });
  return !isBirth && before.seq !== null && before.seq !== seq && (before.seq + 1) % 256 !== seq;
}

const ASK_EVERY_MS = 10_000;

/** Anybody can invent nodes: so many of them are asked within ten seconds. */
const MOST_ASKED = 100;
const ASKED = 'sparkplug:asked';

interface Asked {
  readonly since: number;
  readonly count: number;
}

/** True when nobody asked the node for a rebirth within the last ten seconds; then that is noted. */
export function mayAsk(memory: DecodeMemory, node: string, now: number | null): boolean {
  const before = COURSES.find(memory, node) ?? UNHEARD;
  if (now !== null && before.askedAt !== null && Math.abs(now - before.askedAt) < ASK_EVERY_MS) return false;
  if (now !== null && !roomToAsk(memory, now)) return false;
  COURSES.put(memory, node, { ...before, askedAt: now });
  return true;
}

function roomToAsk(memory: DecodeMemory, now: number): boolean {
  const before = memory.get(ASKED) as Asked | undefined;
  const asked = before && Math.abs(now - before.since) < ASK_EVERY_MS ? before : { since: now, count: 0 };
  if (asked.count >= MOST_ASKED) return false;
  memory.set(ASKED, { ...asked, count: asked.count + 1 });
  return true;
}

/** A metric with its name; members of templates have their template's before it. */
export interface Named {
  readonly alias: string | null;
  readonly metric: Metric;
  readonly known: Known;
}

/**
 * The metrics of a birth with what they measure. A canonical metric that two of them would be (two
 * pumps in two folders) has their places for parts; where those are alike both keep their own names.
 * Unnamed ones are left out.
 */
export function namesIn(metrics: readonly Metric[]): Named[] {
  const all = [...named(metrics, '')];
  const points = all.flatMap(({ known: { name, point } }) => (point ? [{ name, point }] : []));
  const claims = settledAlone(points);
  return all.map((one) => {
    const { point, name } = one.known;
    if (point === null) return one;
    return { ...one, known: { ...one.known, point: seriesOf(claims, { name, point }) ?? ownPoint(name) } };
  });
}

function* named(metrics: readonly Metric[], folder: string): Iterable<Named> {
  for (const metric of metrics) {
    if (metric.name === null || metric.name === '') continue;
    const name = folder + metric.name;
    const point = measuresNothing(name, metric) ? null : pointOf(name, metric.unit);
    yield { alias: metric.alias, metric, known: { name, datatype: metric.datatype, point } };
    if (metric.members) yield* named(metric.members, `${name}/`);
  }
}

const CONTROL = /^(?:bdSeq$|Node Control\/|Device Control\/)/i;

/** The specification's own metrics, and what holds other metrics. */
function measuresNothing(name: string, { datatype, members }: Metric): boolean {
  return members !== null || datatype === DATATYPE.template || CONTROL.test(name);
}

/** `Power/Active_Power_W`, `voltage_v/a`: a word of the house, with the part behind it. */
const OF_THE_HOUSE = /(?:^|\/)(\w+)(?:\/(\w+))?$/;
const PART_WORDS: ReadonlySet<string> = new Set(PARTS);

/** The house's own word at the end of the name counts first, then what the whole name or its end leaves no doubt of. */
function pointOf(name: string, unit: string | null): Point {
  const exact = houseWord(name, unit);
  const whole = pointNamed(name, unit);
  // The whole name may tell the phase too: `L1/voltage_v`.
  if (exact) return exact.part === null && whole.metric === exact.metric ? whole : exact;
  if (metricKind(whole.metric)) return whole;
  const last = pointNamed(name.slice(name.lastIndexOf('/') + 1), unit);
  return metricKind(last.metric) ? last : ownPoint(name);
}

function houseWord(name: string, unitText: string | null): Point | undefined {
  const [, first = '', second] = OF_THE_HOUSE.exec(name)?.map((word) => word?.toLowerCase()) ?? [];
  const part = second !== undefined && (PART_WORDS.has(second) || /^ch\d{1,3}$/.test(second)) ? second : null;
  const metric = part === null ? (second ?? first) : first;
  if (!metricKind(metric)) return undefined;
  return { metric, part, unit: unitText !== null && convert(metric, 1, unitText) !== undefined ? unitText : null };
}

function lifeOf(memory: DecodeMemory, node: string): Node {
  return NODES.find(memory, node) ?? { life: 0, alive: false, bdSeq: null, devices: [] };
}

function withDevice(memory: DecodeMemory, name: string, device: string): Node {
  const node = lifeOf(memory, name);
  if (node.devices.includes(device) && NODES.find(memory, name)) return node;
  const after = { ...node, devices: [...node.devices, device].slice(-MAX_DEVICES) };
  NODES.put(memory, name, after);
  return after;
}

function placeOf(node: string, device: string | null): string {
  return device === null ? node : `${node}/${device}`;
}
