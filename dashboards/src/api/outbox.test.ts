import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { getJson, signedOut } from './http.ts';
import { drainOutbox, order, orderByLink, orders, sendPhoto, setSender } from './outbox.ts';

/** What the server answers to the next requests, and what it was asked. */
let answer: () => Response;
let asked: string[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve(answer());
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  orders.set([]);
  signedOut.set(false);
  setSender(undefined);
});

const DONE = () => Response.json({ commandId: 'x', state: 'done', modified: true, reason: null });
const no = (status: number, code: string) => () => Response.json({ error: { code, message: 'no' } }, { status });

test('an order of somebody whose session has ended is kept, and the page learns of it', async () => {
  setSender('li');
  answer = no(401, 'UNAUTHENTICATED');
  expect((await order('inc-1', 'acknowledge', { responder: 'li' })).result).toBe('waiting');
  expect(orders.get()).toMatchObject([{ incident: 'inc-1', account: 'li', state: 'waiting' }]);
  expect(signedOut.get()).toBe(true);
});

test('it is sent when its owner is back, and never in the name of somebody else', async () => {
  setSender('li');
  answer = no(401, 'UNAUTHENTICATED');
  await order('inc-1', 'acknowledge', { responder: 'li' });
  answer = DONE;
  asked = [];
  setSender('wang');
  expect(asked).toEqual([]);
  setSender('li');
  await vi.waitFor(() => expect(orders.get()).toEqual([]), { timeout: 10_000 });
  expect(asked).toEqual(['/api/incidents/inc-1/acknowledge']);
});

test('a page that came over plain http gives orders like any other', async () => {
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  answer = no(503, 'AWAY');
  await order('inc-1', 'acknowledge', { responder: 'li' });
  const [kept] = orders.get();
  expect(kept?.commandId).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test('what was asked before somebody signed in signs nobody out when its answer comes late', async () => {
  let late: (response: Response) => void = () => undefined;
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (late = resolve)));
  signedOut.set(true);
  const asking = getJson('/api/incidents').catch(() => null);
  signedOut.set(false);
  late(no(401, 'UNAUTHENTICATED')());
  await asking;
  expect(signedOut.get()).toBe(false);
});

test('what the role may not do is refused for good, and a wrong password signs nobody out', async () => {
  setSender('li');
  answer = no(403, 'NOT_ALLOWED');
  expect((await order('inc-1', 'escalate', { responder: 'li' })).result).toBe('refused');
  expect(orders.get()).toEqual([]);
  answer = no(401, 'SIGN_IN_REFUSED');
  await order('inc-1', 'note', { responder: 'li' });
  expect(signedOut.get()).toBe(false);
});

describe('what waited for a line', () => {
  let bodies: { path: string; body: unknown; type: string | null }[];

  beforeEach(() => {
    bodies = [];
    vi.useFakeTimers();
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
      const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : init.body;
      bodies.push({ path, body, type: new Headers(init.headers).get('content-type') });
      return bodies.length === 1 ? Promise.reject(new TypeError('no line')) : Promise.resolve(DONE());
    });
  });
  afterEach(() => vi.useRealTimers());

  test('says how long, under its first id; what went at once does not', async () => {
    const given = await orderByLink('token.x', 'inc-1', 'arrive', { code: 'A1B2' });
    expect(given.result).toBe('waiting');
    vi.setSystemTime(Date.now() + 60_000);
    await drainOutbox();
    expect(orders.get()).toEqual([]);
    const [first, second] = bodies;
    expect(first).toMatchObject({ path: '/api/links/token.x/arrive', body: { code: 'A1B2' } });
    expect(first?.body).not.toHaveProperty('heldMs');
    expect(second).toMatchObject({ path: first?.path, body: { ...(first?.body as object), heldMs: 60_000 } });
  });

  test('an order by a link is sent whoever is signed in, for it says by itself who acts', async () => {
    setSender('li');
    await orderByLink('token.x', 'inc-1', 'acknowledge', {});
    setSender(undefined);
    await vi.waitFor(() => expect(orders.get()).toEqual([]));
  });

  test('a photograph is sent as its bytes', async () => {
    const photo = new Blob(['picture'], { type: 'image/jpeg' });
    await sendPhoto('/api/links/token.x', 'inc-1', photo, {});
    vi.setSystemTime(Date.now() + 5_000);
    await drainOutbox();
    expect(bodies[1]).toMatchObject({ body: photo, type: 'image/jpeg' });
    expect(bodies[1]?.path).toMatch(/^\/api\/links\/token\.x\/photos\?commandId=[\w-]{36}&heldMs=5000$/);
  });
});
