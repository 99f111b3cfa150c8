import { IncidentEvent } from '@keepsite/edge-contract';
import { z } from 'zod';
import { hashOf } from './chain.ts';
import { EXPORT_FORMAT, ForeignLink, tellAll } from './incident-export.ts';
import { WORDS_VERSION } from './story.ts';

export interface ExportVerdict {
  readonly ok: boolean;
  /** Events whose hash was reckoned anew. */
  readonly events: number;
  /** Links of other incidents that were followed. */
  readonly links: number;
  /** Stretches of the chain that the file does not cover: nothing is wrong, and nothing is proved about them. */
  readonly gaps: readonly { readonly after: number; readonly before: number }[];
  /** What the file says and this check cannot judge. */
  readonly unchecked: readonly string[];
  /** What is wrong, in sentences; empty when all is well. */
  readonly faults: readonly string[];
}

const Envelope = z.looseObject({
  format: z.literal(EXPORT_FORMAT),
  version: z.literal(1),
  incident: z.looseObject({ id: z.string() }),
  words: z.int(),
  story: z.array(z.looseObject({})),
  pages: z.array(z.unknown()),
  events: z.array(z.unknown()).min(1),
  links: z.array(ForeignLink),
});

/** What an event may hold: everything that its hash is over, the hash, and the edge's signature of it. */
const PROVED = new Set<string>(Object.keys(IncidentEvent.shape));

/**
 * Checks an export without any system at hand: every event's hash, the chain through the events and
 * what lies between, and that incident, story and pages say nothing but what follows from the events. A
 * file of an earlier release may say less; sentences that were worded by another release are not
 * compared, and that is told. A file that is no export at all has one fault.
 */
export function verifyExport(value: unknown): ExportVerdict {
  const parsed = Envelope.safeParse(value);
  if (!parsed.success) return refused(`this is no incident export: ${z.prettifyError(parsed.error)}`);
  const { events: raw, links, ...told } = parsed.data;
  const checked = raw.map((event) => IncidentEvent.safeParse(event));
  const bad = checked.findIndex(({ success }) => !success);
  if (bad >= 0) return refused(`event number ${bad + 1} of the file is none`);
  const events = raw as IncidentEvent[];
  const chain = followChain(events, links);
  const faults = [
    ...events.flatMap((event) => (hashOf(event) === event.hash ? [] : [`event ${event.seq} was altered`])),
    ...events.flatMap((event) =>
      Object.keys(event).every((key) => PROVED.has(key)) ? [] : [`event ${event.seq} says more than its hash covers`],
    ),
    ...events.flatMap(({ seq, incident, edge }) =>
      incident === told.incident.id && edge === events[0]?.edge ? [] : [`event ${seq} is of another incident`],
    ),
    ...chain.faults,
    ...whatIsNotTold(raw, told),
  ];
  return {
    ok: faults.length === 0,
    events: events.length,
    links: links.length,
    gaps: chain.gaps,
    unchecked: told.words === WORDS_VERSION ? [] : ['the sentences of the story: they are of another release'],
    faults,
  };
}

function refused(fault: string): ExportVerdict {
  return { ok: false, events: 0, links: 0, gaps: [], unchecked: [], faults: [fault] };
}

/** Every link names its predecessor; where the predecessor is not in the file there is a gap. */
function followChain(
  events: readonly IncidentEvent[],
  links: readonly ForeignLink[],
): Pick<ExportVerdict, 'gaps' | 'faults'> {
  const gaps: { after: number; before: number }[] = [];
  const faults: string[] = [];
  let last: ForeignLink | null = null;
  for (const link of [...events, ...links].toSorted((a, b) => a.seq - b.seq)) {
    if (last && link.seq === last.seq) faults.push(`there are two events ${link.seq}`);
    else if (last && link.seq > last.seq + 1) gaps.push({ after: last.seq, before: link.seq });
    else if (last && link.prev !== last.hash) faults.push(`event ${link.seq} does not follow event ${last.seq}`);
    last = link;
  }
  return { gaps, faults };
}

type Told = Pick<z.infer<typeof Envelope>, 'incident' | 'story' | 'pages' | 'words'>;

function whatIsNotTold(events: readonly unknown[], { incident, story, pages, words }: Told): string[] {
  try {
    const follows = tellAll(events);
    const lines = words === WORDS_VERSION ? story : story.map(({ en: _en, zh: _zh, ...facts }) => facts);
    const told = { incident, story: lines, pages };
    return (['incident', 'story', 'pages'] as const)
      .filter((part) => !isToldBy(told[part], follows[part]))
      .map((part) => `the ${part} does not say what follows from the events`);
  } catch (error) {
    return [`the events make no incident: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** Whether everything that is told stands in the facts: members may be missing, none may differ or be added. */
function isToldBy(told: unknown, facts: unknown): boolean {
  if (Array.isArray(told))
    return Array.isArray(facts) && told.length === facts.length && told.every((item, i) => isToldBy(item, facts[i]));
  if (typeof told !== 'object' || told === null) return Object.is(told, facts);
  if (typeof facts !== 'object' || facts === null) return false;
  return Object.entries(told).every(
    ([key, value]) => Object.hasOwn(facts, key) && isToldBy(value, Reflect.get(facts, key)),
  );
}
