import { setTimeout as sleep } from 'node:timers/promises';
import { chaosOf, type Harm } from './chaos/chaos.ts';
import type { CrewMode } from './crews/crews.ts';
import { seedFile } from './config.ts';
import * as shelly from './devices/shelly-gen2/encode.ts';
import * as tasmota from './devices/tasmota/encode.ts';
import { bridgeState } from './devices/zigbee2mqtt/encode.ts';
import { SimulatorError } from './errors.ts';
import { keptPlan } from './history/plan-file.ts';
import { alreadyRemembered, rememberedMessages } from './history/remembered.ts';
import { seedHistory } from './history/seed.ts';
import { jsonDoor } from './http-json.ts';
import { edgeClock, steadyWall } from './live/edge-clock.ts';
import { edgeIncidents } from './live/edge-incidents.ts';
import { publisherTo } from './live/publisher.ts';
import { simulatorOf } from './live/simulator.ts';
import { localDay } from './local-time.ts';
import { panelOf } from './panel/panel.ts';
import { seeded } from './random.ts';
import { play, readSpeed, replay, type ReplayFamily, type ReplayUnit } from './replay/replay.ts';
import { readSeries } from './replay/series.ts';
import { SCENARIOS } from './scenarios/catalogue.ts';
import { HTTP_VENDORS } from './vendors/all.ts';
import { openMailServer } from './vendors/mail-server.ts';
import { MOODS, openStandIns } from './vendors/stand-ins.ts';
import { buildWorld, WORLD_ZONE } from './world/world.ts';
import { writeWorld } from './world/write.ts';

/** A busy machine needs its time to score every day of a quarter. */
const SEED_PATIENCE_MS = 600_000;

type Say = (text: string) => void;

/** `simulate world`: writes the registry and the mapping files, and says where. */
export async function writeWorldFiles(
  options: {
    out: string;
    mappings?: string;
    webhook?: string;
    seed: number;
  },
  out: Say,
): Promise<void> {
  const world = buildWorld(options.seed, { webhook: options.webhook });
  const written = await writeWorld(world, options.out, options.mappings);
  for (const file of written) out(file);
}

/** `simulate vendors`: lives until it is told to stop, and says how to reach and how to vex everybody. */
export async function runVendors(options: { readonly http: number; readonly smtp: number }, out: Say): Promise<void> {
  const taken = (cause: unknown) => {
    throw new SimulatorError('SIM_BAD_INPUT', 'a port is taken; choose another with --http or --smtp', { cause });
  };
  const standIns = await openStandIns(options.http).catch(taken);
  const mail = await openMailServer({ port: options.smtp }).catch(taken);
  for (const { name, document } of HTTP_VENDORS) out(`${standIns.at(name)}   ${document}`);
  out(`smtp://127.0.0.1:${mail.port}`);
  out(`moods: POST ${standIns.url}/vendors/NAME/MOOD, MOOD one of ${MOODS.join(', ')}`);
  await stopSignal();
  await Promise.all([standIns.close(), mail.close()]);
}

export interface RunOptions {
  readonly edge: string;
  readonly cloud: string;
  readonly mqtt: string;
  readonly http: number;
  readonly crews: CrewMode;
  readonly chaos?: Harm;
  readonly seed: number;
  readonly token?: string;
}

/** `simulate run`: lives until it is told to stop. */
export async function runWorld(options: RunOptions, voice: { readonly out: Say; readonly err: Say }): Promise<void> {
  const edge = jsonDoor(options.edge, options.token);
  const clock = edgeClock(edge, steadyWall);
  await clock.sync();
  const simulator = simulatorOf({
    world: buildWorld(options.seed),
    clock,
    incidents: edgeIncidents(edge),
    publisher: publisherTo(options.mqtt, bridgeState(false)),
    chaos: options.chaos ? chaosOf(options.chaos, seeded('chaos', options.seed)) : undefined,
    onTrouble: complainer(voice.err),
  });
  simulator.crews.mode = options.crews;
  const panel = panelOf(simulator, [options.edge, options.cloud].flatMap(originsOf));
  const address = await panel.listen({ host: '127.0.0.1', port: options.http });
  simulator.start();
  voice.out(`${simulator.plant.devices} devices speak to ${options.mqtt}; panel ${address}/api/simulator`);
  await stopSignal();
  await panel.close();
  await simulator.stop();
}

