import type { CommandAnswer } from '@keepsite/cloud-contract';
import type { CommandBody, Incident, LinkBody, OrderLinkBody, ReportBody, Verb } from '@keepsite/edge-contract';
import { alreadyDone } from '../incident/urgency.ts';
import { openTable } from './browser-table.ts';
import { ApiError, postJson, postPhoto } from './http.ts';
import { newId } from './id.ts';
import { createValue } from './value.ts';

/** An order on its way: kept on this device until a server has it, under one commandId for ever. */
export interface Order {
  readonly commandId: string;
  readonly path: string;
  readonly body: CommandBody | LinkBody | OrderLinkBody | ReportBody;
  /** The photograph that is the order; its words stand in the path. */
  readonly photo?: Blob;
  /** When it was given, by this device's own clock, ms. */
  readonly givenAt?: number;
  readonly incident: string | null;
  readonly verb: Verb | 'report';
  /** `waiting`: no server has it yet. `sent`: one has it, and the edge has not decided yet. */
  readonly state: 'waiting' | 'sent';
  /** The account that gave it; null: a server without accounts. */
  readonly account: string | null;
}

/** What became of an order, for the person who gave it. */
export interface Outcome {
  readonly order: Order;
  readonly result: 'done' | 'refused' | 'unchanged' | 'waiting';
  readonly reason: string | null;
  /** The incident that a report opened or joined, where the answer names it. */
  readonly incident: string | null;
}

/** The edge answers a verb with the whole incident, a report with its id; the cloud with neither. */
type Answer = CommandAnswer & { readonly incident?: string | Incident | null };

/** Orders that no server has yet; where the browser forbids storage they live as long as the page. */
const kept = openTable<Order>('keepsite-outbox', 'orders', 'commandId');

/** What was held for less was sent at once, on a slow line. */
const WORTH_SAYING_MS = 3_000;
const LONGEST_HELD_MS = 24 * 3_600_000;

/** Who is signed in; undefined: nobody, or it is not known yet. */
let sender: string | null | undefined;

/** From now on orders are given by this account, and those that it had left are sent. */
export function setSender(account: string | null | undefined): void {
  if (account === sender) return;
  sender = account;
  void drainOutbox();
}

export const orders = createValue<readonly Order[]>([]);
export const lastOutcome = createValue<Outcome | null>(null);

/** Orders one verb; the truth is the event that follows, this only marks it as pending. */
export function order(incident: string, verb: Verb, words: Omit<CommandBody, 'commandId'>): Promise<Outcome> {
  const body: CommandBody = { commandId: newId(), ...words };
  const path = `/api/incidents/${encodeURIComponent(incident)}/${verb}`;
  return submit({ commandId: body.commandId, path, body, incident, verb, state: 'waiting', account: sender ?? null });
}

/** The same by a signed link, in whose name it acts. */
export function orderByLink(
  token: string,
  incident: string,
  verb: Verb,
  words: Omit<LinkBody, 'commandId'>,
): Promise<Outcome> {
  const body: LinkBody = { commandId: newId(), ...words };
  const path = `/api/links/${token}/${verb}`;
  return submit({ commandId: body.commandId, path, body, incident, verb, state: 'waiting', account: null });
}

/** What a contractor says of its order; `name` stands for the incident, of which it is told nothing. */
export function sayByOrderLink(
  path: string,
  name: string,
  verb: Verb,
  words: Omit<OrderLinkBody, 'commandId'>,
): Promise<Outcome> {
  const body: OrderLinkBody = { commandId: newId(), ...words };
  return submit({ commandId: body.commandId, path, body, incident: name, verb, state: 'waiting', account: null });
}

/** Sends a photograph; `root` is where the incident is reached: `/api/incidents/<id>` or `/api/links/<token>`. */
export function sendPhoto(
  root: string,
  incident: string,
  photo: Blob,
  words: Pick<CommandBody, 'responder'> | Record<string, never>,
): Promise<Outcome> {
  const commandId = newId();
  const path = `${root}/photos?${new URLSearchParams({ commandId, ...words }).toString()}`;
  const body = { commandId };
  const account = 'responder' in words ? (sender ?? null) : null;
  return submit({ commandId, path, body, photo, incident, verb: 'note', state: 'waiting', account });
}

/** Reports a fault that a person has seen. */
export function reportFault(words: Omit<ReportBody, 'commandId'>): Promise<Outcome> {
  const body: ReportBody = { commandId: newId(), ...words };
  return submit({
    commandId: body.commandId,
    path: '/api/incidents',
    body,
    incident: null,
    verb: 'report',
    state: 'waiting',
    account: sender ?? null,
  });
}

