import { connect } from 'node:net';
import { generate, parser } from 'mqtt-packet';

/** A message of QoS 1, and what its sender knows of its fate. */
export interface Letter {
  readonly topic: string;
  readonly payload: string;
  /** How often it was handed to a connection. */
  sent: number;
  acknowledged: boolean;
}

export interface PublisherOptions {
  readonly port: number;
  readonly inFlight: number;
  /** Letters a second; null: as fast as acknowledgements come. */
  readonly rate: number | null;
  /** Sent before and never acknowledged: they go first, in their order, marked DUP. */
  readonly again: readonly Letter[];
  /** The next letter; null when there is nothing to say just now. */
  readonly next: () => Letter | null;
  readonly onAcknowledged?: (letter: Letter) => void;
}

/** A device's end of one connection. */
export interface Publisher {
  /** Resolves when the connection is over, to what was sent and not acknowledged, in its order. */
  readonly over: Promise<Letter[]>;
  /** Resolves once everything sent is acknowledged and `next` has nothing more, or the connection is over. */
  readonly idle: () => Promise<void>;
  /** Says nothing new from here on. */
  readonly pause: () => void;
  readonly end: () => void;
}

const TURN_MS = 5;
const MAX_MESSAGE_ID = 65_535;

/**
 * A raw MQTT 3.1.1 publisher that knows exactly what was acknowledged: every PUBACK that reached this
 * machine counts, also one that is read after the broker was killed. Rejects when nobody answers CONNECT.
 */
export async function openPublisher(options: PublisherOptions): Promise<Publisher> {
  const { again, next } = options;
  const socket = connect({ host: '127.0.0.1', port: options.port, noDelay: true });
  const waiting = new Map<number, Letter>();
  const repeats = [...again];
  const { promise: over, resolve: finish } = Promise.withResolvers<Letter[]>();
  const { promise: ready, resolve: begin, reject: fail } = Promise.withResolvers<void>();
  const idle: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let startedAt = Infinity;
  let [messageId, taken, quiet, paused] = [0, 0, false, false];

  function allowed(): number {
    return options.rate === null ? Infinity : ((performance.now() - startedAt) / 1000) * options.rate;
  }

  function pump(): void {
    if (startedAt === Infinity) return;
    const packets: Buffer[] = [];
    quiet = false;
    while (!quiet && waiting.size < options.inFlight && (repeats.length > 0 || taken < allowed())) {
      const letter = repeats.shift() ?? fresh();
      if (letter) packets.push(send(letter));
      else quiet = true;
    }
    if (packets.length > 0) socket.write(Buffer.concat(packets));
    if (quiet && waiting.size === 0) for (const tell of idle.splice(0)) tell();
  }

  function fresh(): Letter | null {
    const letter = paused ? null : next();
    if (letter) taken += 1;
    return letter;
  }

  function send(letter: Letter): Buffer {
    messageId = (messageId % MAX_MESSAGE_ID) + 1;
    waiting.set(messageId, letter);
    const { topic, payload } = letter;
    const dup = letter.sent > 0;
    letter.sent += 1;
    return generate({ cmd: 'publish', topic, payload, qos: 1, messageId, dup, retain: false });
  }

  function acknowledged(id: number): void {
    const letter = waiting.get(id);
    if (!letter) return;
    waiting.delete(id);
    letter.acknowledged = true;
    options.onAcknowledged?.(letter);
  }

  const reader = parser();
  reader.on('packet', (packet) => {
    if (packet.cmd === 'connack') begin();
    if (packet.cmd === 'puback' && packet.messageId !== undefined) acknowledged(packet.messageId);
  });
  socket.on('data', (bytes: Buffer) => {
    reader.parse(bytes);
    pump();
  });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    clearInterval(timer);
    fail(new Error('the broker hung up before it answered'));
    for (const tell of idle.splice(0)) tell();
    finish([...waiting.values(), ...repeats]);
  });
  const clientId = `publisher-${Math.random().toString(16).slice(2)}`;
  socket.write(
    generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId, keepalive: 60 }),
  );
  await ready;
  startedAt = performance.now();
  timer = setInterval(pump, TURN_MS);
  return {
    over,
    idle: () => new Promise((resolve) => (socket.destroyed ? resolve() : idle.push(resolve))),
    pause: () => void (paused = true),
    end: () => void socket.destroy(),
  };
}