/** `simulate seed`: tells the history and how much it was. */
export async function seedCloud(
  options: {
    cloud: string;
    days: number;
    end?: string;
    seed: number;
    dataDir: string;
    token?: string | undefined;
  },
  out: Say,
): Promise<void> {
  const end = options.end ?? localDay(Date.now(), WORLD_ZONE);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(end))
    throw new SimulatorError('SIM_BAD_INPUT', `"${end}" is no day; write YYYY-MM-DD`);
  const plan = await keptPlan(seedFile(options.dataDir), { seed: options.seed, days: options.days, end });
  const told = await seedHistory(
    jsonDoor(options.cloud, options.token, SEED_PATIENCE_MS),
    buildWorld(options.seed),
    plan,
  );
  out(JSON.stringify(told));
}

/** `simulate remember`: hands the edge's meters the days before today, unless they have been handed in before. */
export async function remember(
  options: { edge: string; mqtt: string; days: number; seed: number; token?: string | undefined },
  out: Say,
): Promise<void> {
  const world = buildWorld(options.seed);
  const edge = jsonDoor(options.edge, options.token);
  const now = Date.now();
  const known = await alreadyRemembered(edge, world, now);
  const messages = known ? [] : rememberedMessages(world, now, options.days);
  const publisher = publisherTo(options.mqtt);
  try {
    await connected(publisher.onConnect, options.mqtt);
    publisher.publish(messages);
  } finally {
    await publisher.close();
  }
  out(JSON.stringify({ days: options.days, messages: messages.length, known }));
}

export interface ReplayCommand {
  readonly column?: string;
  readonly unit: ReplayUnit;
  readonly family: ReplayFamily;
  readonly device: string;
  readonly speed: string;
  readonly zone: string;
  readonly mqtt: string;
}

/** `simulate replay`: plays a record to its end. */
export async function replayFile(file: string, options: ReplayCommand, out: Say): Promise<void> {
  const speed = readSpeed(options.speed);
  const samples = await readSeries(file, options.column, options.zone);
  const online = options.family === 'tasmota' ? tasmota.online : shelly.online;
  const publisher = publisherTo(options.mqtt, online(options.device, false));
  try {
    await connected(publisher.onConnect, options.mqtt);
    publisher.publish([online(options.device, true)]);
    const intervals = await play(replay(samples, options), { speed, sleep, publish: publisher.publish });
    out(
      JSON.stringify({ file, intervals, gaps: samples.length - intervals, sent: publisher.sent, lost: publisher.lost }),
    );
  } finally {
    await publisher.close();
  }
}

/** `simulate scenario`: asks a running panel for a story, or lists the stories. */
export async function tellScenario(
  name: string | undefined,
  options: { panel: string; asset?: string; expire?: boolean; manual?: boolean },
  out: Say,
): Promise<void> {
  if (name === undefined) return SCENARIOS.forEach(({ id, name: { en, zh } }) => out(`${id.padEnd(22)}${en} · ${zh}`));
  if (!SCENARIOS.some(({ id }) => id === name))
    throw new SimulatorError('SIM_BAD_INPUT', `there is no scenario ${name}`);
  const { asset, expire, manual } = options;
  const answer = await jsonDoor(options.panel).post(`/api/simulator/scenarios/${name}`, { asset, expire, manual });
  out(JSON.stringify(answer));
}

/** Pages of this machine are reached by more names than one. */
function originsOf(url: string): string[] {
  const { protocol, hostname, port, origin } = new URL(url);
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') return [origin];
  return ['127.0.0.1', 'localhost'].map((host) => `${protocol}//${host}${port ? `:${port}` : ''}`);
}

/** Says each trouble once in a while, not twice a second. */
function complainer(err: Say): (error: unknown) => void {
  const said = new Map<string, number>();
  return (error) => {
    const text = error instanceof Error ? error.message : String(error);
    if (Date.now() - (said.get(text) ?? 0) < 60_000) return;
    said.set(text, Date.now());
    err(text);
  };
}

function connected(onConnect: (handler: () => void) => void, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = globalThis.setTimeout(
      () => reject(new SimulatorError('SIM_UNREACHABLE', `no broker answers at ${url}`)),
      10_000,
    );
    onConnect(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
