import { join } from 'node:path';
import { createSqliteStore } from '../src/adapters/sqlite-store.ts';
import { startPhones } from './crash-phones.ts';
import { createCrashLane } from './crash-story.ts';
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

interface Round {
  readonly disk: SmallDisk;
  readonly edge: Running<EdgeDoors>;
  readonly fullSeconds: number;
}

/**
 * Fills the disk under a gateway that is at work, keeps it full, and gives it room again: it says that
 * it is not ready, acknowledges nothing, hangs up on nobody, recovers by itself, and in the end has
 * everything that it acknowledged, once.
 */
export async function soakDiskFull({ rounds, rate, fullSeconds }: DiskFullOptions, tell: Tell): Promise<SoakReport> {
  const disk = makeSmallDisk();
  const phones = await startPhones();
  const lane = createCrashLane(0, ELEVATORS);
  const troubles: string[] = [];
  const backMs: number[] = [];
  const edge = await startEdge(disk.dir, [], crewOfTwo(disk.dir, [lane], phones));
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
    let connected = true;
    void publisher.over.then(() => (connected = false));
    for (let round = 1; round <= rounds; round += 1) {
      backMs.push(await filledAndFreed({ disk, edge, fullSeconds }, troubles));
      if (!connected) troubles.push(`round ${round}: the gateway hung up on its device`);
      tell(`${round} rounds, ready again after ${Math.round(backMs.at(-1) ?? 0)} ms`);
    }
    await settled(edge, publisher);
    await hangUp();
    await edge.stop();
    const found = judged(disk, lane, phones.heard);
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
async function filledAndFreed({ disk, edge, fullSeconds }: Round, troubles: string[]): Promise<number> {
  const gateway = edge.process.pid ?? 0;
  const { url } = edge.said;
  await pause(LOAD_MS);
  disk.fill(gateway);
  await until(async () => (await fetch(`${url}/readyz`)).status === 503, {
    what: 'a gateway that says so',
    withinMs: 60_000,
  });
  const before = (await metricsOf(url)).get('commits_total');
  await pause(fullSeconds * 1_000);
  const during = await metricsOf(url);
  if (during.get('commits_total') !== before) troubles.push('it went on committing to a full disk');
  if (during.get('withheld') !== 1) troubles.push('it does not say that it withholds acknowledgements');
  disk.free(gateway);
  const freedAt = performance.now();
  await until(async () => (await fetch(`${url}/readyz`)).ok, { what: 'a gateway that recovers', withinMs: 30_000 });
  return performance.now() - freedAt;
}

async function settled(edge: Running<EdgeDoors>, publisher: Publisher): Promise<void> {
  publisher.pause();
  await publisher.idle();
  const owed = async () => (await metricsOf(edge.said.url)).get('owed_pages') === 0;
  await until(owed, { what: 'the last page', withinMs: 30_000 });
  publisher.end();
}

function judged(
  disk: SmallDisk,
  lane: ReturnType<typeof createCrashLane>,
  heard: Parameters<typeof judge>[2],
): SoakReport {
  const store = createSqliteStore({ path: join(disk.dir, 'edge', 'store.sqlite') });
  try {
    return judge(store, [lane], heard);
  } finally {
    store.close();
  }
}
