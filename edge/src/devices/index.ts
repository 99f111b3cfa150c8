import type {
  Aside,
  DecodeContext,
  Decoded,
  DecodeMemory,
  Description,
  Message,
  Publication,
} from '../domain/decoded.ts';
import { checkLines } from './check.ts';
import type { DeviceDialect, Opened, Uplink } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { rejected } from './lines.ts';
import { createRecogniser, type Recogniser } from './recognise.ts';

export type { DeviceDialect, Opened, Uplink, UplinkReader } from './dialect.ts';
export { DIALECTS } from './dialects.ts';
export { compileMapping, type CompiledMapping, type MappingError } from './mapped/compile.ts';
export { asksForRebirth } from './sparkplug/rebirth.ts';

/** A longer payload is no sensor's. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

/** What a message said. `family` is null when nobody recognises it; then its one line is a rejection. */
export interface DecodeResult {
  readonly family: string | null;
  /** An idempotency key of the sender's: the same one again is the same message. */
  readonly sourceId: string | null;
  readonly lines: Decoded[];
  /** What somebody should publish once the message is on disk; `[]` for almost every message. */
  readonly asks: readonly Publication[];
  /** What the message tells about devices; `[]` for almost every message. */
  readonly descriptions: readonly Description[];
}

export interface Decoder {
  /**
   * Turns a message into lines; pure but for `memory`. Never throws. `family` forces a dialect, or
   * the dialect of what an envelope holds.
   */
  readonly decode: (message: Message, memory: DecodeMemory, family?: string) => DecodeResult;
  /** The dialect that would decode the message; null when none recognises it. */
  readonly guessFamily: (topic: string, payload: Uint8Array) => string | null;
  /** Longest silence that is normal for a family, seconds; undefined for a family nobody knows. */
  readonly expectEverySeconds: (family: string) => number | undefined;
  readonly families: readonly string[];
}

export interface DecoderOptions {
  readonly dialects?: readonly DeviceDialect[];
  /** Installers' own dialects; they are asked first. */
  readonly mappings?: readonly DeviceDialect[];
  readonly zoneOf: DecodeContext['zoneOf'];
  /** The family that a topic, or a device inside an envelope, is adopted with. */
  readonly familyOf?: (topicOrDevice: string) => string | undefined;
}

/** Builds the one decoder of the edge, of its command and of its tests. */
export function createDecoder(options: DecoderOptions): Decoder {
  const { mappings = [], dialects: builtIn = DIALECTS } = options;
  const dialects = [...mappings, ...builtIn];
  const byFamily = new Map<string, DeviceDialect>();
  for (const dialect of dialects) if (!byFamily.has(dialect.family)) byFamily.set(dialect.family, dialect);
  const readers = dialects.filter(({ uplink }) => uplink !== undefined);
  const claimants = dialects.filter(({ claims }) => claims !== undefined);
  const setup: Setup = { recognise: createRecogniser(mappings, builtIn), byFamily, readers, claimants, options };
  return {
    decode: (message, memory, family) => decode(setup, message, memory, family),
    guessFamily: (topic, payload) => setup.recognise(topic, payload)?.family ?? null,
    expectEverySeconds: (family) => byFamily.get(family)?.expectEverySeconds,
    families: [...byFamily.keys()],
  };
}

interface Setup {
  readonly recognise: Recogniser;
  readonly readers: readonly DeviceDialect[];
  readonly claimants: readonly DeviceDialect[];
  readonly byFamily: ReadonlyMap<string, DeviceDialect>;
  readonly options: DecoderOptions;
}

function decode(setup: Setup, message: Message, memory: DecodeMemory, family: string | undefined): DecodeResult {
  const size = message.payload.length;
  if (size > MAX_PAYLOAD_BYTES) {
    return refused(family ?? null, `the payload has ${size} bytes, more than ${MAX_PAYLOAD_BYTES}`);
  }
  const wanted = family ?? setup.options.familyOf?.(message.topic);
  const dialect = choose(setup, message, memory, wanted);
  if (!dialect) {
    return refused(
      null,
      wanted === undefined ? 'no dialect recognises this message' : `no dialect is called ${wanted}`,
    );
  }
  // An empty payload takes a retained message away; that is no statement of the device.
  if (size === 0) {
    dialect.takesBack?.(message.topic, memory);
    return { family: dialect.family, sourceId: null, lines: [], ...NOTHING_ASIDE };
  }
  const aside = new Asides();
  const context: Context = { zoneOf: setup.options.zoneOf, memory, aside };
  try {
    return dialect.open
      ? decodeEnvelope(setup, dialect, message, context, wanted)
      : decodePlain(dialect, message, context);
  } catch (error) {
    return refused(dialect.family, `${dialect.family} could not decode this: ${reasonOf(error)}`);
  }
}

