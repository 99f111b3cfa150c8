import type { Incident } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect } from 'vitest';
import { isOpen } from '../../domain/incident-state.ts';
import { createMemoryDisk, createMemoryStore } from '../../testing/memory-store.ts';
import { createStormBench } from '../../testing/storm-bench.ts';
import type { Word } from './reference.ts';
import { STORM_REGISTRY, STORM_SAYINGS, STORM_TERMS } from './storm-campus.ts';
import { StormReference, wordOf } from './storm-reference.ts';
import type { Saying, Trouble } from './storm-trouble.ts';

/** The real edge of the campus, which may be started anew on its disk. */
class StormRig {
  readonly #disk = createMemoryDisk();
  edge = this.#boot();

  async restart(): Promise<void> {
    const now = this.edge.clock.now();
    await this.edge.pipeline.stop();
    this.edge = this.#boot(now);
    await this.edge.settled();
  }

  /** The oldest first. */
  incidents(): Incident[] {
    return this.edge.all().toReversed();
  }

  #boot(now?: number) {
    return createStormBench(createMemoryStore({ disk: this.#disk }), STORM_REGISTRY, now === undefined ? {} : { now });
  }
}

/** What happens in both worlds. */
export type StormHappening = fc.AsyncCommand<StormReference, StormRig>;

/** A second later it happens in both worlds, and they are compared. */
function happening(
  tell: string,
  inReference: (model: StormReference) => void,
  inEdge: (rig: StormRig) => Promise<unknown>,
): StormHappening {
  return {
    check: (model) => model.isClearWhoGrows,
    async run(model, rig) {
      model.pass(model.now + 1_000);
      await rig.edge.pass(1_000);
      inReference(model);
      model.settle();
      await inEdge(rig);
      await rig.edge.settled();
      same(model, rig);
    },
    toString: () => tell,
  };
}

function same({ troubles }: StormReference, rig: StormRig): void {
  const incidents = rig.incidents();
  const numbered = new Map(incidents.map(({ id }, n) => [id, n]));
  expect(incidents.map((incident) => real(incident, numbered))).toEqual(
    troubles.map((trouble) => told(trouble, troubles, rig.edge.clock.now())),
  );
}

/** What holds it: for what reason, and which incident is paged in its place; those that flap wait for themselves. */
type HeldBy = readonly [reason: string, by: number | undefined] | null;

function real(incident: Incident, numbered: ReadonlyMap<string, number>) {
  const { asset, fault, condition, response, responder, stepsDone, clocks, hold, pages } = incident;
  const held: HeldBy =
    isOpen(incident) && hold ? [hold.reason, hold.reason === 'flapping' ? -1 : numbered.get(hold.by)] : null;
  const isCalling = response === 'open' ? pages.some(({ state }) => state === 'queued') : null;
  const verdicts = clocks.map(({ verdict }) => verdict);
  return { asset, fault, condition, response, responder, stepsDone, verdicts, held, isCalling };
}

function told(trouble: Trouble, all: readonly Trouble[], now: number): ReturnType<typeof real> {
  const { saying, condition, response, responder, stepsTaken: stepsDone, hold, isHeld } = trouble;
  const held: HeldBy =
    trouble.isOpen && hold ? [hold.reason, hold.reason === 'flapping' ? -1 : all.indexOf(hold.by)] : null;
  const verdicts = (['acknowledge', 'on_site', 'resolve'] as const).map((term) => trouble.verdict(term, now));
  return {
    ...saying,
    condition,
    response,
    responder,
    stepsDone,
    verdicts,
    held,
    isCalling: response === 'open' ? !isHeld : null,
  };
}

export const raised = (saying: Saying) =>
  happening(
    `${saying.asset}: ${saying.fault}`,
    (model) => model.raised(saying),
    ({ edge }) => edge.say(saying.asset, saying.fault),
  );

export const cleared = (saying: Saying) =>
  happening(
    `${saying.asset}: ${saying.fault} is over`,
    (model) => model.cleared(saying),
    ({ edge }) => edge.say(saying.asset, saying.fault, 'cleared'),
  );

/** It comes and goes, and somebody resolves it in between. */
export const flickers = (saying: Saying) => {
  const word = wordOf('resolve', 'li');
  const times = [0, 1, 2];
  return happening(
    `${saying.asset}: ${saying.fault} flickers`,
    (model) => {
      for (const _ of times) {
        model.raised(saying);
        model.cleared(saying);
      }
      const meant = model.troubles.findLast(({ saying: own }) => own === saying);
      if (meant?.isOpen) model.hear(word, meant);
    },
    async ({ edge }) => {
      for (const _ of times) {
        await edge.say(saying.asset, saying.fault);
        await edge.say(saying.asset, saying.fault, 'cleared');
      }
      const meant = edge.one(saying.asset, saying.fault);
      if (isOpen(meant)) await edge.order(word.verb, word.responder, meant);
    },
  );
};

export const passed = (seconds: number) =>
  happening(
    `${seconds} s pass`,
    (model) => model.pass(model.now + seconds * 1_000),
    ({ edge }) => edge.pass(seconds * 1_000),
  );

const restarted = happening(
  'a restart',
  () => undefined,
  (rig) => rig.restart(),
);

/** The newest of those that are meant, then the one before it … */
function nth<T>(all: readonly T[], isMeant: (one: T) => boolean, back: number): T | undefined {
  const open = all.filter(isMeant);
  return open[open.length - 1 - (back % Math.max(1, open.length))];
}

/** About one that somebody has to do something about, or has done it. */
export const ordered = (verb: Word['verb'], person: string, back: number, ofResolved = false) =>
  happening(
    `${person}: ${verb}, ${back} back${ofResolved ? ' of those resolved' : ''}`,
    (model) => {
      const isMeant = (one: Trouble) => (ofResolved ? one.response === 'resolved' : one.isOpen);
      const meant = nth(model.troubles, isMeant, back);
      if (meant) model.hear(wordOf(verb, person), meant);
    },
    async (rig) => {
      const isMeant = (one: Incident) => (ofResolved ? one.response === 'resolved' : isOpen(one));
      const meant = nth(rig.incidents(), isMeant, back);
      if (meant) await rig.edge.order(verb, person, meant, { note: 'because' });
    },
  );

const saying = fc.constantFrom(...STORM_SAYINGS);
const back = fc.nat({ max: 5 });
const verb = fc.constantFrom('acknowledge', 'acknowledge', 'arrive', 'resolve', 'resolve', 'cancel', 'escalate');

/** Everything that may happen. */
export const stormHappenings: fc.Arbitrary<StormHappening>[] = [
  saying.map(raised),
  saying.map(raised),
  saying.map(cleared),
  saying.map(flickers),
  fc.tuple(verb, fc.constantFrom('li', 'wang'), back).map((order) => ordered(...order)),
  fc.tuple(fc.constantFrom('close', 'cancel'), back).map(([verb, back]) => ordered(verb, 'li', back, true)),
  fc.constantFrom(1, 5, 20, 50, 61, 119, 121, 301, 601).map(passed),
  fc.constant(restarted),
];

/** Tells a story in both worlds. */
export async function inBoth(happenings: Iterable<StormHappening>): Promise<void> {
  const rig = new StormRig();
  const model = new StormReference(rig.edge.clock.now(), STORM_TERMS);
  await fc.asyncModelRun(() => ({ model, real: rig }), happenings);
  await rig.edge.pipeline.stop();
}
