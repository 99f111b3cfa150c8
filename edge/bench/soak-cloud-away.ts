import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AWAY_DEVICES, AWAY_FAULTS, AWAY_PARTS, AwayStory } from './away-story.ts';
import { startCloudStandIn } from '../src/testing/cloud-stand-in.ts';
import { entrapment } from './devices.ts';
import { metricsOf, startEdge } from './processes.ts';
import { type Letter, openPublisher } from './publisher.ts';
import { pause, type SoakReport, type Tell, until } from './soak-report.ts';

export interface CloudAwayOptions {
  /** How much data the gateway gathers while the cloud is away: this long at 500 readings a second. */
  readonly minutes: number;
  /** How long live data is measured before the outage, and after the backlog has gone. */
  readonly liveSeconds: number;
}

/** A message of each device every second: 500 readings a second. */
const LIVE_RATE = AWAY_DEVICES;
/** With one message under way on each of four connections a commit holds about as few readings as at the real pace. */
const FILL_LANES = 4;

/**
 * The cloud goes away in the middle of a batch, data gathers as in a long outage but as fast as the disk
 * takes it, and the cloud comes back while live data goes on: incidents come first, live data is not held
 * back by the backlog, and everything is there once.
 */
export async function soakCloudAway(options: CloudAwayOptions, tell: Tell): Promise<SoakReport> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-away-'));
  const cloud = await startCloudStandIn();
  const story = new AwayStory(cloud);
  const edge = await startEdge(dir, story.devices, { KEEPSITE_LOG_LEVEL: 'fatal', KEEPSITE_CLOUD_URL: cloud.url });
  const port = edge.said.mqttPort;
  try {
    const live = await openPublisher({
      port,
      inFlight: 1_000,
      rate: LIVE_RATE,
      again: [],
      next: () => story.liveLetter(),
    });
    await pause(1_000);
    story.measure('before');
    await pause(options.liveSeconds * 1_000);
    story.measure(null);
    tell('the cloud goes');
    await cloud.leave();
    const filled = await fill(port, story, options.minutes * 60 * LIVE_RATE);
    const waiting = waitingOf(await metricsOf(edge.said.url));
    tell(
      `${filled.letters * AWAY_PARTS} readings in ${Math.round(filled.seconds)} s; waiting: ${waiting.blocks} blocks, ${waiting.events} events`,
    );
    story.returning();
    await cloud.comeBack();
    const drainedAt = await drained(edge.said.url, story, options.minutes);
    story.measure('after');
    await pause(options.liveSeconds * 1_000);
    story.hush();
    await live.idle();
    live.end();
    await until(() => story.complete, { what: 'the last reading', withinMs: 30_000 });
    const memory = (await metricsOf(edge.said.url)).get('process_resident_memory_bytes') ?? 0;
    const { figures, troubles } = story.report(drainedAt);
    return {
      figures: {
        'minutes of data at 500 readings/s': options.minutes,
        'readings gathered': filled.letters * AWAY_PARTS,
        'blocks gathered': waiting.blocks,
        'seconds to gather': Math.round(filled.seconds),
        ...figures,
        'memory after, MB': Math.round(memory / 1024 / 1024),
      },
      troubles,
    };
  } finally {
    await edge.stop();
    await cloud.close().catch(() => undefined);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function fill(port: number, story: AwayStory, letters: number): Promise<{ letters: number; seconds: number }> {
  const startedAt = performance.now();
  let left = letters;
  const next = () => (left-- > 0 ? story.letter() : null);
  const faults = story.devices
    .slice(0, AWAY_FAULTS)
    .map((device) => ({ ...entrapment(device), sent: 0, acknowledged: false }));
  const apart = Math.floor(letters / (AWAY_FAULTS + 1));
  const isFaultDue = () => faults.length > 0 && left <= faults.length * apart;
  const withFaults = () => (isFaultDue() ? (faults.pop() as Letter) : next());
  const lanes = await Promise.all(
    Array.from({ length: FILL_LANES }, (_, i) =>
      openPublisher({ port, inFlight: 1, rate: null, again: [], next: i === 0 ? withFaults : next }),
    ),
  );
  await Promise.all(lanes.map((lane) => lane.idle()));
  for (const lane of lanes) lane.end();
  return { letters, seconds: (performance.now() - startedAt) / 1000 };
}

/** When the backlog had gone, by this process's clock. */
async function drained(url: string, story: AwayStory, minutes: number): Promise<number> {
  const done = async () => story.backlogLeft === 0 && waitingOf(await metricsOf(url)).events === 0;
  await until(done, { what: 'the end of the backlog', withinMs: 60_000 + minutes * 2_000 });
  return performance.now();
}

function waitingOf(counts: ReadonlyMap<string, number>): { readonly events: number; readonly blocks: number } {
  const of = (kind: string) => counts.get(`outbox_records{kind="${kind}"}`) ?? 0;
  return { events: of('events'), blocks: of('blocks') };
}
