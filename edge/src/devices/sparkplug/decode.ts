import { metricKind, type Quality } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, DecodedReading, Message } from '../../domain/decoded.ts';
import { usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readText } from '../json.ts';
import { addAvailability, addRejected, addValue, rejected, speaker } from '../lines.ts';
import { addPoint, type Point } from '../points.ts';
import {
  bear,
  bury,
  forgetDevice,
  knownOf,
  learn,
  mayAsk,
  missed,
  namesIn,
  nodeOf,
  type Known,
  type Named,
} from './births.ts';
import { DATATYPE, readPayload, wholeNumber, type Metric, type Payload } from './payload.ts';
import { rebirthCommand } from './rebirth.ts';
import { WireFault } from './wire.ts';

const FAMILY = 'sparkplug';
const NAMESPACE = 'spBv1.0/';

/** Sparkplug B 3.0: births that give names to aliases, data that carry aliases alone, deaths by number. */
export const sparkplug: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3_600,
  recognises: (topic) => (topic.startsWith(NAMESPACE) ? 1 : /^STATE\/[^/]+$/.test(topic) ? 0.9 : 0),
  decode,
};

/** Who speaks: an edge node, or a device of it. */
interface Place {
  readonly group: string;
  readonly node: string;
  /** `group/node`, the node's own id. */
  readonly nodeId: string;
  readonly device: string | null;
  readonly id: string;
}

const TYPE = /^([ND])(BIRTH|DEATH|DATA|CMD)$/;

function decode(message: Message, context: DecodeContext): Decoded[] {
  const levels = message.topic.split('/');
  if (levels[0] === 'STATE' || (levels[1] === 'STATE' && levels.length === 3)) return decodeHost(message.payload);
  const [, group = '', type = '', node = '', device = null] = levels;
  const [, whose, what] = TYPE.exec(type) ?? [];
  const complete = group !== '' && node !== '' && device !== '' && levels.length === (whose === 'D' ? 5 : 4);
  if (levels[0] !== NAMESPACE.slice(0, -1) || what === undefined || !complete)
    return [rejected(FAMILY, null, 'this is no topic of Sparkplug B')];
  // What hosts order is no statement of the facility.
  if (what === 'CMD') return [];
  const nodeId = `${group}/${node}`;
  const place: Place = { group, node, nodeId, device, id: device === null ? nodeId : `${nodeId}/${device}` };
  try {
    return decodePayload(what, place, message, context);
  } catch (error) {
    if (error instanceof WireFault) return [rejected(FAMILY, place.id, `no Sparkplug payload: ${error.message}`)];
    throw error;
  }
}

/** A host application says whether it listens; that is no device of the facility. */
function decodeHost(payload: Uint8Array): Decoded[] {
  const read = readJson(payload);
  if (read.ok && typeof objectOf(read.value)?.['online'] === 'boolean') return [];
  const text = readText(payload);
  if (text.ok && /^(?:ONLINE|OFFLINE)$/i.test(text.value)) return [];
  return [rejected(FAMILY, null, 'a host’s state is neither {"online": …} nor ONLINE or OFFLINE')];
}

interface Hearing {
  readonly place: Place;
  readonly payload: Payload;
  readonly message: Message;
  readonly context: DecodeContext;
  readonly lines: Decoded[];
}

function decodePayload(what: string, place: Place, message: Message, context: DecodeContext): Decoded[] {
  const payload = readPayload(message.payload);
  const lines: Decoded[] = [];
  const hearing: Hearing = { place, payload, message, context, lines };
  if (payload.compressed) return [rejected(FAMILY, place.id, 'compressed Sparkplug payloads are not read')];
  if (what === 'BIRTH') born(hearing);
  else if (what === 'DEATH') died(hearing);
  else data(hearing);
  for (const fault of payload.faults) lines.push(rejected(FAMILY, place.id, `a metric: ${fault}`));
  return lines;
}

