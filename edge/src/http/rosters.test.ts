import { type Registry, ResponseBook, RosterChanges } from '@keepsite/edge-contract';
import { afterEach, expect, test } from 'vitest';
import { cookieOf, createAccessBench } from '../testing/access-bench.ts';
import { createHttpBench, REGISTRY } from '../testing/http-bench.ts';

const book = ResponseBook.parse({
  people: ['an', 'bo'].map((id) => ({ id, name: id, addresses: [{ channel: 'mqtt', to: id }] })),
  rosters: [
    {
      id: 'duty',
      version: 1,
      name: { en: 'Duty', zh: '值班' },
      zone: 'Asia/Shanghai',
      layers: [{ id: 'all', members: ['an', 'bo'], from: '2026-03-01T08:00', unit: 'days' }],
    },
  ],
});
const registry: Registry = { ...REGISTRY, ...book };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** An edge with one roster, whose desk writes down what it was told. */
async function bench() {
  const door = createAccessBench();
  const told: unknown[] = [];
  const house = await createHttpBench({
    settings: { demo: false },
    parts: {
      access: door.access,
      registry: () => registry,
      response: {
        change: async (...said) => {
          told.push(said);
          return { id: 'local-1', findings: [] };
        },
        takeBack: async (...said) => void told.push(said),
        local: () => ['local-1'],
        state: () => ({ source: 'cloud', version: 7, trouble: null, book, findings: [] }),
      },
    },
  });
  closing.push(() => house.api.close());
  const cookie = cookieOf(door.access, await door.addAccount('mei', 'dispatcher'));
  const ask = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) =>
    house.api.inject({ method, url, headers: { host: 'edge.example', cookie }, ...(payload && { payload }) });
  return { ...house, ...door, ask, told };
}

test('who is on call now, who comes next, and at any other instant', async () => {
  const { ask } = await bench();
  const now = (await ask('GET', '/api/on-call')).json();
  expect(now.items).toMatchObject([
    {
      roster: 'duty',
      now: [{ person: 'bo' }],
      next: { at: '2026-03-03T00:00:00.000Z', people: [{ person: 'an' }] },
      gaps: [],
    },
  ]);
  const then = (await ask('GET', '/api/on-call?at=2026-03-03T08:00:00%2B08:00')).json();
  expect(then.items).toMatchObject([{ now: [{ person: 'an' }] }]);
  expect((await ask('GET', '/api/on-call?at=tomorrow')).statusCode).toBe(400);
});

test('a week of a roster, with what was changed here', async () => {
  const { ask } = await bench();
  const week = (await ask('GET', '/api/rosters/duty')).json();
  expect(week.days.map(({ day }: { day: string }) => day)).toEqual(
    expect.arrayContaining(['2026-03-02', '2026-03-08']),
  );
  expect(week).toMatchObject({ ...RosterChanges.parse({}), local: ['local-1'] });
  expect(week.shifts).toHaveLength(8);
  expect((await ask('GET', '/api/rosters/nights')).statusCode).toBe(404);
});

test('a change is made in the name of whoever is signed in, and the audit says so', async () => {
  const { ask, told, access } = await bench();
  const note = { kind: 'note', text: 'the pump hums' };
  expect((await ask('POST', '/api/rosters/duty/changes', note)).json()).toMatchObject({ id: 'local-1' });
  expect((await ask('DELETE', '/api/rosters/duty/changes/local-1')).statusCode).toBe(200);
  expect(told).toEqual([
    ['duty', note, 'mei'],
    ['duty', 'local-1'],
  ]);
  const items = access.audit.read({ limit: 10 }).filter(({ kind }) => kind === 'roster_changed');
  expect(items.map(({ kind, by, detail }) => [kind, by, detail['what']])).toEqual([
    ['roster_changed', 'mei', 'taken back'],
    ['roster_changed', 'mei', 'note'],
  ]);
});

test('a change that says who made it, or is none, is not understood', async () => {
  const { ask } = await bench();
  expect((await ask('POST', '/api/rosters/duty/changes', { kind: 'holiday' })).statusCode).toBe(400);
});

test('what answers incidents is told whole', async () => {
  const { ask } = await bench();
  expect((await ask('GET', '/api/response')).json()).toMatchObject({
    source: 'cloud',
    version: 7,
    book: { rosters: [{ id: 'duty' }] },
  });
});
