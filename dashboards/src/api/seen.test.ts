import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freshnessOf } from '../time/server-time.ts';
import type { Table } from './browser-table.ts';
import { ApiError, signedOut } from './http.ts';
import { serverTime } from './live.ts';
import { keys } from './queries.ts';
import { followSeen, type Seen } from './seen.ts';

const TOKEN = 'inc-1.li.secret';
const VIEW = {
  incident: { id: 'inc-1' },
  now: '2026-11-22T04:00:00.000Z',
  expiresAt: '2026-11-22T05:00:00.000Z',
  scale: 1,
};
const WHO = { user: { id: 'li' }, now: VIEW.now };

let disk: Map<string, Seen>;
let table: Table<Seen>;
const digests = new Set<Promise<unknown>>();

beforeEach(() => {
  countDigests();
  vi.useFakeTimers({ now: Date.parse(VIEW.now) });
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('document', { addEventListener: () => undefined });
  disk = new Map();
  table = {
    put: async (seen) => void disk.set(seen.id, seen),
    get: async (id) => disk.get(id) ?? null,
    all: async () => [...disk.values()],
    forget: async (id) => void disk.delete(id),
  };
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  serverTime.set(null);
  signedOut.set(false);
});

/** A page of this browser; each one knows nothing of those before but what is on the disk. */
function open(): QueryClient {
  serverTime.set(null);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } });
  followSeen(queries, table);
  return queries;
}

/** What a server answers there; what it says no with is thrown. */
async function ask(queries: QueryClient, queryKey: readonly unknown[], answer: unknown): Promise<unknown> {
  const queryFn = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
  await queries.fetchQuery({ queryKey, queryFn }).catch(() => undefined);
  // What is kept is read and written between.
  await settle();
  return queries.getQueryData(queryKey);
}

async function visit(): Promise<void> {
  const queries = open();
  serverTime.set({ now: Date.parse(VIEW.now), scale: 1, heardAt: performance.now() });
  await ask(queries, keys.whoami, WHO);
  await ask(queries, keys.openIncidents, { items: [{ id: 'inc-1' }], next: null });
  await ask(queries, ['link', TOKEN], VIEW);
  await ask(queries, keys.accounts, { items: ['li'], next: null });
  await vi.advanceTimersByTimeAsync(5_000);
  await settle();
}

/** The digest of a token is made off this thread, and takes as long as the machine lets it. */
async function settle(): Promise<void> {
  do {
    await Promise.all(digests);
    await vi.advanceTimersByTimeAsync(0);
  } while (digests.size > 0);
}

function countDigests(): void {
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, 'digest').mockImplementation(async (...of) => {
    const made = digest(...of);
    digests.add(made);
    return made.finally(() => digests.delete(made));
  });
}

const GONE = new ApiError(0, 'UNREACHABLE', 'no line');

test('without an answer a page shows what was seen last, as old as it is', async () => {
  await visit();
  vi.setSystemTime(Date.now() + 3_600_000);
  const queries = open();
  expect(await ask(queries, keys.whoami, GONE)).toEqual(WHO);
  expect(queries.getQueryState(keys.whoami)?.dataUpdatedAt).toBe(Date.parse(VIEW.now));
  const time = serverTime.get();
  expect(time?.now).toBe(Date.parse(VIEW.now) + 5_000);
  expect(performance.now() - (time?.heardAt ?? 0)).toBe(3_600_000);
  expect(freshnessOf(time, performance.now())).toBe('dead');
});

test('a device whose clock was set back does not make the past look current', async () => {
  await visit();
  vi.setSystemTime(Date.now() - 3_600_000);
  await ask(open(), keys.whoami, GONE);
  expect(freshnessOf(serverTime.get(), performance.now())).toBe('dead');
});

test('an incident that was only ever seen in the list opens as well', async () => {
  await visit();
  expect(await ask(open(), keys.incident('inc-1'), GONE)).toEqual({ id: 'inc-1' });
  expect(await ask(open(), keys.incident('inc-2'), GONE)).toBeUndefined();
});

test('a server that answers is believed, and nothing is set back', async () => {
  await visit();
  expect(await ask(open(), keys.whoami, { user: { id: 'wang' } })).toEqual({ user: { id: 'wang' } });
  expect(serverTime.get()).toBeNull();
});

test('a link is kept under its digest until it ends, and accounts are not kept at all', async () => {
  await visit();
  expect(await ask(open(), ['link', TOKEN], GONE)).toEqual(VIEW);
  expect(JSON.stringify([...disk])).not.toContain(TOKEN);
  expect(JSON.stringify([...disk.keys()])).not.toContain('accounts');
  const stillOpen = open();
  await settle();
  vi.setSystemTime(Date.parse(VIEW.expiresAt));
  expect(await ask(stillOpen, ['link', TOKEN], GONE)).toBeUndefined();
  open();
  await settle();
  expect([...disk.keys()].filter((id) => id.startsWith('link'))).toEqual([]);
});

test('what the server shows no longer is forgotten here', async () => {
  await visit();
  await ask(open(), ['link', TOKEN], new ApiError(410, 'LINK_OVER', 'the incident is over'));
  expect(await ask(open(), ['link', TOKEN], GONE)).toBeUndefined();
});

test('when the session has ended all that it saw is forgotten, and nothing more is kept', async () => {
  await visit();
  const queries = open();
  signedOut.set(true);
  await ask(queries, keys.registry, { sites: [] });
  await vi.advanceTimersByTimeAsync(5_000);
  await settle();
  expect([...disk.keys()].every((id) => id.startsWith('link'))).toBe(true);
  signedOut.set(false);
  expect(await ask(open(), keys.whoami, GONE)).toBeUndefined();
});

test('a server that leaves the question open is given four seconds', async () => {
  await visit();
  const queries = open();
  void queries.fetchQuery({ queryKey: keys.whoami, queryFn: () => new Promise(() => undefined) });
  await vi.advanceTimersByTimeAsync(3_999);
  expect(queries.getQueryData(keys.whoami)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(queries.getQueryData(keys.whoami)).toEqual(WHO);
});
