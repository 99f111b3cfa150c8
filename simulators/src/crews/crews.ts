import { createHash } from 'node:crypto';
import type { Millis, Registry, Verb } from '@keepsite/edge-contract';
import { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import type { EdgeIncidents, SeenIncident } from '../live/edge-incidents.ts';
import { seeded } from '../random.ts';

export const CREW_MODES = ['answer', 'slow', 'silent', 'manual'] as const;
/** `manual`: a person in the browser acts; the simulated crews leave everything to them. */
export type CrewMode = (typeof CREW_MODES)[number];

/** What a page says over MQTT; more fields may come. */
const PageMessage = z.object({ incident: z.string().min(1), person: z.string().min(1) });

/** Seconds of simulated time: from the page to the acknowledgement, then to presence, then to the repair. */
const DELAYS = {
  answer: { acknowledge: [12, 55], arrive: [90, 260], resolve: [60, 240] },
  slow: { acknowledge: [95, 260], arrive: [330, 620], resolve: [600, 1500] },
} as const satisfies Record<string, Record<string, readonly [number, number]>>;

/** Older incidents are forgotten first; they are long over by then. */
const MOST_KNOWN = 2000;

interface Job {
  readonly incident: string;
  readonly responder: string;
  readonly verb: Extract<Verb, 'acknowledge' | 'arrive' | 'resolve'>;
  readonly at: Millis;
}

interface Known {
  readonly id: string;
  readonly asset: string;
  readonly paged: Set<string>;
  engaged: boolean;
}

/** How a crew leaves an incident alone although its mode would answer. */
export type Restraint = (asset: string) => boolean;

/**
 * Simulated crews. The first crew member who is paged takes the incident, drives there and mends
 * it, after delays that belong to the seed, the incident and the person. Nothing is done twice: a
 * command's id is made of the incident, the verb and the person.
 */
export class Crews {
  readonly #incidents: EdgeIncidents;
  readonly #members: ReadonlySet<string>;
  readonly #seed: number;
  readonly #restrained: Restraint;
  readonly #known = new Map<string, Known>();
  readonly #busy = new Set<string>();
  #jobs: Job[] = [];
  #mode: CrewMode = 'answer';

  constructor(registry: Registry, incidents: EdgeIncidents, seed: number, restrained: Restraint = () => false) {
    this.#incidents = incidents;
    this.#members = new Set(registry.crews.flatMap((crew) => crew.members));
    this.#seed = seed;
    this.#restrained = restrained;
  }

  get mode(): CrewMode {
    return this.#mode;
  }

  /** Changes how crews behave; those that now stop drop what they meant to do, those that start look around. */
  set mode(mode: CrewMode) {
    this.#mode = mode;
    this.#drop(() => true);
  }

  /** Drops what was planned for an asset, e.g. because a person takes over. */
  forget(asset: string): void {
    const ids = new Set([...this.#known.values()].filter((known) => known.asset === asset).map((known) => known.id));
    this.#drop((job) => ids.has(job.incident));
  }

  /** Hears a page. What is no page is ignored: MQTT carries anybody's words. */
  async hear(payload: Uint8Array): Promise<void> {
    const page = PageMessage.safeParse(jsonOf(payload));
    if (!page.success || !this.#members.has(page.data.person)) return;
    const { incident, person } = page.data;
    const known = this.#known.get(incident) ?? this.#learn(await this.#incidents.one(incident));
    known.paged.add(person);
  }

  /** Looks at what is open, for pages that were missed and for incidents that others have taken. */
  async lookAround(): Promise<void> {
    for (const seen of await this.#incidents.open()) {
      const known = this.#known.get(seen.id) ?? this.#learn(seen);
      for (const { to } of seen.pages) if (this.#members.has(to.person)) known.paged.add(to.person);
      if (seen.response !== 'open' && !known.engaged) known.engaged = seen.response === 'resolved';
    }
  }

  /** Plans what is due to be planned and does what is due by `now`. Resolves to how many orders were given. */
  async act(now: Millis): Promise<number> {
    if (this.#mode === 'answer' || this.#mode === 'slow') this.#plan(now, DELAYS[this.#mode]);
    // One order an incident and turn: nobody arrives before the acknowledgement has been answered.
    const due = [...Map.groupBy(this.#jobs, (job) => job.incident).values()]
      .flatMap(([first]) => first ?? [])
      .filter((job) => job.at <= now && !this.#busy.has(job.incident));
    const results = await Promise.all(due.map((job) => this.#do(job)));
    return results.filter(Boolean).length;
  }

  #learn(seen: SeenIncident): Known {
    const again = this.#known.get(seen.id);
    if (again) return again;
    if (this.#known.size >= MOST_KNOWN) this.#known.delete(this.#known.keys().next().value ?? '');
    const known: Known = { id: seen.id, asset: seen.asset, paged: new Set(), engaged: false };
    this.#known.set(seen.id, known);
    return known;
  }

  #plan(now: Millis, delays: (typeof DELAYS)[keyof typeof DELAYS]): void {
    for (const known of this.#known.values()) {
      const [responder] = known.paged;
      if (known.engaged || responder === undefined || this.#restrained(known.asset)) continue;
      known.engaged = true;
      const random = seeded('crew', this.#seed, known.id, responder);
      let at = now;
      for (const verb of ['acknowledge', 'arrive', 'resolve'] as const) {
        at += random.between(delays[verb][0], delays[verb][1]) * 1000;
        this.#jobs.push({ incident: known.id, responder, verb, at });
      }
    }
  }

  /** An order that did not arrive is given again at the next turn, under the same id; a refused one is not. */
  async #do(job: Job): Promise<boolean> {
    this.#busy.add(job.incident);
    const given = await this.#incidents.order(job.incident, job.verb, commandIdOf(job), job.responder).then(
      () => true,
      (error: unknown) => (error instanceof SimulatorError && (error.status ?? 500) < 500 ? false : null),
    );
    this.#busy.delete(job.incident);
    if (given !== null) this.#jobs = this.#jobs.filter((other) => other !== job);
    return given === true;
  }

  #drop(dropped: (job: Job) => boolean): void {
    const ids = new Set(this.#jobs.filter(dropped).map((job) => job.incident));
    this.#jobs = this.#jobs.filter((job) => !dropped(job));
    for (const id of ids) {
      const known = this.#known.get(id);
      if (known) known.engaged = false;
    }
  }
}

function commandIdOf({ incident, verb, responder }: Job): string {
  const digest = createHash('sha256').update(`${incident}\n${verb}\n${responder}`).digest('hex');
  return `sim-${verb}-${digest.slice(0, 32)}`;
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return null;
  }
}
