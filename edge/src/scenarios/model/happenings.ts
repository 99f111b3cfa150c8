import { instantText, type Term } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect } from 'vitest';
import { isOpen } from '../../domain/incident-state.ts';
import type { Delivery } from '../../ports.ts';
import type { Word } from './reference.ts';
import type { Reference, Rig } from './rig.ts';

type Happening = fc.AsyncCommand<Reference, Rig>;

const SOURCES = ['device:lift-3', 'rule:no-door', 'rule:alarm-bell'] as const;
const PEOPLE = ['li', 'zhao', 'wang'] as const;
const VERBS = [
  'acknowledge',
  'arrive',
  'resolve',
  'close',
  'cancel',
  'release',
  'handover',
  'escalate',
  'note',
] as const;
const TERMS: readonly Term[] = ['acknowledge', 'on_site', 'resolve'];

/** Does it in both worlds and compares them. `tell` is what it is called when a run is printed. */
function happening(
  tell: string,
  inReference: (model: Reference) => void,
  inEdge: (rig: Rig) => Promise<unknown>,
): Happening {
  return {
    check: () => true,
    async run(model, rig) {
      await inEdge(rig);
      inReference(model);
      await rig.settle();
      model.pass();
      same(model, rig);
    },
    toString: () => tell,
  };
}

/** The three fields, each by itself, and what holds it back. */
function same({ episodes, now }: Reference, rig: Rig): void {
  const real = rig.incidents().map((incident) => ({
    condition: [incident.condition, incident.activeSources.toSorted(), incident.occurrences],
    response: [incident.response, incident.responder, incident.acknowledgedAt, incident.stepsDone],
    sla: [...incident.clocks.map(({ verdict }) => verdict), incident.sla],
    held: isOpen(incident) ? [incident.hold?.reason ?? null, incident.hold?.until ?? null] : null,
    isPaged: incident.pages.length > 0,
  }));
  const told = episodes.map((episode) => ({
    condition: [episode.condition, [...episode.sources].toSorted(), episode.occurrences],
    response: [
      episode.response,
      episode.responder,
      episode.acknowledgedAt === null ? null : instantText(episode.acknowledgedAt),
      episode.stepsTaken,
    ],
    sla: [...TERMS, 'on_site' as const].map((term) => episode.verdict(term, now)),
    held: episode.isOpen
      ? [episode.heldUntil && 'maintenance', episode.heldUntil && instantText(episode.heldUntil)]
      : null,
    isPaged: episode.stepsTaken > 0,
  }));
  expect(real).toEqual(told);
  rig.promises();
}

const raised = fc.constantFrom(...SOURCES).map((source) =>
  happening(
    `${source} says so`,
    (model) => model.raised(source),
    (rig) => rig.sense({ source }),
  ),
);

const cleared = fc.constantFrom(...SOURCES).map((source) =>
  happening(
    `${source} says it is over`,
    (model) => model.saidBy(source).forEach((episode) => episode.cleared(source)),
    (rig) => rig.sense({ source, state: 'cleared' }),
  ),
);

const silence = { source: 'rule:silence', fault: 'no_data', severity: 'minor' } as const;

const silent = fc.boolean().map((isSilent) =>
  happening(
    isSilent ? 'the lift falls silent' : 'the lift speaks again',
    ({ episodes }) => {
      for (const episode of episodes.filter(({ isOver }) => !isOver)) {
        if (isSilent) episode.silent();
        else episode.heardAgain();
      }
    },
    (rig) => rig.sense({ ...silence, state: isSilent ? 'no_data' : 'cleared' }),
  ),
);

/** Mostly instants at which something is decided: a step, a promise, a millisecond beside it. */
const spans = fc.oneof(
  fc.integer({ min: 1, max: 70_000 }),
  fc.constantFrom(1, 59_999, 60_000, 119_999, 120_000, 120_001, 299_999, 300_000, 419_999, 420_000, 420_001, 600_000),
  fc.constantFrom(3_600_000, 14_400_000),
);

const passed = spans.map((ms) =>
  happening(
    `${ms} ms pass`,
    (model) => model.pass(model.now + ms),
    (rig) => rig.pass(ms),
  ),
);

