import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { loadDevices } from './devices.ts';
import type { HostileOrders, HostileTally } from './hostile-worker.ts';
import { type EdgeDoors, metricsOf, type Running, startEdge } from './processes.ts';
import { type Letter, openPublisher, type Publisher } from './publisher.ts';
import { pause, percentile, type SoakReport, type Tell } from './soak-report.ts';

export interface BrokerOptions {
  readonly packets: number;
  readonly seed: number;
}

const DEVICES = 20;
const HEALTHY_RATE = 20;
const LOOK_EVERY_MS = 500;
/** What the process may have grown from the second third of the way to the last and still be called flat. */
const FLAT_MB = 80;
/** A heap that grew and grew would end the gateway here: a collector that waits for need does not look like growth. */
const HEAP_MB = 192;
const SLOWEST_ACKNOWLEDGEMENT_MS = 5_000;
const SETTLE_MS = 1_500;
const TELL_EVERY = 100_000;

/** Refusals that do not end the connection: the message is answered and goes nowhere. */
const ANSWERED = ['publish_topic', 'publish_to_ours'];
const NOT_ENDING = [...ANSWERED, 'message_rate', 'subscribe_topic', 'too_many_subscriptions', 'retained_full'].concat(
  'session_queue_full',
  'session_forgotten',
);
const BROKEN = ['handler_failed', 'broker_failed'];

/**
 * Throws mutated packets at the embedded broker of a real gateway while a healthy device reports beside
 * them. The gateway stays alive and ready, answers the healthy device, does not grow, and counts
 * everything: what is well framed as a message or a refusal, and each connection that it ends.
 */
