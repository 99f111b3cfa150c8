import { describe, expect, test } from 'vitest';
import { openFrom, renew, shownOf } from '../sw/push.ts';

const ROOT = 'https://edge.example';
const NOTE = {
  title: '[紧急] 3 号梯困人',
  body: '位置：A 座 3 号梯',
  link: 'https://edge.example/l/abc.def',
  page: 'inc-1.0.0.li.web-push',
  incident: 'inc-1',
  severity: 'critical',
  test: false,
};
const shown = (over: object = {}) => shownOf(JSON.stringify({ ...NOTE, ...over }));

describe('a push', () => {
  test('of something critical stays until somebody does something about it, and opens the link of that person', () => {
    expect(shown()).toMatchObject({
      title: NOTE.title,
      options: { body: NOTE.body, requireInteraction: true, data: { opens: NOTE.link } },
    });
    expect(shown({ severity: 'major' }).options.requireInteraction).toBe(false);
  });

  test('takes the place of the one before of the same incident, and sounds again', () => {
    const [first, second, other] = [shown(), shown({ page: 'inc-1.0.1.li.web-push' }), shown({ incident: 'inc-2' })];
    expect(second.options).toMatchObject({ tag: first.options.tag, renotify: true });
    expect(other.options.tag).not.toBe(first.options.tag);
  });

  test('that may be the second of its kind says so where it takes the other’s place', () => {
    expect(shown({ title: `可能重复 · ${NOTE.title}` }).title).toMatch(/^可能重复/);
  });

  test('that is a test takes no call’s place, never stays, and opens the account', () => {
    expect(shown({ test: true, incident: 'inc-1' }).options).toMatchObject({
      tag: 'test',
      requireInteraction: false,
      data: { opens: '/account' },
    });
  });

  test('without a link opens its incident', () => {
    expect(shown({ link: null, incident: 'inc/1' }).options.data.opens).toBe('/incidents/inc%2F1');
  });

  test.each([null, '', 'hello', '[]', 'null', '{"title":1}'])('that says %j is shown all the same', (text) => {
    expect(shownOf(text)).toMatchObject({
      title: 'Keepsite',
      options: { requireInteraction: true, data: { opens: '/' } },
    });
  });

  test('opens nothing that runs', () => {
    expect(shown({ link: 'javascript:alert(1)' }).options.data.opens).toBe('/incidents/inc-1');
  });
});

describe('a tap', () => {
  async function tap(data: unknown, open: readonly string[]): Promise<string[]> {
    const done: string[] = [];
    const windows = {
      matchAll: () =>
        Promise.resolve(
          open.map((url) => ({
            url,
            focus: async () => void done.push(`focus ${url}`),
          })),
        ),
      openWindow: async (url: string) => void done.push(`open ${url}`),
    };
    await openFrom(data, windows, ROOT);
    return done;
  }

  test('brings the page forward that shows it already, and else opens it beside the others', async () => {
    const [wall, link] = [`${ROOT}/`, NOTE.link];
    expect(await tap({ opens: link }, [wall, link])).toEqual([`focus ${link}`]);
    expect(await tap({ opens: link }, [wall])).toEqual([`open ${link}`]);
    expect(await tap({ opens: '/incidents/inc-1' }, [])).toEqual([`open ${ROOT}/incidents/inc-1`]);
  });

  test('on a link of the cloud opens the cloud', async () => {
    expect(await tap({ opens: 'https://cloud.example/l/abc' }, [`${ROOT}/l/abc`])).toEqual([
      'open https://cloud.example/l/abc',
    ]);
  });

  test('on what holds no address opens the wall', async () => {
    expect(await tap(null, [])).toEqual([`open ${ROOT}/`]);
  });
});

describe('a subscription that the browser has changed', () => {
  const KEY = new Uint8Array([4, 5]).buffer;
  const subscription = (name: string) => ({
    endpoint: `https://push.example/${name}`,
    options: { applicationServerKey: KEY },
    toJSON: () => ({
      endpoint: `https://push.example/${name}`,
      expirationTime: null,
      keys: { p256dh: 'p', auth: 'a' },
    }),
  });

  async function changed(
    before: string | null,
    after: string | null,
  ): Promise<{ sent: unknown[]; keys: ArrayBuffer[] }> {
    const sent: unknown[] = [];
    const keys: ArrayBuffer[] = [];
    await renew({
      before: before === null ? null : subscription(before),
      after: after === null ? null : subscription(after),
      subscribe: (key) => {
        keys.push(key);
        return Promise.resolve(subscription('fresh'));
      },
      fetch: (path, init) => Promise.resolve(sent.push({ path, ...(JSON.parse(String(init.body)) as object) })),
    });
    return { sent, keys };
  }

  const told = (endpoint: string, replaces?: string) => ({
    path: '/api/push/phones',
    subscription: { endpoint: `https://push.example/${endpoint}`, keys: { p256dh: 'p', auth: 'a' } },
    renew: true,
    ...(replaces && { replaces: `https://push.example/${replaces}` }),
  });

  test('is told to the gateway, in the place of the one before', async () => {
    expect(await changed('old', 'new')).toEqual({ sent: [told('new', 'old')], keys: [] });
  });

  test('and taken away is made anew with the same key', async () => {
    expect(await changed('old', null)).toEqual({ sent: [told('fresh', 'old')], keys: [KEY] });
  });

  test('of which nothing is known is left to the app', async () => {
    expect(await changed(null, null)).toEqual({ sent: [], keys: [] });
  });
});
