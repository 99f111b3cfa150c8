import type { Chaos } from '../chaos/chaos.ts';
import { Crews } from '../crews/crews.ts';
import type { OutMessage } from '../devices/message.ts';
import { bridgeState } from '../devices/zigbee2mqtt/encode.ts';
import { Stories } from '../scenarios/stories.ts';
import type { World } from '../world/world.ts';
import type { EdgeClock } from './edge-clock.ts';
import type { EdgeIncidents } from './edge-incidents.ts';
import { Plant } from './plant.ts';
import type { Publisher } from './publisher.ts';

export interface SimulatorParts {
  readonly world: World;
  readonly clock: EdgeClock;
  readonly incidents: EdgeIncidents;
  readonly publisher: Publisher;
  readonly chaos?: Chaos | undefined;
  /** Hears what went wrong in a turn; the next turn is taken all the same. */
  readonly onTrouble?: (error: unknown) => void;
}

const TURN_MS = 500;
const TURNS_PER_SYNC = 4;
const TURNS_PER_LOOK = 12;

/** The whole house of simulators, alive: plant, crews and stories at the pace of the edge's clock. */
export interface Simulator {
  readonly world: World;
  readonly plant: Plant;
  readonly crews: Crews;
  readonly stories: Stories;
  readonly clock: EdgeClock;
  readonly messages: number;
  /** One beat of devices and people; rejects with what the people met. After `start` it happens twice a second. */
  turn(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export function simulatorOf(parts: SimulatorParts): Simulator {
  const { world, clock, incidents, publisher } = parts;
  const plant = new Plant(world, clock.now());
  const crews: Crews = new Crews(world.registry, incidents, world.seed, (asset) => stories.restrained(asset));
  const stories: Stories = new Stories(world, plant, clock, incidents, crews);
  const trouble = parts.onTrouble ?? (() => undefined);
  const spoil: Chaos = parts.chaos ?? ((messages) => [...messages]);
  const say = (messages: readonly OutMessage[]) => publisher.publish(spoil(messages));
  let turns = 0;
  let timer: NodeJS.Timeout | null = null;
  let acting: Promise<void> | null = null;

  publisher.onConnect(() => publisher.publish(plant.hello()));
  publisher.onPage((payload) => void crews.hear(payload).catch(trouble));

  const devices = () => say(plant.advance(clock.now(), clock.scale));

  async function people(): Promise<void> {
    turns += 1;
    if (turns % TURNS_PER_SYNC === 0) await clock.sync();
    if (turns % TURNS_PER_LOOK === 1) await crews.lookAround();
    await crews.act(clock.now());
    await stories.tick();
  }

  /** Devices speak at every beat; people take a further turn only when their last one is over. */
  function beat(): void {
    devices();
    if (acting) return;
    acting = people()
      .catch(trouble)
      .finally(() => {
        acting = null;
      });
  }

  return {
    world,
    plant,
    crews,
    stories,
    clock,
    get messages() {
      return publisher.sent;
    },
    async turn() {
      devices();
      await people();
    },
    start() {
      timer ??= setInterval(beat, TURN_MS);
    },
    async stop() {
      if (timer) clearInterval(timer);
      timer = null;
      await acting;
      publisher.publish([bridgeState(false)]);
      await publisher.close();
    },
  };
}