/** The family that is asked for; one that reads the inside of envelopes leaves the outside to them. */
function choose(
  setup: Setup,
  { topic, payload }: Message,
  memory: DecodeMemory,
  wanted: string | undefined,
): DeviceDialect | undefined {
  const claim = () => setup.claimants.find((dialect) => dialect.claims?.(topic, memory));
  if (wanted === undefined) return setup.recognise(topic, payload, claim);
  const dialect = setup.byFamily.get(wanted);
  if (!dialect?.uplink) return dialect;
  const found = setup.recognise(topic, payload);
  return found?.open ? found : dialect;
}

interface Context extends DecodeContext {
  readonly aside: Asides;
}

/** A maker's own block of addresses: no other reader can be surer. */
const OWN_ADDRESS = 0.9;
/** Who is no surer goes by common names alone, and gives way to what an envelope says for certain. */
const GUESS = 0.4;
const UNKNOWN_OBJECT = 'no dialect recognises the object in this envelope';
const NO_CODEC = 'no codec has decoded this frame: set one in the device’s profile on the LoRaWAN server';
const NOTHING: readonly never[] = [];
const NOTHING_ASIDE = { asks: NOTHING, descriptions: NOTHING } as const;

/** Most messages say nothing beside their lines: no list is made for them. */
class Asides implements Aside {
  asks: readonly Publication[] = NOTHING;
  descriptions: readonly Description[] = NOTHING;

  ask(publication: Publication): void {
    this.asks = [...this.asks, publication];
  }

  describe(description: Description): void {
    this.descriptions = [...this.descriptions, description];
  }
}

function decodePlain(dialect: DeviceDialect, message: Message, context: Context): DecodeResult {
  const lines = dialect.decode(message, context);
  return checked(dialect, dialect.sourceId?.(message) ?? null, lines, message, context);
}

function decodeEnvelope(
  setup: Setup,
  envelope: DeviceDialect,
  message: Message,
  context: Context,
  wanted: string | undefined,
): DecodeResult {
  const opened = envelope.open?.(message, context) ?? { lines: [], uplink: null, sourceId: null };
  const { uplink, sourceId } = opened;
  if (!uplink) return checked(envelope, sourceId, opened.lines, message, context);
  const reader = readerOf(setup, opened, uplink, wanted ?? setup.options.familyOf?.(uplink.device));
  if (!reader?.uplink) {
    const reason = uplink.object ? UNKNOWN_OBJECT : NO_CODEC;
    const own = opened.otherwise ?? [rejected(envelope.family, uplink.device, reason)];
    return checked(envelope, sourceId, [...opened.lines, ...own], message, context);
  }
  const lines = [...opened.lines, ...reader.uplink.decode(uplink, context)];
  return checked(reader, sourceId, lines, message, context);
}

function readerOf(setup: Setup, opened: Opened, uplink: Uplink, wanted: string | undefined): DeviceDialect | undefined {
  const adopted = wanted === undefined ? undefined : setup.byFamily.get(wanted);
  return adopted?.uplink ? adopted : surestReader(setup.readers, uplink, opened.otherwise ? GUESS : 0);
}

/** A memory for the command and for tests; the edge's own is swapped in with each commit. */
export function createMemory(): DecodeMemory {
  const entries = new Map<string, unknown>();
  return { get: (key) => entries.get(key), set: (key, value) => void entries.set(key, value) };
}

/** The surest reader that is surer than `floor`. */
function surestReader(readers: readonly DeviceDialect[], uplink: Uplink, floor: number): DeviceDialect | undefined {
  let best: DeviceDialect | undefined;
  let sureness = floor;
  for (const dialect of readers) {
    const sure = dialect.uplink?.recognises(uplink) ?? 0;
    if (sure > sureness) [best, sureness] = [dialect, sure];
    if (sureness >= OWN_ADDRESS) break;
  }
  return best;
}

function checked(
  dialect: DeviceDialect,
  sourceId: string | null,
  lines: readonly Decoded[],
  message: Message,
  { memory, aside: { asks, descriptions } }: Context,
): DecodeResult {
  const faultsAreStates = dialect.faultsAreStates === true;
  const good = checkLines(lines, { message, memory, faultsAreStates });
  return { family: dialect.family, sourceId, lines: good, asks, descriptions };
}

function refused(family: string | null, reason: string): DecodeResult {
  return { family, sourceId: null, lines: [rejected(family, null, reason)], ...NOTHING_ASIDE };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
