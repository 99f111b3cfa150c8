import { generate, type Packet } from 'mqtt-packet';
import type { Message } from '../src/domain/decoded.ts';
import { damaged, type Random } from './mutations.ts';

/** What one connection says to the broker, and how. */
export interface Stream {
  /** Pieces are written one after another; `dripMs` between them. */
  readonly pieces: readonly Uint8Array[];
  readonly dripMs: number;
  readonly packets: number;
  /** Well framed: every one of its packets is owed an acknowledgement. */
  readonly polite: boolean;
  /** Never reads what the broker says. */
  readonly deaf: boolean;
}

const PUBLISHES = 50;
const STORM = 200;
/** The broker's default. */
const MAX_LEVELS = 16;

/**
 * Well framed publications with damaged topics and payloads: topics with wildcards, control characters,
 * broken UTF-8, forged, endless; payloads of every dialect's vectors with bytes changed, cut or repeated.
 */
export function politeStream(vectors: readonly Message[], random: Random): Stream {
  const packets = Array.from({ length: PUBLISHES }, (_, i) => {
    const vector = vectors[random(vectors.length)] as Message;
    const [topic, payload] = [hostileTopic(vector.topic, random), damaged(vector.payload, random)];
    return publish(topic, payload, { qos: 1, messageId: i + 1, retain: random(20) === 0 });
  });
  return stream([connect(random), ...packets], { polite: true });
}

/** Bytes that no client should say: one of the ways below, by chance. */
export function hostileStream(vectors: readonly Message[], random: Random): Stream {
  return (WAYS[random(WAYS.length)] as Way)(vectors, random);
}

type Way = (vectors: readonly Message[], random: Random) => Stream;

const WAYS: readonly Way[] = [
  // Whole conversations with damaged bytes; the likeliest way, as it finds what nobody thought of.
  ...Array.from({ length: 8 }, () => damagedTalk),
  damagedConnect,
  damagedConnect,
  truncated,
  oversize,
  wrongOrder,
  wrongProtocol,
  qosThree,
  acknowledgementStorm,
  qos2Flood,
  subscribeFlood,
  deafSubscriber,
  absentListener,
  serverPackets,
  forbiddenTopic,
  slowDrip,
  badWill,
  halfOpen,
  unicodeIds,
];

function damagedTalk(vectors: readonly Message[], random: Random): Stream {
  const packets = Array.from({ length: 20 }, () => anyPacket(vectors, random));
  const from = random(packets.length);
  return stream([connect(random), ...packets.map((packet, i) => (i < from ? packet : damaged(packet, random)))]);
}

function damagedConnect(_: readonly Message[], random: Random): Stream {
  return stream([damaged(connect(random, { will: random(2) === 0 }), random)]);
}

function truncated(vectors: readonly Message[], random: Random): Stream {
  const packet = anyPacket(vectors, random);
  return stream([connect(random), packet.subarray(0, random(packet.length))]);
}

function oversize(_: readonly Message[], random: Random): Stream {
  const lengths = [
    [0xff, 0xff, 0xff, 0x7f],
    [0xff, 0xff, 0xff, 0xff, 0x01],
    [0x80, 0x80, 0x80, 0x80],
    [0x81, 0x80, 0x10],
  ];
  const header = [random(2) === 0 ? 0x30 : 0x10, ...(lengths[random(lengths.length)] as number[])];
  const first = random(2) === 0 ? [connect(random)] : [];
  return stream([...first, Uint8Array.from(header), new Uint8Array(random(2_000))]);
}

function wrongOrder(vectors: readonly Message[], random: Random): Stream {
  if (random(2) === 0) return stream([connect(random), anyPacket(vectors, random), connect(random)]);
  return stream([anyPacket(vectors, random), connect(random)]);
}