// ------------------------------------------------------------------------------------ births and deaths

function born(hearing: Hearing): void {
  const { place, payload, message, context } = hearing;
  const { memory } = context;
  const names = namesIn(payload.metrics);
  const isNode = place.device === null;
  if (isNode && !message.retain) missed(memory, place.nodeId, payload.seq, true);
  // A birth that a broker kept tells names until a living one is heard, and nobody's presence.
  if (!message.retain || knownOf(memory, place.nodeId, place.device) === undefined) {
    if (isNode) bear(memory, place.nodeId, bdSeqOf(payload.metrics), !message.retain);
    learn(memory, place.nodeId, place.device, names);
  }
  if (!message.retain) available(hearing, place.id, true, payload.timestamp);
  for (const { metric, known } of names) addMetric(hearing, metric, known);
  describe(place, names, context);
  if (!isNode) followCourse(hearing);
}

function bdSeqOf(metrics: readonly Metric[]): number | null {
  const value = metrics.find(({ name }) => name?.toLowerCase() === 'bdseq')?.value;
  return typeof value === 'number' ? value : null;
}

/** A node's death takes its devices along, unless it is the late will of an earlier connection. */
function died(hearing: Hearing): void {
  const { place, payload, message, context } = hearing;
  const { memory } = context;
  if (place.device !== null) {
    followCourse(hearing);
    forgetDevice(memory, place.nodeId, place.device);
    available(hearing, place.id, false, payload.timestamp);
    return;
  }
  const node = nodeOf(memory, place.nodeId);
  const bdSeq = bdSeqOf(payload.metrics);
  if (node?.alive && (message.retain || (node.bdSeq !== null && bdSeq !== null && node.bdSeq !== bdSeq))) return;
  bury(memory, place.nodeId);
  // The will was written when its sender connected: its timestamp is not the time of death.
  for (const id of [place.id, ...(node?.devices ?? []).map((device) => `${place.nodeId}/${device}`)])
    available(hearing, id, false, null);
}

function available({ lines }: Hearing, id: string, online: boolean, timestamp: number | null): void {
  addAvailability(speaker(FAMILY, id, instantOf(timestamp), false, lines), online);
}

