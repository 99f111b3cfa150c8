import {
  contractorPerson,
  type Incident,
  type IncidentChangeKind,
  type PageState,
  type Proof,
  type ProofWay,
  type Severity,
  type Term,
  type TimelineEntry,
  type Verdict,
} from '@keepsite/edge-contract';
import type { Words } from '../words/en.ts';
import { STORM_TELLERS } from './storm-tellers.ts';
import { ORDER_TELLERS } from './order-tellers.ts';

/** Names that the wording needs, in the reader's language. */
export interface Names {
  readonly asset: (id: string) => string;
  readonly person: (id: string) => string;
}

export type Tone = 'plain' | 'good' | 'bad' | 'act' | 'quiet';

type Detail = Readonly<Record<string, unknown>>;

export interface Teller {
  readonly tone: (detail: Detail) => Tone;
  readonly text: (detail: Detail, t: Words, names: Names, incident: Incident) => string;
}

/** One line of the timeline in words; a kind this page does not know is shown by its own name. */
export function tell(entry: TimelineEntry, t: Words, names: Names, incident: Incident): { text: string; tone: Tone } {
  const teller = Object.hasOwn(TELLERS, entry.kind) ? TELLERS[entry.kind as IncidentChangeKind] : undefined;
  if (!teller) return { text: t.event.other(entry.kind), tone: 'plain' };
  const told = teller.text(entry.detail, t, names, incident);
  const through = entry.detail['through'] === undefined ? '' : t.storm.through(t.storm.another);
  return { text: told + through, tone: teller.tone(entry.detail) };
}

/** Who did it and through which door, in words. */
export function tellActor(entry: TimelineEntry, t: Words, names: Names, orders: Incident['orders'] = []): string {
  const { kind, id, via } = entry.by;
  const contractor = orders.find((order) => contractorPerson(order.contractor) === id)?.contractorName;
  const named = contractor ? (t.language === '中文' ? contractor.zh : contractor.en) : names.person(id);
  const person = id.startsWith('report-') ? t.repairs.byReporter : named;
  const who = kind === 'person' ? person : kind === 'sensor' ? `${t.event.sensor} ${id}` : t.event.system;
  const door = via && kind === 'person' ? t.event.via[via] : undefined;
  return door ? `${who}, ${door}` : who;
}

const always =
  (tone: Tone): Teller['tone'] =>
  () =>
    tone;

const verdictTone = (detail: Detail): Tone =>
  detail['verdict'] === 'met' ? 'good' : detail['verdict'] === 'breached' ? 'bad' : 'plain';

const pageTone = (detail: Detail): Tone => {
  const state = pageOf(detail)?.state ?? detail['state'];
  return state === 'failed' ? 'bad' : 'quiet';
};

