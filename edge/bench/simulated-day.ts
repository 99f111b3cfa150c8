import type { Reading } from '@keepsite/edge-contract';
import { stringify } from 'yaml';
import type { OutMessage } from '../../simulators/src/devices/message.ts';
import { Plant } from '../../simulators/src/live/plant.ts';
import { replay } from '../../simulators/src/replay/replay.ts';
import { readSeries } from '../../simulators/src/replay/series.ts';
import { MAPPINGS } from '../../simulators/src/world/mappings.ts';
import { buildWorld } from '../../simulators/src/world/world.ts';
import { compileMapping, createDecoder, createMemory, type Decoder } from '../src/devices/index.ts';
import { createDirectory } from '../src/domain/directory.ts';
import type { Message } from '../src/domain/decoded.ts';

const SCHOOL = new URL('recorded/school-2018.csv.gz', import.meta.url).pathname;
/** What a message takes from its device to the edge, ms. */
const WAY_MS = { least: 2, most: 40 } as const;

/** What an edge hears of the simulated world, second by second, as readings. */
export function* simulatedSeconds(from: number, seconds: number): Generator<{ now: number; readings: Reading[] }> {
  const world = buildWorld(1);
  const plant = new Plant(world, from);
  const directory = createDirectory(world.registry);
  const mappings = Object.entries(MAPPINGS).flatMap(([name, mapping]) => {
    const compiled = compileMapping(stringify(mapping), name);
    return compiled.ok ? [compiled.dialect] : [];
  });
  const hear = listener(createDecoder({ zoneOf: directory.timeZone, familyOf: directory.family, mappings }));
  plant.hello().flatMap((message) => hear(message, from));
  for (let now = from + 1000; now <= from + seconds * 1000; now += 1000)
    yield { now, readings: plant.advance(now).flatMap((message) => hear(message, now)) };
}

/** A year of a real school's meter, replayed as a Shelly at 3600×: an hour of it each second from `from` on. */
export async function* replayedSchool(from: number): AsyncGenerator<{ now: number; readings: Reading[] }> {
  const samples = await readSeries(SCHOOL, undefined, 'America/Los_Angeles');
  const meter = {
    device: 'shellypro3em-school',
    family: 'shelly-gen2',
    unit: 'kwh',
    zone: 'America/Los_Angeles',
  } as const;
  const hear = listener(createDecoder({ zoneOf: () => meter.zone }));
  let now = from;
  for (const { messages } of replay(samples, meter)) {
    now += 1000;
    yield { now, readings: messages.flatMap((message) => hear(message, now)) };
  }
}

function listener(decoder: Decoder): (message: OutMessage, now: number) => Reading[] {
  const memory = createMemory();
  let turn = 0;
  return ({ topic, payload, retain }, now) => {
    turn = (turn * 31 + 7) % (WAY_MS.most - WAY_MS.least);
    const receivedAt = now + WAY_MS.least + turn;
    return readingsOf(decoder, { topic, payload: Buffer.from(payload), retain, receivedAt }, memory, receivedAt);
  };
}

/** What a message says as readings; what else it says is left out. */
export function readingsOf(
  decoder: Decoder,
  message: Message,
  memory: ReturnType<typeof createMemory>,
  receivedAt: number,
): Reading[] {
  return decoder.decode(message, memory).lines.flatMap((line) => {
    if (line.kind !== 'reading') return [];
    const { device, metric, part, value, at, quality, historical } = line;
    return [{ device, metric, part, value, at, receivedAt, quality, historical }];
  });
}
