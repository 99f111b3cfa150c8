import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HTTP_VENDORS } from './all.ts';
import type { Answered, Call, Day, Reply, Vendor } from './vendor.ts';

/** How a stand-in misbehaves on demand. */
export const MOODS = [
  'well',
  'throttled',
  'refused',
  'outage',
  'web-page',
  'endless',
  'redirect',
  'silent',
  'hang-up',
  'slow',
] as const;
export type Mood = (typeof MOODS)[number];

/** All vendors that are spoken to over HTTP, on one port of this machine, each under its own path. */
export interface StandIns {
  readonly url: string;
  /** Where a vendor is reached. */
  readonly at: (vendor: string) => string;
  /** Requests that a vendor got, whatever it answered. */
  readonly calls: (vendor: string) => readonly Call[];
  /** What a vendor has taken. */
  readonly taken: (vendor: string) => readonly unknown[];
  /** How often somebody followed a redirect to where nobody should go. */
  readonly canary: () => number;
  readonly misbehave: (vendor: string, mood: Mood, slowMs?: number) => void;
  /** Sets the vendors' clock apart from this machine's, ms. */
  readonly setClock: (offsetMs: number) => void;
  /** Lets the vendors' clock stand still at this instant, epoch ms, until it is set again. */
  readonly stopClock: (at: number) => void;
  /** Forgets everything. */
  readonly reset: () => void;
  close(): Promise<void>;
}

const CONTROL = '/vendors';
const SLOW_MS = 2_000;
const MOST_BODY = 1_000_000;

interface State {
  mood: Mood;
  slowMs: number;
  readonly calls: Call[];
  readonly taken: unknown[];
}

/** `port` 0 takes any free one. */
export async function openStandIns(port = 0): Promise<StandIns> {
  const states = new Map<string, State>();
  const windows = new Map<string, number[]>();
  const seen = new Set<string>();
  let offsetMs = 0;
  let stoppedAt: number | null = null;
  let canary = 0;

  const now = () => stoppedAt ?? Date.now() + offsetMs;
  const day: Day = {
    get now() {
      return now();
    },
    count(key, perMs) {
      const times = [...(windows.get(key) ?? []).filter((at) => at > now() - perMs), now()];
      windows.set(key, times);
      return times.length;
    },
    first(once) {
      const isFirst = !seen.has(once);
      seen.add(once);
      return isFirst;
    },
  };

  function stateOf(name: string): State {
    const state = states.get(name) ?? { mood: 'well', slowMs: SLOW_MS, calls: [], taken: [] };
    states.set(name, state);
    return state;
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    if (url.pathname === '/canary') canary += 1;
    if (url.pathname.startsWith(CONTROL)) return send(response, await control(request, url));
    const [, name = '', ...rest] = url.pathname.split('/');
    const vendor = HTTP_VENDORS.find((candidate) => candidate.name === name);
    if (!vendor) return send(response, { status: 404, body: 'no such stand-in' });
    const body = await bodyOf(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]));
    const root = `http://${headers['host'] ?? ''}/${name}`;
    const call: Call = {
      method: request.method ?? 'GET',
      path: `/${rest.join('/')}`,
      query: url.searchParams,
      headers,
      body,
      root,
    };
    const state = stateOf(name);
    state.calls.push(call);
    await behave(vendor, state, call, response);
  }

  async function behave(vendor: Vendor, state: State, call: Call, response: ServerResponse): Promise<void> {
    const take = ({ reply, taken }: Answered) => {
      if (taken !== undefined) state.taken.push(taken);
      send(response, reply);
    };
    switch (state.mood) {
      case 'well':
        return take(vendor.answer(call, day));
      case 'slow':
        await sleep(state.slowMs);
        return take(vendor.answer(call, day));
      case 'throttled':
        return send(response, vendor.throttled);
      case 'refused':
        return send(response, vendor.refused);
      case 'outage':
        return send(response, { status: 503, body: 'Service Unavailable' });
      case 'web-page':
        return send(response, page('Please log in to the guest network'));
      case 'redirect':
        return send(response, { status: 302, headers: { location: '/canary' } });
      case 'endless':
        return endless(response);
      case 'hang-up':
        return void response.destroy();
      case 'silent':
        return;
    }
  }

  function send(response: ServerResponse, { status, body = '', headers = {} }: Reply): void {
    const isText = typeof body === 'string';
    response.writeHead(status, {
      date: new Date(now()).toUTCString(),
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      ...headers,
    });
    response.end(isText ? body : JSON.stringify(body));
  }

  /** For trying out by hand: `GET /vendors`, `GET /vendors/{name}`, `POST /vendors/{name}/{mood}`. */
  async function control(request: IncomingMessage, url: URL): Promise<Reply> {
    await bodyOf(request);
    const [, , name, mood] = url.pathname.split('/');
    if (name === undefined)
      return {
        status: 200,
        body: HTTP_VENDORS.map((vendor) => ({
          name: vendor.name,
          document: vendor.document,
          mood: stateOf(vendor.name).mood,
          taken: stateOf(vendor.name).taken.length,
        })),
      };
    if (!HTTP_VENDORS.some((vendor) => vendor.name === name)) return { status: 404, body: 'no such stand-in' };
    if (request.method !== 'POST') return { status: 200, body: { ...stateOf(name), calls: undefined } };
    const known = MOODS.find((candidate) => candidate === mood);
    if (!known) return { status: 422, body: `moods: ${MOODS.join(', ')}` };
    stateOf(name).mood = known;
    return { status: 200, body: { name, mood: known } };
  }

  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    at: (vendor) => `${url}/${vendor}`,
    calls: (vendor) => stateOf(vendor).calls,
    taken: (vendor) => stateOf(vendor).taken,
    canary: () => canary,
    misbehave(vendor, mood, slowMs = SLOW_MS) {
      Object.assign(stateOf(vendor), { mood, slowMs });
    },
    setClock(offset) {
      offsetMs = offset;
      stoppedAt = null;
    },
    stopClock(at) {
      stoppedAt = at;
    },
    reset() {
      states.clear();
      windows.clear();
      seen.clear();
      offsetMs = 0;
      stoppedAt = null;
      canary = 0;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > MOST_BODY) break;
  }
  return Buffer.concat(parts);
}

function page(title: string): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
  };
}

/** Sends until nobody listens any more. */
function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain' });
  const part = 'x'.repeat(16_384);
  const more = () => {
    while (!response.destroyed && response.write(part));
  };
  response.on('drain', more);
  more();
}