/** How each kind of event is told; the type makes a new kind without words a compile error. */
export const TELLERS: { readonly [Kind in IncidentChangeKind]: Teller } = {
  opened: {
    tone: always('bad'),
    text: (_, t, names, incident) => {
      const say = incident.clocks.length > 0 ? t.event.opened : t.event.openedNoClock;
      return say(t.fault[incident.fault], names.asset(incident.asset));
    },
  },
  occurred: { tone: always('quiet'), text: (d, t) => t.event.occurred(number(d['occurrences'])) },
  upgraded: {
    tone: always('bad'),
    text: (d, t) => t.event.upgraded(t.severity[d['severity'] as Severity] ?? text(d['severity'])),
  },
  condition: {
    tone: (d) => (d['condition'] === 'cleared' ? 'good' : 'plain'),
    text: (d, t) => t.event.condition[d['condition'] as Incident['condition']] ?? text(d['condition']),
  },
  step: {
    tone: (d) => (d['skipped'] === true ? 'quiet' : 'plain'),
    text: (d, t) => {
      const step = number(d['step']) + 1;
      return d['skipped'] === true ? t.event.stepSkipped(step, because(d['reason'], t)) : t.event.step(step);
    },
  },
  paged: {
    tone: pageTone,
    text: (d, t) => {
      const page = pageOf(d);
      if (!page) return t.event.pageUnnamed(t.pageState.queued);
      return (
        t.event.paged(page.name, t.channel[page.channel] ?? page.channel) +
        (page.possibleDuplicate ? t.event.duplicate : '')
      );
    },
  },
  page: {
    tone: pageTone,
    text: (d, t, _, incident) => {
      const page = incident.pages.find((one) => one.id === d['page']);
      const state = (t.pageState[d['state'] as PageState] ?? text(d['state'])) + because(d['reason'], t);
      const said = page
        ? t.event.pageState(page.to.name, t.channel[page.channel] ?? page.channel, state)
        : t.event.pageUnnamed(state);
      return said + (d['possibleDuplicate'] === true ? t.event.duplicate : '');
    },
  },
  acknowledged: { tone: always('act'), text: (d, t, names) => t.event.acknowledged(person(d['responder'], names)) },
  released: {
    tone: always('bad'),
    text: (d, t, names) => t.event.released(person(d['responder'], names), because(d['reason'], t)),
  },
  handed_over: {
    tone: always('act'),
    text: (d, t, names) => {
      const to = person(d['responder'], names);
      const from = d['from'];
      const said = typeof from === 'string' ? t.event.handedOver(names.person(from), to) : t.event.handedOverTo(to);
      return said + because(d['reason'], t);
    },
  },
  on_site: {
    tone: always('act'),
    text: (d, t, names) => t.event.onSite(person(d['responder'], names), proofOf(d, t)),
  },
  resolved: {
    tone: always('good'),
    text: (d, t, names) => t.event.resolved(person(d['responder'], names)) + because(d['note'], t),
  },
  ...ORDER_TELLERS,
  closed: { tone: always('plain'), text: (d, t) => t.event.closed + because(d['reason'], t) },
  cancelled: { tone: always('plain'), text: (d, t) => t.event.cancelled(text(d['reason'])) },
  noted: { tone: always('plain'), text: (d, t) => t.event.noted + because(d['text'], t) },
  photo: {
    tone: always('plain'),
    text: (d, t) => (typeof d['caption'] === 'string' ? t.acting.photoOf(d['caption']) : t.acting.photoTaken),
  },
  clock: {
    tone: verdictTone,
    text: (d, t) => (t.event.clock[d['verdict'] as Verdict] ?? t.event.clock.unknown)(termOf(d, t)),
  },
  ...STORM_TELLERS,
  adjusted: {
    tone: verdictTone,
    text: (d, t) =>
      t.event.adjusted(termOf(d, t), t.verdict[d['verdict'] as Verdict] ?? text(d['verdict']), text(d['reason'])),
  },
};

function pageOf(detail: Detail): { name: string; channel: string; state: string; possibleDuplicate: boolean } | null {
  const page = detail['page'];
  if (typeof page !== 'object' || page === null) return null;
  const { to, channel, state, possibleDuplicate } = page as Record<string, unknown>;
  const name = typeof to === 'object' && to !== null ? text((to as Record<string, unknown>)['name']) : text(to);
  return { name, channel: text(channel), state: text(state), possibleDuplicate: possibleDuplicate === true };
}

function termOf(detail: Detail, t: Words): string {
  return t.term[detail['term'] as Term] ?? text(detail['term']);
}

function because(reason: unknown, t: Words): string {
  if (typeof reason !== 'string' || reason === '') return '';
  const [kind = '', ...names] = reason.split(': ');
  return t.event.because(t.reason[reason] ?? [t.reason[kind] ?? kind, ...names].join(': '));
}

/** Declared or verified, by what, and what was shown in vain. */
function proofOf(detail: Detail, t: Words): string {
  const { proof, proofBy, proofNote } = detail;
  const by = t.acting.proofBy[proofBy as ProofWay];
  const note = typeof proofNote === 'string' ? (t.acting.proofNote[proofNote] ?? proofNote) : undefined;
  return [t.incident.proof[proof as Proof] ?? text(proof), by, note].filter(Boolean).join(' · ');
}

function person(id: unknown, names: Names): string {
  return typeof id === 'string' ? names.person(id) : '–';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '–';
}