async function submit(given: Order): Promise<Outcome> {
  const entry = { ...given, givenAt: Date.now() };
  orders.set([...orders.get(), entry]);
  await kept.put(entry);
  return send(entry);
}

/** Takes up what an earlier visit left behind, the oldest first, and tries again whenever the line comes back. */
export async function startOutbox(): Promise<void> {
  const left = (await kept.all()).toSorted((a, b) => (a.givenAt ?? 0) - (b.givenAt ?? 0));
  const known = new Set(orders.get().map((one) => one.commandId));
  orders.set([...left.filter((one) => !known.has(one.commandId)), ...orders.get()]);
  addEventListener('online', () => void drainOutbox());
  setInterval(() => void drainOutbox(), 5_000);
  await drainOutbox();
}

/** Sends what is waiting, oldest first. A server that gets the same commandId twice answers twice the same. */
export async function drainOutbox(): Promise<void> {
  for (const entry of orders.get()) {
    if (entry.state !== 'waiting' || sending.has(entry.commandId) || !isSenders(entry)) continue;
    const outcome = await send(entry);
    if (outcome.result === 'waiting') return;
  }
}

/** An order that was kept before there were accounts is anybody's. */
function isSenders({ account = null }: Partial<Pick<Order, 'account'>>): boolean {
  return account === null || account === sender;
}

const sending = new Set<string>();

async function send(entry: Order): Promise<Outcome> {
  sending.add(entry.commandId);
  try {
    return await settle(entry, await hand(entry));
  } catch (error) {
    const problem = error instanceof ApiError ? error : new ApiError(0, 'UNREACHABLE', String(error), { cause: error });
    if (problem.transient) return tell({ order: entry, result: 'waiting', reason: null, incident: null });
    await drop(entry.commandId);
    return tell({ order: entry, result: 'refused', reason: problem.message, incident: null });
  } finally {
    sending.delete(entry.commandId);
  }
}

/** What had to wait for a line says how long. */
function hand(entry: Order): Promise<Answer> {
  const { path, body, photo, verb, givenAt = Date.now() } = entry;
  const heldMs = Math.min(Math.max(0, Date.now() - givenAt), LONGEST_HELD_MS);
  const waited = heldMs >= WORTH_SAYING_MS;
  if (photo) return postPhoto(waited ? `${path}&heldMs=${heldMs}` : path, photo);
  return postJson(path, waited && verb !== 'report' ? { ...body, heldMs } : body);
}

async function settle(entry: Order, answer: Answer): Promise<Outcome> {
  const incident = (typeof answer.incident === 'object' ? answer.incident?.id : answer.incident) ?? entry.incident;
  if (answer.state === 'pending' || answer.state === 'delivered') {
    // The server keeps it from here on; another send would only ask for the same answer.
    await kept.forget(entry.commandId);
    orders.set(orders.get().map((one) => (one.commandId === entry.commandId ? { ...one, state: 'sent' } : one)));
    return tell({ order: entry, result: 'done', reason: null, incident });
  }
  await drop(entry.commandId);
  return tell({ order: entry, result: resultOf(answer), reason: answer.reason, incident });
}

function resultOf(answer: CommandAnswer): Outcome['result'] {
  if (answer.state === 'refused') return 'refused';
  return answer.modified ? 'done' : 'unchanged';
}

/** The edge has decided an order that the cloud was keeping. */
export function noteAnswer(answer: Pick<CommandAnswer, 'commandId' | 'state'> & Partial<CommandAnswer>): void {
  const entry = orders.get().find((one) => one.commandId === answer.commandId);
  if (!entry || (answer.state !== 'done' && answer.state !== 'refused')) return;
  void drop(entry.commandId);
  if (answer.state === 'refused')
    tell({ order: entry, result: 'refused', reason: answer.reason ?? null, incident: null });
}

/** The incident already stands where an order would bring it: the order is no longer pending. */
export function noteIncident(incident: Pick<Incident, 'id' | 'response'>): void {
  for (const entry of orders.get()) {
    if (entry.incident !== incident.id || entry.state !== 'sent' || entry.verb === 'report') continue;
    if (alreadyDone(entry.verb, incident.response)) void drop(entry.commandId);
  }
}

async function drop(commandId: string): Promise<void> {
  orders.set(orders.get().filter((one) => one.commandId !== commandId));
  await kept.forget(commandId);
}

function tell(outcome: Outcome): Outcome {
  lastOutcome.set(outcome);
  return outcome;
}
