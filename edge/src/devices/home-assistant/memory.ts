import type { DecodeMemory } from '../../domain/decoded.ts';
import { shelf } from '../shelf.ts';
import type { Announced } from './config.ts';
import type { Meaning } from './meaning.ts';

/** By state topic. */
const announcements = shelf<readonly Announced[]>('home-assistant:topic');
/** By discovery topic: the topics that it announced, its device, and what it said, in short. */
interface Source {
  readonly topics: readonly string[];
  readonly device: string;
  readonly print: string;
}
const sources = shelf<Source>('home-assistant:config');
/** What a device measures: a line each, with the metric, the part and below them the source; and what is measured twice. */
interface Measured {
  readonly lines: readonly string[];
  readonly shared: readonly string[];
}
const measures = shelf<Measured>('home-assistant:device');
const onlines = shelf<boolean>('home-assistant:online');
const MAX_AT_A_TOPIC = 100;
const MAX_MEASURES = 200;
const NONE: readonly Announced[] = [];

export function announcedAt(memory: DecodeMemory, topic: string): readonly Announced[] {
  return announcements.find(memory, topic) ?? NONE;
}

export function isAnnounced(memory: DecodeMemory, topic: string): boolean {
  return announcements.find(memory, topic) !== undefined;
}

/** True when just this was announced before and is still known: Home Assistant's birth makes everybody say it again. */
export function isRepeated(memory: DecodeMemory, config: string, payload: Uint8Array): boolean {
  const before = sources.find(memory, config);
  if (before?.print !== printOf(payload)) return false;
  return before.topics.every((topic) => announcedAt(memory, topic).some((entry) => isOwn(entry.source, config)));
}

/** A discovery message of a device names its entities after a `#`. */
function isOwn(source: string, config: string): boolean {
  return source === config || source.startsWith(`${config}#`);
}

/** Puts what a discovery message announces in the place of what it announced before. */
export function announce(
  memory: DecodeMemory,
  config: string,
  announced: readonly Announced[],
  payload: Uint8Array,
): void {
  forget(memory, config);
  const [first] = announced;
  if (!first) return;
  for (const [topic, entries] of Map.groupBy(announced, (entry) => entry.topic)) {
    announcements.put(memory, topic, [...announcedAt(memory, topic), ...entries].slice(-MAX_AT_A_TOPIC));
  }
  const { device } = first;
  const measured = announced.flatMap(({ means, source }) => (isMeasure(means) ? [lineOf(means, source)] : []));
  if (measured.length > 0) setMeasures(memory, device, [...linesOf(memory, device), ...measured].slice(-MAX_MEASURES));
  const topics = [...new Set(announced.map(({ topic }) => topic))];
  sources.put(memory, config, { topics, device, print: printOf(payload) });
}

/** FNV-1a and the length: only whoever sends it could make two alike, and would deceive nobody but himself. */
function printOf(payload: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of payload) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${payload.length}:${hash >>> 0}`;
}

/** An emptied discovery topic removes its entities. */
export function forget(memory: DecodeMemory, config: string): void {
  const before = sources.find(memory, config);
  if (!before) return;
  for (const topic of before.topics) {
    const rest = announcedAt(memory, topic).filter(({ source }) => !isOwn(source, config));
    if (rest.length > 0) announcements.put(memory, topic, rest);
    else announcements.drop(memory, topic);
  }
  const kept = linesOf(memory, before.device).filter((line) => !isOwn(line.slice(line.indexOf('\n') + 1), config));
  setMeasures(memory, before.device, kept);
  sources.drop(memory, config);
}

type Measure = Extract<Meaning, { kind: 'number' | 'boolean' }>;

function isMeasure(means: Meaning | null): means is Measure {
  return means?.kind === 'number' || means?.kind === 'boolean';
}

function lineOf(measure: Measure, source: string): string {
  return `${keyOf(measure)}\n${source}`;
}

function keyOf({ metric, part }: Measure): string {
  return `${metric} ${part}`;
}

function linesOf(memory: DecodeMemory, device: string): readonly string[] {
  return measures.find(memory, device)?.lines ?? [];
}

function setMeasures(memory: DecodeMemory, device: string, lines: readonly string[]): void {
  if (lines.length === 0) return measures.drop(memory, device);
  const keys = lines.map((line) => line.slice(0, line.indexOf('\n')));
  const shared = keys.filter((key, index) => keys.indexOf(key) < index);
  measures.put(memory, device, { lines, shared: [...new Set(shared)] });
}

/** The part; where a device measures the same at two places, the place. */
export function apart(memory: DecodeMemory, { device }: Announced, measure: Measure): string | null {
  const shared = measures.find(memory, device)?.shared ?? [];
  return shared.length > 0 && shared.includes(keyOf(measure)) ? measure.place : measure.part;
}

export function rememberOnline(memory: DecodeMemory, topic: string, online: boolean): void {
  if (onlines.find(memory, topic) !== online) onlines.put(memory, topic, online);
}

export function onlineAt(memory: DecodeMemory, topic: string): boolean | undefined {
  return onlines.find(memory, topic);
}