interface Ordered {
  readonly word: Omit<Word, 'heardAt'>;
  /** How long ago it was first heard, ms; below 0: its sender's clock is ahead. */
  readonly ago: number;
  /** 0: of the newest episode, 1 of the one before it … */
  readonly back: number;
}

const ordered: fc.Arbitrary<Ordered> = fc.record({
  word: fc.record({
    verb: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('acknowledge', 'arrive', 'resolve') },
      fc.constantFrom(...VERBS),
    ),
    responder: fc.constantFrom(...PEOPLE),
    proof: fc.constantFrom('declared', 'verified'),
    to: fc.option(fc.constantFrom(...PEOPLE)),
    note: fc.option(fc.constant('because'), { freq: 5 }),
  }),
  ago: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: -60_000, max: 600_000 })),
  back: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constant(1)),
});

/** A cancellation is judged when it is heard: it is no deed whose time could be told later. */
function agoOf({ word, ago }: Ordered): number {
  return word.verb === 'cancel' ? 0 : ago;
}

function order(rig: Rig, given: Ordered) {
  const { word, back } = given;
  const receivedAt = instantText(rig.now - agoOf(given));
  return rig.order({ ...word, receivedAt }, rig.incidents().length - 1 - back);
}

const said = ordered.map((given): Happening => ({
  check: ({ episodes }) => episodes.length > given.back,
  async run(model, rig) {
    const { word, back } = given;
    const counted = model.episodes.at(-1 - back)?.hear({ ...word, heardAt: model.now - agoOf(given) }, model.now);
    const answer = await order(rig, given);
    expect([word.verb, answer.modified]).toEqual([word.verb, counted]);
    await rig.settle();
    model.pass();
    same(model, rig);
  },
  toString: () =>
    `${given.word.responder}: ${given.word.verb} (${given.word.proof}), ${agoOf(given)} ms ago, of ${given.back} back`,
}));

const ACCEPTED: Delivery = { outcome: 'accepted', reference: null };
const FAILED: Delivery = { outcome: 'failed', reason: 'the provider says no' };
const AGAIN: Delivery = { outcome: 'retry', reason: 'the provider is away', afterMs: 5_000 };

const delivered = fc
  .tuple(fc.constantFrom(ACCEPTED, FAILED, AGAIN), fc.integer({ min: 1, max: 9 }))
  .map(([delivery, pages]) =>
    happening(
      `${pages} pages: ${delivery.outcome}`,
      () => undefined,
      (rig) => rig.deliver(pages, delivery),
    ),
  );

const works = fc.oneof(
  fc.constantFrom(1, 60_000, 420_000, 600_000).map((ms) =>
    happening(
      `work of ${ms} ms begins`,
      (model) => model.announce(ms),
      (rig) => rig.announce(ms),
    ),
  ),
  fc.constant(
    happening(
      'the newest work is over',
      (model) => model.endWork(),
      (rig) => rig.endWork(),
    ),
  ),
);

const restarted = fc.constant(
  happening(
    'a restart',
    () => undefined,
    (rig) => rig.restart(),
  ),
);

/** Neither sensors nor people are heard while the disk is full, and all of them once it is not. */
const full = fc.record({ given: ordered, source: fc.constantFrom(...SOURCES) }).map(({ given, source }) =>
  happening(
    `while the disk is full: ${source} says so, ${given.word.responder}: ${given.word.verb}, ${agoOf(given)} ms ago`,
    (model) => {
      const meant = model.episodes.at(-1 - given.back);
      model.raised(source);
      meant?.hear({ ...given.word, heardAt: model.now - agoOf(given) }, model.now);
    },
    (rig) => rig.whileFull(() => Promise.all([rig.sense({ source }), order(rig, given)])),
  ),
);

/** Everything that may happen, what moves an incident on more often than the rest. */
export const happenings: fc.Arbitrary<Happening>[] = [
  raised,
  said,
  said,
  passed,
  cleared,
  silent,
  delivered,
  works,
  restarted,
  full,
];