function wrongProtocol(_: readonly Message[], random: Random): Stream {
  const names = ['MQTT', 'MQIsdp', 'mqtt', 'HTTP', '', 'MQTT\u0000', 'M'.repeat(2_000)];
  const name = Buffer.from(names[random(names.length)] as string);
  const id = Buffer.from(idOf(random));
  const body = Buffer.concat([lengthOf(name), name, Buffer.of(random(256), 2, 0, 60), lengthOf(id), id]);
  return stream([framed(0x10, body)]);
}

function qosThree(vectors: readonly Message[], random: Random): Stream {
  const packet = Buffer.from(publish('a/b', (vectors[0] as Message).payload, { qos: 1, messageId: 7 }));
  packet[0] = 0x36 | random(2);
  return stream([connect(random), packet]);
}

function acknowledgementStorm(_: readonly Message[], random: Random): Stream {
  const commands = ['pubrel', 'pubrec', 'pubcomp', 'puback'] as const;
  const cmd = commands[random(commands.length)] as 'pubrel';
  const storm = Array.from({ length: STORM }, () => generate({ cmd, messageId: 1 + random(65_535) }));
  return stream([connect(random, { clean: random(2) === 0 }), ...storm]);
}

function qos2Flood(vectors: readonly Message[], random: Random): Stream {
  const flood = Array.from({ length: 100 }, (_, i) => {
    const { topic, payload } = vectors[random(vectors.length)] as Message;
    return publish(topic, payload, { qos: 2, messageId: 1 + (random(2) === 0 ? i : random(20)) });
  });
  return stream([connect(random, { clean: random(2) === 0 }), ...flood]);
}

function subscribeFlood(_: readonly Message[], random: Random): Stream {
  const filters = ['#', '+/+', 'a/#/b', 'a#', '++', '$SYS/#', '\u0000', 'x'.repeat(3_000), '/'.repeat(300), 'ok/+/#'];
  const packets = Array.from({ length: 50 }, (_, i) =>
    generate({
      cmd: 'subscribe',
      messageId: i + 1,
      subscriptions: [{ topic: `${filters[random(filters.length)]}${random(3) === 0 ? i : ''}`, qos: 1 }],
    }),
  );
  return stream([connect(random, { clean: random(4) > 0 }), ...packets]);
}

/** Subscribes to everything, publishes large messages and never reads. */
function deafSubscriber(_: readonly Message[], random: Random): Stream {
  const all = generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] });
  const large = new Uint8Array(100_000);
  const packets = Array.from({ length: 20 }, () => publish(`deaf/${random(9)}`, large, { qos: 0 }));
  return { ...stream([connect(random), all, ...packets]), deaf: true };
}

/** A session that is kept for somebody who never comes back, and that everything is queued for. */
function absentListener(_: readonly Message[], random: Random): Stream {
  const all = generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 1 }] });
  return stream([connect(random, { clean: random(8) > 0 }), all]);
}

function serverPackets(_: readonly Message[], random: Random): Stream {
  const bytes = [0x20, 0x90, 0xb0, 0xd0, 0x00, 0xf0][random(6)] as number;
  return stream([connect(random), Uint8Array.of(bytes, 0)]);
}

function forbiddenTopic(vectors: readonly Message[], random: Random): Stream {
  const { topic, payload } = vectors[random(vectors.length)] as Message;
  const topics = [`${topic}/+/x`, `${topic}/#`, '#', `${'/'.repeat(MAX_LEVELS + random(500))}${topic}`];
  return stream([connect(random), publish(topics[random(topics.length)] as string, payload, { qos: 1, messageId: 1 })]);
}

function slowDrip(_: readonly Message[], random: Random): Stream {
  const bytes = connect(random);
  const pieces = Array.from(bytes.subarray(0, 12), (byte) => Uint8Array.of(byte));
  return { ...stream(pieces), packets: 1, dripMs: 1 + random(15) };
}

function badWill(_: readonly Message[], random: Random): Stream {
  return stream([connect(random, { will: true, willTopic: hostileTopic('a/b', random).toString() })]);
}

function halfOpen(_: readonly Message[], random: Random): Stream {
  return { ...stream(random(2) === 0 ? [] : [connect(random).subarray(0, 1 + random(10))]), packets: 1 };
}

