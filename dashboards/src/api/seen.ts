import type { Incident, LinkView } from '@keepsite/edge-contract';
import type { Query, QueryClient } from '@tanstack/react-query';
import { DEAD_AFTER, freshnessOf, serverNow, type ServerTime } from '../time/server-time.ts';
import { openTable, type Table } from './browser-table.ts';
import { ApiError, signedOut } from './http.ts';
import { hex } from './id.ts';
import { serverTime } from './live.ts';
import { keys, type Page } from './queries.ts';

/** What a server last told of one question. */
export interface Seen {
  readonly id: string;
  readonly data: unknown;
  /** By this device's own clock, ms. */
  readonly updatedAt: number;
  /** From then on it is nobody's to see, ms. */
  readonly endsAt: number;
}

/** The questions whose answers are kept: what a crew needs on the way, and nobody's money or password. */
const KEPT: ReadonlySet<unknown> = new Set(
  [keys.whoami, keys.registry, keys.openIncidents, keys.incidentList, keys.incident(''), keys.edges].map(
    ([name]) => name,
  ),
);
const KEPT_FOR_MS = 7 * 24 * 3_600_000;
/** Whoever leaves sooner is noticed: what is hidden is written at once. */
const WRITE_EVERY_MS = 5_000;
/** A server that says nothing for this long may as well not be there. */
const PATIENCE_MS = 4_000;
/** The server's time when the questions above were last answered; its data is {@link Heard}. */
const TIME = 'time';
const OF_LINK = 'link ';

type Heard = Pick<ServerTime, 'now' | 'scale'>;

const table = openTable<Seen>('keepsite-seen', 'answers', 'id');

/**
 * Keeps the last answers on this device, and gives them back where no server answers, so that a page
 * that is opened without a line shows what was last seen. The clock of the page is set back to when
 * that was: everything of it looks as old as it is. What the server withdraws (the session ended, a
 * link is over, an incident is not to be seen) is forgotten here too. Only where a page can be opened
 * without a line at all: over https, or from this machine.
 */
export function followSeen(queries: QueryClient, seen: Table<Seen> = table): void {
  if (!isSecureContext) return;
  const changed = new Set<Query>();
  queries.getQueryCache().subscribe((event) => {
    const { query } = event;
    if (!isKept(query)) return;
    if (event.type === 'added') setTimeout(() => isUnheard(query) && void recall(queries, query, seen), PATIENCE_MS);
    if (event.type !== 'updated') return;
    if (event.action.type === 'success') changed.add(query);
    if (event.action.type === 'failed' || event.action.type === 'error')
      heardNo(queries, query, seen, event.action.error);
  });
  const write = (): void => {
    const batch = [...changed];
    changed.clear();
    void keep(batch, seen);
  };
  setInterval(write, WRITE_EVERY_MS);
  addEventListener('pagehide', write);
  document.addEventListener('visibilitychange', write);
  signedOut.subscribe(() => signedOut.get() && void forgetSeen(seen));
  void forget(({ endsAt }) => endsAt <= Date.now(), seen);
}

/** Forgets all that an account has seen here; links are somebody's without one, and end by themselves. */
export function forgetSeen(seen: Table<Seen> = table): Promise<void> {
  return forget(({ id }) => !id.startsWith(OF_LINK), seen);
}

async function forget(which: (one: Seen) => boolean, seen: Table<Seen>): Promise<void> {
  for (const one of await seen.all()) if (which(one)) await seen.forget(one.id);
}

function isKept({ queryKey: [name] }: Query): boolean {
  return KEPT.has(name) || name === 'link';
}

/** A link's token opens the incident to whoever reads it: only its digest is kept. */
async function idOf({ queryKey }: Query): Promise<string> {
  const [name, token] = queryKey;
  if (name !== 'link') return JSON.stringify(queryKey);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(String(token)));
  return OF_LINK + hex(new Uint8Array(digest));
}

async function keep(batch: readonly Query[], seen: Table<Seen>): Promise<void> {
  for (const query of batch) {
    const { data, dataUpdatedAt: updatedAt } = query.state;
    const id = await idOf(query);
    // What was asked for before the session ended is not kept after it.
    if (data === undefined || signedOut.get()) continue;
    const forMs = id.startsWith(OF_LINK) ? worksForMs(data as LinkView) : KEPT_FOR_MS;
    await seen.put({ id, data, updatedAt, endsAt: updatedAt + forMs });
  }
  const time = serverTime.get();
  const mono = performance.now();
  if (!batch.some(({ queryKey: [name] }) => KEPT.has(name)) || signedOut.get()) return;
  if (!time || freshnessOf(time, mono) === 'dead') return;
  const heard: Heard = { now: serverNow(time, mono), scale: time.scale };
  await seen.put({ id: TIME, data: heard, updatedAt: Date.now(), endsAt: Date.now() + KEPT_FOR_MS });
}

function worksForMs({ expiresAt, now }: LinkView): number {
  return Date.parse(expiresAt) - Date.parse(now);
}

/** Nobody has answered yet, and the page hears nothing of the server otherwise. */
function isUnheard({ state }: Query): boolean {
  return state.data === undefined && freshnessOf(serverTime.get(), performance.now()) !== 'live';
}

function heardNo(queries: QueryClient, query: Query, seen: Table<Seen>, error: unknown): void {
  if (!(error instanceof ApiError) || error.asksToSignIn) return;
  if (error.transient) void recall(queries, query, seen);
  else void idOf(query).then((id) => seen.forget(id));
}

async function recall(queries: QueryClient, query: Query, seen: Table<Seen>): Promise<void> {
  if (query.state.data !== undefined) return;
  const last = (await seen.get(await idOf(query))) ?? (await listed(query, seen));
  if (!last || last.endsAt <= Date.now()) return;
  const heard = last.id.startsWith(OF_LINK) ? heardBy(last) : await seen.get(TIME);
  // A server may have answered in the meantime, or asked to sign in.
  if (!heard || query.state.data !== undefined || signedOut.get()) return;
  setBack(heard);
  queries.setQueryData(query.queryKey, last.data, { updatedAt: last.updatedAt });
}

/** An incident that was seen in the list of open ones, and never by itself. */
async function listed({ queryKey: [name, id] }: Query, seen: Table<Seen>): Promise<Seen | null> {
  if (name !== keys.incident('')[0]) return null;
  const list = await seen.get(JSON.stringify(keys.openIncidents));
  const incident = (list?.data as Page<Incident> | undefined)?.items.find((one) => one.id === id);
  return list && incident ? { ...list, data: incident } : null;
}

function heardBy({ data, updatedAt }: Seen): Pick<Seen, 'data' | 'updatedAt'> {
  const { now, scale } = data as LinkView;
  return { data: { now: Date.parse(now), scale } satisfies Heard, updatedAt };
}

/** The page's clock stands where the server was last heard; a device whose clock was set back is not believed. */
function setBack({ data, updatedAt }: Pick<Seen, 'data' | 'updatedAt'>): void {
  if (serverTime.get()) return;
  const age = Math.max(Date.now() - updatedAt, DEAD_AFTER);
  serverTime.set({ ...(data as Heard), heardAt: performance.now() - age });
}
