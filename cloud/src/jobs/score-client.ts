import type { Client, RetentionReport } from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';
import { dayOf, startOfDay } from '../domain/calendar.ts';
import {
  careTasks,
  overdueVetoes,
  retentionReport,
  type CareTaskDraft,
  type ColourState,
} from '../domain/retention/index.ts';
import type { CareTask, Scorecard, Store } from '../ports.ts';
import { factsAt, gatherHistory, type Basis, type GatheredFacts } from './gather-facts.ts';

const DAY = 86_400_000;
/** Days of history that a report shows. */
export const HISTORY_DAYS = 400;

/**
 * Scores one client as of now and stores inputs, result and reason in one row, with the tasks that
 * follow from it. Called again on one day it replaces the day's row, from the state of the day before.
 */
export async function scoreClient(store: Store, client: Client, asOf: Millis, timeZone: string): Promise<Scorecard> {
  const history = await gatherHistory(store, client, asOf, timeZone, false);
  const facts = factsAt(history, asOf, 'now');
  await recordOverdue(store, facts);
  const before = await store.scores.before(client.id, dayOf(asOf, facts.timeZone));
  const card = cardOf(facts, before);
  const tasks = careTasks(before?.report.colour ?? null, card.report).map((draft) => taskOf(draft, client, asOf));
  await store.scores.save(card, tasks);
  return card;
}

/**
 * Scores every day of a range anew, in order, each at the end of its local day; answers how many
 * days it wrote. It opens no tasks: nobody can act in the past.
 */
export async function rescoreClient(
  store: Store,
  client: Client,
  range: { readonly from: string; readonly to: string },
  now: Millis,
  timeZone: string,
  basis: Exclude<Basis, 'now'>,
): Promise<number> {
  const history = await gatherHistory(store, client, now, timeZone, basis === 'recorded');
  let before = await store.scores.before(client.id, range.from);
  const cards: Scorecard[] = [];
  for (const day of daysOf(range.from, range.to)) {
    const asOf = Math.min(startOfDay(nextDay(day), history.timeZone) - 1, now);
    if (dayOf(asOf, history.timeZone) !== day) break;
    before = cardOf(factsAt(history, asOf, basis), before);
    cards.push(before);
    // A year of days takes a while; whoever else wants something gets a turn in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await store.scores.saveAll(cards);
  return cards.length;
}

function cardOf(facts: GatheredFacts, before: Scorecard | null): Scorecard {
  const state = (before?.machine as ColourState | undefined) ?? null;
  const result = retentionReport(facts, { state, entries: [] });
  const report: RetentionReport = { ...result.report, history: [] };
  const day = dayOf(facts.asOf, facts.timeZone);
  return { client: facts.client.id, day, at: facts.asOf, inputs: inputsOf(facts), machine: result.state, report };
}

/** Which facts went in, by id and version: the facts themselves are kept for good where they came from. */
function inputsOf(facts: GatheredFacts): unknown {
  const crm = Object.entries(facts.crm).map(([kind, items]) => [
    kind,
    items.map(({ id, recordedAt }) => [id, recordedAt]),
  ]);
  return {
    asOf: facts.asOf,
    timeZone: facts.timeZone,
    watch: facts.watch,
    contracts: facts.contracts.map(({ id, version }) => [id, version]),
    incidents: facts.incidents.map(({ id, version }) => [id, version]),
    crm: Object.fromEntries(crm),
  };
}

/** An invoice that is 90 days overdue becomes a veto of its own, which only a person releases. */
async function recordOverdue(store: Store, facts: GatheredFacts): Promise<void> {
  const vetoes = overdueVetoes(facts).map((veto) => ({ id: veto.id, at: facts.asOf, body: veto }));
  if (vetoes.length > 0) await store.clients.saveFacts(facts.client.id, 'vetoes', vetoes);
}

function taskOf(draft: CareTaskDraft, client: Client, asOf: Millis): CareTask {
  return {
    id: draft.key,
    client: client.id,
    kind: draft.kind,
    title: draft.title,
    reason: draft.detail,
    officer: draft.owner === 'management' ? 'management' : client.officer,
    openedAt: asOf,
    dueAt: asOf + draft.dueInDays * DAY,
    doneAt: null,
    doneBy: null,
    note: null,
  };
}

function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = nextDay(day)) days.push(day);
  return days;
}

function nextDay(day: string): string {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toString();
}
