import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { DeviceStatus, ErrorBody, Incident, WhoAmI } from '@keepsite/edge-contract';
import { EdgeError } from '../errors.ts';
import type { ScalableClock } from '../ports.ts';
import { createHttpBench, incidentOf } from '../testing/http-bench.ts';

const LOCAL = { host: '127.0.0.1:7070' };
const ORDER = { commandId: 'order-0001', responder: 'li' };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function bench(over: Parameters<typeof createHttpBench>[0] = {}) {
  const made = await createHttpBench(over);
  closing.push(() => made.api.close());
  made.disk.incidents.set('inc-1', incidentOf('inc-1', 5));
  made.disk.incidents.set('inc-2', incidentOf('inc-2', 3));
  made.disk.incidents.set('inc-3', { ...incidentOf('inc-3', 1), response: 'closed' });
  return {
    ...made,
    get: (url: string, headers: Record<string, string> = {}) =>
      made.api.inject({ url, headers: { ...LOCAL, ...headers } }),
    post: (url: string, payload: object, headers: Record<string, string> = {}) =>
      made.api.inject({ method: 'POST', url, payload, headers: { ...LOCAL, ...headers } }),
  };
}

describe('the edge API', () => {
  test('lists incidents newest first, by state, in pages', async () => {
    const { get } = await bench();
    const ids = async (query: string) => {
      const { items, next } = (await get(`/api/incidents${query}`)).json<{ items: Incident[]; next: string | null }>();
      return [items.map(({ id }) => id), next];
    };
    expect(await ids('')).toEqual([['inc-3', 'inc-2', 'inc-1'], null]);
    expect(await ids('?state=open&limit=1')).toEqual([['inc-2'], 'inc-2']);
    expect(await ids('?state=open&limit=1&before=inc-2')).toEqual([['inc-1'], null]);
    expect(await ids('?state=closed')).toEqual([['inc-3'], null]);
    expect((await get('/api/incidents?state=asleep')).statusCode).toBe(400);
  });

  test('shows one incident in the shape of the contract, and 404 for one that is not there', async () => {
    const { get } = await bench();
    expect(Incident.parse((await get('/api/incidents/inc-1')).json())).toMatchObject({ id: 'inc-1' });
    const missing = await get('/api/incidents/inc-9');
    expect(missing.statusCode).toBe(404);
    expect(ErrorBody.parse(missing.json()).error.code).toBe('INCIDENT_UNKNOWN');
  });

  test('a verb becomes a command that counts from its arrival, and is answered with the incident', async () => {
    const { post, orders, clock } = await bench();
    const answer = await post('/api/incidents/inc-1/acknowledge', { ...ORDER, note: null });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      commandId: 'order-0001',
      state: 'done',
      modified: true,
      reason: null,
      incident: { id: 'inc-1' },
    });
    expect(orders).toEqual([
      {
        commandId: 'order-0001',
        incident: 'inc-1',
        verb: 'acknowledge',
        responder: 'li',
        receivedAt: new Date(clock.now()).toISOString(),
        via: 'edge',
        note: null,
        proof: 'declared',
        to: null,
      },
    ]);
  });

  test('a verb that is refused is a conflict with the reason, one that is unknown does not exist', async () => {
    const { post, decision, orders } = await bench();
    decision.answer = { state: 'refused', modified: false, reason: 'it is closed' };
    const refused = await post('/api/incidents/inc-3/acknowledge', ORDER);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ error: { code: 'COMMAND_REFUSED', message: 'it is closed' } });
    expect((await post('/api/incidents/inc-9/acknowledge', ORDER)).statusCode).toBe(404);
    expect((await post('/api/incidents/inc-1/explode', ORDER)).statusCode).toBe(404);
    expect(orders).toHaveLength(1);
  });

  test('a body with an unknown field, the wrong type or no id is refused with its path', async () => {
    const { post, orders } = await bench();
    for (const body of [{ ...ORDER, admin: true }, { ...ORDER, responder: 7 }, { responder: 'li' }]) {
      const answer = await post('/api/incidents/inc-1/acknowledge', body);
      expect(answer.statusCode).toBe(400);
      expect(ErrorBody.parse(answer.json()).error).toMatchObject({
        code: 'INVALID_REQUEST',
        details: [{ message: expect.any(String) }],
      });
    }
    expect(orders).toEqual([]);
  });

  test('a person reports a fault of an asset that exists', async () => {
    const { post } = await bench();
    const report = { commandId: 'report-0001', asset: 'lift-3', fault: 'entrapment', reporter: 'li' };
    expect((await post('/api/incidents', report)).json()).toMatchObject({ state: 'done', incident: 'inc-9' });
    expect((await post('/api/incidents', { ...report, asset: 'lift-99' })).json()).toMatchObject({
      error: { code: 'ASSET_UNKNOWN' },
    });
  });

  test('readings come oldest first, a page never repeats or skips one', async () => {
    const { get, store, clock } = await bench();
    const reading = (minute: number, value: number) => ({
      device: 'm1',
      metric: 'active_power_w',
      part: null,
      value,
      at: clock.now() - minute * 60_000,
      receivedAt: clock.now(),
      quality: 'good' as const,
      historical: false,
    });
    store.commit({ ...EMPTY, readings: [reading(3, 1), reading(2, 2), reading(2, 3), reading(1, 4), reading(0, 5)] });
    const seen: number[] = [];
    let from = '2026-03-02T07:00:00.000Z';
    for (let page = 0; page < 9; page += 1) {
      const answer = (await get(`/api/readings?device=m1&metric=active_power_w&limit=2&from=${from}`)).json<{
        items: { value: number }[];
        next: string | null;
      }>();
      seen.push(...answer.items.map(({ value }) => value));
      if (answer.next === null) break;
      from = answer.next;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect((await get('/api/readings?metric=x')).statusCode).toBe(400);
  });

  test('quarantine shows the raw bytes and the true size', async () => {
    const { get, store } = await bench();
    const message = {
      at: 0,
      topic: 't',
      retain: false,
      stranger: null,
      device: null,
      family: null,
      reason: 'no JSON',
      payload: Buffer.from([1, 255]),
      size: 70_000,
    };
    store.commit({ ...EMPTY, quarantined: [message] });
    expect((await get('/api/quarantine')).json()).toMatchObject({
      refused: { packet_too_large: 2 },
      items: [
        { topic: 't', reason: 'no JSON', payload: { base64: 'Af8=' }, size: 70_000, at: '1970-01-01T00:00:00.000Z' },
      ],
      total: 1,
      next: null,
    });
  });

  test('devices come in pages', async () => {
    const { get, parts } = await bench();
    const device = (id: string): DeviceStatus => ({
      device: id,
      family: 'f',
      asset: null,
      site: null,
      lastHeardAt: null,
      online: null,
      silent: true,
    });
    Object.assign(parts.pipeline, { devices: () => ['c', 'a', 'b'].map(device) });
    const page = async (query: string) => {
      const { items, next } = (await get(`/api/devices${query}`)).json<{
        items: DeviceStatus[];
        next: string | null;
      }>();
      return [items.map(({ device: id }) => id), next];
    };
    expect(await page('?limit=2')).toEqual([['a', 'b'], 'b']);
    expect(await page('?limit=2&after=b')).toEqual([['c'], null]);
  });

  test('health, readiness, numbers, outbox, energy and the description are there', async () => {
    const { get } = await bench();
    expect((await get('/healthz')).json()).toEqual({ alive: true });
    expect((await get('/readyz')).statusCode).toBe(200);
    expect((await get('/api/outbox')).json()).toMatchObject({ items: [], next: null, pages: { owed: 0 }, cloud: null });
    expect((await get('/api/energy/daily?from=2026-03-01')).json()).toEqual({ items: [], next: null });
    const numbers = (await get('/metrics')).body;
    expect(numbers).toMatch(/^keepsite_edge_messages_total 5$/m);
    expect(numbers).toMatch(/^keepsite_edge_devices\{state="known"\} 0$/m);
    const described = (await get('/openapi.json')).json<{ openapi: string; paths: Record<string, object> }>();
    expect(described.openapi).toBe('3.1.0');
    expect(Object.keys(described.paths)).toEqual(
      expect.arrayContaining(['/healthz', '/api/incidents/{id}/acknowledge', '/api/events', '/api/readings']),
    );
  });

  test('is not ready while a part of it is not, and says which', async () => {
    const { get } = await bench({ parts: { faults: () => ({ broker: null, store: 'the disk is full' }) } });
    const answer = await get('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      ready: false,
      faults: { broker: null, store: 'the disk is full' },
      degraded: {},
    });
  });

  test('whoami names the demo’s other doors as the caller reached this one', async () => {
    const { get } = await bench();
    const who = WhoAmI.parse((await get('/api/whoami', { host: 'localhost:7070' })).json());
    expect(who).toMatchObject({
      server: 'edge',
      name: 'edge-1',
      demo: true,
      links: { cloud: 'http://localhost:7000', simulator: 'http://localhost:7080' },
    });
  });

  test('a broken disk is a 503 that says so, an unexpected error a 500 that says nothing', async () => {
    const told: unknown[] = [];
    const { get, parts } = await bench({ parts: { events: { workFailed: (_, error) => void told.push(error) } } });
    Object.assign(parts.store, {
      incident() {
        throw new EdgeError('STORE_FULL', 'The disk is full.');
      },
      daily() {
        throw new Error('secret path /root');
      },
    });
    expect((await get('/api/incidents/inc-1')).json()).toMatchObject({
      error: { code: 'STORE_FULL', message: 'The disk is full.' },
    });
    const unexpected = await get('/api/energy/daily?from=2026-03-01');
    expect(unexpected.statusCode).toBe(500);
    expect(unexpected.body).not.toContain('secret');
    expect(told).toHaveLength(2);
  });
});

