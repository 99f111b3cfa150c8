import type { ErrorBody, Reading } from '@keepsite/edge-contract';
import { get as httpGet } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLiveFeed, type Listener, type LiveFeed } from './feed.ts';
import { createHttpBench, incidentOf } from '../testing/http-bench.ts';

interface Heard {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A listener that keeps what it hears and can wait for a word. */
function createListener() {
  const heard: Heard[] = [];
  const waiters = new Map<string, () => void>();
  const listener = {
    writableLength: 0,
    destroyed: false,
    heard,
    write(text: string) {
      for (const part of text.split('\n\n')) {
        const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
        if (!event || !data) continue;
        heard.push({ event, data: JSON.parse(data) as Record<string, unknown> });
        waiters.get(event)?.();
      }
    },
    destroy: () => (listener.destroyed = true),
    until: (event: string) => new Promise<void>((resolve) => waiters.set(event, resolve)),
  };
  return listener satisfies Listener;
}

let feed: LiveFeed;
afterEach(() => feed.stop());

const reading = (device: string, value: number): Reading => ({
  device,
  metric: 'active_power_w',
  part: null,
  value,
  at: null,
  receivedAt: 1_000,
  quality: 'good',
  historical: false,
});

describe('the event stream', () => {
  test('begins with the clock and every open incident', () => {
    feed = createLiveFeed({ clock: createFakeClock(0), open: () => [incidentOf('inc-2', 3), incidentOf('inc-1', 5)] });
    const listener = createListener();
    feed.listen(listener);
    expect(listener.heard.map(({ event, data }) => [event, data['id'] ?? data['now']])).toEqual([
      ['clock', '1970-01-01T00:00:00.000Z'],
      ['incident', 'inc-2'],
      ['incident', 'inc-1'],
    ]);
    expect(listener.heard[1]?.data['timeline']).toEqual([]);
  });

  test('tells the time every second, and only the newest value of a series', async () => {
    feed = createLiveFeed({ clock: createFakeClock(0), open: () => [] });
    const listener = createListener();
    feed.listen(listener);
    feed.readings([reading('m1', 1), reading('m2', 5), reading('m1', 2)]);
    feed.readings([{ ...reading('m1', 9), historical: true }]);
    await listener.until('reading');
    expect(
      listener.heard.filter(({ event }) => event === 'reading').map(({ data }) => [data['device'], data['value']]),
    ).toEqual([
      ['m1', 2],
      ['m2', 5],
    ]);
    await listener.until('clock');
    expect(listener.heard.filter(({ event }) => event === 'clock')).toHaveLength(2);
  });

  test('drops a client that does not read, and goes on for the others', () => {
    feed = createLiveFeed({ clock: createFakeClock(0), open: () => [] });
    const [slow, quick] = [createListener(), createListener()];
    feed.listen(slow);
    feed.listen(quick);
    slow.writableLength = 2_000_000;
    feed.incident(incidentOf('inc-1', 1));
    expect([slow.destroyed, quick.destroyed, feed.listeners]).toEqual([true, false, 1]);
    expect(quick.heard.at(-1)).toMatchObject({ event: 'incident', data: { id: 'inc-1' } });
  });

  test('has room for so many pages, and tells the next one to come later', async () => {
    const bench = await createHttpBench();
    feed = bench.feed;
    for (let i = 0; i < 200; i += 1) feed.listen(createListener());
    const answer = await bench.api.inject({ url: '/api/events', headers: { host: 'localhost' } });
    expect([answer.statusCode, answer.json<ErrorBody>().error.code]).toEqual([503, 'TOO_MANY_LISTENERS']);
    await bench.api.close();
  });

  test('travels over HTTP, and ends with the server', async () => {
    const bench = await createHttpBench();
    feed = bench.feed;
    bench.disk.incidents.set('inc-1', incidentOf('inc-1', 5));
    await bench.api.listen({ host: '127.0.0.1', port: 0 });
    const { port } = bench.api.server.address() as AddressInfo;
    const text = await new Promise<string>((resolve, reject) => {
      let heard = '';
      const request = httpGet({ host: '127.0.0.1', port, path: '/api/events' }, (response) => {
        expect(response.headers['content-type']).toContain('text/event-stream');
        expect(response.headers['x-content-type-options']).toBe('nosniff');
        response.on('data', (part: Buffer) => {
          heard += part.toString();
          if (heard.includes('"inc-1"')) void bench.api.close();
        });
        response.on('close', () => resolve(heard));
        response.on('error', () => resolve(heard));
      });
      request.on('error', reject);
    });
    expect(text).toMatch(/^retry: 2000\n\nevent: clock\n/);
    expect(bench.feed.listeners).toBe(0);
  });
});