export async function soakBroker({ packets, seed }: BrokerOptions, tell: Tell): Promise<SoakReport> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-broker-'));
  const devices = loadDevices(DEVICES);
  const edge = await startEdge(dir, devices, {
    KEEPSITE_LOG_LEVEL: 'error',
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
  });
  try {
    const healthy = await reportHealthily(edge.said.mqttPort);
    const watch = await watched(edge, { port: edge.said.mqttPort, packets, seed }, tell);
    await pause(SETTLE_MS);
    const counts = await metricsOf(edge.said.url);
    healthy.publisher.end();
    return verdict(watch, counts, healthy);
  } finally {
    await edge.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Healthy {
  readonly publisher: Publisher;
  readonly delays: number[];
  readonly said: () => number;
}

/** One adopted device on a connection of its own, twenty times a second; how long each acknowledgement took, ms. */
async function reportHealthily(port: number): Promise<Healthy> {
  const device = loadDevices(1)[0];
  if (!device) throw new Error('there is no device');
  const delays: number[] = [];
  const sentAt = new Map<Letter, number>();
  const next = (): Letter => {
    const letter = { ...device.says(Date.now(), sentAt.size), sent: 0, acknowledged: false };
    sentAt.set(letter, performance.now());
    return letter;
  };
  const onAcknowledged = (letter: Letter) => {
    delays.push(performance.now() - (sentAt.get(letter) ?? 0));
  };
  const publisher = await openPublisher({ port, inFlight: 100, rate: HEALTHY_RATE, again: [], next, onAcknowledged });
  return { publisher, delays, said: () => sentAt.size };
}

interface Watch {
  readonly tally: HostileTally;
  readonly memoryMb: readonly { readonly packets: number; readonly mb: number }[];
  readonly notReady: number;
  readonly seconds: number;
}

async function watched(edge: Running<EdgeDoors>, orders: HostileOrders, tell: Tell): Promise<Watch> {
  let tally: HostileTally = { packets: 0, connections: 0, polite: 0, politeAcknowledged: 0, politeEnded: 0, ended: 0 };
  const memoryMb: { packets: number; mb: number }[] = [];
  let [notReady, told] = [0, 0];
  const worker = startHostile(orders, (news) => (tally = news));
  const startedAt = performance.now();
  while (!worker.over) {
    await Promise.race([worker.done, pause(LOOK_EVERY_MS)]);
    const ready = await fetch(`${edge.said.url}/readyz`).catch(() => null);
    if (!ready?.ok) notReady += 1;
    memoryMb.push({ packets: tally.packets, mb: await memoryOf(edge) });
    if (tally.packets - told < TELL_EVERY) continue;
    told = tally.packets;
    tell(`${told} packets, ${tally.connections} connections, ${Math.round(memoryMb.at(-1)?.mb ?? 0)} MB`);
  }
  await worker.done;
  await pause(SETTLE_MS);
  memoryMb.push({ packets: tally.packets, mb: await memoryOf(edge) });
  return { tally, memoryMb, notReady, seconds: (performance.now() - startedAt) / 1000 };
}

interface Hostile {
  readonly over: boolean;
  /** Resolves when it has said everything. */
  readonly done: Promise<void>;
}

function startHostile(orders: HostileOrders, onNews: (tally: HostileTally) => void): Hostile {
  const worker = new Worker(new URL('./hostile-worker.ts', import.meta.url), { workerData: orders });
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const hostile = { over: false, done };
  worker.on('message', onNews);
  worker.once('error', reject);
  worker.once('exit', () => {
    hostile.over = true;
    resolve();
  });
  return hostile;
}

async function memoryOf(edge: Running<EdgeDoors>): Promise<number> {
  return ((await metricsOf(edge.said.url)).get('process_resident_memory_bytes') ?? 0) / 1024 / 1024;
}

function verdict(watch: Watch, counts: ReadonlyMap<string, number>, { delays, said }: Healthy): SoakReport {
  const { tally, memoryMb, notReady, seconds } = watch;
  const refused = refusals(counts);
  const sum = (reasons: readonly string[]) => reasons.reduce((total, reason) => total + (refused.get(reason) ?? 0), 0);
  const answered = (counts.get('messages_total') ?? 0) + sum(ANSWERED) - delays.length;
  const ending = sum([...refused.keys()].filter((reason) => !NOT_ENDING.includes(reason)));
  const during = (from: number, to: number) => {
    const samples = memoryMb.filter(({ packets }) => packets >= from * tally.packets && packets < to * tally.packets);
    // A short form may be over before it was looked at there.
    return samples.length === 0
      ? (memoryMb[0]?.mb ?? 0)
      : percentile(
          samples.map(({ mb }) => mb),
          0.5,
        );
  };
  const [before, after] = [during(1 / 3, 2 / 3), during(2 / 3, Infinity)];
  const slowest = Math.max(...delays);
  const checks: readonly (readonly [boolean, string])[] = [
    [notReady === 0, `not ready ${notReady} times`],
    [tally.politeEnded === 0, `${tally.politeEnded} connections with nothing but well framed packets were ended`],
    [
      tally.politeAcknowledged === tally.polite,
      `${tally.polite - tally.politeAcknowledged} acknowledgements are missing`,
    ],
    [answered >= tally.polite, `${tally.polite} well framed publications, ${answered} counted`],
    [ending >= tally.ended, `${tally.ended} connections were ended, ${ending} refusals counted`],
    [sum(BROKEN) === 0, `something broke inside the broker ${sum(BROKEN)} times`],
    [delays.length >= said() - 2, `the healthy device got ${delays.length} acknowledgements for ${said()} messages`],
    [slowest < SLOWEST_ACKNOWLEDGEMENT_MS, `the healthy device waited ${Math.round(slowest)} ms`],
    [after - before < FLAT_MB, `the process grew from ${Math.round(before)} to ${Math.round(after)} MB`],
  ];
  return {
    figures: {
      packets: tally.packets,
      connections: tally.connections,
      seconds: Math.round(seconds),
      'well framed publications': tally.polite,
      'messages counted': counts.get('messages_total') ?? 0,
      'in quarantine, ever': counts.get('rejected_total') ?? 0,
      'connections ended by the broker': tally.ended,
      ...Object.fromEntries([...refused].map(([reason, times]) => [`refused: ${reason}`, times])),
      'healthy device, acknowledgement ms (median)': round(percentile(delays, 0.5)),
      'healthy device, acknowledgement ms (p99)': round(percentile(delays, 0.99)),
      'healthy device, acknowledgement ms (worst)': round(slowest),
      'memory at the start, MB': Math.round(memoryMb[0]?.mb ?? 0),
      'memory in the second third, MB (median)': Math.round(before),
      'memory in the last third, MB (median)': Math.round(after),
      'memory at most, MB': Math.round(Math.max(...memoryMb.map(({ mb }) => mb))),
    },
    troubles: checks.flatMap(([holds, trouble]) => (holds ? [] : [trouble])),
  };
}

function refusals(counts: ReadonlyMap<string, number>): Map<string, number> {
  const found = [...counts].flatMap(([name, value]) => {
    const reason = /^broker_refused_total\{reason="(?<reason>[^"]+)"\}$/.exec(name)?.groups?.['reason'];
    return reason === undefined ? [] : [[reason, value] as const];
  });
  return new Map(found);
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