function describe(place: Place, names: readonly Named[], { aside }: DecodeContext): void {
  const text = (name: string) => {
    const value = names.find(({ known }) => known.name.toLowerCase() === name)?.metric.value;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  aside.describe({
    family: FAMILY,
    device: place.id,
    name: place.device ?? place.node,
    maker: text('properties/hardware make'),
    model: text('properties/hardware model'),
    points: names.flatMap(({ known: { point, name }, metric }) =>
      point ? [{ metric: point.metric, part: point.part, name, unit: metric.unit }] : [],
    ),
  });
}

// ------------------------------------------------------------------------------------ data

type Find = (metric: Metric, folder: string) => Known | undefined;
const NOTHING_KNOWN: Readonly<Record<string, Known>> = {};

function data(hearing: Hearing): void {
  const { place, payload, context, lines } = hearing;
  const birth = knownOf(context.memory, place.nodeId, place.device) ?? NOTHING_KNOWN;
  const untold = payload.metrics.filter((metric) => lookUp(metric, birth, '') === undefined);
  // A name speaks for itself, an alias does not.
  const named = new Map(namesIn(untold).map(({ metric, known }) => [metric, known]));
  const find: Find = (metric, folder) => lookUp(metric, birth, folder) ?? named.get(metric);
  let strange = 0;
  for (const metric of payload.metrics) strange += addFound(hearing, metric, find, '');
  if (strange > 0) {
    const who = strange === 1 ? 'a metric has' : `${strange} metrics have`;
    lines.push(rejected(FAMILY, place.id, `${who} an alias of which no birth was heard`));
  }
  followCourse(hearing, untold.length > 0 || strange > 0);
}

/** Adds a metric and its members; answers how many of them nobody knows. */
function addFound(hearing: Hearing, metric: Metric, find: Find, folder: string): number {
  const known = find(metric, folder);
  if (!known) return 1;
  addMetric(hearing, metric, known);
  let strange = 0;
  for (const member of metric.members ?? []) strange += addFound(hearing, member, find, `${known.name}/`);
  return strange;
}

function lookUp({ name, alias }: Metric, birth: Readonly<Record<string, Known>>, folder: string): Known | undefined {
  if (alias !== null && Object.hasOwn(birth, alias)) return birth[alias];
  const key = `/${folder}${name}`;
  return name !== null && Object.hasOwn(birth, key) ? birth[key] : undefined;
}

/** A gap in the node's numbers, or a word nobody knows: what came stands, and the node is asked to be born again. */
function followCourse({ place, payload, message, context }: Hearing, strange = false): void {
  if (message.retain) return;
  const gap = missed(context.memory, place.nodeId, payload.seq);
  if (!gap && !strange && nodeOf(context.memory, place.nodeId)?.alive) return;
  if (mayAsk(context.memory, place.nodeId, message.receivedAt))
    context.aside.ask(rebirthCommand(place.group, place.node, message.receivedAt));
}

// ------------------------------------------------------------------------------------ values

/** Datatypes that are neither a number nor a yes or no nor a word: from DateTime on, but for Text. */
function isReadable(datatype: number | null): boolean {
  return datatype === null || datatype < DATATYPE.dateTime || datatype === DATATYPE.text;
}

function addMetric({ place, payload, lines }: Hearing, metric: Metric, { name, datatype, point }: Known): void {
  const type = metric.datatype ?? datatype;
  if (point === null || !isReadable(type)) return;
  const at = instantOf(metric.timestamp ?? payload.timestamp);
  const from = speaker(FAMILY, place.id, at, metric.historical, lines);
  const quality = qualityOf(metric.quality);
  const { value } = metric;
  const first = lines.length;
  if (metric.isNull) addNull(from, point, type);
  else if (typeof value === 'bigint' || (typeof value === 'number' && !metric.isFloat)) {
    const whole = wholeNumber(value, type);
    if (whole === undefined) addRejected(from, `${name}: ${value} does not fit datatype ${type ?? 'unknown'}`);
    else addPoint(from, point, type === DATATYPE.boolean && whole <= 1 ? whole === 1 : whole);
  } else if (Number.isNaN(value)) addPoint(from, point, null);
  else if (typeof value !== 'string' || metricKind(point.metric) !== undefined) addPoint(from, point, value);
  if (quality !== 'good') lower(lines, first, quality);
}

/** A text that is missing is no reading either, unless the house has a word for it. */
function addNull(from: Parameters<typeof addPoint>[0], { metric, part }: Point, type: number | null): void {
  const isText = type === DATATYPE.string || type === DATATYPE.text;
  if (!isText || metricKind(metric) !== undefined) addValue(from, metric, null, part, 'unknown');
}

/**
 * The property `Quality`: 0 bad, 192 good, 500 stale by the specification; between them the ranges of
 * OPC, which gateways pass on. What its sender holds stale is a state that it kept.
 */
function qualityOf(code: number | null): Quality {
  if (code === null || (code >= 192 && code < 256)) return 'good';
  if (code === 500) return 'cached';
  return code < 64 || code >= 512 ? 'bad' : 'unknown';
}

function lower(lines: Decoded[], first: number, quality: Quality): void {
  for (let index = first; index < lines.length; index += 1) {
    const line = lines[index];
    if (line?.kind === 'reading' && (line.quality === 'good' || quality === 'bad'))
      lines[index] = { ...line, quality } satisfies DecodedReading;
  }
}

function instantOf(timestamp: number | null): number | null {
  return timestamp === null ? null : usableInstant(timestamp);
}
