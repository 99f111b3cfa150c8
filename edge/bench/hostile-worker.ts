// A thread of its own, so that the healthy device of the soak is not delayed by the making of bad packets.
import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { parser } from 'mqtt-packet';
import { hostileStream, politeStream, type Stream } from './hostile.ts';
import { xorshift } from './mutations.ts';
import { pause } from './soak-report.ts';
import { vectorMessages } from './vectors.ts';

export interface HostileOrders {
  readonly port: number;
  readonly packets: number;
  readonly seed: number;
}

/** What the hostile connections saw. */
export interface HostileTally {
  packets: number;
  connections: number;
  /** Well framed publications, and how many of them were acknowledged. */
  polite: number;
  politeAcknowledged: number;
  /** Polite connections that the broker ended. */
  politeEnded: number;
  /** Other connections that the broker ended, without those in which somebody said DISCONNECT. */
  ended: number;
}

const AT_ONCE = 32;
const POLITE_PATIENCE_MS = 20_000;
const HOSTILE_PATIENCE_MS = 300;
/** One in so many connections that say too little waits for the broker to lose patience. */
const STAYS = 400;
const STAY_MS = 8_000;

if (parentPort) {
  const orders = workerData as HostileOrders;
  const tally: HostileTally = {
    packets: 0,
    connections: 0,
    polite: 0,
    politeAcknowledged: 0,
    politeEnded: 0,
    ended: 0,
  };
  const random = xorshift(orders.seed);
  const vectors = [...vectorMessages()].flatMap(([, messages]) => messages);
  const lane = async () => {
    while (tally.packets < orders.packets) {
      const stream = random(2) === 0 ? hostileStream(vectors, random) : politeStream(vectors, random);
      tally.packets += stream.packets;
      tally.connections += 1;
      const stays = random(STAYS) === 0;
      await (stream.polite ? sayPolitely(orders.port, stream, tally) : say(orders.port, stream, stays, tally));
      if (tally.connections % 50 === 0) report(tally);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  report(tally);
  parentPort.close();
}

function report(tally: HostileTally): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(tally);
}

async function sayPolitely(port: number, { pieces }: Stream, tally: HostileTally): Promise<void> {
  const { socket, closed } = open(port);
  const wanted = pieces.length - 1;
  let acknowledged = 0;
  const all = new Promise<void>((resolve) => {
    const reader = parser();
    reader.on('packet', ({ cmd }) => {
      if (cmd === 'connack') socket.write(Buffer.concat(pieces.slice(1)));
      if (cmd === 'puback') acknowledged += 1;
      if (acknowledged === wanted) resolve();
    });
    socket.on('data', (bytes: Buffer) => reader.parse(bytes));
  });
  socket.write(pieces[0] as Uint8Array);
  await atMost(POLITE_PATIENCE_MS, [all, closed]);
  tally.polite += wanted;
  tally.politeAcknowledged += acknowledged;
  if (socket.destroyed) tally.politeEnded += 1;
  socket.destroy();
}

async function say(port: number, stream: Stream, stays: boolean, tally: HostileTally): Promise<void> {
  const { socket, closed } = open(port);
  const answered = stream.deaf ? new Promise<void>(() => socket.pause()) : lastWord(socket);
  if (stream.dripMs === 0) socket.write(Buffer.concat(stream.pieces));
  else
    for (const piece of stream.pieces) {
      socket.write(piece);
      await pause(stream.dripMs);
    }
  await atMost(stays ? STAY_MS : HOSTILE_PATIENCE_MS, stays ? [closed] : [closed, answered]);
  if (socket.destroyed && !saysDisconnect(Buffer.concat(stream.pieces))) tally.ended += 1;
  socket.destroy();
}

/** Resolves when the PINGREQ at the end is answered. */
function lastWord(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const reader = parser();
    reader.on('packet', ({ cmd }) => {
      if (cmd === 'pingresp') resolve();
    });
    socket.on('data', (bytes: Buffer) => reader.parse(bytes));
  });
}

async function atMost(ms: number, ends: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([...ends, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}

function open(port: number): { readonly socket: Socket; readonly closed: Promise<void> } {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.on('error', () => undefined);
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

/** Follows the fixed headers: damage can turn any packet into a DISCONNECT, after which the broker hangs up as it should. */
function saysDisconnect(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length;) {
    if ((bytes[at] as number) >> 4 === 14) return true;
    let [length, factor] = [0, 1];
    do {
      at += 1;
      length += ((bytes[at] ?? 0) & 0x7f) * factor;
      factor *= 128;
    } while (((bytes[at] ?? 0) & 0x80) !== 0 && factor <= 128 ** 3);
    at += 1 + length;
  }
  return false;
}
