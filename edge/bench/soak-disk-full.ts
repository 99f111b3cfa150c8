import type { Fault } from '@keepsite/edge-contract';
import mqtt from 'mqtt';
import { join } from 'node:path';
import { createSqliteStore } from '../src/adapters/sqlite-store.ts';
import { type Phones, startPhones } from './crash-phones.ts';
import { type CrashLane, createCrashLane } from './crash-story.ts';
import { judge } from './crash-verdict.ts';
import { type EdgeDoors, metricsOf, type Running, startEdge } from './processes.ts';
import { openPublisher, type Publisher } from './publisher.ts';
import { crewOfTwo } from './soak-crash.ts';
import { pause, type SoakReport, type Tell, until } from './soak-report.ts';
import { makeSmallDisk, type SmallDisk } from './small-disk.ts';

export interface DiskFullOptions {
  readonly rounds: number;
  /** Messages a second. */
  readonly rate: number;
  /** How long the disk stays full in each round, seconds. */
  readonly fullSeconds: number;
}

const IN_FLIGHT = 50;
const ELEVATORS = 20;
const LOAD_MS = 1_000;

/** An elevator each that stops with somebody in it while the disk is full, one a round. */
const ALARMS = 20;
const ALARM: Fault = 'entrapment';

interface Round {
  readonly disk: SmallDisk;
  readonly edge: Running<EdgeDoors>;
  readonly fullSeconds: number;
  readonly phones: Phones;
  /** Says that somebody is trapped; resolves to whether that was acknowledged at last. */
  readonly alarm: () => Promise<boolean>;
}

/**
 * Fills the disk under a gateway that is at work, keeps it full, and gives it room again: it says that
 * it is not ready, acknowledges no reading, pages for a fault that is first heard now, hangs up on nobody,
 * recovers by itself, and in the end has everything that it acknowledged, once.
 */
export async function soakDiskFull({ rounds, rate, fullSeconds }: DiskFullOptions, tell: Tell): Promise<SoakReport> {
  const disk = makeSmallDisk();
  const phones = await startPhones();
  const lane = createCrashLane(0, ELEVATORS);
  const alarms = createCrashLane(1, ALARMS);
  const troubles: string[] = [];
  const backMs: number[] = [];
  const edge = await startEdge(disk.dir, [], crewOfTwo(disk.dir, [lane, alarms], phones));
  try {
    tell(`a small disk of the kind ${disk.kind}`);
    const hangUp = await phones.listen(edge.said.mqttPort);
    const publisher = await openPublisher({
      port: edge.said.mqttPort,
      inFlight: IN_FLIGHT,
      rate,
      again: [],
      next: lane.next,
    });
    const alarm = await openAlarm(edge.said.mqttPort, alarms);
    let connected = true;
    void publisher.over.then(() => (connected = false));
    for (let round = 1; round <= rounds; round += 1) {
      backMs.push(await filledAndFreed({ disk, edge, fullSeconds, phones, alarm: alarm.raise }, troubles));
      if (!connected) troubles.push(`round ${round}: the gateway hung up on its device`);
      tell(`${round} rounds, ready again after ${Math.round(backMs.at(-1) ?? 0)} ms`);
    }
    await settled(edge, publisher);
    await alarm.end();
    await hangUp();
    await edge.stop();
    const found = judged(disk, [lane, alarms], phones.heard);
    return {
      figures: { rounds, ...found.figures, 'space to ready, ms (max)': Math.round(Math.max(...backMs)) },
      troubles: [...troubles, ...found.troubles],
    };
  } finally {
    await edge.kill9();
    await phones.close();
    disk.remove();
  }
}

/** Answers how long it took from space to ready, ms. */
async function filledAndFreed({ disk, edge, fullSeconds, phones, alarm }: Round, troubles: string[]): Promise<number> {
  const gateway = edge.process.pid ?? 0;
  const { url } = edge.said;
  await pause(LOAD_MS);
  disk.fill(gateway);
  await until(async () => (await fetch(`${url}/readyz`)).status === 503, {
    what: 'a gateway that says so',
    withinMs: 60_000,
  });
  const before = (await metricsOf(url)).get('readings_total');
  const heard = phones.heard.length;
  const alarmed = alarm();
  await pause(fullSeconds * 1_000);
  const during = await metricsOf(url);
  if (during.get('readings_total') !== before) troubles.push('it went on keeping readings on a full disk');
  if (during.get('withheld') !== 1) troubles.push('it does not say that it withholds acknowledgements');
  // Where the files may not grow at all, no reserve helps.
  if (disk.kind === 'tmpfs') {
    if (phones.heard.length === heard) troubles.push('it paged nobody for a fault first heard on a full disk');
    if (!((during.get('reserve_bytes') ?? 0) > 0)) troubles.push('nothing is left of its reserve');
  }
  disk.free(gateway);
  const freedAt = performance.now();
  await until(async () => (await fetch(`${url}/readyz`)).ok, { what: 'a gateway that recovers', withinMs: 30_000 });
  const backAfter = performance.now() - freedAt;
  if (!(await alarmed)) troubles.push('it never acknowledged an alarm');
  return backAfter;
}

/** A connection of its own: who is held back for his readings says nothing more. */
async function openAlarm(port: number, lane: CrashLane) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  const faults = lane.faults as CrashLane['faults'][number][];
  return {
    async raise(): Promise<boolean> {
      const device = lane.devices[faults.length % lane.devices.length]?.id ?? '';
      const topic = `keepsite/bench/devices/${device}/fault`;
      const payload = JSON.stringify({ at: Date.now(), fault: ALARM, state: 'raised' });
      faults.push({
        asset: `asset-${device}`,
        fault: ALARM,
        letters: [{ topic, payload, sent: 1, acknowledged: true }],
      });
      return client.publishAsync(topic, payload, { qos: 1 }).then(
        () => true,
        () => false,
      );
    },
    end: () => client.endAsync(true),
  };
}

async function settled(edge: Running<EdgeDoors>, publisher: Publisher): Promise<void> {
  publisher.pause();
  await publisher.idle();
  const owed = async () => (await metricsOf(edge.said.url)).get('owed_pages') === 0;
  await until(owed, { what: 'the last page', withinMs: 30_000 });
  publisher.end();
}

function judged(disk: SmallDisk, lanes: readonly CrashLane[], heard: Parameters<typeof judge>[2]): SoakReport {
  const store = createSqliteStore({ path: join(disk.dir, 'edge', 'store.sqlite') });
  try {
    return judge(store, lanes, heard);
  } finally {
    store.close();
  }
}
