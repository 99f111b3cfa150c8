import type { DeviceDialect } from './dialect.ts';
import { objectOf, readJson } from './json.ts';

/** Nobody can be surer: the rest need not be asked. */
const CERTAIN = 1;
/** From here on it is the topic that speaks, and a topic does not change its owner. */
const BY_TOPIC = 0.9;
const TOPICS_KEPT = 20_000;
const SHAPES_A_TOPIC = 4;
/** Readers of a dialect that topics have together, so many at most: a device may invent shapes. */
const MOST_SHARED = 200;

/** Words that only one vendor uses are surer than an announcement, a layout that others share is not. */
const SURER_THAN_CLAIMS = 0.5;

/**
 * Finds the surest dialect; undefined when none recognises the message. At equal sureness the earlier
 * one. `claim` tells the dialect to which a device has announced the topic: it goes before mere guesses.
 */
export type Recogniser = (
  topic: string,
  payload: Uint8Array,
  claim?: () => DeviceDialect | undefined,
) => DeviceDialect | undefined;

type Claim = Parameters<Recogniser>[2];

/** Who read a topic's messages of one shape, and how sure it was. */
interface Reader {
  readonly dialect: DeviceDialect;
  readonly sureness: number;
  /** It was announced to this dialect, and nobody is sure. */
  readonly claimed: boolean;
  /** The payload's top-level keys; null where the topic alone told. */
  readonly shape: string | null;
}

type Found = readonly [dialect: DeviceDialect | undefined, sureness: number];

/**
 * Asks every dialect the first time. Later messages of the topic with the same keys are offered to whom
 * they belonged to, and to all again as soon as that one is less sure; where the topic's layout told
 * whose it is, its keys do not matter. Mappings, which may look at a value, are asked always.
 */
export function createRecogniser(mappings: readonly DeviceDialect[], dialects: readonly DeviceDialect[]): Recogniser {
  const known = new Map<string, readonly Reader[]>();
  /** Lists of one, of topics that are alike: there are topics by the ten thousand. */
  const shared = new Map<DeviceDialect, Map<string, readonly [Reader]>>();

  function builtIn(topic: string, payload: Uint8Array, claim: Claim): Found {
    const readers = known.get(topic);
    const shape = readers?.[0]?.shape === null ? null : shapeOf(payload);
    const reader = readers?.find((each) => each.shape === shape);
    if (reader && stillIts(reader, topic, payload, claim)) return [reader.dialect, reader.sureness];
    const found = surest(dialects, topic, payload);
    const claimant = found[1] < SURER_THAN_CLAIMS ? claim?.() : undefined;
    const dialect = claimant ?? found[0];
    const sureness = claimant ? 0 : found[1];
    if (dialect) {
      const kept = sureness >= BY_TOPIC ? null : shapeOf(payload);
      keep(topic, { dialect, sureness, claimed: claimant !== undefined, shape: kept });
    }
    return [dialect, sureness];
  }

  function keep(topic: string, reader: Reader): void {
    if (known.size >= TOPICS_KEPT) known.clear();
    const others = reader.shape === null ? [] : (known.get(topic) ?? []).filter(({ shape }) => shape !== reader.shape);
    known.set(topic, others.length === 0 ? alone(reader) : [reader, ...others].slice(0, SHAPES_A_TOPIC));
  }

  function alone(reader: Reader): readonly [Reader] {
    const { dialect, sureness, claimed, shape } = reader;
    const ofDialect = shared.get(dialect) ?? new Map<string, readonly [Reader]>();
    shared.set(dialect, ofDialect);
    const like = JSON.stringify([sureness, claimed, shape]);
    const made = ofDialect.get(like) ?? ([reader] as const);
    if (ofDialect.size < MOST_SHARED) ofDialect.set(like, made);
    return made;
  }

  return (topic, payload, claim) => {
    const [mapping, sure] = surest(mappings, topic, payload);
    if (sure >= CERTAIN) return mapping;
    const [dialect, surer] = builtIn(topic, payload, claim);
    return surer > sure ? dialect : (mapping ?? dialect);
  };
}

function stillIts({ dialect, sureness, claimed }: Reader, topic: string, payload: Uint8Array, claim: Claim): boolean {
  return claimed ? claim?.() === dialect : surenessOf(dialect, topic, payload) >= sureness;
}

const BRACE = 0x7b;

/** The keys of a JSON object, in their order; what is none has the shape of its first byte. */
function shapeOf(payload: Uint8Array): string {
  if (payload[0] !== BRACE) return `${payload[0]}`;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  return body ? Object.keys(body).join() : '';
}

function surest(dialects: readonly DeviceDialect[], topic: string, payload: Uint8Array): Found {
  let best: DeviceDialect | undefined;
  let sureness = 0;
  for (const dialect of dialects) {
    const sure = surenessOf(dialect, topic, payload);
    if (sure > sureness) [best, sureness] = [dialect, sure];
    if (sureness >= CERTAIN) break;
  }
  return [best, sureness];
}

/** A dialect that throws while looking does not know the message. */
function surenessOf(dialect: DeviceDialect, topic: string, payload: Uint8Array): number {
  try {
    return dialect.recognises(topic, payload);
  } catch {
    return 0;
  }
}
