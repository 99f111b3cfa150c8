import type { Fault, Millis } from '@keepsite/edge-contract';
import type { EdgeClock } from '../live/edge-clock.ts';
import { newestOf, type EdgeIncidents, type SeenIncident } from '../live/edge-incidents.ts';
import type { Action, Plant } from '../live/plant.ts';
import type { World } from '../world/world.ts';
import { SCENARIOS, type Scenario, type Step } from './catalogue.ts';

export interface StoryOptions {
  readonly asset?: string | undefined;
  /** Crews stay silent and the edge's clock runs at 20× until the promise is broken. */
  readonly expire?: boolean | undefined;
  /** Crews leave this incident to the person at the page. */
  readonly manual?: boolean | undefined;
}

export interface Run {
  readonly run: string;
  readonly scenario: string;
  readonly asset: string;
  readonly fault: Fault;
  readonly expire: boolean;
  readonly manual: boolean;
  readonly startedAt: Millis;
}

export type Started = { readonly ok: true; readonly run: Run } | { readonly ok: false; readonly reason: string };

interface Telling extends Run {
  readonly story: Scenario;
  readonly assets: readonly string[];
  /** Steps still to come. */
  steps: readonly Step[];
  /** The clock is being hurried until the promise is broken. */
  hurried: boolean;
}

const HURRY = 20;
/** How long the red card is shown at full speed before time slows down again. */
const AFTER_BREACH_MS = 30_000;
/** A story that raises no clock is not hurried for ever. */
const LONGEST_HURRY_MS = 40 * 60_000;

/** Tells the stories: acts on the plant, watches the edge's incidents, sets things right at the end. */
export class Stories {
  readonly #world: World;
  readonly #plant: Plant;
  readonly #clock: EdgeClock;
  readonly #incidents: EdgeIncidents;
  readonly #crews: { forget(asset: string): void };
  readonly #running = new Map<string, Telling>();

  constructor(
    world: World,
    plant: Plant,
    clock: EdgeClock,
    incidents: EdgeIncidents,
    crews: { forget(asset: string): void },
  ) {
    this.#world = world;
    this.#plant = plant;
    this.#clock = clock;
    this.#incidents = incidents;
    this.#crews = crews;
  }

  get running(): readonly Run[] {
    return [...this.#running.values()].map(publicRun);
  }

  /** True while crews are to leave an asset alone: its story expires, or belongs to the person at the page. */
  restrained(asset: string): boolean {
    return [...this.#running.values()].some((run) => run.assets.includes(asset) && (run.manual || run.hurried));
  }

  /** Begins a story; refuses an unknown one, an asset it cannot have, and an asset that has one running. */
  async start(id: string, options: StoryOptions = {}): Promise<Started> {
    const story = SCENARIOS.find((each) => each.id === id);
    if (!story) return { ok: false, reason: `there is no scenario ${id}` };
    const free = story.assets(this.#world).filter((asset) => !this.#taken(asset));
    const asset = options.asset ?? free[0];
    if (asset === undefined || !story.assets(this.#world).includes(asset)) {
      return { ok: false, reason: `${id} cannot happen to ${options.asset ?? 'anything: all assets are taken'}` };
    }
    if (!free.includes(asset)) return { ok: false, reason: `a story is running on ${asset}` };
    const telling = this.#begin(story, asset, options);
    this.#advance(telling, this.#clock.now());
    if (telling.hurried) await this.#clock.setScale(HURRY);
    return { ok: true, run: publicRun(telling) };
  }

  /** Moves every story on; to be called about twice a second. Rejects when the edge cannot be asked. */
  async tick(): Promise<void> {
    const now = this.#clock.now();
    for (const telling of this.#running.values()) this.#advance(telling, now);
    if (this.#running.size === 0) return;
    const open = await this.#incidents.open();
    for (const telling of this.#running.values()) await this.#watch(telling, open, now);
  }

  /** Ends every story: doors open, faults cleared, time at its usual pace. */
  async reset(): Promise<void> {
    const hurried = [...this.#running.values()].some((telling) => telling.hurried);
    for (const telling of this.#running.values()) this.#end(telling);
    if (hurried || this.#clock.scale !== 1) await this.#clock.setScale(1);
  }

  #taken(asset: string): boolean {
    return [...this.#running.values()].some((telling) => telling.assets.includes(asset));
  }

  #begin(story: Scenario, asset: string, options: StoryOptions): Telling {
    const startedAt = this.#clock.now();
    const telling: Telling = {
      run: `${story.id}-${startedAt.toString(36)}`,
      scenario: story.id,
      asset,
      fault: story.faults[0],
      expire: options.expire ?? false,
      manual: options.manual ?? false,
      startedAt,
      story,
      assets: [asset, ...story.related(this.#world, asset)],
      steps: story.steps,
      hurried: options.expire ?? false,
    };
    this.#running.set(telling.run, telling);
    if (telling.manual || telling.hurried) for (const each of telling.assets) this.#crews.forget(each);
    return telling;
  }

  #advance(telling: Telling, now: Millis): void {
    const due = telling.steps.filter((step) => telling.startedAt + step.afterSeconds * 1000 <= now);
    telling.steps = telling.steps.filter((step) => !due.includes(step));
    this.#do(
      telling,
      due.map((step) => step.action),
    );
  }

  async #watch(telling: Telling, open: readonly SeenIncident[], now: Millis): Promise<void> {
    const seen = telling.assets
      .map((asset) => newestOf(open, asset, telling.story.faults, telling.startedAt - 1000))
      .filter((each) => each !== undefined);
    if (telling.hurried && this.#expired(telling, seen, now)) {
      telling.hurried = false;
      await this.#clock.setScale(1);
    }
    // Incidents without a clock page nobody: they end with the story, not the story with them.
    const clocked = seen.filter((each) => each.clocks.length > 0);
    const awaited = clocked.length > 0 ? clocked : seen;
    const over = awaited.length > 0 && awaited.every((each) => each.response === 'resolved');
    if (over || now - telling.startedAt > telling.story.lastsSeconds * 1000) this.#end(telling);
  }

  #expired(telling: Telling, seen: readonly SeenIncident[], now: Millis): boolean {
    if (now - telling.startedAt > LONGEST_HURRY_MS) return true;
    const clocks = seen.flatMap((each) => each.clocks).filter((clock) => clock.term === 'on_site');
    if (clocks.some((clock) => clock.verdict === 'met')) return true;
    return clocks.some((clock) => clock.verdict === 'breached' && now >= Date.parse(clock.dueAt) + AFTER_BREACH_MS);
  }

  #end(telling: Telling): void {
    this.#do(telling, telling.story.heal);
    this.#running.delete(telling.run);
  }

  #do(telling: Telling, actions: readonly Action[]): void {
    for (const action of actions) this.#plant.act(telling.asset, action);
  }
}

function publicRun({ run, scenario, asset, fault, expire, manual, startedAt }: Telling): Run {
  return { run, scenario, asset, fault, expire, manual, startedAt };
}
