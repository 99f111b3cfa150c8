import type { EdgeResponse } from '@keepsite/cloud-contract';
import { instantText, type Millis, ResponseBook, type ResponseFinding, type RosterView } from '@keepsite/edge-contract';
import { checkResponse, civilDayText, refusals, rosterView, withCalendars } from '@keepsite/edge-response';
import { CloudError, notFound } from '../errors.ts';
import type { NewResponse } from '../ports/response.ts';
import { SHIPPED_CALENDARS } from '../shipped-calendars.ts';
import type { ApiPorts } from './context.ts';

/** So many versions are looked at. */
export const VERSIONS = 100;
const WEEK = 7;
const EMPTY = ResponseBook.parse({});

/** What the edge goes by, as it last told; before it has said anything, what is meant for it. */
export async function effective(ports: ApiPorts, edge: string): Promise<ResponseBook> {
  const told = await ports.store.response.told(edge);
  return whole(told?.book ?? (await stateOf(ports, edge)).book);
}

/** Refuses a version with an error, and one that was made from a version that is no longer the newest. */
export async function saveVersion(ports: ApiPorts, edge: string, response: Omit<NewResponse, 'at'>): Promise<void> {
  const findings = findingsOf(ports, response.book);
  const reasons = refusals(findings);
  if (reasons.length > 0) throw new CloudError('CLOUD_RESPONSE_REFUSED', reasons.join('; '), { details: { findings } });
  const saved = await ports.store.response.save(edge, { ...response, at: ports.own.now() });
  if (!saved)
    throw new CloudError('CLOUD_CONFLICT', 'somebody has saved another version in the meantime; look at it first');
  const { commandId } = saved;
  await ports.notices.publish([{ kind: 'command', edge, commandId, incident: null, state: 'pending' }]);
}

/** What is saved for an edge, what is in force, and what the checks say of the newest version. */
export async function stateOf(ports: ApiPorts, edge: string): Promise<EdgeResponse> {
  const { response } = ports.store;
  const versions = await response.versions(edge, VERSIONS);
  const told = await response.told(edge);
  const newest = versions[0] ?? null;
  const saved = newest && (await response.configuration(edge, newest.version));
  const book = ResponseBook.parse(saved ?? told?.book ?? EMPTY);
  const active = versions.find(({ state }) => state === 'active')?.version ?? null;
  const inForce = (active !== null && (await response.configuration(edge, active))) || (told?.book ?? null);
  return {
    edge,
    newest,
    active,
    book,
    inForce: inForce && ResponseBook.parse(inForce),
    told: told && { at: instantText(told.at), book: told.book },
    findings: findingsOf(ports, book),
  };
}

/** What the checks say of a book, by the site's clock. */
export function findingsOf({ clock }: ApiPorts, book: ResponseBook): ResponseFinding[] {
  return checkResponse(whole(book), { now: clock.now() });
}

/**
 * A roster of a book as it would be worked for a week, from a civil day or from the day of an instant on;
 * null: there is no such roster, or something is wrong with it. Faults elsewhere do not matter.
 */
export function weekOf(
  book: ResponseBook,
  findings: readonly ResponseFinding[],
  { roster: id, from }: { readonly roster: string; readonly from: string | Millis },
): RosterView | null {
  const own = `rosters.${id}`;
  const isWrong = refusals(findings.filter(({ place }) => place === own || place.startsWith(`${own}.`))).length > 0;
  const roster = book.rosters.find((one) => one.id === id);
  if (!roster || isWrong) return null;
  const day = typeof from === 'string' ? from : civilDayText(from, roster.zone);
  return { ...rosterView(roster, { from: day, days: WEEK }, whole(book)), local: [] };
}

/** The book with the calendars that everybody has. */
export function whole(book: ResponseBook): ResponseBook {
  return withCalendars(book, SHIPPED_CALENDARS);
}

/** The edge's id; throws that there is none. */
export async function knownEdge({ store }: ApiPorts, edge: string): Promise<string> {
  const edges = await store.edges.list();
  return edges.some(({ id }) => id === edge) ? edge : notFound(`edge ${edge}`);
}