describe('the demo, which has no logins', () => {
  test.each([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:8080' }],
    ['a form of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a name that was rebound to this machine', { host: 'evil.example:7070' }],
  ])('never lets %s acknowledge, nor read', async (_, headers) => {
    const { post, get, orders } = await bench();
    const answer = await post('/api/incidents/inc-1/acknowledge', ORDER, headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect((await get('/api/incidents', headers)).statusCode).toBe(403);
    expect(orders).toEqual([]);
  });

  test('a form cannot smuggle JSON in as text', async () => {
    const { api, orders } = await bench();
    const answer = await api.inject({
      method: 'POST',
      url: '/api/incidents/inc-1/acknowledge',
      headers: { ...LOCAL, 'content-type': 'text/plain' },
      payload: JSON.stringify(ORDER),
    });
    expect(answer.statusCode).toBe(415);
    expect(orders).toEqual([]);
  });

  test('lets its own page, its other doors and the command line in', async () => {
    const { api, post } = await bench();
    const ways = [
      { origin: 'http://127.0.0.1:7070' },
      { origin: 'http://localhost:7080' },
      { origin: 'http://127.0.0.1:7000' },
      {},
    ];
    for (const headers of ways)
      expect((await post('/api/incidents/inc-1/acknowledge', ORDER, headers)).statusCode).toBe(200);
    const preflight = await api.inject({
      method: 'OPTIONS',
      url: '/api/incidents/inc-1/acknowledge',
      headers: { ...LOCAL, origin: 'http://127.0.0.1:7080', 'access-control-request-method': 'POST' },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('http://127.0.0.1:7080');
  });

  test('has a clock that may run faster; outside the demo there is none', async () => {
    let scale = 1;
    const scalable = {
      now: () => 1_000,
      offsetMs: 5,
      setScale: (next: number) => void (scale = next),
      get scale() {
        return scale;
      },
    };
    const { get, post } = await bench({ parts: { scalable: scalable as unknown as ScalableClock } });
    expect((await post('/api/demo/clock', { scale: 60 })).json()).toEqual({
      now: '1970-01-01T00:00:01.000Z',
      scale: 60,
      offsetMs: 5,
    });
    expect((await post('/api/demo/clock', { scale: 61 })).statusCode).toBe(400);
    expect((await get('/api/demo/clock')).json()).toMatchObject({ scale: 60 });
    expect((await (await bench()).get('/api/demo/clock')).statusCode).toBe(404);
  });
});

describe('the web app', () => {
  test('is served with a strict policy, and answers for the addresses of its own pages', async () => {
    const webDir = mkdtempSync(join(tmpdir(), 'keepsite-web-'));
    closing.push(() => rmSync(webDir, { recursive: true, force: true }));
    mkdirSync(join(webDir, 'assets'));
    writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>Keepsite</title>');
    for (const script of ['sw.js', 'assets/app-1a2b.js']) writeFileSync(join(webDir, script), '1');
    const { get } = await bench({ settings: { webDir } });
    const page = await get('/incidents/inc-1', { accept: 'text/html' });
    expect(page.body).toContain('<title>Keepsite</title>');
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'self'.*connect-src 'self'.*:7080.*frame-ancestors 'none'/,
    );
    expect(page.headers['cache-control']).toBe('no-cache');
    expect((await get('/assets/app-1a2b.js')).headers['cache-control']).toContain('immutable');
    const worker = await get('/sw.js');
    expect(worker.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': expect.stringContaining('javascript'),
    });
    expect(worker.headers['content-security-policy']).toContain("worker-src 'self'");
    // A code proves who is on site: its address is as much a secret as a link's.
    for (const secret of ['/l/secret', '/o/secret', '/r/secret', '/a/K7QF-2M9X-0000'])
      expect((await get(secret, { accept: 'text/html' })).headers, secret).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': expect.stringContaining('noindex'),
        'content-type': expect.stringContaining('text/html'),
      });
    const unknown = await get('/api/nothing', { accept: 'text/html' });
    expect([unknown.statusCode, unknown.json<ErrorBody>().error.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('that is not built is a 404 that says how', async () => {
    const { get } = await bench();
    expect((await get('/', { accept: 'text/html' })).json<ErrorBody>().error.message).toContain('npm start');
  });
});

const EMPTY = {
  at: 0,
  readings: [],
  events: [],
  incidents: [],
  live: [],
  pages: [],
  settledPages: [],
  quarantined: [],
  released: [],
  strangers: [],
  forgotten: [],
  sourceIds: [],
  devices: [],
  commands: [],
};