function unicodeIds(_: readonly Message[], random: Random): Stream {
  const ids = ['__proto__', 'constructor', '\u0000', '\u001b[31m', 'x'.repeat(400), '汉'.repeat(30), ''];
  return stream([connect(random, { id: ids[random(ids.length)] as string, clean: random(2) === 0 })]);
}

// ------------------------------------------------------------------------------------ packets

const PING = generate({ cmd: 'pingreq' });

/** Who is still connected after a hostile conversation is answered to its last word, a PINGREQ. */
function stream(said: readonly Uint8Array[], { polite = false } = {}): Stream {
  const pieces = polite ? said : [...said, PING];
  return { pieces, dripMs: 0, packets: said.length, polite, deaf: false };
}

interface ConnectOptions {
  readonly id?: string;
  readonly clean?: boolean;
  readonly will?: boolean;
  readonly willTopic?: string;
}

function connect(random: Random, { id, clean = true, will = false, willTopic }: ConnectOptions = {}): Buffer {
  const last = { topic: willTopic ?? 'wills/a', payload: Buffer.from('gone'), qos: 1 as const, retain: false };
  return generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: clean || id === '',
    clientId: id ?? idOf(random),
    keepalive: 60,
    ...(will ? { will: last } : {}),
  });
}

function idOf(random: Random): string {
  return `hostile-${random(2 ** 31).toString(16)}-${random(2 ** 31).toString(16)}`;
}

function publish(
  topic: string | Buffer,
  payload: Uint8Array,
  { qos, messageId, retain = false }: { qos: 0 | 1 | 2; messageId?: number; retain?: boolean },
): Buffer {
  const named = { cmd: 'publish', topic: topic as string, payload: Buffer.from(payload), qos, retain, dup: false };
  return generate({ ...named, ...(messageId === undefined ? {} : { messageId }) } as Packet);
}

function anyPacket(vectors: readonly Message[], random: Random): Buffer {
  const { topic, payload } = vectors[random(vectors.length)] as Message;
  const messageId = 1 + random(65_535);
  const kinds: readonly (() => Buffer)[] = [
    () => publish(topic, payload, { qos: 0 }),
    () => publish(topic, payload, { qos: 1, messageId }),
    () => publish(topic, payload, { qos: 2, messageId }),
    () => generate({ cmd: 'subscribe', messageId, subscriptions: [{ topic: `${topic}/#`, qos: 1 }] }),
    () => generate({ cmd: 'unsubscribe', messageId, unsubscriptions: [topic] }),
    () => generate({ cmd: 'pubrel', messageId }),
    () => generate({ cmd: 'puback', messageId }),
  ];
  return (kinds[random(kinds.length)] as () => Buffer)();
}

function hostileTopic(topic: string, random: Random): string | Buffer {
  const bytes = Buffer.from(topic);
  const ways: readonly (() => string | Buffer)[] = [
    () => topic,
    () => topic,
    () => Buffer.from(damaged(bytes, random).map((byte) => (byte === 0x23 || byte === 0x2b ? 0x40 : byte))),
    () => `${topic}\u0000`,
    () => Buffer.concat([bytes, Buffer.of(0xff, 0xc3, 0x28)]),
    () => `${topic}/${'x'.repeat(1 + random(60_000))}`,
    () => `$SYS/${topic}`,
    () => `keepsite/bench/pages/${random(9)}`,
    () => `nobody/${random(1_000_000)}/${topic}`,
  ];
  const chosen = (ways[random(ways.length)] as () => string | Buffer)();
  // Deep or empty topics end the connection: see `forbiddenTopic`.
  const levels = chosen.toString().split('/').length;
  return chosen.length === 0 || levels > MAX_LEVELS ? 'shallow' : chosen;
}

function framed(header: number, body: Buffer): Buffer {
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.of(header, ...length), body]);
}

function lengthOf(text: Buffer): Buffer {
  return Buffer.of(text.length >> 8, text.length & 0xff);
}
