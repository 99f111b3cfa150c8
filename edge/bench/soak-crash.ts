import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stringify } from 'yaml';
import { createSqliteStore } from '../src/adapters/sqlite-store.ts';
import { type Phones, startPhones } from './crash-phones.ts';
import { type CrashLane, createCrashLane } from './crash-story.ts';
import { judge } from './crash-verdict.ts';
import { loadRegistry } from './devices.ts';
import { xorshift } from './mutations.ts';
import { type EdgeDoors, metricsOf, type Running, startEdge } from './processes.ts';
import { type Letter, openPublisher } from './publisher.ts';
import { percentile, type SoakReport, pause, type Tell, until } from './soak-report.ts';

export interface CrashOptions {
  readonly rounds: number;
  /** Letters a second, over all connections. */
  readonly rate: number;
  readonly seed: number;
}

const LANES = 4;
const IN_FLIGHT = 50;
const SHORTEST_MS = 50;
const LONGEST_MS = 1_500;
/** One round in so many ends while a page is under way: it has rung, and nobody has answered yet. */
const AT_A_PAGE = 3;
/** Before one round in so many it is killed while it starts. */
const AT_THE_START = 5;

interface Lane extends CrashLane {
  /** Sent and not acknowledged when the connection was lost. */
  unacknowledged: Letter[];
}

/** What outlives the gateway. */
interface World {
  readonly dir: string;
  readonly lanes: readonly Lane[];
  readonly phones: Phones;
  readonly readyMs: number[];
}

/**
 * Kills the gateway with SIGKILL at random instants under load, starts it again on the same directory,
 * and in the end compares its store with what its devices and its crew's phones know.
 */
export async function soakCrash({ rounds, rate, seed }: CrashOptions, tell: Tell): Promise<SoakReport> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-crash-'));
  const random = xorshift(seed);
  const elevators = Math.max(5, Math.ceil(rounds / 10));
  const lanes = Array.from({ length: LANES }, (_, i) => ({ ...createCrashLane(i, elevators), unacknowledged: [] }));
  const world: World = { dir, lanes, phones: await startPhones(), readyMs: [] };
  try {
    for (let round = 1; round <= rounds; round += 1) {
      if (round % AT_THE_START === 0) await killedAtTheStart(world, random(LONGEST_MS));
      const afterMs = SHORTEST_MS + random(LONGEST_MS - SHORTEST_MS + 1);
      await killedUnderLoad(world, { rate: rate / LANES, afterMs, atAPage: round % AT_A_PAGE === 0 });
      if (round % 10 === 0) tell(`${round} rounds, ${world.phones.heard.length} pages heard`);
    }
    await settled(world);
    const { figures, troubles } = judged(world);
    const restarts = world.readyMs.slice(1);
    return {
      figures: {
        rounds,
        ...figures,
        'restart to ready, ms (median)': Math.round(percentile(restarts, 0.5)),
        'restart to ready, ms (max)': Math.round(Math.max(...restarts)),
      },
      troubles,
    };
  } finally {
    await world.phones.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function started({ dir, lanes, phones, readyMs }: World): Promise<Running<EdgeDoors>> {
  const startedAt = performance.now();
  const edge = await startEdge(dir, [], crewOfTwo(dir, lanes, phones));
  await until(async () => (await fetch(`${edge.said.url}/readyz`)).ok, { what: 'a ready edge', withinMs: 20_000 });
  readyMs.push(performance.now() - startedAt);
  return edge;
}

/** Settings of a gateway with a crew of two: Li listens on the broker, Wang is rung over HTTP. */
export function crewOfTwo(dir: string, lanes: readonly CrashLane[], { url }: Pick<Phones, 'url'>): NodeJS.ProcessEnv {
  const registry = loadRegistry(lanes.flatMap(({ devices }) => devices));
  const wang = { id: 'wang', name: 'Wang', addresses: [{ channel: 'webhook', to: url }] };
  const crews = registry.crews.map((crew) => ({ ...crew, members: [...crew.members, wang.id] }));
  const file = join(dir, 'crew-of-two.yaml');
  writeFileSync(file, stringify({ ...registry, people: [...registry.people, wang], crews }));
  return { KEEPSITE_LOG_LEVEL: 'error', KEEPSITE_WEBHOOK_URL: url, KEEPSITE_EDGE_CONFIG: file };
}

async function killedAtTheStart({ dir, lanes, phones }: World, afterMs: number): Promise<void> {
  const signal = AbortSignal.timeout(afterMs);
  // Rejects when it did not come to its first line; else it is killed a moment after that.
  const edge = await startEdge(dir, [], crewOfTwo(dir, lanes, phones), signal).catch(() => null);
  await edge?.kill9();
}

async function killedUnderLoad(
  world: World,
  { rate, afterMs, atAPage }: { readonly rate: number; readonly afterMs: number; readonly atAPage: boolean },
): Promise<void> {
  const edge = await started(world);
  const port = edge.said.mqttPort;
  const hangUp = await world.phones.listen(port);
  const publishers = await Promise.all(
    world.lanes.map(({ unacknowledged: again, next }) =>
      openPublisher({ port, inFlight: IN_FLIGHT, rate, again, next }),
    ),
  );
  await pause(afterMs);
  if (atAPage) await Promise.race([world.phones.nextUnanswered(), pause(LONGEST_MS)]);
  await edge.kill9();
  world.phones.answerAll();
  const left = await Promise.all(publishers.map(({ over }) => over));
  world.lanes.forEach((lane, i) => (lane.unacknowledged = left[i] ?? []));
  await hangUp();
}

/** What waits for an acknowledgement gets one, and what is owed is paged; then the gateway ends in order. */
async function settled(world: World): Promise<void> {
  const edge = await started(world);
  const port = edge.said.mqttPort;
  const hangUp = await world.phones.listen(port);
  for (const lane of world.lanes) {
    const again = lane.unacknowledged;
    const publisher = await openPublisher({ port, inFlight: IN_FLIGHT, rate: null, again, next: () => null });
    await publisher.idle();
    publisher.end();
    lane.unacknowledged = await publisher.over;
  }
  const owed = async () => (await metricsOf(edge.said.url)).get('owed_pages') === 0;
  await until(owed, { what: 'the last page', withinMs: 30_000 });
  await pause(100);
  await hangUp();
  await edge.stop();
}

function judged({ dir, lanes, phones }: World): SoakReport {
  const path = join(dir, 'edge', 'store.sqlite');
  const store = createSqliteStore({ path });
  try {
    const { figures, troubles } = judge(store, lanes, phones.heard);
    const unacknowledged = lanes.reduce((sum, lane) => sum + lane.unacknowledged.length, 0);
    return {
      figures,
      troubles: [
        ...troubles,
        ...(unacknowledged > 0 ? [`${unacknowledged} messages were never acknowledged`] : []),
        ...damageOf(path),
      ],
    };
  } finally {
    store.close();
  }
}

function damageOf(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const said = db
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => String(row['integrity_check']));
  db.close();
  return said[0] === 'ok' ? [] : said;
}
