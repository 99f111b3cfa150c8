import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Batch, ReadingRow } from '@keepsite/edge-contract';
import { gunzipSync } from 'node:zlib';
import { createHttpUplink } from './http-uplink.ts';

const BATCH: Batch = { edge: 'edge 1', sentAt: '2026-03-02T08:00:00.000Z', events: [], blocks: [], daily: [] };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function cloud(answer: (request: IncomingMessage) => { status: number; body: string } | null) {
  const requests: string[] = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    const reply = answer(request);
    if (reply) response.writeHead(reply.status).end(reply.body);
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { uplink: createHttpUplink({ url, edge: 'edge 1', token: 'edge-token' }), requests };
}

describe('the uplink', () => {
  test('speaks the contract and shows its token', async () => {
    const { uplink, requests } = await cloud(({ url }) => ({
      status: 200,
      body: url?.includes('commands?')
        ? '{"items":[],"next":7,"now":"2026-03-02T08:00:00.000Z"}'
        : '{"results":[{"kind":"event","seq":1,"verdict":"accepted"}]}',
    }));
    expect(await uplink.send(BATCH)).toEqual({
      results: [{ kind: 'event', seq: 1, verdict: 'accepted', reason: null }],
    });
    expect(await uplink.commands(7)).toMatchObject({ items: [], next: 7 });
    await uplink.results({ results: [] });
    expect(requests).toEqual([
      'POST /api/edges/edge%201/batches Bearer edge-token',
      'GET /api/edges/edge%201/commands?after=7 Bearer edge-token',
      'POST /api/edges/edge%201/commands/results Bearer edge-token',
    ]);
  });

  test('an order of a kind that only a newer cloud knows, or a broken one, never holds up the others', async () => {
    const erasure = { kind: 'erase-reporters', seq: 3, commandId: 'c-3', incident: 'i', receivedAt: BATCH.sentAt };
    const items = [
      { kind: 'levitate', seq: 1, commandId: 'c-1', height: 2 },
      { kind: 'command', seq: 2, command: { commandId: 'c-2', verb: 'sing' } },
      erasure,
      { kind: 'levitate', seq: 4 },
    ];
    const { uplink } = await cloud(() => ({
      status: 200,
      body: JSON.stringify({ items, next: 4, now: BATCH.sentAt }),
    }));

    expect(await uplink.commands(0)).toEqual({
      items: [
        { kind: 'unreadable', commandId: 'c-1', reason: expect.stringMatching(/does not know .*"levitate"/) as string },
        { kind: 'unreadable', commandId: 'c-2', reason: expect.stringMatching(/cannot be read/) as string },
        erasure,
        { kind: 'unreadable', commandId: null, reason: expect.any(String) as string },
      ],
      next: 4,
      now: BATCH.sentAt,
    });
  });

  test('compresses what is worth it', async () => {
    const heard: { encoding: string | undefined; size: number; batch: unknown }[] = [];
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const bytes = Buffer.concat(parts);
        const encoding = request.headers['content-encoding'];
        heard.push({
          encoding,
          size: bytes.length,
          batch: JSON.parse(String(encoding === 'gzip' ? gunzipSync(bytes) : bytes)),
        });
        response.end('{"results":[]}');
      });
    });
    await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const uplink = createHttpUplink({ url, edge: 'e', token: null });
    const rows = Array.from({ length: 500 }, (): ReadingRow => [0, 1, null, 21.5, 0, 0]);
    const large = { ...BATCH, blocks: [{ seq: 1, series: [['m', 'temperature_c', null]], rows }] };
    await uplink.send(BATCH);
    await uplink.send(large as Batch);
    expect(heard).toEqual([
      { encoding: undefined, size: expect.any(Number), batch: BATCH },
      { encoding: 'gzip', size: expect.any(Number), batch: large },
    ]);
    expect(heard[1]?.size).toBeLessThan(1_000);
  });

  test.each([
    [400, 'UPLINK_BATCH_REFUSED'],
    [413, 'UPLINK_BATCH_REFUSED'],
    [401, 'UPLINK_UNAUTHORIZED'],
    [403, 'UPLINK_UNAUTHORIZED'],
    [404, 'UPLINK_UNREACHABLE'],
    [429, 'UPLINK_UNREACHABLE'],
    [503, 'UPLINK_UNREACHABLE'],
  ])('a %d is %s', async (status, code) => {
    const { uplink } = await cloud(() => ({ status, body: 'why' }));
    await expect(uplink.send(BATCH)).rejects.toMatchObject({ code, message: expect.stringContaining('why') });
  });

  test('photographs go both ways as their bytes; what another answers for one is not taken for it', async () => {
    const sha256 = createHash('sha256').update('picture').digest('hex');
    const told = { status: 200, body: 'picture' };
    const { uplink, requests } = await cloud(({ method }) => (method === 'PUT' ? { ...told, body: '{}' } : told));
    expect(String(await uplink.photo(sha256))).toBe('picture');
    await uplink.keepPhoto({ sha256, type: 'image/png', bytes: 7 }, Buffer.from('picture'));
    expect(requests).toEqual(
      ['GET', 'PUT'].map((method) => `${method} /api/edges/edge%201/photos/${sha256} Bearer edge-token`),
    );
    told.body = '<html>captive portal</html>';
    await expect(uplink.photo(sha256)).rejects.toMatchObject({ code: 'UPLINK_ANSWER_INVALID' });
    told.status = 404;
    expect(await uplink.photo(sha256)).toBeNull();
    told.status = 503;
    await expect(uplink.photo(sha256)).rejects.toMatchObject({ code: 'UPLINK_UNREACHABLE' });
  });

  test('a 200 that is not in the contract is no acceptance', async () => {
    const { uplink } = await cloud(() => ({ status: 200, body: '<html>captive portal</html>' }));
    await expect(uplink.send(BATCH)).rejects.toMatchObject({ code: 'UPLINK_ANSWER_INVALID' });
  });

  test('a cloud that is not there, and a call that is called off, are unreachable', async () => {
    const { uplink } = await cloud(() => null);
    const aborter = new AbortController();
    const pending = uplink.commands(0, aborter.signal);
    aborter.abort();
    await expect(pending).rejects.toMatchObject({ code: 'UPLINK_UNREACHABLE' });
    server?.closeAllConnections();
    await new Promise((closed) => server?.close(closed));
    await expect(uplink.send(BATCH)).rejects.toMatchObject({ code: 'UPLINK_UNREACHABLE' });
  });
});
