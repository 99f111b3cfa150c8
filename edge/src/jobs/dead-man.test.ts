import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createOutsideWatcher } from '../adapters/outside-watcher.ts';
import type { OwedPage } from '../ports.ts';
import { createDeadMan, type DeadManParts } from './dead-man.ts';

function bench() {
  const edge = {
    now: 0,
    pings: 0,
    writes: true,
    syncs: true,
    withheld: null as string | null,
    due: [] as Pick<OwedPage, 'attempts' | 'notBefore' | 'page'>[],
    reached: true,
    warnings: [] as string[],
  };
  const beat = createDeadMan({
    store: {
      noteCursor: () => {
        if (!edge.writes) throw new Error('disk full');
      },
      synced: async () => {
        if (!edge.syncs) throw new Error('input/output error');
      },
      duePages: () => edge.due as OwedPage[],
    },
    pipeline: { status: () => ({ withheld: edge.withheld }) as ReturnType<DeadManParts['pipeline']['status']> },
    ping: async () => {
      if (!edge.reached) throw new Error('no route');
      edge.pings += 1;
    },
    now: () => edge.now,
    ticks: () => edge.now,
    log: { warn: (_, message) => edge.warnings.push(message) },
  });
  return { edge, beat };
}

const page = (id: string, attempts = 0, notBefore = 0) =>
  ({ page: { id }, attempts, notBefore }) as unknown as OwedPage;

test('an edge that commits and sends tells so', async () => {
  const { edge, beat } = bench();
  expect(await beat()).toBeNull();
  expect(edge.pings).toBe(1);
});

test.each([
  ['takes no write', { writes: false }, 'the store takes no write: disk full'],
  ['has a disk that keeps nothing', { syncs: false }, 'the store takes no write: input/output error'],
  ['acknowledges nothing', { withheld: 'the disk is full' }, 'the disk is full'],
])('an edge that %s stays silent', async (_, fault, reason) => {
  const { edge, beat } = bench();
  Object.assign(edge, fault);
  expect(await beat()).toBe(reason);
  expect(edge.pings).toBe(0);
});

test('a page that is due and does not move silences it; one that is tried again does not', async () => {
  const { edge, beat } = bench();
  edge.due = [page('p1')];
  expect(await beat()).toBeNull();
  edge.now = 119_000;
  edge.due = [page('p1', 1, 118_000)];
  expect(await beat()).toBeNull();
  edge.now = 239_000;
  expect(await beat()).toBe('page p1 is not sent');
  edge.due = [];
  expect(await beat()).toBeNull();
});

test('a watcher that cannot be reached is told once in the log, and when it can again', async () => {
  const { edge, beat } = bench();
  edge.reached = false;
  await beat();
  await beat();
  edge.reached = true;
  await beat();
  expect(edge.warnings).toEqual([
    'no heartbeat to the watcher outside',
    'heartbeats to the watcher outside go out again',
  ]);
});

test('the watcher outside gets a GET at its URL; anything but a 2xx is no yes', async () => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.writeHead(request.url === '/gone' ? 302 : 200, { location: '/elsewhere' }).end('OK');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [good, moved] = [createOutsideWatcher(`${root}/ping/abc`), createOutsideWatcher(`${root}/gone`)];
  onTestFinished(() => Promise.all([good.close(), moved.close()]).then(() => undefined));

  await good.ping();
  await expect(moved.ping()).rejects.toThrow('answered 302');
  expect(heard).toEqual(['GET /ping/abc', 'GET /gone']);
});
